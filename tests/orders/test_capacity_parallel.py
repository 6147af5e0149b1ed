"""Random acts on the same weeks at the same moment: with the lock of the weeks they agree, without it they do not.

Every thread has a connection and a die of its own. All begin an act together; when the last has ended, the tables are
looked at, and the next begins. In the control run only the lock of the weeks is left out, and whoever has read weeks
writes when all others have read too: no luck is needed for the race to be seen.
"""

import os
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from msmes import capacity
from msmes.models import CapacityReservation, CapacityWeek
from orders import quote
from orders.models import Allocation
from orders.reconcile import differences
from procurement import clock
from procurement.errors import InvalidInput, Refused
from procurement.events import verify
from procurement.working_days import monday_of
from tests.factories import OPENING, World
from tests.orders.capacity_acts import CapacityActs, make_scarce_world, table
from tests.orders.capacity_truth import wrongs

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgres,  # on SQLite the IMMEDIATE transaction lets nobody work beside another
]

WANTED = int(os.environ.get("COMMANDS", "0"))
PEOPLE = 4
ROUNDS = WANTED // PEOPLE if WANTED else 40
PATIENCE = 60
"""Seconds after which a thread that nobody meets gives up; nothing is measured by it."""

ALL = (
    "draft", "submit", "change", "ask", "ask", "ask", "answer", "answer", "answer", "answer", "answer", "answer",
    "release", "start_rounds", "advance_rounds", "stop_rounds", "expire",
    "issue_quote", "approve", "withdraw", "decline", "ask_revision", "reopen", "cancel", "finish", "short_close",
    "set_week", "set_week", "set_week", "set_usual", "take_days_off", "extend_horizon",
    "propose_move", "propose_date", "agree", "agree", "agree",
    *["go_on"] * 20,
)  # fmt: skip

Seen = Callable[[str, Refused | None], None]


@dataclass
class Crowd:
    """Several people, each with a die, who act at the same moment, round after round."""

    world: World
    seed: int
    kinds: tuple[str, ...]
    only: Sequence[tuple[int, ...]] = ()
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)

    def run(self, rounds: int, around: Callable[[Callable[[], None]], None] = lambda act: act()) -> None:
        """``rounds`` rounds, or fewer when the tables do not agree after one. ``around`` runs each act."""
        self.meeting = threading.Barrier(PEOPLE)
        self.look = threading.Barrier(PEOPLE, action=self._look)
        threads = [
            threading.Thread(target=self._person, args=(place, rounds, around)) for place in range(PEOPLE)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.failures:
            raise self.failures[0]

    def _look(self) -> None:
        """Runs in one thread while all others wait, so nobody is in the middle of anything."""
        self.wrong = wrongs()

    def _person(self, place: int, rounds: int, around: Callable[[Callable[[], None]], None]) -> None:
        dice = Random(f"{self.seed}:{place}")  # noqa: S311 - a die, repeatable
        only = self.only[place] if self.only else ()
        acts = CapacityActs(self.world, dice, self._seen, only=only)
        try:
            for number in range(rounds):
                with clock.at(OPENING + timedelta(hours=3 * number)):
                    act = getattr(acts, dice.choice(self.kinds))
                    self.meeting.wait(timeout=PATIENCE)
                    around(act)
                    self.look.wait(timeout=PATIENCE)
                if self.wrong:
                    return
        except threading.BrokenBarrierError:
            pass  # somebody else failed and says why
        except BaseException as failure:  # told to the test, which raises it
            self.failures.append(failure)
            self.meeting.abort()
            self.look.abort()
        finally:
            connection.close()

    def _seen(self, name: str, refusal: Refused | None) -> None:
        (self.refused if refusal else self.done)[name] += 1


def test_whoever_acts_at_the_same_moment_the_weeks_agree() -> None:
    with clock.at(OPENING):
        world = make_scarce_world()
        for _ in range(3):
            world.requested([40, 90])
        world.approved([10], world.msmes[:2])
    crowd = Crowd(world, seed=1, kinds=ALL)
    crowd.run(ROUNDS)
    print(f"\n{PEOPLE} at a time\n{table(crowd.done, crowd.refused)}")  # noqa: T201
    assert crowd.wrong == []
    assert list(differences()) == []
    assert list(verify()) == []


# --- Control: the same without the lock of the weeks -----------------------------------------------------------


class NobodyLocks:
    """Takes the lock of the weeks away, and lets whoever is about to write weeks wait until all others are too.

    All that anybody decides by is then read before anybody writes. Everybody comes to ``about_to_write`` once in each
    act: before the first write of weeks, or at the end when there was none. Orders keep their lock, and the database
    its check.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.about_to_write = threading.Barrier(PEOPLE)
        self.mine = threading.local()
        lock, save_rows = QuerySet.select_for_update, capacity.save_rows

        def no_lock(rows: QuerySet[Any], **options: Any) -> QuerySet[Any]:
            return rows if rows.model in (CapacityWeek, CapacityReservation) else lock(rows, **options)

        def save_when_all_would(rows: Sequence[Any], fields: Sequence[str]) -> None:
            if rows:
                self._meet()
            save_rows(rows, fields)

        monkeypatch.setattr(QuerySet, "select_for_update", no_lock)
        monkeypatch.setattr(capacity, "save_rows", save_when_all_would)

    def around(self, act: Callable[[], None]) -> None:
        self.mine.has_met = False
        try:
            act()
        except BaseException:
            self.about_to_write.abort()
            raise
        self._meet()

    def _meet(self) -> None:
        if not getattr(self.mine, "has_met", True):  # whoever prepares the world meets nobody
            self.mine.has_met = True
            self.about_to_write.wait(timeout=PATIENCE)


@pytest.fixture
def nobody_locks(monkeypatch: pytest.MonkeyPatch) -> NobodyLocks:
    return NobodyLocks(monkeypatch)


def one_order_each() -> Crowd:
    """Everybody cares for an order of their own, all of the same product: only the weeks are common."""
    with clock.at(OPENING):
        world = make_scarce_world()
        orders = [world.requested([90]) for _ in range(PEOPLE)]
        for order in orders:
            line = order.lines.get()
            quote.ask_msmes(
                order_id=order.pk,
                asks=[quote.Ask(line_id=line.pk, msme_id=msme.pk, quantity=40) for msme in world.msmes[:3]],
                deadline=clock.now() + timedelta(days=30),
                actor=world.actor("coordinator"),
            )
    kinds = ("ask", "answer", "answer", "answer", "answer", "release")
    return Crowd(world, seed=1, kinds=kinds, only=[(order.pk,) for order in orders])


def test_with_an_order_each_the_weeks_agree() -> None:
    crowd = one_order_each()
    crowd.run(ROUNDS)
    assert crowd.wrong == []
    assert crowd.done["answer:in full"] > PEOPLE


def test_control_without_the_lock_they_do_not(nobody_locks: NobodyLocks) -> None:
    crowd = one_order_each()
    crowd.run(ROUNDS, around=nobody_locks.around)
    assert crowd.wrong
    assert crowd.done.total() + crowd.refused.total() < 5 * PEOPLE, "it shows at once, not by luck"


# --- The last free week ----------------------------------------------------------------------------------------


def all_want_the_last_week(around: Callable[[Callable[[], None]], None]) -> Counter[str]:
    """Each has an order of 30 pieces and is told yes at once; the only MSME asked has 30 pieces until then."""
    with clock.at(OPENING):
        world = make_scarce_world()
        msme, product = world.msmes[0], world.products[0]
        this_week = monday_of(clock.today())
        capacity.set_week(
            msme_id=msme.pk,
            product_id=product.pk,
            week=this_week,
            available=30,
            actor=world.actor("owner0"),
        )
        asked = []
        for _ in range(PEOPLE):
            order = world.requested([30])
            (row,) = quote.ask_msmes(
                order_id=order.pk,
                asks=[quote.Ask(line_id=order.lines.get().pk, msme_id=msme.pk, quantity=30)],
                deadline=clock.now() + timedelta(days=3),
                actor=world.actor("coordinator"),
            )
            asked.append(row)
    told: Counter[str] = Counter()

    def say_yes(row: Allocation) -> None:
        answer = quote.Answer(
            allocation_id=row.pk,
            quantity=30,
            price=Decimal(90_000),
            ready_on=this_week + timedelta(days=6),
        )
        try:
            quote.answer_requests(order_id=row.order_id, answers=[answer], actor=world.actor("owner0"))
            told["done"] += 1
        except InvalidInput:
            told["refused"] += 1

    def one(row: Allocation) -> None:
        try:
            with clock.at(OPENING):
                around(lambda: say_yes(row))
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(row,)) for row in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_the_last_week_is_promised_once() -> None:
    assert all_want_the_last_week(lambda act: act()) == {"done": 1, "refused": PEOPLE - 1}
    assert wrongs() == []


def test_control_without_the_lock_it_is_promised_to_all(nobody_locks: NobodyLocks) -> None:
    """The check of the database does not help: each writes the counter that it worked out, and none is too high."""
    assert all_want_the_last_week(nobody_locks.around) == {"done": PEOPLE}
    week = CapacityWeek.objects.get(reserved__gt=0)
    assert week.reserved == week.available == 30
    assert any(f"counts 30, its reservations sum to {30 * PEOPLE}" in wrong for wrong in wrongs())
