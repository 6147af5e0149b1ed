"""Open orders of one institution for the same goods: together they are one purchase, however it was split."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Lower

from orders.models import Allocation, ApprovalStep, Order, OrderLine
from orders.value.taxes import ppn_on
from orders.workflow import RUNNING, OrderStatus
from procurement import clock
from procurement.money import RupiahField

WAITING = (OrderStatus.REQUESTED, OrderStatus.QUOTED)
OPEN = (*WAITING, *RUNNING, OrderStatus.DELIVERED)
"""Orders that were asked for and have not come to an end."""


@dataclass(frozen=True, slots=True)
class Similar:
    """Another open order, with the rupiah of its lines that are for the same goods."""

    order: Order
    amount: Decimal


def similar_to(order: Order, *, now: datetime, days: int, with_ppn: bool) -> list[Similar]:
    """Open orders of the same institution with the same products, categories or names, the largest first.

    Those count that were submitted within ``days`` of this one, were requested or quoted again within ``days`` before
    now and still wait, or were signed within these days: whatever is put off, and however an old order is opened again,
    one purchase does not become two.
    """
    alike = _alike(order.lines.all())
    if alike is None:
        return []
    around, window = order.submitted_at or now, timedelta(days=days)
    signed = ApprovalStep.objects.filter(
        order=OuterRef("pk"), decision=ApprovalStep.Decision.APPROVED, decided_at__gte=now - window
    )
    asked = Q(submitted_at__gte=around - window, submitted_at__lte=around + window)
    waiting = Q(status__in=WAITING, status_since__gte=now - window)
    others = (
        Order.objects.filter(institution_id=order.institution_id, status__in=OPEN)
        .exclude(pk=order.pk)
        .filter(asked | waiting | Exists(signed))
        .filter(Exists(OrderLine.objects.annotate(low=Lower("name")).filter(alike, order=OuterRef("pk"))))
    )
    found = list(others)
    amounts = _amounts([one.pk for one in found], alike, with_ppn=with_ppn) if found else {}
    rows = [Similar(one, amounts[one.pk]) for one in found if amounts.get(one.pk)]
    return sorted(rows, key=lambda row: (-row.amount, row.order.pk))


def _alike(lines: Iterable[OrderLine]) -> Q | None:
    """Lines for the same goods as ``lines``; None when there are none.

    A line that names neither product nor category may be anything: it counts as the same as all.
    """
    rows = list(lines)
    if not rows:
        return None
    if any(row.product_id is None and row.category_id is None for row in rows):
        return Q()
    return (
        Q(product=None, category=None)
        | Q(product__in={row.product_id for row in rows if row.product_id})
        | Q(category__in={row.category_id for row in rows if row.category_id})
        | Q(low__in={row.name.lower() for row in rows})
    )


def _amounts(orders: list[int], alike: Q, *, with_ppn: bool) -> dict[int, Decimal]:
    """What the lines that are alike come to in each order: what was quoted of them, else what was asked for."""
    lines = OrderLine.objects.annotate(low=Lower("name")).filter(alike, order__in=orders)
    found: dict[int, Decimal] = defaultdict(Decimal)
    price = Sum((F("quantity") - F("released")) * F("price"), output_field=RupiahField())
    shares = Allocation.objects.filter(line__in=lines.values("pk"), quantity__gt=0).order_by()
    rule = ppn_on(clock.today()) if with_ppn else None
    quoted = set()
    for order_id, taxable, amount in (
        shares.values("order", "msme__is_taxable")
        .annotate(worth=price)
        .values_list("order", "msme__is_taxable", "worth")
    ):
        quoted.add(order_id)
        found[order_id] += amount + (rule.on(amount, taxable=taxable) if rule else Decimal(0))
    target = Sum(F("quantity") * F("target_price"), output_field=RupiahField())
    wanted = lines.exclude(order__in=quoted).order_by().values("order").annotate(worth=target)
    for order_id, amount in wanted.values_list("order", "worth"):
        found[order_id] += amount or Decimal(0)
    return found
