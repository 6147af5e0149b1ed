"""All states that can be reached from one, depth first, each looked at while the database stands in it.

A state is left again by rolling back to a savepoint, so each act is done once and nothing is played twice. What uses
something up (another round of questions, another addendum) is counted with the state, so the search ends.
"""

import sys
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import transaction

from procurement import clock
from procurement.errors import InvalidInput, Refused
from tests.orders.reach.checks import ENDS, Checks
from tests.orders.reach.moves import Moves
from tests.orders.reach.moves_of_one import CLOCK, Offer, PossibleAct
from tests.orders.reach.states import State, state_of

WORK = ("approved", "in_production", "in_delivery", "delivered")
"""Goods were ordered: from here on they can be delivered and paid without giving any of them up."""

BEFORE_APPROVAL = ("asks", "waits", "changes", "revisions", "reopenings", "rounds")

Node = tuple[State, tuple[tuple[str, int], ...]]


@dataclass(slots=True)
class TakenMove:
    """One act that was accepted, from one state to another."""

    name: str
    who: str
    target: int
    gives_up: bool


@dataclass(slots=True)
class Search:
    """The graph of one order. ``checks`` look at each new state while the database stands in it."""

    moves: Moves
    checks: Checks | None = None
    most: int = 0
    """States after which no new ones are followed; 0 for all."""
    not_followed: set[int] = field(default_factory=set)
    """States from which nothing was tried any more: of these nothing is known, and nothing is said."""
    nodes: list[Node] = field(default_factory=list)
    edges: list[list[TakenMove]] = field(default_factory=list)
    acts: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    complaints: list[tuple[int, str]] = field(default_factory=list)
    _known: dict[Node, int] = field(default_factory=dict)

    def run(self) -> None:
        """From the state in which the order is now."""
        sys.setrecursionlimit(max(sys.getrecursionlimit(), 20_000))
        with as_in_a_test():
            self._visit(self._here(self.moves.limits.budget()))

    def _here(self, budget: dict[str, int]) -> Node:
        state = state_of(self.moves.order_id, self.moves.makers)
        if state[0][0] in (*WORK, "closed", "cancelled"):
            # What can be done before an order binds makes no difference any more.
            budget = budget | dict.fromkeys(BEFORE_APPROVAL, 0)
        return (state, tuple(sorted(budget.items())))

    def _visit(self, node: Node) -> int:
        number = self._known[node] = len(self.nodes)
        budget = dict(node[1])
        self.nodes.append(node)
        self.edges.append([])
        if self.checks is not None:
            with _undone():
                self.complaints += [(number, said) for said in self._check(self.checks, node[0])]
        if self.most and len(self.nodes) >= self.most:
            self.not_followed.add(number)
            return number
        for move in list(self.moves.all()):
            if move.spends and not budget[move.spends]:
                continue
            left = budget | ({move.spends: budget[move.spends] - 1} if move.spends else {})
            with _undone():
                if self._give(move):
                    target = self._here(left)
                    known = self._known.get(target)
                    if known is None:
                        known = self._visit(target)
                    self.edges[number].append(TakenMove(move.name, move.who, known, move.gives_up))
        return number

    def _give(self, move: PossibleAct) -> bool:
        self.acts += 1
        try:
            move.call()
        except Refused as refusal:
            self.refused[f"{move.name}: {refusal.sentence}"] += 1
            return False
        return True

    def _check(self, checks: Checks, state: State) -> list[str]:
        """What is wrong here. Of those whose pages are read every act is tried, and what it says compared with them."""
        said = checks.of_ends(state)
        readers = checks.readers_of(state)
        if not readers:
            return said
        accepted: dict[Offer, str] = {}
        denied: dict[Offer, str] = {}
        typed: set[Offer] = set()
        for move in self.moves.all(everybody=True):
            if move.who in readers:
                self.acts += 1
                with _undone():
                    try:
                        move.call()
                    except InvalidInput:
                        # What was typed is named, and something else can be typed.
                        typed.add(move.offer)
                    except Refused as refusal:
                        denied.setdefault(move.offer, refusal.sentence)
                    else:
                        accepted.setdefault(move.offer, move.name)
        return [*said, *checks.of_pages(readers, accepted, denied, typed)]

    # --- What the graph says -------------------------------------------------------------------------------------

    def status(self, number: int) -> str:
        return str(self.nodes[number][0][0][0])

    def dead(self) -> list[int]:
        """States from which nobody can bring the order to an end."""
        return self._without_way(lambda _number: True, ENDS, lambda edge: edge.who != CLOCK)

    def stuck(self) -> list[int]:
        """States in which goods are ordered that nobody can bring to their payment without giving any of them up."""
        return self._without_way(
            lambda number: self.status(number) in WORK,
            ("closed",),
            lambda edge: edge.who != CLOCK and not edge.gives_up,
        )

    def _without_way(
        self, asked: Callable[[int], bool], ends: Iterable[str], counts: Callable[[TakenMove], bool]
    ) -> list[int]:
        sources: dict[int, list[int]] = defaultdict(list)
        for number, edges in enumerate(self.edges):
            for edge in edges:
                if counts(edge):
                    sources[edge.target].append(number)
        good = {number for number in range(len(self.nodes)) if self.status(number) in ends}
        good |= self.not_followed
        todo = deque(good)
        while todo:
            for source in sources[todo.popleft()]:
                if source not in good:
                    good.add(source)
                    todo.append(source)
        return [number for number in range(len(self.nodes)) if asked(number) and number not in good]

    def way_to(self, number: int) -> list[str]:
        """The shortest way there, as the names of the acts."""
        before: dict[int, tuple[int, str]] = {}
        todo = deque([0])
        while todo and number not in before and number:
            here = todo.popleft()
            for edge in self.edges[here]:
                if edge.target not in before and edge.target:
                    before[edge.target] = (here, edge.name)
                    todo.append(edge.target)
        names: list[str] = []
        while number:
            number, name = before[number]
            names.append(name)
        return names[::-1]

    def tell(self, numbers: list[int], what: str, most: int = 3) -> list[str]:
        """The nearest of these states, in words."""
        ways = sorted((self.way_to(number) for number in numbers), key=len)[:most]
        return [f"{what}: {', '.join(way) or 'at the beginning'}" for way in ways]

    def faults(self) -> list[str]:
        """Everything that must not be, the nearest example of each first; empty when all is well."""
        seen: dict[str, int] = {}
        for number, said in self.complaints:
            if said not in seen or len(self.way_to(number)) < len(self.way_to(seen[said])):
                seen[said] = number
        return [
            *self.tell(self.dead(), "nobody can end the order"),
            *self.tell(self.stuck(), "nobody can bring the goods to their payment"),
            *(f"{said}, after: {', '.join(self.way_to(number))}" for said, number in seen.items()),
        ]

    @property
    def reached(self) -> set[str]:
        return {self.status(number) for number in range(len(self.nodes))}


@contextmanager
def _undone() -> Iterator[None]:
    """What happens inside is taken back, the clock too."""
    saved, moment = transaction.savepoint(), clock.now()
    try:
        with clock.at(moment):
            yield
    finally:
        transaction.savepoint_rollback(saved)
        transaction.savepoint_commit(saved)


@contextmanager
def as_in_a_test() -> Iterator[None]:
    """Around acts that insist on being the outermost transaction, as around a test of Django's."""
    outer = transaction.atomic()
    outer._from_testcase = True  # type: ignore[attr-defined]
    with outer:
        yield
        transaction.set_rollback(True)
