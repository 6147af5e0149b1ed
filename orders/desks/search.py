"""Search across what one may see: orders, purchase orders, documents, institutions, MSMEs. Reads only.

Each group begins at ``visible_to(actor)``, so a search finds nothing that a list would not show.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.acting import Actor
from buyers.models import Institution
from documents.models import Document
from expo.models import Pledge
from msmes.models import Msme
from orders.models import Allocation, Order, OrderLine, PurchaseOrder
from procurement.web.navigation import HOME_OF_KIND

MOST = 8
_MOST_WORDS = 6
_NUMBER = re.compile(r"(?:psn[-\s]*)?0*(\d{1,9})", re.IGNORECASE)

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found."""

    url: str
    title: str
    note: Text = ""
    flow: str = ""
    state: str = ""


@dataclass(slots=True)
class Group:
    """What was found of one sort; ``more_url`` when there is a list that shows the rest."""

    title: Text
    icon: str
    hits: list[Hit] = field(default_factory=list)
    has_more: bool = False
    more_url: str = ""


def order_id_of(words: str) -> int | None:
    """*PSN-00042*, *psn 42* and *42* all name order 42."""
    found = _NUMBER.fullmatch(words.strip())
    return int(found.group(1)) if found else None


def _every_word(words: str, *paths: str) -> Q:
    """Every word occurs in one of the paths."""
    condition = Q()
    for word in words.split()[:_MOST_WORDS]:
        found = Q()
        for path in paths:
            found |= Q(**{f"{path}__icontains": word})
        condition &= found
    return condition


def matching_orders(orders: QuerySet[Order], words: str, *, lines: bool = False) -> QuerySet[Order]:
    """Orders where every word is the number or occurs in subject or institution; with ``lines`` also in a line."""
    condition = Q()
    for word in words.split()[:_MOST_WORDS]:
        found = Q(title__icontains=word) | Q(institution__organisation__name__icontains=word)
        number = order_id_of(word)
        if number is not None:
            found |= Q(pk=number)
        if lines:
            named = Q(name__icontains=word) | Q(product__name__icontains=word)
            found |= Q(Exists(OrderLine.objects.filter(named, order=OuterRef("pk"))))
        condition &= found
    return orders.filter(condition)


def search(words: str, actor: Actor) -> list[Group]:
    """Groups with something in them, at most :data:`MOST` rows each, in a constant number of queries."""
    if not actor.roles or actor.kind not in HOME_OF_KIND:
        return []
    groups = [
        _requests(words, actor) if actor.kind == "msme" else _orders(words, actor),
        _purchase_orders(words, actor),
        _documents(words, actor),
    ]
    if actor.kind == "expo":
        groups += [_institutions(words, actor), _msmes(words, actor), _pledges(words, actor)]
    return [group for group in groups if group.hits]


def _filled(group: Group, rows: Iterable[Any], hit_of: Any) -> Group:
    found = list(rows)
    group.hits = [hit_of(row) for row in found[:MOST]]
    group.has_more = len(found) > MOST
    return group


def _orders(words: str, actor: Actor) -> Group:
    seen = Order.objects.visible_to(actor).select_related("institution__organisation")
    # Who makes it is found only where the reader may see who makes it.
    makers = Allocation.objects.visible_to(actor).filter(
        _every_word(words, "msme__organisation__name"), order=OuterRef("pk")
    )
    found = matching_orders(seen, words, lines=True) | seen.filter(Exists(makers))
    return _filled(
        Group(_("Pesanan"), "clipboard-list", more_url=reverse("orders:list")),
        found.order_by("-pk")[: MOST + 1],
        lambda row: Hit(
            reverse("orders:detail", args=[row.pk]),
            f"{row.number} · {row.title}",
            row.institution.organisation.name,
            "order",
            row.status,
        ),
    )


def _requests(words: str, actor: Actor) -> Group:
    """An MSME meets an order through its own allocations, and finds it by number or by what it makes of it."""
    condition = _every_word(words, "line__name", "line__product__name")
    number = order_id_of(words)
    if number is not None:
        condition |= Q(order=number)
    rows = Allocation.objects.visible_to(actor).filter(condition).select_related("line")
    return _filled(
        Group(_("Permintaan"), "message-square-warning", more_url=reverse("orders:requests")),
        rows.order_by("-order_id", "line__position")[: MOST + 1],
        lambda row: Hit(
            reverse("orders:request", args=[row.order_id]),
            f"PSN-{row.order_id:05d} · {row.line.name}",
            "",
            "allocation",
            row.status,
        ),
    )


def _purchase_orders(words: str, actor: Actor) -> Group:
    paths = ("number",) if actor.kind == "msme" else ("number", "msme__organisation__name")
    rows = (
        PurchaseOrder.objects.visible_to(actor)
        .filter(_every_word(words, *paths))
        .select_related("msme__organisation")
    )

    def hit(row: PurchaseOrder) -> Hit:
        name, key = (
            ("orders:purchase_order", row.pk) if actor.kind == "msme" else ("orders:detail", row.order_id)
        )
        return Hit(
            reverse(name, args=[key]),
            row.number,
            row.msme.organisation.name,
            "purchase_order",
            row.status,
        )

    return _filled(Group(_("Surat pesanan"), "scroll-text"), rows.order_by("-pk")[: MOST + 1], hit)


def _documents(words: str, actor: Actor) -> Group:
    rows = (
        Document.objects.visible_to(actor).current().for_list().filter(_every_word(words, "number", "title"))
    )
    return _filled(
        Group(_("Dokumen"), "file-text", more_url=reverse("documents:list")),
        rows.order_by("-pk")[: MOST + 1],
        lambda row: Hit(
            reverse("documents:download", args=[row.pk]),
            row.number,
            row.get_kind_display(),
            "paper" if row.is_ready else "document",
            row.standing if row.is_ready else row.status,
        ),
    )


def _institutions(words: str, actor: Actor) -> Group:
    rows = (
        Institution.objects.in_directory_of(actor)
        .filter(_every_word(words, "organisation__name", "city"))
        .select_related("organisation")
    )
    return _filled(
        Group(pgettext_lazy("banyak", "Instansi"), "building-2", more_url=reverse("buyers:institutions")),
        rows.order_by("organisation__name")[: MOST + 1],
        lambda row: Hit(reverse("buyers:institution", args=[row.pk]), row.organisation.name, row.city),
    )


def _msmes(words: str, actor: Actor) -> Group:
    """MSMEs by name, district, or a product that they offer."""
    rows = (
        Msme.objects.in_directory_of(actor)
        .filter(
            _every_word(words, "organisation__name", "district__name")
            | Q(pk__in=Msme.objects.filter(_every_word(words, "offers__product__name")).values("pk"))
        )
        .select_related("organisation", "district")
    )
    return _filled(
        Group(pgettext_lazy("banyak", "UMKM"), "store", more_url=reverse("msmes:directory")),
        rows.order_by("organisation__name")[: MOST + 1],
        lambda row: Hit(reverse("msmes:detail", args=[row.pk]), row.organisation.name, row.district.name),
    )


def _pledges(words: str, actor: Actor) -> Group:
    rows = Pledge.objects.visible_to(actor).filter(_every_word(words, "party_name", "source"))
    return _filled(
        Group(_("Komitmen"), "handshake", more_url=reverse("expo:pledges")),
        rows.order_by("-announced_on", "-pk")[: MOST + 1],
        lambda row: Hit(
            reverse("expo:pledge", args=[row.pk]),
            row.party_name,
            row.get_kind_display(),
            "pledge",
            row.status,
        ),
    )
