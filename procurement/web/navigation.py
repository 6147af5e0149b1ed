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
    """One place to go; ``short`` is the word under the icon on a phone; ``roles`` empty means every member.

    Pages whose address begins with that of the place belong to it, unless it stands ``alone``; ``pages`` names those
    with another address.
    """

    name: str
    label: "str | Promise"
    icon: str
    short: "str | Promise" = ""
    roles: frozenset[str] = frozenset()
    pages: frozenset[str] = frozenset()
    alone: bool = False


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
        NavigationEntry("buyers:home", _("Beranda"), "house", alone=True),
        NavigationEntry(
            "orders:list",
            _("Pesanan"),
            "clipboard-list",
            pages=frozenset(
                {
                    "orders:amendment",
                    "orders:amendment_refuse",
                    "orders:progress",
                    "orders:receiving",
                    "orders:settle",
                }
            ),
        ),
        NavigationEntry(
            "orders:approvals",
            _("Persetujuan"),
            "clipboard-check",
            _("Setujui"),
            frozenset({"approver"}),
            frozenset(
                {
                    "orders:approve",
                    "orders:reject",
                    "orders:ask_revision",
                    "orders:amendment",
                    "orders:amendment_refuse",
                }
            ),
        ),
        NavigationEntry(
            "orders:receiving", _("Penerimaan"), "package-check", _("Terima"), frozenset({"receiver"})
        ),
        NavigationEntry("orders:catalogue", _("Katalog"), "store"),
        NavigationEntry("documents:list", _("Dokumen"), "file-text"),
        NavigationEntry(
            "orders:new",
            _("Pesanan baru"),
            "plus",
            _("Baru"),
            frozenset({"requester"}),
            frozenset({"orders:import_new"}),
        ),
        NavigationEntry(
            "buyers:own",
            _("Instansi kami"),
            "building-2",
            _("Instansi"),
            frozenset({"admin"}),
            frozenset(
                {
                    "buyers:institution_edit",
                    "buyers:terms_edit",
                    "buyers:unit_new",
                    "buyers:unit_edit",
                    "buyers:site_new",
                    "buyers:site_edit",
                    "buyers:officer_new",
                    "buyers:officer_edit",
                    "buyers:officer_end",
                    "buyers:rules_edit",
                }
            ),
        ),
    ),
    "msme": (
        NavigationEntry("msmes:home", _("Beranda"), "house", alone=True),
        NavigationEntry("orders:requests", _("Permintaan"), "message-square-warning", _("Diminta")),
        NavigationEntry(
            "orders:purchase_orders",
            _("Surat pesanan"),
            "scroll-text",
            _("Pesanan"),
            pages=frozenset({"orders:amendment", "orders:amendment_refuse"}),
        ),
        NavigationEntry(
            "orders:shipments", _("Pengiriman"), "truck", _("Kirim"), pages=frozenset({"orders:prepare"})
        ),
        NavigationEntry("msmes:capacity", _("Kapasitas"), "calendar"),
        NavigationEntry("msmes:offers", _("Produk saya"), "store", _("Produk"), frozenset({"owner"})),
        NavigationEntry("documents:list", _("Dokumen"), "file-text"),
    ),
    "expo": (
        NavigationEntry(
            "expo:home",
            _("Dasbor"),
            "layout-dashboard",
            pages=frozenset(
                {
                    "expo:editions",
                    "expo:edition_new",
                    "expo:edition_edit",
                    "expo:edition_catalogue",
                    "expo:edition_close",
                    "expo:office",
                }
            ),
        ),
        NavigationEntry("orders:board", _("Papan"), "square-kanban"),
        NavigationEntry(
            "orders:workbench_list", _("Pembagian"), "scale", pages=frozenset({"orders:decline"})
        ),
        NavigationEntry(
            "orders:chase", _("Tindak lanjut"), "bell", _("Ingatkan"), pages=frozenset({"orders:late"})
        ),
        NavigationEntry(
            "orders:list",
            _("Pesanan"),
            "clipboard-list",
            pages=frozenset(
                {
                    "orders:progress",
                    "orders:amendment",
                    "orders:amendment_choose",
                    "orders:amendment_new",
                    "orders:amendment_withdraw",
                }
            ),
        ),
        NavigationEntry("expo:pledges", _("Komitmen"), "handshake"),
        NavigationEntry("expo:channels", _("Kanal penjualan"), "hand-coins", _("Kanal")),
        NavigationEntry("expo:reports", _("Laporan"), "file-check"),
        NavigationEntry(
            "buyers:institutions",
            pgettext_lazy("banyak", "Instansi"),
            "building-2",
            pages=frozenset(
                {
                    "buyers:import",
                    "buyers:import_review",
                    "buyers:proposal",
                    "buyers:logo",
                    "buyers:numbers",
                    "buyers:dry_run",
                }
            ),
        ),
        NavigationEntry(
            "msmes:directory",
            pgettext_lazy("banyak", "UMKM"),
            "store",
            pages=frozenset(
                {
                    "orders:catalogue",
                    "orders:product",
                    "msmes:available",
                    "msmes:catalogue",
                    "msmes:product_new",
                    "msmes:product_edit",
                    "msmes:product_photos",
                    "msmes:categories",
                    "msmes:category_new",
                    "msmes:category_edit",
                }
            ),
        ),
        NavigationEntry("accounts:joining", _("Pendaftaran"), "user-cog", roles=frozenset({"coordinator"})),
        NavigationEntry("msmes:capacity_overview", _("Kapasitas bebas"), "calendar", _("Kapasitas")),
        NavigationEntry("documents:list", _("Dokumen"), "file-text"),
        NavigationEntry("procurement:jobs", _("Pekerjaan"), "layers"),
        NavigationEntry(
            "accounts:processing", _("Data pribadi"), "shield-check", roles=frozenset({"coordinator"})
        ),
    ),
}

#: How many places the bar at the foot of a phone has; the rest are under "Menu".
FOOT_PLACES = 4
#: How many the bar on top of a desktop page has; the rest are under "Lainnya".
TOP_PLACES = 6


def places_for(request: HttpRequest, kind: str, roles: frozenset[str]) -> list[NavigationLink]:
    """The places that this kind of organisation and these roles go to, the present one marked."""
    shown: list[tuple[NavigationEntry, str]] = []
    for entry in NAVIGATION.get(kind, ()):
        if entry.roles and entry.roles.isdisjoint(roles):
            continue
        try:
            shown.append((entry, reverse(entry.name)))
        except NoReverseMatch:
            continue
    present = _present(request, shown)
    return [
        NavigationLink(
            url, str(entry.label), str(entry.short or entry.label), entry.icon, current=entry is present
        )
        for entry, url in shown
    ]


def _present(request: HttpRequest, shown: list[tuple[NavigationEntry, str]]) -> NavigationEntry | None:
    """Where the reader is: the place that names the page, else the one with the longest address above it.

    What an approver decides is where approvals are, and for everybody else a part of the order: places for a role come
    first. /pesanan/baru/ is not /pesanan/.
    """
    match = getattr(request, "resolver_match", None)
    page = match.view_name if match else ""
    naming = [entry for entry, _url in shown if page in {entry.name, *entry.pages}]
    if naming:
        return max(naming, key=lambda entry: bool(entry.roles))
    above = [
        (entry, url)
        for entry, url in shown
        if (request.path == url if entry.alone else request.path.startswith(url))
    ]
    return max(above, key=lambda one: len(one[1]))[0] if above else None
