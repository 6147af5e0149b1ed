"""Counting a shipment in the warehouse, on a phone."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.gates import actor_of
from buyers.gates import buyer_page
from orders.acts import refusal_of
from orders.deliver import receive_shipment
from orders.forms.receiving import CountForm
from orders.models import Shipment
from orders.permissions import may, require
from orders.workflow import SHIPMENT
from procurement.errors import NotFound, WrongState
from procurement.forms import render_form, run_verb


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_page
def receive(request: HttpRequest, shipment_id: int) -> HttpResponseBase:
    """Count what came, say why a piece is rejected; the handover minutes are made from it."""
    actor = actor_of(request)
    shipment = Shipment.objects.visible_to(actor).for_list().filter(pk=shipment_id).first()
    if shipment is None:
        raise NotFound(
            _("Kiriman ini tidak ada, belum dikirim, atau bukan untuk organisasi yang Anda wakili.")
        )
    require(may("shipment.receive", actor))
    if request.method != "POST" and shipment.status not in SHIPMENT["receive"].sources:
        raise WrongState(refusal_of(SHIPMENT["receive"], shipment.get_status_display()))
    lines = list(
        shipment.lines.select_related("allocation__line").order_by("allocation__line__position", "pk")
    )
    form = CountForm(request.POST if request.method == "POST" else None, lines=lines)
    if request.method == "POST" and form.is_valid():
        received = run_verb(
            form, receive_shipment, shipment_id=shipment_id, counts=form.counts(), actor=actor
        )
        if received is not None:
            messages.success(
                request,
                _("Kiriman %(number)s diterima. Berita acara %(minutes)s sedang dibuat.")
                % {"number": received.number, "minutes": received.handover_number},
            )
            return redirect("orders:detail", shipment.purchase_order.order_id)
    return render_form(
        request,
        "orders/receive.html",
        form,
        {
            "shipment": shipment,
            "order": shipment.purchase_order.order,
            "pieces": sum(one.quantity for one in lines),
        },
    )
