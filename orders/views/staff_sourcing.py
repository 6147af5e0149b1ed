"""Filling an order by rounds, and the personal links that its questions carry."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.gates import actor_of, staff_page
from orders import links as personal
from orders import sourcing
from orders.doubts import about_deadline
from orders.forms.staff import SourcingForm
from orders.models import Allocation, AnswerLink, Order, Sourcing
from orders.permissions import may, require
from orders.sealing import masked
from orders.views.staff_workbench import visible_order
from orders.workflow import AllocationStatus, OrderStatus
from procurement import clock
from procurement.errors import WrongState
from procurement.forms import render_form, run_verb
from procurement.working_days import add_working_days

DEFAULT_WORKING_DAYS = 8
"""How far ahead ``until`` stands at first: four rounds of two working days."""


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def start(request: HttpRequest, order_id: int) -> HttpResponseBase:
    """Let rounds of questions fill the order by these rules; the first questions go out at once."""
    actor = actor_of(request)
    order = visible_order(request, order_id)
    require(may("sourcing.start", actor))
    if request.method != "POST" and order.status != OrderStatus.REQUESTED:
        raise WrongState(_("Hanya pesanan yang berkeadaan “diminta” yang dapat dipenuhi otomatis."))
    before = Sourcing.objects.filter(order=order).first()
    form = SourcingForm(request.POST or None, initial=_initial(order, before))
    if request.method == "POST" and form.is_valid():
        row = run_verb(form, sourcing.start_sourcing, order_id=order.pk, rules=form.rules(), actor=actor)
        if row is not None:
            messages.success(request, _started(row))
            for sentence in about_deadline(row.until):
                messages.warning(request, sentence)
            return redirect("orders:workbench", order.pk)
    return render_form(request, "orders/staff/sourcing.html", form, {"order": order, "before": before})


def _initial(order: Order, before: Sourcing | None) -> dict[str, Any]:
    last = add_working_days(clock.today(), DEFAULT_WORKING_DAYS)
    until = min(last, order.needed_by) if order.needed_by and order.needed_by >= clock.today() else last
    if before is None:
        return {"until": until}
    kept = {name: getattr(before, name) for name in ("answer_days", "most_rounds", "remind_hours", "sealed")}
    return kept | {"until": max(until, before.until)}


def _started(row: Sourcing) -> str:
    if row.status == Sourcing.Status.ESCALATED:
        return _("Tidak ada UMKM lagi yang dapat ditanya; lihat apa yang masih kurang.")
    if row.status == Sourcing.Status.COVERED:
        return _("Semua baris sudah disanggupi; penawaran dapat dibuat.")
    return _("Pemenuhan otomatis berjalan; pertanyaan putaran pertama dikirim.")


@require_POST
@staff_page
def stop(request: HttpRequest, order_id: int) -> HttpResponseBase:
    """Go on by hand. It can be started again, so it is done at once."""
    actor = actor_of(request)
    order = visible_order(request, order_id)
    sourcing.stop_sourcing(order_id=order.pk, actor=actor)
    messages.success(request, _("Pemenuhan otomatis dihentikan. Pertanyaan yang terbuka tetap terbuka."))
    return redirect("orders:workbench", order.pk)


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One personal link with the message to copy; ``message`` is empty when the link answers nothing any more."""

    link: AnswerLink
    phone: str
    message: str
    state: str
    tone: str
    icon: str
    is_live: bool


@require_safe
@never_cache
@staff_page
def links(request: HttpRequest, order_id: int) -> HttpResponseBase:
    """Per MSME that was asked: the text for WhatsApp, and what became of its link. For the coordinator only.

    Whoever holds a link answers in the MSME's name, so viewers do not see them.
    """
    actor = actor_of(request)
    order = visible_order(request, order_id)
    require(may("link.revoke", actor))
    rows = (
        AnswerLink.objects.filter(order=order).select_related("msme__organisation").order_by("-round", "pk")
    )
    asked = {
        (row.msme_id, row.round)
        for row in masked(Allocation.objects.filter(order=order))
        if row.status == AllocationStatus.ASKED and not row.is_masked  # type: ignore[attr-defined]
    }
    return render(
        request,
        "orders/staff/links.html",
        {
            "order": order,
            "rows": [_link_row(link, order, (link.msme_id, link.round) in asked) for link in rows],
        },
    )


def _link_row(link: AnswerLink, order: Order, is_asked: bool) -> LinkRow:
    if link.used_at:
        state, tone, icon = _("sudah dipakai"), "done", "circle-check"
    elif link.revoked_at:
        state, tone, icon = _("dicabut"), "harm", "ban"
    elif link.expires_at <= clock.now():
        state, tone, icon = _("kedaluwarsa"), "neutral", "history"
    elif not is_asked:
        state, tone, icon = _("tidak diperlukan lagi"), "neutral", "circle-check"
    elif link.opened_at:
        state, tone, icon = _("sudah dibuka"), "active", "eye"
    else:
        state, tone, icon = _("belum dibuka"), "waiting", "clock"
    is_live = not link.is_over(clock.now()) and is_asked and order.status == OrderStatus.REQUESTED
    message = personal.message_of(link, order) if is_live else ""
    return LinkRow(link, link.msme.phone, message, state, tone, icon, is_live)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def revoke(request: HttpRequest, order_id: int, link_id: int) -> HttpResponseBase:
    """Make a link worthless; asked once, because it cannot be taken back."""
    actor = actor_of(request)
    order = visible_order(request, order_id)
    require(may("link.revoke", actor))
    link = get_object_or_404(AnswerLink.objects.select_related("msme__organisation"), pk=link_id, order=order)
    if request.method == "POST":
        personal.revoke_link(link_id=link.pk, actor=actor)
        messages.success(request, _("Tautan untuk %(msme)s dicabut.") % {"msme": link.msme})
        return redirect("orders:links", order.pk)
    if link.is_over(clock.now()):
        raise WrongState(_("Tautan ini sudah tidak berlaku, sehingga tidak perlu dicabut."))
    return render(
        request,
        "components/confirm.html",
        {
            "title": _("Cabut tautan"),
            "subject": f"{link.msme} · {order.number}",
            "sentences": [
                _("Siapa pun yang memegang tautan ini tidak dapat menjawab lagi."),
                _("UMKM masih dapat menjawab setelah masuk ke akunnya."),
                _("Tautan baru terbit bila UMKM ini ditanya lagi."),
            ],
            "verb": _("Cabut tautan"),
            "icon_name": "ban",
            "cancel_url": reverse("orders:links", args=[order.pk]),
            "harm": True,
        },
    )
