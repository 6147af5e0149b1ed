"""The purchase orders of an MSME. Reads only."""

from typing import Any

from django.db.models import (
    Case,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Sum,
    When,
)

from accounts.acting import Actor
from orders.models import Allocation, PurchaseOrder
from orders.models.purchase_order import PAYABLE
from orders.value.expressions import RUPIAH, UNSHIPPED, in_rupiah, one_figure, order_number


def purchase_orders_of(actor: Actor) -> "QuerySet[Any]":
    """The purchase orders that the actor sees, with ``with_ppn``, and pieces and value that are still to be sent."""
    parts = Allocation.objects.filter(purchase_order=OuterRef("pk")).order_by()
    return (
        PurchaseOrder.objects.visible_to(actor)
        .for_list()
        .annotate(
            number_text=order_number("order_id"),
            with_ppn=Case(
                When(status__in=PAYABLE, then=in_rupiah(F("accepted_value") + F("accepted_ppn"))),
                default=in_rupiah(F("value") + F("ppn")),
                output_field=RUPIAH,
            ),
            unshipped=one_figure(parts, Sum(UNSHIPPED), IntegerField(), by="purchase_order"),
            unshipped_value=one_figure(
                parts, Sum(in_rupiah(UNSHIPPED * F("price"))), RUPIAH, by="purchase_order"
            ),
        )
    )


def with_unsent(purchase_orders: list[int]) -> set[int]:
    """Those with pieces still to be sent: of the others an addendum can change nothing."""
    shares = Allocation.objects.filter(
        purchase_order__in=purchase_orders, quantity__gt=F("released") + F("shipped")
    )
    return set(shares.values_list("purchase_order", flat=True))
