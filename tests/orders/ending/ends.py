"""Acts by which pieces move, leave and come to their end."""

from datetime import timedelta
from decimal import Decimal

from orders.amending import amend
from orders.delivering import deliver
from orders.delivering.shipment_pieces import Load
from orders.models import Allocation, Amendment, Order, PurchaseOrder, Shipment
from orders.paying import pay
from orders.producing import produce
from procurement import clock
from tests.factories import World
from tests.orders.soundness import assert_sound, fresh


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
