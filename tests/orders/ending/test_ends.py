"""What ends: purchase orders, shares and orders follow their pieces."""

import pytest

from orders.delivering import deliver
from orders.delivering.shipment_pieces import Load
from orders.models import Shipment
from orders.producing import produce
from procurement.errors import InvalidInput
from tests.factories import World
from tests.orders.ending.ends import finish, move, part, prepare, propose, send, share_of
from tests.orders.soundness import assert_sound, fresh

pytestmark = pytest.mark.database


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
