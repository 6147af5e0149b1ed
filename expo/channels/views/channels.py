"""Pages of channel sales: beside order value, each channel by itself."""

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.gates import staff_page
from expo.channels.channels import record_channel_sale
from expo.channels.forms import ChannelSaleForm
from expo.choosing import chosen_edition, editions_of
from expo.figures import figures
from expo.figures.wording import amount_said
from expo.models import ChannelSale, Pledge
from expo.permissions import may, require
from procurement.input.forms import render_form, run_verb
from procurement.lists.listing import ChoiceFilter, Column, DateRange, Listing
from procurement.web.request import Request, actor_of

SALES = Listing(
    name="penjualan-kanal",
    columns=[
        Column("channel", gettext_lazy("Kanal"), value="get_channel_display", sort="channel", lead=True),
        Column("day", gettext_lazy("Tanggal"), kind="date", sort="day"),
        Column("msme", gettext_lazy("UMKM"), value="msme.organisation.name", sort="msme__organisation__name"),
        Column("said", gettext_lazy("Nilai"), value=lambda row: amount_said(row.amount_kind, row.amount)),
        Column("amount", gettext_lazy("Angka"), kind="money", sort="amount", shown=False),
        Column("nature", gettext_lazy("Sifat nilai"), value="get_amount_kind_display", sort="amount_kind"),
        Column("confidence", gettext_lazy("Keyakinan"), sort="confidence", phone=False),
        Column("source", gettext_lazy("Sumber")),
    ],
    search=["msme__organisation__name", "source"],
    search_label=gettext_lazy("Cari UMKM atau sumber"),
    filters=[
        ChoiceFilter("kanal", gettext_lazy("Kanal"), ChannelSale.Channel.choices, field="channel"),
        ChoiceFilter("sifat", gettext_lazy("Sifat nilai"), Pledge.AmountKind.choices, field="amount_kind"),
        DateRange("tanggal", gettext_lazy("Tanggal"), "day"),
    ],
    default_sort="-day",
    empty_title=gettext_lazy("Belum ada penjualan kanal"),
    empty_text=gettext_lazy(
        "Catatlah transaksi langsung dan live shopping per hari dan per UMKM, atau pernyataan untuk seluruh "
        "penyelenggaraan. Angkanya tidak pernah dijumlahkan ke nilai pesanan."
    ),
)
"""No total over the list: sales of different channels and different natures are never summed."""


@require_safe
@staff_page
def channel_list(request: Request) -> HttpResponseBase:
    """Sales by day and MSME; what each channel adds up to, apart from the others."""
    actor = actor_of(request)
    editions = editions_of(actor)
    edition = chosen_edition(request, editions)
    rows = ChannelSale.objects.filter(edition=edition).select_related("msme__organisation")
    return SALES.respond(
        request,
        rows if edition else rows.none(),
        "expo/channels.html",
        {
            "edition": edition,
            "editions": editions,
            "channels": figures.channel_figures(edition) if edition else [],
            "may_record": may("channel.record", actor).allowed,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def channel_new(request: Request) -> HttpResponseBase:
    """Write one figure of one channel down."""
    actor = actor_of(request)
    require(may("channel.record", actor))
    form = ChannelSaleForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        sale = run_verb(form, record_channel_sale, actor=actor, sale=form.asked())
        if sale is not None:
            messages.success(request, _("Penjualan kanal sudah dicatat."))
            return redirect("expo:channels")
    return render_form(request, "expo/channel_new.html", form)
