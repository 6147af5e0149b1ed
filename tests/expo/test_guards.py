"""What the database refuses of legs, whoever writes them; and how a migration moves what stood wrong before."""

import threading
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from buyers.models import Unit
from expo.ledger import guards
from expo.ledger.balances import Cell, standing_of
from expo.models import Dimension, LedgerEntry, Origin, Pledge, Stage
from msmes.models import District, Msme
from orders.loading import shares_of
from orders.models import Order
from orders.producing import produce
from orders.quoting import approve
from orders.reconcile import differences
from orders.requesting import pledged, request
from procurement import clock
from procurement.errors import Refused, WrongState
from tests.expo.entries import entry
from tests.expo.now_and_then import nothing_below_zero
from tests.expo.test_ledger_moves import change, move_to, of_district
from tests.expo.test_pledge_follows import submitted
from tests.factories import World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.database]

MILLION = Decimal(1_000_000)


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def legs(world: World, *rows: tuple[Stage, int], **known: Any) -> None:
    one = uuid4()
    LedgerEntry.objects.bulk_create([entry(world, one, stage, amount, **known) for stage, amount in rows])


# --- Nothing below zero --------------------------------------------------------------------------------------------


def test_legs_that_leave_an_order_below_zero_are_refused(world: World) -> None:
    order = world.approved([10], world.msmes[:2])
    share = order.allocations.first()
    assert share is not None
    fine = {
        "order_id": order.pk, "institution": order.institution, "msme_id": share.msme_id,
        "category_id": share.line.category_id, "district_id": share.msme.district_id,
    }  # fmt: skip
    has = int(share.amount)
    with pytest.raises(DatabaseError, match="below zero"), transaction.atomic():
        legs(world, (Stage.BOOKED, -has - 1), (Stage.IN_PRODUCTION, has + 1), **fine)
    for wrong in ({"msme_id": None}, {"district_id": None}, {"unit_id": Unit.objects.first().pk}):  # type: ignore[union-attr]
        with pytest.raises(DatabaseError), transaction.atomic():
            legs(world, (Stage.BOOKED, -1), (Stage.IN_PRODUCTION, 1), **{**fine, **wrong})
    legs(world, (Stage.BOOKED, -has), (Stage.IN_PRODUCTION, has), **fine)
    nothing_below_zero()


def test_an_order_is_not_counted_out_of_where_it_is_not(world: World) -> None:
    order = world.approved([10], world.msmes[:1])
    one, known = uuid4(), {"order_id": order.pk, "institution": order.institution}
    with pytest.raises(DatabaseError, match="below zero"), transaction.atomic():
        LedgerEntry.objects.bulk_create(
            [
                entry(world, one, Stage.IN_DELIVERY, 0, orders=-1, **known),
                entry(world, one, Stage.DELIVERED, 0, orders=1, **known),
            ]
        )


def test_legs_that_leave_a_pledge_below_zero_are_refused(world: World) -> None:
    pledge = world.pledge(5)
    one, whose = uuid4(), {"pledge": pledge, "institution": pledge.institution}
    with pytest.raises(DatabaseError, match="below zero"), transaction.atomic():
        LedgerEntry.objects.bulk_create(
            [
                entry(world, one, Stage.ANNOUNCED, -6, since=pledge.announced_on, **whose),
                entry(world, one, Stage.OUTSIDE, 6, **whose),
            ]
        )
    nothing_below_zero()


def test_the_outside_may_be_below_zero(world: World) -> None:
    legs(world, (Stage.OUTSIDE, -7), (Stage.BOOKED, 7), order_id=4_711)
    assert LedgerEntry.objects.filter(order_id=4_711).count() == 2


# --- The register and an act beside each other ---------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_act_that_has_read_the_old_district_does_not_post_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The act has read its shares; before it posts, the register moves the MSME. Then the act is refused, whole."""
    world = make_world()
    order = world.approved([10], world.msmes[:1])
    first, other = world.msmes[0].district, District.objects.create(name="Kabupaten Lain")
    purchase_order = order.purchase_orders.get()
    owner = world.actor("owner0")
    produce.acknowledge(purchase_order_id=purchase_order.pk, actor=owner)
    really_read = shares_of

    def read_and_be_overtaken(of: Any) -> Any:
        shares = really_read(of)
        _in_another_connection(lambda: move_to(world, world.msmes[0], other))
        return shares

    monkeypatch.setattr(produce, "shares_of", read_and_be_overtaken)
    with pytest.raises(WrongState):
        produce.start_production(purchase_order_id=purchase_order.pk, actor=owner)
    assert of_district(world, other) == {Stage.BOOKED: 900_000}
    monkeypatch.setattr(produce, "shares_of", really_read)
    produce.start_production(purchase_order_id=purchase_order.pk, actor=owner)
    assert of_district(world, other) == {Stage.IN_PRODUCTION: 900_000}
    assert of_district(world, first) == {}
    nothing_below_zero()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_register_waits_for_an_act_that_has_posted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The act has posted and not ended; the register comes then. It waits, and moves what the act has posted too."""
    world = make_world()
    order = world.approved([10], world.msmes[:1])
    first, other = world.msmes[0].district, District.objects.create(name="Kabupaten Lain")
    purchase_order = order.purchase_orders.get()
    owner = world.actor("owner0")
    produce.acknowledge(purchase_order_id=purchase_order.pk, actor=owner)
    started: list[threading.Thread] = []
    from orders import act

    really_follow = act.Act._follow_heading

    def follow_while_somebody_comes(self: Any) -> None:
        really_follow(self)
        thread = threading.Thread(target=_closing(lambda: move_to(world, world.msmes[0], other)))
        thread.start()
        started.append(thread)
        _until_somebody_waits()

    monkeypatch.setattr(act.Act, "_follow_heading", follow_while_somebody_comes)
    produce.start_production(purchase_order_id=purchase_order.pk, actor=owner)
    monkeypatch.undo()
    for thread in started:
        thread.join(30)
    assert of_district(world, other) == {Stage.IN_PRODUCTION: 900_000}
    assert of_district(world, first) == {}
    assert [str(difference) for difference in differences()] == []


def _closing(work: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    return run


def _in_another_connection(work: Callable[[], object]) -> None:
    thread = threading.Thread(target=_closing(work))
    thread.start()
    thread.join(30)
    assert not thread.is_alive()


def _until_somebody_waits() -> None:
    """Until another connection waits for a lock; asked in this one, which sees it at once."""
    for _try in range(100_000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot(), COUNT(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[1]:
                return
    raise AssertionError("nobody came to wait")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_linked", [True, False])
def test_an_act_that_waited_for_its_pledge_happened_when_it_had_it(is_linked: bool) -> None:
    """Else what began first and wrote last would say that it was before, and the pledge was below zero in between."""
    world = make_world()
    pledge = world.pledge(100 * MILLION)
    order = submitted(world, pledge if is_linked else None, 300)

    def act() -> None:
        if is_linked:
            request.withdraw_order(order_id=order.pk, reason="Tidak jadi", actor=world.actor("requester"))
        else:
            pledged.link_pledge(order_id=order.pk, pledge_id=pledge.pk, actor=world.actor("coordinator"))

    thread = threading.Thread(target=_closing(act))
    with transaction.atomic():
        Pledge.objects.select_for_update(of=("self",)).get(pk=pledge.pk)
        thread.start()
        _until_somebody_waits()
        held_until = clock.now()
    thread.join(30)
    last = LedgerEntry.objects.filter(order_id=order.pk).order_by("-pk").first()
    assert last is not None
    assert last.happened_at > held_until


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_orders_of_one_pledge_do_not_stop_each_other() -> None:
    """Both give back and take at once: orders are locked before their pledge, and another's order is not waited for."""
    world = make_world()
    pledge = world.pledge(100 * MILLION)
    orders = [submitted(world, pledge, 300) for _number in range(3)]
    orders = [change(world, order, quantity=700) for order in orders]
    barrier, refused = threading.Barrier(len(orders)), []

    def again_and_again(order: Order) -> None:
        actor = world.actor("requester")
        barrier.wait(30)
        for turn in range(6):
            try:
                if turn % 2 == 0:
                    request.withdraw_order(order_id=order.pk, reason="Tidak jadi", actor=actor)
                else:
                    request.reopen_order(order_id=order.pk, actor=actor)
            except Refused as refusal:  # pragma: no cover - said by the assertion below
                refused.append(str(refusal))

    threads = [threading.Thread(target=_closing(partial(again_and_again, order))) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert refused == []
    # Whoever acts last sees to what the others had to leave.
    for order in orders:
        change(world, Order.objects.get(pk=order.pk), quantity=701)
    row = Pledge.objects.get(pk=pledge.pk)
    taken = [order.pledged for order in Order.objects.order_by("pk")]
    assert [row.remaining, row.taken, sum(taken)] == [0, 100 * MILLION, 100 * MILLION]
    nothing_below_zero()
    assert [str(difference) for difference in differences()] == []


# --- What stood wrong before ---------------------------------------------------------------------------------------


def test_the_migration_moves_what_was_left_behind(world: World) -> None:
    """As it was: unit and district changed without the value, and lost orders kept what they had taken."""
    unit = Unit.objects.get(institution=world.institution)
    other = District.objects.create(name="Kabupaten Lain")
    order = world.approved([10], world.msmes[:1])
    pledge, ended = world.pledge(100 * MILLION), world.pledge(50 * MILLION)
    gives, stays = submitted(world, pledge, 1_000), submitted(world, ended, 300)
    guards.remove(connection)
    Order.objects.filter(pk=order.pk).update(unit=unit)
    Msme.objects.filter(pk=world.msmes[0].pk).update(district=other)
    _lose_as_before(world, gives)
    _end_as_before(world, ended)
    _lose_as_before(world, stays)

    moves = import_module("orders.migrations.0021_value_where_it_belongs")
    with connection.cursor():
        editor = type("Editor", (), {"connection": connection})()
        moves.move(apps, editor)
        moves.follow(apps, editor)
    guards.install(connection)

    assert dict(standing_of(world.edition.pk, Dimension.UNIT, unit.pk)) == {
        Stage.BOOKED: Cell(Decimal(900_000), 1)
    }
    assert of_district(world, other) == {Stage.BOOKED: 900_000}
    row = Pledge.objects.get(pk=pledge.pk)
    assert [row.remaining, row.taken, row.status] == [100 * MILLION, 0, "open"]
    row = Pledge.objects.get(pk=ended.pk)
    assert [row.remaining, row.taken, row.status] == [0, 0, "lapsed"]
    assert set(Order.objects.filter(pledge__isnull=False).values_list("pledged", flat=True)) == {0}
    nothing_below_zero()
    assert [str(difference) for difference in differences()] == []
    approve.cancel_order(
        order_id=order.pk, reason="Proyek batal", cost_bearer="buyer", actor=world.actor("approver")
    )
    assert of_district(world, other) == {Stage.LOST: 900_000}


def _lose_as_before(world: World, order: Order) -> None:
    """A lost order as it was: its pledge heard nothing of it."""
    request.withdraw_order(order_id=order.pk, reason="Tidak jadi", actor=world.actor("requester"))
    after = Order.objects.get(pk=order.pk)
    pledge = Pledge.objects.get(orders=order.pk)
    back = order.pledged
    known = {
        "pledge": pledge, "institution": pledge.institution, "since": pledge.announced_on, "order_id": order.pk,
    }  # fmt: skip
    one = uuid4()
    if pledge.status in ("lapsed", "withdrawn"):
        alone = {**known, "order_id": None}
        LedgerEntry.objects.bulk_create(
            [
                entry(world, one, Stage.ANNOUNCED, int(back), **alone),
                entry(
                    world, one, Stage.LOST, -int(back), **{**alone, "since": None}, origin=Origin.ANNOUNCED
                ),
                entry(world, one, Stage.ANNOUNCED, -int(back), **known),
                entry(
                    world, one, Stage.OUTSIDE, int(back), order_id=order.pk, institution=pledge.institution
                ),
            ]
        )
        Pledge.objects.filter(pk=pledge.pk).update(taken=back)
    else:
        gone = -1 if pledge.remaining == back else 0
        LedgerEntry.objects.bulk_create(
            [
                entry(
                    world, one, Stage.ANNOUNCED, -int(back), orders=gone, dwell_days=0 if gone else None, **known
                ),
                entry(
                    world, one, Stage.OUTSIDE, int(back), orders=-gone, order_id=order.pk,
                    institution=pledge.institution,
                ),
            ]
        )  # fmt: skip
        Pledge.objects.filter(pk=pledge.pk).update(
            taken=back, remaining=pledge.remaining - back, status="converted" if gone else "open"
        )
    Order.objects.filter(pk=after.pk).update(pledged=back)


def _end_as_before(world: World, pledge: Pledge) -> None:
    from expo.pledges.pledges import end_pledge

    end_pledge(
        pledge_id=pledge.pk, actor=world.actor("coordinator"), status="lapsed", reason="Anggaran habis"
    )
