"""Indonesian working days: Monday to Friday without public holidays and collective leave (*cuti bersama*).

From the package ``holidays``, categories *public* and *government*: without the second, collective leave counts as
work.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache

_SATURDAY = 5


KNOWN = range(1970, 2101)
"""Years whose holidays are looked up. Those of others are known to nobody, and a date there is a slip of the hand:
counting towards it takes its weeks for ordinary ones instead of walking through every year on the way."""


def holidays_of(year: int) -> Mapping[date, str]:
    """Days off in Indonesia in one year, with the name of each."""
    return _holidays_of(year) if year in KNOWN else {}


@lru_cache(maxsize=len(KNOWN))
def _holidays_of(year: int) -> Mapping[date, str]:
    import holidays  # loaded when the first date is asked for, not with the web process

    # In Indonesian whatever the machine speaks: the names are shown to people.
    days = holidays.country_holidays("ID", years=year, categories=("public", "government"), language="id")
    return dict(days.items())


def holiday(day: date) -> str:
    """The name of the holiday that a day is; empty when it is none."""
    return holidays_of(day.year).get(day, "")


def is_working_day(day: date) -> bool:
    return day.weekday() < _SATURDAY and not holiday(day)


def add_working_days(day: date, count: int, *, resting: Sequence[date] = ()) -> date:
    """The day that is ``count`` working days after ``day``; ``day`` itself need not be one.

    ``resting`` are working days, in order, that do not count. The last day of the calendar, should it come first.
    """
    # Whole weeks that cannot hold all of them are passed over at once; the last days are walked.
    while (weeks := min((count - 1) // 5, (date.max - day).days // 7)) > 0:
        later = day + timedelta(weeks=weeks)
        off = bisect_right(resting, later) - bisect_right(resting, day)
        count -= working_days_between(day, later) - off
        day = later
    rests = frozenset(resting)
    while count > 0 and day < date.max:
        day += timedelta(days=1)
        count -= is_working_day(day) and day not in rests
    return day


def working_days_between(first: date, last: date) -> int:
    """Working days after ``first`` up to and including ``last``; 0 when ``last`` is not later."""
    if last <= first:
        return 0
    whole_weeks, rest = divmod((last - first).days, 7)
    days = whole_weeks * 5 + sum(
        (first + timedelta(days=whole_weeks * 7 + step)).weekday() < _SATURDAY for step in range(1, rest + 1)
    )
    years = range(max(first.year, KNOWN.start), min(last.year + 1, KNOWN.stop))
    off = (_weekdays_off(year) for year in years)
    return days - sum(bisect_right(ones, last) - bisect_right(ones, first) for ones in off)


@lru_cache(maxsize=len(KNOWN))
def _weekdays_off(year: int) -> Sequence[date]:
    """The days off in one year that would be working days, in order."""
    return sorted(day for day in holidays_of(year) if day.weekday() < _SATURDAY)


def monday_of(day: date) -> date:
    """The Monday that names a day's ISO week."""
    return day - timedelta(days=day.weekday())
