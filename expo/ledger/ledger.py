"""The value ledger: the only writer of entries. Reads are in ``expo.ledger.balances``, sums in ``expo.ledger.rollup``.

Every rupiah of demand is in exactly one stage. A change posts legs that sum to zero; totals are sums of legs.
Values are before PPN. *Not yet booked* is announced + requested + quoted. What value is counted by (unit, district …)
may change meanwhile: :func:`relabel` moves all of it.
"""

# ruff: noqa: S608 - every part of these statements is written here; values are parameters

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import DatabaseError, connection
from django.db.models import Sum
from django.utils.translation import gettext as _

from expo.ledger.balances import balances_of
from expo.ledger.dimensions import moment
from expo.models import BOOKED, Dimension, LedgerEntry, Origin, Stage
from msmes.models import Msme
from procurement.errors import WrongState
from procurement.rows.bulk import insert_rows
from procurement.rows.recording import Acting

ZERO = Decimal(0)

IN_PLAY = (Stage.REQUESTED, Stage.QUOTED, *BOOKED)
"""Where an order is worth something: it neither was lost nor was it never asked for."""


@dataclass(frozen=True, slots=True)
class Head:
    """Whose value it is: what an order says at its head, or a pledge, which has no unit."""

    edition_id: int
    institution_id: int | None
    unit_id: int | None = None
    order_id: int | None = None


@dataclass(frozen=True, slots=True)
class Dimensions:
    """What is known about a piece of value besides its stage; ids, None where not known (yet).

    ``since`` belongs to value that is not yet booked, ``origin`` to value that is lost; see :class:`LedgerEntry`.
    ``head`` says whose it is where that is not whom the posting is of.
    """

    msme_id: int | None = None
    category_id: int | None = None
    district_id: int | None = None
    pledge_id: int | None = None
    origin: str = ""
    since: date | None = None
    head: Head | None = None


NOTHING_KNOWN = Dimensions()

_ORIGINS = {
    Stage.ANNOUNCED: Origin.ANNOUNCED,
    Stage.REQUESTED: Origin.REQUESTED,
    Stage.QUOTED: Origin.QUOTED,
    **dict.fromkeys(BOOKED, Origin.BOOKED),
}


def origin_of(stage: Stage) -> Origin:
    """How far value in ``stage`` has come."""
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
        own = self.head
        rows = [
            LedgerEntry(
                posting=posting,
                stage=stage,
                amount=amount,
                orders=orders,
                origin=known.origin,
                since=known.since,
                dwell_days=dwell,
                edition_id=(known.head or own).edition_id,
                institution_id=(known.head or own).institution_id,
                unit_id=(known.head or own).unit_id,
                msme_id=known.msme_id,
                category_id=known.category_id,
                district_id=known.district_id,
                pledge_id=known.pledge_id,
                order_id=(known.head or own).order_id,
                verb=self.verb,
                actor_id=self.actor.user_id,
                happened_at=self.happened_at,
            )
            for stage, known, amount, orders, dwell in self._rows()
        ]
        with _refusals_said():
            insert_rows(rows)

    @property
    def head(self) -> Head:
        """Whose the legs are that do not say it."""
        return Head(self.edition_id, self.institution_id, self.unit_id, self.order_id)

    def _rows(self) -> list[tuple[Stage, Dimensions, Decimal, int, int | None]]:
        """Each leg with what it counts: a count joins a leg of its stage, day, origin and head, or is a leg of its own.

        What comes in is written before what goes out: SQLite judges row by row whether a place is left below zero, and
        two orders of one pledge move the same place. So a count joins no leg that goes the other way.
        """
        waiting = {key: (orders, self.dwells.get(key)) for key, orders in self.counts.items() if orders}
        rows = []
        for (stage, known), amount in self.legs.items():
            if not amount:
                continue
            suited = next(
                (
                    key
                    for key in waiting
                    if key[0] == stage
                    and (key[1].since, key[1].origin, key[1].head) == (known.since, known.origin, known.head)
                    and (self.counts[key] > 0) == (amount > 0)
                ),
                None,
            )
            orders, dwell = waiting.pop(suited) if suited else (0, None)
            rows.append((stage, known, amount, orders, dwell))
        rows += [(stage, known, ZERO, orders, dwell) for (stage, known), (orders, dwell) in waiting.items()]
        return sorted(rows, key=lambda row: row[2] < 0 or row[3] < 0)


_HEAD = ("edition_id", "institution_id", "unit_id", "order_id")
_CUT_BY = (*_HEAD, "msme_id", "category_id", "district_id")
"""Everything that the value of orders is counted by besides stage, day and origin."""


def relabel(
    changes: Mapping[str, int | None],
    *,
    verb: str,
    actor: Acting,
    happened_at: datetime,
    **of: int,
) -> int:
    """Count all value ``of`` an order or an MSME under other ids, whatever stage it is in.

    ``changes`` gives the new ids (``unit_id=…``). Value under any other id leaves it and comes in again under the
    new one, with its stage, day and origin, so nobody is counted as having waited again. Counts go with the heading of
    orders alone: of MSME, category and district they say nothing. The value of a pledge is its own and stays.
    One posting, one statement; returns how many legs it has.
    """
    unlike = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    differs = " OR ".join(f"{name} {unlike} %s" for name in changes)
    whose = " AND ".join((*(f"{name} = %s" for name in of), "pledge_id IS NULL"))
    given = ", ".join(
        f"CASE WHEN sign = 1 THEN %s ELSE {name} END" if name in changes else name for name in _CUT_BY
    )
    cut_by, head = ", ".join(_CUT_BY), ", ".join(_HEAD)
    standing = f"""SELECT stage, origin, since, {cut_by}, SUM(amount) AS amount, 0 AS orders
        FROM expo_ledgerentry WHERE {whose} AND ({differs})
        GROUP BY stage, origin, since, {cut_by} HAVING SUM(amount) <> 0"""
    parameters: list[Any] = [*of.values(), *changes.values()]
    if changes.keys() <= set(_HEAD):
        standing += f""" UNION ALL SELECT stage, origin, since, {head}, NULL, NULL, NULL, 0, SUM(orders)
            FROM expo_ledgerentry WHERE {whose} AND ({differs})
            GROUP BY stage, origin, since, {head} HAVING SUM(orders) <> 0"""
        parameters *= 2
    posting: Any = LedgerEntry._meta.get_field("posting")
    with _refusals_said(), connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO expo_ledgerentry
                (posting, stage, amount, orders, origin, since, {cut_by}, verb, actor_id, happened_at)
            SELECT %s, stage, sign * amount, sign * orders, origin, since, {given}, %s, %s, %s
            FROM ({standing}) AS standing
            CROSS JOIN (SELECT -1 AS sign UNION ALL SELECT 1) AS sides ORDER BY sign, order_id, stage""",
            [
                posting.get_db_prep_value(uuid.uuid4(), connection),
                *(changes[name] for name in _CUT_BY if name in changes),
                verb,
                actor.user_id,
                moment(happened_at),
                *parameters,
            ],
        )
        return max(0, int(cursor.rowcount))


def move_to_district(msme: Msme, actor: Acting, happened_at: datetime) -> None:
    """All value of an MSME is counted in the district where it is registered now, also what it has lost.

    An act on an order that is under way meanwhile has read the old district: the database refuses its legs.
    """
    relabel(
        {"district_id": msme.district_id},
        verb="msme.change",
        actor=actor,
        happened_at=happened_at,
        msme_id=msme.pk,
    )


STALE_DISTRICT, BELOW_ZERO = "district of an MSME that has moved", "would stand below zero"
"""What the database says when it refuses legs (``expo/migrations/0016``); the second is a fault of ours."""


@contextmanager
def _refusals_said() -> Iterator[None]:
    """Somebody moved the MSME to another district while this act was under way: that is no fault of anybody."""
    try:
        yield
    except DatabaseError as error:
        if STALE_DISTRICT not in str(error):
            raise
        raise WrongState(
            _("Kabupaten/kota sebuah UMKM baru saja berubah. Muat ulang halaman, lalu ulangi langkah ini.")
        ) from error


def in_play(order_ids: Iterable[int]) -> dict[int, Decimal]:
    """What each order is worth that is neither lost nor outside, by the entries so far."""
    rows = (
        LedgerEntry.objects.filter(order_id__in=list(order_ids), stage__in=IN_PLAY, pledge__isnull=True)
        .order_by()
        .values_list("order_id")
        .annotate(total=Sum("amount"))
    )
    return {int(order_id or 0): Decimal(total) for order_id, total in rows}


@dataclass(frozen=True, slots=True)
class Totals:
    """Rupiah by stage at one moment."""

    by_stage: dict[Stage, Decimal]

    def __getitem__(self, stage: Stage) -> Decimal:
        return self.by_stage.get(stage, ZERO)

    def of(self, stages: Iterable[Stage]) -> Decimal:
        return sum((self[stage] for stage in stages), ZERO)


def totals(*, edition_id: int, as_of: datetime | None = None, **dimensions: Any) -> Totals:
    """Rupiah by stage, now or as of a moment; with ``dimensions`` of the entries that these lookups leave."""
    if not dimensions:
        found = balances_of(edition_id, as_of, dimensions=(Dimension.TOTAL,)).by_stage
        return Totals({stage: cell.amount for stage, cell in found.items()})
    entries = LedgerEntry.objects.filter(edition_id=edition_id, **dimensions)
    if as_of is not None:
        entries = entries.filter(happened_at__lte=as_of)
    rows = entries.values_list("stage").annotate(total=Sum("amount")).order_by()
    return Totals({Stage(stage): Decimal(total) for stage, total in rows})
