"""How far one purchase order is, and the photos of its work."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Sum
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from orders.forecast.lateness import forecasts
from orders.models import ProductionReport, PurchaseOrder
from orders.permissions import may
from orders.producing import photos
from orders.producing.queries import with_unsent
from orders.workflow import RUNNING, UNDELIVERED
from procurement import clock
from procurement.errors import NotFound
from procurement.files import storing
from procurement.web.request import Request, actor_of


@require_safe
@login_required
def progress(request: Request, purchase_order_id: int) -> HttpResponseBase:
    """Forecast, reports and photos of one purchase order, for all who may see it."""
    actor = actor_of(request)
    row = PurchaseOrder.objects.visible_to(actor).for_list().filter(pk=purchase_order_id).first()
    if row is None:
        raise NotFound(_("Surat pesanan itu tidak ada."))
    is_open = row.status in UNDELIVERED and row.order.status in RUNNING
    is_msme = actor.kind == "msme"
    pieces = row.allocations.aggregate(
        accepted=Sum("accepted", default=0), ordered=Sum("quantity", default=0)
    )
    context: dict[str, Any] = {
        **pieces,
        "purchase_order": row,
        "order": row.order,
        "forecast": forecasts([row]).get(row.pk),
        "is_late": row.is_late(clock.today()),
        "reports": list(row.reports.select_related("reported_by").order_by("-reported_on", "-pk")[:50]),
        "may_propose": is_open and bool(may("amendment.propose", actor)) and bool(with_unsent([row.pk])),
        "back_url": reverse("orders:purchase_order", args=[row.pk])
        if is_msme
        else reverse("orders:detail", args=[row.order_id]),
        "is_msme": is_msme,
    }
    return render(request, "orders/progress.html", context)


@require_safe
@login_required
def photo(request: Request, report_id: int) -> HttpResponseBase:
    """The photo of a report, for all who may see its purchase order."""
    seen = PurchaseOrder.objects.visible_to(actor_of(request))
    report = ProductionReport.objects.filter(pk=report_id, purchase_order__in=seen).exclude(photo="").first()
    if report is None:
        raise NotFound(_("Foto itu tidak ada."))
    try:
        picture = photos.read(report.photo)
    except FileNotFoundError as error:
        raise NotFound(_("Foto itu sudah tidak tersimpan.")) from error
    except storing.StorageAway as away:
        raise storing.not_now() from away
    return FileResponse(picture, content_type="image/jpeg", filename=f"foto-{report.pk}.jpg")
