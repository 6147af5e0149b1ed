"""The page of one purchase order for its MSME: what, when, for how much, and the next act."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.acting import Actor
from documents.models import Document
from msmes.gates import producer_page
from msmes.permissions import may as may_msme
from orders import history
from orders.delivering.deliver import SENDABLE
from orders.delivering.shipment_pieces import loaded_elsewhere
from orders.forecast.lateness import forecasts
from orders.models import ShipmentLine
from orders.permissions import may
from orders.producing.forms import ProgressForm
from orders.producing.produce import (
    REPORTABLE,
    report_progress,
)
from orders.producing.steps import steps_of
from orders.producing.views.purchase_orders import PRODUCTION_ACTS, own_purchase_order
from orders.quoting.payee import OVER
from orders.stored import stored
from orders.workflow import PURCHASE_ORDER, UNDELIVERED, PurchaseOrderStatus, ShipmentStatus
from procurement import clock
from procurement.input.forms import render_form, run_verb
from procurement.web.request import Request, actor_of


@require_safe
@producer_page
def purchase_order_detail(request: Request, purchase_order_id: int) -> HttpResponse:
    """One purchase order: what, when, for how much; the next act; papers, reports, shipments, history."""
    actor = actor_of(request)
    return render(request, "orders/producer/purchase_order.html", _detail(actor, purchase_order_id, None))


@require_POST
@producer_page
def report(request: Request, purchase_order_id: int) -> HttpResponse:
    """Report progress; the form is on the purchase order's own page."""
    actor = actor_of(request)
    purchase_order = own_purchase_order(actor, purchase_order_id)
    form = ProgressForm(request.POST, request.FILES, steps=steps_of(purchase_order))
    if form.is_valid():
        done = run_verb(
            form, report_progress, purchase_order_id=purchase_order.pk, actor=actor, **form.cleaned_data
        )
        if done is not None:
            messages.success(
                request, _("Kemajuan %(percent)s %% dicatat dan terlihat oleh pembeli.") % form.cleaned_data
            )
            return redirect("orders:purchase_order", purchase_order.pk)
    return render_form(
        request,
        "orders/producer/purchase_order.html",
        form,
        _detail(actor, purchase_order_id, form),
    )


def _detail(actor: Actor, purchase_order_id: int, form: ProgressForm | None) -> dict[str, Any]:
    purchase_order = own_purchase_order(actor, purchase_order_id)
    shipments = list(purchase_order.shipments.select_related("site").order_by("ordinal"))
    papers = (
        Document.objects.visible_to(actor)
        .of_stream(purchase_order.order.stream)
        .filter(
            Q(subject=stored(f"purchase_order:{purchase_order.pk}")) | Q(subject__in=_subjects(shipments))
        )
        .for_list()
    )
    shares = list(
        purchase_order.allocations.select_related("line__site", "line__category").order_by("line__position")
    )
    next_step = _next_step(purchase_order, shipments, actor)
    rejections = _rejections(shipments)
    may_take = bool(may("purchase_order.acknowledge", actor))
    return {
        "form": form or ProgressForm(steps=steps_of(purchase_order, shares)),
        "purchase_order": purchase_order,
        "order": purchase_order.order,
        "shares": shares,
        "accepted": sum(row.accepted for row in shares),
        "ordered": sum(row.quantity for row in shares),
        "shipments": shipments,
        "rejections": rejections,
        "rejected": sum(line.rejected for line in rejections),
        "still_asked": purchase_order.unshipped if purchase_order.status in UNDELIVERED else 0,
        "can_prepare": purchase_order.status in SENDABLE and _unloaded(purchase_order, shipments) > 0,
        # Where finishing is the next step, its button is already at the top of the page.
        "can_finish": purchase_order.status in PURCHASE_ORDER["finish"].sources
        and (next_step is None or next_step["url"] != reverse("orders:finish", args=[purchase_order.pk])),
        "papers": papers,
        "reports": list(
            purchase_order.reports.select_related("reported_by").order_by("-reported_on", "-pk")[:10]
        ),
        "forecast": forecasts([purchase_order]).get(purchase_order.pk),
        "may_report": purchase_order.status in REPORTABLE,
        "is_late": purchase_order.is_late(clock.today()),
        "entries": history.entries(history.events_of(purchase_order.order, actor)),
        "next": next_step,
        "waits_for_owner": purchase_order.status == PurchaseOrderStatus.ISSUED and not may_take,
        "may_refuse": may_take,
        "has_no_account": purchase_order.status not in OVER and not purchase_order.msme.bank_account,
        "may_fill_account": bool(may_msme("bank.change", actor)),
    }


def _unloaded(purchase_order: Any, shipments: list[Any]) -> int:
    """Pieces that are neither sent nor waiting in a prepared shipment."""
    waits = any(shipment.status == ShipmentStatus.PREPARED for shipment in shipments)
    loaded = loaded_elsewhere(purchase_order) if waits else {}
    return int(purchase_order.unshipped or 0) - sum(loaded.values())


def _rejections(shipments: list[Any]) -> list[ShipmentLine]:
    """What the buyer did not take, with the reasons, the newest first; asked only where something was received."""
    received = [one.pk for one in shipments if one.status == ShipmentStatus.RECEIVED]
    if not received:
        return []
    lines = ShipmentLine.objects.filter(shipment__in=received, rejected__gt=0)
    return list(lines.select_related("shipment", "allocation__line").order_by("-shipment__ordinal", "pk"))


def _subjects(shipments: list[Any]) -> list[str]:
    return [f"shipment:{one.pk}" for one in shipments]


def _next_step(purchase_order: Any, shipments: list[Any], actor: Actor) -> dict[str, Any] | None:
    """What the MSME owes next on this purchase order, and whether the actor may do it; None when nothing is left."""
    status, pk = purchase_order.status, purchase_order.pk

    def step(
        name: str,
        title: str | Promise,
        verb: str | Promise,
        icon: str,
        sentence: str | Promise = "",
        *,
        by: date | None = purchase_order.due_on,
        mine: bool = True,
        target: int = pk,
    ) -> dict[str, Any]:
        url = reverse(name, args=[target]) if name else ""
        return {
            "url": url,
            "title": title,
            "verb": verb,
            "icon": icon,
            "sentence": sentence,
            "by": by,
            "mine": mine,
        }

    waiting = next((one for one in shipments if one.status == ShipmentStatus.PREPARED), None)
    if waiting is not None and status in SENDABLE:
        return step(
            "orders:shipment",
            _("Pengiriman sudah disiapkan: tandai bila berangkat"),
            _("Lihat pengiriman"),
            "truck",
            _("Surat jalan terbit saat pengiriman ditandai berangkat."),
            target=waiting.pk,
        )
    if status == PurchaseOrderStatus.ISSUED and not may("purchase_order.acknowledge", actor):
        title = _("Pemilik usaha membaca dan menerima surat pesanan ini")
        return step("", title, "", "scroll-text", mine=False)
    if status == PurchaseOrderStatus.ISSUED:
        act = PRODUCTION_ACTS["acknowledge"]
        return step(
            act["url"],
            act["title"],
            PURCHASE_ORDER["acknowledge"].label,
            act["icon"],
            act["sentences"][0],
        )
    if status == PurchaseOrderStatus.ACKNOWLEDGED:
        act = PRODUCTION_ACTS["start"]
        return step(act["url"], act["title"], PURCHASE_ORDER["start"].label, act["icon"], act["sentences"][0])
    if status == PurchaseOrderStatus.PRODUCING:
        act = PRODUCTION_ACTS["finish"]
        return step(
            act["url"],
            _("Kerjakan, laporkan kemajuan, dan tandai bila semuanya jadi"),
            act["title"],
            act["icon"],
            _("Sebagian yang sudah jadi boleh dikirim lebih dahulu."),
        )
    if purchase_order.unshipped and status in (PurchaseOrderStatus.READY, PurchaseOrderStatus.SHIPPED):
        return step(
            "orders:prepare",
            _("Siapkan pengiriman"),
            _("Siapkan pengiriman"),
            "truck",
            _("Isi barang, kendaraan, dan pengemudinya; surat jalan terbit saat berangkat."),
        )
    if status == PurchaseOrderStatus.SHIPPED:
        return step("", _("Pembeli memeriksa barang yang datang"), "", "package-check", by=None, mine=False)
    if status == PurchaseOrderStatus.RECEIVED:
        return step("", _("Pembeli mencatat pembayarannya"), "", "wallet", by=None, mine=False)
    return None
