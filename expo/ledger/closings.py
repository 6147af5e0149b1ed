"""Closings: all balances at the end of a day, so that a past moment is read from there and not from the start.

Which days are closed decides nothing but the speed: a reader takes the last closing before the moment and adds the
days after it. A day is closed when the sums of the days since the last closing are as many as a closing itself has,
so a reader adds at most about as much again, at any size, and closings take no more room than the days do.
"""

# ruff: noqa: S608 - every part of these statements is written here; values are parameters

from datetime import date

from django.db import connection

from expo.ledger.dimensions import quoted
from expo.models import Dimension, Edition

LEAST = 2_000
"""So few sums of days need no closing between them."""

MOST = 40
"""Days that one call closes; the next one goes on."""

CLOSING_BEFORE = (
    "SELECT COALESCE(MAX(period), '') FROM expo_ledgerrollup "
    "WHERE edition_id = %s AND level = 'close' AND dimension = 'total' AND period < %s"
)
"""The day of the last closing before a day, ``''`` without any: there is always a row of the total in it."""


_EVERY = f"dimension IN ({quoted(Dimension)})"
"""All of them, said so that the index on edition, level, dimension and period is of use."""

_SUMS = f"expo_ledgerrollup WHERE edition_id = %s AND {_EVERY}"


def reopen(edition_id: int, day: str) -> None:
    """Forget the closings from ``day`` on: something was added to the sums of that day."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM expo_ledgerrollup WHERE edition_id = %s AND level = 'close' AND {_EVERY} AND period >= %s",
            [edition_id, day],
        )


def close_days(*, today: date) -> int:
    """Close the days before ``today`` that are due, the earliest first; returns how many.

    The caller holds the horizon, so that no sum moves meanwhile.
    """
    editions = list(Edition.objects.values_list("pk", flat=True))
    return sum(_close_edition(edition_id, today.isoformat()) for edition_id in editions)


def _close_edition(edition_id: int, today: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(CLOSING_BEFORE, [edition_id, today])
        last = cursor.fetchone()[0]
        cursor.execute(
            f"SELECT COUNT(*) FROM {_SUMS} AND level = 'close' AND period = %s",
            [edition_id, last],
        )
        size = max(LEAST, cursor.fetchone()[0])
        cursor.execute(
            f"""SELECT period, COUNT(*) FROM {_SUMS} AND level = 'day' AND period > %s AND period < %s
            GROUP BY period ORDER BY period""",
            [edition_id, last, today],
        )
        closed = since_then = 0
        for day, sums in cursor.fetchall():
            since_then += sums
            if since_then < size:
                continue
            if closed == MOST:
                break
            size = max(LEAST, _close(edition_id, last, day))
            last, since_then = day, 0
            closed += 1
    return closed


def _close(edition_id: int, last: str, day: str) -> int:
    """Close ``day``: the last closing and the days after it. Returns how many sums it has."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO expo_ledgerrollup (edition_id, level, period, dimension, key, stage, amount, orders)
            SELECT edition_id, 'close', %s, dimension, key, stage, SUM(amount), SUM(orders)
            FROM (
                SELECT * FROM {_SUMS} AND level = 'close' AND period = %s
                UNION ALL
                SELECT * FROM {_SUMS} AND level = 'day' AND period > %s AND period <= %s
            ) AS standing
            GROUP BY edition_id, dimension, key, stage
            HAVING SUM(amount) <> 0 OR SUM(orders) <> 0 OR dimension = 'total'""",
            [day, edition_id, last, edition_id, last, day],
        )
        return int(cursor.rowcount)
