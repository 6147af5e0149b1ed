"""The rows that a figure sums, as SQL: stored sums, and the entries that are in none of them."""

# ruff: noqa: S608 - every part of these statements is written here; values are parameters

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from expo.ledger.closings import CLOSING_BEFORE
from expo.ledger.day_parts import PART_BEFORE, PARTED, end_of_part
from expo.ledger.dimensions import COLUMNS, count_until, cuts, jakarta_day, moment, quoted
from expo.models import Dimension
from procurement import clock

FILTERS = ("institution", "unit", "msme", "category", "district", "order", "pledge")

_SUMS = "SELECT dimension, key, stage, amount, orders FROM expo_ledgerrollup WHERE edition_id = %s"
_WHOLE = "level = (SELECT 'all') AND period = ''"
"""PostgreSQL would take the two for independent, expect next to no rows, and look through all of them."""
_OPENING = f"opening (day) AS ({CLOSING_BEFORE})"
_AT_OPENING = "level = 'close' AND period = (SELECT day FROM opening)"
_SINCE_OPENING = "level = 'day' AND period > (SELECT day FROM opening)"
_DAYS_SINCE = f"""since (day) AS (
    SELECT DISTINCT period FROM expo_ledgerrollup
    WHERE edition_id = %s AND {_SINCE_OPENING} AND dimension = 'total' AND period < %s
)"""
"""The few days between the opening and a moment."""


@dataclass(frozen=True, slots=True)
class Source:
    """SELECTs of the entries to sum, and of the sums that are ready; ``{where}`` in the latter narrows them.

    ``tables`` are named tables that both may read. ``once`` says that each of the ready sums is one row, so that there
    is little to add to it.
    """

    raw: str
    raw_parameters: list[Any]
    ready: str = ""
    ready_parameters: list[Any] = field(default_factory=list)
    tables: str = ""
    tables_parameters: list[Any] = field(default_factory=list)
    once: bool = False

    def parts(
        self, dimensions: Iterable[Dimension], *, keys: Iterable[int] = (), grouped: tuple[str, ...] = ()
    ) -> str:
        """The beginning of a statement whose table ``parts`` holds everything that is to be summed.

        The horizon is read in the statement itself, so that sums and entries are of one view of the database. With
        ``keys`` there is at least what belongs to them.
        """
        wanted = set(dimensions)
        chosen = [cut for cut in cuts() if cut.dimension in wanted]
        where = f"AND dimension IN ({quoted(cut.dimension for cut in chosen)})"
        raw = self.raw
        if keys:
            where += f" AND key IN ({', '.join(str(int(key)) for key in keys)})"
            theirs = " OR ".join(cut.among(keys) for cut in chosen)
            raw = f"SELECT * FROM ({self.raw}) AS entries WHERE {theirs}"
        ready = [self.ready.replace("{where}", where)] if self.ready else []
        sums = [cut.sums("raw", grouped=grouped) for cut in chosen]
        tables = f"{self.tables}," if self.tables else ""
        return f"""WITH horizon AS (SELECT COALESCE(MAX(through), 0) AS through FROM expo_ledgerhorizon), {tables}
            raw AS MATERIALIZED ({raw}),
            parts AS {"NOT MATERIALIZED " if self.once else ""}({" UNION ALL ".join([*ready, *sums])})"""

    @property
    def parameters(self) -> list[Any]:
        """In the order in which :meth:`parts` needs them."""
        return [*self.tables_parameters, *self.raw_parameters, *self.ready_parameters]


def entries(
    edition_id: int, as_of: datetime | None, through: int | None, filters: Mapping[str, int | None]
) -> Source:
    """The entries themselves, filtered."""
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
    return Source(f"SELECT {COLUMNS} FROM expo_ledgerentry WHERE {' AND '.join(conditions)}", parameters)


def sums_and_tail(
    edition_id: int,
    as_of: datetime | None = None,
    *,
    through: int | None = None,
    dimensions: Iterable[Dimension] = tuple(Dimension),
) -> Source:
    """The sums up to the horizon and the entries after it; as of a moment, the last closing before it, the days since,
    and what happened on its own day until then.

    The horizon is read beforehand as well, only for the planner, who then knows how few entries lie beyond it.
    With ``through`` entries after that one are left out: for a caller who holds the horizon in its place. When
    ``dimensions`` are the total alone there are hours, when they are those of ``expo.ledger.day_parts`` parts of the
    last day; else all its entries until then are summed. The last moment of a day, which is what a date alone asks
    for, has the whole day behind it and no such piece.
    """
    tail = (
        f"SELECT {COLUMNS} FROM expo_ledgerentry "
        "WHERE edition_id = %s AND id > %s AND id > (SELECT through FROM horizon)"
    )
    parameters: list[Any] = [edition_id, _horizon(edition_id).through]
    if through is not None:
        tail += " AND id <= %s"
        parameters.append(through)
    if as_of is None:
        return Source(tail, parameters, f"{_SUMS} AND {_WHOLE} {{where}}", [edition_id], once=True)
    wanted = set(dimensions)
    by_hour = wanted <= {Dimension.TOTAL}
    hour = (
        (as_of + timedelta(microseconds=1))
        .astimezone(clock.JAKARTA)
        .replace(minute=0, second=0, microsecond=0)
    )
    begin = hour if by_hour else hour.replace(hour=0)
    day, until = hour.date().isoformat(), hour.strftime("%Y-%m-%dT%H")
    ready = [f"{_SUMS} AND {_AT_OPENING} {{where}}", _of_each_day()]
    ready_parameters: list[Any] = [edition_id, edition_id]
    tables, tables_parameters = f"{_OPENING}, {_DAYS_SINCE}", [edition_id, day, edition_id, day]
    rest, rest_parameters = "", []
    if by_hour:
        ready.append(f"{_SUMS} AND level = 'hour' AND period >= %s AND period < %s {{where}}")
        ready_parameters += [edition_id, f"{day}T00", until]
    elif wanted <= set(PARTED):
        tables += f", part (period) AS ({PART_BEFORE})"
        tables_parameters += [edition_id, day, until]
        ready.append(f"{_SUMS} AND level = 'part' AND period = (SELECT period FROM part) {{where}}")
        ready_parameters += [edition_id]
        # Beside the beginning of the day, which tells the planner how few they are.
        rest = f" AND happened_at >= COALESCE({end_of_part('SELECT period FROM part')}, %s)"
        rest_parameters = [moment(begin)]
    return Source(
        f"""{tail} AND happened_at <= %s
        UNION ALL SELECT {COLUMNS} FROM expo_ledgerentry
        WHERE edition_id = %s AND id <= (SELECT through FROM horizon)
            AND happened_at >= %s AND happened_at <= %s{rest}""",
        [*parameters, moment(as_of), edition_id, moment(begin), moment(as_of), *rest_parameters],
        " UNION ALL ".join(ready),
        ready_parameters,
        tables,
        tables_parameters,
    )


def _of_each_day() -> str:
    """The sums of the days since the opening, one day after the other.

    Of a range whose beginning is found in the statement itself PostgreSQL expects a third of all days, and would
    rather read the whole table.
    """
    one_day = "edition_id = %s AND level = 'day' AND period = since.day {where}"
    columns = "dimension, key, stage, amount, orders FROM"
    if connection.vendor == "postgresql":
        lateral = f"(SELECT {columns} expo_ledgerrollup WHERE {one_day} OFFSET 0)"
        return f"SELECT {columns} since CROSS JOIN LATERAL {lateral} AS sums"
    return f"SELECT {columns} since CROSS JOIN expo_ledgerrollup WHERE {one_day}"


def changes_until(edition_id: int, days: Sequence[date], dimension: Dimension, key: int) -> Source:
    """What changed until the end of the first of ``days``, and from each to the next: to be grouped by ``place``.

    ``days`` ascend. The dimension is a constant, so that PostgreSQL need not look for it beside the index on the total.
    """
    last = days[-1].isoformat()
    begins = [(day + timedelta(days=1)).isoformat() for day in days[:-1]]
    of_entry, of_sum = count_until(f"CAST({jakarta_day()} AS text)", begins), count_until("period", begins)
    one = f"AND key = {int(key)} {{where}}"
    sums = f"'{dimension.value}' AS dimension, key, stage, amount, orders FROM expo_ledgerrollup WHERE edition_id = %s"
    return Source(
        f"""SELECT {of_entry.sql} AS place, {COLUMNS} FROM expo_ledgerentry
        WHERE edition_id = %s AND id > %s AND id > (SELECT through FROM horizon)
            AND CAST({jakarta_day()} AS text) <= %s""",
        [*of_entry.parameters, edition_id, _horizon(edition_id).through, last],
        f"""SELECT 0 AS place, {sums} AND {_AT_OPENING} {one}
        UNION ALL SELECT {of_sum.sql} AS place, {sums} AND {_SINCE_OPENING} AND period <= %s {one}""",
        [edition_id, *of_sum.parameters, edition_id, last],
        _OPENING,
        [edition_id, (days[0] + timedelta(days=1)).isoformat()],
    )


@dataclass(frozen=True, slots=True)
class Horizon:
    """Up to which entry the sums go, and the Jakarta day of the first entry of the edition."""

    through: int
    first_day: date | None


_seen: ContextVar[dict[int, Horizon] | None] = ContextVar("seen_horizons", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """Within the block, and blocks in it, the horizon is looked up once, however many figures are read.

    Each statement reads it again for itself, so a horizon that moves on meanwhile changes no figure.
    """
    seen = _seen.get()
    token = _seen.set({} if seen is None else seen)
    try:
        yield
    finally:
        _seen.reset(token)


def first_day(edition_id: int) -> date | None:
    """The Jakarta day of the first entry of the edition, None without any."""
    return _horizon(edition_id).first_day


def _horizon(edition_id: int) -> Horizon:
    seen = _seen.get()
    if seen is not None and edition_id in seen:
        return seen[edition_id]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT COALESCE(MAX(through), 0), (
                SELECT CAST({jakarta_day()} AS text)
                FROM (SELECT MIN(happened_at) AS happened_at FROM expo_ledgerentry WHERE edition_id = %s) AS first
            ) FROM expo_ledgerhorizon""",
            [edition_id],
        )
        through, first = cursor.fetchone()
    found = Horizon(int(through), date.fromisoformat(first) if first else None)
    if seen is not None:
        seen[edition_id] = found
    return found
