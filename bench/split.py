"""``bin/bench split``: how long a split takes, how far it is from the proven bound, and how far the greedy one is."""

import argparse
import random
import time
from datetime import date, timedelta

from orders.split import greedy, solver
from orders.split.outcome import wrongs
from orders.split.problem import Line, Maker, Option, Pool, Problem
from orders.split.scenarios import EARLIEST, MOST, SCENARIOS, SolvedScenario, Task, value_of

SIZES = ((10, 50), (50, 200), (50, 500))
TODAY = date(2026, 11, 25)
MONDAY = date(2026, 11, 23)
DENSITY = 0.35


def made(lines: int, makers: int, *, density: float, products: int | None = None, seed: int = 1) -> Problem:
    """An order as the expo sees them: three lines to a product, each MSME offers ``density`` of the products.

    Nine of ten offers have weekly capacity, partly reserved; minimums are 1 to 100 pieces, lead times 7 to 39 days.
    """
    rng = random.Random(seed)  # noqa: S311 - the same problem each time
    kinds = range(products or max(3, lines // 3))
    rows = [
        Line(
            pk=pk,
            position=pk,
            name=f"Barang {pk}",
            unit="potong",
            quantity=rng.randrange(200, 3000),
            needed_by=TODAY + timedelta(days=rng.randrange(30, 75)),
            city="Surabaya",
        )
        for pk in range(1, lines + 1)
    ]
    kind_of = {row.pk: rng.choice(kinds) for row in rows}
    base = {kind: rng.randrange(20, 200) * 1000 for kind in kinds}
    people = [
        Maker(
            pk=pk,
            name=f"Perajin {pk}",
            district="",
            received=rng.randrange(0, 100_000_000),
            delivered=(count := rng.randrange(5)),
            on_time=rng.randint(0, count),
        )
        for pk in range(1, makers + 1)
    ]
    options: list[Option] = []
    pools: list[Pool] = []
    for one in people:
        is_local = rng.random() < 0.2
        for kind in kinds:
            if rng.random() > density:
                continue
            price = int(base[kind] * rng.uniform(0.85, 1.25)) // 500 * 500
            minimum, lead = rng.choice([1, 1, 10, 25, 50, 100]), rng.randrange(7, 40)
            usual = rng.randrange(10, 120)
            weeks = tuple(
                (MONDAY + timedelta(weeks=week), max(0, usual - rng.randrange(60))) for week in range(11)
            )
            pool = Pool(maker=one.pk, product=kind, weeks=weeks) if rng.random() < 0.9 else None
            found = [
                option
                for row in rows
                if kind_of[row.pk] == kind
                and (option := _option(row, one, pool, price, minimum, lead, is_local=is_local)) is not None
            ]
            options += found
            pools += [pool] if pool is not None and found else []
    return Problem(
        order=1,
        today=TODAY,
        lines=tuple(rows),
        makers=tuple(people),
        options=tuple(options),
        pools=tuple(pools),
    )


def _option(
    row: Line, one: Maker, pool: Pool | None, price: int, minimum: int, lead: int, *, is_local: bool
) -> Option | None:
    ready_on = TODAY + timedelta(days=lead)
    most = row.quantity
    if pool is not None:
        most = min(most, pool.free(pool.reach(row.needed_by)))
    if ready_on > row.needed_by or most < minimum:
        return None
    return Option(
        line=row.pk,
        maker=one.pk,
        price=price,
        least=minimum,
        most=most,
        ready_on=ready_on,
        product=pool.product if pool is not None else None,
        is_local=is_local,
    )


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bin/bench split", description=__doc__)
    parser.add_argument("--work", type=float, default=2.0, help="deterministic time per scenario")
    parser.add_argument(
        "--density", type=float, default=DENSITY, help="share of the products that an MSME offers"
    )
    parser.add_argument(
        "--products", type=int, help="how many products the lines are of; a third of the lines"
    )
    parser.add_argument("--sizes", default="", help="such as 10x50,50x200")
    chosen = parser.parse_args(arguments)
    solver.is_installed() or parser.error("OR-tools is not installed")
    sizes = [tuple(map(int, size.split("x"))) for size in chosen.sizes.split(",") if size] or SIZES
    _warm_up()
    for lines, makers in sizes:
        asked = made(lines, makers, density=chosen.density, products=chosen.products)
        print(f"\n{lines} lines × {makers} MSMEs, {len(asked.options)} options, {asked.hash[:12]}")
        print(
            f"{'scenario':<10}{'wall s':>8}{'cpu s':>8}{'gap':>9}{'greedy s':>10}{'greedy above':>14}{'uncovered':>11}"
        )
        whole = 0.0
        for scenario in SCENARIOS:
            whole += _measure(Task(asked, scenario), solver.Effort(work=chosen.work, seconds=600.0))
        print(f"{'all six':<10}{whole:>8.1f}")


def _warm_up() -> None:
    """The first solve imports OR-tools, half a second or more; a worker pays it once."""
    solver.answer(Task(made(2, 3, density=1.0), "cheapest"), solver.Effort())


def _measure(task: Task, effort: solver.Effort) -> float:
    started = time.perf_counter()
    dealt = greedy.split(task)
    greedy_seconds = time.perf_counter() - started
    assert not wrongs(task.problem, dealt)
    started, cpu = time.perf_counter(), time.process_time()
    answer = solver.answer(task, effort)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    assert not wrongs(task.problem, answer.shares)
    print(
        f"{task.scenario:<10}{seconds:>8.2f}{cpu:>8.2f}{_gap(answer):>9}{greedy_seconds:>10.2f}"
        f"{_above(task, answer, dealt):>14}{value_of(task, answer.shares)[0]:>11}",
        flush=True,
    )
    return seconds


def _gap(answer: SolvedScenario) -> str:
    if answer.why_greedy or answer.proof.gap is None:
        return answer.why_greedy or "?"
    if not answer.proof.gap:
        return "optimal" if answer.proof.covers else "covers?"
    return f"{answer.proof.gap} d" if answer.scenario == EARLIEST else f"{answer.proof.gap / 100:.2f} %"


def _above(task: Task, answer: SolvedScenario, dealt: object) -> str:
    """How much worse the greedy split is: uncovered pieces if more, else the aim in percent."""
    mine, other = value_of(task, answer.shares), value_of(task, dealt)  # type: ignore[arg-type]
    if mine[0] != other[0]:
        return f"+{other[0] - mine[0]} pcs"
    at = 2 if task.scenario in (EARLIEST, MOST) and mine[1] == other[1] else 1
    return f"{100 * (other[at] - mine[at]) / max(1, abs(mine[at])):.2f} %"


if __name__ == "__main__":
    main([])
