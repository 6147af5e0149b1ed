"""The home of a producer: asked of me, to make, to send; the act that each card needs is on the card."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from msmes.banking.queries import has_no_account
from msmes.gates import producer_page
from msmes.own.queries import missing_of
from orders.desks.workload import desk_of
from orders.permissions import may
from procurement.web.request import Request, actor_of


@require_safe
@producer_page
def home(request: Request) -> HttpResponse:
    """What waits for the MSME that one acts for."""
    actor = actor_of(request)
    # The owner takes work on; who helps makes and sends it.
    may_take = bool(may("purchase_order.acknowledge", actor))
    missing = missing_of(actor) if may_take else None
    return render(
        request,
        "orders/producer/home.html",
        {
            "desk": desk_of(actor),
            "may_take": may_take,
            "missing": missing,
            # An owner reads it with whatever else is missing; who helps can ask the owner.
            "has_no_account": missing is None and has_no_account(actor),
        },
    )
