"""What is over leaves nothing open behind it: addenda, prepared shipments, rounds, reminders."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from orders.amending import amend
from orders.amending.addenda import addendum_for, waiting_for
from orders.asking import asking, sourcing
from orders.delivering import deliver
from orders.desks.workload import desk_of
from orders.models import Amendment, Order, Shipment, Sourcing
from orders.quoting import approve
from orders.requesting import request
from procurement import clock
from procurement.errors import WrongState
from procurement.models import OutboxMessage
from tests.factories import World
from tests.orders.ending.ends import move, prepare, propose, send, share_of
from tests.orders.soundness import assert_sound

pytestmark = pytest.mark.database


def cancelled(world: World, order: Order) -> None:
    approve.cancel_order(
        order_id=order.pk, reason="Anggaran dialihkan", cost_bearer="nobody", actor=world.actor("approver")
    )


def short_closed(world: World, order: Order) -> None:
    world.start(order, 1)
    world.receive(send(world, order, 1, 1).pk)
    deliver.short_close_order(order_id=order.pk, reason="Acara sudah lewat", actor=world.actor("approver"))


def delivered(world: World, order: Order) -> None:
    for index in range(3):
        if index:
            world.start(order, index)
        world.receive(world.ship(order, index))


@pytest.mark.parametrize("end", [cancelled, short_closed, delivered])
@pytest.mark.parametrize("kind", ["move", "date"])
def test_nobody_is_asked_about_an_addendum_of_an_order_that_is_over(
    world: World, end: Callable[[World, Order], None], kind: str
) -> None:
    order = world.approved([300])
    world.start(order, 0)
    share = share_of(order, world, 0)
    if kind == "move":
        row = propose(world, share, 3, 40)
    else:
        row = amend.propose_date(
            order_id=order.pk,
            allocation_id=share.pk,
            ready_on=clock.today() + timedelta(days=70),
            reason="Bahan terlambat",
            actor=world.actor("coordinator"),
        )
    asked = ["owner0", "approver", *(["owner3"] if kind == "move" else [])]
    assert all(waiting_for(world.actor(person)) for person in asked)
    before = OutboxMessage.objects.filter(topic="accounts.tell").count()
    end(world, order)
    row = Amendment.objects.get(pk=row.pk)
    assert row.status == "withdrawn"
    assert row.ended_at is not None
    assert len(row.ended_reason) > 3
    for person in ("owner0", "owner3", "approver", "coordinator"):
        actor = world.actor(person)
        assert not waiting_for(actor)
        if Amendment.objects.visible_to(actor).filter(pk=row.pk).exists():
            seen = addendum_for(row, actor)
            assert (seen.may_agree, seen.may_refuse, seen.may_withdraw) == (False, False, False)
    told = OutboxMessage.objects.filter(topic="accounts.tell").order_by("pk")[before:]
    about = {one.payload["organisation_id"] for one in told if one.payload["url"].endswith(f"/{row.pk}/")}
    expected = {order.institution_id, order.edition.organiser_id, world.msmes[0].pk}
    assert about == expected | ({world.msmes[3].pk} if kind == "move" else set())
    assert_sound()


def test_a_prepared_shipment_leaves_the_desk_with_its_order(world: World) -> None:
    order = world.approved([300])
    world.start(order, 0)
    shipment = prepare(world, order, 0, 40)
    assert desk_of(world.actor("owner0")).prepared
    cancelled(world, order)
    assert not desk_of(world.actor("owner0")).prepared
    assert Shipment.objects.get(pk=shipment.pk).status == "discarded"
    with pytest.raises(WrongState):
        deliver.dispatch_shipment(shipment_id=shipment.pk, actor=world.actor("owner0"))


def test_a_prepared_shipment_leaves_the_desk_with_its_purchase_order(world: World) -> None:
    order = world.approved([300])
    world.start(order, 0)
    prepare(world, order, 0, 40)
    move(world, share_of(order, world, 0), 3, 100)
    assert not desk_of(world.actor("owner0")).prepared


def test_sending_the_pieces_ends_the_addendum_that_would_move_them(world: World) -> None:
    order = world.approved([300])
    world.start(order, 0)
    row = propose(world, share_of(order, world, 0), 3, 70)
    send(world, order, 0, 30)
    assert Amendment.objects.get(pk=row.pk).status == "proposed"
    send(world, order, 0, 1)
    assert Amendment.objects.get(pk=row.pk).status == "withdrawn"


def test_a_taker_that_ends_its_part_ends_the_addendum_that_would_give_it_more(world: World) -> None:
    order = world.approved([300])
    world.start(order, 1)
    row = propose(world, share_of(order, world, 0), 1, 70)
    world.receive(send(world, order, 1, 100).pk)
    assert Amendment.objects.get(pk=row.pk).status == "withdrawn"


def test_an_addendum_at_another_price_than_the_taker_got_meanwhile_ends(world: World) -> None:
    """Two givers, one taker, two prices: a share has one price, so the second cannot be what was agreed."""
    order = world.approved([300])
    first = propose(world, share_of(order, world, 0), 3, 10, 90_000)
    second = propose(world, share_of(order, world, 1), 3, 10, 95_000)
    for person in ("owner0", "owner3", "approver"):
        amend.agree(amendment_id=first.pk, actor=world.actor(person))
    assert Amendment.objects.get(pk=second.pk).status == "withdrawn"
    assert_sound()


def test_a_date_that_is_no_later_any_more_is_not_asked_about(world: World) -> None:
    order = world.approved([300])
    late = amend.propose_date(
        order_id=order.pk,
        allocation_id=share_of(order, world, 1).pk,
        ready_on=clock.today() + timedelta(days=35),
        reason="Bahan terlambat",
        actor=world.actor("coordinator"),
    )
    move(world, share_of(order, world, 0), 1, 10)
    assert share_of(order, world, 1).ready_on == clock.today() + timedelta(days=40)
    assert Amendment.objects.get(pk=late.pk).status == "withdrawn"


def test_an_addendum_whose_day_has_passed_is_ended_by_the_clock(world: World) -> None:
    order = world.approved([300])
    with clock.at(clock.now()):
        row = propose(world, share_of(order, world, 0), 3, 10)
        clock.advance(timedelta(days=40))
        assert amend.expire_addenda() == 0
        clock.advance(timedelta(days=1))
        assert not waiting_for(world.actor("owner0"))
        assert not addendum_for(row, world.actor("owner0")).may_agree
        with pytest.raises(WrongState, match="sudah lewat"):
            amend.agree(amendment_id=row.pk, actor=world.actor("owner0"))
        assert amend.expire_addenda() == 1
    assert Amendment.objects.get(pk=row.pk).status == "withdrawn"
    assert_sound()


def test_nothing_is_proposed_about_a_share_of_which_nothing_is_left(world: World) -> None:
    order = world.approved([300, 60])
    move(world, share_of(order, world, 0), 3, 100)
    with pytest.raises(WrongState):
        amend.propose_date(
            order_id=order.pk,
            allocation_id=share_of(order, world, 0).pk,
            ready_on=clock.today() + timedelta(days=70),
            reason="Bahan terlambat",
            actor=world.actor("coordinator"),
        )


def test_rounds_end_with_their_order_and_do_not_go_on_when_it_is_opened_again(world: World) -> None:
    order = world.requested([300])
    sourcing.start_sourcing(
        order_id=order.pk,
        rules=sourcing.RoundRules(until=clock.today() + timedelta(days=30)),
        actor=world.actor("coordinator"),
    )
    request.withdraw_order(order_id=order.pk, reason="Tidak jadi", actor=world.actor("requester"))
    row = Sourcing.objects.get(order=order)
    assert (row.status, row.advance_at) == ("stopped", None)
    request.reopen_order(order_id=order.pk, actor=world.actor("requester"))
    assert sourcing.advance_due() == 0
    assert not order.allocations.filter(status="asked").exists()


def test_rounds_end_with_the_quote(world: World) -> None:
    order = world.requested([300])
    sourcing.start_sourcing(
        order_id=order.pk,
        rules=sourcing.RoundRules(until=clock.today() + timedelta(days=30)),
        actor=world.actor("coordinator"),
    )
    index = [msme.pk for msme in world.msmes].index(order.allocations.get().msme_id)
    world.answer(order, index)
    world.quote(order)
    assert Sourcing.objects.get(order=order).status == "stopped"


def test_nobody_is_reminded_of_a_question_that_nobody_can_answer(world: World) -> None:
    order = world.requested([300])
    sourcing.start_sourcing(
        order_id=order.pk,
        rules=sourcing.RoundRules(until=clock.today() + timedelta(days=30)),
        actor=world.actor("coordinator"),
    )
    asked = order.allocations.get()
    others = [index for index, msme in enumerate(world.msmes) if msme.pk != asked.msme_id]
    asking.ask_msmes(
        order_id=order.pk,
        asks=[asking.Ask(line_id=asked.line_id, msme_id=world.msmes[others[0]].pk, quantity=300)],
        deadline=clock.now() + timedelta(days=3),
        actor=world.actor("coordinator"),
    )
    world.answer(order, others[0])
    world.quote(order)
    assert sourcing.remind_ask(order_id=order.pk, msme_id=asked.msme_id) is False
