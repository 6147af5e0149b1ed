"""What weeks are free, by MSME and product: the one reader for rounds, candidates, splits, addenda and forecasts.

A pair that is *not tracked* (no usual week was declared, so nothing limits it) is in no answer; a pair that is tracked
is in every answer, with 0 where nothing is free: an MSME without a week up to a day is never taken for one without
limits.

Free is what is still to come and not needed for a promise: days of this week that are over are no capacity, and what
was to be made in days that are over, and is not made yet, takes the earliest pieces that nobody else was promised. That
is so at every moment, whether or not :mod:`msmes.capacity.declaring` has moved the overdue promises to other weeks
already.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from msmes.capacity.sealed import hidden_pieces
from msmes.models import CapacityPlan, CapacityWeek
from msmes.models.capacity import pieces_to_come
from procurement import clock
from procurement.working_days import monday_of

Pair = tuple[int, int]
"""MSME and product."""


@dataclass(frozen=True, slots=True, eq=False)
class FreePieces(Mapping[Pair, int]):
    """Free pieces of every pair that is tracked, 0 included. Ask :meth:`limit` for how many may be asked for."""

    pieces: Mapping[Pair, int]

    def __getitem__(self, pair: Pair) -> int:
        return self.pieces[pair]

    def __iter__(self) -> Iterator[Pair]:
        return iter(self.pieces)

    def __len__(self) -> int:
        return len(self.pieces)

    def of(self, msme_id: int, product_id: int) -> int | None:
        """Free pieces; None only when the pair is not tracked."""
        return self.pieces.get((msme_id, product_id))

    def limit(self, msme_id: int, product_id: int, wanted: int) -> int:
        """How many of ``wanted`` pieces are free: all of them where nothing is tracked."""
        free = self.of(msme_id, product_id)
        return wanted if free is None else max(0, min(wanted, free))


@dataclass(frozen=True, slots=True)
class FreeWeeks:
    """The free pieces of each week of every pair that is tracked, earliest first."""

    weeks: Mapping[Pair, tuple[tuple[date, int], ...]]

    def of(self, msme_id: int, product_id: int, *, until: date) -> list[int] | None:
        """The free pieces of each week up to a day; none once that day has passed. None when it is not tracked."""
        found = self.weeks.get((msme_id, product_id))
        if found is None:
            return None
        return [free for week, free in found if week <= until] if until >= clock.today() else []

    def until(self, day: date) -> FreePieces:
        """Free pieces up to a day; a day that has passed leaves nothing free."""
        return FreePieces({pair: sum(self.of(*pair, until=day) or ()) for pair in self.weeks})


def with_overdue(until: date, today: date) -> Q:
    """The weeks from this one up to a day, and those that are over and hold something: overdue, it is to be made."""
    first = monday_of(today)
    return Q(week__gte=first, week__lte=until) | Q(week__lt=first, reserved__gt=0)


FIGURES = ("week", "available", "beyond", "days", "reserved")
"""The columns that :func:`spread` reads, in its order."""


def spread(
    weeks: Iterable[tuple[date, int, int, int, int]], today: date, backlog: int = 0
) -> Iterator[tuple[date, int]]:
    """The free pieces of each week of one MSME and product, earliest first; ``weeks`` are :data:`FIGURES` in order.

    Promises of days that are over are overdue (``backlog``): they take the first free pieces, before anybody else.
    """
    first = monday_of(today)
    for week, available, beyond, days, reserved in weeks:
        left = pieces_to_come(week, available - beyond, days, today) - reserved
        if week < first:
            backlog += reserved
            continue
        if week == first and left < 0:
            backlog -= left
        taken = min(max(0, left), backlog)
        backlog -= taken
        yield week, max(0, left) - taken


def free_weeks(
    *, msme_ids: Iterable[int], product_ids: Iterable[int], until: date, is_own: bool = False
) -> FreeWeeks:
    """The weeks from this one up to a day, in three queries.

    Unless the MSME itself asks (``is_own``), what a sealed answer holds counts as free.
    """
    which = Q(msme_id__in=list(msme_ids), product_id__in=list(product_ids))
    found: dict[Pair, list[tuple[date, int, int, int, int]]] = {
        pair: [] for pair in CapacityPlan.objects.filter(which).values_list("msme_id", "product_id")
    }
    if not found:
        return FreeWeeks({})
    today = clock.today()
    rows = CapacityWeek.objects.filter(which).filter(with_overdue(until, today))
    hidden = {} if is_own else hidden_pieces(rows, "week_id")
    for pk, msme_id, product_id, week, available, beyond, days, reserved in rows.order_by("week").values_list(
        "pk", "msme_id", "product_id", *FIGURES
    ):
        if (msme_id, product_id) in found:
            found[msme_id, product_id].append((week, available, beyond, days, reserved - hidden.get(pk, 0)))
    return FreeWeeks({pair: tuple(spread(weeks, today)) for pair, weeks in found.items()})


def free_until(
    *, msme_ids: Iterable[int], product_ids: Iterable[int], until: date, is_own: bool = False
) -> FreePieces:
    """Free pieces from this week up to a day. What :func:`free_weeks` says of sealed answers holds here as well."""
    weeks = free_weeks(msme_ids=msme_ids, product_ids=product_ids, until=until, is_own=is_own)
    return weeks.until(until)
