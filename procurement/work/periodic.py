"""Catches up on daily work that was due while the broker was down.

Beat only says once that something is due: what it could not hand over at that moment it forgets until the next day.
So the last success of every task of a day or longer is a row, and the relay, which knows when the broker is there,
hands over what is overdue. Tasks of every few minutes come again by themselves.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from celery.schedules import crontab
from celery.signals import task_success
from django.conf import settings
from django.utils import timezone

from procurement.models import PeriodicRun

GRACE = timedelta(minutes=5)
"""So long after its time a task is left to beat and to the queue."""
ASKED_AGAIN_AFTER = timedelta(minutes=30)
"""A task that was handed over and is still not done, lost or failed, is handed over again."""
HOURS = 24
LOOKED_FOR_EVERY = 60.0
"""Seconds between two looks of a relay."""


def daily_tasks() -> dict[str, Any]:
    """Every scheduled task that does not come again within the hour, with its schedule."""
    found: dict[str, Any] = {}
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        schedule: Any = entry["schedule"]
        if isinstance(schedule, crontab) and len(schedule.hour) < HOURS:  # type: ignore[attr-defined]
            found[str(entry["task"])] = schedule
    return found


def next_due(schedule: Any, after: datetime) -> datetime:
    """The first moment after ``after`` at which the schedule is due."""
    last, wait, _now = schedule.remaining_delta(after.astimezone(schedule.tz))
    found: datetime = last + wait
    return found


def overdue(now: datetime) -> list[str]:
    """The tasks whose time has passed without a success, and that were not handed over a moment ago.

    A task that was never seen counts as done now: a new installation has nothing to make up for.
    """
    tasks = daily_tasks()
    rows = {row.task: row for row in PeriodicRun.objects.filter(task__in=tasks)}
    for task in tasks.keys() - rows.keys():
        PeriodicRun.objects.get_or_create(task=task, defaults={"done_at": now})
    return sorted(
        task
        for task, row in rows.items()
        if next_due(tasks[task], row.done_at) <= now - GRACE
        and (row.asked_at is None or row.asked_at < now - ASKED_AGAIN_AFTER)
    )


def catch_up(send: Callable[[str], None]) -> list[str]:
    """Hand over what is overdue with ``send(task)``; the broker's refusal is raised and leaves it overdue."""
    now = timezone.now()
    found = overdue(now)
    for task in found:
        send(task)
        PeriodicRun.objects.filter(task=task).update(asked_at=now)
    return found


@task_success.connect(dispatch_uid="note_periodic_success")
def note_success(sender: Any = None, **_signal: object) -> None:
    """Write down that a task of a day or longer was done; sent by every worker after every task."""
    name = getattr(sender, "name", "")
    if name in daily_tasks():
        PeriodicRun.objects.update_or_create(
            task=name, defaults={"done_at": timezone.now(), "asked_at": None}
        )
