"""Shipments of an MSME: put together from what is made, dispatch, take apart."""

from typing import Any

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.acting import Actor
from documents.models import Document
from msmes.gates import producer_page
from orders.acts import require_step
from orders.delivering.deliver import discard_shipment, dispatch_shipment, prepare_shipment, require_sendable
from orders.delivering.forms import ShipmentForm, TransportForm
from orders.delivering.queries import shipments_of
from orders.models import Allocation, PurchaseOrder, ShipmentLine
from orders.workflow import SHIPMENT, ShipmentStatus
from procurement.errors import NotFound
from procurement.input.forms import is_ready, render_form, run_verb
from procurement.lists.listing import ChoiceFilter, Column, DateRange, Listing
from procurement.web.request import Request, actor_of

SHIPMENTS = Listing(
    name="pengiriman",
    columns=[
        Column(
            "number",
            pgettext_lazy("satu", "Pengiriman"),
            value=lambda row: row.number or _("Belum berangkat"),
            sort="pk",
            lead=True,
            link=lambda row: reverse("orders:shipment", args=[row.pk]),
            note=lambda row: f"{row.purchase_order.number} · {row.which}",
        ),
        Column(
            "status",
            gettext_lazy("Keadaan"),
            kind="state",
            flow="shipment",
            sort="status",
        ),
        Column("institution", gettext_lazy("Instansi"), value="purchase_order.order.institution"),
        Column("site", gettext_lazy("Tujuan"), value="site.name"),
        Column("dispatched_at", gettext_lazy("Berangkat"), kind="date", sort="dispatched_at"),
        Column(
            "received_at", pgettext_lazy("kiriman", "Diterima"), kind="date", sort="received_at", phone=False
        ),
        Column("pieces", gettext_lazy("Jumlah barang"), kind="number", sort="pieces"),
        Column("value", gettext_lazy("Nilai"), kind="money", sort="value"),
        Column("plate", gettext_lazy("Nomor polisi"), shown=False),
        Column("driver", gettext_lazy("Pengemudi"), shown=False),
    ],
    search=["number", "purchase_order__number", "site__name", "plate"],
    search_label=gettext_lazy("Cari nomor, lokasi, atau nomor polisi"),
    filters=[
        ChoiceFilter("keadaan", gettext_lazy("Keadaan"), ShipmentStatus.words, field="status"),
        DateRange("berangkat", gettext_lazy("Berangkat"), "dispatched_at"),
    ],
    default_sort="-pk",
    total="value",
    total_label=gettext_lazy("nilai sebelum PPN"),
    empty_title=gettext_lazy("Belum ada pengiriman"),
    empty_text=gettext_lazy("Pengiriman disiapkan dari halaman surat pesanan setelah produksi dimulai."),
    empty_url_name="orders:purchase_orders",
    empty_verb=gettext_lazy("Lihat surat pesanan"),
)


@require_safe
@producer_page
def shipment_list(request: Request) -> HttpResponseBase:
    """Everything that I have sent or am about to send."""
    return SHIPMENTS.respond(request, shipments_of(actor_of(request)), "orders/producer/shipments.html")


@require_http_methods(["GET", "HEAD", "POST"])
@producer_page
def prepare(request: Request, purchase_order_id: int) -> HttpResponse:
    """Put a shipment together: by default everything that is left for one delivery site."""
    actor = actor_of(request)
    purchase_order = PurchaseOrder.objects.visible_to(actor).for_list().filter(pk=purchase_order_id).first()
    if purchase_order is None:
        raise NotFound(_("Surat pesanan itu tidak ada, atau bukan untuk usaha Anda."))
    left = _left_to_send(purchase_order)
    sites = {row.line.site_id: row.line.site for row, _pieces in left}
    require_sendable(purchase_order, left=sum(pieces for _row, pieces in left))
    chosen = request.GET.get("lokasi", "")
    site = sites.get(int(chosen) if chosen.isdecimal() and len(chosen) < 18 else 0) or next(
        iter(sites.values())
    )
    rows = [(row, pieces) for row, pieces in left if row.line.site_id == site.pk]
    form = ShipmentForm(request.POST or None, rows=rows)
    if request.method == "POST" and form.is_valid():
        shipment = run_verb(
            form,
            prepare_shipment,
            purchase_order_id=purchase_order.pk,
            loads=form.loads(),
            transport=form.transport(),
            of_total=form.cleaned_data["of_total"],
            actor=actor,
        )
        if shipment is not None:
            messages.success(
                request, _("Pengiriman disiapkan. Tandai sebagai terkirim bila barang berangkat.")
            )
            return redirect("orders:shipment", shipment.pk)
    tabs = [
        {
            "label": one.name,
            "url": f"{request.path}?lokasi={one.pk}",
            "active": one.pk == site.pk,
            "count": None,
        }
        for one in sites.values()
    ]
    context = {"purchase_order": purchase_order, "site": site, "site_tabs": tabs if len(tabs) > 1 else []}
    return render_form(request, "orders/producer/prepare.html", form, context)


@require_safe
@producer_page
def shipment_detail(request: Request, shipment_id: int) -> HttpResponse:
    """What travels, how, and what the receiver found; the delivery note once it has left."""
    actor = actor_of(request)
    shipment = _mine(actor, shipment_id)
    papers = (
        Document.objects.visible_to(actor)
        .of_stream(shipment.purchase_order.order.stream)
        .filter(subject=f"shipment:{shipment.pk}")
        .current()
        .for_list()
    )
    context = {
        "shipment": shipment,
        "purchase_order": shipment.purchase_order,
        "lines": shipment.lines.select_related("allocation__line").order_by("allocation__line__position"),
        "papers": list(papers),
    }
    return render(request, "orders/producer/shipment.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@producer_page
def dispatch(request: Request, shipment_id: int) -> HttpResponse:
    """The goods leave. Vehicle and driver can be corrected until then; the delivery note prints them."""
    actor = actor_of(request)
    shipment = _mine(actor, shipment_id)
    said = {"vehicle": shipment.vehicle, "plate": shipment.plate, "driver": shipment.driver}
    form = TransportForm(request.POST or None, initial=said)
    if request.method == "POST" and is_ready(form, require_step, shipment, "dispatch"):
        done = run_verb(
            form, dispatch_shipment, shipment_id=shipment.pk, transport=form.transport(), actor=actor
        )
        if done is not None:
            messages.success(
                request,
                _("Pengiriman berangkat. Surat jalan %(number)s sedang dibuat.") % {"number": done.number},
            )
            return redirect("orders:shipment", shipment.pk)
    if request.method != "POST":
        require_step(shipment, "dispatch")
    return _confirm(
        request,
        shipment,
        form,
        title=_("Barang berangkat?"),
        sentences=[
            _("Surat jalan bernomor terbit dan dapat dicetak untuk pengemudi."),
            _("Pembeli diberi tahu bahwa barang sedang dalam perjalanan."),
            _("Isi pengiriman tidak dapat diubah lagi."),
        ],
        verb=SHIPMENT["dispatch"].label,
        icon_name="truck",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@producer_page
def discard(request: Request, shipment_id: int) -> HttpResponse:
    """Take a shipment apart that has not left."""
    actor = actor_of(request)
    shipment = _mine(actor, shipment_id)
    if request.method == "POST":
        run_verb(None, discard_shipment, shipment_id=shipment.pk, actor=actor)
        messages.success(request, _("Pengiriman dibatalkan. Barangnya dapat disiapkan lagi."))
        return redirect("orders:purchase_order", shipment.purchase_order_id)
    require_step(shipment, "discard")
    return _confirm(
        request,
        shipment,
        None,
        title=_("Batalkan pengiriman ini?"),
        sentences=[_("Isinya kembali menjadi sisa yang belum dikirim; tidak ada surat jalan yang terbit.")],
        verb=SHIPMENT["discard"].label,
        icon_name="undo-2",
        harm=True,
    )


def _mine(actor: Actor, shipment_id: int) -> Any:
    found = shipments_of(actor).filter(pk=shipment_id).first()
    if found is None:
        raise NotFound(_("Pengiriman itu tidak ada, atau bukan milik usaha Anda."))
    return found


def _confirm(request: Request, shipment: Any, form: TransportForm | None, **context: Any) -> HttpResponse:
    number = shipment.which[:1].upper() + shipment.which[1:]
    context |= {
        "subject": f"{number} · {shipment.purchase_order.number}",
        "cancel_url": reverse("orders:shipment", args=[shipment.pk]),
    }
    if form is None:
        return render(request, "components/confirm.html", context)
    return render_form(request, "components/confirm.html", form, context)


def _left_to_send(purchase_order: PurchaseOrder) -> list[tuple[Allocation, int]]:
    """What is neither sent nor waiting in a prepared shipment, by allocation."""
    waiting = dict(
        ShipmentLine.objects.filter(
            shipment__purchase_order=purchase_order, shipment__status=ShipmentStatus.PREPARED
        )
        .order_by()
        .values_list("allocation_id")
        .annotate(Sum("quantity"))
    )
    rows = purchase_order.allocations.select_related("line__site").order_by("line__position")
    left = ((row, row.unshipped - waiting.get(row.pk, 0)) for row in rows)
    return [(row, pieces) for row, pieces in left if pieces > 0]
