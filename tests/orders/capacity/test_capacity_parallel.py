"""Random acts on the same weeks at the same moment: with the lock of the weeks they agree, without it they do not.

Every thread has a connection and a die of its own. All begin an act together; when the last has ended, the tables are
looked at, and the next begins. In the control runs the lock of the weeks is left out, and whoever has read weeks
writes when all others have read too: no luck is needed for the race to be seen. The check of the database then stops
what the lock would have refused in words; without both, weeks are promised several times.
"""

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.models import QuerySet

from msmes.capacity import capacity
from msmes.models import CapacityReservation, CapacityWeek
from orders.asking import asking
from orders.models import Allocation
from orders.reconcile import differences
from procurement import clock
from procurement.errors import InvalidInput, Refused
from procurement.rows.bulk import add_to_rows
from procurement.rows.events import verify
from procurement.working_days import monday_of
from tests.factories import OPENING, World
from tests.orders.capacity.capacity_acts import WIDE, CapacityActs, make_scarce_world, table
from tests.orders.capacity.capacity_truth import full_weeks, wrongs

WANTED = int(os.environ.get("COMMANDS", "0"))
ACTS = WANTED or 120
PEOPLE = 4
PATIENCE = 60
"""Seconds after which a thread that nobody meets gives up; nothing is measured by it."""

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(3600 if WANTED else 240),
    pytest.mark.postgres,  # on SQLite the IMMEDIATE transaction lets nobody work beside another
]

ALL = (
    "draft", "submit", "change", "ask", "ask", "ask", "answer", "answer", "answer", "answer", "answer", "answer",
    "release", "start_rounds", "advance_rounds", "advance_rounds", "advance_rounds", "stop_rounds", "expire",
    "issue_quote", "approve", "withdraw", "decline", "ask_revision", "reopen", "cancel", "finish", "short_close",
    "reject", "set_week", "set_week", "set_week", "set_usual", "take_days_off", "extend_horizon",
    "propose_move", "propose_date", "agree", "agree", "agree", "end_amendment",
    *["go_on"] * 20,
)  # fmt: skip

Act = Callable[[], None]
Around = Callable[[Act], None]


@dataclass
class Crowd:
    """Several people, each with a die, who act at the same moment, round after round."""

    world: World
    seed: int
    kinds: tuple[str, ...]
    only: Sequence[tuple[int, ...]] = ()
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    full: int = 0
    wrong: list[str] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)
    is_over: bool = False
    counting: Any = field(default_factory=threading.Lock)

    @property
    def acts(self) -> int:
        return self.done.total() + self.refused.total()

    def run(self, acts: int, around: Around = lambda act: act()) -> None:
        """Rounds until so many acts were given, or the tables do not agree. ``around`` runs each act."""
        self.wanted = acts
        self.meeting = threading.Barrier(PEOPLE)
        self.look = threading.Barrier(PEOPLE, action=self._look)
        threads = [threading.Thread(target=self._person, args=(place, around)) for place in range(PEOPLE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.failures:
            raise self.failures[0]

    def _look(self) -> None:
        """Runs in one thread while all others wait, so nobody is in the middle of anything."""
        self.wrong = wrongs()
        self.full = max(self.full, full_weeks())
        self.is_over = bool(self.wrong) or self.acts >= self.wanted

    def _person(self, place: int, around: Around) -> None:
        dice = Random(f"{self.seed}:{place}")  # noqa: S311 - a die, repeatable
        only = self.only[place] if self.only else ()
        acts = CapacityActs(self.world, dice, self._seen, only=only, most_ended=self.wanted)
        try:
            for number in count():
                with clock.at(OPENING + timedelta(hours=3 * number)):
                    act = getattr(acts, dice.choice(self.kinds))
                    self.meeting.wait(timeout=PATIENCE)
                    around(act)
                    self.look.wait(timeout=PATIENCE)
                if self.is_over:
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
        with self.counting:
            (self.refused if refusal else self.done)[name] += 1


def test_whoever_acts_at_the_same_moment_the_weeks_agree() -> None:
    with clock.at(OPENING):
        world = make_scarce_world()
        for _ in range(3):
            world.requested([40, 90])
        world.approved([10], world.msmes[:2])
    crowd = Crowd(world, seed=1, kinds=ALL)
    crowd.run(ACTS)
    print(f"\n{PEOPLE} at a time, up to {crowd.full} weeks full\n{table(crowd.done, crowd.refused)}")  # noqa: T201
    assert crowd.wrong == []
    # What a short run comes to depends on who is first; that somebody got weeks does not.
    assert crowd.done["answer:in full"] + crowd.done["revise:in full"]
    if WANTED >= 10_000:
        assert crowd.full, "weeks that never run out are promised twice by nobody"
        assert set(crowd.done) >= WIDE
    assert list(differences()) == []
    assert list(verify()) == []


# --- Control: the same without the lock of the weeks -----------------------------------------------------------


class NobodyLocks:
    """Takes the lock of the weeks away, and lets whoever is about to write weeks wait until all others are too.

    All that anybody decides by is then read before anybody writes. Everybody comes to ``about_to_write`` once in each
    act: before the first write of weeks, or at the end when there was none. Orders keep their lock.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.about_to_write = threading.Barrier(PEOPLE)
        self.mine = threading.local()
        lock = QuerySet.select_for_update

        def no_lock(rows: QuerySet[Any], **options: Any) -> QuerySet[Any]:
            return rows if rows.model in (CapacityWeek, CapacityReservation) else lock(rows, **options)

        def add_when_all_would(model: Any, field: str, amounts: Mapping[int, int]) -> None:
            if amounts:
                self._meet()
            add_to_rows(model, field, amounts)

        monkeypatch.setattr(QuerySet, "select_for_update", no_lock)
        monkeypatch.setattr(capacity, "add_to_rows", add_when_all_would)

    def around(self, act: Act) -> None:
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
    """Everybody cares for an order of their own, and all ask one MSME for the same product: its weeks are common."""
    with clock.at(OPENING):
        world = make_scarce_world()
        orders = [world.requested([90]) for _ in range(PEOPLE)]
        for order in orders:
            line = order.lines.get()
            asking.ask_msmes(
                order_id=order.pk,
                asks=[asking.Ask(line_id=line.pk, msme_id=world.msmes[0].pk, quantity=20)],
                deadline=clock.now() + timedelta(days=30),
                actor=world.actor("coordinator"),
            )
    kinds = ("ask", "answer", "answer", "answer", "answer", "release")
    return Crowd(world, seed=1, kinds=kinds, only=[(order.pk,) for order in orders])


def test_with_an_order_each_the_weeks_agree() -> None:
    crowd = one_order_each()
    crowd.run(ACTS)
    assert crowd.wrong == []
    assert crowd.done["answer:in full"] > PEOPLE


@pytest.fixture
def no_check() -> Iterator[None]:
    """Takes ``reserved <= available`` out of the database. The weeks of the test go before it comes back."""
    (check,) = [one for one in CapacityWeek._meta.constraints if one.name == "msmes_week_never_overcommitted"]
    with connection.schema_editor() as editor:
        editor.remove_constraint(CapacityWeek, check)
    yield
    CapacityReservation.objects.all().delete()
    CapacityWeek.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(CapacityWeek, check)


def test_control_without_the_lock_the_database_stops_them(nobody_locks: NobodyLocks) -> None:
    crowd = one_order_each()
    with pytest.raises(IntegrityError, match="msmes_week_never_overcommitted"):
        crowd.run(100, around=nobody_locks.around)
    assert wrongs() == []


def test_control_without_lock_and_check_they_do_not_agree(nobody_locks: NobodyLocks, no_check: None) -> None:
    crowd = one_order_each()
    crowd.run(100, around=nobody_locks.around)
    assert crowd.wrong, "the same 100 acts, and nobody promised a week twice"


# --- The last free week ----------------------------------------------------------------------------------------


def all_want_the_last_week(around: Around) -> Counter[str]:
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
            (row,) = asking.ask_msmes(
                order_id=order.pk,
                asks=[asking.Ask(line_id=order.lines.get().pk, msme_id=msme.pk, quantity=30)],
                deadline=clock.now() + timedelta(days=3),
                actor=world.actor("coordinator"),
            )
            asked.append(row)
    told: Counter[str] = Counter()

    def say_yes(row: Allocation) -> None:
        answer = asking.Answer(
            allocation_id=row.pk,
            quantity=30,
            price=Decimal(90_000),
            ready_on=this_week + timedelta(days=6),
        )
        try:
            asking.answer_requests(order_id=row.order_id, answers=[answer], actor=world.actor("owner0"))
            told["done"] += 1
        except InvalidInput:
            told["refused"] += 1
        except IntegrityError:
            told["stopped by the database"] += 1

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


def test_control_without_the_lock_the_database_promises_it_once(nobody_locks: NobodyLocks) -> None:
    """Whoever is second is not told in words; the transaction fails, and nothing is promised twice."""
    told = all_want_the_last_week(nobody_locks.around)
    assert told == {"done": 1, "stopped by the database": PEOPLE - 1}
    assert wrongs() == []


def test_control_without_lock_and_check_it_is_promised_to_all(
    nobody_locks: NobodyLocks, no_check: None
) -> None:
    assert all_want_the_last_week(nobody_locks.around) == {"done": PEOPLE}
    week = CapacityWeek.objects.get(reserved__gt=0)
    assert (week.available, week.reserved) == (30, 30 * PEOPLE)
    assert wrongs()
