"""The page of an order, for the buyer and for expo staff."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from orders.acts import visible_order
from orders.desks.order_page import read_page
from procurement.web.request import Request, actor_of


@require_safe
@login_required
def detail(request: Request, order_id: int) -> HttpResponse:
    """State, what is next and by whom, lines with their MSMEs, papers, signatures, history, and what I may do."""
    actor = actor_of(request)
    order = visible_order(order_id, actor)
    page = read_page(order, actor, all_events=request.GET.get("riwayat") == "semua")
    return render(request, "orders/detail.html", {"page": page, "order": order})
