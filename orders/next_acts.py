"""The next step of an order, who owes it, and by when: one answer for every page, list and reminder."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Exists, Max, Min, OuterRef, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.acting import Actor
from orders.models import Allocation, Order, PurchaseOrder, Shipment
from orders.permissions import ACTS, may
from orders.workflow import UNDELIVERED, AllocationStatus, OrderStatus, ShipmentStatus
from procurement import clock
from procurement.working_days import add_working_days

Text = str | Promise


@dataclass(frozen=True)
class NextAct:
    """``act`` is the permission that the next step needs; ``who`` the party that owes it."""

    act: str
    who: Text
    what: Text
    order: Order

    @cached_property
    def by(self) -> date | None:
        """The deadline of this very act; None when it has none. Reads nothing of orders :func:`with_deadlines`."""
        find = _DEADLINES.get(self.order.status)
        return find(self.order) if find else None

    def is_mine(self, actor: Actor) -> bool:
        """Whether the actor is one who may take this step."""
        return bool(may(self.act, actor))

    @property
    def kind(self) -> str:
        """The kind of organisation that owes it: ``institution``, ``msme`` or ``expo``."""
        return ACTS[self.act][0].kind


_BUYER, _STAFF, _MAKERS = _("Instansi pembeli"), _("Koordinator expo"), _("UMKM")

_NEXT: dict[str, tuple[str, Text, Text]] = {
    OrderStatus.DRAFT: ("order.submit", _BUYER, _("Lengkapi baris pesanan, lalu ajukan.")),
    OrderStatus.REQUESTED: ("order.quote", _STAFF, _("Tanyakan kesanggupan UMKM, lalu terbitkan penawaran.")),
    OrderStatus.QUOTED: ("order.approve", _BUYER, _("Setujui, minta revisi, atau tolak penawaran.")),
    OrderStatus.APPROVED: ("purchase_order.start", _MAKERS, _("Terima surat pesanan dan mulai produksi.")),
    OrderStatus.IN_PRODUCTION: ("shipment.dispatch", _MAKERS, _("Selesaikan produksi dan kirim barang.")),
    OrderStatus.IN_DELIVERY: ("shipment.receive", _BUYER, _("Terima dan periksa barang yang datang.")),
    OrderStatus.DELIVERED: ("order.close", _BUYER, _("Bayar setiap UMKM, lalu selesaikan pesanan.")),
}


_REST = ("shipment.dispatch", _MAKERS, _("Selesaikan sisa barang dan kirim."))
"""What an order in delivery waits for while nothing of it is on the road."""


def next_act(order: Order) -> NextAct | None:
    """The step that the order waits for; None when nobody owes anything any more.

    Whether a delivery is on the road is looked up, but for orders :func:`with_road`.
    """
    found = _NEXT.get(order.status)
    if found is None:
        return None
    if order.status == OrderStatus.IN_DELIVERY and not is_on_the_road(order):
        found = _REST
    act, who, what = found
    return NextAct(act, who, what, order)


def with_road(orders: "QuerySet[Any]") -> "QuerySet[Any]":
    """The orders with whether a delivery of them is on the road, for lists that say what each waits for."""
    found: QuerySet[Any] = orders.annotate(on_the_road=Exists(_on_the_road(OuterRef("pk"))))
    return found


def tell_road(order: Any, shipments: Iterable[Shipment]) -> None:
    """The same for one order whose shipments are read already."""
    order.on_the_road = any(one.status == ShipmentStatus.DISPATCHED for one in shipments)


def is_on_the_road(order: Order) -> bool:
    """Whether something was sent that is not received yet: only then there is something to receive."""
    return bool(order.on_the_road if hasattr(order, "on_the_road") else _on_the_road(order.pk).exists())


def _on_the_road(order: Any) -> "QuerySet[Shipment]":
    return Shipment.objects.filter(purchase_order__order=order, status=ShipmentStatus.DISPATCHED)


def with_deadlines(orders: "QuerySet[Any]") -> "QuerySet[Any]":
    """The orders with what their acts and deadlines are computed from, for pages that show many."""
    found: QuerySet[Any] = with_road(orders).annotate(
        answers_until=Subquery(_answers_until(OuterRef("pk"))), first_due=Subquery(_first_due(OuterRef("pk")))
    )
    return found


def _answers_until(order: Any) -> "QuerySet[Any]":
    asked = Allocation.objects.filter(order=order, status=AllocationStatus.ASKED).order_by()
    return asked.values("order").annotate(last=Max("deadline")).values("last")


def _first_due(order: Any) -> "QuerySet[Any]":
    parts = PurchaseOrder.objects.filter(order=order, status__in=UNDELIVERED).order_by()
    return parts.values("order").annotate(first=Min("due_on")).values("first")


def _stands_until(order: Order) -> date:
    """The day after which an order that stays in its state is escalated to the coordinators."""
    return add_working_days(clock.local_date(order.status_since), settings.CHASE_ESCALATE_DAYS)


def _answered(order: Any) -> date:
    """While MSMEs may answer: their last deadline. After it the quote is due by the day of escalation."""
    until = order.answers_until if hasattr(order, "answers_until") else _of(_answers_until(order.pk), "last")
    return clock.local_date(until) if until else _stands_until(order)


def _promised(order: Any) -> date | None:
    """The first day on which goods that are still to come were promised."""
    due: date | None = order.first_due if hasattr(order, "first_due") else _of(_first_due(order.pk), "first")
    return due


def _of(rows: "QuerySet[Any]", name: str) -> Any:
    return next(iter(rows.values_list(name, flat=True)), None)


_DEADLINES: dict[str, Callable[[Order], date | None]] = {
    OrderStatus.REQUESTED: _answered,
    OrderStatus.QUOTED: lambda order: order.quote_valid_until,
    OrderStatus.APPROVED: _promised,
    OrderStatus.IN_PRODUCTION: _promised,
    OrderStatus.IN_DELIVERY: lambda order: order.needed_by if is_on_the_road(order) else _promised(order),
    OrderStatus.DELIVERED: _stands_until,
}
"""By when the act of each state is owed. A draft is nobody's debt."""
