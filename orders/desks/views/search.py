"""Search across what one may see, for everybody who is signed in."""

from django.contrib.auth.decorators import login_required
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from orders.desks.search import search
from orders.order_list import cleaned
from procurement.web.request import Request, actor_of

SHORTEST = 2


@require_safe
@login_required
def search_page(request: Request) -> HttpResponseBase:
    """Groups of what was found; nothing is asked of the database for less than two signs."""
    words = cleaned(request.GET.get("q", ""))
    enough = len(words) >= SHORTEST or words.isdigit()
    groups = search(words, actor_of(request)) if enough else []
    return render(
        request,
        "orders/staff/search.html",
        {"words": words, "groups": groups, "too_short": bool(words) and not enough},
    )
