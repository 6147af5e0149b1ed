"""Stored sums of the ledger, updated once a minute, so that reads need few rows however long it is.

Entries are never changed, so a sum of *final* entries stays right. Up to which entry they are final is the one
question: ids are given out before they are committed. :func:`final_end` answers it exactly. What lies beyond the
horizon is summed by the reader (``expo.ledger.balances``).
"""

# ruff: noqa: S608 - every part of these statements is written here; values are parameters

import logging
from itertools import groupby
from operator import itemgetter

from django.db import DatabaseError, connection, transaction

from expo.ledger.closings import close_days, reopen
from expo.ledger.day_parts import divide_day
from expo.ledger.dimensions import COLUMNS, cuts, jakarta_day, jakarta_hour, quoted
from expo.models import Dimension, LedgerEntry, LedgerHorizon
from procurement import clock

log = logging.getLogger(__name__)

PERIODS = (
    ("hour", "period", "dimension = 'total'"),
    ("day", "substr(period, 1, 10)", "1 = 1"),
    ("all", "''", "1 = 1"),
)
"""Each level with its period, out of that of :func:`fresh_sums`, and which dimensions it has."""

CHUNK = 500_000
"""Entries that one transaction sums, so that a long absence is made up in pieces."""


def final_end(*, patience_ms: int) -> int | None:
    """The last entry such that no entry up to it can still appear; None when writers left no gap in time.

    On PostgreSQL a SHARE lock waits for those who are writing and holds back the next ones for the length of one
    index look-up; after ``patience_ms`` it gives way to them. SQLite has one writer at a time, and it is us.
    """
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                if connection.vendor == "postgresql":
                    cursor.execute(f"SET LOCAL lock_timeout = {int(patience_ms)}")
                    cursor.execute("LOCK TABLE expo_ledgerentry IN SHARE MODE")
                cursor.execute("SELECT COALESCE(MAX(id), 0) FROM expo_ledgerentry")
                end = int(cursor.fetchone()[0])
                if connection.vendor == "postgresql":
                    cursor.execute("SET LOCAL lock_timeout = DEFAULT")
            return end
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != "55P03":  # lock_not_available
            raise
        return None


def held_horizon() -> LedgerHorizon:
    """The horizon, locked until the transaction ends: nobody moves it meanwhile."""
    LedgerHorizon.objects.bulk_create([LedgerHorizon(pk=LedgerHorizon.THE_ONE)], ignore_conflicts=True)
    return LedgerHorizon.objects.select_for_update().get(pk=LedgerHorizon.THE_ONE)


def roll(*, chunk: int = CHUNK) -> int:
    """Move the sums up to the end of the ledger and close the days behind it; returns how many entries were taken in.

    One roller at a time: a second one finds nothing left to do. A roller that dies leaves the sums as they were.
    """
    end = final_end(patience_ms=250)
    if end is None:
        log.info("the ledger is busy; its sums move up next time")
        return 0
    taken = 0
    while True:
        with transaction.atomic():
            horizon = held_horizon()
            if horizon.through >= end:
                break
            upto = min(end, horizon.through + chunk)
            taken += _take_in(horizon.through, upto)
            horizon.through, horizon.rolled_at = upto, clock.now()
            horizon.save()
    _close()
    return taken


def _close() -> int:
    with transaction.atomic():
        held_horizon()
        return close_days(today=clock.today())


def _take_in(after: int, upto: int) -> int:
    """Add the entries of ``after < id <= upto`` to the sums of their hour, their day and of all time."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS expo_fresh")
        cursor.execute(
            f"CREATE TEMPORARY TABLE expo_fresh AS {fresh_sums('id > %s AND id <= %s')}",
            [after, upto],
        )
        for level, period, dimensions in PERIODS:
            cursor.execute(
                f"""INSERT INTO expo_ledgerrollup
                    (edition_id, level, period, dimension, key, stage, amount, orders)
                SELECT edition_id, '{level}', {period} AS part, dimension, key, stage, SUM(amount), SUM(orders)
                FROM expo_fresh WHERE {dimensions} GROUP BY edition_id, part, dimension, key, stage
                ON CONFLICT (edition_id, level, dimension, period, key, stage) DO UPDATE SET
                    amount = expo_ledgerrollup.amount + excluded.amount,
                    orders = expo_ledgerrollup.orders + excluded.orders"""
            )
        cursor.execute(
            """SELECT edition_id, MIN(period) FROM expo_fresh WHERE dimension = 'total'
            GROUP BY edition_id, substr(period, 1, 10) ORDER BY 1, 2"""
        )
        touched = cursor.fetchall()
        cursor.execute("DROP TABLE expo_fresh")
    for edition_id, of_edition in groupby(touched, key=itemgetter(0)):
        hours = [hour for _edition, hour in of_edition]
        _forget_nothing(edition_id)
        reopen(edition_id, hours[0][:10])
        for hour in hours:
            divide_day(edition_id, hour, through=upto)
    return LedgerEntry.objects.filter(pk__gt=after, pk__lte=upto).count()


def _forget_nothing(edition_id: int) -> None:
    """Delete zero sums of all time: else every day on which orders ever waited keeps a row."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""DELETE FROM expo_ledgerrollup WHERE edition_id = %s AND level = 'all'
                AND dimension IN ({quoted(Dimension)}) AND period = '' AND amount = 0 AND orders = 0""",
            [edition_id],
        )


def fresh_sums(condition: str) -> str:
    """A SELECT of the sums by edition, day (the total: hour) and dimension over the entries of ``condition``."""
    kind = "bigint" if connection.vendor == "postgresql" else "INTEGER"
    parts = " UNION ALL ".join(
        cut.sums(
            "fresh",
            grouped=("edition_id", "hour" if cut.dimension == Dimension.TOTAL else "CAST(day AS text)"),
        )
        for cut in cuts()
    )
    return f"""WITH fresh AS MATERIALIZED (
            SELECT edition_id, {jakarta_day()} AS day, {jakarta_hour()} AS hour, {COLUMNS}
            FROM expo_ledgerentry WHERE {condition}
        )
        SELECT edition_id, hour AS period, dimension, CAST(key AS {kind}) AS key, stage,
            CAST(amount AS {kind}) AS amount, CAST(orders AS {kind}) AS orders
        FROM ({parts}) AS sums"""


def rebuild() -> int:
    """Compute all sums again from the entries; for a restored database, or after ``reconcile`` named a sum."""
    with transaction.atomic():
        horizon = held_horizon()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM expo_ledgerrollup")
        horizon.through = 0
        horizon.save()
    taken = roll()
    while _close():
        pass
    return taken
