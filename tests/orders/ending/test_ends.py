"""What ends: purchase orders, shares and orders follow their pieces, and what is over leaves nothing open behind it."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from orders.amending import amend
from orders.amending.addenda import addendum_for, waiting_for
from orders.asking import asking, sourcing
from orders.delivering import deliver
from orders.delivering.shipment_pieces import Load
from orders.desks.workload import desk_of
from orders.models import Allocation, Amendment, Order, PurchaseOrder, Shipment, Sourcing
from orders.paying import pay
from orders.producing import produce
from orders.quoting import approve
from orders.requesting import request
from procurement import clock
from procurement.errors import InvalidInput, WrongState
from procurement.models import OutboxMessage
from tests.factories import World
from tests.orders.soundness import assert_sound, fresh

pytestmark = pytest.mark.database


def share_of(order: Order, world: World, index: int, position: int = 1) -> Allocation:
    return order.allocations.get(msme=world.msmes[index], line__position=position)


def part(order: Order, world: World, index: int) -> PurchaseOrder:
    """The newest purchase order of one MSME."""
    return order.purchase_orders.filter(msme=world.msmes[index]).order_by("-pk")[0]


def propose(world: World, share: Allocation, taker: int, quantity: int, price: int = 90_000) -> Amendment:
    return amend.propose_move(
        order_id=share.order_id,
        move=amend.Move(
            allocation_id=share.pk,
            msme_id=world.msmes[taker].pk,
            quantity=quantity,
            price=Decimal(price),
            ready_on=clock.today() + timedelta(days=40),
        ),
        reason="Perajin terlambat",
        actor=world.actor("coordinator"),
    )


def move(world: World, share: Allocation, taker: int, quantity: int) -> Amendment:
    """Propose and agree, by everybody whom it touches."""
    row = propose(world, share, taker, quantity)
    giver = [msme.pk for msme in world.msmes].index(share.msme_id)
    for person in (f"owner{giver}", f"owner{taker}", "approver"):
        row = amend.agree(amendment_id=row.pk, actor=world.actor(person))
    assert row.status == "applied"
    return row


def prepare(world: World, order: Order, index: int, quantity: int) -> Shipment:
    return deliver.prepare_shipment(
        purchase_order_id=part(order, world, index).pk,
        loads=[Load(allocation_id=share_of(order, world, index).pk, quantity=quantity)],
        actor=world.actor(f"owner{index}"),
    )


def send(world: World, order: Order, index: int, quantity: int) -> Shipment:
    shipment = prepare(world, order, index, quantity)
    return deliver.dispatch_shipment(shipment_id=shipment.pk, actor=world.actor(f"owner{index}"))


def finish(world: World, order: Order) -> None:
    """Every purchase order that is still open goes on to its end, then the order is paid and closed."""
    for index, msme in enumerate(world.msmes):
        for one in order.purchase_orders.filter(msme=msme):
            actor = world.actor(f"owner{index}")
            if one.status == "issued":
                produce.acknowledge(purchase_order_id=one.pk, actor=actor)
            if one.status in ("issued", "acknowledged"):
                produce.start_production(purchase_order_id=one.pk, actor=actor)
            if one.status not in ("received", "settled", "cancelled"):
                if any(row.unshipped for row in one.allocations.all()):
                    loads = [
                        Load(allocation_id=row.pk, quantity=row.unshipped)
                        for row in one.allocations.all()
                        if row.unshipped
                    ]
                    made = deliver.prepare_shipment(purchase_order_id=one.pk, loads=loads, actor=actor)
                    deliver.dispatch_shipment(shipment_id=made.pk, actor=actor)
                for shipment in one.shipments.filter(status="dispatched"):
                    world.receive(shipment.pk)
    assert fresh(order).status == "delivered"
    assert_sound()
    for one in order.purchase_orders.exclude(status="cancelled"):
        pay.settle_purchase_order(
            purchase_order_id=one.pk, reference="SP2D-7", actor=world.actor("treasurer")
        )
    assert pay.close_order(order_id=order.pk, actor=world.actor("treasurer")).status == "closed"
    assert_sound()


# --- A purchase order follows its pieces -----------------------------------------------------------------------


@pytest.mark.parametrize("when", ["approved", "started", "ready", "sent", "accepted"])
def test_a_whole_line_moves_away_and_the_other_line_goes_on_to_its_end(world: World, when: str) -> None:
    order = world.approved([300, 60])
    if when != "approved":
        number = world.start(order, 0)
        if when == "ready":
            produce.finish_production(purchase_order_id=number, actor=world.actor("owner0"))
    if when in ("sent", "accepted"):
        other = share_of(order, world, 0, 2)
        shipment = deliver.prepare_shipment(
            purchase_order_id=part(order, world, 0).pk,
            loads=[Load(allocation_id=other.pk, quantity=other.unshipped)],
            actor=world.actor("owner0"),
        )
        deliver.dispatch_shipment(shipment_id=shipment.pk, actor=world.actor("owner0"))
        if when == "accepted":
            world.receive(shipment.pk)
    move(world, share_of(order, world, 0), 3, 100)
    expected = {"approved": "issued", "started": "producing", "ready": "ready", "sent": "shipped"}
    assert part(order, world, 0).status == expected.get(when, "received")
    assert_sound()
    finish(world, order)
    assert share_of(order, world, 0).status == "released"
    assert share_of(order, world, 0, 2).status == "fulfilled"


@pytest.mark.parametrize("sent", [60, 61])
def test_the_rest_moves_away_after_a_part_was_sent(world: World, sent: int) -> None:
    order = world.approved([300])
    world.start(order, 0)
    world.receive(send(world, order, 0, sent).pk)
    assert part(order, world, 0).status == "producing"
    move(world, share_of(order, world, 0), 3, 100 - sent)
    giver = part(order, world, 0)
    assert (giver.status, int(giver.value)) == ("received", sent * 90_000)
    assert share_of(order, world, 0).status == "fulfilled"
    assert_sound()
    finish(world, order)


def test_the_rest_moves_away_while_the_first_part_is_on_the_road(world: World) -> None:
    order = world.approved([300])
    world.start(order, 0)
    shipment = send(world, order, 0, 60)
    move(world, share_of(order, world, 0), 3, 40)
    assert part(order, world, 0).status == "shipped"
    world.receive(shipment.pk)
    assert part(order, world, 0).status == "received"
    finish(world, order)


def test_what_was_refused_moves_away_and_nothing_is_left(world: World) -> None:
    order = world.approved([300])
    world.start(order, 0)
    world.receive(send(world, order, 0, 100).pk, rejected=100)
    move(world, share_of(order, world, 0), 3, 100)
    assert part(order, world, 0).status == "cancelled"
    finish(world, order)


def test_an_order_is_delivered_when_the_last_part_of_it_moves_to_nobody_who_still_owes(world: World) -> None:
    """The giver of the rest is received by the act of the last yes; the order waits for the taker alone."""
    order = world.approved([2], world.msmes[:1])
    world.start(order, 0)
    world.receive(send(world, order, 0, 1).pk)
    move(world, share_of(order, world, 0), 1, 1)
    assert fresh(order).status == "in_delivery"
    finish(world, order)


# --- Whoever takes pieces goes on ------------------------------------------------------------------------------


def test_a_taker_that_had_finished_goes_back_to_work(world: World) -> None:
    order = world.approved([300])
    world.start(order, 0)
    number = world.start(order, 1)
    produce.finish_production(purchase_order_id=number, actor=world.actor("owner1"))
    move(world, share_of(order, world, 0), 1, 100)
    taker = part(order, world, 1)
    assert (taker.status, taker.percent) == ("producing", 50)
    assert_sound()
    finish(world, order)


def test_a_taker_whose_goods_are_on_the_road_has_a_rest_again(world: World) -> None:
    order = world.approved([300])
    world.start(order, 0)
    world.start(order, 1)
    shipment = send(world, order, 1, 100)
    move(world, share_of(order, world, 0), 1, 100)
    world.receive(shipment.pk)
    assert part(order, world, 1).status == "producing"
    finish(world, order)


def test_pieces_come_back_to_an_msme_whose_purchase_order_was_cancelled(world: World) -> None:
    order = world.approved([300])
    move(world, share_of(order, world, 0), 3, 100)
    first = part(order, world, 0)
    assert first.status == "cancelled"
    move(world, share_of(order, world, 3), 0, 100)
    second = part(order, world, 0)
    assert (second.status, second.pk == first.pk, second.number == first.number) == ("issued", False, False)
    assert_sound()
    finish(world, order)


def test_pieces_of_another_line_come_to_an_msme_whose_purchase_order_was_cancelled(world: World) -> None:
    order = world.approved([300, 60])
    move(world, share_of(order, world, 0), 3, 100)
    move(world, share_of(order, world, 0, 2), 3, 20)
    assert part(order, world, 0).status == "cancelled"
    move(world, share_of(order, world, 1, 2), 0, 5)
    finish(world, order)


def test_an_msme_that_is_done_is_not_proposed_as_taker(world: World) -> None:
    order = world.approved([300])
    world.start(order, 1)
    world.receive(send(world, order, 1, 100).pk)
    assert part(order, world, 1).status == "received"
    with pytest.raises(InvalidInput) as refusal:
        propose(world, share_of(order, world, 0), 1, 10)
    assert refusal.value.field == "msme"


def test_a_line_that_an_msme_once_refused_may_come_to_it(world: World) -> None:
    order = world.requested([300])
    world.ask_everybody(order, world.msmes[:2])
    order = world.approve(world.quote(order))
    move(world, share_of(order, world, 0), 3, 50)
    move(world, share_of(order, world, 3), 2, 50)
    move(world, share_of(order, world, 2), 3, 50)
    finish(world, order)


# --- Prepared shipments ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moved", "left"),
    [(100, ["discarded", "discarded"]), (70, ["discarded", "prepared"]), (30, ["prepared", "prepared"])],
)
def test_a_prepared_shipment_that_holds_moved_pieces_is_taken_apart(
    world: World, moved: int, left: list[str]
) -> None:
    order = world.approved([300])
    world.start(order, 0)
    made = [prepare(world, order, 0, 40), prepare(world, order, 0, 30)]
    move(world, share_of(order, world, 0), 3, moved)
    assert [Shipment.objects.get(pk=one.pk).status for one in made] == left
    for one in Shipment.objects.filter(status="prepared"):
        deliver.dispatch_shipment(shipment_id=one.pk, actor=world.actor("owner0"))
    assert_sound()
    finish(world, order)


# --- What is over leaves nothing open --------------------------------------------------------------------------


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
