"""What one MSME has made and is making, for expo staff: the history beside its entry in the register."""

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from accounts.gates import staff_page
from msmes.models import Msme
from orders.producing.queries import purchase_orders_of
from orders.workflow import PurchaseOrderStatus
from procurement.errors import NotFound
from procurement.lists.listing import ChoiceFilter, Column, DateRange, Listing
from procurement.web.request import Request, actor_of

ORDERS_OF_MSME = Listing(
    name="pesanan-umkm",
    columns=[
        Column(
            "number", pgettext_lazy("satu", "Surat pesanan"), sort="number", lead=True, note="order.title"
        ),
        Column(
            "order_number",
            pgettext_lazy("satu", "Pesanan"),
            value="order.number",
            sort="order_id",
            link=lambda row: reverse("orders:detail", args=[row.order_id]),
        ),
        Column("institution", gettext_lazy("Instansi"), value="order.institution.organisation.name"),
        Column("status", gettext_lazy("Keadaan"), kind="state", flow="purchase_order", sort="status"),
        Column("issued_at", gettext_lazy("Terbit"), kind="date", sort="issued_at"),
        Column("due_on", gettext_lazy("Jatuh tempo"), kind="date", sort="due_on"),
        Column("percent", gettext_lazy("Kemajuan (%)"), kind="number", sort="percent", phone=False),
        Column("with_ppn", gettext_lazy("Nilai"), kind="money", sort="with_ppn"),
    ],
    search=["number", "number_text", "order__title", "order__institution__organisation__name"],
    filters=[
        ChoiceFilter("keadaan", gettext_lazy("Keadaan"), PurchaseOrderStatus.words, field="status"),
        DateRange("terbit", gettext_lazy("Terbit"), "issued_at"),
    ],
    default_sort="-pk",
    total="with_ppn",
    total_label=gettext_lazy("nilai termasuk PPN"),
    empty_title=gettext_lazy("Belum ada surat pesanan untuk UMKM ini"),
    empty_text=gettext_lazy(
        "Surat pesanan terbit setelah UMKM menyanggupi permintaan dan instansi menyetujuinya."
    ),
)


@require_safe
@staff_page
def orders_of_msme(request: Request, msme_id: int) -> HttpResponseBase:
    """The purchase orders of one MSME in my editions, with their value."""
    actor = actor_of(request)
    msme = Msme.objects.in_directory_of(actor).select_related("organisation").filter(pk=msme_id).first()
    if msme is None:
        raise NotFound(_("UMKM itu tidak ada."))
    rows = purchase_orders_of(actor).filter(msme_id=msme.pk)
    return ORDERS_OF_MSME.respond(request, rows, "orders/producer/of_msme.html", {"msme": msme})
