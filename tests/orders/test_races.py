"""Two people decide at once: exactly one wins, and without the lock both would.

The rounds run the real verbs in two threads with connections of their own. In the control run ``select_for_update``
does nothing and both threads meet between reading and writing; the race is then there to see.
"""

import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from django.db import IntegrityError, connection
from django.db.models import QuerySet

from expo.ledger import guards
from orders import act as act_module
from orders.models import Order, PurchaseOrder
from orders.quoting import approve
from orders.reconcile import differences
from orders.requesting import request
from procurement.errors import Refused, WrongState
from procurement.rows import triggers
from procurement.rows.events import verify
from tests.factories import World, make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

ROUNDS = 12

Verb = Callable[[], object]


def run_together(*verbs: Verb) -> list[object]:
    """Start all verbs at the same moment; returns what each returned, or the refusal it raised."""
    start = threading.Barrier(len(verbs))
    results: list[object] = [None] * len(verbs)

    def one(index: int, verb: Verb) -> None:
        start.wait(timeout=30)
        try:
            results[index] = verb()
        except (Refused, IntegrityError) as refusal:
            results[index] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(index, verb)) for index, verb in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def decide(world: World, order: Order) -> tuple[Verb, Verb]:
    approver, requester = world.actor("approver"), world.actor("requester")
    return (
        lambda: approve.approve_order(
            order_id=order.pk, revision=order.revision, content_hash=order.content_hash, actor=approver
        ),
        lambda: request.withdraw_order(order_id=order.pk, reason="Anggaran dialihkan", actor=requester),
    )


def test_approve_against_withdraw_has_one_winner() -> None:
    world = make_world()
    for _round in range(ROUNDS):
        order = world.quoted([9])
        results = run_together(*decide(world, order))
        refused = [result for result in results if isinstance(result, WrongState)]
        assert len(refused) == 1, results
        status = Order.objects.get(pk=order.pk).status
        issued = PurchaseOrder.objects.filter(order=order).count()
        assert (status, issued) in {("approved", 3), ("lost", 0)}
    assert list(differences()) == []
    assert list(verify()) == []


def test_cancel_against_itself_has_one_winner() -> None:
    world = make_world()
    approver = world.actor("approver")
    for _round in range(ROUNDS // 2):
        order = world.approved([9])
        verb: Verb = partial(
            approve.cancel_order,
            order_id=order.pk,
            reason="Acara batal",
            cost_bearer="buyer",
            actor=approver,
        )
        results = run_together(*[verb] * 6)
        assert len([result for result in results if isinstance(result, Order)]) == 1, results
        assert len([result for result in results if isinstance(result, WrongState)]) == 5, results
    assert list(differences()) == []


@pytest.fixture
def without_the_lock(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """No row lock: both read, the approval commits, and only then the withdrawal writes what it decided before.

    Returns the event that the approval must set when it is through.
    """
    both_have_read, approval_is_through = threading.Barrier(2), threading.Event()
    change_state = act_module.change_state

    def change_after_both_have_read(row: object, step: str) -> tuple[str, str]:
        if step in {"approve", "withdraw"}:
            both_have_read.wait(timeout=30)
        if step == "withdraw":
            approval_is_through.wait(timeout=30)
        return change_state(row, step)

    act_module._lock.cache_clear()  # the locking query is compiled once; here without its lock
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    monkeypatch.setattr(act_module, "change_state", change_after_both_have_read)
    yield approval_is_through
    act_module._lock.cache_clear()


def decide_without_the_lock(world: World, order: Order, approval_is_through: threading.Event) -> list[object]:
    approving, withdrawing = decide(world, order)

    def approving_then_telling() -> object:
        try:
            return approving()
        finally:
            approval_is_through.set()

    return run_together(approving_then_telling, withdrawing)


@pytest.fixture
def without_the_guards() -> Iterator[None]:
    """Without the lock two guards would still stop the second writer.

    The ledger lets nothing be taken twice, and the chain of events allows each place once.
    """
    guards.remove(connection)
    constraint = "ALTER TABLE procurement_event DROP CONSTRAINT procurement_event_once_in_stream"
    with connection.cursor() as cursor:
        cursor.execute(constraint)
    yield
    with connection.cursor() as cursor:
        triggers.remove(connection)
        cursor.execute("DELETE FROM procurement_event")
        triggers.install(connection)
        cursor.execute(
            "ALTER TABLE procurement_event ADD CONSTRAINT procurement_event_once_in_stream "
            "UNIQUE (stream, sequence)"
        )
    guards.install(connection)


# On SQLite the IMMEDIATE transaction is the lock and cannot be left out, hence PostgreSQL only.


@pytest.mark.postgres
@pytest.mark.usefixtures("without_the_guards")
def test_control_without_the_lock_both_win(without_the_lock: threading.Event) -> None:
    world = make_world()
    order = world.quoted([9])
    results = decide_without_the_lock(world, order, without_the_lock)
    assert [type(result) for result in results] == [Order, Order], results
    assert PurchaseOrder.objects.filter(order=order).count() == 3
    assert list(verify()), "two events claim the same place in the trail"
    assert list(differences()), "the same rupiah was moved twice"


@pytest.mark.postgres
def test_without_the_lock_the_guards_still_stop_the_second(
    without_the_lock: threading.Event,
) -> None:
    world = make_world()
    order = world.quoted([9])
    results = decide_without_the_lock(world, order, without_the_lock)
    assert sorted(type(result).__name__ for result in results) == ["IntegrityError", "Order"]
    assert list(verify()) == []
    assert list(differences()) == []
