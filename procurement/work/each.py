"""Scheduled work row by row: a row that fails does not stop the others.

Every duty of beat that loops uses :func:`one_by_one`. What failed is logged with its key, and the last run of each
duty is kept (``Duty``) and shown on the page of the system's queue.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from billiard.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from procurement.models import Duty

log = logging.getLogger(__name__)

MOST_FAILURES = 20
_LONGEST_REASON = 300

Key = TypeVar("Key")
Result = TypeVar("Result")


@dataclass(slots=True)
class Outcome(Generic[Result]):
    """The results of the rows that were done, and why each of the others failed."""

    results: list[Result] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)


def one_by_one(duty: str, keys: Iterable[Key], work: Callable[[Key], Result]) -> Outcome[Result]:
    """Do ``work(key)`` for every key, each in transactions of its own; call it outside of one.

    A key that fails is logged and left for the next run, whatever it raised; the others go on. Only the time limit of
    the task ends the loop: what was done by then stays done and is written down, and the next run goes on.
    """
    outcome: Outcome[Result] = Outcome()
    try:
        for key in keys:
            try:
                outcome.results.append(work(key))
            except SoftTimeLimitExceeded:
                raise
            except Exception as error:
                log.exception("%s: %s failed", duty, key)
                outcome.failures.append((str(key), f"{type(error).__name__}: {error}"[:_LONGEST_REASON]))
    finally:
        note(duty, done=len(outcome.results), failures=outcome.failures)
    return outcome


def note(duty: str, *, done: int, failures: Sequence[tuple[str, str]] = (), left: int | None = None) -> None:
    """Write down what a duty did this time."""
    Duty.objects.update_or_create(
        name=duty,
        defaults={
            "ran_at": timezone.now(),
            "done": done,
            "failed": len(failures),
            "failures": [list(one) for one in failures[:MOST_FAILURES]],
            "left": left,
        },
    )
