"""When the last piece of a purchase order will be there: an estimate with its uncertainty. No database here.

Work is taken as a gamma process: each working day a random part of the whole is made, at a pace that is not known.
What is known of it before the first report (``orders.forecast.experience``: the plan, and how this MSME and others
kept theirs) weighs as much as a part of the work that was seen; every report and every shipment adds the part that it
tells of. So how likely the rest takes longer than so many days is one formula, the incomplete beta function, in which
more progress never makes it later and fewer days never make it earlier, whatever the figures are.

*Late* is what is not all there when the due day has ended. Work can be done on the present day, and on the due day too.
Before the work comes the wait until it begins, after it the transport to the buyer.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from orders.forecast.experience import Experience, Kept
from procurement.working_days import add_working_days, is_working_day, working_days_between

__all__ = ["Experience", "Forecast", "Kept", "ToldPercent", "WorkLeft", "forecast"]

_LIKELY_RANGE = 0.8
"""The range that is shown holds the true day four times of five."""
_WORK_SPREAD = 0.2
"""How much the time of one work wanders of itself, as the spread of its logarithm: breakdowns, rough reports."""
_WARN_AT = 0.6
"""How likely a purchase order must be late before people are told: fewer false alarms than at one half."""
_LEAST_DAYS = 0.5
"""A report of the first day speaks of half of it."""
_SILENCE = 0.2
"""Days without news tell that work goes on, until it is so unlikely; after that they tell nothing more."""
_TEN_YEARS = 2610
"""Working days. Further ahead no day is named, but for work that is due later itself."""
_WAITS = tuple(-math.log(1 - part) for part in (0.1, 0.3, 0.5, 0.7, 0.9))
"""Waits of mean 1, each as likely as another."""


@dataclass(frozen=True, slots=True)
class ToldPercent:
    """``percent`` of the whole on a day."""

    day: date
    percent: float


@dataclass(frozen=True, slots=True)
class WorkLeft:
    """What is still to be made, of 1, as known on ``day``; with pieces that came back it may be more than 1."""

    day: date
    left: float


@dataclass(frozen=True)
class Forecast:
    """When the last piece is there, and how likely that is after the due day has ended."""

    work: "_Work"
    due: date
    today: date
    late_probability: float
    days_left: int
    """Working days from today to the due date: how early this is known. Negative when it has passed."""
    reports: int
    state: str = "producing"
    """``waiting`` before it began, ``producing``, ``made`` when only the way to the buyer is left."""

    @property
    def is_overdue(self) -> bool:
        """The due day has ended and something is still to come: it is late, and no estimate."""
        return self.days_left < 0

    @property
    def is_likely_late(self) -> bool:
        return self.late_probability >= _WARN_AT

    @property
    def late_percent(self) -> int:
        """100 only when it is late; what may still come in time is never called certain."""
        return 100 if self.is_overdue else min(99, round(self.late_probability * 100))

    @cached_property
    def expected(self) -> date:
        """The day until which it is there as likely as not."""
        return self.work.day_by(0.5)

    @cached_property
    def earliest(self) -> date:
        return self.work.day_by((1 - _LIKELY_RANGE) / 2)

    @cached_property
    def latest(self) -> date:
        return self.work.day_by((1 + _LIKELY_RANGE) / 2)

    @property
    def days_late(self) -> int:
        """Working days by which the expected day passes the due date; 0 when it does not."""
        return working_days_between(self.due, self.expected)


def forecast(
    *,
    msme_id: int,
    start: date | None,
    due: date,
    today: date,
    reports: Sequence[ToldPercent],
    experience: Experience,
    planned: int | None = None,
    amount: int = 0,
    progress: WorkLeft | None = None,
    off: Collection[date] = (),
) -> Forecast:
    """Estimate when the last piece is there of work that began on ``start`` (None: not yet) and is due on ``due``.

    ``planned`` is how many working days it was promised to take, ``amount`` its value in rupiah (0: not known),
    ``progress`` what is left where that is not what the newest report leaves, ``off`` days on which the MSME rests.
    """
    if planned is None:
        planned = working_days_between(start or today, due)
    resting = frozenset(day for day in off if is_working_day(day))
    middle, spread = experience.days(msme_id, planned=max(1, planned), amount=amount)
    worked, share, left, since = 0.0, 0.0, 1.0, start
    if start is not None:
        for report in _last(reports):
            share = min(max(report.percent / 100, 0.0), 0.99)
            worked = max(_LEAST_DAYS, _days(start, report.day, resting))
            left, since = 1 - share, report.day
        if progress is not None:
            left, since = max(progress.left, 0.0), max(start, progress.day)
    wait = experience.delivery(msme_id) + (experience.wait(msme_id) if start is None else 0.0)
    # Of what is not known beforehand, at most three quarters are this work's own wandering.
    wanders = min(_WORK_SPREAD**2, 0.75 * spread**2)
    variance = spread**2 - wanders
    middle *= math.exp(variance / 3)  # so that as many take longer as take less
    work = _Work(
        pace=1 / (wanders * middle),
        known=1 / variance + worked / (wanders * middle),
        odds=left / (wanders / variance + share) if left > 0 else 0.0,
        gone=max(0.0, _days(since, today, resting) - 1) if since else 0.0,
        wait=wait,
        today=today,
        resting=resting,
        horizon=max(_TEN_YEARS, 2 * working_days_between(today, due)),
    )
    if due >= today:
        days_left = working_days_between(today, due)
        late = work.is_longer_than(work.until(due))
    else:
        days_left, late = -max(1, working_days_between(due, today)), 1.0
    state = "waiting" if start is None else "producing" if left > 0 else "made"
    return Forecast(work, due, today, late, days_left, len(reports), state)


def _last(reports: Sequence[ToldPercent]) -> Sequence[ToldPercent]:
    """Only the newest report counts: an older one says the same work again, less well."""
    return sorted(reports, key=lambda report: (report.day, report.percent))[-1:]


def _days(first: date, last: date, resting: Collection[date]) -> float:
    """Working days after ``first`` up to ``last``, without those on which the MSME rests."""
    return working_days_between(first, last) - sum(first < day <= last for day in resting)


@dataclass(frozen=True)
class _Work:
    """What is left of one work, and how its duration is distributed.

    ``pace`` is the shape of a day's part, ``known`` the shape of all that is known of the pace, ``odds`` what is left
    against what was seen, ``gone`` working days since then without news, ``wait`` the mean of what is no work,
    ``horizon`` the days from today within which its end is looked for: beyond the due day, however far that is.
    """

    pace: float
    known: float
    odds: float
    gone: float
    wait: float
    today: date
    resting: frozenset[date]
    horizon: int

    def until(self, day: date) -> float:
        """Days of work from now until a day has ended."""
        now = 0.0 if self.today in self.resting else 1.0
        return now + _days(self.today, day, self.resting)

    def is_longer_than(self, days: float) -> float:
        """How likely the last piece is not there after so many days, knowing that it is not there now."""
        if days <= 0:
            return 1.0
        only_wait = math.exp(-days / self.wait)
        if self.odds <= 0:
            return only_wait
        made = [self._is_making(days - self.wait * one) for one in _WAITS]
        return max(only_wait, sum(made) / len(made))

    def _is_making(self, days: float) -> float:
        """How likely something is still to be made after so many days, knowing that something is now."""
        if days <= 0:
            return 1.0
        gone, now = self.silence
        return min(1.0, self._is_left(gone + days) / now)

    def _is_left(self, days: float) -> float:
        return _less(self.pace * days, self.known, self.odds)

    @cached_property
    def silence(self) -> tuple[float, float]:
        """The days without news that count, and how likely something was still to be made after them."""
        now = self._is_left(self.gone)
        if now >= _SILENCE:
            return self.gone, now
        low, high = 0.0, self.gone
        while high - low > 1e-4:
            middle = (low + high) / 2
            low, high = (middle, high) if self._is_left(middle) > _SILENCE else (low, middle)
        return low, self._is_left(low)

    def day_by(self, part: float) -> date:
        """The first day at whose end the last piece is there with this probability."""
        now = self.until(self.today)
        low, high = 0, 1
        while high < self.horizon and self.is_longer_than(now + high) > 1 - part:
            low, high = high, min(high * 2, self.horizon)
        if self.is_longer_than(now) <= 1 - part:
            return self.today
        while high - low > 1:
            middle = (low + high) // 2
            if self.is_longer_than(now + middle) > 1 - part:
                low = middle
            else:
                high = middle
        return self._after(high)

    def _after(self, count: int) -> date:
        return add_working_days(self.today, count, resting=sorted(self.resting))


def _less(made: float, known: float, odds: float) -> float:
    """How likely work of shape ``made`` is less than what is left: the incomplete beta function, by its fraction."""
    if made <= 0:
        return 1.0
    place = odds / (1 + odds)
    front = math.exp(
        math.lgamma(made + known)
        - math.lgamma(made)
        - math.lgamma(known)
        + made * math.log(place)
        + known * math.log1p(-place)
    )
    if place < (made + 1) / (made + known + 2):
        return front * _fraction(made, known, place) / made
    return 1 - front * _fraction(known, made, 1 - place) / known


def _fraction(one: float, other: float, place: float) -> float:
    """The continued fraction of the incomplete beta function by the way of Lentz."""
    least = 1e-300
    upper, lower = 1.0, 1 / (1 - (one + other) * place / (one + 1) or least)
    found = lower
    for step in range(1, 300):
        even = step * (other - step) * place / ((one + 2 * step - 1) * (one + 2 * step))
        odd = -(one + step) * (one + other + step) * place / ((one + 2 * step) * (one + 2 * step + 1))
        for part in (even, odd):
            lower = 1 / (1 + part * lower or least)
            upper = 1 + part / upper or least
            factor = upper * lower
            found *= factor
        if abs(factor - 1) < 1e-10:
            break
    return found
