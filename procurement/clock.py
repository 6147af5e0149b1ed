"""What time it is. The demonstration data travels through 2022; everything else lives now."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

JAKARTA = ZoneInfo("Asia/Jakarta")

_simulated: ContextVar[datetime | None] = ContextVar("simulated_now", default=None)


def now() -> datetime:
    """The present moment, aware UTC; the simulated one inside :func:`at`."""
    return _simulated.get() or timezone.now()


def today() -> date:
    """The calendar day in Jakarta, which is the day that documents carry."""
    return now().astimezone(JAKARTA).date()


def local_date(moment: datetime) -> date:
    """The Jakarta calendar day of an aware moment."""
    return moment.astimezone(JAKARTA).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Run the block as if it were ``moment`` (aware). For demonstration data and tests only."""
    if moment.tzinfo is None:
        raise ValueError("clock.at() needs an aware datetime")
    token = _simulated.set(moment)
    try:
        yield
    finally:
        _simulated.reset(token)


def advance(delta: timedelta) -> None:
    """Move the simulated moment forward; only inside :func:`at`."""
    current = _simulated.get()
    if current is None:
        raise RuntimeError("the clock can only be advanced inside clock.at()")
    _simulated.set(current + delta)
