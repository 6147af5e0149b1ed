"""What an MSME has before it: requests to answer, goods to make, goods to send, money to come. Reads only.

Everything begins at ``visible_to(actor)`` of allocations, purchase orders or shipments, so a producer meets its own
part of an order and never the order's other producers, its total, or how many were asked.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, LPad

from accounts.acting import Actor
from msmes.models import Offer
from orders.addenda import side_of, title_of, waiting_for
from orders.models import Allocation, Amendment, Order, PurchaseOrder, Shipment, ShipmentLine
from orders.models.purchase_order import PAYABLE
from orders.workflow import UNDELIVERED, AllocationStatus, OrderStatus, PurchaseOrderStatus, ShipmentStatus
from procurement import clock

HOME_ROWS = 30
"""How many rows each list of the home page shows before it leads on to the whole list."""

_RUPIAH: Any = DecimalField(max_digits=20, decimal_places=0)
_UNSHIPPED = F("quantity") - F("released") - F("shipped")
_SENT_FROM = (PurchaseOrderStatus.READY, PurchaseOrderStatus.SHIPPED)


def requests_of(actor: Actor) -> "QuerySet[Any]":
    """The orders that the MSME was asked about, one row each, with its own part annotated and nothing else's.

    ``my_state`` is ``asked`` while an answer is owed, else what became of it; ``my_value`` is rupiah before PPN at
    the price that it answered or, before that, offers; ``answer_by`` is the last deadline it was given.
    """
    mine = Allocation.objects.visible_to(actor).filter(order=OuterRef("pk")).order_by()
    offered = Offer.objects.visible_to(actor).filter(
        msme=OuterRef("msme_id"), product=OuterRef("line__product_id"), is_active=True
    )
    price = Coalesce(
        F("price"), Subquery(offered.values("price")[:1], output_field=_RUPIAH), output_field=_RUPIAH
    )
    pieces = Case(
        When(status=AllocationStatus.ASKED, then=F("asked")),
        When(quantity__gt=0, then=F("quantity")),
        default=F("confirmed"),
    )
    worth = mine.annotate(worth=_rupiah(pieces * price))
    return (
        Order.objects.filter(Exists(mine))
        .select_related("institution__organisation")
        .annotate(
            number_text=_order_number("pk"),
            my_lines=_one_figure(mine, Count("pk"), IntegerField()),
            my_value=_one_figure(worth, Sum("worth"), _RUPIAH),
            my_needed_by=_one_figure(mine, Min("line__needed_by")),
            answer_by=_one_figure(mine, Max("deadline")),
            my_state=_state(mine),
        )
    )


def purchase_orders_of(actor: Actor) -> "QuerySet[Any]":
    """The purchase orders that the actor sees, with ``with_ppn``, and pieces and value that are still to be sent."""
    parts = Allocation.objects.filter(purchase_order=OuterRef("pk")).order_by()
    return (
        PurchaseOrder.objects.visible_to(actor)
        .for_list()
        .annotate(
            number_text=_order_number("order_id"),
            with_ppn=Case(
                When(status__in=PAYABLE, then=_rupiah(F("accepted_value") + F("accepted_ppn"))),
                default=_rupiah(F("value") + F("ppn")),
                output_field=_RUPIAH,
            ),
            unshipped=_one_figure(parts, Sum(_UNSHIPPED), IntegerField(), by="purchase_order"),
            unshipped_value=_one_figure(
                parts, Sum(_rupiah(_UNSHIPPED * F("price"))), _RUPIAH, by="purchase_order"
            ),
        )
    )


def shipments_of(actor: Actor) -> "QuerySet[Any]":
    """The shipments that the actor sees, with the pieces they carry and their value before PPN."""
    lines = ShipmentLine.objects.filter(shipment=OuterRef("pk")).order_by()
    return (
        Shipment.objects.visible_to(actor)
        .for_list()
        .annotate(
            pieces=_one_figure(lines, Sum("quantity"), IntegerField(), by="shipment"),
            rejected=_one_figure(lines, Sum("rejected"), IntegerField(), by="shipment"),
            value=_one_figure(
                lines, Sum(_rupiah(F("quantity") * F("allocation__price"))), _RUPIAH, by="shipment"
            ),
        )
    )


@dataclass(frozen=True, slots=True)
class Money:
    """Rupiah before PPN: still to be worked for, delivered and not yet paid, paid."""

    in_work: Decimal
    due: Decimal
    paid: Decimal


@dataclass(frozen=True, slots=True)
class Desk:
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


def desk_of(actor: Actor) -> Desk:
    """Everything that waits for the MSME, in five queries."""
    asked = requests_of(actor).filter(my_state="asked").order_by("answer_by", "pk")
    open_orders = list(
        purchase_orders_of(actor).filter(status__in=UNDELIVERED).order_by("due_on", "pk")[: HOME_ROWS * 4]
    )
    return Desk(
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
    accepted = _rupiah(F("accepted") * F("price"))
    rest = _rupiah((F("quantity") - F("released") - F("accepted")) * F("price"))
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


def _rupiah(expression: Any) -> ExpressionWrapper:
    return ExpressionWrapper(expression, output_field=_RUPIAH)


def _one_figure(rows: Any, figure: Any, output: Any = None, *, by: str = "order") -> Subquery:
    """One aggregate over the rows that belong to the outer one."""
    return Subquery(rows.values(by).annotate(figure=figure).values("figure"), output_field=output)


def _state(mine: QuerySet[Allocation]) -> Case:
    """What the MSME's part of an order is at, as a state of ``workflow.AllocationStatus``."""
    waiting = mine.filter(status=AllocationStatus.ASKED, deadline__gt=clock.now())
    ordered = mine.filter(status__in=[AllocationStatus.ORDERED, AllocationStatus.FULFILLED])
    agreed = mine.filter(status__in=[AllocationStatus.CONFIRMED, AllocationStatus.PARTLY_CONFIRMED])
    declined = mine.filter(status=AllocationStatus.DECLINED)
    unanswered = mine.filter(status__in=[AllocationStatus.ASKED, AllocationStatus.EXPIRED])
    gone = Q(status__in=[OrderStatus.LOST, OrderStatus.CANCELLED])
    return Case(
        When(Q(status=OrderStatus.REQUESTED) & Exists(waiting), then=Value(AllocationStatus.ASKED.value)),
        When(Exists(ordered), then=Value(AllocationStatus.ORDERED.value)),
        When(gone, then=Value(AllocationStatus.RELEASED.value)),
        When(Exists(agreed), then=Value(AllocationStatus.CONFIRMED.value)),
        When(Exists(declined), then=Value(AllocationStatus.DECLINED.value)),
        When(Exists(unanswered), then=Value(AllocationStatus.EXPIRED.value)),
        default=Value(AllocationStatus.RELEASED.value),
        output_field=CharField(),
    )


def _order_number(path: str) -> Concat:
    """*PSN-00042* as a database expression, so that search finds the number that people read."""
    return Concat(Value("PSN-"), LPad(Cast(path, CharField()), 5, Value("0")), output_field=CharField())
