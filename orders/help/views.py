"""Help: what each role does here, the workflow as the code has it, and what the words mean."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from orders.help.diagram import passages, states, svg
from orders.help.guide import GLOSSARY, guides_for
from orders.workflow import OrderStatus, PurchaseOrderStatus, ShipmentStatus
from procurement.web.request import Request, actor_of

_O, _P, _S = OrderStatus, PurchaseOrderStatus, ShipmentStatus
ROADS: dict[str, tuple[str, ...]] = {
    "order": (
        _O.DRAFT,
        _O.REQUESTED,
        _O.QUOTED,
        _O.APPROVED,
        _O.IN_PRODUCTION,
        _O.IN_DELIVERY,
        _O.DELIVERED,
        _O.CLOSED,
    ),
    "purchase_order": (
        _P.ISSUED,
        _P.ACKNOWLEDGED,
        _P.PRODUCING,
        _P.READY,
        _P.SHIPPED,
        _P.RECEIVED,
        _P.SETTLED,
    ),
    "shipment": (_S.PREPARED, _S.DISPATCHED, _S.RECEIVED),
}
"""The states of each flow that are the way without detours; the drawing runs along them."""


@require_safe
@login_required
def help_page(request: Request) -> HttpResponse:
    """For everybody who signed in; the guides of one's own roles come first, with links."""
    own, others = guides_for(actor_of(request).roles)
    titles = {
        "order": pgettext("satu", "Pesanan"),
        "allocation": _("Bagian UMKM dari satu baris"),
        "purchase_order": pgettext("satu", "Surat pesanan"),
        "shipment": pgettext("satu", "Pengiriman"),
    }
    flows = []
    for flow, title in titles.items():
        words = dict(states(flow))
        road = ROADS.get(flow)
        flows.append(
            {
                "name": flow,
                "title": title,
                "drawing": svg(flow, main=road, title=_("Alur %(flow)s") % {"flow": title.lower()})
                if road
                else "",
                "rows": [
                    {
                        "label": one.label,
                        "sources": ", ".join(words[source] for source in one.sources),
                        "target": words[one.target],
                        "roles": one.roles,
                    }
                    for one in passages(flow)
                ],
            }
        )
    return render(
        request, "orders/help.html", {"own": own, "others": others, "flows": flows, "glossary": GLOSSARY}
    )
