"""The page on which an order ends with less than was ordered."""

from django.contrib.auth.decorators import login_required
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.delivering import deliver
from orders.requesting.forms.deciding import ReasonForm
from orders.requesting.views.deciding import GET_POST, BuyerAct, decide
from procurement.web.request import Request

SHORT_CLOSE = BuyerAct(
    act="order.short_close",
    verb=deliver.short_close_order,
    title=gettext_lazy("Tutup %(order)s dengan kekurangan"),
    done=gettext_lazy("%(order)s ditutup dengan kekurangan; yang sudah diterima dapat dibayar."),
    sentences=lambda order: [
        _("Barang yang belum diterima tidak ditunggu lagi dan nilainya keluar dari nilai yang dibukukan."),
        _("UMKM hanya dibayar untuk barang yang sudah diterima."),
    ],
    form=ReasonForm,
)


@GET_POST
@login_required
def short_close(request: Request, order_id: int) -> HttpResponseBase:
    """The approver ends the order with less than was ordered."""
    return decide(request, order_id, SHORT_CLOSE)
