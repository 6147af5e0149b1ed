"""The purchase orders that will be late, before they are."""

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.gates import staff_page
from expo.choosing import KEY
from orders.forecast.lateness import late_rows
from orders.models import Amendment
from orders.permissions import may
from orders.producing.queries import with_unsent
from procurement.web.request import Request, actor_of


@require_safe
@staff_page
def late(request: Request) -> HttpResponseBase:
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
            "proposable": with_unsent([one.pk for one, _forecast in rows]) if may_propose else set(),
        },
    )
