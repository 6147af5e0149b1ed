"""The home of a buyer institution."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.gates import actor_of
from buyers.gates import buyer_page
from orders.desks.buyer_desk import read_desk


@require_safe
@buyer_page
def home(request: HttpRequest) -> HttpResponseBase:
    """What waits for me by role, our orders by stage with their value, what is late, what arrives this week."""
    actor = actor_of(request)
    return render(request, "orders/buyer_home.html", {"desk": read_desk(actor)})
