"""An estimate of what will be booked in the coming weeks, from how fast the unbooked was booked so far.

Method. Time is cut into weeks of seven days that end with the day asked for. Of each past week two shares are known:
*booked*, the growth of order value, and *given up*, the growth of what was lost, each divided by what stood unbooked
when the week began. The middle lets the present unbooked run through coming weeks with the mean of these shares, each
past week weighing as much as the value that stood in it. The interval is a conformal one
(``expo.figures.conformal``): if the coming week is like the past ones, it holds what is booked eight times of ten,
after four weeks as after twenty-six. New demand is not foreseen, but a week's share contains what came and was booked
within it.

Past accuracy. For each past week the same estimate is made from nothing but the weeks before it, and compared with
what was then booked. Everything here is a pure function of the ledger's daily balances, and gives the same answer
each time it is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from math import ceil, floor
from zlib import crc32

from expo.figures.conformal import LEAST, interval
from expo.ledger.balances import ByStage
from expo.models import Stage

WEEK = timedelta(days=7)
MOST_HISTORY = 26
LEAST_HISTORY = LEAST
"""With four weeks the widest interval that past weeks give holds the next one exactly four times of five."""
AHEAD = 6
_SEED = 42
_PENNY = 0.01
"""A share times an amount may miss the rupiah by this much."""

Series = Sequence[tuple[date, ByStage]]


@dataclass(frozen=True, slots=True)
class PastWeek:
    """One past week: rupiah unbooked when it began, and the growth of order value and of what was lost in it."""

    last_day: date
    unbooked: int
    booked: int
    lost: int

    @property
    def first_day(self) -> date:
        return self.last_day - WEEK + timedelta(days=1)

    @property
    def booked_share(self) -> float:
        """Of what was unbooked, from 0 to 1: a cancelled order can make the growth negative, which is no booking."""
        return min(1.0, max(0, self.booked) / self.unbooked) if self.unbooked > 0 else 0.0

    @property
    def lost_share(self) -> float:
        left = 1.0 - self.booked_share
        return min(left, max(0, self.lost) / self.unbooked) if self.unbooked > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is expected to be booked from ``first_day`` to ``last_day``, rupiah: the middle and eight of ten cases.

    That it is eight of ten is certain of the first coming week only, and only if it is like the past ones.
    """

    first_day: date
    last_day: date
    middle: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Tested:
    """An estimate that was due, and what was booked."""

    estimate: Estimate
    actual: int

    @property
    def is_within(self) -> bool:
        """Orders that were cancelled can make the growth negative; then nothing was booked."""
        return self.estimate.low <= max(0, self.actual) <= self.estimate.high


@dataclass(frozen=True, slots=True)
class Expected:
    """The coming weeks, the past ones they rest on (oldest first), and how good such estimates have been."""

    weeks: list[Estimate]
    history: list[PastWeek]
    tested: list[Tested]

    @property
    def is_possible(self) -> bool:
        return bool(self.weeks)

    @property
    def total(self) -> int:
        return sum(week.middle for week in self.weeks)

    @property
    def within(self) -> int:
        """How many of the tested weeks lay within their interval."""
        return sum(one.is_within for one in self.tested)

    @property
    def within_percent(self) -> int | None:
        """The realised coverage in per cent, to compare with the promised 80; None without a tested week."""
        return round(100 * self.within / len(self.tested)) if self.tested else None

    @property
    def mean_error(self) -> int | None:
        """The sum of all errors in per cent of everything that was booked in the tested weeks; None without any."""
        actual = sum(max(0, one.actual) for one in self.tested)
        if actual <= 0:
            return None
        return round(100 * sum(abs(one.actual - one.estimate.middle) for one in self.tested) / actual)


def expected_bookings(series: Series, *, today: date, ahead: int = AHEAD) -> Expected:
    """The estimate as of the end of ``today`` from the daily balances of ``expo.ledger.balances.series``."""
    history = past_weeks(series, today=today)
    usable = [week for week in history if week.unbooked > 0]
    unbooked = int(_at(series, today).not_yet_booked.amount)
    weeks: Sequence[Estimate] = ()
    if len(usable) >= LEAST_HISTORY and unbooked > 0:
        weeks = estimates(tuple(usable), unbooked=unbooked, after=today, ahead=ahead)
    return Expected(list(weeks), history, backtest(usable))


def past_weeks(series: Series, *, today: date, most: int = MOST_HISTORY) -> list[PastWeek]:
    """Whole weeks up to the end of ``today`` since the first entry, oldest first."""
    if not series:
        return []
    weeks: list[PastWeek] = []
    end = today
    while len(weeks) < most and end - WEEK >= series[0][0]:
        before, after = _at(series, end - WEEK), _at(series, end)
        weeks.append(
            PastWeek(
                end,
                int(before.not_yet_booked.amount),
                int(after.booked.amount - before.booked.amount),
                int(after[Stage.LOST].amount - before[Stage.LOST].amount),
            )
        )
        end -= WEEK
    return weeks[::-1]


def _at(series: Series, day: date) -> ByStage:
    """What stood at the end of a day: that of the last day on which something changed."""
    found = ByStage()
    for on, by_stage in series:
        if on > day:
            break
        found = by_stage
    return found


def estimates(
    history: tuple[PastWeek, ...], *, unbooked: int, after: date, ahead: int
) -> tuple[Estimate, ...]:
    """The coming weeks, from weeks in which something stood unbooked."""
    made = []
    for place, (low, middle, high) in enumerate(_parts(history, ahead)):
        first = after + WEEK * place + timedelta(days=1)
        made.append(
            Estimate(
                first,
                first + WEEK - timedelta(days=1),
                round(unbooked * middle),
                max(0, floor(unbooked * low + _PENNY)),
                min(unbooked, ceil(unbooked * high - _PENNY)),
            )
        )
    return tuple(made)


@lru_cache(maxsize=1_000)
def _parts(history: tuple[PastWeek, ...], ahead: int) -> tuple[tuple[float, float, float], ...]:
    """Low, middle and high of each coming week, as shares of what is unbooked. Worked out once for the same weeks."""
    whole = sum(week.unbooked for week in history)
    gain = sum(week.booked_share * week.unbooked for week in history) / whole
    loss = sum(week.lost_share * week.unbooked for week in history) / whole
    lot = _lot(history)
    made, left = [], 1.0
    for place in range(ahead):
        low, high = interval(_shares(history, place), lot)
        middle = left * gain
        made.append((min(low, middle), middle, max(high, middle)))
        left *= 1.0 - gain - loss
    return tuple(made)


def _shares(history: Sequence[PastWeek], place: int) -> list[float]:
    """Of what stood unbooked, the share that was booked ``place`` weeks later, had nothing new come in between.

    One for each past week; because weeks are taken as alike in any order, the first ones follow upon the last.
    """
    kept = [1.0 - week.booked_share - week.lost_share for week in history]
    shares = []
    for begin in range(len(history)):
        left = 1.0
        for step in range(place):
            left *= kept[(begin + step) % len(kept)]
        shares.append(left * history[(begin + place) % len(history)].booked_share)
    return shares


def _lot(history: Sequence[PastWeek]) -> float:
    """From 0 to 1, as good as drawn, but the same whenever the same weeks are asked about."""
    weeks = repr([(week.unbooked, week.booked, week.lost) for week in history])
    return crc32(weeks.encode(), _SEED) / 2**32


def backtest(history: Sequence[PastWeek]) -> list[Tested]:
    """For each week with enough weeks before it: what would have been expected of it, and what was booked."""
    return [
        Tested(
            estimates(
                tuple(history[:place]),
                unbooked=week.unbooked,
                after=week.first_day - timedelta(days=1),
                ahead=1,
            )[0],
            week.booked,
        )
        for place, week in enumerate(history)
        if place >= LEAST_HISTORY
    ]
