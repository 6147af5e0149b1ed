"""``bin/bench reconcile``: how long a check of the whole ledger takes, in how many steps, and with how much memory."""

import argparse
import logging
import resource
import time
from collections import Counter, defaultdict
from datetime import timedelta

import structlog
from django.db import connection

from bench.ledger import many_orders
from expo.ledger.rollup import rebuild
from expo.models import LedgerEntry, LedgerRollup, ReconcileRun
from orders import reconcile
from orders.reconcile.steps import StepFindings
from procurement import clock
from tests.factories import World, make_world

MEGABYTE = 1024


class ReadWatch:
    """How long each step took, by its phase."""

    def __init__(self) -> None:
        self.phase = "orders"
        self.since = time.perf_counter()
        self.spent: dict[str, float] = defaultdict(float)
        self.longest: dict[str, float] = defaultdict(float)
        self.steps: Counter[str] = Counter()

    def __call__(self, run: ReconcileRun, step: StepFindings) -> None:
        took = time.perf_counter() - self.since
        self.spent[self.phase] += took
        self.longest[self.phase] = max(self.longest[self.phase], took)
        self.steps[self.phase] += 1
        if run.steps % 200 == 0:
            print(f"  {run.steps} steps, {run.orders:,} orders, {peak():.0f} MB", flush=True)
        self.phase, self.since = run.phase, time.perf_counter()


def peak() -> float:
    """The most memory that this process ever held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE


def at_size(world: World, orders: int) -> None:
    many_orders.empty()
    ReconcileRun.objects.all().delete()
    many_orders.fill(world, orders)
    rebuild()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE expo_ledgerrollup")
    before = peak()
    watch, started = ReadWatch(), time.perf_counter()
    run = reconcile.run(watch=watch)
    took = time.perf_counter() - started
    print(
        f"{orders:,} orders, {LedgerEntry.objects.count():,} entries, {LedgerRollup.objects.count():,} sums: "
        f"{run.differences} differences in {took:.0f} s and {run.steps} steps; "
        f"memory {before:.0f} MB before, {peak():.0f} MB at most"
    )
    for phase, spent in watch.spent.items():
        print(
            f"  {phase:<10}{watch.steps[phase]:>6} steps{spent:>9.1f} s, longest {watch.longest[phase]:.2f} s"
        )
    assert not run.differences, run.found[:3]


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bin/bench reconcile", description=__doc__)
    parser.add_argument("--sizes", default="10000,100000", help="numbers of orders, with commas")
    chosen = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    world = make_world()
    many_orders.people_the_expo(world)
    closing = clock.today() - timedelta(days=120)
    world.edition.starts_on, world.edition.ends_on = closing - timedelta(days=4), closing
    world.edition.save()
    for size in chosen.sizes.split(","):
        at_size(world, int(size))
