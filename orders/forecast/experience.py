"""How plans were kept: what finished purchase orders tell about the time of the next ones. No database here.

Durations are Indonesian working days, and their logarithm is taken as normal. The estimate is the plan times how this
MSME has kept its plans, drawn towards all MSMEs while it has few. Where the amount of work per planned day is not as
usual, the amount counts as well as the plan, as far as finished purchase orders show that it does.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import fmean

_PRIOR_ORDERS = 3.0
"""How many finished orders weigh as much as what is assumed before there are any."""
_COMMON_AMONG, _COMMON_WITHIN = 0.28, 0.3
_LEAST_SPREAD = 0.1
_COMMON_DELIVERY = 0.5
"""Working days from the last piece made to the last piece received, on average, before there is any experience."""
_COMMON_WAIT = 1.0
"""Working days from the purchase order to the beginning of work."""
_AMOUNT_COUNTS, _AMOUNT_SPREAD = 0.25, 0.25
"""How much the amount of work counts beside the plan before there is experience, and how sure that is."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One finished purchase order: planned and actual working days from start to the last piece made.

    ``amount`` is its value in rupiah (0: not known), ``waited`` the working days before the start and ``delivered``
    those from the last piece made to the last one received (None: not known).
    """

    msme_id: int
    planned: int
    actual: int
    amount: int = 0
    waited: int | None = None
    delivered: int | None = None

    @property
    def log_ratio(self) -> float:
        return math.log(max(self.actual, 1) / max(self.planned, 1))

    @property
    def load(self) -> float | None:
        """The logarithm of the amount of work per planned day."""
        return _load(self.planned, self.amount)


@dataclass(frozen=True, slots=True)
class Experience:
    """How plans were kept, as log(actual / planned): the mean of all, and of each MSME with its number of orders.

    ``among`` is the spread among MSMEs, ``within`` that from order to order of one MSME: knowing an MSME takes away
    the first and never the second. ``load`` is the usual amount of work per planned day, ``amount_counts`` from 0 (only
    the plan tells how long it takes) to 1 (only the amount does).
    """

    mean: float
    among: float
    within: float
    by_msme: dict[int, tuple[int, float]]
    load: float | None = None
    amount_counts: float = 0.0
    waits: "Pauses" = field(default_factory=lambda: Pauses.of([], _COMMON_WAIT))
    deliveries: "Pauses" = field(default_factory=lambda: Pauses.of([], _COMMON_DELIVERY))

    @classmethod
    def of(cls, kept: Iterable[Kept]) -> "Experience":
        rows = list(kept)
        load, amount_counts = _amounts(rows)
        ratios: dict[int, list[float]] = {}
        for one in rows:
            ratios.setdefault(one.msme_id, []).append(
                one.log_ratio - amount_counts * _beyond_usual(one.load, load)
            )
        means = {msme_id: fmean(found) for msme_id, found in ratios.items()}
        count = len(rows)
        mean = sum(len(found) * means[msme_id] for msme_id, found in ratios.items()) / (count + _PRIOR_ORDERS)
        own = sum((ratio - means[msme_id]) ** 2 for msme_id, found in ratios.items() for ratio in found)
        whole = sum((ratio - mean) ** 2 for found in ratios.values() for ratio in found)
        within = _with_prior(own, count - len(ratios), _COMMON_WITHIN)
        total = _with_prior(whole, count, math.hypot(_COMMON_AMONG, _COMMON_WITHIN))
        return cls(
            mean=mean,
            among=math.sqrt(max(total - within, _LEAST_SPREAD**2)),
            within=math.sqrt(max(within, _LEAST_SPREAD**2)),
            by_msme={msme_id: (len(found), means[msme_id]) for msme_id, found in ratios.items()},
            load=load,
            amount_counts=amount_counts,
            waits=Pauses.of(
                [(one.msme_id, one.waited) for one in rows if one.waited is not None], _COMMON_WAIT
            ),
            deliveries=Pauses.of(
                [(one.msme_id, one.delivered) for one in rows if one.delivered is not None], _COMMON_DELIVERY
            ),
        )

    def expected(self, msme_id: int) -> tuple[float, float]:
        """Mean and spread of log(actual / planned) for one MSME, drawn towards all while it has few."""
        count, own = self.by_msme.get(msme_id, (0, 0.0))
        weight = count / (count + (self.within / self.among) ** 2)
        return own * weight + self.mean * (1 - weight), math.hypot(
            self.within, self.among * math.sqrt(1 - weight)
        )

    def days(self, msme_id: int, *, planned: int, amount: int = 0) -> tuple[float, float]:
        """Working days that a work will take, and the spread of their logarithm."""
        mean, spread = self.expected(msme_id)
        more = self.amount_counts * _beyond_usual(_load(planned, amount), self.load)
        return planned * math.exp(mean + more), spread

    def wait(self, msme_id: int) -> float:
        """Working days until a work begins that has not begun, on average."""
        return self.waits.of_msme(msme_id)

    def delivery(self, msme_id: int) -> float:
        """Working days from the last piece made to the last one received, on average."""
        return self.deliveries.of_msme(msme_id)


@dataclass(frozen=True, slots=True)
class Pauses:
    """Working days that pass without work, on average: of all, and of each MSME with how often it is known."""

    mean: float
    by_msme: dict[int, tuple[int, float]]

    @classmethod
    def of(cls, rows: Sequence[tuple[int, int]], common: float) -> "Pauses":
        by_msme: dict[int, list[int]] = {}
        for msme_id, days in rows:
            by_msme.setdefault(msme_id, []).append(days)
        whole = sum(days for _msme_id, days in rows) + _PRIOR_ORDERS * common
        return cls(
            whole / (len(rows) + _PRIOR_ORDERS),
            {msme_id: (len(found), fmean(found)) for msme_id, found in by_msme.items()},
        )

    def of_msme(self, msme_id: int) -> float:
        count, own = self.by_msme.get(msme_id, (0, 0.0))
        return max(0.05, (count * own + _PRIOR_ORDERS * self.mean) / (count + _PRIOR_ORDERS))


def _load(planned: int, amount: int) -> float | None:
    return math.log(amount / max(planned, 1)) if amount > 0 else None


def _beyond_usual(load: float | None, usual: float | None) -> float:
    return 0.0 if load is None or usual is None else load - usual


def _amounts(rows: Sequence[Kept]) -> tuple[float | None, float]:
    """The usual amount of work per planned day, and how much it counts when it is not as usual: least squares."""
    known = [(one.load, one.log_ratio) for one in rows if one.load is not None]
    if not known:
        return None, 0.0
    usual, ratio = fmean(load for load, _ratio in known), fmean(ratio for _load, ratio in known)
    noise = math.hypot(_COMMON_AMONG, _COMMON_WITHIN) ** 2 / _AMOUNT_SPREAD**2
    both = sum((load - usual) * (found - ratio) for load, found in known)
    own = sum((load - usual) ** 2 for load, _ratio in known)
    return usual, min(1.0, max(0.0, (both + noise * _AMOUNT_COUNTS) / (own + noise)))


def _with_prior(squares: float, count: int, common: float) -> float:
    """A variance, drawn towards the common one while there are few."""
    return (squares + _PRIOR_ORDERS * common**2) / (count + _PRIOR_ORDERS)
