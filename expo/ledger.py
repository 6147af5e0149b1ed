"""The value ledger: the only writer of entries, and the reads that figures come from.

Every rupiah of demand stands in exactly one stage. A change posts legs that sum to zero; totals are sums of legs.
Values are before PPN. *Not yet booked* is announced + requested + quoted.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Sum

from expo.models import BOOKED, NOT_YET_BOOKED, LedgerEntry, Stage
from procurement.recording import Acting

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Dimensions:
    """What is known about a piece of value besides its stage; ids, None where not known (yet)."""

    msme_id: int | None = None
    category_id: int | None = None
    district_id: int | None = None
    pledge_id: int | None = None


NOTHING_KNOWN = Dimensions()


@dataclass(slots=True)
class Posting:
    """Legs of one change, gathered by :meth:`move` and written by :meth:`write` in one INSERT.

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

    def write(self) -> None:
        """Insert the legs. Raises :class:`ValueError` when they do not sum to zero: that is a fault of ours."""
        legs = {key: amount for key, amount in self.legs.items() if amount}
        if sum(legs.values(), ZERO) != 0:
            raise ValueError(f"{self.verb}: legs sum to {sum(legs.values(), ZERO)}, not to zero")
        posting = uuid.uuid4()
        LedgerEntry.objects.bulk_create(
            LedgerEntry(
                posting=posting,
                stage=stage,
                amount=amount,
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
            for (stage, known), amount in legs.items()
        )


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
    """Rupiah by stage, now or as of a moment, optionally of one institution, MSME, category or order."""
    entries = LedgerEntry.objects.filter(edition_id=edition_id, **dimensions)
    if as_of is not None:
        entries = entries.filter(happened_at__lte=as_of)
    rows = entries.values_list("stage").annotate(total=Sum("amount")).order_by()
    return Totals({Stage(stage): Decimal(total) for stage, total in rows})


def unbalanced_postings() -> list[uuid.UUID]:
    """Postings whose legs do not sum to zero. There are none; ``manage.py reconcile`` looks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT posting FROM expo_ledgerentry GROUP BY posting HAVING SUM(amount) <> 0")
        return [uuid.UUID(str(row[0])) for row in cursor.fetchall()]
