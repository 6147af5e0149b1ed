"""The rows of an order against each other: shares and lines, values and their parts, pieces and shipments."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal

from orders.models import Allocation, Order, PurchaseOrder, ShipmentLine
from orders.reconcile.found import ZERO, Difference
from orders.workflow import RUNNING, UNDELIVERED, OrderStatus, PurchaseOrderStatus, ShipmentStatus

_UNSHARED = (OrderStatus.DRAFT, OrderStatus.REQUESTED)
"""States in which nobody has a share yet; from the quote on the shares are the line."""

_LIVE = (OrderStatus.REQUESTED, OrderStatus.QUOTED, *RUNNING)
"""States of an order in which anything may be held for it."""

_OVER = (PurchaseOrderStatus.RECEIVED, PurchaseOrderStatus.SETTLED)


def of_order(
    order: Order, parts: Sequence[PurchaseOrder], sent: Sequence[ShipmentLine]
) -> Iterator[Difference]:
    """Each sum of an order's rows that is not that of its parts."""
    shares = list(order.allocations.all())
    yield from _lines(order, shares)
    yield from _values(order, shares, parts)
    if order.event_count:
        yield from _pieces(order, shares, sent)
    yield from _states(order, shares, parts)


def _lines(order: Order, shares: Sequence[Allocation]) -> Iterator[Difference]:
    status = order.lost_from if order.status == OrderStatus.LOST else order.status
    given: dict[int, int] = defaultdict(int)
    for share in shares:
        given[share.line_id] += share.quantity
    for line in order.lines.all():
        wanted = 0 if status in _UNSHARED else line.quantity
        if given[line.pk] != wanted:
            yield Difference(
                order.number,
                "",
                said=f"baris {line.position}: bagian UMKM berjumlah {given[line.pk]}, seharusnya {wanted}",
            )


def _values(
    order: Order, shares: Sequence[Allocation], parts: Sequence[PurchaseOrder]
) -> Iterator[Difference]:
    status = order.lost_from if order.status == OrderStatus.LOST else order.status
    wanted = sum((share.amount for share in shares), ZERO)
    if status == OrderStatus.REQUESTED:
        wanted = sum((line.target_amount for line in order.lines.all()), ZERO)
    elif status == OrderStatus.DRAFT:
        wanted = ZERO
    if order.value != wanted:
        yield _sum(order.number, "nilai pesanan", order.value, wanted)
    of_part: dict[int, Decimal] = defaultdict(Decimal)
    taken: dict[int, Decimal] = defaultdict(Decimal)
    for share in shares:
        if share.purchase_order_id is not None:
            of_part[share.purchase_order_id] += share.amount
            taken[share.purchase_order_id] += share.accepted * (share.price or ZERO)
    for part in parts:
        # A purchase order whose pieces all went to others is cancelled and keeps the value that it was issued with.
        tax = part.tax
        for word, left, right in (
            ("PPN surat pesanan", part.ppn, tax.of(part.value).ppn),
            ("nilai diterima", part.accepted_value, taken[part.pk]),
            ("PPN diterima", part.accepted_ppn, tax.of(taken[part.pk]).ppn),
        ):
            if left != right:
                yield _sum(order.number, f"{word} {part.number}", left, right)
        gone = part.status == PurchaseOrderStatus.CANCELLED and not of_part[part.pk]
        if not gone and part.value != of_part[part.pk]:
            yield _sum(order.number, f"nilai surat pesanan {part.number}", part.value, of_part[part.pk])


def _pieces(order: Order, shares: Sequence[Allocation], sent: Sequence[ShipmentLine]) -> Iterator[Difference]:
    shipped: dict[int, int] = defaultdict(int)
    accepted: dict[int, int] = defaultdict(int)
    for line in sent:
        if line.shipment.status == ShipmentStatus.DISPATCHED:
            shipped[line.allocation_id] += line.quantity
        elif line.shipment.status == ShipmentStatus.RECEIVED:
            shipped[line.allocation_id] += line.accepted
            accepted[line.allocation_id] += line.accepted
    for share in shares:
        for word, left, right in (
            ("dikirim", share.shipped, shipped[share.pk]),
            ("diterima", share.accepted, accepted[share.pk]),
        ):
            if left != right:
                yield Difference(
                    order.number,
                    "",
                    said=f"alokasi {share.pk}: {word} {left}, menurut pengiriman {right}",
                )


def _states(
    order: Order, shares: Sequence[Allocation], parts: Sequence[PurchaseOrder]
) -> Iterator[Difference]:
    of_part: dict[int, list[Allocation]] = defaultdict(list)
    for share in shares:
        if share.purchase_order_id is not None:
            of_part[share.purchase_order_id].append(share)
    for part in parts:
        left = sum(share.quantity - share.released - share.accepted for share in of_part[part.pk])
        if part.status in _OVER and left:
            yield Difference(
                order.number, "", said=f"surat pesanan {part.number} “{part.status}”, padahal sisa {left}"
            )
        if order.status in (OrderStatus.DELIVERED, OrderStatus.CLOSED) and part.status in UNDELIVERED:
            yield Difference(
                order.number,
                "",
                said=f"pesanan “{order.status}”, padahal surat pesanan {part.number} “{part.status}”",
            )
        if order.status == OrderStatus.CLOSED and part.status == PurchaseOrderStatus.RECEIVED:
            yield Difference(
                order.number, "", said=f"pesanan “closed”, padahal surat pesanan {part.number} belum lunas"
            )


def of_weeks(
    order: Order, held: Mapping[int, int], tracked: Collection[tuple[int, int]]
) -> Iterator[Difference]:
    """Shares that hold more or less of the weeks of their MSME than they still promise to make."""
    for share in order.allocations.all():
        is_tracked = (share.msme_id, share.line.product_id) in tracked
        wanted = share.to_make if is_tracked and order.status in _LIVE else 0
        if held.get(share.pk, 0) != wanted:
            said = f"alokasi {share.pk} menahan {held.get(share.pk, 0)} dari minggu produksi, seharusnya {wanted}"
            yield Difference(order.number, "", said=said)


def _sum(where: str, what: str, left: Decimal, right: Decimal) -> Difference:
    return Difference(where, what, left, right)
