"""``bin/bench dashboard``: figures and order lists at 10,000 to 1,000,000 orders, and the naive way beside."""

import argparse
import logging
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import NamedTuple

import structlog
from django.db import connection
from django.test import Client
from django.urls import reverse

from bench.ledger import many_orders
from bench.spent import Counter, Spent, median
from expo.figures.asked import end_of
from expo.ledger.balances import Balances, balances_from, balances_of, series
from expo.ledger.dimensions import SIZES
from expo.ledger.rollup import rebuild
from expo.ledger.sources import entries
from expo.models import Dimension, LedgerEntry, LedgerRollup
from orders.models import Order
from orders.reconcile import differences, sum_differences
from procurement import clock
from procurement.lists.keyset import Keyset
from tests.factories import World, make_world

WARM_UP = 8


class TimingRow(NamedTuple):
    """What one line of the table says.

    ``work`` is how many milliseconds a fixed piece of work took meanwhile, ``pieces`` how many of them one call is.
    """

    name: str
    spent: Spent
    queries: int
    work: float
    pieces: float


def fixed_work() -> None:
    """Some milliseconds of Python. Other programs make a machine faster and slower, in the midst of a run too."""
    sum(number * number for number in range(100_000))


def measured(
    name: str, call: Callable[[], object], repetitions: int = 15, *, warm_up: int = WARM_UP
) -> TimingRow:
    """The medians of warm calls, each beside a fixed piece of work, and the statements of one.

    A web process serves thousands of pages, and a connection settles on its plans after some runs of a statement.
    """
    counter = Counter()
    for _ in range(warm_up):
        call()
    with connection.execute_wrapper(counter):
        call()
    spent, work = [], []
    for _ in range(repetitions):
        before = Spent.now()
        fixed_work()
        started = Spent.now()
        call()
        spent.append(Spent.now() - started)
        work.append((started - before).wall)
    pieces = (one.wall / piece for one, piece in zip(spent, work, strict=True))
    return TimingRow(name, median(spent), counter.count, statistics.median(work), statistics.median(pieces))


def page(client: Client, url: str) -> Callable[[], object]:
    """Ask for a page; anything but 200 is a fault."""

    def get() -> object:
        answer = client.get(url)
        assert answer.status_code == 200, (url, answer.status_code)
        return answer

    return get


def ledger_rows(world: World) -> list[TimingRow]:
    """What the dashboard reads, with the horizon at the end and a little behind, and the naive sums."""
    edition = world.edition.pk
    past = clock.now() - timedelta(days=100, hours=7)
    ninety = [clock.today() - timedelta(days=back) for back in reversed(range(90))]

    def naive() -> Balances:
        return balances_from(entries(edition, None, None, {}), edition, None, (Dimension.TOTAL,))

    def naive_past() -> Balances:
        return balances_from(entries(edition, past, None, {}), edition, past, (Dimension.TOTAL,))

    rows = [
        measured("figures(): stages, ageing, dwell, lost, category, district", lambda: balances_of(edition)),
        measured(
            "the same, and the largest MSMEs and institutions", lambda: balances_of(edition, leading=SIZES)
        ),
        measured("series(), 90 days", lambda: series(edition, ninety)),
        measured("figures(as_of=end of a day)", lambda: balances_of(edition, end_of(past.date()))),
        measured("figures(as_of=100 days ago, in the middle of a day)", lambda: balances_of(edition, past)),
        measured("naive: SUM … GROUP BY stage", naive, 3, warm_up=1),
        measured("naive: the same, as of 100 days ago", naive_past, 3, warm_up=1),
    ]
    assert balances_of(edition).by_stage == naive().by_stage
    assert balances_of(edition, past).by_stage == naive_past().by_stage
    return rows


def list_rows(world: World) -> list[TimingRow]:
    """Order lists: first page, deep pages, and each filter alone, as expo staff see them."""
    client = Client()
    client.force_login(world.people["coordinator"])
    url = reverse("orders:list")
    deep = Order.objects.order_by("pk")[Order.objects.count() // 2]
    value = Keyset(Order.objects.all(), path="value", descending=True)._cursor(deep, backwards=False)
    number = Keyset(Order.objects.all(), path="pk", descending=True)._cursor(deep, backwards=False)
    past = (clock.now() - timedelta(days=100)).astimezone(clock.JAKARTA)
    buyer, today = deep.institution_id, clock.today().isoformat()
    addresses = [
        ("dashboard page", reverse("expo:home")),
        ("dashboard page, end of that day", f"{reverse('expo:home')}?as_of={past:%Y-%m-%d}"),
        ("dashboard page, 100 days ago, middle of a day", f"{reverse('expo:home')}?as_of={past:%Y-%m-%dT%H:%M}"),
        ("orders, first page", url),
        ("orders, half-way", f"{url}?cursor={number}"),
        ("orders by value, half-way", f"{url}?sort=-value&cursor={value}"),
        ("orders by needed_by", f"{url}?sort=needed_by"),
        ("orders by institution", f"{url}?sort=institution"),
        ("orders, state requested", f"{url}?keadaan=requested"),
        ("orders, state delivered", f"{url}?keadaan=delivered"),
        ("orders, one institution", f"{url}?instansi={buyer}"),
        ("orders, late", f"{url}?terlambat=1"),
        ("orders, due this week", f"{url}?pekan_ini=1"),
        ("orders, unpaid", f"{url}?belum_dibayar=1"),
        ("orders, needed from today", f"{url}?butuh_dari={today}"),
        ("orders, search by number", f"{url}?q=PSN-{deep.pk:05d}"),
        ("orders, search by word", f"{url}?q=contoh"),
        ("orders behind a stage", reverse("orders:stage", args=["quoted"])),
        ("chase list", reverse("orders:chase")),
    ]  # fmt: skip
    return [measured(name, page(client, address)) for name, address in addresses]


def at_size(world: World, orders: int, *, reconciled: bool) -> dict[str, TimingRow]:
    """Make the orders, roll, and measure."""
    many_orders.empty()
    started = time.perf_counter()
    many_orders.fill(world, orders)
    made = time.perf_counter() - started
    started = time.perf_counter()
    rebuild()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE expo_ledgerrollup")
    rolled = time.perf_counter() - started
    print(
        f"{orders:,} orders: {LedgerEntry.objects.count():,} entries made in {made:.0f} s, "
        f"{LedgerRollup.objects.count():,} sums rolled in {rolled:.0f} s"
    )
    started = time.perf_counter()
    found = [str(one) for one in (differences() if reconciled else sum_differences())]
    what = "orders, pledges and sums" if reconciled else "sums"
    print(f"reconcile ({what}): {len(found)} differences in {time.perf_counter() - started:.0f} s")
    assert not found, found[:3]
    return {row.name: row for row in (*ledger_rows(world), *list_rows(world))}


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bin/bench dashboard", description=__doc__)
    parser.add_argument("--sizes", default="10000,100000,1000000", help="numbers of orders, with commas")
    parser.add_argument(
        "--reconcile", action="store_true", help="compare every order too, not the sums alone"
    )
    chosen = parser.parse_args(arguments)
    import_module("procurement.wsgi")  # garbage is collected as a web process does
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    sizes = [int(size) for size in chosen.sizes.split(",")]
    world = make_world()
    many_orders.people_the_expo(world)
    # The closing lies in the middle of it all, so that "since the closing" is a figure of a busy day.
    closing = clock.today() - timedelta(days=120)
    world.edition.starts_on, world.edition.ends_on = closing - timedelta(days=4), closing
    world.edition.save()
    results = {size: at_size(world, size, reconciled=chosen.reconcile or size <= 10_000) for size in sizes}
    print(report(results))


def report(results: dict[int, dict[str, TimingRow]]) -> str:
    """The table that is printed: medians on the wall at each size, beside each how fast the machine was.

    Growth is that of pieces of work, so that a machine that slowed down meanwhile does not count as growth.
    """
    sizes = list(results)
    head = "".join(f"{f'{size:,}':>11}{'(work)':>8}" for size in sizes)
    rows = [f"{'ms, median':<60}{head}{'growth':>8}{'queries':>9}{'processor':>11}"]
    for name, last in results[sizes[-1]].items():
        runs = [results[size][name] for size in sizes]
        wall = "".join(f"{row.spent.wall:>11.1f}{f'({row.work:.1f})':>8}" for row in runs)
        growth = last.pieces / runs[0].pieces
        rows.append(f"{name:<60}{wall}{growth:>8.2f}{last.queries:>9}{last.spent.cpu:>11.1f}")
    return "\n".join(rows)
