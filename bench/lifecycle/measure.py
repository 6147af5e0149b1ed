"""``bin/bench lifecycle``: one order from draft to closed, by the verbs and by hand-made SQL."""

import argparse
import gc
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection

from bench.lifecycle import by_hand
from bench.lifecycle.life import Life
from bench.spent import Counter, Spent, median
from tests.factories import World, make_world

SMALL, LARGE = 20, 200
WARM_UP = 3  # runs that fill caches and prepare statements


def queries_per_verb(world: World, lines: int, split: bool) -> dict[str, int]:
    """The most queries that any call of each verb made."""
    found: dict[str, int] = defaultdict(int)
    for name, call in Life(world, lines, split).steps():
        counter = Counter()
        with connection.execute_wrapper(counter):
            call()
        found[name] = max(found[name], counter.count)
    return dict(found)


def by_verbs(world: World, lines: int, split: bool) -> dict[str, Spent]:
    """What each verb of one whole order took, all calls of the verb together."""
    spent: dict[str, Spent] = defaultdict(lambda: Spent(0, 0))
    for name, call in Life(world, lines, split).steps():
        started = Spent.now()
        call()
        spent[name] += Spent.now() - started
    return dict(spent)


def watched(world: World, lines: int, split: bool) -> by_hand.TableWatch:
    """One order, with every transaction written down."""
    watch = by_hand.TableWatch()
    for _name, call in Life(world, lines, split).steps():
        call()
        watch.look()
    return watch


@contextmanager
def _quiet() -> Iterator[None]:
    """Collect rubbish between measurements, not within."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@dataclass(slots=True)
class Result:
    """All runs of one size."""

    transactions: int
    verbs: list[dict[str, Spent]] = field(default_factory=list)
    hand: list[Spent] = field(default_factory=list)

    def verb(self, name: str) -> Spent:
        return median([run[name] for run in self.verbs])

    @property
    def total(self) -> Spent:
        return median([sum(run.values(), Spent(0, 0)) for run in self.verbs])

    @property
    def by_hand(self) -> Spent:
        return median(self.hand)


def measure(world: World, repetitions: int, split: bool) -> dict[int, Result]:
    """Both ways in both sizes, in turns, so that a busy moment of the machine meets all of them."""
    watches = {lines: watched(world, lines, split) for lines in (SMALL, LARGE)}
    results = {lines: Result(len(watches[lines].transactions)) for lines in (SMALL, LARGE)}
    for repetition in range(1, repetitions + WARM_UP + 1):
        for lines, result in results.items():
            with _quiet():
                spent = by_verbs(world, lines, split)
            prepared = by_hand.statements(watches[lines], repetition)
            with _quiet():
                started = Spent.now()
                by_hand.write(prepared)
                hand = Spent.now() - started
            if repetition > WARM_UP:
                result.verbs.append(spent)
                result.hand.append(hand)
    return results


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bin/bench lifecycle", description=__doc__)
    parser.add_argument("--repetitions", type=int, default=15)
    parser.add_argument("--split", action="store_true", help="every line is made by all three MSMEs")
    parser.add_argument(
        "--profile", type=int, metavar="LINES", help="print where the time of such an order goes"
    )
    chosen = parser.parse_args(arguments)
    world = make_world()
    if chosen.profile:
        profile(world, chosen.profile, chosen.split)
        return
    queries = {lines: queries_per_verb(world, lines, chosen.split) for lines in (SMALL, LARGE)}
    results = measure(world, chosen.repetitions, chosen.split)
    print(report(queries, results, chosen.split))


def report(queries: dict[int, dict[str, int]], results: dict[int, Result], split: bool) -> str:
    """The tables that are printed."""
    how = "each line made by all three" if split else "each line made by one of the three"
    small, large = results[SMALL], results[LARGE]
    rows = [
        f"One order over 3 MSMEs ({how}), draft to closed, {small.transactions} transactions.",
        f"Medians of {len(small.verbs)} runs of each, taken in turns.",
        "",
        f"{'verb (all its calls)':<24}{'queries per call':>18}{'ms, 20 lines':>14}{'ms, 200 lines':>15}",
    ]
    for name in queries[SMALL]:
        counts = f"{queries[SMALL][name]} / {queries[LARGE][name]}"
        rows.append(f"{name:<24}{counts:>18}{small.verb(name).wall:>14.1f}{large.verb(name).wall:>15.1f}")
    rows += ["", f"{'':<32}{'20 lines':>12}{'200 lines':>12}{'200 / 20':>12}"]
    for what, unit in (("wall", "ms"), ("cpu", "ms of processor time")):
        verbs = [getattr(result.total, what) for result in (small, large)]
        hands = [getattr(result.by_hand, what) for result in (small, large)]
        for name, (few, many) in (("verbs", verbs), ("SQL", hands)):
            rows.append(f"{f'{name}, {unit}':<32}{few:>12.1f}{many:>12.1f}{many / few:>12.2f}")
        rows.append(f"{'verbs / SQL':<32}{verbs[0] / hands[0]:>12.2f}{verbs[1] / hands[1]:>12.2f}")
    constant = queries[SMALL] == queries[LARGE]
    rows.append(f"queries constant in lines: {'yes' if constant else 'NO'}")
    return "\n".join(rows)


def profile(world: World, lines: int, split: bool) -> None:
    """cProfile of a few orders."""
    import cProfile
    import pstats

    by_verbs(world, lines, split)
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(3):
        by_verbs(world, lines, split)
    profiler.disable()
    pstats.Stats(profiler).sort_stats("tottime").print_stats(45)
