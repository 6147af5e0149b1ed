"""The page on which a coordinator makes a quote."""

from copy import copy
from decimal import Decimal

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.gates import staff_page
from orders.asking.coverage import coverage_of
from orders.asking.views.workbench import visible_order
from orders.authority.signers import appoints, outlook_of_request
from orders.doubts import PromisedLine, about_quote
from orders.models import Order
from orders.permissions import may, require
from orders.quoting.forms import QuoteForm
from orders.quoting.quote import issue_quote, require_quotable
from orders.split.propose import followed_shares
from orders.value.taxes import Taxed, ppn_on, quoted_parts
from procurement import clock
from procurement.input.forms import render_form, run_verb
from procurement.web.request import Request, actor_of


def _promises(form: QuoteForm) -> list[PromisedLine]:
    """The shares as typed, with the days on which they were promised."""
    return [
        PromisedLine(one.line, row.msme, row.ready_on)
        for one, _sum, rows in form.rows()
        for row, share, _input in rows
        if share and row.ready_on
    ]


def _to_compare(order: Order, form: QuoteForm) -> Decimal:
    """The value as typed, in rupiah, with or without PPN as the institution compares it with its limits."""
    if not order.institution.limits_with_ppn:
        return form.total
    shares = []
    for _line, _sum, rows in form.rows():
        for row, share, _input in rows:
            shares.append(copy(row))
            shares[-1].quantity = share or 0
    return sum(quoted_parts(shares, ppn_on(clock.today())).values(), Taxed()).total


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def quote(request: Request, order_id: int) -> HttpResponseBase:
    """Make the quote. Shares begin as the split that was followed, else cheapest first; a new sum is shown first.

    The page carries the sum that it showed. What is sent with another sum is shown again with the new one, and only
    sending that issues the quote.
    """
    actor = actor_of(request)
    order = visible_order(request, order_id)
    require(may("order.quote", actor))
    if request.method != "POST":
        require_quotable(order)
    coverage = coverage_of(order)
    wanted = followed_shares(order)
    form = QuoteForm(request.POST or None, lines=coverage.lines, wanted=wanted)
    recounted = False
    if request.method == "POST" and form.is_valid():
        recounted = "recount" in request.POST or not form.total_was_seen
        if not recounted:
            issued = run_verb(
                form,
                issue_quote,
                order_id=order.pk,
                shares=form.shares(),
                valid_until=form.cleaned_data["valid_until"],
                note=form.cleaned_data["note"],
                actor=actor,
            )
            if issued is not None:
                messages.success(
                    request, _("Penawaran untuk %(order)s sudah diterbitkan.") % {"order": order.number}
                )
                return redirect("orders:detail", order.pk)
    total = form.total
    return render_form(
        request,
        "orders/staff/quote.html",
        form,
        {
            "order": order,
            "coverage": coverage,
            "rows": form.rows(),
            "total": total,
            "target": coverage.target,
            "difference": total - coverage.target,
            "recounted": recounted,
            "by_split": bool(wanted),
            "doubts": [
                *about_quote(form.last_day, _promises(form)),
                *outlook_of_request(order, _to_compare(order, form)).sentences(appoints=appoints(actor)),
            ],
            "makers": len(
                {row.msme_id for _one, _sum, rows in form.rows() for row, share, _input in rows if share}
            ),
        },
    )
