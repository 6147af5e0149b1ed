"""CP-SAT: the split, and how far it can be from the best one.

One worker, one seed, and a limit in the solver's own *deterministic time*, which counts work and not seconds: the
same problem gives the same answer on every machine. The clock is only the last resort (:attr:`Effort.seconds`), and an
answer that it cut short says so. OR-tools is optional and large, so it is imported when it is first needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from importlib.util import find_spec
from math import gcd
from time import monotonic
from typing import Any

from orders.split import greedy
from orders.split.outcome import ready_days
from orders.split.problem import Key, Option, Shares, limits
from orders.split.scenarios import CAPPED, CHEAPEST, EARLIEST, Proof, SolvedScenario, Task, parts_of, value_of

SEED = 20220731
TIES = 0.1
"""Work for making a split cheaper without touching its aim, as a part of the work for the aim."""
LEAST_WORK = 0.02
"""Every step gets at least this, so that a part that comes late is not left without an answer."""
_LARGEST_SUM = 2**60
"""Sums beyond this do not fit into the solver's integers."""


def is_installed() -> bool:
    return find_spec("ortools") is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """``work`` is deterministic time for one scenario (a few seconds of one core); ``seconds`` ends everything."""

    work: float = 2.0
    seconds: float = 60.0


def answer(task: Task, effort: Effort, *, use_solver: bool = True) -> SolvedScenario:
    """The best split found for a scenario; the greedy one where the solver is missing or finds nothing better."""
    dealt = greedy.split(task)
    if not use_solver or not is_installed():
        return SolvedScenario(scenario=task.scenario, shares=dealt, why_greedy="not_installed")
    if _is_too_large(task):
        return SolvedScenario(scenario=task.scenario, shares=dealt, why_greedy="too_large")
    search = _Search(effort)
    solve = search.earliest if task.scenario == EARLIEST else search.solve
    found = solve(task, dealt)
    if found is None:
        return SolvedScenario(
            scenario=task.scenario, shares=dealt, why_greedy="no_time", by_clock=search.stopped_by_clock
        )
    return found


def _is_too_large(task: Task) -> bool:
    most = sum(one.most * max(one.price, task.weights[one.key]) for one in task.problem.options)
    return 100 * most > _LARGEST_SUM


@dataclass(frozen=True, slots=True)
class _Found:
    """Shares of one part, with what is proven of it: ``bound`` is on the aim."""

    shares: Shares
    covers: bool
    aim: int
    bound: int


class _Search:
    """One scenario; keeps count of work and clock over all its steps."""

    def __init__(self, effort: Effort) -> None:
        self.work = effort.work
        self.until = monotonic() + effort.seconds
        self.stopped_by_clock = False
        self.bound = 0

    def solve(self, task: Task, start: Shares) -> SolvedScenario | None:
        """Uncovered pieces first, then the aim, then rupiah; each step keeps what the one before reached.

        Parts of the order that share no weeks are solved one by one, unless the scenario joins them by the MSME.
        """
        parts = (
            [task]
            if task.joins_makers
            else [Task(one, task.scenario, task.ready_by) for one in parts_of(task)]
        )
        found: list[_Found] = []
        for at, part in enumerate(parts):
            one = self._part(
                part,
                {key: pieces for key, pieces in start.items() if key in part.problem.option},
                len(parts) - at,
            )
            if one is None:
                return None
            found.append(one)
        shares = {key: pieces for one in found for key, pieces in one.shares.items()}
        gap = _gap(sum(one.aim for one in found), sum(one.bound for one in found))
        return self._answer(task.scenario, shares, all(one.covers for one in found), gap)

    def _part(self, task: Task, start: Shares, parts_left: int) -> _Found | None:
        work = self.work / parts_left
        model = _Model(task)
        cover = self._cover(model, task, start, work)
        if cover is None:
            return None
        best, covers = cover
        model.keep(model.rest, value_of(task, best)[0])
        step = self._step(model, model.aim, best, work)
        if step is None:
            return None
        best, bound = step
        aim = value_of(task, best)[1]
        if task.breaks_ties:
            model.keep(model.aim, aim)
            cheaper = self._step(model, model.cost, best, work * TIES)
            best = cheaper[0] if cheaper else best
        return _Found(best, covers, aim, bound)

    def _cover(self, model: "_Model", task: Task, start: Shares, work: float) -> tuple[Shares, bool] | None:
        """A split that leaves as little uncovered as was found, and whether less is impossible."""
        if value_of(task, start)[0] == model.surely_uncovered:
            return start, True
        step = self._step(model, model.rest, start, work)
        return None if step is None else (step[0], value_of(task, step[0])[0] <= step[1])

    def earliest(self, task: Task, start: Shares) -> SolvedScenario | None:
        """The first day by which no more is uncovered than without a day; halves the days that are left each time."""
        days = ready_days(task.problem)
        if not days:
            return self._answer(EARLIEST, {}, True, 0)
        free = self.solve(Task(task.problem, CHEAPEST), start)
        if free is None:
            return None
        reached, covers = free.shares, free.proof.covers
        uncovered = value_of(task, reached)[0]
        low, high, impossible = 0, len(days) - 1, -1
        while low < high:
            middle = (low + high) // 2
            fits, surely = self._covers_by(Task(task.problem, EARLIEST, days[middle]), uncovered)
            if fits is not None:
                reached, high = fits, middle
            else:
                low = middle + 1
                if surely:
                    impossible = max(impossible, middle)
        gap = (days[high] - days[impossible + 1]).days
        within = Task(task.problem, EARLIEST, days[high])
        cheapest = self.solve(within, reached)
        if cheapest is not None and value_of(within, cheapest.shares)[0] <= uncovered:
            reached = cheapest.shares
        return self._answer(EARLIEST, reached, covers, gap)

    def _answer(self, scenario: str, shares: Shares, covers: bool, gap: int) -> SolvedScenario:
        return SolvedScenario(
            scenario=scenario,
            shares=_clean(shares),
            proof=Proof(covers=covers, gap=gap),
            by_clock=self.stopped_by_clock,
        )

    def _covers_by(self, task: Task, uncovered: int) -> tuple[Shares | None, bool]:
        """A split that is ready in time and leaves no more uncovered; or None, and whether there surely is none."""
        dealt = greedy.split(task)
        if value_of(task, dealt)[0] <= uncovered:
            return dealt, False
        model = _Model(task)
        if model.surely_uncovered > uncovered:
            return None, True
        model.keep(model.rest, uncovered)
        found, status = self._run(model, None, dealt, self.work / 2)
        return found, status == "infeasible"

    def _step(
        self, model: "_Model", aim: Any, hint: Shares, work: float
    ) -> tuple[dict[Key, int], int] | None:
        """The split with the smallest ``aim`` that was found, and the proven bound; None when nothing was found."""
        found, _status = self._run(model, aim, hint, work)
        return None if found is None else (found, self.bound)

    def _run(self, model: "_Model", aim: Any, hint: Shares, work: float) -> tuple[dict[Key, int] | None, str]:
        from ortools.sat.python import cp_model

        seconds = self.until - monotonic()
        if seconds <= 0.1:
            self.stopped_by_clock = True
            return None, "unknown"
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = SEED
        solver.parameters.max_deterministic_time = max(work, LEAST_WORK)
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.linearization_level = 2
        status = solver.solve(model.prepared(aim, hint))
        self.work = max(0.0, self.work - solver.response_proto.deterministic_time)
        if status not in (cp_model.OPTIMAL, cp_model.INFEASIBLE) and monotonic() >= self.until - 0.05:
            self.stopped_by_clock = True
        if status == cp_model.INFEASIBLE:
            return None, "infeasible"
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None, "unknown"
        self.bound = model.bound_of(solver, aim)
        return model.read(solver), "found"


def _gap(value: int, bound: int) -> int:
    """Hundredths of a percent between what was found and what is proven, rounded up."""
    off = max(0, value - bound)
    return -(-off * 10_000 // max(1, abs(value))) if off else 0


def _clean(shares: Shares) -> dict[Key, int]:
    return {key: pieces for key, pieces in sorted(shares.items()) if pieces}


class _Model:
    """The task in the solver's language."""

    def __init__(self, task: Task) -> None:
        from ortools.sat.python import cp_model

        self.task = task
        self.model = cp_model.CpModel()
        problem = task.problem
        self.pieces: dict[Key, Any] = {}
        self.used: dict[Key, Any] = {}
        self.can_make: dict[int, int] = dict.fromkeys(problem.line, 0)
        by_line: dict[int, list[Any]] = {line.pk: [] for line in problem.lines}
        for option in task.options:
            most = self._most(option)
            if most < max(1, task.least(option)):
                continue
            self.can_make[option.line] += most
            by_line[option.line].append(self._piece(option, most))
        self.rests = {}
        for line in problem.lines:
            lowest = max(0, line.quantity - self.can_make[line.pk])
            self.rests[line.pk] = self.model.new_int_var(lowest, line.quantity, f"rest{line.pk}")
            self.model.add(sum(by_line[line.pk]) + self.rests[line.pk] == line.quantity)
        for limit in limits(problem, task.ready_by):
            terms = [self.pieces[one.key] for one in limit.options if one.key in self.pieces]
            if len(terms) > 1 or (terms and task.ready_by is not None):
                self.model.add(sum(terms) <= limit.most)
        self._keep_cap()
        self.rest = _Sum(1, list(self.rests.values()), [1] * len(self.rests))
        self.cost = self._sum({one.key: one.price for one in task.options})
        self.aim = self._makers() if task.counts_makers else self._sum(task.weights)

    def _most(self, option: Option) -> int:
        most = option.most
        if self.task.cap is not None:
            most = min(most, self.task.cap // option.price)
        pool = self.task.problem.pool_of(option)
        if pool is not None and self.task.ready_by is not None:
            needed_by = self.task.problem.line[option.line].needed_by
            most = min(most, pool.free(pool.reach(needed_by, self.task.ready_by)))
        return most

    def _piece(self, option: Option, most: int) -> Any:
        name = f"{option.line}_{option.maker}"
        least = self.task.least(option)
        piece = self.model.new_int_var(0, most, f"n{name}")
        self.pieces[option.key] = piece
        if least > 1 or self.task.counts_makers:
            used = self.model.new_bool_var(f"u{name}")
            self.used[option.key] = used
            self.model.add(piece <= most * used)
            self.model.add(piece >= max(1, least) * used)
        return piece

    def _keep_cap(self) -> None:
        if self.task.scenario != CAPPED:
            return
        cap = self.task.cap or 0
        by_maker: dict[int, list[Any]] = {}
        for key, piece in self.pieces.items():
            by_maker.setdefault(key[1], []).append(piece * self.task.problem.option[key].price)
        for terms in by_maker.values():
            if len(terms) > 1:
                self.model.add(sum(terms) <= cap)

    def _sum(self, weights: Mapping[Key, int]) -> "_Sum":
        """The weighted sum of pieces, in the largest unit that keeps it whole."""
        unit = reduce(gcd, (weights[key] for key in self.pieces), 0) or 1
        return _Sum(unit, list(self.pieces.values()), [weights[key] // unit for key in self.pieces])

    def _makers(self) -> "_Sum":
        """Minus the number of MSMEs that make anything."""
        by_maker: dict[int, list[Any]] = {}
        for key, used in self.used.items():
            by_maker.setdefault(key[1], []).append(used)
        self.makers: dict[int, Any] = {}
        for maker, uses in sorted(by_maker.items()):
            if len(uses) == 1:
                self.makers[maker] = uses[0]
                continue
            works = self.model.new_bool_var(f"m{maker}")
            self.model.add(works <= sum(uses))
            self.makers[maker] = works
        return _Sum(1, list(self.makers.values()), [-1] * len(self.makers))

    @property
    def surely_uncovered(self) -> int:
        """Pieces that nobody can make even if weeks and money were shared by nobody."""
        return sum(max(0, line.quantity - self.can_make[line.pk]) for line in self.task.problem.lines)

    def keep(self, total: "_Sum", most: int) -> None:
        """From now on this sum is never above ``most``."""
        self.model.add(total.expression() <= most // total.unit)

    def prepared(self, aim: "_Sum | None", hint: Shares) -> Any:
        self.model.clear_hints()
        self.model.clear_objective()
        if aim is not None:
            self.model.minimize(aim.expression())
        if hint:
            self._hint(hint)
        return self.model

    def _hint(self, shares: Shares) -> None:
        left = self.task.problem.uncovered(shares)
        for key, piece in self.pieces.items():
            self.model.add_hint(piece, shares.get(key, 0))
        for key, used in self.used.items():
            self.model.add_hint(used, bool(shares.get(key, 0)))
        for line, rest in self.rests.items():
            self.model.add_hint(rest, left[line])
        if self.task.counts_makers:
            busy = {key[1] for key, pieces in shares.items() if pieces}
            shared = {maker for maker in self.makers if self._is_own(maker)}
            for maker in sorted(shared):
                self.model.add_hint(self.makers[maker], maker in busy)

    def _is_own(self, maker: int) -> bool:
        """The MSME has a variable of its own, not that of its only line."""
        return sum(key[1] == maker for key in self.used) > 1

    def bound_of(self, solver: Any, aim: "_Sum | None") -> int:
        """The proven bound in whole units, rounded up as a sum of whole units must be."""
        if aim is None:
            return 0
        bound = solver.best_objective_bound
        whole = int(bound)
        return (whole + 1 if bound - whole > 1e-6 else whole) * aim.unit

    def read(self, solver: Any) -> dict[Key, int]:
        return {key: count for key, piece in self.pieces.items() if (count := solver.value(piece))}


@dataclass(frozen=True, slots=True)
class _Sum:
    """A weighted sum in units of ``unit``."""

    unit: int
    variables: list[Any]
    weights: list[int]

    def expression(self) -> Any:
        from ortools.sat.python import cp_model

        return cp_model.LinearExpr.weighted_sum(self.variables, self.weights)
