"""The scenarios: what each aims at and what it forbids, in one place for solver, greedy and words.

Every scenario first leaves as few pieces uncovered as it can, then follows its own aim, then is as cheap as it can be.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from orders.split.outcome import days_between
from orders.split.problem import Key, Line, Option, Problem, Shares

CHEAPEST, EARLIEST, MOST, CAPPED, LOCAL, WEIGHTED = SCENARIOS = (
    "cheapest",
    "earliest",
    "most",
    "capped",
    "local",
    "weighted",
)


@dataclass(frozen=True)
class Task:
    """One problem under one scenario: which options count, from how many pieces, and what a piece costs the aim."""

    problem: Problem
    scenario: str
    ready_by: date | None = None

    @cached_property
    def options(self) -> list[Option]:
        """Options that the scenario may use, in the order of the problem."""
        if self.ready_by is None:
            return list(self.problem.options)
        return [one for one in self.problem.options if one.ready_on <= self.ready_by]

    @property
    def cap(self) -> int | None:
        """The most rupiah for one MSME."""
        return self.problem.cap_amount if self.scenario == CAPPED else None

    @property
    def counts_makers(self) -> bool:
        """The aim is the number of MSMEs, not a sum over pieces."""
        return self.scenario == MOST

    @property
    def joins_makers(self) -> bool:
        """An MSME counts as a whole, over all lines, so the order does not fall into parts."""
        return self.scenario in (MOST, CAPPED)

    @property
    def breaks_ties(self) -> bool:
        """Splits that are equal in the aim can differ in rupiah."""
        return self.scenario in (MOST, LOCAL)

    def least(self, option: Option) -> int:
        """The smallest share. With most producers a share is worth its trouble: a part of the line, if it can."""
        if self.scenario != MOST:
            return option.least
        worth = -(-self.problem.line[option.line].quantity * self.problem.rules.floor // 100)
        return max(option.least, min(worth, option.most))

    @cached_property
    def weights(self) -> Mapping[Key, int]:
        """What one piece of each option adds to the aim; smaller is better."""
        return {one.key: self._weight(one) for one in self.problem.options}

    def _weight(self, option: Option) -> int:
        if self.scenario == LOCAL:
            return 0 if option.is_local else option.price
        if self.scenario == WEIGHTED:
            return option.price + sum(surcharges(self.problem, option).values())
        return option.price


def surcharges(problem: Problem, option: Option) -> dict[str, int]:
    """Rupiah per piece by which each disadvantage makes an option count as dearer in the weighted scenario.

    Percent of the lowest price of the line, so that a weight means the same for shirts and for furniture. An MSME
    without deliveries counts half of the weight of the record.
    """
    rules, line, maker = problem.rules, problem.line[option.line], problem.maker[option.maker]
    lowest = problem.cheapest[option.line]
    whole = max(1, days_between(problem.today, line.needed_by))
    taken = min(whole, days_between(problem.today, option.ready_on))
    most_received = max((one.received for one in problem.makers), default=0)
    late = (maker.delivered - maker.on_time, maker.delivered) if maker.delivered else (1, 2)
    return {
        "late": lowest * rules.late * taken // (100 * whole),
        "far": 0 if option.is_local else lowest * rules.far // 100,
        "record": lowest * rules.record * late[0] // (100 * late[1]),
        "had": lowest * rules.had * maker.received // (100 * most_received) if most_received else 0,
    }


def parts_of(task: Task) -> list[Problem]:
    """The problem cut into parts that share no weeks of an MSME, by the first line of each."""
    problem = task.problem
    leader = {line.pk: line.pk for line in problem.lines}

    def find(line: int) -> int:
        while leader[line] != line:
            line = leader[line]
        return line

    first_of_pool: dict[tuple[int, int], int] = {}
    for option in problem.options:
        if option.product is not None:
            other = find(first_of_pool.setdefault((option.maker, option.product), option.line))
            leader[max(other, find(option.line))] = min(other, find(option.line))
    found: dict[int, list[Line]] = {}
    for line in problem.lines:
        found.setdefault(find(line.pk), []).append(line)
    return [_part(problem, lines) for lines in found.values()]


def _part(problem: Problem, lines: list[Line]) -> Problem:
    ids = {line.pk for line in lines}
    options = tuple(one for one in problem.options if one.line in ids)
    used = {(one.maker, one.product) for one in options}
    pools = tuple(one for one in problem.pools if (one.maker, one.product) in used)
    return replace(problem, lines=tuple(lines), options=options, pools=pools, barred=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What is known about how good an answer is.

    ``gap`` is None where nothing is proven, 0 for the best; else hundredths of a percent, or days for the earliest.
    ``covers`` says that no split leaves fewer pieces uncovered.
    """

    covers: bool = False
    gap: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SolvedScenario:
    """One scenario, answered. ``why_greedy`` is empty when the solver answered, else a key of ``explain.WHY_GREEDY``.

    ``by_clock``: the clock stopped the solver, so another machine may find another answer.
    """

    scenario: str
    shares: Shares
    proof: Proof = field(default_factory=Proof)
    why_greedy: str = ""
    by_clock: bool = False


def value_of(task: Task, shares: Shares) -> tuple[int, int, int]:
    """Uncovered pieces, the aim, and rupiah: the smaller tuple is the better split of the same task."""
    problem = task.problem
    uncovered = sum(problem.uncovered(shares).values())
    total = sum(pieces * problem.option[key].price for key, pieces in shares.items())
    if task.counts_makers:
        return uncovered, -len({key[1] for key, pieces in shares.items() if pieces}), total
    return uncovered, sum(pieces * task.weights[key] for key, pieces in shares.items()), total
