"""Beat, relay and worker of a simulated time, in one process; any of them may be stopped at any statement.

The simulations run in the past, so the outbox, which lives in real time, takes each of their moments for due.
"""

import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q

from procurement import clock
from procurement.celery import app
from procurement.models import OutboxMessage

AGAIN = timedelta(minutes=5)
"""When beat calls again what was stopped, or the relay hands it over again."""
STATEMENTS = 25
"""After how many statements, on average, a stop comes: one step of an order has about as many."""
SCHEDULED = ("orders.", "msmes.")
DELIVERED = ("accounts.tell", "orders.advance_sourcing", "orders.remind_ask")
_REMINDER = "orders.remind_ask"


class Stopped(BaseException):
    """The worker is gone, as after ``kill -9``: nothing that handles exceptions may catch it."""


class _Stop:
    """Lets so many statements pass, then stops the worker, once: the rollback must get through."""

    def __init__(self, after: int) -> None:
        self.left = after

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.left -= 1
        if self.left == -1:
            raise Stopped
        return execute(sql, params, many, context)


class Clockwork:
    """What runs by itself. ``stop_share`` of all runs are stopped somewhere, and resumed later."""

    def __init__(self, dice: random.Random, stop_share: float) -> None:
        self.dice = dice
        self.stop_share = stop_share
        self.runs: Counter[str] = Counter()
        self.stops: Counter[str] = Counter()
        self.last = clock.now()
        app.loader.import_default_modules()  # as a worker does, so that tasks are found by their names

    def tick(self) -> None:
        """All that beat had due since the last tick, once, and then every message."""
        since, self.last = self.last, clock.now()
        for entry in settings.CELERY_BEAT_SCHEDULE.values():
            name = str(entry["task"])
            if name.startswith(SCHEDULED) and _has_fired(entry["schedule"], since, self.last):
                self._until_done(name)
        self.deliver()

    def deliver(self) -> None:
        """Every message that is due, and those that come of them. A handler that fails is a fault."""
        waiting = OutboxMessage.objects.filter(topic__in=DELIVERED, done_at__isnull=True)
        while rows := list(
            waiting.filter(~Q(topic=_REMINDER) | Q(due_at__lte=clock.now())).order_by("due_at", "pk")[:100]
        ):
            for row in rows:
                self._until_done(row.topic, row.pk)
            failed = OutboxMessage.objects.filter(topic__in=DELIVERED).exclude(error="").first()
            assert failed is None, (failed.topic, failed.error) if failed else ""

    def _until_done(self, name: str, *arguments: int) -> None:
        while True:
            self.runs[name] += 1
            try:
                with connection.execute_wrapper(_Stop(self._statements())):
                    app.tasks[name](*arguments)
                return
            except Stopped:
                self.stops[name] += 1
                clock.advance(AGAIN)

    def _statements(self) -> int:
        if self.dice.random() < self.stop_share:
            return int(self.dice.expovariate(1 / STATEMENTS))
        return 1_000_000


def _has_fired(schedule: Any, since: datetime, until: datetime) -> bool:
    """Whether a crontab names a minute after ``since``, up to ``until``."""
    minute = since.astimezone(clock.JAKARTA).replace(second=0, microsecond=0)
    while (minute := minute + timedelta(minutes=1)) <= until:
        if (
            minute.minute in schedule.minute
            and minute.hour in schedule.hour
            and minute.isoweekday() % 7 in schedule.day_of_week
        ):
            return True
    return False
