"""The products of an edition as a list: searched, filtered, sorted, paged and exported."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from expo.choosing import KEY
from expo.models import Edition
from msmes.models import Category, Certificate
from orders.browsing.queries import BANDS, made_in, regions_of, rounded, with_certificate, within
from procurement.lists.listing import ChoiceFilter, Column, Listing
from procurement.money import rupiah

PAGE_SIZE = 12


def listing_of(edition: Edition, *, has_prices: bool = True) -> Listing:
    """The products of an edition as a list: what it is filtered and sorted by, and what an export holds."""
    organiser = edition.organiser_id
    prices = [
        Column(
            "low",
            gettext_lazy("Harga mulai"),
            value=lambda row: rounded(row.low, up=False),
            kind="money",
            sort="low",
        ),
        Column(
            "high", gettext_lazy("Harga sampai"), value=lambda row: rounded(row.high, up=True), kind="money"
        ),
    ]
    filters = [
        ChoiceFilter(
            "kategori",
            gettext_lazy("Kategori"),
            lambda: Category.objects.order_by("name").values_list("pk", "name"),
            field="category_id",
        ),
        ChoiceFilter(
            "wilayah",
            gettext_lazy("Wilayah pembuat"),
            lambda: regions_of(organiser),
            apply=lambda rows, value: made_in(rows, value, organiser),
        ),
        ChoiceFilter("harga", gettext_lazy("Harga per satuan"), _bands, apply=within),
        ChoiceFilter(
            "sertifikat",
            gettext_lazy("Sertifikat"),
            Certificate.Kind.choices,
            apply=lambda rows, value: with_certificate(rows, value, organiser),
        ),
    ]
    return Listing(
        name="katalog",
        columns=[
            Column("name", gettext_lazy("Produk"), sort="name", lead=True),
            Column("code", gettext_lazy("Kode"), shown=False),
            Column("category", gettext_lazy("Kategori"), value="category.name"),
            Column("unit", gettext_lazy("Satuan")),
            *(prices if has_prices else []),
            Column("least", gettext_lazy("Jumlah minimum"), kind="number"),
            Column("soonest", gettext_lazy("Waktu pengerjaan (hari)"), kind="number", sort="soonest"),
            Column("makers", gettext_lazy("Pembuat"), kind="number", sort="makers"),
            Column("specification", gettext_lazy("Spesifikasi"), shown=False),
        ],
        search=["name", "code", "specification", "category__name"],
        search_label=gettext_lazy("Cari nama, bahan, atau kategori"),
        filters=[one for one in filters if has_prices or one.key != "harga"],
        default_sort="name",
        page_size=PAGE_SIZE,
        keep=[KEY],
        empty_title=gettext_lazy("Katalog masih kosong"),
        empty_text=gettext_lazy("Produk muncul di sini begitu penyelenggara menambahkannya."),
    )


def _bands() -> list[tuple[str, str]]:
    found = []
    for key, above, up_to in BANDS:
        if above is None:
            found.append((key, _("sampai %(most)s") % {"most": rupiah(up_to or 0)}))
        elif up_to is None:
            found.append((key, _("di atas %(least)s") % {"least": rupiah(above)}))
        else:
            found.append((key, f"{rupiah(above)} – {rupiah(up_to)}"))
    return found
