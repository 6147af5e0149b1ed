"""The page on which an approver reads a quote and signs it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.acting import Actor
from orders.acts import order_for, require_possible
from orders.authority.authority import question_of, require_signer
from orders.authority.signed import ToSign, stopped_by, to_sign
from orders.loading import allocations_of
from orders.models import Order
from orders.quoting.approve import approve_order
from orders.quoting.forms import SignForm
from orders.quoting.payee import accounts_changed, accounts_hash
from orders.quoting.quote_lines import LineRow, previous_amounts, read_lines
from orders.quoting.signing_page import Signing, signing_of
from orders.workflow import ORDER
from procurement import clock
from procurement.errors import WrongState
from procurement.input.forms import answer_with, render_form, run_verb, status_of
from procurement.money import rupiah
from procurement.web.request import Request, actor_of


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def approve(request: Request, order_id: int) -> HttpResponseBase:
    """Read the quote and sign it. The form carries revision and content, so a quote that moved is noticed (409)."""
    actor = actor_of(request)
    form = SignForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        # The verb comes before every look at the page, so that whatever it refuses is in the trail.
        signed = run_verb(form, approve_order, order_id=order_id, actor=actor, **form.cleaned_data)
        if signed is not None:
            messages.success(request, _said_after_signing(signed))
            return redirect("orders:detail", order_id)
    order = order_for("order.approve", order_id, actor)
    require_possible(order, "order.approve")
    if form is None:
        form = SignForm(initial=_read_of(order))
    elif status_of(form) == WrongState.status:
        form = _as_it_is_now(order, form)
    signing, lines = _to_sign(order), read_lines(order, actor)
    quoted = [share for row in lines for share in row.shares if share.quantity]
    question = question_of(order, quoted, now=clock.now())
    steps = list(order.approval_steps.filter(revision=order.revision).select_related("decided_by"))
    require_signer(order, steps, actor, question)
    plan = signing_of(order, quoted, steps, question, signing.rule, actor)
    context = {**_quote_context(order, lines, plan, actor), "signing": signing}
    obstacle = stopped_by(order, [row.line for row in lines], quoted, steps, clock.today())
    if obstacle := obstacle or accounts_changed(order, steps, accounts_hash(quoted)):
        # The quote stays to be read; what is left is to ask for a revision.
        context |= {"form": form, "obstacle": obstacle, "sentences": []}
        return render(request, "orders/approve.html", context, status=WrongState.status)
    return render_form(request, "orders/approve.html", form, context)


def _to_sign(order: Order) -> ToSign:
    """What a signature of this moment binds to, PPN as it will be printed included."""
    return to_sign(order, allocations_of(order, order.lines.all()), clock.today())


def _read_of(order: Order) -> dict[str, Any]:
    """What the form carries: which revision, which content and which accounts the page shows."""
    return {
        "revision": order.revision,
        "content_hash": _to_sign(order).hash,
        "accounts": accounts_hash(allocations_of(order, order.lines.all())),
    }


def _as_it_is_now(order: Order, refused: SignForm) -> SignForm:
    """The form over the quote as it is now: what was typed stays, and the signature binds to what is shown."""
    form = SignForm({**_read_of(order), "note": refused.data.get("note", "")})
    for sentence in refused.non_field_errors():
        form.add_error(None, sentence)
    answer_with(form, WrongState.status)
    return form


def _said_after_signing(order: Order) -> str:
    if order.status in ORDER["approve"].sources:
        return _("Tanda tangan Anda tercatat. %(order)s menunggu tingkat berikutnya.") % {
            "order": order.number
        }
    return _("%(order)s disetujui. Surat pesanan untuk setiap UMKM sedang dibuat.") % {"order": order.number}


def _quote_context(order: Order, lines: list[LineRow], plan: Signing, actor: Actor) -> dict[str, Any]:
    if plan.after:
        sentences = [
            _("Tanda tangan Anda untuk tingkat %(level)d (%(post)s) tercatat.")
            % {"level": plan.next_step.level, "post": plan.next_step.post},
            _("Sesudah itu masih diperlukan %(count)d tanda tangan.") % {"count": plan.after},
        ]
    else:
        sentences = [
            _("Surat pesanan akan dibuat untuk %(count)d UMKM.") % {"count": len(plan.parts)},
            _("Nilai %(value)s sebelum PPN menjadi sudah dibukukan.") % {"value": rupiah(order.value)},
        ]
    before = previous_amounts(order, actor) if order.revision > 1 else {}
    for row in lines:
        row.previous = before.get(row.line.position)
    target = sum(row.line.target_amount for row in lines)
    return {
        "order": order,
        "lines": lines,
        "plan": plan,
        "steps": plan.steps,
        "target_total": target,
        "difference": order.value - target,
        "previous_total": sum(before.values()) if before else None,
        "title": _("Setujui penawaran %(order)s") % {"order": order.number},
        "subject": order.title,
        "sentences": sentences,
        "verb": ORDER["approve"].label,
        "icon_name": "clipboard-check",
        "cancel_url": reverse("orders:detail", args=[order.pk]),
    }
