"""The allocations that verbs work on, with each related row loaded once however many allocations share it."""

from collections.abc import Iterable, Sequence

from msmes.models import Msme
from orders.models import Allocation, Order, OrderLine, PurchaseOrder
from procurement.rows.prepared import Prepared

_OF_ORDER = Prepared(lambda order: Allocation.objects.filter(order=order).order_by("pk"), "order")
_OF_PURCHASE_ORDER = Prepared(
    lambda purchase_order: (
        Allocation.objects.filter(purchase_order=purchase_order)
        .select_related("line")
        .order_by("line__position")
    ),
    "purchase_order",
)
_BARE = Prepared(
    lambda purchase_order: Allocation.objects.filter(purchase_order=purchase_order).order_by("pk"),
    "purchase_order",
)
_MSMES = Prepared(
    lambda order: Msme.objects.filter(
        pk__in=Allocation.objects.filter(order=order).values("msme")
    ).select_related("organisation", "district"),
    "order",
)


def allocations_of(order: Order, lines: Iterable[OrderLine]) -> list[Allocation]:
    """All allocations of an order, with ``line`` (one of ``lines``) and ``msme`` (organisation and district)."""
    by_line = {line.pk: line for line in lines}
    msmes = {msme.pk: msme for msme in _MSMES.all(order=order.pk)}
    rows = _OF_ORDER.all(order=order.pk)
    for row in rows:
        row.order, row.line, row.msme = order, by_line[row.line_id], msmes[row.msme_id]
    return rows


def shares_of(purchase_order: PurchaseOrder) -> Sequence[Allocation]:
    """The allocations of a purchase order in the order of their lines, with ``line`` and ``msme``."""
    return _belonging(_OF_PURCHASE_ORDER.all(purchase_order=purchase_order.pk), purchase_order)


def bare_shares_of(purchase_order: PurchaseOrder) -> Sequence[Allocation]:
    """The same without their lines: for questions about quantities and states."""
    return _belonging(_BARE.all(purchase_order=purchase_order.pk), purchase_order)


def _belonging(rows: list[Allocation], purchase_order: PurchaseOrder) -> Sequence[Allocation]:
    for row in rows:
        row.msme, row.purchase_order = purchase_order.msme, purchase_order
    return rows
