"""Figures of the ledger at a moment, exact, in two queries whose cost does not grow with the number of orders.

A figure is the sums up to the horizon (``expo.rollup``) plus the entries after it, taken in one statement so that
both come from one view of the database. As of a past moment it is whole months, single days, and the entries of the
one unfinished day, counted from the nearer end: up from nothing, or down from all. With filters the entries of that
institution, MSME … are summed themselves.
"""

# ruff: noqa: S608 - every part of these statements is written here; values are parameters

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

from django.db import connection

from expo.dimensions import ORIGINS
from expo.models import BOOKED, NOT_YET_BOOKED, Dimension, Origin, Stage
from expo.sources import Source, days, entries, sums_and_tail

ZERO = Decimal(0)

EVERY = tuple(Dimension)
SHORT = (
    Dimension.TOTAL,
    Dimension.CATEGORY,
    Dimension.DISTRICT,
    Dimension.SINCE,
    Dimension.ORIGIN,
    Dimension.DWELL,
    Dimension.PLEDGED,
)
"""The dimensions that have few keys however large the expo; the others are read by :func:`leaders`."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Rupiah and the number of orders (or, announced, of pledges)."""

    amount: Decimal = ZERO
    orders: int = 0

    def __add__(self, other: "Cell") -> "Cell":
        return Cell(self.amount + other.amount, self.orders + other.orders)


NOTHING = Cell()


class ByStage(dict[Stage, Cell]):
    """What stands in each stage; a stage that nothing stands in reads as nothing."""

    def __missing__(self, stage: Stage) -> Cell:
        return NOTHING

    def of(self, stages: Iterable[Stage]) -> Cell:
        """Several stages together."""
        return sum((self[stage] for stage in stages), NOTHING)

    @property
    def not_yet_booked(self) -> Cell:
        """*Belum dibukukan*: announced + requested + quoted."""
        return self.of(NOT_YET_BOOKED)

    @property
    def booked(self) -> Cell:
        """Order value: everything that was booked, wherever it stands now."""
        return self.of(BOOKED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What stands unbooked in one stage since one day."""

    stage: Stage
    since: date
    cell: Cell


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that the entries say of one edition at one moment; ``as_of`` None means now."""

    edition_id: int
    as_of: datetime | None
    sums: dict[Dimension, dict[int, ByStage]] = field(repr=False)

    @property
    def by_stage(self) -> ByStage:
        return self.sums[Dimension.TOTAL].get(0, ByStage())

    @property
    def not_yet_booked(self) -> Cell:
        return self.by_stage.not_yet_booked

    @property
    def booked(self) -> Cell:
        return self.by_stage.booked

    def by(self, dimension: Dimension) -> dict[int, ByStage]:
        """What stands in each stage by the ids of one dimension; key 0 is what is not known (yet).

        MSME, category and district have rupiah only: an order has many of them, so its count belongs to none.
        """
        return self.sums[dimension]

    def ageing(self) -> list[Waiting]:
        """The unbooked by stage and the day since when it stands there, oldest first."""
        return [
            Waiting(stage, date.fromordinal(key), by_stage[stage])
            for key, by_stage in sorted(self.sums[Dimension.SINCE].items())
            for stage in NOT_YET_BOOKED
            if by_stage[stage] != NOTHING
        ]

    def lost_by_origin(self) -> dict[Origin, Cell]:
        """What was lost by how far it had come."""
        found = self.sums[Dimension.ORIGIN]
        return {origin: found.get(place + 1, ByStage())[Stage.LOST] for place, origin in enumerate(ORIGINS)}

    def reached(self) -> dict[Stage, Cell]:
        """The funnel: what came at least as far as each stage, lost or not. Announced: what did not become an order.

        Lost value counts for the stages up to where it was lost.
        """
        lost, stages = self.lost_by_origin(), self.by_stage
        delivered = stages[Stage.DELIVERED]
        booked = stages.booked + lost[Origin.BOOKED]
        quoted = booked + stages[Stage.QUOTED] + lost[Origin.QUOTED]
        requested = quoted + stages[Stage.REQUESTED] + lost[Origin.REQUESTED]
        announced = stages[Stage.ANNOUNCED] + lost[Origin.ANNOUNCED]
        return {
            Stage.ANNOUNCED: announced,
            Stage.REQUESTED: requested,
            Stage.QUOTED: quoted,
            Stage.BOOKED: booked,
            Stage.DELIVERED: delivered,
        }

    def dwell(self, stage: Stage) -> list[tuple[int, int]]:
        """``(days, orders)`` of the orders that have left a stage: how long they stood there."""
        return sorted(
            (days, -by_stage[stage].orders)
            for days, by_stage in self.sums[Dimension.DWELL].items()
            if by_stage[stage].orders
        )

    def median_days(self, stage: Stage) -> int | None:
        """The median days that orders stood in a stage before they left it; None when none has left."""
        return median(self.dwell(stage))


def median(counted: Sequence[tuple[int, int]]) -> int | None:
    """The lower median of sorted ``(value, how many)``."""
    everyone = sum(count for _value, count in counted)
    seen = 0
    for value, count in counted:
        seen += count
        if seen * 2 >= everyone:
            return value
    return None


@dataclass(frozen=True, slots=True)
class Leader:
    """One institution, unit, MSME …: its key, its rupiah in the stages asked for, and what it has in each stage."""

    key: int
    size: Decimal
    by_stage: ByStage


@dataclass(frozen=True, slots=True)
class Leaders:
    """The largest of one dimension, how many there are in all, what they have together, and how unevenly.

    ``concentration`` is the Herfindahl index, from 0 (many equal ones) to 1 (one has all); key 0 is left out of it.
    """

    rows: list[Leader]
    count: int
    total: Decimal
    concentration: float


def figures(
    edition_id: int,
    as_of: datetime | None = None,
    *,
    through: int | None = None,
    dimensions: Iterable[Dimension] = SHORT,
    **filters: int | None,
) -> Figures:
    """The figures of one edition now, or as of an aware moment, optionally of one institution, unit, MSME, category,
    district, order or pledge.

    ``through`` leaves out what was recorded after that entry: what was known then. With it, or with filters, the
    entries themselves are summed; else the cost does not depend on their number.
    """
    if filters or through is not None:
        source = entries(edition_id, as_of, through, filters)
    else:
        dimensions = tuple(dimensions)
        source = sums_and_tail(edition_id, as_of, dimensions=dimensions)
    return figures_from(source, edition_id, as_of, dimensions)


def figures_from(
    source: Source, edition_id: int, as_of: datetime | None, dimensions: Iterable[Dimension]
) -> Figures:
    """The figures that a source of entries and sums gives."""
    wanted = tuple(dict.fromkeys((Dimension.TOTAL, *dimensions)))
    found: dict[Dimension, dict[int, ByStage]] = {dimension: {} for dimension in wanted}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{source.parts(wanted)}
            SELECT dimension, key, stage, CAST(SUM(amount) AS bigint), CAST(SUM(orders) AS bigint)
            FROM parts GROUP BY dimension, key, stage HAVING SUM(amount) <> 0 OR SUM(orders) <> 0""",
            source.parameters,
        )
        rows = cursor.fetchall()
    named = {dimension.value: found[dimension] for dimension in wanted}
    for dimension, key, stage, amount, orders in rows:
        by_key = named[dimension]
        by_stage = by_key.get(key)
        if by_stage is None:
            by_stage = by_key[key] = ByStage()
        by_stage[_STAGES[stage]] = Cell(Decimal(amount), orders)
    return Figures(edition_id, as_of, found)


_STAGES = {stage.value: stage for stage in Stage}


def standing_of(edition_id: int, dimension: Dimension, key: int, as_of: datetime | None = None) -> ByStage:
    """What one institution, unit, MSME, category or district has in each stage, from the sums."""
    source = sums_and_tail(edition_id, as_of)
    found = ByStage()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{source.parts((dimension,), key=key)}
            SELECT stage, CAST(SUM(amount) AS bigint), CAST(SUM(orders) AS bigint)
            FROM parts WHERE key = %s GROUP BY stage HAVING SUM(amount) <> 0 OR SUM(orders) <> 0""",
            [*source.parameters, key],
        )
        for stage, amount, orders in cursor.fetchall():
            found[_STAGES[stage]] = Cell(Decimal(amount), orders)
    return found


def leaders(
    edition_id: int,
    dimension: Dimension,
    stages: Iterable[Stage] = NOT_YET_BOOKED,
    *,
    most: int = 10,
    as_of: datetime | None = None,
) -> Leaders:
    """Who has most in ``stages``, largest first, by one dimension. Two queries, few rows."""
    source = sums_and_tail(edition_id, as_of)
    asked = ", ".join(f"'{Stage(stage).value}'" for stage in stages)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{source.parts((dimension,))},
            sizes AS (
                SELECT key, CAST(SUM(amount) AS bigint) AS size FROM parts WHERE stage IN ({asked})
                GROUP BY key HAVING SUM(amount) > 0
            ),
            largest AS (SELECT key, size FROM sizes ORDER BY size DESC, key LIMIT %s),
            whole AS (
                SELECT COUNT(*) AS many, CAST(SUM(size) AS bigint) AS total,
                    SUM(CAST(size AS double precision) * size) AS squares
                FROM sizes WHERE key <> 0
            )
            SELECT largest.key, size, stage, CAST(SUM(amount) AS bigint), CAST(SUM(orders) AS bigint),
                many, total, squares
            FROM largest JOIN parts ON parts.key = largest.key CROSS JOIN whole
            GROUP BY largest.key, size, stage, many, total, squares
            HAVING SUM(amount) <> 0 OR SUM(orders) <> 0
            ORDER BY size DESC, largest.key""",
            [*source.parameters, most],
        )
        rows = cursor.fetchall()
    found: dict[int, Leader] = {}
    for key, size, stage, amount, orders, _many, _total, _squares in rows:
        leader = found.setdefault(key, Leader(key, Decimal(size), ByStage()))
        leader.by_stage[_STAGES[stage]] = Cell(Decimal(amount), orders)
    many, total, squares = rows[0][5:] if rows else (0, 0, 0.0)
    return Leaders(
        list(found.values()),
        many,
        Decimal(total or 0),
        float(squares) / float(total) ** 2 if total else 0.0,
    )


def series(
    edition_id: int,
    until: datetime | None = None,
    *,
    since: date | None = None,
    dimension: Dimension = Dimension.TOTAL,
    key: int = 0,
) -> list[tuple[date, ByStage]]:
    """What stood in each stage at the end of each Jakarta day on which something changed, oldest first.

    With ``dimension`` and ``key`` of one institution, MSME … alone. What happened before ``since`` stands on that
    day; the last day is as of ``until``. Two queries.
    """
    source = days(edition_id, until, since, dimension, key)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{source.parts((dimension,), grouped=("period",))}
            SELECT period, stage, CAST(SUM(amount) AS bigint), CAST(SUM(orders) AS bigint)
            FROM parts WHERE key = %s GROUP BY period, stage ORDER BY period""",
            [*source.parameters, key],
        )
        rows = cursor.fetchall()
    found: list[tuple[date, ByStage]] = []
    standing: dict[Stage, Cell] = {}
    sums: dict[str, tuple[int, int]] = {}
    for period, of_day in groupby(rows, itemgetter(0)):
        for _period, stage, amount, orders in of_day:
            before = sums.get(stage, (0, 0))
            sums[stage] = so_far = before[0] + amount, before[1] + orders
            standing[_STAGES[stage]] = Cell(Decimal(so_far[0]), so_far[1])
        found.append((date.fromisoformat(period), ByStage(standing)))
    return found
