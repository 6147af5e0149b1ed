"""What stands in the navigation, per kind of organisation, by URL name.

A name that does not exist is skipped, so a part of the system can be left out without touching the layout.
"""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Entry:
    """One place to go; ``short`` is the word under the icon on a phone; ``roles`` empty means every member."""

    name: str
    label: "str | Promise"
    icon: str
    short: "str | Promise" = ""
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """An entry as the page draws it."""

    url: str
    label: str
    short: str
    icon: str
    current: bool


HOME_OF_KIND: dict[str, str] = {"institution": "buyers:home", "msme": "msmes:home", "expo": "expo:home"}

#: The page of an institution or MSME in the shared directory, by the kind of its organisation.
PAGE_OF_KIND: dict[str, str] = {"institution": "buyers:institution", "msme": "msmes:detail"}

NAVIGATION: dict[str, tuple[Entry, ...]] = {
    "institution": (
        Entry("buyers:home", _("Beranda"), "house"),
        Entry("orders:list", _("Pesanan"), "clipboard-list"),
        Entry("orders:approvals", _("Persetujuan"), "clipboard-check", _("Setujui"), frozenset({"approver"})),
        Entry("orders:receiving", _("Penerimaan"), "package-check", _("Terima"), frozenset({"receiver"})),
        Entry("documents:list", _("Dokumen"), "file-text"),
        Entry("orders:new", _("Pesanan baru"), "plus", _("Baru"), frozenset({"requester"})),
    ),
    "msme": (
        Entry("msmes:home", _("Beranda"), "house"),
        Entry("orders:requests", _("Permintaan"), "message-square-warning", _("Diminta")),
        Entry("orders:purchase_orders", _("Surat pesanan"), "scroll-text", _("Pesanan")),
        Entry("orders:shipments", _("Pengiriman"), "truck", _("Kirim")),
        Entry("msmes:capacity", _("Kapasitas"), "calendar"),
        Entry("msmes:offers", _("Produk saya"), "store", _("Produk")),
        Entry("documents:list", _("Dokumen"), "file-text"),
    ),
    "expo": (
        Entry("expo:home", _("Dasbor"), "layout-dashboard"),
        Entry("orders:board", _("Papan"), "square-kanban"),
        Entry("orders:workbench_list", _("Pembagian"), "scale"),
        Entry("orders:chase", _("Tindak lanjut"), "bell", _("Ingatkan")),
        Entry("orders:list", _("Pesanan"), "clipboard-list"),
        Entry("expo:pledges", _("Komitmen"), "handshake"),
        Entry("expo:channels", _("Kanal penjualan"), "hand-coins", _("Kanal")),
        Entry("expo:reports", _("Laporan"), "file-check"),
        Entry("buyers:institutions", pgettext_lazy("banyak", "Instansi"), "building-2"),
        Entry("msmes:directory", pgettext_lazy("banyak", "UMKM"), "store"),
        Entry("msmes:capacity_overview", _("Kapasitas bebas"), "calendar", _("Kapasitas")),
        Entry("documents:list", _("Dokumen"), "file-text"),
        Entry("procurement:jobs", _("Pekerjaan"), "layers"),
    ),
}

#: How many places stand in the bar at the foot of a phone; the rest are under "Menu".
FOOT_PLACES = 4
#: How many stand in the bar on top of a desktop page; the rest are under "Lainnya".
TOP_PLACES = 6


def places_for(request: HttpRequest, kind: str, roles: frozenset[str]) -> list[Place]:
    """The places that this kind of organisation and these roles go to, the present one marked."""
    places: list[Place] = []
    for entry in NAVIGATION.get(kind, ()):
        if entry.roles and entry.roles.isdisjoint(roles):
            continue
        try:
            url = reverse(entry.name)
        except NoReverseMatch:
            continue
        label = str(entry.label)
        places.append(Place(url, label, str(entry.short) or label, entry.icon, current=False))
    # The longest address that the present one begins with is where the reader is: /pesanan/baru/ is not /pesanan/.
    found = max(
        (place for place in places if request.path.startswith(place.url)),
        key=lambda p: len(p.url),
        default=None,
    )
    return [
        Place(place.url, place.label, place.short, place.icon, current=place is found) for place in places
    ]
