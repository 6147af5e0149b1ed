"""The work of an MSME: requests to answer, goods to make, goods to send, payments to come. Reads only.

Everything begins at ``visible_to(actor)`` of allocations, purchase orders or shipments, so a producer meets its own
part of an order and never the order's other producers, its total, or how many were asked.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import (
    F,
    Q,
    Sum,
)

from accounts.acting import Actor
from orders.amending.addenda import side_of, title_of, waiting_for
from orders.asking.queries import requests_of
from orders.delivering.queries import shipments_of
from orders.models import Allocation, Amendment, Order, PurchaseOrder, Shipment
from orders.producing.queries import purchase_orders_of
from orders.value.expressions import in_rupiah
from orders.workflow import UNDELIVERED, PurchaseOrderStatus, ShipmentStatus

HOME_ROWS = 30
"""How many rows each list of the home page shows before it leads on to the whole list."""

_SENT_FROM = (PurchaseOrderStatus.READY, PurchaseOrderStatus.SHIPPED)


@dataclass(frozen=True, slots=True)
class Money:
    """Rupiah before PPN: still to be worked for, delivered and not yet paid, paid."""

    in_work: Decimal
    due: Decimal
    paid: Decimal


@dataclass(frozen=True, slots=True)
class ProducerDesk:
    """The home page of a producer: three lists, soonest first, and the money."""

    asked: list[Order]
    to_make: list[PurchaseOrder]
    to_send: list[PurchaseOrder]
    prepared: list[Shipment]
    money: Money
    addenda: list[tuple[Amendment, str]] = field(default_factory=list)
    """Changes of purchase orders that wait for my yes, with what each is called."""

    @property
    def waiting(self) -> int:
        """How many cards the first list holds."""
        return len(self.addenda) + len(self.asked)

    @property
    def sending(self) -> int:
        """How many cards the third list holds."""
        return len(self.prepared) + len(self.to_send)


def desk_of(actor: Actor) -> ProducerDesk:
    """Everything that waits for the MSME, in five queries."""
    asked = requests_of(actor).filter(my_state="asked").order_by("answer_by", "pk")
    open_orders = list(
        purchase_orders_of(actor).filter(status__in=UNDELIVERED).order_by("due_on", "pk")[: HOME_ROWS * 4]
    )
    return ProducerDesk(
        asked=list(asked[:HOME_ROWS]),
        to_make=[one for one in open_orders if _is_to_make(one)][:HOME_ROWS],
        to_send=[one for one in open_orders if _left(one) and not _is_to_make(one)][:HOME_ROWS],
        prepared=list(
            shipments_of(actor)
            .filter(status=ShipmentStatus.PREPARED)
            .order_by("prepared_at", "pk")[:HOME_ROWS]
        ),
        money=money_of(actor),
        addenda=[(row, title_of(row, side_of(row, actor))) for row in waiting_for(actor)[:HOME_ROWS]],
    )


def money_of(actor: Actor) -> Money:
    """What the MSME's own shares are worth by how far they have come; counted in pieces, so a short one is right."""
    shares = Allocation.objects.visible_to(actor).filter(purchase_order__isnull=False).order_by()
    accepted = in_rupiah(F("accepted") * F("price"))
    rest = in_rupiah((F("quantity") - F("released") - F("accepted")) * F("price"))
    settled = Q(purchase_order__status=PurchaseOrderStatus.SETTLED)
    found = shares.aggregate(
        in_work=Sum(rest, default=0),
        due=Sum(accepted, filter=~settled, default=0),
        paid=Sum(accepted, filter=settled, default=0),
    )
    return Money(in_work=found["in_work"], due=found["due"], paid=found["paid"])


def _left(purchase_order: Any) -> int:
    return purchase_order.unshipped or 0


def _is_to_make(purchase_order: Any) -> bool:
    """Not all of it is made; one of which a first part is on the road stays among what is to be made."""
    if purchase_order.status not in _SENT_FROM:
        return True
    return (
        purchase_order.status == PurchaseOrderStatus.SHIPPED
        and purchase_order.finished_at is None
        and purchase_order.percent < 100
        and _left(purchase_order) > 0
    )
