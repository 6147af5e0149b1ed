"""The entries of the navigation, per kind of organisation, by URL name.

A name that does not exist is skipped, so a part of the system can be left out without touching the layout.
"""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """One place to go; ``short`` is the word under the icon on a phone; ``roles`` empty means every member."""

    name: str
    label: "str | Promise"
    icon: str
    short: "str | Promise" = ""
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class NavigationLink:
    """An entry as the page draws it."""

    url: str
    label: str
    short: str
    icon: str
    current: bool


HOME_OF_KIND: dict[str, str] = {"institution": "buyers:home", "msme": "msmes:home", "expo": "expo:home"}

#: The page of an institution or MSME in the shared directory, by the kind of its organisation.
PAGE_OF_KIND: dict[str, str] = {"institution": "buyers:institution", "msme": "msmes:detail"}

NAVIGATION: dict[str, tuple[NavigationEntry, ...]] = {
    "institution": (
        NavigationEntry("buyers:home", _("Beranda"), "house"),
        NavigationEntry("orders:list", _("Pesanan"), "clipboard-list"),
        NavigationEntry(
            "orders:approvals", _("Persetujuan"), "clipboard-check", _("Setujui"), frozenset({"approver"})
        ),
        NavigationEntry(
            "orders:receiving", _("Penerimaan"), "package-check", _("Terima"), frozenset({"receiver"})
        ),
        NavigationEntry("documents:list", _("Dokumen"), "file-text"),
        NavigationEntry("orders:new", _("Pesanan baru"), "plus", _("Baru"), frozenset({"requester"})),
        NavigationEntry(
            "buyers:profile", _("Instansi kami"), "building-2", _("Instansi"), frozenset({"admin"})
        ),
    ),
    "msme": (
        NavigationEntry("msmes:home", _("Beranda"), "house"),
        NavigationEntry("orders:requests", _("Permintaan"), "message-square-warning", _("Diminta")),
        NavigationEntry("orders:purchase_orders", _("Surat pesanan"), "scroll-text", _("Pesanan")),
        NavigationEntry("orders:shipments", _("Pengiriman"), "truck", _("Kirim")),
        NavigationEntry("msmes:capacity", _("Kapasitas"), "calendar"),
        NavigationEntry("msmes:offers", _("Produk saya"), "store", _("Produk"), frozenset({"owner"})),
        NavigationEntry("documents:list", _("Dokumen"), "file-text"),
    ),
    "expo": (
        NavigationEntry("expo:home", _("Dasbor"), "layout-dashboard"),
        NavigationEntry("orders:board", _("Papan"), "square-kanban"),
        NavigationEntry("orders:workbench_list", _("Pembagian"), "scale"),
        NavigationEntry("orders:chase", _("Tindak lanjut"), "bell", _("Ingatkan")),
        NavigationEntry("orders:list", _("Pesanan"), "clipboard-list"),
        NavigationEntry("expo:pledges", _("Komitmen"), "handshake"),
        NavigationEntry("expo:channels", _("Kanal penjualan"), "hand-coins", _("Kanal")),
        NavigationEntry("expo:reports", _("Laporan"), "file-check"),
        NavigationEntry("buyers:institutions", pgettext_lazy("banyak", "Instansi"), "building-2"),
        NavigationEntry("msmes:directory", pgettext_lazy("banyak", "UMKM"), "store"),
        NavigationEntry("msmes:capacity_overview", _("Kapasitas bebas"), "calendar", _("Kapasitas")),
        NavigationEntry("documents:list", _("Dokumen"), "file-text"),
        NavigationEntry("procurement:jobs", _("Pekerjaan"), "layers"),
    ),
}

#: How many places the bar at the foot of a phone has; the rest are under "Menu".
FOOT_PLACES = 4
#: How many the bar on top of a desktop page has; the rest are under "Lainnya".
TOP_PLACES = 6


def places_for(request: HttpRequest, kind: str, roles: frozenset[str]) -> list[NavigationLink]:
    """The places that this kind of organisation and these roles go to, the present one marked."""
    places: list[NavigationLink] = []
    for entry in NAVIGATION.get(kind, ()):
        if entry.roles and entry.roles.isdisjoint(roles):
            continue
        try:
            url = reverse(entry.name)
        except NoReverseMatch:
            continue
        label = str(entry.label)
        places.append(NavigationLink(url, label, str(entry.short) or label, entry.icon, current=False))
    # The longest address that the present one begins with is where the reader is: /pesanan/baru/ is not /pesanan/.
    found = max(
        (place for place in places if request.path.startswith(place.url)),
        key=lambda p: len(p.url),
        default=None,
    )
    return [
        NavigationLink(place.url, place.label, place.short, place.icon, current=place is found)
        for place in places
    ]
