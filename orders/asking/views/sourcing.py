"""Filling an order by rounds, and the personal links that its questions carry."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.gates import staff_page
from msmes.models import Offer
from orders.asking import link_sending, sourcing
from orders.asking import links as personal
from orders.asking.asking import answer_for_msme, require_unanswered
from orders.asking.forms.answering import AnswerForForm
from orders.asking.forms.asking import SourcingForm
from orders.asking.views.workbench import visible_order
from orders.doubts import about_deadline
from orders.models import Allocation, AnswerLink, Order, Sourcing
from orders.permissions import may, require
from orders.sealing import masked
from orders.workflow import AllocationStatus, OrderStatus
from procurement import clock
from procurement.errors import NotFound
from procurement.input.forms import render_form, run_verb
from procurement.web.request import Request, actor_of
from procurement.working_days import add_working_days

DEFAULT_WORKING_DAYS = 8
"""Default of ``until``: four rounds of two working days from now."""


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def start(request: Request, order_id: int) -> HttpResponseBase:
    """Let rounds of questions fill the order by these rules; the first questions go out at once."""
    actor = actor_of(request)
    order = visible_order(request, order_id)
    require(may("sourcing.start", actor))
    if request.method != "POST":
        sourcing.require_fillable(order)
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
def stop(request: Request, order_id: int) -> HttpResponseBase:
    """Go on by hand. It can be started again, so it is done at once."""
    actor = actor_of(request)
    order = visible_order(request, order_id)
    run_verb(None, sourcing.stop_sourcing, order_id=order.pk, actor=actor)
    messages.success(request, _("Pemenuhan otomatis dihentikan. Pertanyaan yang terbuka tetap terbuka."))
    return redirect("orders:workbench", order.pk)


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One personal link; ``message`` is the text to copy, the one time that it is shown."""

    link: AnswerLink
    phone: str
    message: str
    state: str
    tone: str
    icon: str
    is_live: bool
    may_answer: bool


@require_safe
@never_cache
@staff_page
def links(request: Request, order_id: int) -> HttpResponseBase:
    """Per MSME that was asked: what became of its link. For the coordinator only.

    The holder of a link answers in the MSME's name. So it is sent to the MSME; here it appears once, the first time
    that a coordinator comes, and never in a sealed round.
    """
    actor = actor_of(request)
    order = visible_order(request, order_id)
    require(may("link.revoke", actor))
    # A HEAD shows nobody anything.
    shown = (
        run_verb(None, link_sending.show_links, order_id=order.pk, actor=actor)
        if request.method == "GET"
        else {}
    )
    rows = (
        AnswerLink.objects.filter(order=order)
        .select_related("msme__organisation", "shown_to")
        .order_by("-round", "pk")
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
            "rows": [
                _link_row(link, order, (link.msme_id, link.round) in asked, shown.get(link.pk, ""))
                for link in rows
            ],
            "most_sends": link_sending.MOST_SENDS,
        },
    )


def _link_row(link: AnswerLink, order: Order, is_asked: bool, message: str) -> LinkRow:
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
    return LinkRow(link, link.msme.phone, message, state, tone, icon, is_live, is_live and not link.sealed)


@require_POST
@staff_page
def renew(request: Request, order_id: int, link_id: int) -> HttpResponseBase:
    """Send the MSME a new address; the one before is worthless from now on."""
    actor = actor_of(request)
    order = visible_order(request, order_id)
    require(may("link.send", actor))
    link = get_object_or_404(AnswerLink.objects.select_related("msme__organisation"), pk=link_id, order=order)
    run_verb(None, link_sending.renew_link, link_id=link.pk, actor=actor)
    messages.success(
        request,
        _("Tautan baru dikirim ke telepon %(msme)s; yang lama tidak berlaku lagi.") % {"msme": link.msme},
    )
    return redirect("orders:links", order.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def answer_for(request: Request, order_id: int, msme_id: int) -> HttpResponseBase:
    """Write down what an MSME said by telephone; the trail and the MSME read that the coordinator did."""
    actor = actor_of(request)
    order = visible_order(request, order_id)
    rows = [
        row
        for row in masked(
            Allocation.objects.filter(order=order, msme_id=msme_id)
            .select_related("msme__organisation", "line__product", "line__site")
            .order_by("line__position")
        )
        if row.status == AllocationStatus.ASKED
    ]
    if not rows:
        raise NotFound(_("UMKM itu tidak menunggu menjawab pesanan ini."))
    require(may("allocation.answer_for", actor))
    msme = rows[0].msme
    require_unanswered(rows, clock.now())
    products = {row.line.product_id for row in rows if row.line.product_id}
    offers = {
        offer.product_id: offer
        for offer in Offer.objects.visible_to(actor).filter(msme=msme, product__in=products, is_active=True)
    }
    form = AnswerForForm(request.POST or None, rows=rows, offers=offers)
    if request.method == "POST" and form.is_valid():
        done = run_verb(
            form,
            answer_for_msme,
            order_id=order.pk,
            msme_id=msme.pk,
            answers=form.answers(),
            how=form.cleaned_data["how"],
            actor=actor,
        )
        if done is not None:
            messages.success(
                request,
                _("Jawaban dicatat atas nama %(msme)s, dan %(msme)s diberi tahu.")
                % {"msme": msme.organisation},
            )
            return redirect("orders:workbench", order.pk)
    return render_form(request, "orders/staff/answer_for.html", form, {"order": order, "msme": msme})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def revoke(request: Request, order_id: int, link_id: int) -> HttpResponseBase:
    """Make a link worthless; asked once, because it cannot be taken back."""
    actor = actor_of(request)
    order = visible_order(request, order_id)
    require(may("link.revoke", actor))
    link = get_object_or_404(AnswerLink.objects.select_related("msme__organisation"), pk=link_id, order=order)
    if request.method == "POST":
        run_verb(None, personal.revoke_link, link_id=link.pk, actor=actor)
        messages.success(request, _("Tautan untuk %(msme)s dicabut.") % {"msme": link.msme})
        return redirect("orders:links", order.pk)
    personal.require_live(link, clock.now())
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
