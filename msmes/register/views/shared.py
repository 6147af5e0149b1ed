"""The shared directory of MSMEs: what every organiser may know of each, and asking one to accept it."""

from typing import Any

from django.db.models import Prefetch
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.acting import Actor
from accounts.gates import staff_page
from accounts.organisers import between
from accounts.permissions import may as may_ask
from msmes.models import District, Msme, Offer
from msmes.permissions import may, require
from procurement.lists.listing import ChoiceFilter, Column, Listing
from procurement.web.request import Request, actor_of


def _products(row: Any) -> str:
    """What it offers, without prices."""
    return ", ".join(offer.product.name for offer in row.offers.all())


def offered() -> "Prefetch[str, Any, str]":
    """The active offers of a row, for :func:`_products`."""
    rows = Offer.objects.filter(is_active=True).select_related("product").order_by("product__name")
    return Prefetch("offers", rows)


DIRECTORY = Listing(
    name="direktori-umkm",
    columns=[
        Column(
            "name",
            gettext_lazy("UMKM"),
            value="organisation.name",
            sort="organisation__name",
            lead=True,
            link=lambda row: reverse("msmes:detail", args=[row.pk]),
        ),
        Column("code", gettext_lazy("Kode"), value="organisation.code", sort="organisation__code"),
        Column("district", gettext_lazy("Kabupaten/kota"), value="district.name", sort="district__name"),
        Column("products", gettext_lazy("Produk"), value=_products),
    ],
    search=["organisation__name", "organisation__code", "district__name"],
    search_label=gettext_lazy("Cari nama, kode, atau kabupaten/kota"),
    filters=[
        ChoiceFilter(
            "kabupaten",
            gettext_lazy("Kabupaten/kota"),
            lambda: District.objects.order_by("name").values_list("pk", "name"),
            field="district_id",
        ),
    ],
    default_sort="name",
    empty_title=gettext_lazy("Belum ada UMKM"),
    empty_text=gettext_lazy("UMKM semua penyelenggara tampil di sini begitu didaftarkan."),
)


@require_safe
@staff_page
def directory(request: Request) -> HttpResponseBase:
    """Every active MSME, including those in the care of other organisers."""
    actor = actor_of(request)
    require(may("msme.list", actor))
    rows = Msme.objects.in_directory_of(actor).filter(organisation__is_active=True)
    return DIRECTORY.respond(
        request,
        rows.select_related("organisation", "district").prefetch_related(offered()),
        context={
            "title": _("Direktori bersama: UMKM"),
            "lead": _(
                "Nama, daerah, dan produk terbuka bagi semua penyelenggara; yang lain hanya bagi yang diterima."
            ),
        },
    )


def page_of(request: Request, msme: Msme, actor: Actor) -> HttpResponseBase:
    """What an organiser that was not accepted reads of an MSME."""
    found = Msme.objects.filter(pk=msme.pk).prefetch_related(offered()).get()
    return render(
        request,
        "accounts/in_directory.html",
        {
            "organisation": msme.organisation,
            "list_url": reverse("msmes:shared_directory"),
            "pairs": [
                (_("Kabupaten/kota"), msme.district.name),
                (_("Produk"), _products(found)),
            ],
            "acceptance": between(msme.pk, actor),
            "may_ask": bool(may_ask("organiser.ask", actor)),
        },
    )
