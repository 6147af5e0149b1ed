"""The page on which staff say that an order came out of a pledge."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.gates import staff_page
from expo.ledger.ledger import in_play
from orders.acts import order_for
from orders.models import Order
from orders.requesting.forms.pledged import LinkPledgeForm
from orders.requesting.pledged import link_pledge, require_linkable, require_open_pledge
from orders.requesting.queries import pledges_for
from orders.requesting.views.deciding import GET_POST
from procurement.errors import NotFound
from procurement.input.forms import is_ready, render_form, run_verb
from procurement.input.opened import Opened
from procurement.money import rupiah
from procurement.web.request import Request, actor_of


@GET_POST
@staff_page
def link(request: Request, order_id: int) -> HttpResponseBase:
    """Choose the pledge and how much of it the order is; what is announced falls by that, and nothing counts twice."""
    actor = actor_of(request)
    order = order_for("order.link_pledge", order_id, actor)
    if request.method != "POST":
        require_linkable(order)
        require_open_pledge(order)

    def opened_now(data: Any = None) -> LinkPledgeForm:
        pledges = pledges_for(order, actor).order_by("announced_on", "pk")
        return LinkPledgeForm(data, pledges=list(pledges), worth=_worth(order))

    form = opened_now(request.POST if request.method == "POST" else None)
    if form.has_error("pledge", "invalid_choice"):
        raise NotFound(_("Komitmen itu tidak ada."))
    opened = Opened(
        request, form, opened_now, stream=order.stream, others=[row.stream for row in form.pledges]
    )
    if request.method == "POST" and is_ready(form, require_linkable, order):
        said = form.cleaned_data
        linked = run_verb(
            form,
            link_pledge,
            order_id=order.pk,
            pledge_id=said["pledge"],
            amount=said["amount"],
            actor=actor,
            unchanged=opened,
        )
        if linked is not None:
            messages.success(request, _what_was_done(linked))
            return redirect("orders:detail", order.pk)
        opened.stored = []  # the page shows the pledges as they are now, and nothing is stored that it would replace
    return render_form(
        request,
        "components/confirm.html",
        form,
        {
            "title": _("Kaitkan %(order)s dengan komitmen") % {"order": order.number},
            "subject": f"{order.title} · {order.institution.organisation.name}",
            "sentences": _sentences(_worth(order), form.proposed),
            "verb": _("Kaitkan dengan komitmen"),
            "icon_name": "handshake",
            "cancel_url": reverse("orders:detail", args=[order.pk]),
        },
    )


def _worth(order: Order) -> Decimal:
    """What the verb takes the order to be worth."""
    return in_play([order.pk]).get(order.pk, Decimal(0))


def _sentences(worth: Decimal, proposed: Decimal | None) -> list[str]:
    """What changes when the form is sent."""
    falls = (
        _("“Diumumkan” turun sebesar nilai yang dikaitkan: %(amount)s bila isian di bawah tidak diubah.")
        % {"amount": rupiah(proposed)}
        if proposed
        else _("“Diumumkan” turun sebesar nilai yang dikaitkan, begitu nilainya ada.")
    )
    return [
        falls,
        _("Tidak ada yang dihitung dua kali: bagian itu sudah dihitung dalam nilai pesanan ini, %(value)s.")
        % {"value": rupiah(worth)},
        _("Nilai pesanan tidak berubah. Kaitan ini tidak dapat dilepas lagi."),
    ]


def _what_was_done(order: Order) -> str:
    assert order.pledge is not None  # noqa: S101 - the verb has linked one
    return _("%(order)s dikaitkan dengan komitmen %(party)s; %(amount)s keluar dari “diumumkan”.") % {
        "order": order.number,
        "party": order.pledge.party_name,
        "amount": rupiah(order.pledged),
    }
