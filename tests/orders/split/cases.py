"""Small problems for tests of the split: made at random from a seed, or by hand."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import product as every
from typing import Any

from orders.split.outcome import is_ready_by, ready_days
from orders.split.problem import Key, Line, Maker, Option, Pool, Problem, Shares, SplitRules
from orders.split.scenarios import EARLIEST, Task, value_of

TODAY = date(2026, 11, 25)
MONDAY = date(2026, 11, 23)


def line(pk: int, quantity: int, *, days: int = 20, city: str = "Surabaya") -> Line:
    needed_by = TODAY + timedelta(days=days)
    return Line(
        pk=pk,
        position=pk,
        name=f"Barang {pk}",
        unit="potong",
        quantity=quantity,
        needed_by=needed_by,
        city=city,
    )


def maker(pk: int, **values: Any) -> Maker:
    return Maker(pk=pk, name=f"Perajin {pk}", district="Surabaya", **values)


def option(line_id: int, maker_id: int, price: int, most: int, **values: Any) -> Option:
    values = {"least": 1, "ready_on": TODAY + timedelta(days=5), **values}
    return Option(line=line_id, maker=maker_id, price=price, most=most, **values)


def pool(maker_id: int, free: Sequence[int], product: int = 1) -> Pool:
    weeks = tuple((MONDAY + timedelta(weeks=at), pieces) for at, pieces in enumerate(free))
    return Pool(maker=maker_id, product=product, weeks=weeks)


def problem(
    lines: Sequence[Line],
    options: Sequence[Option],
    pools: Sequence[Pool] = (),
    makers: Sequence[Maker] = (),
    rules: SplitRules | None = None,
) -> Problem:
    known = {one.pk for one in makers}
    rest = sorted({one.maker for one in options} - known)
    return Problem(
        order=1,
        today=TODAY,
        lines=tuple(lines),
        makers=(*makers, *(maker(pk) for pk in rest)),
        options=tuple(options),
        pools=tuple(pools),
        rules=rules or SplitRules(),
    )


def random_problem(seed: int) -> Problem:
    """At most three lines and four MSMEs, so few pieces that every split can be tried."""
    rng = random.Random(seed)  # noqa: S311 - a seed that repeats is the point
    lines = [
        line(pk, rng.randint(1, 5), days=rng.choice([6, 10, 13, 20])) for pk in range(1, rng.randint(2, 4))
    ]
    makers = [
        Maker(
            pk=pk,
            name=f"Perajin {pk}",
            district="",
            received=rng.choice([0, 100, 5000]),
            delivered=(count := rng.randint(0, 3)),
            on_time=rng.randint(0, count),
        )
        for pk in range(1, rng.randint(2, 4) + 1)
    ]
    products = {one.pk: rng.choice([1, 1, 2]) for one in lines}
    pools: dict[Key, Pool] = {}
    options = []
    for one in lines:
        for who in makers:
            if rng.random() < 0.2:
                continue
            key = (who.pk, products[one.pk])
            is_tracked = rng.random() < 0.7 or key in pools
            if is_tracked and key not in pools:
                pools[key] = pool(who.pk, [rng.randint(0, 2) for _week in range(4)], products[one.pk])
            most = rng.randint(1, one.quantity)
            if is_tracked:
                most = min(most, pools[key].free(pools[key].reach(one.needed_by)))
            least = rng.choice([1, 1, 2, 3])
            if most < least:
                continue
            options.append(
                option(
                    one.pk,
                    who.pk,
                    rng.choice([900, 1000, 1100, 1500, 1501]),
                    most,
                    least=least,
                    ready_on=TODAY + timedelta(days=rng.randint(1, (one.needed_by - TODAY).days)),
                    product=products[one.pk] if is_tracked else None,
                    is_local=rng.random() < 0.4,
                )
            )
    rules = SplitRules(cap=rng.choice([20, 40, 60]), floor=rng.choice([0, 40]))
    used = {(one.maker, one.product) for one in options}
    kept = [one for key, one in sorted(pools.items()) if key in used]
    return problem(lines, options, kept, makers, rules)


def is_allowed(task: Task, shares: Shares) -> bool:
    """The rules said again, week by week and rupiah by rupiah, without the code that is under test."""
    asked = task.problem
    spent: dict[int, int] = {}
    for key, pieces in shares.items():
        one = asked.option[key]
        if pieces and not task.least(one) <= pieces <= one.most:
            return False
        if pieces and task.ready_by is not None and one.ready_on > task.ready_by:
            return False
        spent[one.maker] = spent.get(one.maker, 0) + pieces * one.price
    for one_line in asked.lines:
        if sum(pieces for key, pieces in shares.items() if key[0] == one_line.pk) > one_line.quantity:
            return False
    if task.cap is not None and any(100 * amount > asked.base * asked.rules.cap for amount in spent.values()):
        return False
    return all(_weeks_hold(asked, one, shares) for one in asked.pools)


def _weeks_hold(asked: Problem, one: Pool, shares: Shares) -> bool:
    """Fill week by week, what is needed first first."""
    needs = sorted(
        (asked.line[key[0]].needed_by, pieces)
        for key, pieces in shares.items()
        if pieces and asked.option[key].product == one.product and key[1] == one.maker
    )
    free = [pieces for _monday, pieces in one.weeks]
    for needed_by, pieces in needs:
        for at, (monday, _free) in enumerate(one.weeks):
            if monday <= needed_by:
                taken = min(free[at], pieces)
                free[at] -= taken
                pieces -= taken
        if pieces:
            return False
    return True


def best_by_brute_force(task: Task) -> tuple[int, int]:
    """The smallest uncovered and aim over every split; for the earliest the aim is the day's number."""
    best: tuple[int, int] | None = None
    days = ready_days(task.problem)
    for shares in every_split(task):
        if not is_allowed(task, shares):
            continue
        uncovered, aim, _total = value_of(task, shares)
        if task.scenario == EARLIEST:
            if best is not None and uncovered > best[0]:
                continue
            made = any(shares.values())
            aim = (
                next(at for at, day in enumerate(days) if is_ready_by(task.problem, shares, day))
                if made
                else -1
            )
        found = (uncovered, aim)
        best = found if best is None or found < best else best
    assert best is not None
    return best


def every_split(task: Task) -> Any:
    """Every way to give each option nothing, or a share between its smallest and its largest."""
    by_line = []
    for one_line in task.problem.lines:
        options = [one for one in task.problem.options if one.line == one_line.pk]
        ranges = [(0, *range(task.least(one), one.most + 1)) for one in options]
        by_line.append(
            [
                dict(zip([one.key for one in options], pieces, strict=True))
                for pieces in every(*ranges)
                if sum(pieces) <= one_line.quantity
            ]
        )
    for parts in every(*by_line):
        yield {key: pieces for part in parts for key, pieces in part.items()}
