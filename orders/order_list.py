"""How orders are listed: columns, conditions such as *late* and *unpaid*, and a search by order number."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Exists,
    OuterRef,
    Q,
    QuerySet,
)
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.acting import Actor
from buyers.models import Institution, Unit
from expo.choosing import KEY as EDITION
from expo.models import Edition
from orders.models import Order, PurchaseOrder
from orders.next_acts import next_act, with_road
from orders.workflow import (
    PURCHASE_ORDER,
    RUNNING,
    UNDELIVERED,
    OrderStatus,
)
from procurement import clock
from procurement.lists.listing import ChoiceFilter, Column, DateRange, Filter, Flag, Listing

_NUMBER = re.compile(r"(?:psn-?)?0*([1-9]\d{0,11})", re.IGNORECASE)
_MOST_WORDS = 6
_BY_INSTITUTION = "institution__organisation__name"


class OrderListing(Listing):
    """A list of orders: each word of the search may also be an order number, ``PSN-00042`` or ``42``.

    Institutions are few and orders many, so a word is looked for in their names first: with their keys instead of
    a join the database finds the orders by index.
    """

    def _searched(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        condition = Q()
        names = self._institutions() if _BY_INSTITUTION in self.search else []
        for word in words.split()[:_MOST_WORDS]:
            found = Q()
            for path in self.search:
                if path == _BY_INSTITUTION:
                    named = [pk for pk, name in names if word.casefold() in name.casefold()]
                    found |= Q(institution_id__in=named)
                else:
                    found |= Q(**{f"{path}__icontains": word})
            number = _NUMBER.fullmatch(word)
            if number:
                found |= Q(pk=int(number[1]))
            condition &= found
        return queryset.filter(condition)

    def _institutions(self) -> list[tuple[int, str]]:
        """Those of the filter, whose queryset was read for the form already; else all."""
        for one in self.filters:
            if isinstance(one, ChoiceFilter) and one.field == "institution_id":
                return list(one.choices() if callable(one.choices) else one.choices)
        return list(Institution.objects.order_by().values_list("pk", "organisation__name"))


def _waits_for(order: Order) -> str:
    due = next_act(order)
    return str(due.who) if due else ""


ORDERS = OrderListing(
    name="pesanan",
    columns=[
        Column(
            "number",
            _("Nomor"),
            sort="pk",
            lead=True,
            link=lambda order: reverse("orders:detail", args=[order.pk]),
            note="title",
        ),
        Column(
            "institution",
            _("Instansi"),
            value="institution.organisation.name",
            sort="institution__organisation__name",
        ),
        Column("unit", _("Satuan kerja"), value="unit.name", sort="unit__name", phone=False),
        Column("status", _("Keadaan"), kind="state", flow="order", sort="status"),
        Column("waits_for", _("Menunggu"), value=_waits_for, phone=False),
        Column("needed_by", _("Dibutuhkan"), kind="date", sort="needed_by"),
        Column("value", _("Nilai sebelum PPN"), kind="money", sort="value"),
        Column("line_count", _("Baris"), kind="number", shown=False),
        Column("revision", _("Revisi"), kind="number", shown=False),
        Column("requester", _("Pemohon"), value="requester.name", shown=False),
        Column("budget_source", _("Sumber anggaran"), shown=False),
        Column("submitted_at", _("Diajukan"), kind="moment", shown=False),
        Column("status_since", _("Keadaan sejak"), kind="moment", sort="status_since", shown=False),
    ],
    search=["title", "institution__organisation__name"],
    search_label=_("Cari nomor, perihal, atau instansi"),
    default_sort="-pk",
    total="value",
    total_label=_("nilai sebelum PPN"),
    empty_title=_("Belum ada pesanan"),
)


def orders_of(actor: Actor) -> QuerySet[Order]:
    """The rows of the list."""
    return with_road(Order.objects.visible_to(actor).for_list().select_related("requester"))


def listing_for(actor: Actor) -> Listing:
    """The list as this reader needs it: a buyer filters by unit, expo staff by institution."""
    state = ChoiceFilter("keadaan", _("Keadaan"), OrderStatus.words, field="status")
    editions = Edition.objects.visible_to(actor).order_by("-starts_on", "-pk")
    rest: list[Filter] = [
        ChoiceFilter(
            EDITION, _("Penyelenggaraan"), lambda: editions.values_list("pk", "name"), field="edition_id"
        ),
        DateRange("butuh", _("Dibutuhkan"), "needed_by"),
        Flag("terlambat", _("Terlambat"), late),
        Flag("pekan_ini", _("Jatuh tempo tujuh hari ini"), due_this_week),
        Flag("belum_dibayar", _("Belum dibayar"), unpaid),
    ]
    if actor.kind == "institution":
        units = Unit.objects.filter(institution_id=actor.organisation_id).order_by("name")
        return replace(
            ORDERS,
            columns=[column for column in ORDERS.columns if column.key != "institution"],
            search=["title"],
            search_label=_("Cari nomor atau perihal"),
            filters=[
                state,
                ChoiceFilter(
                    "satuan", _("Satuan kerja"), lambda: units.values_list("pk", "name"), field="unit_id"
                ),
                *rest,
            ],
            empty_text=_(
                "Pesanan pertama dimulai dari konsep: pilih barang, isi jumlah dan tanggal, lalu ajukan."
            ),
            empty_url_name="orders:new" if actor.has_role("requester") else "",
            empty_verb=_("Buat pesanan"),
        )
    institutions = Institution.objects.in_directory_of(actor).order_by("organisation__name")
    return replace(
        ORDERS,
        filters=[
            state,
            ChoiceFilter(
                "instansi",
                _("Instansi"),
                institutions.values_list("pk", "organisation__name"),
                field="institution_id",
            ),
            *rest,
        ],
        empty_text=_("Pesanan muncul begitu instansi mengajukannya."),
    )


UNFINISHED = (OrderStatus.REQUESTED, OrderStatus.QUOTED, *RUNNING)
"""Orders that somebody still works on before the goods are there."""


def late() -> Q:
    """Orders whose goods are not all there and whose day has passed."""
    return Q(status__in=UNFINISHED, needed_by__lt=clock.today())


def unpaid() -> Q:
    """Orders with goods that are received in full and not paid for; a closed one is paid."""
    payable = PurchaseOrder.objects.filter(order=OuterRef("pk"), status__in=PURCHASE_ORDER["settle"].sources)
    return Q(status__in=(OrderStatus.IN_PRODUCTION, OrderStatus.IN_DELIVERY, OrderStatus.DELIVERED)) & Q(
        Exists(payable)
    )


def due_this_week() -> Q:
    """Orders of which an MSME must deliver something in these seven days."""
    first, last = this_week()
    parts = PurchaseOrder.objects.filter(
        order=OuterRef("pk"), status__in=UNDELIVERED, due_on__gte=first, due_on__lte=last
    )
    return Q(status__in=RUNNING) & Q(Exists(parts))


def this_week() -> tuple[date, date]:
    """Today and the sixth day after it."""
    today = clock.today()
    return today, today + timedelta(days=6)


LONGEST = 100


def cleaned(words: str) -> str:
    """What was typed, without what no database accepts, cut to a length that a person types."""
    return words.replace("\x00", "")[:LONGEST].strip()
