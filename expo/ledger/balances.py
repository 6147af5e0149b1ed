"""Figures of the ledger at a moment, exact, in two queries whose cost does not grow with the number of orders.

A figure is the sums up to the horizon (``expo.ledger.rollup``) plus the entries after it, taken in one statement so
that both come from one view of the database. As of a past moment it is the last closing before it
(``expo.ledger.closings``), the days since, a part of its own day (``expo.ledger.day_parts``), and the entries after
that. With filters the entries of that institution, MSME … are summed themselves.
"""

# ruff: noqa: S608 - every part of these statements is written here; values are parameters

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import connection

from expo.ledger.day_parts import PARTED
from expo.ledger.dimensions import ORIGINS, SIZE, SIZES, quoted
from expo.ledger.sources import Source, changes_until, entries, one_look, sums_and_tail
from expo.models import BOOKED, NOT_YET_BOOKED, Dimension, Origin, Stage

ZERO = Decimal(0)

EVERY = tuple(dimension for dimension in Dimension if dimension not in SIZES.values())
SHORT = tuple(dimension for dimension in PARTED if dimension not in SIZES.values())
"""The dimensions that have few keys however large the expo; of the others only the largest are read at once."""


class Cell(NamedTuple):
    """Rupiah and the number of orders (or, announced, of pledges). A page makes two thousand of them."""

    amount: Decimal = ZERO
    orders: int = 0

    def __add__(self, other: "Cell") -> "Cell":  # type: ignore[override]  # tuples would be joined
        return Cell(self.amount + other.amount, self.orders + other.orders)


NOTHING = Cell()


class ByStage(dict[Stage, Cell]):
    """The value of each stage. Missing stages return zero."""

    def __missing__(self, stage: Stage) -> Cell:
        return NOTHING

    def of(self, stages: Iterable[Stage]) -> Cell:
        """Several stages together. A page asks this a thousand times, so no cell is made on the way."""
        amount, orders = ZERO, 0
        for stage in stages:
            cell = self.get(stage)
            if cell is not None:
                amount += cell.amount
                orders += cell.orders
        return Cell(amount, orders)

    @property
    def not_yet_booked(self) -> Cell:
        """*Belum dibukukan*: announced + requested + quoted."""
        return self.of(NOT_YET_BOOKED)

    @property
    def booked(self) -> Cell:
        """Order value: everything that was booked, whatever stage it is in now."""
        return self.of(BOOKED)


@dataclass(frozen=True, slots=True)
class WaitingSince:
    """The unbooked value of one stage since one day."""

    stage: Stage
    since: date
    cell: Cell


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


@dataclass(frozen=True, slots=True)
class Balances:
    """Everything that the entries say of one edition at one moment; ``as_of`` None means now."""

    edition_id: int
    as_of: datetime | None
    sums: dict[Dimension, dict[int, ByStage]] = field(repr=False)
    leaders: dict[Dimension, Leaders] = field(default_factory=dict, repr=False)

    @property
    def by_stage(self) -> ByStage:
        return self.sums[Dimension.TOTAL].get(0, ByStage())

    def by(self, dimension: Dimension) -> dict[int, ByStage]:
        """The value of each stage by the ids of one dimension; key 0 is what is not known (yet).

        MSME, category and district have rupiah only: an order has many of them, so its count belongs to none.
        """
        return self.sums[dimension]

    def ageing(self) -> list[WaitingSince]:
        """Unbooked value by stage and the day since when it is there, oldest first."""
        return [
            WaitingSince(stage, date.fromordinal(key), by_stage[stage])
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


def balances_of(
    edition_id: int,
    as_of: datetime | None = None,
    *,
    through: int | None = None,
    dimensions: Iterable[Dimension] = SHORT,
    leading: Iterable[Dimension] = (),
    most: int = 11,
    **filters: int | None,
) -> Balances:
    """The figures of one edition now, or as of an aware moment, optionally of one institution, unit, MSME, category,
    district, order or pledge.

    ``leading`` asks for the ``most`` largest of dimensions that can have very many keys (of
    ``expo.ledger.dimensions.SIZES``). ``through`` leaves out what was recorded after that entry: what was known then.
    With it, or with filters, the entries themselves are summed; else the cost does not depend on their number. Two
    queries, with ``leading`` three.
    """
    dimensions, leading = tuple(dimensions), tuple(leading)
    if filters or through is not None:
        source = of_leaders = entries(edition_id, as_of, through, filters)
    else:
        with one_look():
            source = sums_and_tail(
                edition_id, as_of, dimensions=(*dimensions, *(SIZES[one] for one in leading))
            )
            of_leaders = sums_and_tail(edition_id, as_of, dimensions=leading) if leading else source
    found, ranked = _read(source, dimensions, leading, most)
    return Balances(edition_id, as_of, found, _leaders(of_leaders, ranked))


def balances_from(
    source: Source, edition_id: int, as_of: datetime | None, dimensions: Iterable[Dimension]
) -> Balances:
    """The figures that a source of entries and sums gives."""
    return Balances(edition_id, as_of, _read(source, dimensions)[0], {})


def _read(
    source: Source, dimensions: Iterable[Dimension], leading: Iterable[Dimension] = (), most: int = 0
) -> tuple[dict[Dimension, dict[int, ByStage]], dict[Dimension, list[Any]]]:
    """The value by dimension, key and stage; and the largest of other dimensions, by size only."""
    wanted = tuple(dict.fromkeys((Dimension.TOTAL, *dimensions)))
    sizes = {SIZES[dimension]: dimension for dimension in leading}
    statement = f"""{source.parts((*wanted, *sizes))}
        SELECT dimension, key, stage, amount, orders, 0, 0, 0.0
        FROM ({_PLAIN if source.once else _STANDING}) AS standing WHERE dimension IN ({quoted(wanted)})"""
    if sizes:
        statement += f" UNION ALL {_largest(sizes, most)}"
    with connection.cursor() as cursor:
        cursor.execute(statement, source.parameters)
        rows = cursor.fetchall()
    found: dict[Dimension, dict[int, ByStage]] = {dimension: {} for dimension in wanted}
    named = {dimension.value: found[dimension] for dimension in wanted}
    ranked: dict[Dimension, list[Any]] = {dimension: [] for dimension in sizes.values()}
    for dimension, key, stage, amount, orders, *whole in rows:
        if stage == SIZE:
            ranked[sizes[Dimension(dimension)]].append((key, amount, orders, *whole))
            continue
        _add(named[dimension], key, _STAGES[stage], Cell(Decimal(amount), orders))
    return found, ranked


def _add(by_key: dict[int, ByStage], key: int, stage: Stage, cell: Cell) -> None:
    """Add a cell; drop it when the sum is zero."""
    by_stage = by_key.get(key)
    if by_stage is None:
        by_stage = by_key[key] = ByStage()
    before = by_stage.get(stage)
    if before is not None:
        cell = before + cell
    by_stage[stage] = cell
    if cell == NOTHING:
        del by_stage[stage]
        if not by_stage:
            del by_key[key]


_PLAIN = "SELECT * FROM parts"
"""Where a sum and what is to be added to it are two rows: few are, so they are added here and not in the database."""

_STANDING = """
    SELECT dimension, key, stage, CAST(SUM(amount) AS bigint) AS amount, CAST(SUM(orders) AS bigint) AS orders
    FROM parts GROUP BY dimension, key, stage HAVING SUM(amount) <> 0 OR SUM(orders) <> 0"""


def _largest(sizes: Iterable[Dimension], most: int) -> str:
    """The largest of each dimension, how many there are, what they have together, and the sum of their squares."""
    return f"""
        SELECT dimension, key, stage, amount, place, many, total, squares FROM (
            SELECT dimension, key, stage, amount,
                ROW_NUMBER() OVER (PARTITION BY dimension ORDER BY amount DESC, key) AS place,
                COUNT(*) FILTER (WHERE key <> 0) OVER (PARTITION BY dimension) AS many,
                CAST(SUM(amount) FILTER (WHERE key <> 0) OVER (PARTITION BY dimension) AS bigint) AS total,
                SUM(CAST(amount AS double precision) * amount) FILTER (WHERE key <> 0)
                    OVER (PARTITION BY dimension) AS squares
            FROM ({_STANDING}) AS standing WHERE dimension IN ({quoted(sizes)}) AND amount > 0
        ) AS ranked WHERE place <= {int(most)}"""


def _leaders(source: Source, ranked: Mapping[Dimension, list[Any]]) -> dict[Dimension, Leaders]:
    """The largest of each dimension, in the order of their places, with what they have in each stage."""
    keys = {key for rows in ranked.values() for key, *_rest in rows}
    found: dict[tuple[str, int], ByStage] = {}
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(
                f"""{source.parts(ranked, keys=keys)}
                SELECT dimension, key, stage, amount, orders FROM ({_STANDING}) AS standing
                WHERE key IN ({", ".join(map(str, keys))})""",
                source.parameters,
            )
            for dimension, key, stage, amount, orders in cursor.fetchall():
                found.setdefault((dimension, key), ByStage())[_STAGES[stage]] = Cell(Decimal(amount), orders)
    return {
        dimension: _leaders_of(
            [
                (key, Decimal(size), found.get((dimension.value, key), ByStage()), *whole)
                for key, size, _place, *whole in sorted(rows, key=itemgetter(2))
            ]
        )
        for dimension, rows in ranked.items()
    }


def _leaders_of(rows: list[Any]) -> Leaders:
    many, total, squares = rows[0][3:] if rows else (0, 0, 0.0)
    return Leaders(
        [Leader(key, size, by_stage) for key, size, by_stage, *_whole in rows],
        many,
        Decimal(total or 0),
        float(squares) / float(total) ** 2 if total else 0.0,
    )


_STAGES = {stage.value: stage for stage in Stage}


def standing_of(edition_id: int, dimension: Dimension, key: int, as_of: datetime | None = None) -> ByStage:
    """What one institution, unit, MSME, category or district has in each stage, from the sums."""
    source = sums_and_tail(edition_id, as_of, dimensions=(dimension,))
    found = ByStage()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{source.parts((dimension,), keys=(key,))}
            SELECT stage, amount, orders FROM ({_STANDING}) AS standing WHERE key = %s""",
            [*source.parameters, key],
        )
        for stage, amount, orders in cursor.fetchall():
            found[_STAGES[stage]] = Cell(Decimal(amount), orders)
    return found


def series(
    edition_id: int,
    days: Sequence[date],
    *,
    dimension: Dimension = Dimension.TOTAL,
    key: int = 0,
) -> list[tuple[date, ByStage]]:
    """What stood in each stage at the end of each of the Jakarta ``days``, which ascend.

    With ``dimension`` and ``key`` of one institution, MSME … alone. Two queries.
    """
    if not days:
        return []
    source = changes_until(edition_id, days, dimension, key)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{source.parts((dimension,), grouped=("place",))}
            SELECT place, stage, CAST(SUM(amount) AS bigint), CAST(SUM(orders) AS bigint)
            FROM parts WHERE key = %s GROUP BY place, stage""",
            [*source.parameters, key],
        )
        rows = cursor.fetchall()
    changed: dict[int, list[tuple[Stage, Cell]]] = {}
    for place, stage, amount, orders in rows:
        changed.setdefault(place, []).append((_STAGES[stage], Cell(Decimal(amount), orders)))
    found: list[tuple[date, ByStage]] = []
    standing = ByStage()
    for place, day in enumerate(days):
        for stage, cell in changed.get(place, ()):
            standing[stage] = standing[stage] + cell
        found.append((day, ByStage(standing)))
    return found
