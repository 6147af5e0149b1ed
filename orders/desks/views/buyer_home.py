"""The home of a buyer institution."""

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from buyers.gates import buyer_page
from buyers.own.waiting import waiting_for
from orders.desks.buyer_desk import read_desk
from procurement.web.request import Request, actor_of


@require_safe
@buyer_page
def home(request: Request) -> HttpResponseBase:
    """What waits for me by role, our orders by stage with their value, what is late, what arrives this week."""
    actor = actor_of(request)
    proposals = waiting_for(actor)
    return render(request, "orders/buyer_home.html", {"desk": read_desk(actor), "proposals": proposals})
