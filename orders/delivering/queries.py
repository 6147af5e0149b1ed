"""What of deliveries waits for a buyer or an MSME. Reads only."""

from typing import Any

from django.db.models import (
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Sum,
)

from accounts.acting import Actor
from orders.models import Shipment, ShipmentLine
from orders.value.expressions import RUPIAH, in_rupiah, one_figure
from orders.workflow import (
    SHIPMENT,
)


def arriving(actor: Actor) -> QuerySet[Shipment]:
    """Shipments on the road to the institution, the longest on the way first."""
    return (
        Shipment.objects.visible_to(actor)
        .for_list()
        .filter(status__in=SHIPMENT["receive"].sources)
        .annotate(pieces=Sum("lines__quantity"))
    )


def shipments_of(actor: Actor) -> "QuerySet[Any]":
    """The shipments that the actor sees, with the pieces they carry and their value before PPN."""
    lines = ShipmentLine.objects.filter(shipment=OuterRef("pk")).order_by()
    return (
        Shipment.objects.visible_to(actor)
        .for_list()
        .annotate(
            pieces=one_figure(lines, Sum("quantity"), IntegerField(), by="shipment"),
            rejected=one_figure(lines, Sum("rejected"), IntegerField(), by="shipment"),
            value=one_figure(
                lines, Sum(in_rupiah(F("quantity") * F("allocation__price"))), RUPIAH, by="shipment"
            ),
        )
    )
