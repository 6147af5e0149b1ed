"""Ending an order or a purchase order also ends everything open that belongs to it, in the same act.

Nobody may go on being asked for something that cannot be any more: addenda that nobody can apply are withdrawn,
shipments that nobody can send are taken apart, rounds stop. Those who were asked are told.
"""

from orders.act import Act
from orders.ending.amendable import GIVER, TAKER, as_told
from orders.ending.amendable import obstacle as obstacle_of
from orders.messages import tell
from orders.models import Amendment, PurchaseOrder, Shipment, ShipmentLine, Sourcing
from orders.workflow import UNDELIVERED, ShipmentStatus
from procurement.language.said import composed
from procurement.rows.bulk import save_row


def end_impossible_addenda(act: Act) -> None:
    """Withdraw the addenda of the order that cannot be applied any more; call it after the rows are saved."""
    open_addenda = Amendment.objects.filter(order=act.order, status=Amendment.Status.PROPOSED)
    for row in open_addenda.select_related("allocation__purchase_order").order_by("pk"):
        row.order = act.order
        if sentence := obstacle_of(row):
            end_addendum(act, row, Amendment.Status.WITHDRAWN, composed(sentence), obstacle=sentence)


def end_addendum(
    act: Act, row: Amendment, status: str, reason: str, *, party_id: int | None = None, obstacle: str = ""
) -> Amendment:
    """End an addendum that can no longer apply: record it and notify everybody concerned.

    ``obstacle`` is what made it impossible, where nobody ended it: an MSME is told nothing of another one's state.
    """
    before, row.status = row.status, status
    row.ended_at, row.ended_reason = act.now, reason[:300]
    save_row(row)
    act.record(
        f"amendment.{'refuse' if status == Amendment.Status.REFUSED else 'withdraw'}",
        subject=row,
        from_state=before,
        to_state=row.status,
        note=reason,
        party_id=party_id,
    )
    sides = {row.msme_id: TAKER, row.allocation.msme_id: GIVER}
    for msme_id in dict.fromkeys((row.allocation.msme_id, row.msme_id)):
        if msme_id is not None:
            said = composed(as_told(obstacle, sides[msme_id])) if obstacle else reason
            tell(act, "no addendum to an MSME", msme_id=msme_id, amendment=row, reason=said)
    tell(act, "no addendum to the buyer", amendment=row, reason=reason)
    tell(act, "no addendum to the expo", amendment=row, reason=reason)
    return row


def discard_stranded_shipments(act: Act) -> None:
    """Take prepared shipments apart whose purchase order has ended; its own end is told already."""
    prepared = Shipment.objects.filter(purchase_order__order=act.order, status=ShipmentStatus.PREPARED)
    stranded = prepared.exclude(purchase_order__status__in=UNDELIVERED)
    for shipment in stranded.select_related("purchase_order").order_by("pk"):
        act.take(shipment, "discard", party_id=shipment.purchase_order.msme_id)
        save_row(shipment)


def discard_overloaded_shipments(act: Act, purchase_order: PurchaseOrder) -> None:
    """Take prepared shipments apart that hold more than is left, the oldest staying as long as they fit."""
    left = {row.pk: row.unshipped for row in purchase_order.allocations.all()}
    prepared = Shipment.objects.filter(purchase_order=purchase_order, status=ShipmentStatus.PREPARED)
    for shipment in prepared.order_by("pk"):
        lines = list(ShipmentLine.objects.filter(shipment=shipment))
        if all(line.quantity <= left.get(line.allocation_id, 0) for line in lines):
            for line in lines:
                left[line.allocation_id] -= line.quantity
            continue
        act.take(shipment, "discard", party_id=purchase_order.msme_id)
        save_row(shipment)
        tell(act, "shipment discarded", part=purchase_order, ordinal=str(shipment.ordinal))


def stop_rounds(act: Act, *statuses: str) -> None:
    """The order does not wait for answers any more: rounds in one of these states are over."""
    for row in Sourcing.objects.filter(order=act.order, status__in=statuses):
        row.status, row.advance_at = Sourcing.Status.STOPPED, None
        row.save(update_fields=["status", "advance_at"])
        act.record("sourcing.stop", to_state=row.status)
