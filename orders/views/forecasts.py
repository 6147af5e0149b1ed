"""What will be late before it is, and how far one purchase order is, with the photos of its reports."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import F, Sum
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.gates import actor_of, staff_page
from expo.choosing import KEY
from orders import photos
from orders.forecast import forecasts, late_rows
from orders.models import Allocation, Amendment, ProductionReport, PurchaseOrder
from orders.permissions import may
from orders.workflow import RUNNING, UNDELIVERED
from procurement import clock, storing
from procurement.errors import NotFound


@require_safe
@staff_page
def late(request: HttpRequest) -> HttpResponseBase:
    """Purchase orders that are more likely late than not, the least time left first; each leads to a proposal."""
    actor = actor_of(request)
    edition = request.GET.get(KEY, "")
    rows = late_rows(
        actor,
        edition_id=int(edition) if edition.isascii() and edition.isdigit() and len(edition) < 10 else None,
    )
    proposed = {
        one.allocation.purchase_order_id: one.pk
        for one in Amendment.objects.visible_to(actor)
        .filter(
            status=Amendment.Status.PROPOSED,
            allocation__purchase_order__in=[one.pk for one, _forecast in rows],
        )
        .select_related("allocation")
    }
    drawn = [(one, found, proposed.get(one.pk)) for one, found in rows]
    may_propose = bool(may("amendment.propose", actor))
    return render(
        request,
        "orders/staff/late.html",
        {
            "rows": rows,
            "groups": [
                (_("Akan terlambat"), [row for row in drawn if row[1].days_left >= 0]),
                (_("Sudah lewat jatuh tempo"), [row for row in drawn if row[1].days_left < 0]),
            ],
            "proposable": _with_unsent([one.pk for one, _forecast in rows]) if may_propose else set(),
        },
    )


@require_safe
@login_required
def progress(request: HttpRequest, purchase_order_id: int) -> HttpResponseBase:
    """Forecast, reports and photos of one purchase order, for whoever sees it."""
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
        "may_propose": is_open and bool(may("amendment.propose", actor)) and bool(_with_unsent([row.pk])),
        "back_url": reverse("orders:purchase_order", args=[row.pk])
        if is_msme
        else reverse("orders:detail", args=[row.order_id]),
        "is_msme": is_msme,
    }
    return render(request, "orders/progress.html", context)


def _with_unsent(purchase_orders: list[int]) -> set[int]:
    """Those with pieces still to be sent: of the others an addendum can change nothing."""
    shares = Allocation.objects.filter(
        purchase_order__in=purchase_orders, quantity__gt=F("released") + F("shipped")
    )
    return set(shares.values_list("purchase_order", flat=True))


@require_safe
@login_required
def photo(request: HttpRequest, report_id: int) -> HttpResponseBase:
    """The picture of a report, for whoever sees its purchase order."""
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
