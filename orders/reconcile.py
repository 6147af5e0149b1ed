"""The ledger against the rows: recompute where every rupiah must stand and name what differs.

What the rows say is worked out by ``orders.standing``; how an order came there is in its events. Sums are compared
with the entries that they are made of. Nothing here repairs anything: a difference is a fault to be understood.
"""

# ruff: noqa: S608 - every part of these statements is written here; values are parameters

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby, islice
from typing import Any

from django.db import connection
from django.db.models import Prefetch, QuerySet, Sum

from expo.day_parts import PARTED, sums_of_parts
from expo.dimensions import quoted
from expo.ledger import unbalanced_postings
from expo.models import LedgerEntry, LedgerHorizon, LedgerRollup, Level, Pledge, ReconcileRun, Stage
from expo.rollup import PERIODS, fresh_sums
from orders.models import Allocation, Order
from orders.standing import counted, since, standing
from procurement import clock
from procurement.models import Event
from procurement.money import rupiah

CHUNK = 500
_MOST_SUMS = 20

Place = tuple[str, date | None, str]
"""Stage, since, origin: where the rupiah and the count of an order stand."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where ledger and rows disagree, in rupiah or in orders."""

    where: str
    stage: str
    ledger: Decimal
    rows: Decimal
    orders: tuple[int, int] = (0, 0)

    def __str__(self) -> str:
        text = f"{self.where}, {self.stage}: buku nilai {rupiah(self.ledger)}, baris {rupiah(self.rows)}"
        if self.orders[0] != self.orders[1]:
            text += f"; cacah {self.orders[0]}, seharusnya {self.orders[1]}"
        return text


def run() -> ReconcileRun:
    """The nightly run: all differences counted, the first one named, the outcome kept for the dashboard."""
    first, count = "", 0
    for difference in differences():
        first = first or str(difference)
        count += 1
    return ReconcileRun.objects.create(
        at=clock.now(), orders=Order.objects.count(), differences=count, first=first
    )


def differences() -> Iterator[Difference]:
    """Postings that do not balance; orders, pledges, counts and sums that differ; nothing when all is well."""
    for posting in unbalanced_postings():
        yield Difference(f"posting {posting}", "", Decimal(1), Decimal(0))
    yield from sum_differences()
    last = 0
    while chunk := list(islice(_orders().filter(pk__gt=last), CHUNK)):
        yield from _orders_differ(chunk, after=last)
        last = chunk[-1].pk
    for order_id, places in _by_order(LedgerEntry.objects.filter(order_id__gt=last)).items():
        yield from _compare(_name(order_id), places, {})
    yield from _pledges()


def _orders() -> QuerySet[Order]:
    shares = Allocation.objects.select_related("line", "msme", "purchase_order")
    return Order.objects.order_by("pk").prefetch_related("lines", Prefetch("allocations", queryset=shares))


def _orders_differ(orders: list[Order], *, after: int) -> Iterator[Difference]:
    booked = _by_order(LedgerEntry.objects.filter(order_id__gt=after, order_id__lte=orders[-1].pk))
    said = _last_states([order.stream for order in orders])
    for order in orders:
        expected: dict[Place, tuple[Decimal, int]] = defaultdict(lambda: (Decimal(0), 0))
        for (value_stage, known), amount in standing(order).items():
            place = (str(value_stage), known.since, str(known.origin))
            expected[place] = (expected[place][0] + amount, expected[place][1])
        stage, known = counted(order.status, lost_from=order.lost_from, since=since(order))
        if stage != Stage.OUTSIDE:
            place = (str(stage), known.since, str(known.origin))
            expected[place] = (expected[place][0], expected[place][1] + 1)
        yield from _compare(order.number, booked.pop(order.pk, {}), expected)
        if said.get(order.stream, order.status) != order.status:
            yield Difference(
                f"{order.number}: kejadian terakhir “{said[order.stream]}”, baris “{order.status}”",
                "",
                Decimal(0),
                Decimal(0),
            )
    for order_id, places in booked.items():
        yield from _compare(_name(order_id), places, {})


def _name(order_id: int) -> str:
    return f"PSN-{order_id:05d} (tidak ada)"


def _last_states(streams: list[str]) -> dict[str, str]:
    """The state in which the events of each order leave it."""
    rows = (
        Event.objects.filter(stream__in=streams, verb__startswith="order.")
        .exclude(to_state="")
        .order_by("stream", "sequence")
        .values_list("stream", "subject", "to_state")
    )
    return {stream: state for stream, subject, state in rows if subject == stream}


def _by_order(entries: QuerySet[LedgerEntry]) -> dict[int, dict[Place, tuple[Decimal, int]]]:
    rows = (
        entries.exclude(stage__in=[Stage.OUTSIDE, Stage.ANNOUNCED])
        .order_by()
        .values_list("order_id", "stage", "since", "origin")
        .annotate(total=Sum("amount"), count=Sum("orders"))
    )
    found: dict[int, dict[Place, tuple[Decimal, int]]] = defaultdict(dict)
    for order_id, stage, day, origin, total, count in rows:
        found[order_id or 0][stage, day, origin] = (Decimal(total), count)
    return found


def _pledges() -> Iterator[Difference]:
    announced = {
        pk: (Decimal(total), count)
        for pk, total, count in LedgerEntry.objects.filter(stage=Stage.ANNOUNCED)
        .order_by()
        .values_list("pledge_id")
        .annotate(total=Sum("amount"), count=Sum("orders"))
    }
    for pk, remaining in Pledge.objects.values_list("pk", "remaining"):
        amount, count = announced.pop(pk, (Decimal(0), 0))
        wanted = 1 if remaining else 0
        if (amount, count) != (remaining, wanted):
            yield Difference(f"komitmen {pk}", Stage.ANNOUNCED, amount, remaining, (count, wanted))
    pledged = dict(
        Order.objects.filter(pledge__isnull=False)
        .order_by()
        .values_list("pledge_id")
        .annotate(Sum("pledged"))
    )
    taken = dict(
        LedgerEntry.objects.filter(stage=Stage.ANNOUNCED, order_id__isnull=False)
        .order_by()
        .values_list("pledge_id")
        .annotate(Sum("amount"))
    )
    for key in sorted({*pledged, *taken} - {None}, key=lambda key: key or 0):
        left, right = -Decimal(taken.get(key, 0)), Decimal(pledged.get(key, 0))
        if left != right:
            yield Difference(f"komitmen {key} yang menjadi pesanan", Stage.ANNOUNCED, left, right)


def _compare(
    where: str, ledger: dict[Place, tuple[Decimal, int]], rows: dict[Place, tuple[Decimal, int]]
) -> Iterator[Difference]:
    for place in sorted({*ledger, *rows}, key=str):
        left, right = ledger.get(place, (Decimal(0), 0)), rows.get(place, (Decimal(0), 0))
        if left != right:
            stage, day, origin = place
            told = " ".join(str(part) for part in (stage, origin, f"sejak {day}" if day else "") if part)
            yield Difference(where, told, left[0], right[0], (left[1], right[1]))


def sum_differences() -> Iterator[Difference]:
    """Sums that are not those of the entries up to the horizon: each level against the entries themselves."""
    horizon = LedgerHorizon.objects.values_list("through", flat=True).first() or 0
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS expo_checked")
        cursor.execute(f"CREATE TEMPORARY TABLE expo_checked AS {fresh_sums('id <= %s')}", [horizon])
    for level, period, dimensions in PERIODS:
        yield from _unequal(
            level,
            f"""SELECT edition_id, {period} AS period, dimension, key, stage, amount, orders,
                0 AS sums, 0 AS counts FROM expo_checked WHERE {dimensions}
            UNION ALL
            SELECT edition_id, period, dimension, key, stage, 0, 0, amount, orders
            FROM expo_ledgerrollup WHERE level = '{level}'""",
        )
    yield from _unequal(Level.CLOSE.value, _BETWEEN_CLOSINGS)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE expo_checked")
    yield from _part_differences(horizon)


def _part_differences(horizon: int) -> Iterator[Difference]:
    """The parts of each day that has any, against the entries from its midnight on."""
    ends = LedgerRollup.objects.filter(level=Level.PART).order_by("edition_id", "period").distinct()
    for (edition_id, day), of_day in groupby(
        ends.values_list("edition_id", "period"), key=lambda end: (end[0], end[1][:10])
    ):
        sums, parameters = sums_of_parts(edition_id, [period for _edition, period in of_day], through=horizon)
        yield from _unequal(
            Level.PART.value,
            f"""SELECT edition_id, period, dimension, key, stage, amount, orders, 0 AS sums, 0 AS counts
            FROM ({sums}) AS entries
            UNION ALL
            SELECT edition_id, period, dimension, key, stage, 0, 0, amount, orders FROM expo_ledgerrollup
            WHERE edition_id = %s AND level = 'part' AND dimension IN ({quoted(PARTED)})
                AND period > %s AND period <= %s""",
            [*parameters, edition_id, day, f"{day}T24"],
        )


_BETWEEN_CLOSINGS = """
    SELECT checked.edition_id, its_day.closing AS period, dimension, key, stage, amount, orders,
        0 AS sums, 0 AS counts
    FROM expo_checked AS checked JOIN (
        SELECT edition_id, day, (
            SELECT MIN(period) FROM expo_ledgerrollup AS closing
            WHERE closing.edition_id = days.edition_id AND level = 'close' AND dimension = 'total' AND period >= day
        ) AS closing
        FROM (SELECT DISTINCT edition_id, substr(period, 1, 10) AS day FROM expo_checked) AS days
    ) AS its_day ON its_day.edition_id = checked.edition_id AND its_day.day = substr(checked.period, 1, 10)
    WHERE its_day.closing IS NOT NULL
    UNION ALL
    SELECT edition_id, period, dimension, key, stage, 0, 0, amount, orders
    FROM expo_ledgerrollup WHERE level = 'close'
    UNION ALL
    SELECT sums.edition_id, following, dimension, key, stage, 0, 0, -amount, -orders
    FROM expo_ledgerrollup AS sums JOIN (
        SELECT edition_id, period, LEAD(period) OVER (PARTITION BY edition_id ORDER BY period) AS following
        FROM (SELECT DISTINCT edition_id, period FROM expo_ledgerrollup WHERE level = 'close') AS closings
    ) AS closing ON closing.edition_id = sums.edition_id AND closing.period = sums.period
    WHERE level = 'close' AND following IS NOT NULL"""
"""Each closing less the one before it, beside the entries of the days between: a year of closings is read but once."""


def _unequal(level: str, both_sides: str, parameters: Sequence[Any] = ()) -> Iterator[Difference]:
    """Where the entries (``amount``, ``orders``) and the sums (``sums``, ``counts``) of one level disagree."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT edition_id, period, dimension, key, stage, SUM(amount), SUM(orders), SUM(sums), SUM(counts)
            FROM ({both_sides}) AS both_sides
            GROUP BY edition_id, period, dimension, key, stage
            HAVING SUM(amount) <> SUM(sums) OR SUM(orders) <> SUM(counts)
            ORDER BY 1, 2, 3, 4, 5 LIMIT {_MOST_SUMS}""",
            parameters or None,
        )
        rows = cursor.fetchall()
    for edition, when, dimension, key, stage, amount, orders, sums, counts in rows:
        yield Difference(
            f"jumlah {level} {when} penyelenggaraan {edition}, {dimension} {key}",
            stage,
            Decimal(sums),
            Decimal(amount),
            (int(counts), int(orders)),
        )
