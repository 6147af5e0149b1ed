"""Where somebody reads of an order: the institution and staff on its page, an MSME on the page of its own part."""

from django.urls import reverse

from accounts.acting import Actor
from orders.models import Order, PurchaseOrder


def page_of_order(order_id: int, actor: Actor) -> str:
    """The address of an order's page for this actor; an MSME's purchase order, or what it was asked."""
    if actor.kind != "msme":
        is_seen = Order.objects.visible_to(actor).filter(pk=order_id).exists()
        return reverse("orders:detail", args=[order_id]) if is_seen else ""
    own = PurchaseOrder.objects.visible_to(actor).filter(order=order_id).order_by("-pk").first()
    return reverse("orders:purchase_order", args=[own.pk]) if own else reverse("orders:requests")
