"""What time it is. The demonstration lives in 2022, where its clock goes on; everything else lives now."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

JAKARTA = ZoneInfo("Asia/Jakarta")

_simulated: ContextVar[datetime | None] = ContextVar("simulated_now", default=None)


def now() -> datetime:
    """The present moment, aware UTC; the simulated one inside :func:`at`."""
    return _simulated.get() or timezone.now() - _behind()


def today() -> date:
    """The calendar day in Jakarta, which is the day that documents carry."""
    return now().astimezone(JAKARTA).date()


def local(moment: datetime) -> datetime:
    """An aware moment in Jakarta; at the very ends of the calendar, where no time zone reaches, as it is."""
    try:
        return moment.astimezone(JAKARTA)
    except OverflowError:
        return moment


def local_date(moment: datetime) -> date:
    """The Jakarta calendar day of an aware moment."""
    return local(moment).date()


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


def by_real_time(moment: datetime) -> datetime:
    """When it really is ``moment`` of this clock; the outbox goes by real time, also in the demonstration of 2022."""
    return moment + _behind()


def by_this_clock(moment: datetime) -> datetime:
    """What this clock showed at a real ``moment``; pages of the demonstration tell one time, also of the system."""
    return moment - _behind()


def stand_at(moment: datetime) -> None:
    """From now on it is ``moment`` (aware), and time goes on from there; for the embedded demonstration only.

    Without it every open order of 2022 would be years late, and every quote would have expired.
    """
    if settings.EMBEDDED:
        _mark().write_text(str((timezone.now() - moment).total_seconds()))
        _behind.cache_clear()


def demonstration_now() -> datetime | None:
    """The present moment of the demonstration, for pages to show; None where the clock is the real one."""
    return now() if _behind() else None


def _mark() -> Path:
    """Beside the database that it belongs to, so that every process on that database agrees."""
    return Path(f"{settings.DATABASES['default']['NAME']}.clock")


@cache
def _behind() -> timedelta:
    """How far the demonstration's clock is behind the real one; nothing everywhere else."""
    if not settings.EMBEDDED or not _mark().exists():
        return timedelta(0)
    return timedelta(seconds=float(_mark().read_text()))


YEARS_AHEAD = 10


def latest_day() -> date:
    """The last day that an order, a promise or an edition may name: ten years from today."""
    now_ = today()
    try:
        return now_.replace(year=now_.year + YEARS_AHEAD)
    except ValueError:  # 29 February
        return now_.replace(year=now_.year + YEARS_AHEAD, day=28)
