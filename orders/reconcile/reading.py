"""What ``reconcile`` reads of a window of orders: rows, entries and events, in a constant number of queries."""

# ruff: noqa: S608 - every part of these statements is written here; values are parameters

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Prefetch, QuerySet, Sum

from expo.models import LedgerEntry, Stage
from msmes.models import CapacityPlan, CapacityReservation, Msme
from orders.models import Allocation, Amendment, Order, PurchaseOrder, Shipment, ShipmentLine
from orders.reconcile.found import Place
from procurement.models import Event

ORDERS, LEGS = 500, 20_000
"""The most orders of one window, and about how many entries: what one step holds in memory."""

PLACE = (
    "stage", "edition_id", "institution_id", "unit_id", "msme_id", "category_id", "district_id", "pledge_id", "since",
    "origin",
)  # fmt: skip

NOT_COUNTED = (Stage.OUTSIDE, Stage.ANNOUNCED)
"""Stages without orders: *outside*, and what is left of a pledge."""


@dataclass(frozen=True, slots=True)
class Window:
    """The orders of which ``after < id <= upto``; the last one has no end, so that it finds entries of no order."""

    after: int
    upto: int

    def of(self, rows: QuerySet[Any], name: str) -> QuerySet[Any]:
        return rows.filter(**{f"{name}__gt": self.after, f"{name}__lte": self.upto})


NO_END = 2**62


def next_window(after: int) -> Window:
    """As many of the next orders as one step may take; only an order that has more entries alone is read whole."""
    orders = list(
        Order.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[ORDERS - 1 : ORDERS]
    )
    upto = orders[0] if orders else NO_END
    legs = LedgerEntry.objects.filter(order_id__gt=after, order_id__lte=upto).order_by("order_id")
    many = list(legs.values_list("order_id", flat=True)[LEGS : LEGS + 1])
    if many and many[0] is not None:
        upto = max(after + 1, min(upto, many[0] - 1))
    return Window(after, upto)


class Told(NamedTuple):
    """One event of an order's trail."""

    sequence: int
    subject: str
    verb: str
    from_state: str
    to_state: str
    at: datetime
    changes: Any
    party_id: int | None


class Moved(NamedTuple):
    """What entered or left a stage at one moment."""

    at: datetime
    verb: str
    stage: str
    since: date | None
    origin: str
    dwell_days: int | None
    amount: Decimal
    orders: int


Counted = tuple[Decimal, int]


@dataclass(slots=True)
class Read:
    """A window as it was read. What a concurrent verb changes meanwhile makes rows and entries differ for a moment."""

    orders: list[Order]
    booked: dict[int, dict[Place, Counted]]
    moved: dict[int, list[Moved]]
    told: dict[str, list[Told]]
    parts: dict[int, list[PurchaseOrder]]
    sent: dict[int, list[ShipmentLine]]
    shipments: dict[int, list[Shipment]]
    amendments: dict[int, list[Amendment]]
    held: dict[int, int]
    tracked: set[tuple[int, int]]
    below: list[tuple[int, Place, datetime, Decimal, int]] = field(default_factory=list)
    unbalanced: list[tuple[int, str]] = field(default_factory=list)


def read(window: Window) -> Read:
    """Everything of one window."""
    orders = _orders(window)
    parts, sent, shipments = _papers(window)
    _join(orders, parts)
    return Read(
        orders=orders,
        booked=_booked(window),
        moved=_moved(window),
        told=_told([order.stream for order in orders if order.event_count]),
        parts=parts,
        sent=sent,
        shipments=shipments,
        amendments=_by_order(window.of(Amendment.objects.order_by("pk"), "order_id"), "order_id"),
        held=_held(window),
        tracked=_tracked(orders),
        below=_below_zero(window),
        unbalanced=_unbalanced(window),
    )


def _orders(window: Window) -> list[Order]:
    return list(
        window.of(Order.objects.all(), "pk")
        .order_by("pk")
        .prefetch_related("lines", Prefetch("allocations", queryset=Allocation.objects.order_by("pk")))
    )


def _join(orders: list[Order], parts: dict[int, list[PurchaseOrder]]) -> None:
    """Give shares their line, MSME and purchase order, each of which was read once."""
    shares = [share for order in orders for share in order.allocations.all()]
    msmes = Msme.objects.only("organisation_id", "district_id").in_bulk({share.msme_id for share in shares})
    by_pk = {part.pk: part for of_order in parts.values() for part in of_order}
    for order in orders:
        lines = {line.pk: line for line in order.lines.all()}
        for share in order.allocations.all():
            share.msme = msmes[share.msme_id]
            if share.line_id in lines:
                share.line = lines[share.line_id]
            if share.purchase_order_id in by_pk:
                share.purchase_order = by_pk[share.purchase_order_id]


def _papers(
    window: Window,
) -> tuple[dict[int, list[PurchaseOrder]], dict[int, list[ShipmentLine]], dict[int, list[Shipment]]]:
    parts = _by_order(window.of(PurchaseOrder.objects.order_by("pk"), "order_id"), "order_id")
    shipments: dict[int, list[Shipment]] = defaultdict(list)
    of_part = {part.pk: order for order, of_order in parts.items() for part in of_order}
    every = window.of(Shipment.objects.order_by("pk"), "purchase_order__order_id")
    by_pk = {}
    for shipment in every:
        shipments[of_part[shipment.purchase_order_id]].append(shipment)
        by_pk[shipment.pk] = shipment
    sent: dict[int, list[ShipmentLine]] = defaultdict(list)
    for line in window.of(ShipmentLine.objects.order_by("pk"), "shipment__purchase_order__order_id"):
        if line.shipment_id in by_pk:
            line.shipment = by_pk[line.shipment_id]
            sent[of_part[line.shipment.purchase_order_id]].append(line)
    return parts, sent, shipments


def _held(window: Window) -> dict[int, int]:
    """Pieces of weeks that each share holds."""
    shares = window.of(Allocation.objects.order_by(), "order_id").values("pk")
    rows = (
        CapacityReservation.objects.filter(allocation_id__in=shares).order_by().values_list("allocation_id")
    )
    return {pk: int(pieces) for pk, pieces in rows.annotate(Sum("quantity"))}


def _tracked(orders: list[Order]) -> set[tuple[int, int]]:
    """MSMEs with the products whose weeks they declare."""
    msmes = {share.msme_id for order in orders for share in order.allocations.all()}
    return set(CapacityPlan.objects.filter(msme_id__in=msmes).values_list("msme_id", "product_id"))


def _by_order(rows: Iterable[Any], name: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


def _entries(window: Window) -> QuerySet[LedgerEntry]:
    return window.of(LedgerEntry.objects.order_by(), "order_id")


def _booked(window: Window) -> dict[int, dict[Place, Counted]]:
    """The balance of each order in each place, and the pledges that it took from."""
    rows = (
        _entries(window)
        .exclude(stage=Stage.OUTSIDE)
        .values_list("order_id", *PLACE)
        .annotate(total=Sum("amount"), count=Sum("orders"))
    )
    found: dict[int, dict[Place, Counted]] = defaultdict(dict)
    for order_id, *place, total, count in rows:
        found[order_id][Place(*place)] = (Decimal(total), count)
    return found


def _moved(window: Window) -> dict[int, list[Moved]]:
    """What happened to each order, moment by moment."""
    rows: Any = (
        _entries(window)
        .exclude(stage__in=NOT_COUNTED)
        .values_list("order_id", "happened_at", "verb", "stage", "since", "origin", "dwell_days")
        .annotate(total=Sum("amount"), count=Sum("orders"))
        .order_by("order_id", "happened_at")
    )
    found: dict[int, list[Moved]] = defaultdict(list)
    for order_id, *said, total, count in rows:
        found[order_id].append(Moved._make((*said, Decimal(total), count)))
    return found


def _told(streams: list[str]) -> dict[str, list[Told]]:
    rows = (
        Event.objects.filter(stream__in=streams)
        .order_by("stream", "sequence")
        .values_list(
            "stream", "sequence", "subject", "verb", "from_state", "to_state", "happened_at", "changes", "party_id"
        )
    )  # fmt: skip
    found: dict[str, list[Told]] = defaultdict(list)
    for stream, *said in rows:
        found[stream].append(Told(*said))
    return found


_SINCE = PLACE.index("since")
_OF_COUNT = "edition_id, institution_id, unit_id, since, origin"


def running(of: str, condition: str) -> str:
    """A SELECT of everything that stood below zero at some moment, by ``of`` (an order or a pledge) and place.

    Entries of one moment are taken together: nobody can ask for a moment between them.
    """
    places = ", ".join(PLACE)
    return f"""SELECT * FROM (
        SELECT whose, {places}, happened_at,
            SUM(amount) OVER (PARTITION BY whose, {places} ORDER BY happened_at) AS balance,
            SUM(orders) OVER (PARTITION BY whose, stage, {_OF_COUNT} ORDER BY happened_at) AS counted
        FROM (
            SELECT {of} AS whose, {places}, happened_at, SUM(CAST(amount AS bigint)) AS amount, SUM(orders) AS orders
            FROM expo_ledgerentry WHERE {condition} GROUP BY {of}, {places}, happened_at
        ) AS moments
    ) AS standing WHERE balance < 0 OR counted < 0 ORDER BY 1, happened_at LIMIT 200"""


def _below_zero(window: Window) -> list[tuple[int, Place, datetime, Decimal, int]]:
    condition = "order_id > %s AND order_id <= %s AND stage NOT IN ('outside', 'announced')"
    return below_zero("order_id", condition, [window.after, window.upto])


def below_zero(
    of: str, condition: str, parameters: list[Any]
) -> list[tuple[int, Place, datetime, Decimal, int]]:
    """The rows of :func:`running`, in the types of their columns."""
    with connection.cursor() as cursor:
        cursor.execute(running(of, condition), parameters)
        rows = cursor.fetchall()
    found = []
    for pk, *place, at, balance, counted in rows:
        if isinstance(at, str):  # SQLite gives days and moments of a plain statement as text
            at = datetime.fromisoformat(at).replace(tzinfo=UTC)
            day = place[_SINCE]
            place[_SINCE] = date.fromisoformat(day) if day else None
        found.append((pk, Place(*place), at, Decimal(balance), int(counted)))
    return found


def _unbalanced(window: Window) -> list[tuple[int, str]]:
    """Postings whose legs do not sum to zero within one edition."""
    rows = (
        _entries(window)
        .values_list("order_id", "posting", "edition_id")
        .annotate(total=Sum("amount"), count=Sum("orders"))
        .exclude(total=0, count=0)
    )
    return [(order_id, str(posting)) for order_id, posting, _edition, _total, _count in rows]
