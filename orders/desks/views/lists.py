"""Lists for the buyer: orders (which expo staff read too), approvals, arriving shipments."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Case, IntegerField, Q, When
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from accounts.acting import Actor
from buyers.gates import buyer_page
from orders.amending.addenda import side_of, title_of, waiting_for
from orders.amending.addenda_signers import judged_addenda
from orders.authority.authority import SignatureRefused
from orders.authority.signers import MOST_JUDGED, Judged, judged
from orders.delivering.queries import arriving
from orders.desks.buyer_desk import awaiting_signature
from orders.models import Shipment
from orders.order_list import OrderListing, listing_for, orders_of
from orders.permissions import may, officer_of, require
from procurement import clock
from procurement.errors import NotFound
from procurement.input.keys import keys_of
from procurement.lists.listing import Column, DateRange, Flag, Listing
from procurement.templatetags.words import rupiah_text
from procurement.web.request import Request, actor_of


@require_safe
@login_required
def order_list(request: Request) -> HttpResponseBase:
    """Orders of the institution, or of all institutions for expo staff."""
    actor = actor_of(request)
    if actor.kind not in ("institution", "expo") or not actor.roles:
        raise NotFound(_("Halaman ini tidak ada, atau bukan untuk organisasi yang Anda wakili."))
    return listing_for(actor).respond(
        request, orders_of(actor), "orders/list.html", {"may_draft": bool(may("order.draft", actor))}
    )


def _changed(order: Any) -> str:
    """What is new since the reader last saw a quote for this order."""
    if order.revision == 1:
        return _("Penawaran pertama")
    before = (order.quote_before or {}).get("value", [None, None])[1]
    parts = [_("Revisi %(number)d") % {"number": order.revision}]
    if before:
        parts.append(_("nilai semula %(value)s") % {"value": rupiah_text(Decimal(before))})
    if order.revision_note:
        parts.append(order.revision_note)
    return ". ".join(parts)


def _level(order: Any) -> str:
    return f"{order.level} · {order.level_post}" if order.level else ""


APPROVALS = OrderListing(
    name="persetujuan",
    columns=[
        Column(
            "number",
            gettext_lazy("Nomor"),
            sort="pk",
            lead=True,
            link=lambda order: reverse("orders:approve", args=[order.pk]),
            note="title",
        ),
        Column("value", gettext_lazy("Nilai sebelum PPN"), kind="money", sort="value"),
        Column("quote_valid_until", gettext_lazy("Diputuskan sampai"), kind="date", sort="quote_valid_until"),
        Column("level", gettext_lazy("Tingkat berikutnya"), value=_level, sort="level"),
        Column("changed", gettext_lazy("Perubahan"), value=_changed),
        Column("requester", gettext_lazy("Pemohon"), value="requester.name", phone=False),
        Column("unit", gettext_lazy("Satuan kerja"), value="unit.name", phone=False, shown=False),
    ],
    search=["title", "unit__name"],
    search_label=gettext_lazy("Cari nomor atau perihal"),
    filters=[DateRange("sampai", gettext_lazy("Diputuskan sampai"), "quote_valid_until")],
    default_sort="-value",
    total="value",
    total_label=gettext_lazy("nilai sebelum PPN"),
    empty_title=gettext_lazy("Tidak ada penawaran yang menunggu persetujuan"),
    empty_text=gettext_lazy("Penawaran muncul di sini begitu koordinator expo menerbitkannya."),
)


@require_safe
@buyer_page
def approvals(request: Request) -> HttpResponseBase:
    """Quotes that wait for a signature, the largest first; which level, and whether it is within my limits."""
    actor = actor_of(request)
    require(may("order.approve", actor))
    officer = officer_of(actor.organisation_id or 0, actor.user_id)
    rows = awaiting_signature(actor)
    known = {
        one.order.pk: one
        for one in judged(rows.order_by("-value", "pk")[:MOST_JUDGED], actor, officer=officer)
    }

    def judgement(order: Any) -> Judged:
        return known.get(order.pk) or judged([order], actor, officer=officer)[0]

    mine = Column(
        "mine",
        gettext_lazy("Kewenangan Anda"),
        value=lambda order: _what_i_may(judgement(order)),
    )
    may_sign = Flag(
        "dapat",
        gettext_lazy("Dapat saya tandatangani"),
        Q(pk__in=[pk for pk, one in known.items() if one.may_sign]),
    )
    listing = replace(
        APPROVALS.led_by("number", lambda order: _page_of(judgement(order))),
        filters=[may_sign, *APPROVALS.filters],
    )
    listing = replace(listing, columns=[*listing.columns[:4], mine, *listing.columns[4:]])
    return listing.respond(
        request,
        rows,
        "orders/approvals.html",
        {
            "officer": officer if officer is not None and officer.has_authority(clock.today()) else None,
            "addenda": [
                (row, title_of(row, side_of(row, actor)), _only_look(refusal))
                for row, refusal in judged_addenda(waiting_for(actor), actor)
            ],
        },
    )


_WHY_NOT = {
    "maker": gettext_lazy("Anda ikut menyusunnya: orang lain menandatangani"),
    "twice": gettext_lazy("Sudah Anda tandatangani"),
    "authority": gettext_lazy("Kewenangan Anda belum ditetapkan"),
    "level": gettext_lazy("Di atas tingkat Anda"),
    "limit": gettext_lazy("Di atas batas nilai Anda"),
    "similar": gettext_lazy("Bersama pesanan serupa di atas batas nilai Anda"),
}
"""By the code that the verb's refusal would have in the audit trail."""


def _what_i_may(one: Judged) -> str:
    """What the reader may do with a quote, and why not more: as the verb would decide."""
    if one.stopped:
        return _("Minta revisi. %(reason)s") % {"reason": one.stopped}
    return _only_look(one.refusal) or _("Dapat Anda tandatangani")


def _only_look(refusal: SignatureRefused | None) -> str:
    return _("Hanya lihat. %(reason)s") % {"reason": _WHY_NOT[refusal.why]} if refusal else ""


def _page_of(one: Judged) -> str:
    """The signing page for those who may sign, the order page for others."""
    page = "orders:approve" if one.may_sign else "orders:detail"
    return reverse(page, args=[one.order.pk])


def _late_on_road() -> Q:
    return Q(purchase_order__due_on__lt=clock.today())


ARRIVING = Listing(
    name="penerimaan",
    columns=[
        Column(
            "number",
            gettext_lazy("Surat jalan"),
            sort="number",
            lead=True,
            link=lambda shipment: reverse("orders:receive", args=[shipment.pk]),
            note="purchase_order.msme.organisation.name",
        ),
        Column(
            "order",
            pgettext_lazy("satu", "Pesanan"),
            value="purchase_order.order.number",
            link=lambda shipment: reverse("orders:detail", args=[shipment.purchase_order.order_id]),
            note="purchase_order.order.title",
        ),
        Column("site", gettext_lazy("Lokasi penyerahan"), value="site.name", sort="site__name"),
        Column("pieces", gettext_lazy("Jumlah"), kind="number"),
        Column("dispatched_at", gettext_lazy("Dikirim"), kind="date", sort="dispatched_at"),
        Column(
            "due_on",
            gettext_lazy("Jatuh tempo"),
            value="purchase_order.due_on",
            kind="date",
            sort="purchase_order__due_on",
        ),
        Column("plate", gettext_lazy("Nomor polisi"), phone=False),
    ],
    search=["number", "purchase_order__number", "purchase_order__msme__organisation__name", "plate"],
    search_label=gettext_lazy("Cari surat jalan, surat pesanan, UMKM, atau nomor polisi"),
    filters=[Flag("terlambat", gettext_lazy("Lewat jatuh tempo"), _late_on_road)],
    default_sort="dispatched_at",
    empty_title=gettext_lazy("Tidak ada kiriman di perjalanan"),
    empty_text=gettext_lazy("Kiriman muncul di sini begitu UMKM menandainya sudah dikirim."),
)


@require_safe
@buyer_page
def receiving(request: Request) -> HttpResponseBase:
    """Shipments on the road to us; a scanned or typed delivery note number leads straight to counting."""
    actor = actor_of(request)
    number = request.GET.get("nomor", "").replace("\x00", "").strip()[:120]
    if number:
        found: Shipment | None = arriving(actor).filter(number__iexact=number).first()
        if found is not None:
            return redirect("orders:receive", found.pk)
        messages.warning(
            request,
            _(
                "Tidak ada kiriman di perjalanan dengan surat jalan “%(number)s”. Periksa nomornya pada surat jalan."
            )
            % {"number": number},
        )
    may_receive = bool(may("shipment.receive", actor))
    context = {"number": number, "may_receive": may_receive}
    if may_receive:
        context |= _next_after(request.GET.get("sesudah", ""), actor)
    listing = ARRIVING if may_receive else ARRIVING.led_by("number", None)
    return listing.respond(request, arriving(actor), "orders/receiving.html", context)


def _next_after(text: str, actor: Actor) -> dict[str, Any]:
    """The shipment to count after the one that was just counted: of the same place, of the same order first."""
    done = next(iter(keys_of([text])), None)
    last = Shipment.objects.visible_to(actor).for_list().filter(pk=done).first() if done else None
    if last is None:
        return {}
    order = last.purchase_order.order_id
    rows = arriving(actor).exclude(pk=last.pk)
    nearest = rows.annotate(
        elsewhere=Case(When(site=last.site_id, then=0), default=1, output_field=IntegerField()),
        of_other=Case(When(purchase_order__order=order, then=0), default=1, output_field=IntegerField()),
    )
    return {
        "counted": last,
        "next_one": nearest.order_by("elsewhere", "of_other", "dispatched_at", "pk").first(),
    }
