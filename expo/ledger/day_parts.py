"""Parts of days: what happened from midnight to an hour, so that a moment within a busy day is read from there.

Whole days are summed (``expo.ledger.rollup``), but of the day of a moment itself the entries must be read, and a day
of a large expo has tens of thousands. A part ends with an hour as soon as :data:`LEAST` entries have come since the
one before, so a reader sums about as many and those of one hour more, however large the expo is. Which parts there
are decides nothing but the speed.
"""

# ruff: noqa: S608 - every part of these statements is written here; values are parameters

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from expo.ledger.dimensions import COLUMNS, count_until, cuts, jakarta_hour, moment, quoted
from expo.models import Dimension
from procurement import clock

LEAST = 4_000
"""Entries between two parts."""

PARTED = (
    Dimension.TOTAL,
    Dimension.CATEGORY,
    Dimension.DISTRICT,
    Dimension.SINCE,
    Dimension.ORIGIN,
    Dimension.DWELL,
    Dimension.PLEDGED,
    Dimension.INSTITUTION_SIZE,
    Dimension.MSME_SIZE,
)
"""What parts hold. By each stage of every institution, unit and MSME there would be as many sums as entries."""

_PARTS = f"expo_ledgerrollup WHERE edition_id = %s AND level = 'part' AND dimension IN ({quoted(PARTED)})"
"""The dimensions are named so that the index on edition, level, dimension and period is of use."""

PART_BEFORE = (
    "SELECT COALESCE(MAX(period), '') FROM expo_ledgerrollup "
    "WHERE edition_id = %s AND level = 'part' AND dimension = 'total' AND period > %s AND period <= %s"
)
"""The end of the last part of a day (``2022-07-31``) not after an hour (``2022-07-31T18``), ``''`` without any."""


def end_of_part(select: str) -> str:
    """The moment at which the part ends whose period a SELECT gives, as SQL; NULL for ``''``."""
    known = f"NULLIF(({select}), '') || ':00"
    if connection.vendor == "postgresql":
        return f"CAST({known}+07' AS timestamptz)"
    return f"strftime('%%Y-%%m-%%d %%H:%%M:%%S', {known}', '-7 hours')"


def divide_day(edition_id: int, hour: str, *, through: int) -> int:
    """Compute the parts of a day again that end after an ``hour`` with new entries; returns how many.

    The caller holds the horizon, which moves to ``through``. No part ends with the last hour so far, of which
    more may come.
    """
    day = hour[:10]
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {_PARTS} AND period > %s AND period <= %s", [edition_id, hour, f"{day}T24"]
        )
        cursor.execute(PART_BEFORE, [edition_id, day, hour])
        last = cursor.fetchone()[0]
        begin = _moment(last or f"{day}T00")
        cursor.execute(
            f"""SELECT {jakarta_hour()} AS hour, COUNT(*) FROM expo_ledgerentry
            WHERE edition_id = %s AND id <= %s AND happened_at >= %s AND happened_at < %s GROUP BY 1 ORDER BY 1""",
            [edition_id, through, moment(begin), moment(_moment(f"{day}T00") + timedelta(days=1))],
        )
        ends, since_then = [], 0
        for full, entries in cursor.fetchall()[:-1]:
            since_then += entries
            if since_then >= LEAST:
                ends.append(f"{day}T{int(full[-2:]) + 1:02}")
                since_then = 0
        if ends:
            sums, parameters = sums_of_parts(edition_id, ends, through=through, after=last)
            cursor.execute(
                "INSERT INTO expo_ledgerrollup (edition_id, level, period, dimension, key, stage, amount, orders) "
                f"{sums}",
                parameters,
            )
    return len(ends)


def sums_of_parts(
    edition_id: int, ends: Sequence[str], *, through: int, after: str = ""
) -> tuple[str, list[Any]]:
    """A SELECT of the parts of one day that end with ``ends``, which ascend, and its parameters.

    ``after`` is the part that is ready and before all of them; without it the entries of the whole day are summed.
    """
    place = count_until(jakarta_hour(), ends)
    chosen = [cut for cut in cuts() if cut.dimension in PARTED]
    sums = " UNION ALL ".join(cut.sums("raw", grouped=("place",)) for cut in chosen)
    places = ", ".join(f"({number + 1}, '{end}')" for number, end in enumerate(ends))
    return (
        f"""WITH raw AS MATERIALIZED (
            SELECT {place.sql} AS place, {COLUMNS} FROM expo_ledgerentry
            WHERE edition_id = %s AND id <= %s AND happened_at >= %s AND happened_at < %s
        ), sums AS (
            SELECT 0 AS place, dimension, key, stage, amount, orders FROM {_PARTS} AND period = %s
            UNION ALL {sums}
        ), ends (place, period) AS (VALUES {places})
        SELECT {int(edition_id)} AS edition_id, 'part' AS level, ends.period, dimension, key, stage,
            SUM(amount) AS amount, SUM(orders) AS orders
        FROM ends JOIN sums ON sums.place < ends.place
        GROUP BY ends.period, dimension, key, stage
        HAVING SUM(amount) <> 0 OR SUM(orders) <> 0 OR dimension = 'total'""",
        [
            *place.parameters,
            edition_id,
            through,
            moment(_moment(after or f"{ends[0][:10]}T00")),
            moment(_moment(ends[-1])),
            edition_id,
            after,
        ],
    )


def _moment(hour: str) -> datetime:
    return datetime.strptime(hour, "%Y-%m-%dT%H").replace(tzinfo=clock.JAKARTA)
