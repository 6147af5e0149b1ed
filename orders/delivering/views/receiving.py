"""Counting a shipment in the warehouse, on a phone: the count, what will be recorded, and the next shipment."""

from typing import Any

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.acting import Actor
from buyers.gates import buyer_page
from orders.acts import require_step
from orders.delivering.deliver import receive_shipment
from orders.delivering.forms import CountForm
from orders.delivering.queries import arriving
from orders.models import Shipment, ShipmentLine
from orders.permissions import may, require
from procurement.errors import NotFound
from procurement.input.forms import render_form, run_verb
from procurement.web.request import Request, actor_of

STEP, LOOK, AGAIN = "langkah", "periksa", "ubah"
"""The field that says which step a form is of: the count is looked at first, and can be gone back to."""


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_page
def receive(request: Request, shipment_id: int) -> HttpResponseBase:
    """Count what came, say why a piece is rejected; the handover minutes are made from it.

    The page of the count only asks for the next one, which says what will be recorded; that one records it.
    """
    actor = actor_of(request)
    shipment = Shipment.objects.visible_to(actor).for_list().filter(pk=shipment_id).first()
    if shipment is None:
        raise NotFound(
            _("Kiriman ini tidak ada, belum dikirim, atau bukan untuk organisasi yang Anda wakili.")
        )
    require(may("shipment.receive", actor))
    step = request.POST.get(STEP, "")
    is_record = request.method == "POST" and step not in (LOOK, AGAIN)
    if not is_record:
        require_step(shipment, "receive")
    lines = list(
        shipment.lines.select_related("allocation__line").order_by("allocation__line__position", "pk")
    )
    form = CountForm(request.POST if request.method == "POST" else None, lines=lines)
    context = {"shipment": shipment, "order": shipment.purchase_order.order, "step": STEP, "look": LOOK}
    if step == AGAIN:
        typed = {name: request.POST.get(name, "") for name in form.fields}
        form = CountForm(initial=typed, lines=lines)
    elif step == LOOK and form.is_valid():
        summary = run_verb(form, form.summary)
        if summary is not None:
            return render(request, "orders/receive_check.html", context | _said(summary, form))
    elif is_record and form.is_valid():
        received = run_verb(
            form, receive_shipment, shipment_id=shipment_id, counts=form.counts(), actor=actor
        )
        if received is not None:
            messages.success(
                request,
                _("Kiriman %(number)s diterima. Berita acara %(minutes)s sedang dibuat.")
                % {"number": received.number, "minutes": received.handover_number},
            )
            return redirect(_after(actor, shipment))
    return render_form(request, "orders/receive.html", form, context)


def _said(summary: list[tuple[ShipmentLine, Any]], form: CountForm) -> dict[str, Any]:
    return {
        "rows": [{"line": line, "count": count} for line, count in summary],
        "accepted": sum(count.accepted for _line, count in summary),
        "rejected": sum(count.rejected for _line, count in summary),
        "sent": sum(line.quantity for line, _count in summary),
        "kept": form.kept,
        "again": AGAIN,
    }


def _after(actor: Actor, shipment: Shipment) -> str:
    """Where counting leads on to: the next shipment on the road to us, or the order when there is none."""
    if arriving(actor).exclude(pk=shipment.pk).exists():
        return f"{reverse('orders:receiving')}?sesudah={shipment.pk}"
    return reverse("orders:detail", args=[shipment.purchase_order.order_id])
