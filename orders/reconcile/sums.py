"""The sums that reads begin with (hours, days, parts of days, closings, of all time) against the entries they are of.

A window is a few days of one edition: of those the sums are compared with the entries themselves, each closing with
the one before it and the days since, and at the end the sums of all time with those of all days. Each is one statement,
which sees entries, sums and the horizon between them as they were at one moment.
"""

# ruff: noqa: S608 - every part of these statements is written here; values are parameters

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db import connection

from expo.ledger.day_parts import PARTED, sums_of_parts
from expo.ledger.dimensions import moment, quoted
from expo.ledger.rollup import PERIODS, fresh_sums
from expo.models import Dimension, Edition, LedgerEntry, LedgerHorizon, LedgerRollup, Level
from orders.reconcile.found import Difference
from procurement import clock

MOST_SUMS = 20
LEGS = 50_000
"""About how many entries one window has; a single day may have more."""

_LAST = "9999"
_HORIZON = "(SELECT COALESCE(MAX(through), 0) FROM expo_ledgerhorizon)"


@dataclass(frozen=True, slots=True)
class Days:
    """Days of one edition, both included; with a ``dimension`` its sums of all time, when its days are done."""

    edition_id: int
    first: str = ""
    last: str = ""
    dimension: str = ""

    def mark(self) -> str:
        return f"{self.edition_id}|{self.last}|{self.dimension}"


def next_days(mark: str) -> Days | None:
    """The window after the one that a mark names; None when all are done."""
    if mark:
        edition, last, dimension = mark.split("|")
        if not dimension and last != _LAST:
            return _days(int(edition), last)
        names = Dimension.values
        place = names.index(dimension) + 1 if dimension else 0
        if place < len(names):
            return Days(int(edition), _LAST, _LAST, names[place])
        following = Edition.objects.filter(pk__gt=int(edition))
    else:
        following = Edition.objects.all()
    found = following.order_by("pk").values_list("pk", flat=True).first()
    return None if found is None else _days(found, "")


def _days(edition_id: int, after: str) -> Days:
    """The days after a day that have about :data:`LEGS` entries together; the last window has no end."""
    entries = LedgerEntry.objects.filter(edition_id=edition_id)
    if after:
        entries = entries.filter(happened_at__gte=_begin(after, days=1))
    ends = list(entries.order_by("happened_at").values_list("happened_at", flat=True)[LEGS : LEGS + 1])
    return Days(edition_id, after, clock.local_date(ends[0]).isoformat() if ends else _LAST)


def _begin(day: str, *, days: int = 0) -> datetime:
    return datetime.combine(date.fromisoformat(day) + timedelta(days=days), time.min, tzinfo=clock.JAKARTA)


def of_days(days: Days) -> Iterator[Difference]:
    """Each sum of one window that is not that of the entries up to the horizon."""
    if days.dimension:
        yield from _of_all_time(days.edition_id, days.dimension)
        return
    yield from _of_hours_and_days(days)
    yield from _parts(days)
    yield from _closings(days)


def sum_differences() -> Iterator[Difference]:
    """Every window, one after the other."""
    days = next_days("")
    while days is not None:
        yield from of_days(days)
        days = next_days(days.mark())


def _of_hours_and_days(days: Days) -> Iterator[Difference]:
    condition, parameters = ["edition_id = %s", f"id <= {_HORIZON}"], [days.edition_id]
    if days.first:
        condition.append("happened_at >= %s")
        parameters.append(moment(_begin(days.first, days=1)))
    if days.last != _LAST:
        condition.append("happened_at < %s")
        parameters.append(moment(_begin(days.last, days=1)))
    levels = [level for level in PERIODS if level[0] != Level.ALL]
    yield from _unequal(
        "",
        " UNION ALL ".join(
            f"""SELECT edition_id, {period} AS period, dimension, key, stage, amount, orders, 0 AS sums, 0 AS counts
            FROM checked WHERE {dimensions}"""
            for _level, period, dimensions in levels
        )
        + f""" UNION ALL
        SELECT edition_id, period, dimension, key, stage, 0, 0, amount, orders FROM expo_ledgerrollup
        WHERE edition_id = %s AND level IN ({", ".join(f"'{level}'" for level, *_rest in levels)})
            AND dimension IN ({quoted(Dimension)}) AND period > %s AND period <= %s""",
        [*parameters, days.edition_id, f"{days.first}T99" if days.first else "", f"{days.last}T99"],
        first=f"WITH checked AS MATERIALIZED ({fresh_sums(' AND '.join(condition))})",
    )


def _of_all_time(edition_id: int, dimension: str) -> Iterator[Difference]:
    """The sums of all time hold no zeros, and must be those of all days, which were compared with the entries."""
    yield from _unequal(
        Level.ALL.value,
        """SELECT edition_id, '' AS period, dimension, key, stage, amount, orders, 0 AS sums, 0 AS counts
        FROM expo_ledgerrollup WHERE edition_id = %s AND level = 'day' AND dimension = %s
        UNION ALL
        SELECT edition_id, period, dimension, key, stage, 0, 0, amount, orders
        FROM expo_ledgerrollup WHERE edition_id = %s AND level = 'all' AND dimension = %s""",
        [edition_id, dimension, edition_id, dimension],
    )


def _closings(days: Days) -> Iterator[Difference]:
    """Each closing of the window against the one before it and the days between the two."""
    closings = (
        LedgerRollup.objects.filter(edition_id=days.edition_id, level=Level.CLOSE, dimension=Dimension.TOTAL)
        .order_by("period")
        .values_list("period", flat=True)
        .distinct()
    )
    before = closings.filter(period__lte=days.first).last() or ""
    for period in closings.filter(period__gt=days.first, period__lte=days.last):
        yield from _unequal(
            Level.CLOSE.value,
            f"""SELECT edition_id, '{period}' AS period, dimension, key, stage, amount, orders, 0 AS sums, 0 AS counts
            FROM expo_ledgerrollup WHERE edition_id = %s AND dimension IN ({quoted(Dimension)})
                AND (level = 'close' AND period = %s OR level = 'day' AND period > %s AND period <= %s)
            UNION ALL
            SELECT edition_id, period, dimension, key, stage, 0, 0, amount, orders
            FROM expo_ledgerrollup WHERE edition_id = %s AND dimension IN ({quoted(Dimension)})
                AND level = 'close' AND period = %s""",
            [days.edition_id, before, before, period, days.edition_id, period],
        )
        before = period


def _parts(days: Days) -> Iterator[Difference]:
    """The parts of each day that has any, against the entries from its midnight on."""
    horizon = LedgerHorizon.objects.values_list("through", flat=True).first() or 0
    ends = (
        LedgerRollup.objects.filter(
            edition_id=days.edition_id,
            level=Level.PART,
            dimension=Dimension.TOTAL,
            period__gt=f"{days.first}T99" if days.first else "",
            period__lte=f"{days.last}T99",
        )
        .order_by("period")
        .values_list("period", flat=True)
        .distinct()
    )
    for day, of_day in groupby(ends, key=lambda end: end[:10]):
        sums, parameters = sums_of_parts(days.edition_id, list(of_day), through=horizon)
        yield from _unequal(
            Level.PART.value,
            f"""SELECT edition_id, period, dimension, key, stage, amount, orders, 0 AS sums, 0 AS counts
            FROM ({sums}) AS entries
            UNION ALL
            SELECT edition_id, period, dimension, key, stage, 0, 0, amount, orders FROM expo_ledgerrollup
            WHERE edition_id = %s AND level = 'part' AND dimension IN ({quoted(PARTED)})
                AND period > %s AND period <= %s""",
            [*parameters, days.edition_id, day, f"{day}T24"],
        )


def _unequal(
    level: str, both_sides: str, parameters: Sequence[Any], *, first: str = ""
) -> Iterator[Difference]:
    """Where the entries (``amount``, ``orders``) and the sums (``sums``, ``counts``) of one level disagree.

    Without a ``level`` there are hours and days, which their period tells apart; ``first`` is what the statement begins
    with.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{first}
            SELECT edition_id, period, dimension, key, stage, SUM(amount), SUM(orders), SUM(sums), SUM(counts)
            FROM ({both_sides}) AS both_sides
            GROUP BY edition_id, period, dimension, key, stage
            HAVING SUM(amount) <> SUM(sums) OR SUM(orders) <> SUM(counts)
            ORDER BY 1, 2, 3, 4, 5 LIMIT {MOST_SUMS}""",
            parameters,
        )
        rows = cursor.fetchall()
    for edition, when, dimension, key, stage, amount, orders, sums, counts in rows:
        yield Difference(
            f"jumlah {level or ('hour' if 'T' in when else 'day')} {when} penyelenggaraan {edition}, {dimension} {key}",
            stage,
            Decimal(sums),
            Decimal(amount),
            (int(counts), int(orders)),
        )
