"""What weeks are free, by MSME and product: the one reader for rounds, candidates, splits, addenda and forecasts.

A pair that is *not tracked* (no usual week was declared, so nothing limits it) is in no answer; a pair that is tracked
is in every answer, with 0 where nothing is free: an MSME without a week up to a day is never taken for one without
limits.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from msmes.models import CapacityPlan, CapacityWeek
from msmes.sealed import hidden_pieces
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


def free_weeks(
    *, msme_ids: Iterable[int], product_ids: Iterable[int], until: date, is_own: bool = False
) -> FreeWeeks:
    """The weeks from this one up to a day, in three queries.

    Unless the MSME itself asks (``is_own``), what a sealed answer holds counts as free.
    """
    which = Q(msme_id__in=list(msme_ids), product_id__in=list(product_ids))
    found: dict[Pair, list[tuple[date, int]]] = {
        pair: [] for pair in CapacityPlan.objects.filter(which).values_list("msme_id", "product_id")
    }
    if not found:
        return FreeWeeks({})
    rows = CapacityWeek.objects.filter(which, week__gte=monday_of(clock.today()), week__lte=until)
    hidden = {} if is_own else hidden_pieces(rows, "week_id")
    for pk, msme_id, product_id, week, available, reserved in rows.order_by("week").values_list(
        "pk", "msme_id", "product_id", "week", "available", "reserved"
    ):
        if (msme_id, product_id) in found:
            found[msme_id, product_id].append((week, available - reserved + hidden.get(pk, 0)))
    return FreeWeeks({pair: tuple(weeks) for pair, weeks in found.items()})


def free_until(
    *, msme_ids: Iterable[int], product_ids: Iterable[int], until: date, is_own: bool = False
) -> FreePieces:
    """Free pieces from this week up to a day. What :func:`free_weeks` says of sealed answers holds here as well."""
    weeks = free_weeks(msme_ids=msme_ids, product_ids=product_ids, until=until, is_own=is_own)
    return weeks.until(until)
