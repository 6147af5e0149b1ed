"""What can be done with an order now, and by whom: workflow and permissions read together, for pages.

A page asks here which buttons to show; the verbs decide again. Nothing here names a state.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.acting import Actor
from orders.models import Order, PurchaseOrder, Shipment
from orders.permissions import may, require
from orders.stored import flow_of
from orders.workflow import (
    FLOWS,
    ORDER,
    PURCHASE_ORDER,
    SHIPMENT,
    OrderStatus,
    PurchaseOrderStatus,
    ShipmentStatus,
    Transition,
)
from procurement.errors import NotFound, WrongState


@dataclass(frozen=True, slots=True)
class OrderAct:
    """One act on an order: its permission, its row in the workflow (none for changing and copying), its page."""

    act: str
    step: str
    page: str
    icon: str
    harm: bool = False


_PAGES = {"quote": "orders:workbench"}
"""Pages of acts that do not carry the name of their step."""

ORDER_ACTS: tuple[OrderAct, ...] = tuple(
    OrderAct(f"order.{name}", name, _PAGES.get(name, f"orders:{name}"), step.icon, harm=step.tone == "harm")
    for name, step in sorted(ORDER.items(), key=lambda row: row[1].tone == "harm")
    if step.icon
)
"""The acts that have a button: the steps of the order that have an icon, in the order of the table."""

BY_ACT = {row.act: row for row in ORDER_ACTS}

CHANGEABLE = tuple(dict.fromkeys((*ORDER["submit"].sources, *ORDER["quote"].sources)))
"""States in which the lines may still be changed: before the request, and until it is quoted."""


@dataclass(frozen=True, slots=True)
class Button:
    """An act as a page offers it."""

    act: str
    label: str | Promise
    url: str
    icon: str
    harm: bool = False


def buttons(
    order: Order,
    actor: Actor,
    purchase_orders: list[PurchaseOrder] | None = None,
    shipments: Iterable[Shipment] = (),
) -> list[Button]:
    """The acts that the actor may take on this order now, the most usual first.

    Whether this very person may sign is a question to the trail, which the page asks (``signing_obstacle``).
    ``purchase_orders`` and ``shipments`` are those of the order when they are known: an order is closed when all are
    paid, and short-closed when nothing of it is on the road.
    """
    on_the_road = any(one.status == ShipmentStatus.DISPATCHED for one in shipments)
    found = []
    for row in ORDER_ACTS:
        if not is_possible(order, row.step) or not may(row.act, actor):
            continue
        if row.act == "order.close" and any(is_unpaid(one) for one in purchase_orders or ()):
            continue
        if row.act == "order.short_close" and on_the_road:
            continue
        found.append(Button(row.act, ORDER[row.step].label, page_of(row.act, order), row.icon, row.harm))
    if order.status in CHANGEABLE and may("order.change", actor):
        url = reverse("orders:edit", args=[order.pk])
        found.insert(1 if found else 0, Button("order.change", gettext_lazy("Ubah isi"), url, "pencil"))
    if may("order.draft", actor) and order.status != OrderStatus.DRAFT:
        url = reverse("orders:copy", args=[order.pk])
        found.append(Button("order.draft", gettext_lazy("Pesan lagi"), url, "copy"))
    return found


def is_possible(order: Order, step: str) -> bool:
    """Whether the state of the order allows the step."""
    return not why_not(order, step)


def page_of(act: str, order: Order) -> str:
    """The page on which an act on an order is taken."""
    return reverse(BY_ACT[act].page, args=[order.pk])


def is_unpaid(purchase_order: PurchaseOrder) -> bool:
    """Something of it is still to be paid."""
    return purchase_order.status not in (PurchaseOrderStatus.SETTLED, PurchaseOrderStatus.CANCELLED)


def may_settle(purchase_order: PurchaseOrder, actor: Actor) -> bool:
    return purchase_order.status in PURCHASE_ORDER["settle"].sources and bool(
        may("purchase_order.settle", actor)
    )


def may_receive(shipment: Shipment, actor: Actor) -> bool:
    return shipment.status in SHIPMENT["receive"].sources and bool(may("shipment.receive", actor))


def visible_order(order_id: int, actor: Actor) -> Order:
    """The order with what its page shows of it, or :class:`NotFound`."""
    order = Order.objects.visible_to(actor).for_page().filter(pk=order_id).first()
    if order is None:
        raise NotFound(_("Pesanan ini tidak ada, atau bukan milik organisasi yang Anda wakili."))
    return order


def order_for(act: str, order_id: int, actor: Actor) -> Order:
    """The order for the page of an act: 404 when it is not seen, 403 when the act is not the actor's.

    Whether this very person may sign it is asked where authority is judged
    (``orders.authority.authority.why_not_actor``).
    """
    order = visible_order(order_id, actor)
    require(may(act, actor))
    return order


def require_possible(order: Order, act: str) -> None:
    """Raise :class:`WrongState` before anybody fills in a form that the state will refuse."""
    require_step(order, BY_ACT[act].step)


def declared(row: models.Model, step: str) -> Transition:
    """The workflow row for this step."""
    return FLOWS[flow_of(row)][step]


def why_not(row: Any, step: str) -> str:
    """Why the state of an order, a purchase order or a shipment does not allow a step; empty when it does."""
    if step == "reopen" and row.lost_from == OrderStatus.DRAFT:
        return _("Konsep yang dibuang tidak dapat dibuka kembali. Buatlah pesanan baru.")
    if row.status in declared(row, step).sources:
        return ""
    return _("Langkah “%(step)s” tidak dapat dilakukan karena keadaannya sekarang “%(state)s”.") % {
        "step": declared(row, step).label,
        "state": row.get_status_display(),
    }


def require_step(row: Any, step: str) -> None:
    """Raise :class:`WrongState` when the present state does not allow the step: for the page and for its verb."""
    if sentence := why_not(row, step):
        raise WrongState(sentence)
