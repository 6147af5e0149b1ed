"""Where the sums of a figure come from, as SQL: the ready sums, and the entries that are in none of them."""

# ruff: noqa: S608 - every part of these statements is written here; values are parameters

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from expo.dimensions import COLUMNS, cuts, jakarta_day, moment
from expo.models import Dimension
from procurement import clock

FILTERS = ("institution", "unit", "msme", "category", "district", "order", "pledge")

_TAKEN_OFF = COLUMNS.replace("amount, orders", "-amount AS amount, -orders AS orders")
_SUMS = (
    "SELECT dimension, key, stage, amount, orders FROM expo_ledgerrollup WHERE edition_id = %s AND level = %s"
)
_TAKEN_OFF_SUMS = _SUMS.replace("amount, orders", "-amount, -orders")


@dataclass(frozen=True, slots=True)
class Source:
    """SELECTs of the entries to sum, and of the sums that are ready; ``{where}`` in the latter narrows them."""

    raw: str
    raw_parameters: list[Any]
    ready: str = ""
    ready_parameters: list[Any] = field(default_factory=list)

    def parts(
        self, dimensions: Iterable[Dimension], *, key: int | None = None, grouped: tuple[str, ...] = ()
    ) -> str:
        """The beginning of a statement whose table ``parts`` holds everything that is to be summed.

        The horizon is read in the statement itself, so that sums and entries are of one view of the database.
        """
        wanted = set(dimensions)
        chosen = [cut for cut in cuts() if cut.dimension in wanted]
        names = ", ".join(f"'{cut.dimension.value}'" for cut in chosen)
        where = f"AND dimension IN ({names})" + (f" AND key = {int(key)}" if key is not None else "")
        ready = [self.ready.replace("{where}", where)] if self.ready else []
        sums = [cut.sums("raw", grouped=grouped) for cut in chosen]
        return f"""WITH horizon AS (SELECT COALESCE(MAX(through), 0) AS through FROM expo_ledgerhorizon),
            raw AS MATERIALIZED ({self.raw}),
            parts AS ({" UNION ALL ".join([*ready, *sums])})"""

    @property
    def parameters(self) -> list[Any]:
        """In the order in which :meth:`parts` needs them."""
        return [*self.raw_parameters, *self.ready_parameters]


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
    """The sums up to the horizon and the entries after it; as of a moment, months, days and hours up to it.

    The horizon is read beforehand as well, only for the planner, who then knows how few entries lie beyond it.
    With ``through`` entries after that one are left out: for a caller who holds the horizon in its place. There
    are hours only when ``dimensions`` are the total alone; else the entries of the last day are summed.
    """
    known, first_month = _horizon(edition_id)
    tail = (
        f"SELECT {COLUMNS} FROM expo_ledgerentry "
        "WHERE edition_id = %s AND id > %s AND id > (SELECT through FROM horizon)"
    )
    parameters: list[Any] = [edition_id, known]
    if through is not None:
        tail += " AND id <= %s"
        parameters.append(through)
    if as_of is None:
        return Source(tail, parameters, f"{_SUMS} {{where}}", [edition_id, "all"])
    tail += " AND happened_at <= %s"
    parameters.append(moment(as_of))
    month = as_of.astimezone(clock.JAKARTA).strftime("%Y-%m")
    downwards = _months(month, clock.today().isoformat()[:7]) < _months(first_month or month, month)
    by_hour = set(dimensions) <= {Dimension.TOTAL}
    piece, ready, ready_parameters = _down(as_of, by_hour) if downwards else _up(as_of, by_hour)
    rolled = "FROM expo_ledgerentry WHERE edition_id = %s AND id <= (SELECT through FROM horizon)"
    begin, end = piece
    columns = _TAKEN_OFF if downwards else COLUMNS
    edges = (
        "happened_at > %s AND happened_at < %s" if downwards else "happened_at >= %s AND happened_at <= %s"
    )
    return Source(
        f"{tail} UNION ALL SELECT {columns} {rolled} AND {edges}",
        [*parameters, edition_id, moment(begin), moment(end)],
        " UNION ALL ".join(f"{sums} {{where}}" for sums in ready),
        [value for one in ready_parameters for value in (edition_id, *one)],
    )


Piece = tuple[datetime, datetime]
"""The part of one day, or hour, whose entries are summed."""


def _up(as_of: datetime, by_hour: bool) -> tuple[Piece, list[str], list[list[str]]]:
    """Everything before: whole months, the days of this one, the hours of this day.

    The last moment of a day, which is what a date alone asks for, has the whole day behind it and no piece.
    """
    begin = _begin(as_of + timedelta(microseconds=1), by_hour)
    day = begin.date().isoformat()
    ready = [f"{_SUMS} AND period < %s", f"{_SUMS} AND period >= %s AND period < %s"]
    parameters = [["month", day[:7]], ["day", f"{day[:7]}-01", day]]
    if by_hour:
        ready.append(f"{_SUMS} AND period >= %s AND period < %s")
        parameters.append(["hour", f"{day}T00", begin.strftime("%Y-%m-%dT%H")])
    return (begin, as_of), ready, parameters


def _down(as_of: datetime, by_hour: bool) -> tuple[Piece, list[str], list[list[str]]]:
    """Everything there is, without what came after: later months, days and hours."""
    begin = _begin(as_of, by_hour)
    day = begin.date().isoformat()
    ready = [
        _SUMS,
        f"{_TAKEN_OFF_SUMS} AND period > %s",
        f"{_TAKEN_OFF_SUMS} AND period > %s AND period < %s",
    ]
    parameters = [["all"], ["month", day[:7]], ["day", day, f"{day[:7]}-99"]]
    if by_hour:
        ready.append(f"{_TAKEN_OFF_SUMS} AND period > %s AND period < %s")
        parameters.append(["hour", begin.strftime("%Y-%m-%dT%H"), f"{day}T99"])
    end = begin + (timedelta(hours=1) if by_hour else timedelta(days=1))
    return (as_of, end), ready, parameters


def _begin(when: datetime, by_hour: bool) -> datetime:
    """The beginning of the Jakarta day, or hour, of a moment."""
    local = when.astimezone(clock.JAKARTA).replace(minute=0, second=0, microsecond=0)
    return local if by_hour else local.replace(hour=0)


def days(
    edition_id: int, until: datetime | None, since: date | None, dimension: Dimension, key: int
) -> Source:
    """The changes of each day; :meth:`Source.parts` is to be grouped by ``period``."""
    known, _first_month = _horizon(edition_id)
    earliest = since.isoformat() if since else ""
    text = f"CAST({jakarta_day()} AS text)"
    day = f"CASE WHEN {text} < %s THEN %s ELSE {text} END" if since else text
    of_entry = f"SELECT {day} AS period, {COLUMNS} FROM expo_ledgerentry WHERE edition_id = %s"
    dated: list[Any] = [earliest, earliest] if since else []
    raw = f"{of_entry} AND id > %s AND id > (SELECT through FROM horizon)"
    parameters: list[Any] = [*dated, edition_id, known]
    last = "9999-12-31"
    if until is not None:
        midnight = _begin(until + timedelta(microseconds=1), False)
        last = midnight.date().isoformat()
        raw += (
            f" AND happened_at <= %s UNION ALL {of_entry} AND id <= (SELECT through FROM horizon) "
            "AND happened_at >= %s AND happened_at <= %s"
        )
        parameters += [moment(until), *dated, edition_id, moment(midnight), moment(until)]
    period = "CASE WHEN period < %s THEN %s ELSE period END" if since else "period"
    return Source(
        raw,
        parameters,
        f"SELECT {period} AS period, dimension, key, stage, amount, orders FROM expo_ledgerrollup "
        f"WHERE edition_id = %s AND level = 'day' AND period < %s AND key = {int(key)} {{where}}",
        [*dated, edition_id, last],
    )


_seen: ContextVar[dict[int, tuple[int, str | None]] | None] = ContextVar("seen_horizons", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """Within the block the horizon is looked up once, however many figures are read.

    Each statement reads it again for itself, so a horizon that moves on meanwhile changes no figure.
    """
    token = _seen.set({})
    try:
        yield
    finally:
        _seen.reset(token)


def _months(first: str, last: str) -> int:
    """How many months lie between two such as ``2022-07``."""
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:7]) - int(first[5:7])


def _horizon(edition_id: int) -> tuple[int, str | None]:
    """Up to which entry the sums go, and the first month of the edition that they know."""
    seen = _seen.get()
    if seen is not None and edition_id in seen:
        return seen[edition_id]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COALESCE(MAX(through), 0), (SELECT MIN(period) FROM expo_ledgerrollup "
            "WHERE edition_id = %s AND level = 'month' AND dimension = 'total') FROM expo_ledgerhorizon",
            [edition_id],
        )
        through, first = cursor.fetchone()
    if seen is not None:
        seen[edition_id] = int(through), first
    return int(through), first
