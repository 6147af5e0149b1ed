"""The purchase orders of an MSME: the list, and taking one on, starting and finishing it."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.acting import Actor
from documents.models import Document
from msmes.gates import producer_page
from orders.acts import require_step
from orders.forecast.lateness import forecasts
from orders.models import PurchaseOrder
from orders.permissions import may, require
from orders.producing.forms import ShortReasonForm
from orders.producing.produce import (
    acknowledge,
    finish_production,
    refuse,
    require_refusable,
    start_production,
)
from orders.producing.queries import purchase_orders_of
from orders.stored import stored
from orders.workflow import PURCHASE_ORDER, UNDELIVERED, PurchaseOrderStatus
from procurement import clock
from procurement.errors import NotFound
from procurement.input.forms import is_ready, render_form, run_verb
from procurement.lists.listing import ChoiceFilter, Column, DateRange, Flag, Listing
from procurement.templatetags.page import tone_badge
from procurement.templatetags.words import tanggal
from procurement.web.request import Request, actor_of


def _due_cell(row: PurchaseOrder) -> SafeString:
    """The due date, and beside it that it has passed."""
    if row.is_late(clock.today()):
        return format_html(
            "<span>{} {}</span>", tanggal(row.due_on), tone_badge("harm", _("Terlambat"), "clock")
        )
    return format_html("{}", tanggal(row.due_on))


PURCHASE_ORDERS = Listing(
    name="surat-pesanan",
    columns=[
        Column(
            "number",
            pgettext_lazy("satu", "Surat pesanan"),
            sort="number",
            lead=True,
            link=lambda row: reverse("orders:purchase_order", args=[row.pk]),
            note="order.title",
        ),
        Column("status", gettext_lazy("Keadaan"), kind="state", flow="purchase_order", sort="status"),
        Column("institution", gettext_lazy("Instansi"), value="order.institution.organisation.name"),
        Column("due_on", gettext_lazy("Jatuh tempo"), sort="due_on", html=_due_cell),
        Column(
            "percent",
            gettext_lazy("Kemajuan (%)"),
            value="reached_percent",
            kind="number",
            sort="percent",
            phone=False,
        ),
        Column("with_ppn", gettext_lazy("Nilai"), kind="money", sort="with_ppn"),
        Column("order_number", pgettext_lazy("satu", "Pesanan"), value="order.number", shown=False),
        Column("ppn", gettext_lazy("PPN"), value="owed_ppn", kind="money", shown=False),
        Column("payment_reference", gettext_lazy("Bukti pembayaran"), shown=False),
    ],
    search=["number", "number_text", "order__title", "order__institution__organisation__name"],
    search_label=gettext_lazy("Cari nomor, perihal, atau instansi"),
    filters=[
        ChoiceFilter("keadaan", gettext_lazy("Keadaan"), PurchaseOrderStatus.words, field="status"),
        DateRange("tempo", gettext_lazy("Jatuh tempo"), "due_on"),
        Flag(
            "terlambat",
            gettext_lazy("Terlambat"),
            lambda: Q(due_on__lt=clock.today(), status__in=UNDELIVERED),
        ),
    ],
    default_sort="-pk",
    total="with_ppn",
    total_label=gettext_lazy("nilai termasuk PPN"),
    empty_title=gettext_lazy("Belum ada surat pesanan"),
    empty_text=gettext_lazy(
        "Surat pesanan terbit setelah Anda menyanggupi permintaan dan instansi menyetujui penawarannya."
    ),
    empty_url_name="orders:requests",
    empty_verb=gettext_lazy("Lihat permintaan"),
)

PRODUCTION_ACTS: dict[str, dict[str, Any]] = {
    "acknowledge": {
        "verb": acknowledge,
        "url": "orders:acknowledge",
        "icon": "check",
        "title": gettext_lazy("Bacalah, lalu terima surat pesanan ini"),
        "template": "orders/producer/acknowledge.html",
        "sentences": (
            gettext_lazy("Pembeli diberi tahu bahwa Anda menerima surat pesanan ini."),
            gettext_lazy("Jumlah, harga, dan tanggalnya mengikat. Setelah itu Anda dapat mulai produksi."),
        ),
        "done": gettext_lazy("Surat pesanan diterima. Mulailah produksi bila bahan sudah siap."),
    },
    "start": {
        "verb": start_production,
        "url": "orders:start",
        "icon": "factory",
        "title": gettext_lazy("Mulai produksi"),
        "sentences": (
            gettext_lazy("Pembeli melihat bahwa barangnya sedang dikerjakan."),
            gettext_lazy("Setelah itu Anda dapat melaporkan kemajuan dan menyiapkan pengiriman."),
        ),
        "done": gettext_lazy("Produksi dimulai. Laporkan kemajuannya dari waktu ke waktu."),
    },
    "finish": {
        "verb": finish_production,
        "url": "orders:finish",
        "icon": "package-check",
        "title": gettext_lazy("Semua sudah jadi"),
        "sentences": (
            gettext_lazy("Kemajuan menjadi 100 %, dan pembeli diberi tahu bahwa barang siap dikirim."),
            gettext_lazy("Langkah berikutnya: siapkan pengiriman."),
        ),
        "done": gettext_lazy("Barang siap dikirim. Siapkan pengirimannya."),
    },
}
"""The steps of production that cannot be undone: what each says before and after."""


@require_safe
@producer_page
def purchase_order_list(request: Request) -> HttpResponseBase:
    """Every purchase order that I have got."""
    return PURCHASE_ORDERS.respond(
        request, purchase_orders_of(actor_of(request)), "orders/producer/purchase_orders.html"
    )


def _confirmed_act(request: Request, purchase_order_id: int, name: str) -> HttpResponse:
    """Ask once what cannot be undone, then do it."""
    actor, act = actor_of(request), PRODUCTION_ACTS[name]
    purchase_order = own_purchase_order(actor, purchase_order_id)
    require(may(f"purchase_order.{name}", actor))
    if request.method == "POST":
        run_verb(None, act["verb"], purchase_order_id=purchase_order.pk, actor=actor)
        messages.success(request, act["done"])
        return redirect("orders:purchase_order", purchase_order.pk)
    require_step(purchase_order, name)
    return render(
        request,
        act.get("template", "components/confirm.html"),
        {
            "title": act["title"],
            "subject": f"{purchase_order.number} · {purchase_order.order.title}",
            "sentences": act["sentences"],
            "verb": PURCHASE_ORDER[name].label,
            "icon_name": act["icon"],
            "cancel_url": reverse("orders:purchase_order", args=[purchase_order.pk]),
            **(_what_binds(actor, purchase_order) if name == "acknowledge" else {}),
        },
    )


def _what_binds(actor: Actor, purchase_order: PurchaseOrder) -> dict[str, Any]:
    """What an MSME takes on: goods, days and how many are left, sums with PPN, and the paper itself."""
    shares = purchase_order.allocations.filter(quantity__gt=0).select_related("line__site")
    return {
        "purchase_order": purchase_order,
        "shares": shares.order_by("line__position"),
        "forecast": forecasts([purchase_order]).get(purchase_order.pk),
        "paper": Document.objects.visible_to(actor)
        .current()
        .filter(subject=stored(f"purchase_order:{purchase_order.pk}"))
        .first(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@producer_page
def refuse_order(request: Request, purchase_order_id: int) -> HttpResponse:
    """Not take a purchase order on as it is, with the reason; the coordinator goes on with it."""
    actor = actor_of(request)
    purchase_order = own_purchase_order(actor, purchase_order_id)
    require(may("purchase_order.refuse", actor))
    if request.method != "POST":
        require_refusable(purchase_order)
    form = ShortReasonForm(request.POST or None)
    if request.method == "POST" and is_ready(form, require_refusable, purchase_order):
        done = run_verb(form, refuse, purchase_order_id=purchase_order.pk, actor=actor, **form.cleaned_data)
        if done is not None:
            messages.success(request, _("Penolakan tercatat dan koordinator expo diberi tahu alasannya."))
            return redirect("orders:purchase_order", purchase_order.pk)
    return render_form(
        request,
        "components/confirm.html",
        form,
        {
            "title": _("Tidak menerima surat pesanan ini"),
            "subject": f"{purchase_order.number} · {purchase_order.order.title}",
            "sentences": (
                _(
                    "Koordinator expo membaca alasannya dan dapat mengusulkan adendum: tanggal lain, atau UMKM lain."
                ),
                _("Surat pesanan ini tetap ada sampai adendumnya berlaku; Anda masih dapat menerimanya."),
            ),
            "verb": _("Kirim penolakan"),
            "icon_name": "circle-x",
            "harm": False,
            "cancel_url": reverse("orders:purchase_order", args=[purchase_order.pk]),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@producer_page
def acknowledge_order(request: Request, purchase_order_id: int) -> HttpResponse:
    """Take a purchase order on."""
    return _confirmed_act(request, purchase_order_id, "acknowledge")


@require_http_methods(["GET", "HEAD", "POST"])
@producer_page
def start(request: Request, purchase_order_id: int) -> HttpResponse:
    """Begin to work."""
    return _confirmed_act(request, purchase_order_id, "start")


@require_http_methods(["GET", "HEAD", "POST"])
@producer_page
def finish(request: Request, purchase_order_id: int) -> HttpResponse:
    """Everything is made."""
    return _confirmed_act(request, purchase_order_id, "finish")


def own_purchase_order(actor: Actor, purchase_order_id: int) -> Any:
    found = purchase_orders_of(actor).filter(pk=purchase_order_id).first()
    if found is None:
        raise NotFound(_("Surat pesanan itu tidak ada, atau bukan untuk usaha Anda."))
    return found
