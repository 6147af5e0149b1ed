"""The value ledger: the only writer of entries. Reads are in ``expo.balances``, sums in ``expo.rollup``.

Every rupiah of demand stands in exactly one stage. A change posts legs that sum to zero; totals are sums of legs.
Values are before PPN. *Not yet booked* is announced + requested + quoted.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Sum

from expo.balances import Cell, Figures, figures, series, standing_of
from expo.models import BOOKED, NOT_YET_BOOKED, Dimension, LedgerEntry, Origin, Stage
from procurement.bulk import insert_rows
from procurement.recording import Acting

__all__ = [
    "NOTHING_KNOWN",
    "ZERO",
    "Cell",
    "Dimensions",
    "Figures",
    "Posting",
    "Totals",
    "figures",
    "origin_of",
    "series",
    "standing_of",
    "totals",
    "unbalanced_postings",
]

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Dimensions:
    """What is known about a piece of value besides its stage; ids, None where not known (yet).

    ``since`` belongs to value that is not yet booked, ``origin`` to value that is lost; see :class:`LedgerEntry`.
    """

    msme_id: int | None = None
    category_id: int | None = None
    district_id: int | None = None
    pledge_id: int | None = None
    origin: str = ""
    since: date | None = None


NOTHING_KNOWN = Dimensions()

_ORIGINS = {
    Stage.ANNOUNCED: Origin.ANNOUNCED,
    Stage.REQUESTED: Origin.REQUESTED,
    Stage.QUOTED: Origin.QUOTED,
    **dict.fromkeys(BOOKED, Origin.BOOKED),
}


def origin_of(stage: Stage) -> Origin:
    """How far value has come that stands in ``stage``."""
    return _ORIGINS[stage]


@dataclass(slots=True)
class Posting:
    """Legs of one change, gathered by :meth:`move` and :meth:`count` and written by :meth:`write` in one INSERT.

    Moves of the same stage and dimensions add up; what adds up to nothing is not written.
    """

    verb: str
    actor: Acting
    happened_at: datetime
    edition_id: int
    institution_id: int | None
    unit_id: int | None = None
    order_id: int | None = None
    legs: dict[tuple[Stage, Dimensions], Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    counts: dict[tuple[Stage, Dimensions], int] = field(default_factory=lambda: defaultdict(int))
    dwells: dict[tuple[Stage, Dimensions], int] = field(default_factory=dict)

    def leg(self, stage: Stage, amount: Decimal, dimensions: Dimensions = NOTHING_KNOWN) -> None:
        """One side of a change; :meth:`write` refuses a posting whose legs do not sum to zero."""
        self.legs[stage, dimensions] += amount

    def move(
        self,
        amount: Decimal,
        source: Stage,
        target: Stage,
        *,
        taken: Dimensions = NOTHING_KNOWN,
        given: Dimensions | None = None,
    ) -> None:
        """Take ``amount`` rupiah out of ``source`` and put it into ``target``."""
        self.leg(source, -amount, taken)
        self.leg(target, amount, taken if given is None else given)

    def count(
        self,
        source: Stage,
        target: Stage,
        *,
        taken: Dimensions = NOTHING_KNOWN,
        given: Dimensions = NOTHING_KNOWN,
        dwell_days: int | None = None,
    ) -> None:
        """An order, or a pledge, as a whole leaves ``source``, where it stood ``dwell_days``, for ``target``."""
        self.counts[source, taken] -= 1
        self.counts[target, given] += 1
        if dwell_days is not None:
            self.dwells[source, taken] = max(0, min(dwell_days, 32_767))

    def write(self) -> None:
        """Insert the legs. Raises :class:`ValueError` when they do not sum to zero: that is a fault of ours."""
        if sum(self.legs.values(), ZERO) != 0 or sum(self.counts.values()) != 0:
            raise ValueError(
                f"{self.verb}: legs sum to {sum(self.legs.values(), ZERO)} and {sum(self.counts.values())}, "
                "not to zero"
            )
        posting = uuid.uuid4()
        insert_rows(
            LedgerEntry(
                posting=posting,
                stage=stage,
                amount=amount,
                orders=orders,
                origin=known.origin,
                since=known.since,
                dwell_days=dwell,
                edition_id=self.edition_id,
                institution_id=self.institution_id,
                unit_id=self.unit_id,
                msme_id=known.msme_id,
                category_id=known.category_id,
                district_id=known.district_id,
                pledge_id=known.pledge_id,
                order_id=self.order_id,
                verb=self.verb,
                actor_id=self.actor.user_id,
                happened_at=self.happened_at,
            )
            for stage, known, amount, orders, dwell in self._rows()
        )

    def _rows(self) -> list[tuple[Stage, Dimensions, Decimal, int, int | None]]:
        """Each leg with what it counts: a count joins a leg of its stage, day and origin, or stands alone."""
        waiting = {key: (orders, self.dwells.get(key)) for key, orders in self.counts.items() if orders}
        rows = []
        for (stage, known), amount in self.legs.items():
            if not amount:
                continue
            suited = next(
                (
                    key
                    for key in waiting
                    if (key[0], key[1].since, key[1].origin) == (stage, known.since, known.origin)
                ),
                None,
            )
            orders, dwell = waiting.pop(suited) if suited else (0, None)
            rows.append((stage, known, amount, orders, dwell))
        rows += [(stage, known, ZERO, orders, dwell) for (stage, known), (orders, dwell) in waiting.items()]
        return rows


@dataclass(frozen=True, slots=True)
class Totals:
    """Rupiah by stage at one moment."""

    by_stage: dict[Stage, Decimal]

    def __getitem__(self, stage: Stage) -> Decimal:
        return self.by_stage.get(stage, ZERO)

    def of(self, stages: Iterable[Stage]) -> Decimal:
        return sum((self[stage] for stage in stages), ZERO)

    @property
    def not_yet_booked(self) -> Decimal:
        """*Belum dibukukan*: announced + requested + quoted."""
        return self.of(NOT_YET_BOOKED)

    @property
    def booked(self) -> Decimal:
        """Order value: everything that was booked, wherever it stands now."""
        return self.of(BOOKED)


def totals(*, edition_id: int, as_of: datetime | None = None, **dimensions: Any) -> Totals:
    """Rupiah by stage, now or as of a moment; with ``dimensions`` of the entries that these lookups leave."""
    if not dimensions:
        found = figures(edition_id, as_of, dimensions=(Dimension.TOTAL,)).by_stage
        return Totals({stage: cell.amount for stage, cell in found.items()})
    entries = LedgerEntry.objects.filter(edition_id=edition_id, **dimensions)
    if as_of is not None:
        entries = entries.filter(happened_at__lte=as_of)
    rows = entries.values_list("stage").annotate(total=Sum("amount")).order_by()
    return Totals({Stage(stage): Decimal(total) for stage, total in rows})


def unbalanced_postings() -> list[uuid.UUID]:
    """Postings whose legs do not sum to zero. There are none; ``manage.py reconcile`` looks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT posting FROM expo_ledgerentry GROUP BY posting HAVING SUM(amount) <> 0 OR SUM(orders) <> 0"
        )
        return [uuid.UUID(str(row[0])) for row in cursor.fetchall()]
