"""The stage of every rupiah of an order, computed from its rows: verbs post it, ``reconcile`` expects it.

Values are before PPN. A requested order is worth its target prices, a quoted one its quote; after approval each
share is counted where its pieces are.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from expo.ledger.ledger import NOTHING_KNOWN, Dimensions, Posting, origin_of
from expo.models import NOT_YET_BOOKED, Origin, Stage
from orders.models import Allocation, Order, OrderLine
from orders.workflow import OrderStatus, PurchaseOrderStatus
from procurement import clock

Value = dict[tuple[Stage, Dimensions], Decimal]

_NOT_STARTED = (PurchaseOrderStatus.ISSUED, PurchaseOrderStatus.ACKNOWLEDGED)

STAGES: dict[str, Stage] = {
    OrderStatus.DRAFT: Stage.OUTSIDE,
    OrderStatus.REQUESTED: Stage.REQUESTED,
    OrderStatus.QUOTED: Stage.QUOTED,
    OrderStatus.APPROVED: Stage.BOOKED,
    OrderStatus.IN_PRODUCTION: Stage.IN_PRODUCTION,
    OrderStatus.IN_DELIVERY: Stage.IN_DELIVERY,
    OrderStatus.DELIVERED: Stage.DELIVERED,
    OrderStatus.CLOSED: Stage.DELIVERED,
    OrderStatus.LOST: Stage.LOST,
    OrderStatus.CANCELLED: Stage.LOST,
}
"""The stage in which an order as a whole is counted; its value may be in several at once."""

_O = OrderStatus
STATUSES_WITH: dict[Stage, tuple[OrderStatus, ...]] = {
    Stage.REQUESTED: (_O.REQUESTED,),
    Stage.QUOTED: (_O.QUOTED,),
    Stage.BOOKED: (_O.APPROVED, _O.IN_PRODUCTION, _O.IN_DELIVERY),
    Stage.IN_PRODUCTION: (_O.IN_PRODUCTION, _O.IN_DELIVERY),
    Stage.IN_DELIVERY: (_O.IN_DELIVERY,),
    Stage.DELIVERED: (_O.IN_DELIVERY, _O.DELIVERED, _O.CLOSED),
    Stage.LOST: (_O.LOST, _O.CANCELLED, _O.DELIVERED, _O.CLOSED),
}
"""The statuses in which an order can have value in a stage: its shares go on one by one, and a rest may be lost."""


def counted(status: str, *, lost_from: str, since: date) -> tuple[Stage, Dimensions]:
    """Where the ledger counts an order of this status, which it has had ``since`` a Jakarta day.

    A draft is outside, and so is one that was discarded: nobody but its writer ever saw it.
    """
    stage = STAGES[status]
    if stage in NOT_YET_BOOKED:
        return stage, Dimensions(since=since)
    if stage == Stage.LOST:
        if lost_from == OrderStatus.DRAFT:
            return Stage.OUTSIDE, NOTHING_KNOWN
        origin = Origin.BOOKED if status == OrderStatus.CANCELLED else origin_of(STAGES[lost_from])
        return stage, Dimensions(origin=origin)
    return stage, NOTHING_KNOWN


def since(order: Order) -> date:
    """The Jakarta day since when the order has its present status."""
    return clock.local_date(order.status_since)


def requested(lines: Iterable[OrderLine], *, since: date) -> Value:
    """Target value by category, as the buyer asked for it, *requested* since that day."""
    value: Value = defaultdict(Decimal)
    for line in lines:
        known = Dimensions(category_id=line.category_id, since=since)
        value[Stage.REQUESTED, known] += line.target_amount
    return value


def dimensions_of(allocation: Allocation) -> Dimensions:
    """MSME, its district and the category of what it makes; needs ``line`` and ``msme`` loaded."""
    return Dimensions(
        msme_id=allocation.msme_id,
        category_id=allocation.line.category_id,
        district_id=allocation.msme.district_id,
    )


def quoted(allocations: Iterable[Allocation], *, since: date) -> Value:
    """The quoted value by MSME and category, *quoted* since that day."""
    value: Value = defaultdict(Decimal)
    for allocation in allocations:
        if allocation.quantity:
            value[Stage.QUOTED, replace(dimensions_of(allocation), since=since)] += allocation.amount
    return value


def booked(allocations: Iterable[Allocation]) -> Value:
    """The same value once the order binds."""
    value: Value = defaultdict(Decimal)
    for allocation in allocations:
        if allocation.quantity:
            value[Stage.BOOKED, dimensions_of(allocation)] += allocation.amount
    return value


def in_work(allocations: Iterable[Allocation]) -> Value:
    """Value of approved shares by where their pieces are; needs ``purchase_order`` loaded as well."""
    value: Value = defaultdict(Decimal)
    for allocation in allocations:
        order = allocation.purchase_order
        if order is None:
            continue
        known, price = dimensions_of(allocation), allocation.price or Decimal(0)
        waiting = Stage.BOOKED if order.status in _NOT_STARTED else Stage.IN_PRODUCTION
        value[waiting, known] += allocation.unshipped * price
        value[Stage.IN_DELIVERY, known] += allocation.in_transit * price
        value[Stage.DELIVERED, known] += allocation.accepted * price
        value[Stage.LOST, replace(known, origin=Origin.BOOKED)] += allocation.released * price
    return value


def standing(order: Order) -> Value:
    """The value that the ledger must show for this order, computed from nothing but its rows."""
    status = order.lost_from if order.status == OrderStatus.LOST else order.status
    if status == OrderStatus.DRAFT:
        return {}
    if status == OrderStatus.REQUESTED:
        value = requested(order.lines.all(), since=since(order))
    else:
        value = _of_shares(order, status, list(_shares(order)))
    if order.status == OrderStatus.LOST:
        value = lost(value)
    return {key: amount for key, amount in value.items() if amount}


def _shares(order: Order) -> Iterable[Allocation]:
    """The allocations of an order with what the ledger needs of them; read already when they were prefetched."""
    if "allocations" in getattr(order, "_prefetched_objects_cache", {}):
        return order.allocations.all()
    return order.allocations.select_related("line", "msme", "purchase_order")


def _of_shares(order: Order, status: str, allocations: list[Allocation]) -> Value:
    if status == OrderStatus.QUOTED:
        return quoted(allocations, since=since(order))
    return in_work(allocations)


def lost(value: Value) -> Value:
    """The same value with all of it given up, each part by how far it had come."""
    given_up: Value = defaultdict(Decimal)
    for (stage, known), amount in value.items():
        origin = known.origin or origin_of(stage)
        given_up[Stage.LOST, replace(known, origin=origin, since=None)] += amount
    return given_up


def total(value: Value) -> Decimal:
    """Rupiah of all stages together."""
    return sum(value.values(), Decimal(0))


def post_change(posting: Posting, before: Value, after: Value) -> None:
    """Take ``before`` out and put ``after`` in; a difference comes from, or goes to, outside."""
    for (stage, known), amount in before.items():
        posting.leg(stage, -amount, known)
    for (stage, known), amount in after.items():
        posting.leg(stage, amount, known)
    posting.leg(Stage.OUTSIDE, total(before) - total(after))


def post_step(posting: Posting, order: Order, *, status: str, status_since: datetime) -> None:
    """Count the order out of the stage of its former ``status`` and into that of its present one."""
    day = clock.local_date(status_since)
    source, taken = counted(status, lost_from=order.lost_from, since=day)
    target, given = counted(order.status, lost_from=order.lost_from, since=since(order))
    if (source, taken) != (target, given):
        stood = None if source in (Stage.OUTSIDE, Stage.LOST) else (since(order) - day).days
        posting.count(source, target, taken=taken, given=given, dwell_days=stood)
