"""Addenda: what would change, who has agreed, the yes or no of the reader, and the coordinator's proposal."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.acting import Actor
from accounts.gates import staff_page
from orders.amending import amend
from orders.amending.addenda import addendum_for, for_page, side_of, title_of
from orders.amending.forms import ProposalForm
from orders.doubts import about_ready
from orders.ending.amendable import DONE
from orders.forecast.lateness import forecasts, helpers
from orders.models import Allocation, Amendment, PurchaseOrder
from orders.permissions import may, require
from orders.producing.forms import ShortReasonForm
from procurement.errors import ContentChanged, NotFound
from procurement.input.forms import is_ready, render_form, run_verb
from procurement.web.request import Request, actor_of

MOST_HELPERS = 20


@require_safe
@login_required
def detail(request: Request, amendment_id: int) -> HttpResponse:
    """What would change, who has agreed, and what the reader may do."""
    return _page(request, _visible(actor_of(request), amendment_id))


def _page(request: Request, row: Amendment, *, status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    # An MSME does not see the order itself.
    order_url = "" if actor.kind == "msme" else reverse("orders:detail", args=[row.order_id])
    return render(
        request,
        "orders/amendment.html",
        {"addendum": addendum_for(row, actor), "amendment": row, "order": row.order, "order_url": order_url},
        status=status,
    )


@require_POST
@login_required
def agree(request: Request, amendment_id: int) -> HttpResponse:
    """Say yes; the page that one comes from said what follows, and a buyer's yes carries what it said."""
    actor = actor_of(request)
    read = request.POST.get("content_hash", "")[:64] if actor.kind == "institution" else None
    try:
        row = run_verb(None, amend.agree, amendment_id=amendment_id, content_hash=read, actor=actor)
    except ContentChanged as refusal:
        messages.error(request, refusal.sentence)
        return _page(request, _visible(actor, amendment_id), status=refusal.status)
    if row.status == Amendment.Status.APPLIED:
        messages.success(request, _("Semua sudah setuju: adendum berlaku dan surat pesanan direvisi."))
    elif actor.kind == "institution" and row.buyer_agreed_at is None:
        messages.success(request, _("Tanda tangan Anda tercatat. Adendum menunggu tanda tangan berikutnya."))
    else:
        messages.success(request, _("Persetujuan Anda dicatat. Adendum menunggu persetujuan yang lain."))
    return redirect("orders:amendment", amendment_id)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def refuse(request: Request, amendment_id: int) -> HttpResponse:
    """Say no, with the reason."""
    return _end(
        request,
        amendment_id,
        "amendment.refuse",
        amend.refuse,
        {
            "title": _("Tolak adendum"),
            "sentences": [_("Tidak ada yang berubah; koordinator diberi tahu beserta alasannya.")],
            "verb": _("Tolak"),
            "done": _("Adendum ditolak. Tidak ada yang berubah."),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def withdraw(request: Request, amendment_id: int) -> HttpResponse:
    """Take the proposal back."""
    return _end(
        request,
        amendment_id,
        "amendment.withdraw",
        amend.withdraw,
        {
            "title": _("Tarik adendum"),
            "sentences": [_("Usulan ini berakhir dan tidak ada yang berubah.")],
            "verb": _("Tarik usulan"),
            "done": _("Usulan adendum ditarik."),
        },
    )


def _end(
    request: Request, amendment_id: int, act: str, verb: Callable[..., Amendment], words: dict[str, Any]
) -> HttpResponse:
    actor = actor_of(request)
    row = _visible(actor, amendment_id)
    require(may(act, actor))
    if request.method != "POST":
        amend.require_proposed(row)
    form = ShortReasonForm(request.POST or None)
    if request.method == "POST" and is_ready(form, amend.require_proposed, row):
        done = run_verb(form, verb, amendment_id=row.pk, actor=actor, reason=form.cleaned_data["reason"])
        if done is not None:
            messages.success(request, words["done"])
            return redirect("orders:amendment", row.pk)
    return render_form(
        request,
        "components/confirm.html",
        form,
        {
            **words,
            "subject": f"{row.order.number} · {title_of(row, side_of(row, actor))}",
            "icon_name": "circle-x",
            "cancel_url": reverse("orders:amendment", args=[row.pk]),
            "harm": True,
        },
    )


def _visible(actor: Actor, amendment_id: int) -> Amendment:
    row = for_page(Amendment.objects.visible_to(actor)).filter(pk=amendment_id).first()
    if row is None:
        raise NotFound(_("Adendum itu tidak ada, atau bukan untuk Anda."))
    return row


# --- Proposing -----------------------------------------------------------------------------------------------


@require_safe
@staff_page
def choose(request: Request, purchase_order_id: int) -> HttpResponse:
    """Which part of a purchase order to change; straight on when there is only one."""
    actor = actor_of(request)
    row = (
        PurchaseOrder.objects.visible_to(actor)
        .select_related("order", "msme__organisation")
        .filter(pk=purchase_order_id)
        .first()
    )
    if row is None:
        raise NotFound(_("Surat pesanan itu tidak ada."))
    require(may("amendment.propose", actor))
    shares = amend.amendable_shares(row)
    proposed = {
        one.allocation_id: one.pk
        for one in Amendment.objects.filter(allocation__in=shares, status=Amendment.Status.PROPOSED)
    }
    if len(shares) == 1 and proposed:
        return redirect("orders:amendment", proposed[shares[0].pk])
    if len(shares) == 1:
        return redirect("orders:amendment_new", shares[0].pk)
    return render(
        request,
        "orders/staff/amendment_choose.html",
        {
            "purchase_order": row,
            "order": row.order,
            "shares": [(share, proposed.get(share.pk)) for share in shares],
            "forecast": forecasts([row]).get(row.pk),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def new(request: Request, allocation_id: int) -> HttpResponse:
    """Propose to move pieces to an MSME with free weeks, or to move the date."""
    actor = actor_of(request)
    share = (
        Allocation.objects.visible_to(actor)
        .filter(pk=allocation_id, purchase_order__isnull=False)
        .select_related("order", "line", "msme__organisation", "purchase_order")
        .first()
    )
    if share is None or share.purchase_order is None:
        raise NotFound(_("Bagian itu tidak ada."))
    require(may("amendment.propose", actor))
    if request.method != "POST":
        amend.require_amendable(share, share.purchase_order)
    done = PurchaseOrder.objects.filter(order=share.order_id, status__in=DONE).values_list("msme", flat=True)
    able = [one for one in helpers(share, most=MOST_HELPERS + len(done)) if one.msme.pk not in done]
    chosen = next((one for one in able if str(one.msme.pk) == request.GET.get("umkm", "")), None)
    form = ProposalForm(
        request.POST or None, share=share, helpers=able, chosen=chosen, kind=request.GET.get("jenis", "")
    )
    if request.method == "POST" and form.is_valid():
        row = _propose(form, share=share, actor=actor)
        if row is not None:
            messages.success(request, _("Adendum diusulkan dan yang bersangkutan diberi tahu."))
            for sentence in about_ready(share.line, row.ready_on):
                messages.warning(request, sentence)
            return redirect("orders:amendment", row.pk)
    share.purchase_order.order = share.order
    return render_form(
        request,
        "orders/staff/amendment_new.html",
        form,
        {
            "share": share,
            "order": share.order,
            "purchase_order": share.purchase_order,
            "helpers": able,
            "chosen": chosen,
            "forecast": forecasts([share.purchase_order]).get(share.purchase_order.pk),
        },
    )


def _propose(form: ProposalForm, *, share: Allocation, actor: Actor) -> Amendment | None:
    said, reason = form.cleaned_data, form.cleaned_data["reason"]
    if said["kind"] == Amendment.Kind.DATE:
        return run_verb(
            form,
            amend.propose_date,
            order_id=share.order_id,
            allocation_id=share.pk,
            ready_on=said["ready_on"],
            reason=reason,
            actor=actor,
        )
    return run_verb(
        form, amend.propose_move, order_id=share.order_id, move=form.move(), reason=reason, actor=actor
    )
