"""Whether each paper of an order is still valid, by the state of its order, purchase order or shipment.

One table for each kind; every state has its row. ``documents.proving.standing`` asks here, so that the public check,
the archive, the pages and the ZIP say the same.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Substr

from documents.models import DocumentKind
from documents.proving import standing
from documents.proving.standing import Standing
from orders.models import Order, PurchaseOrder, Shipment
from orders.stored import stored
from orders.workflow import OrderStatus, PurchaseOrderStatus, ShipmentStatus
from procurement import clock
from procurement.models import Event

_O, _P, _S = OrderStatus, PurchaseOrderStatus, ShipmentStatus

QUOTATION: dict[str, Standing] = {
    _O.DRAFT: Standing.NOT_WANTED,
    _O.REQUESTED: Standing.REVISION_ASKED,
    _O.QUOTED: Standing.IN_FORCE,
    _O.APPROVED: Standing.IN_FORCE,
    _O.IN_PRODUCTION: Standing.IN_FORCE,
    _O.IN_DELIVERY: Standing.IN_FORCE,
    _O.DELIVERED: Standing.IN_FORCE,
    _O.CLOSED: Standing.IN_FORCE,
    _O.LOST: Standing.NOT_WANTED,
    _O.CANCELLED: Standing.CANCELLED,
}
"""A quotation by the state of its order. While it waits for a decision its last day counts too."""

STEPS: dict[str, dict[str, Standing]] = {
    _O.REQUESTED: {"order.ask_revision": Standing.REVISION_ASKED, "order.reopen": Standing.REOPENED},
    _O.LOST: {
        "order.withdraw": Standing.WITHDRAWN,
        "order.decline": Standing.DECLINED,
        "order.reject": Standing.REJECTED,
        "order.expire": Standing.EXPIRED,
    },
}
"""Where several steps lead to the same state, the last of them says why the quotation does not hold."""

PURCHASE_ORDER: dict[str, Standing] = {
    _P.ISSUED: Standing.IN_FORCE,
    _P.ACKNOWLEDGED: Standing.IN_FORCE,
    _P.PRODUCING: Standing.IN_FORCE,
    _P.READY: Standing.IN_FORCE,
    _P.SHIPPED: Standing.IN_FORCE,
    _P.RECEIVED: Standing.IN_FORCE,
    _P.SETTLED: Standing.IN_FORCE,
    _P.CANCELLED: Standing.CANCELLED,
}
"""A purchase order by its own state; one that was closed with less than was ordered holds for what was accepted."""

SHIPMENT: dict[str, Standing] = {
    _S.PREPARED: Standing.IN_FORCE,
    _S.DISPATCHED: Standing.IN_FORCE,
    _S.RECEIVED: Standing.IN_FORCE,
    _S.DISCARDED: Standing.CANCELLED,
}
"""A delivery note and a handover by the state of their shipment."""

ENDED: dict[str, Standing] = {_O.LOST: Standing.CANCELLED, _O.CANCELLED: Standing.CANCELLED}
"""Purchase orders and what follows from them do not outlive their order, whatever their own state says."""


def register() -> None:
    """Tell the papers below, who cannot ask."""
    standing.register(DocumentKind.QUOTATION, subject="order", build=_quotation)
    standing.register(DocumentKind.PURCHASE_ORDER, subject=stored("purchase_order"), build=_purchase_order)
    standing.register(DocumentKind.DELIVERY_NOTE, subject="shipment", build=_shipment)
    standing.register(DocumentKind.HANDOVER, subject="shipment", build=_shipment)


def _key(word: str) -> Cast:
    """The number in ``word:12``, the subject of the paper outside."""
    return Cast(Substr(OuterRef("subject"), len(word) + 2), BigIntegerField())


def _by_state(table: Mapping[str, Standing], *first: When) -> Case:
    whens = [When(status=state, then=Value(found.value)) for state, found in table.items()]
    return Case(*first, *whens, default=Value(Standing.NOT_WANTED.value), output_field=CharField())


def _quotation() -> Case:
    orders = Order.objects.filter(pk=_key("order"))
    steps = [
        When(Exists(orders.filter(status=state)), then=_by_last_step(table, QUOTATION[state]))
        for state, table in STEPS.items()
    ]
    over = When(Q(status=_O.QUOTED, quote_valid_until__lt=clock.today()), then=Value(Standing.EXPIRED.value))
    return Case(*steps, default=_one(orders, _by_state(QUOTATION, over)), output_field=CharField())


def _by_last_step(table: Mapping[str, Standing], otherwise: Standing) -> Coalesce:
    """What the last of these steps made of the order's quotation, whose subject is the stream of the order."""
    whens = [When(verb=verb, then=Value(found.value)) for verb, found in table.items()]
    steps = Event.objects.filter(stream=OuterRef("subject"), verb__in=table).order_by("-sequence")
    last = steps.annotate(standing=Case(*whens, output_field=CharField())).values("standing")[:1]
    return Coalesce(Subquery(last), Value(otherwise.value), output_field=CharField())


def _purchase_order() -> Case:
    part = PurchaseOrder.objects.filter(pk=_key(stored("purchase_order")))
    short = Event.objects.filter(
        stream=OuterRef("stream"), subject=OuterRef("subject"), verb=stored("purchase_order.close_short")
    )
    found = _one(part, _ended("order__status", PURCHASE_ORDER))
    return Case(
        When(Exists(part.filter(status__in=_HELD)) & Exists(short), then=Value(Standing.PARTLY.value)),
        default=found,
        output_field=CharField(),
    )


_HELD = (_P.RECEIVED, _P.SETTLED)


def _shipment() -> Subquery:
    return _one(
        Shipment.objects.filter(pk=_key("shipment")), _ended("purchase_order__order__status", SHIPMENT)
    )


def _ended(order: str, table: Mapping[str, Standing]) -> Case:
    ended = [When(**{order: state}, then=Value(found.value)) for state, found in ENDED.items()]
    return _by_state(table, *ended)


def _one(rows: "QuerySet[Any]", found: Case) -> Subquery:
    return Subquery(rows.annotate(standing=found).values("standing")[:1], output_field=CharField())
