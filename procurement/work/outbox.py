"""The outbox: jobs are rows first, messages second, so a broker that is down loses nothing.

Life of a row: written with the change → handed to the broker by the relay → done by a worker. A row that was
handed over and is not done after ``OUTBOX_REDELIVER_AFTER_SECONDS`` is handed over again, then after twice as long,
and so on up to :data:`LONGEST_SILENCE`, so that a queue that is long does not grow by itself; handlers are idempotent.

What is away (``procurement/work/outages.py``) uses up no tries and is tried again for a day.
"""

import logging
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from celery import shared_task
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest, Least
from django.utils import timezone

from procurement.models.outbox import OutboxMessage
from procurement.rows.bulk import insert_rows
from procurement.work.outages import TryLater, is_outage, next_try

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
LONGEST_SILENCE = 900
"""Seconds after which a row is handed over again at the latest, however often that was done."""

_MOST_HANDINGS = 1_000  # the column is small, and beyond a few it makes no difference

_working_on: ContextVar[int | None] = ContextVar("outbox_message_in_work", default=None)


def message(
    topic: str, *, key: str, payload: dict[str, Any], due_at: datetime | None = None
) -> OutboxMessage:
    """A row for :func:`write`. ``topic`` is the name of the Celery task that will do the work."""
    return OutboxMessage(topic=topic, key=key, payload=payload, due_at=due_at or timezone.now())


def write(messages: Iterable[OutboxMessage]) -> None:
    """Insert rows; a key that is there already is the same job, asked for once."""
    insert_rows(messages, ignore_conflicts=True)


def waiting(now: datetime) -> Any:
    """Rows that should be handed over: never handed, or handed long ago and still not done."""
    silent = Q(handed_at__isnull=True)
    seconds, handings = settings.OUTBOX_REDELIVER_AFTER_SECONDS, 1
    while seconds < LONGEST_SILENCE:
        silent |= Q(handed_at__lt=now - timedelta(seconds=seconds), handings__lte=handings)
        seconds, handings = seconds * 2, handings + 1
    longest = max(LONGEST_SILENCE, settings.OUTBOX_REDELIVER_AFTER_SECONDS)
    silent |= Q(handed_at__lt=now - timedelta(seconds=longest))
    return OutboxMessage.objects.filter(silent, done_at__isnull=True, failed_at__isnull=True, due_at__lte=now)


def claim(limit: int = 100) -> list[OutboxMessage]:
    """Take up to ``limit`` waiting rows and mark them handed over; two relays never take the same row."""
    now = timezone.now()
    with transaction.atomic():
        rows = waiting(now).order_by("due_at", "id")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        claimed = list(rows[:limit])
        OutboxMessage.objects.filter(pk__in=[row.pk for row in claimed]).update(
            handed_at=now, handings=Least(F("handings") + 1, _MOST_HANDINGS)
        )
    return claimed


def give_back(rows: Iterable[OutboxMessage]) -> None:
    """The broker did not take them: they wait again, at once."""
    OutboxMessage.objects.filter(pk__in=[row.pk for row in rows], done_at__isnull=True).update(
        handed_at=None, handings=Greatest(F("handings") - 1, 0)
    )


def relay_once(send: Callable[[str, int], None], limit: int = 100) -> int:
    """Hand one batch to the broker with ``send(topic, message_id)``; returns how many were taken.

    The first failure gives everything that is left back and is raised, so the caller can wait before it tries again.
    """
    rows = claim(limit)
    for position, row in enumerate(rows):
        try:
            send(row.topic, row.pk)
        except Exception:
            give_back(rows[position:])
            raise
    return len(rows)


def outbox_task(topic: str) -> Callable[[Callable[..., None]], Any]:
    """Make a function the Celery task of ``topic``: it receives the row's payload as keyword arguments.

    A row that is done, given up, or waiting for its next try is not run: while no worker was there, the broker may
    have piled up the same message. A failure is kept on the row and tried again later. Tries are counted when they
    begin, so that a job that takes its worker down with it is noticed; after ``MAX_ATTEMPTS`` the row is marked
    failed and shows on the jobs page.
    """

    def decorate(function: Callable[..., None]) -> Any:
        @wraps(function)
        def run(message_id: int) -> None:
            row = _begin(message_id)
            if row is None:
                return
            token = _working_on.set(row.pk)
            try:
                function(**row.payload)
            except TryLater as later:
                log.warning("outbox message %s (%s) waits: %s", row.pk, topic, later)
                _wait(row, later, until=later.at, is_away=later.is_away)
                return
            except Exception as error:
                log.exception("outbox message %s (%s) failed", row.pk, topic)
                _note_failure(row, error)
                return
            finally:
                _working_on.reset(token)
            OutboxMessage.objects.filter(pk=row.pk).update(
                done_at=timezone.now(), failed_at=None, failing_since=None, error=""
            )

        return shared_task(name=topic)(run)

    return decorate


def _begin(message_id: int) -> OutboxMessage | None:
    """Count one more try of a row that may be tried now, and say that it is in work; None when it may not."""
    now = timezone.now()
    rows = OutboxMessage.objects.filter(pk=message_id, done_at__isnull=True)
    rows = rows.filter(failed_at__isnull=True, due_at__lte=now)
    if not rows.update(attempts=F("attempts") + 1, handed_at=now, handings=1):
        return None
    row = OutboxMessage.objects.get(pk=message_id)
    if row.attempts > MAX_ATTEMPTS:
        OutboxMessage.objects.filter(pk=message_id, done_at__isnull=True).update(
            failed_at=now, error=row.error or "its worker was lost each time"
        )
        return None
    return row


def still_working() -> None:
    """Say that the present message is in work, so that the relay does not take its worker for dead.

    Long jobs call it with their progress; a job silent for ``OUTBOX_REDELIVER_AFTER_SECONDS`` is presumed lost.
    """
    message_id = _working_on.get()
    if message_id is not None:
        OutboxMessage.objects.filter(pk=message_id).update(handed_at=timezone.now())


def _note_failure(row: OutboxMessage, error: Exception) -> None:
    now = timezone.now()
    if is_outage(error):
        _wait(row, error, until=next_try(since=row.failing_since or now, now=now))
        return
    if row.attempts >= MAX_ATTEMPTS:
        _set(row, error, failed_at=now)
    else:
        _set(
            row,
            error,
            due_at=now + timedelta(seconds=min(2**row.attempts * 5, 900)),
            handed_at=None,
            handings=0,
            failing_since=None,
        )


def _wait(row: OutboxMessage, error: Exception, *, until: datetime | None, is_away: bool = True) -> None:
    """Something is away: the try does not count. Without ``until`` it was away for too long."""
    now = timezone.now()
    since = (row.failing_since or now) if is_away else None
    values: dict[str, Any] = {"failing_since": since, "attempts": max(row.attempts - 1, 0)}
    if until is None:
        values["failed_at"] = now
    else:
        values |= {"due_at": until, "handed_at": None, "handings": 0}
    _set(row, error, **values)


def _set(row: OutboxMessage, error: Exception, **values: Any) -> None:
    # Handed over twice, it may have been done by another worker meanwhile.
    OutboxMessage.objects.filter(pk=row.pk, done_at__isnull=True).update(
        error=f"{type(error).__name__}: {error}"[:2000], **values
    )


def retry(message_id: int) -> None:
    """Let a failed row be handed over again."""
    retry_all(OutboxMessage.objects.filter(pk=message_id))


def retry_all(rows: QuerySet[OutboxMessage]) -> int:
    """Let every row of these that is not done be handed over again, at once; returns how many there are."""
    return rows.filter(done_at__isnull=True).update(
        failed_at=None, handed_at=None, handings=0, attempts=0, failing_since=None, due_at=timezone.now()
    )


def wake(topic: str) -> int:
    """What a topic needs is there again: those that wait for it are tried now; returns how many there are."""
    waiting_for_it = OutboxMessage.objects.filter(
        topic=topic, done_at__isnull=True, failed_at__isnull=True, failing_since__isnull=False
    )
    now = timezone.now()
    return waiting_for_it.filter(due_at__gt=now).update(due_at=now, handed_at=None, handings=0)
