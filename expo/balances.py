"""Figures of the ledger at a moment, exact, in two queries whose cost does not grow with the number of orders.

A figure is the sums up to the horizon (``expo.rollup``) plus the entries after it, taken in one statement so that
both come from one view of the database. As of a past moment it is whole months, the days after them, and the
entries of the last, unfinished day. With a filter the entries of that institution, MSME … are summed themselves.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from expo.dimensions import COLUMNS, ORIGINS, Cut, cuts, jakarta_day, moment
from expo.models import BOOKED, NOT_YET_BOOKED, Dimension, LedgerHorizon, Origin, Stage
from procurement import clock

ZERO = Decimal(0)

EVERY = tuple(Dimension)
FILTERS = ("institution", "unit", "msme", "category", "district", "order", "pledge")

Sums = Mapping[tuple[str, int], Mapping[Stage, "Cell"]]


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
class Source:
    """SQL of a CTE ``raw`` with the entries to sum, and of the sums that are ready."""

    raw: str
    raw_parameters: list[Any]
    ready: str = ""
    ready_parameters: list[Any] = field(default_factory=list)


def figures(
    edition_id: int,
    as_of: datetime | None = None,
    *,
    through: int | None = None,
    dimensions: Iterable[Dimension] = EVERY,
    **filters: int | None,
) -> Figures:
    """The figures of one edition now, or as of an aware moment, optionally of one institution, unit, MSME, category,
    district, order or pledge.

    ``through`` leaves out what was recorded after that entry: what was known then. Ask for fewer ``dimensions``
    where fewer are shown.
    """
    wanted = tuple(dict.fromkeys((Dimension.TOTAL, *dimensions)))
    chosen = [cut for cut in cuts() if cut.dimension in wanted]
    if filters or through is not None:
        source = _entries(edition_id, as_of, through, filters)
    else:
        source = _sums_and_tail(edition_id, as_of, wanted)
    found: dict[Dimension, dict[int, ByStage]] = {dimension: {} for dimension in wanted}
    for dimension, key, stage, amount, orders in _rows(source, chosen):
        by_key = found[Dimension(dimension)]
        by_stage = by_key.get(key)
        if by_stage is None:
            by_stage = by_key[key] = ByStage()
        by_stage[_STAGES[stage]] = Cell(Decimal(amount), orders)
    return Figures(edition_id, as_of, found)


_STAGES = {stage.value: stage for stage in Stage}


def _rows(source: Source, chosen: Sequence[Cut]) -> Iterator[tuple[str, int, str, int, int]]:
    kind = "bigint" if connection.vendor == "postgresql" else "INTEGER"
    parts = " UNION ALL ".join(
        [*([source.ready] if source.ready else []), *(cut.sums("raw") for cut in chosen)]
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH horizon AS (SELECT COALESCE(MAX(through), 0) AS through FROM expo_ledgerhorizon),
            raw AS MATERIALIZED ({source.raw})
            SELECT dimension, CAST(key AS bigint), stage, CAST(SUM(amount) AS {kind}), CAST(SUM(orders) AS {kind})
            FROM ({parts}) AS parts GROUP BY dimension, key, stage
            HAVING SUM(amount) <> 0 OR SUM(orders) <> 0""",  # noqa: S608
            [*source.raw_parameters, *source.ready_parameters],
        )
        yield from cursor.fetchall()


def _entries(
    edition_id: int, as_of: datetime | None, through: int | None, filters: Mapping[str, int | None]
) -> Source:
    """The entries themselves."""
    conditions, parameters = ["edition_id = %s"], [edition_id]
    for name, key in filters.items():
        if name not in FILTERS:
            raise TypeError(f"the ledger cannot be filtered by {name}")
        if key is None:
            conditions.append(f"{name}_id IS NULL")
        else:
            conditions.append(f"{name}_id = %s")
            parameters.append(key)
    if as_of is not None:
        conditions.append("happened_at <= %s")
        parameters.append(moment(as_of))
    if through is not None:
        conditions.append("id <= %s")
        parameters.append(through)
    return Source(f"SELECT {COLUMNS} FROM expo_ledgerentry WHERE {' AND '.join(conditions)}", parameters)  # noqa: S608


def _sums_and_tail(edition_id: int, as_of: datetime | None, wanted: Sequence[Dimension]) -> Source:
    """The sums up to the horizon and the entries after it; as of a moment also those of its unfinished day.

    The horizon is read beforehand only for the planner, which then knows how few entries lie beyond it; the
    statement looks again, because it may have moved on.
    """
    known = _horizon()
    names = ", ".join(f"'{dimension.value}'" for dimension in wanted)
    sums = (
        "SELECT dimension, key, stage, amount, orders FROM expo_ledgerrollup "  # noqa: S608
        f"WHERE edition_id = %s AND level = %s AND dimension IN ({names})"
    )
    tail = (
        f"SELECT {COLUMNS} FROM expo_ledgerentry "  # noqa: S608
        "WHERE edition_id = %s AND id > %s AND id > (SELECT through FROM horizon)"
    )
    if as_of is None:
        return Source(tail, [edition_id, known], sums, [edition_id, "all"])
    local = as_of.astimezone(clock.JAKARTA)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    day, month = midnight.date().isoformat(), midnight.date().isoformat()[:7]
    today = (
        f"SELECT {COLUMNS} FROM expo_ledgerentry "  # noqa: S608
        "WHERE edition_id = %s AND id <= (SELECT through FROM horizon) AND happened_at >= %s AND happened_at <= %s"
    )
    return Source(
        f"{tail} AND happened_at <= %s UNION ALL {today}",
        [edition_id, known, moment(as_of), edition_id, moment(midnight), moment(as_of)],
        f"{sums} AND period < %s UNION ALL {sums} AND period >= %s AND period < %s",
        [edition_id, "month", month, edition_id, "day", f"{month}-01", day],
    )


def _horizon() -> int:
    return LedgerHorizon.objects.values_list("through", flat=True).first() or 0


def series(
    edition_id: int, until: datetime | None = None, *, dimension: Dimension = Dimension.TOTAL, key: int = 0
) -> list[tuple[date, ByStage]]:
    """What stood in each stage at the end of each Jakarta day on which something changed, oldest first.

    With ``dimension`` and ``key`` of one institution, MSME … alone. The last day is as of ``until``. Two queries.
    """
    known = _horizon()
    cut = next(cut for cut in cuts() if cut.dimension == dimension)
    kind = "bigint" if connection.vendor == "postgresql" else "INTEGER"
    day = until.astimezone(clock.JAKARTA).date().isoformat() if until else "9999-12-31"
    late = moment(until) if until else None
    last = "AND happened_at <= %s" if until else ""
    midnight = (
        until.astimezone(clock.JAKARTA).replace(hour=0, minute=0, second=0, microsecond=0) if until else None
    )
    entries = f"SELECT {jakarta_day()} AS day, {COLUMNS} FROM expo_ledgerentry WHERE edition_id = %s"  # noqa: S608
    raw = f"{entries} AND id > %s AND id > (SELECT through FROM horizon) {last}"  # noqa: S608
    parameters = [edition_id, known, *([late] if until else [])]
    if until:
        raw += (
            f" UNION ALL {entries} AND id <= (SELECT through FROM horizon) "  # noqa: S608
            "AND happened_at >= %s AND happened_at <= %s"
        )
        parameters += [edition_id, moment(midnight), late]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH horizon AS (SELECT COALESCE(MAX(through), 0) AS through FROM expo_ledgerhorizon),
            raw AS MATERIALIZED ({raw}),
            parts AS (
                SELECT CAST(day AS text) AS period, key, stage, amount, orders
                FROM ({cut.sums("raw", grouped=("day",))}) AS fresh
                UNION ALL
                SELECT period, key, stage, amount, orders FROM expo_ledgerrollup
                WHERE edition_id = %s AND level = 'day' AND dimension = %s AND period < %s
            )
            SELECT period, stage, CAST(SUM(amount) AS {kind}), CAST(SUM(orders) AS {kind})
            FROM parts WHERE key = %s GROUP BY period, stage ORDER BY period""",  # noqa: S608
            [*parameters, edition_id, dimension.value, day, key],
        )
        rows = cursor.fetchall()
    found: list[tuple[date, ByStage]] = []
    standing = ByStage()
    for period, stage, amount, orders in rows:
        on = date.fromisoformat(period)
        standing[_STAGES[stage]] = standing[_STAGES[stage]] + Cell(Decimal(amount), orders)
        if found and found[-1][0] == on:
            found[-1] = (on, ByStage(standing))
        else:
            found.append((on, ByStage(standing)))
    return found
