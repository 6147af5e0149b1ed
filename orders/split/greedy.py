"""A split without a solver: line by line, the best option first. Never breaks a rule; proves nothing."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import accumulate
from typing import Any

from orders.split.outcome import ready_days
from orders.split.problem import Key, Option
from orders.split.scenarios import EARLIEST, Task, value_of


def split(task: Task) -> dict[Key, int]:
    """A split of the task. The earliest scenario looks for the first day by which as much is covered."""
    if task.scenario != EARLIEST or task.ready_by is not None:
        return _Hand(task).deal()
    best = _Hand(task).deal()
    covered = value_of(task, best)[0]
    days = ready_days(task.problem)
    low, high = 0, len(days)
    while low < high:
        middle = (low + high) // 2
        narrower = Task(task.problem, task.scenario, days[middle])
        found = _Hand(narrower).deal()
        if value_of(narrower, found)[0] <= covered:
            best, high = found, middle
        else:
            low = middle + 1
    return best


class _Hand:
    """Deals pieces while it keeps count of weeks, money and lines."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.problem = task.problem
        self.left = {line.pk: line.quantity for line in self.problem.lines}
        self.shares: dict[Key, int] = {}
        self.money: dict[int, int] = defaultdict(int)
        self.options: dict[int, list[Option]] = defaultdict(list)
        for option in sorted(task.options, key=self._rank):
            self.options[option.line].append(option)
        self.free: dict[tuple[int, int], list[int]] = {}
        self.used: dict[tuple[int, int], list[int]] = {}
        self.reaches: dict[Key, int] = {}
        for pool in self.problem.pools:
            key = (pool.maker, pool.product)
            self.free[key] = [0, *accumulate(free for _monday, free in pool.weeks)]
            self.used[key] = [0] * len(self.free[key])
        for option in task.options:
            if (own := self.problem.pool_of(option)) is not None:
                needed_by = self.problem.line[option.line].needed_by
                self.reaches[option.key] = own.reach(needed_by, task.ready_by)

    def _rank(self, option: Option) -> tuple[Any, ...]:
        return (self.task.weights[option.key], option.price, option.ready_on, option.maker)

    def deal(self) -> dict[Key, int]:
        lines = sorted(self.problem.lines, key=self._scarcity)
        if self.task.counts_makers:
            for line in lines:
                self._one_each(line.pk)
        for line in lines:
            self._fill(line.pk)
        return {key: pieces for key, pieces in self.shares.items() if pieces}

    def _scarcity(self, line: Any) -> tuple[float, int]:
        """Lines that few can make come first."""
        return (sum(one.most for one in self.options[line.pk]) / line.quantity, line.position)

    def _one_each(self, line: int) -> None:
        """The smallest share to everybody who has none yet, the smallest first."""
        for option in sorted(self.options[line], key=lambda one: (self.task.least(one), self._rank(one))):
            least = self.task.least(option)
            if not self.money[option.maker] and least <= min(self.left[line], self._room(option)):
                self._give(option, least)

    def _fill(self, line: int) -> None:
        given: list[Option] = [one for one in self.options[line] if self.shares.get(one.key)]
        for option in self.options[line]:
            if not self.left[line]:
                return
            have = self.shares.get(option.key, 0)
            room = self._room(option)
            pieces = min(self.left[line], room)
            short = self.task.least(option) - have - pieces
            if short > 0:
                if room < pieces + short or not self._borrow(given, line, short):
                    continue
                pieces += short
            if pieces:
                self._give(option, pieces)
                given.append(option)

    def _borrow(self, given: Iterable[Option], line: int, short: int) -> bool:
        """Take pieces back from the last share that stays large enough without them."""
        for option in reversed(list(given)):
            if self.shares[option.key] - short >= self.task.least(option):
                self._give(option, -short)
                return True
        return False

    def _room(self, option: Option) -> int:
        """How many more pieces the option can take."""
        room = option.most - self.shares.get(option.key, 0)
        if self.task.cap is not None:
            room = min(room, (self.task.cap - self.money[option.maker]) // option.price)
        if option.product is not None:
            key = (option.maker, option.product)
            used = list(accumulate(self.used[key]))
            reach = self.reaches[option.key]
            room = min(room, *(self.free[key][at] - used[at] for at in range(reach, len(used))))
        return max(0, room)

    def _give(self, option: Option, pieces: int) -> None:
        self.shares[option.key] = self.shares.get(option.key, 0) + pieces
        self.left[option.line] -= pieces
        self.money[option.maker] += pieces * option.price
        if option.product is not None:
            self.used[option.maker, option.product][self.reaches[option.key]] += pieces
