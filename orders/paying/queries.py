"""What waits to be paid, and what to be closed. Reads only."""

from django.db.models import (
    Exists,
    OuterRef,
    QuerySet,
)

from accounts.acting import Actor
from orders.models import Order, PurchaseOrder
from orders.models.order import OrderQuerySet
from orders.workflow import (
    ORDER,
    PURCHASE_ORDER,
    PurchaseOrderStatus,
)


def payable(actor: Actor) -> QuerySet[PurchaseOrder]:
    """Purchase orders that are received in full and not paid."""
    return (
        PurchaseOrder.objects.visible_to(actor)
        .for_list()
        .filter(status__in=PURCHASE_ORDER["settle"].sources)
        .order_by("status_since")
    )


def closable(actor: Actor) -> OrderQuerySet:
    """Delivered orders of which every MSME is paid."""
    open_ones = PurchaseOrder.objects.filter(order=OuterRef("pk")).exclude(
        status__in=[PurchaseOrderStatus.SETTLED, PurchaseOrderStatus.CANCELLED]
    )
    return (
        Order.objects.visible_to(actor)
        .filter(~Exists(open_ones), status__in=ORDER["close"].sources)
        .order_by("status_since")
    )
