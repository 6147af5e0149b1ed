"""When a purchase order will be finished: an estimate with its uncertainty, from the MSME's own pace and history.

Durations are Indonesian working days, and their logarithm is taken as normal. Before the first report the estimate is
the plan times how this MSME has kept its plans, drawn towards all MSMEs while it has few. A report of ``p`` per cent
after ``e`` days says that the whole takes ``e / p``; it weighs little early and much late. No database here.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist, fmean

from procurement.working_days import add_working_days, working_days_between

_LIKELY_RANGE = 0.8
"""The range that is shown holds the true day four times of five."""
_PRIOR_ORDERS = 3.0
"""How many finished orders weigh as much as what is assumed before there are any."""
_COMMON_AMONG, _COMMON_WITHIN = 0.28, 0.21
_LEAST_SPREAD = 0.1
_REPORT_SPREAD = 0.25
_WARN_AT = 0.6
"""How likely a purchase order must be late before people are told: fewer false alarms than at one half."""
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Kept:
    """One finished purchase order: planned and actual working days from start to finish."""

    msme_id: int
    planned: int
    actual: int

    @property
    def log_ratio(self) -> float:
        return math.log(max(self.actual, 1) / max(self.planned, 1))


@dataclass(frozen=True, slots=True)
class Report:
    """``percent`` of the whole on a day."""

    day: date
    percent: int


@dataclass(frozen=True, slots=True)
class Experience:
    """How plans were kept, as log(actual / planned): the mean of all, and of each MSME with its number of orders.

    ``among`` is the spread among MSMEs, ``within`` that from order to order of one MSME: knowing an MSME takes away
    the first and never the second.
    """

    mean: float
    among: float
    within: float
    by_msme: dict[int, tuple[int, float]]

    @classmethod
    def of(cls, kept: Iterable[Kept]) -> "Experience":
        ratios: dict[int, list[float]] = {}
        for one in kept:
            ratios.setdefault(one.msme_id, []).append(one.log_ratio)
        means = {msme_id: fmean(rows) for msme_id, rows in ratios.items()}
        count = sum(map(len, ratios.values()))
        mean = sum(len(rows) * means[msme_id] for msme_id, rows in ratios.items()) / (count + _PRIOR_ORDERS)
        own = sum((ratio - means[msme_id]) ** 2 for msme_id, rows in ratios.items() for ratio in rows)
        whole = sum((ratio - mean) ** 2 for rows in ratios.values() for ratio in rows)
        within = _with_prior(own, count - len(ratios), _COMMON_WITHIN)
        total = _with_prior(whole, count, math.hypot(_COMMON_AMONG, _COMMON_WITHIN))
        return cls(
            mean=mean,
            among=math.sqrt(max(total - within, _LEAST_SPREAD**2)),
            within=math.sqrt(max(within, _LEAST_SPREAD**2)),
            by_msme={msme_id: (len(rows), means[msme_id]) for msme_id, rows in ratios.items()},
        )

    def expected(self, msme_id: int) -> tuple[float, float]:
        """Mean and spread of log(actual / planned) for one MSME, drawn towards all while it has few."""
        count, own = self.by_msme.get(msme_id, (0, 0.0))
        weight = count / (count + (self.within / self.among) ** 2)
        return own * weight + self.mean * (1 - weight), math.hypot(
            self.within, self.among * math.sqrt(1 - weight)
        )


def _with_prior(squares: float, count: int, common: float) -> float:
    """A variance, drawn towards the common one while there are few."""
    return (squares + _PRIOR_ORDERS * common**2) / (count + _PRIOR_ORDERS)


@dataclass(frozen=True, slots=True)
class Forecast:
    """The estimated day, the range that holds it four times of five, and how likely it is to be late."""

    expected: date
    earliest: date
    latest: date
    late_probability: float
    days_late: int
    """Working days by which the expected day passes the due date; 0 when it does not."""
    days_left: int
    """Working days from today to the due date: how early this is known. Negative when it has passed."""
    reports: int

    @property
    def is_likely_late(self) -> bool:
        return self.late_probability >= _WARN_AT

    @property
    def late_percent(self) -> int:
        return round(self.late_probability * 100)


def forecast(
    *,
    msme_id: int,
    start: date,
    due: date,
    today: date,
    reports: Sequence[Report],
    experience: Experience,
) -> Forecast:
    """Estimate the finish of work that began on ``start`` (today when it has not begun) and is due on ``due``."""
    planned = max(1, working_days_between(start, due))
    elapsed = max(0, working_days_between(start, today))
    mean, spread = experience.expected(msme_id)
    mean, variance = mean + math.log(planned), spread**2
    for report in _last(reports):
        worked = max(0.5, working_days_between(start, report.day))
        share = min(max(report.percent / 100, 0.02), 0.99)
        noise = _REPORT_SPREAD**2 * (1 - share) / share + 0.0025
        gain = variance / (variance + noise)
        mean, variance = mean + gain * (math.log(worked / share) - mean), variance * (1 - gain)
    spread = max(math.sqrt(variance), 0.03)
    low, high = (1 - _LIKELY_RANGE) / 2, (1 + _LIKELY_RANGE) / 2
    days = {part: _still_to_come(mean, spread, elapsed, part) for part in (low, 0.5, high)}
    expected = add_working_days(start, math.ceil(days[0.5]))
    return Forecast(
        expected=expected,
        earliest=add_working_days(start, math.ceil(days[low])),
        latest=add_working_days(start, math.ceil(days[high])),
        late_probability=1.0 if due < today else _late(mean, spread, elapsed, planned),
        days_late=working_days_between(due, expected),
        days_left=working_days_between(today, due) if due >= today else -working_days_between(due, today),
        reports=len(reports),
    )


def _last(reports: Sequence[Report]) -> Sequence[Report]:
    """Only the newest report counts: an older one says the same work again, less well."""
    return sorted(reports, key=lambda report: (report.day, report.percent))[-1:]


def _beyond(mean: float, spread: float, days: float) -> float:
    """How likely it takes more than ``days``."""
    return 1.0 if days <= 0 else 1 - _NORMAL.cdf((math.log(days) - mean) / spread)


def _still_to_come(mean: float, spread: float, elapsed: int, part: float) -> float:
    """The day by which it is finished with probability ``part``, knowing that it is not finished yet."""
    open_now = max(_beyond(mean, spread, elapsed), 1e-9)
    wanted = min(max(1 - (1 - part) * open_now, 1e-9), 1 - 1e-9)
    return max(float(elapsed), math.exp(mean + spread * _NORMAL.inv_cdf(wanted)))


def _late(mean: float, spread: float, elapsed: int, planned: int) -> float:
    if elapsed > planned:
        return 1.0
    return min(1.0, _beyond(mean, spread, planned) / max(_beyond(mean, spread, elapsed), 1e-9))
