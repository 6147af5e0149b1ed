"""Where every rupiah of an order stands, worked out from its rows: what the verbs post and what ``reconcile`` expects.

Values are before PPN. A requested order is worth its target prices, a quoted one its quote; after approval each
share stands where its pieces are.
"""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from expo.ledger import Dimensions, Posting
from expo.models import Stage
from orders.models import Allocation, Order, OrderLine
from orders.workflow import OrderStatus, PurchaseOrderStatus

Value = dict[tuple[Stage, Dimensions], Decimal]

_NOT_STARTED = (PurchaseOrderStatus.ISSUED, PurchaseOrderStatus.ACKNOWLEDGED)


def requested(lines: Iterable[OrderLine]) -> Value:
    """Target value by category, as the buyer asked for it."""
    value: Value = defaultdict(Decimal)
    for line in lines:
        value[Stage.REQUESTED, Dimensions(category_id=line.category_id)] += line.target_amount
    return value


def dimensions_of(allocation: Allocation) -> Dimensions:
    """MSME, its district and the category of what it makes; needs ``line`` and ``msme`` loaded."""
    return Dimensions(
        msme_id=allocation.msme_id,
        category_id=allocation.line.category_id,
        district_id=allocation.msme.district_id,
    )


def shares(allocations: Iterable[Allocation], stage: Stage) -> Value:
    """The quoted value by MSME and category, all of it in ``stage``."""
    value: Value = defaultdict(Decimal)
    for allocation in allocations:
        if allocation.quantity:
            value[stage, dimensions_of(allocation)] += allocation.amount
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
        value[Stage.LOST, known] += allocation.released * price
    return value


def standing(order: Order) -> Value:
    """The value that the ledger must show for this order, computed from nothing but its rows."""
    status = order.lost_from if order.status == OrderStatus.LOST else order.status
    if status == OrderStatus.DRAFT:
        return {}
    if status == OrderStatus.REQUESTED:
        value = requested(order.lines.all())
    else:
        allocations = list(order.allocations.select_related("line", "msme", "purchase_order"))
        value = shares(allocations, Stage.QUOTED) if status == OrderStatus.QUOTED else in_work(allocations)
    if order.status == OrderStatus.LOST:
        value = lost(value)
    return {key: amount for key, amount in value.items() if amount}


def lost(value: Value) -> Value:
    """The same value with all of it given up."""
    given_up: Value = defaultdict(Decimal)
    for (_stage, known), amount in value.items():
        given_up[Stage.LOST, known] += amount
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
