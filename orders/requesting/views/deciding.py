"""One page that asks, and one verb, for each act of a buyer; here those of a request.

The workflow says when, the permissions who. Later phases describe their acts as a :class:`Decision` too.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from accounts.acting import Actor
from orders.acts import BY_ACT, order_for, require_possible, visible_order
from orders.authority.signers import appoints, outlook_of_request
from orders.doubts import about_lines
from orders.models import Order
from orders.permissions import may, require
from orders.requesting import request as requesting
from orders.requesting.forms.deciding import CopyForm, NothingForm, ReasonForm, ReopenForm, ask_no_day
from orders.requesting.reorder import copy_order
from orders.workflow import ORDER
from procurement import clock
from procurement.input.forms import is_ready, render_form, run_verb
from procurement.money import rupiah
from procurement.web.request import Request, actor_of

Text = str | Promise
GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class BuyerAct:
    """One act of the buyer: what the page asks, which verb it calls, what it says afterwards.

    ``doubts`` are sentences of warning; ``fit`` takes out of the form what this order need not be asked.
    """

    act: str
    verb: Callable[..., Order]
    title: Text
    done: Text
    sentences: Callable[[Order], list[str]]
    doubts: Callable[[Order, Actor], list[str]] = lambda _order, _actor: []
    fit: Callable[[forms.Form, Order], None] = lambda _form, _order: None
    form: type[forms.Form] = NothingForm
    template: str = "components/confirm.html"
    context: dict[str, Any] = field(default_factory=dict)


def decide(request: Request, order_id: int, decision: BuyerAct) -> HttpResponseBase:
    """Ask once, then do it. 404 for an unseen order, 403 for another's act, 409 when the state has moved on."""
    actor = actor_of(request)
    order = order_for(decision.act, order_id, actor)
    known = BY_ACT[decision.act]
    if request.method != "POST":
        require_possible(order, decision.act)
    form = decision.form(request.POST if request.method == "POST" else None)
    decision.fit(form, order)
    if request.method == "POST" and is_ready(form, require_possible, order, decision.act):
        done = run_verb(form, decision.verb, order_id=order_id, actor=actor, **form.cleaned_data)
        if done is not None:
            messages.success(request, str(decision.done) % {"order": order.number})
            return redirect("orders:detail", order_id)
    return render_form(
        request,
        decision.template,
        form,
        {
            "title": str(decision.title) % {"order": order.number},
            "subject": order.title,
            "sentences": decision.sentences(order),
            "doubts": decision.doubts(order, actor),
            "verb": ORDER[known.step].label,
            "icon_name": known.icon,
            "harm": known.harm,
            "order_id": order_id,
            "cancel_url": reverse("orders:detail", args=[order_id]),
            **decision.context,
        },
    )


def _on_submit(order: Order) -> list[str]:
    count = order.lines.count()
    said = [
        ngettext(
            "%(count)d baris dikirim kepada %(organiser)s.",
            "%(count)d baris dikirim kepada %(organiser)s.",
            count,
        )
        % {"count": count, "organiser": order.edition.organiser.organisation.name},
        _("UMKM ditanya kesanggupannya, lalu Anda menerima surat penawaran untuk diputuskan."),
        _("Anda masih dapat mengubah baris selama penawaran belum terbit."),
    ]
    if order.pledge:
        said.append(
            _("Sisa komitmen %(party)s, %(remaining)s, berkurang sebesar nilai pesanan ini.")
            % {"party": order.pledge.party_name, "remaining": rupiah(order.pledge.remaining)}
        )
    return said


def _before_submitting(order: Order, actor: Actor) -> list[str]:
    """What is probably not meant, and signatures that nobody could give if the prices are as estimated."""
    lines = list(order.lines.select_related("product"))
    value = sum((line.target_amount for line in lines), Decimal(0))
    seen = outlook_of_request(order, value, submitter=actor.user_id)
    return [*about_lines(lines), *seen.sentences(appoints=appoints(actor))]


def _has_passed(order: Order) -> bool:
    """Whether something was needed on a day that has passed meanwhile."""
    return order.lines.filter(needed_by__lt=clock.today()).exists()


def what_is_released(order: Order) -> list[str]:
    return [
        _("Pesanan menjadi “tidak jadi” dan UMKM yang sudah ditanya dilepas."),
        _("Nilai %(value)s dicatat sebagai tidak jadi.") % {"value": rupiah(order.value)},
        _("Pemohon dapat membukanya kembali sebagai revisi berikutnya."),
    ]


SUBMIT = BuyerAct(
    act="order.submit",
    verb=requesting.submit_order,
    title=gettext_lazy("Ajukan %(order)s"),
    done=gettext_lazy("%(order)s sudah diajukan. Anda diberi tahu begitu penawaran terbit."),
    sentences=_on_submit,
    doubts=lambda order, actor: _before_submitting(order, actor),
    template="orders/submit.html",
)
DISCARD = BuyerAct(
    act="order.discard",
    verb=requesting.discard_draft,
    title=gettext_lazy("Buang konsep %(order)s"),
    done=gettext_lazy("Konsep %(order)s sudah dibuang."),
    sentences=lambda order: [
        _("Konsep ini tidak akan diajukan; isinya tetap dapat dibaca dan dipesan lagi."),
    ],
)
WITHDRAW = BuyerAct(
    act="order.withdraw",
    verb=requesting.withdraw_order,
    title=gettext_lazy("Tarik permintaan %(order)s"),
    done=gettext_lazy("Permintaan %(order)s sudah ditarik."),
    sentences=what_is_released,
    form=ReasonForm,
    context={"harm": False},
)
REOPEN = BuyerAct(
    act="order.reopen",
    verb=requesting.reopen_order,
    title=gettext_lazy("Buka kembali %(order)s"),
    done=gettext_lazy("%(order)s dibuka kembali dan menunggu penawaran baru."),
    sentences=lambda order: [
        _("Pesanan diminta lagi sebagai revisi %(revision)d dengan harga perkiraannya.")
        % {"revision": order.revision + 1},
        _("Penyelenggara expo menanyakan kesanggupan UMKM dari awal."),
    ],
    form=ReopenForm,
    fit=lambda form, order: None if _has_passed(order) else ask_no_day(form),
)


@GET_POST
@login_required
def submit(request: Request, order_id: int) -> HttpResponseBase:
    """The requester asks for prices."""
    return decide(request, order_id, SUBMIT)


@GET_POST
@login_required
def discard(request: Request, order_id: int) -> HttpResponseBase:
    """The requester puts a draft away."""
    return decide(request, order_id, DISCARD)


@GET_POST
@login_required
def withdraw(request: Request, order_id: int) -> HttpResponseBase:
    """The requester no longer wants it."""
    return decide(request, order_id, WITHDRAW)


@GET_POST
@login_required
def reopen(request: Request, order_id: int) -> HttpResponseBase:
    """The requester asks again for a lost order."""
    return decide(request, order_id, REOPEN)


@GET_POST
@login_required
def copy(request: Request, order_id: int) -> HttpResponse:
    """Order the same again: a new draft, to be changed and submitted."""
    actor = actor_of(request)
    order = visible_order(order_id, actor)
    require(may("order.draft", actor))
    form = CopyForm(request.POST if request.method == "POST" else None, initial=CopyForm.initial_of(order))
    if request.method == "POST" and form.is_valid():
        made = run_verb(form, copy_order, order_id=order_id, actor=actor, **form.cleaned_data)
        if made is not None:
            messages.success(request, _("Konsep %(order)s sudah dibuat.") % {"order": made.number})
            return redirect("orders:edit", made.pk)
    return render_form(
        request,
        "components/confirm.html",
        form,
        {
            "title": _("Pesan lagi seperti %(order)s") % {"order": order.number},
            "subject": order.title,
            "sentences": [
                _("Konsep baru dibuat dengan baris, jumlah, dan harga perkiraan yang sama."),
                _("Tidak ada yang dikirim sebelum Anda mengajukannya."),
            ],
            "verb": _("Buat konsep"),
            "icon_name": "copy",
            "cancel_url": reverse("orders:detail", args=[order_id]),
        },
    )
