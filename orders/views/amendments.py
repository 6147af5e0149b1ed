"""One addendum: what would change, who has agreed, and the yes or no of whoever looks at it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.gates import actor_of
from orders import amend
from orders.models import Amendment


@require_safe
@login_required
def detail(request: HttpRequest, amendment_id: int) -> HttpResponse:
    row = get_object_or_404(Amendment.objects.visible_to(actor_of(request)), pk=amendment_id)
    return render(request, "orders/amendment.html", {"amendment": row})


@require_POST
@login_required
def agree(request: HttpRequest, amendment_id: int) -> HttpResponse:
    amend.agree(amendment_id=amendment_id, actor=actor_of(request))
    return redirect("orders:amendment", amendment_id)


@require_POST
@login_required
def refuse(request: HttpRequest, amendment_id: int) -> HttpResponse:
    amend.refuse(amendment_id=amendment_id, reason=request.POST.get("reason", ""), actor=actor_of(request))
    return redirect("orders:amendment", amendment_id)


@require_POST
@login_required
def withdraw(request: HttpRequest, amendment_id: int) -> HttpResponse:
    amend.withdraw(amendment_id=amendment_id, reason=request.POST.get("reason", ""), actor=actor_of(request))
    return redirect("orders:amendment", amendment_id)
