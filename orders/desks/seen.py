"""What the numbers in addresses of orders mean, for links that another organisation of the same person may open."""

from accounts.acting import Actor
from accounts.models import Organisation
from accounts.session import switching
from orders.models import Allocation, Amendment, Order, PurchaseOrder, Shipment


def register() -> None:
    """Called once, when the app is loaded."""
    switching.register("order_id", sees_order)
    switching.register_rows("purchase_order_id", PurchaseOrder)
    switching.register_rows("shipment_id", Shipment)
    switching.register_rows("amendment_id", Amendment)
    switching.register_rows("allocation_id", Allocation)


def sees_order(order_id: int, actor: Actor, kinds: frozenset[str]) -> bool:
    """An MSME sees of an order what it was asked, on pages that are for MSMEs alone."""
    if actor.kind == Organisation.Kind.MSME:
        asked = Allocation.objects.visible_to(actor).filter(order=order_id)
        return kinds == {Organisation.Kind.MSME} and asked.exists()
    return Order.objects.visible_to(actor).filter(pk=order_id).exists()
