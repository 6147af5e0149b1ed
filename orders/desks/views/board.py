"""The board: orders by state in columns, and the rows behind a figure of the dashboard."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, QuerySet, Sum, Window
from django.db.models.functions import RowNumber
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.gates import staff_page
from buyers.models import Institution
from expo.choosing import chosen_edition, editions_of
from expo.models import Pledge
from orders.desks.search import matching_orders
from orders.models import Order
from orders.next_acts import NextAct, next_act, with_deadlines
from orders.order_list import OrderListing, cleaned
from orders.workflow import ENDED, OrderStatus
from procurement import clock
from procurement.errors import NotFound
from procurement.lists.listing import Column
from procurement.web.request import Request, actor_of

COLUMNS = (
    OrderStatus.REQUESTED,
    OrderStatus.QUOTED,
    OrderStatus.APPROVED,
    OrderStatus.IN_PRODUCTION,
    OrderStatus.IN_DELIVERY,
    OrderStatus.DELIVERED,
)
CARDS = 12
"""How many orders a column shows before it leads to the list; the longest in their state come first."""

_STILL_TO_COME = COLUMNS[:-1]


@dataclass(frozen=True, slots=True)
class Card:
    """One order on the board."""

    order: Order
    days: int
    late: bool
    next: NextAct | None


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """One state with its orders."""

    status: OrderStatus
    count: int
    value: Decimal
    cards: list[Card]
    url: str


@require_safe
@staff_page
def board(request: Request) -> HttpResponseBase:
    """Orders of one edition by state, with value, days in the state, who owes the next step, and late marks."""
    actor = actor_of(request)
    editions = editions_of(actor)
    edition = chosen_edition(request, editions)
    words = cleaned(request.GET.get("q", ""))
    buyers = list(
        Institution.objects.in_directory_of(actor)
        .order_by("organisation__name")
        .values_list("pk", "organisation__name")
    )
    wanted = request.GET.get("instansi", "")
    institution = next((pk for pk, _name in buyers if str(pk) == wanted), None)
    orders: QuerySet[Order] = Order.objects.visible_to(actor).filter(edition=edition)
    if institution is not None:
        orders = orders.filter(institution_id=institution)
    if words:
        orders = matching_orders(orders, words)
    kept = {
        "q": words,
        "instansi": institution,
        "penyelenggaraan": edition.pk if edition and len(editions) > 1 else None,
    }
    columns, ended = _columns(orders, {key: value for key, value in kept.items() if value})
    return render(
        request,
        "orders/staff/board.html",
        {
            "columns": columns,
            "ended": ended,
            "edition": edition,
            "editions": editions,
            "buyers": buyers,
            "institution": institution,
            "words": words,
            "is_filtered": bool(words or institution),
        },
    )


def _columns(orders: QuerySet[Order], kept: dict[str, Any]) -> tuple[list[BoardColumn], list[BoardColumn]]:
    """The columns and the states after them, in two queries."""
    sums = {
        status: (count, value)
        for status, count, value in orders.order_by()
        .values_list("status")
        .annotate(count=Count("pk"), value=Sum("value"))
    }
    place = Window(RowNumber(), partition_by=F("status"), order_by=(F("status_since"), F("pk")))
    cards: dict[str, list[Card]] = defaultdict(list)
    rows = (
        with_deadlines(orders.filter(status__in=COLUMNS))
        .annotate(place=place)
        .filter(place__lte=CARDS)
        .select_related("institution__organisation")
        .order_by("status_since", "pk")
    )
    now, today = clock.now(), clock.today()
    for order in rows:
        late = order.status in _STILL_TO_COME and order.needed_by is not None and order.needed_by < today
        cards[order.status].append(
            Card(order, max(0, (now - order.status_since).days), late, next_act(order))
        )

    def column(status: OrderStatus) -> BoardColumn:
        count, value = sums.get(status, (0, Decimal(0)))
        address = urlencode({"keadaan": status.value, **kept})
        return BoardColumn(status, count, value, cards[status], f"{reverse('orders:list')}?{address}")

    return [column(status) for status in COLUMNS], [column(OrderStatus(status)) for status in ENDED]


OF_PLEDGE = OrderListing(
    name="pesanan-komitmen",
    columns=[
        Column(
            "number",
            gettext_lazy("Nomor"),
            sort="pk",
            lead=True,
            link=lambda row: reverse("orders:detail", args=[row.pk]),
            note="title",
        ),
        Column("status", gettext_lazy("Keadaan"), kind="state", flow="order", sort="status"),
        Column("submitted_at", gettext_lazy("Diajukan"), kind="moment", sort="submitted_at"),
        Column("pledged", gettext_lazy("Diambil dari komitmen"), kind="money", sort="pledged"),
        Column("value", gettext_lazy("Nilai pesanan"), kind="money", sort="value"),
    ],
    search=["title"],
    search_label=gettext_lazy("Cari nomor atau perihal"),
    default_sort="-pk",
    total="pledged",
    total_label=gettext_lazy("diambil dari komitmen"),
    empty_title=gettext_lazy("Belum ada pesanan yang merujuk komitmen ini"),
    empty_text=gettext_lazy(
        "Instansi memilih komitmennya saat membuat pesanan; koordinator dapat mengaitkannya dari halaman pesanan."
    ),
)


@require_safe
@staff_page
def of_pledge(request: Request, pledge_id: int) -> HttpResponseBase:
    """The orders that refer to one pledge; what they took of it adds up to what became orders."""
    actor = actor_of(request)
    pledge = Pledge.objects.visible_to(actor).filter(pk=pledge_id).first()
    if pledge is None:
        raise NotFound(_("Komitmen itu tidak ada."))
    rows = Order.objects.visible_to(actor).filter(pledge=pledge)
    return OF_PLEDGE.respond(request, rows, "orders/staff/of_pledge.html", {"pledge": pledge})
