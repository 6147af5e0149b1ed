"""The one next act on the page of an order: what it waits for, who owes it, and where the reader takes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.acting import Actor
from orders.acts import is_unpaid, page_of
from orders.models import ApprovalStep, Order, PurchaseOrder, Shipment
from orders.next_acts import next_act
from orders.permissions import may
from orders.workflow import ShipmentStatus


@dataclass(frozen=True, slots=True)
class Due:
    """The one next act, as the page draws it."""

    title: str
    owner: str
    by: Any
    url: str
    verb: str
    sentence: str
    mine: bool


def due_of(
    order: Order,
    actor: Actor,
    purchase_orders: Sequence[PurchaseOrder],
    shipments: Sequence[Shipment],
    steps: Sequence[ApprovalStep],
    obstacle: str,
) -> Due | None:
    """The next act of an order as its page draws it, for this reader; None when nobody owes anything any more."""
    due = next_act(order)
    if due is None:
        return None
    if refused := next((one for one in purchase_orders if one.refused_at), None):
        return _due_to_refusal(refused, actor, by=due.by)
    url, verb, sentence, mine = "", "", obstacle, due.is_mine(actor) and not obstacle
    if due.act == "shipment.receive":
        arriving = next((one for one in reversed(shipments) if one.status == ShipmentStatus.DISPATCHED), None)
        if arriving is not None:
            url, verb = reverse("orders:receive", args=[arriving.pk]), _("Terima barang")
    elif due.act == "order.close":
        unpaid = next((one for one in purchase_orders if is_unpaid(one)), None)
        if unpaid is not None:
            url, verb = reverse("orders:settle", args=[unpaid.pk]), _("Catat pembayaran")
        else:
            url, verb = page_of("order.close", order), _("Selesaikan")
    elif due.act in ("order.submit", "order.approve", "order.quote"):
        url = page_of(due.act, order)
        verb = {
            "order.submit": _("Ajukan"),
            "order.approve": _("Periksa dan setujui"),
            "order.quote": _("Buka pembagian"),
        }[due.act]
        if due.act == "order.approve" and not sentence:
            sentence = _waiting_for(order, steps)
    return Due(str(due.what), str(due.who), due.by, url, verb, sentence, mine)


def _due_to_refusal(refused: PurchaseOrder, actor: Actor, *, by: date | None) -> Due:
    """An MSME does not take its purchase order on: before anything else the coordinator finds another way."""
    mine = bool(may("amendment.propose", actor))
    return Due(
        title=_("%(msme)s tidak menerima surat pesanannya: carilah jalan lain dengan adendum.")
        % {"msme": refused.msme},
        owner=_("Koordinator expo"),
        by=by,
        url=reverse("orders:amendment_choose", args=[refused.pk]) if mine else "",
        verb=_("Usulkan adendum") if mine else "",
        sentence=refused.refused_reason,
        mine=mine,
    )


def _waiting_for(order: Order, steps: Sequence[ApprovalStep]) -> str:
    pending = [
        one
        for one in steps
        if one.revision == order.revision and one.decision == ApprovalStep.Decision.PENDING
    ]
    names = ", ".join(f"{one.level} ({one.post})" for one in sorted(pending, key=lambda one: one.level))
    return _("Menunggu tanda tangan tingkat %(levels)s.") % {"levels": names} if names else ""
