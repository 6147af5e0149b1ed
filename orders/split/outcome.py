"""Figures and checks of a split, computed from the problem and the shares alone."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from orders.split.problem import Key, Option, Problem, Shares, limits, saturday


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitFigures:
    """The figures by which scenarios are compared. ``largest`` is in hundredths of a percent of the order's value."""

    total: int
    uncovered: int
    makers: int
    largest: int
    largest_maker: int | None
    ready_on: date | None

    def as_json(self) -> dict[str, Any]:
        return {
            "total": self.total,
            "uncovered": self.uncovered,
            "makers": self.makers,
            "largest": self.largest,
            "largest_maker": self.largest_maker,
            "ready_on": self.ready_on.isoformat() if self.ready_on else None,
        }


def split_figures(problem: Problem, shares: Shares) -> SplitFigures:
    """Pieces that nobody makes count at the lowest price of their line when the largest share is measured."""
    amounts = amounts_of(problem, shares)
    total = sum(amounts.values())
    left = problem.uncovered(shares)
    whole = total + sum(max(0, pieces) * problem.cheapest[line] for line, pieces in left.items())
    largest = max(amounts, key=lambda maker: (amounts[maker], -maker), default=None)
    return SplitFigures(
        total=total,
        uncovered=sum(max(0, pieces) for pieces in left.values()),
        makers=len(amounts),
        largest=amounts[largest] * 10_000 // whole if largest is not None and whole else 0,
        largest_maker=largest,
        ready_on=ready_on(problem, shares),
    )


def amounts_of(problem: Problem, shares: Shares) -> dict[int, int]:
    """Rupiah by MSME, of those that make anything."""
    found: dict[int, int] = defaultdict(int)
    for key, pieces in shares.items():
        if pieces:
            found[key[1]] += pieces * problem.option[key].price
    return dict(found)


def ready_on(problem: Problem, shares: Shares) -> date | None:
    """The first day on which everything can be ready; None when nothing is made."""
    if not any(shares.values()):
        return None
    days = ready_days(problem)
    low, high = 0, len(days) - 1
    while low < high:
        middle = (low + high) // 2
        if is_ready_by(problem, shares, days[middle]):
            high = middle
        else:
            low = middle + 1
    return days[low]


def ready_days(problem: Problem) -> list[date]:
    """The days among which the first ready day of any split is."""
    days = {one.ready_on for one in problem.options} | {one.needed_by for one in problem.lines}
    days |= {saturday(monday) for pool in problem.pools for monday, _free in pool.weeks}
    last = max((one.needed_by for one in problem.lines), default=problem.today)
    last = max([last, *(one.ready_on for one in problem.options)])
    return sorted(day for day in days if day <= last)


def is_ready_by(problem: Problem, shares: Shares, day: date) -> bool:
    if any(pieces and problem.option[key].ready_on > day for key, pieces in shares.items()):
        return False
    return all(
        sum(shares.get(one.key, 0) for one in limit.options) <= limit.most for limit in limits(problem, day)
    )


def ready_by_share(problem: Problem, shares: Shares) -> dict[Key, date]:
    """The day on which each share can be ready when each MSME begins with what is needed first."""
    whole = ready_on(problem, shares)
    found: dict[Key, date] = {}
    used: dict[tuple[int, int], int] = defaultdict(int)

    def urgency(key: Key) -> tuple[int, date, int]:
        option = problem.option[key]
        pool = problem.pool_of(option)
        needed_by = problem.line[option.line].needed_by
        return (pool.reach(needed_by, whole) if pool else 0, needed_by, option.line)

    for key in sorted((key for key, pieces in shares.items() if pieces), key=urgency):
        option = problem.option[key]
        pool = problem.pool_of(option)
        found[key] = option.ready_on
        if pool is None:
            continue
        used[option.maker, pool.product] += shares[key]
        gathered = 0
        for monday, free in pool.weeks:
            gathered += free
            if gathered >= used[option.maker, pool.product]:
                ends = min(saturday(monday), problem.line[option.line].needed_by)
                found[key] = max(option.ready_on, ends)
                break
    return found


# --- What is wrong with a split ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """One broken rule; ``what`` is a key of ``explain.WRONG``."""

    what: str
    line: int
    maker: int | None = None
    pieces: int = 0
    most: int = 0
    day: date | None = None


def wrongs(problem: Problem, shares: Shares) -> list[Wrong]:
    """Every rule that the shares break, in the order of the lines."""
    found: list[Wrong] = []
    for key, pieces in shares.items():
        if not pieces or key[0] not in problem.line:
            continue
        option = problem.option.get(key)
        if option is None:
            found.append(Wrong(what="barred", line=key[0], maker=key[1], pieces=pieces))
        elif pieces > option.most:
            found.append(_above(option, pieces))
        elif pieces < option.least:
            found.append(Wrong(what="minimum", line=key[0], maker=key[1], pieces=pieces, most=option.least))
    for line, left in problem.uncovered(shares).items():
        if left < 0:
            found.append(Wrong(what="too_many", line=line, pieces=-left))
    seen: set[tuple[int, int]] = set()
    for limit in limits(problem):
        together = sum(shares.get(one.key, 0) for one in limit.options)
        pool = (limit.pool.maker, limit.pool.product)
        if together > limit.most and pool not in seen:
            seen.add(pool)
            busy = [one for one in limit.options if shares.get(one.key)]
            day = max(problem.line[one.line].needed_by for one in busy)
            found += [
                Wrong(
                    what="capacity", line=one.line, maker=one.maker, pieces=together, most=limit.most, day=day
                )
                for one in busy
            ]
    short = {(one.line, one.maker) for one in found if one.what == "capacity"}
    found = [one for one in found if one.what != "most" or (one.line, one.maker) not in short]
    position = {one.pk: one.position for one in problem.lines}
    return sorted(found, key=lambda one: (position.get(one.line, 0), one.maker or 0, one.what))


def _above(option: Option, pieces: int) -> Wrong:
    what = {"confirmed": "confirmed", "asked": "asked"}.get(option.state, "most")
    return Wrong(what=what, line=option.line, maker=option.maker, pieces=pieces, most=option.most)


def days_between(first: date, last: date) -> int:
    return max(0, (last - first) // timedelta(days=1))
