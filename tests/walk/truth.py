"""What must hold of the rows after every command, whatever it was; each function names what does not."""

from collections import Counter, defaultdict
from decimal import Decimal

from django.db.models import F, Q, Sum

from buyers.models import Officer
from expo.models import Pledge
from orders.models import (
    Allocation,
    Amendment,
    AmendmentSignature,
    ApprovalStep,
    Order,
    PurchaseOrder,
    Shipment,
    ShipmentLine,
    Sourcing,
)
from orders.workflow import ENDED, UNDELIVERED
from procurement.models import Event
from tests.orders.capacity import capacity_truth


def wrong_rows() -> list[str]:
    """Everything that is not as it must be, in words."""
    return [
        *wrong_shares(),
        *wrong_parts(),
        *wrong_demands(),
        *wrong_pledges(),
        *wrong_signatures(),
        *capacity_truth.wrongs(),
    ]


def wrong_shares() -> list[str]:
    """Allocations sum to their line, and what is said to be on the road is on the road."""
    found: list[str] = []
    on_the_road: Counter[int] = Counter()
    sent = ShipmentLine.objects.filter(shipment__status="dispatched")
    for allocation_id, quantity in sent.values_list("allocation_id", "quantity"):
        on_the_road[allocation_id] += quantity
    for order in Order.objects.prefetch_related("lines", "allocations"):
        shares: Counter[int] = Counter()
        for row in order.allocations.all():
            shares[row.line_id] += row.quantity
            if not 0 <= row.accepted <= row.shipped <= row.quantity - row.released:
                found.append(f"{order}: share {row.pk} has more accepted, shipped or released than it holds")
            if not row.quantity <= row.confirmed <= row.asked:
                found.append(f"{order}: share {row.pk} is larger than its answer, or that than the question")
            if row.in_transit != on_the_road[row.pk]:
                found.append(
                    f"{order}: share {row.pk} says {row.in_transit} on the road: {on_the_road[row.pk]}"
                )
        status = order.lost_from if order.status == "lost" else order.status
        lines = {line.pk: line.quantity for line in order.lines.all()}
        if status not in ("draft", "requested") and lines != shares - Counter():
            found.append(f"{order}: lines {lines}, shares {dict(shares)}")
    return found


def wrong_signatures() -> list[str]:
    """Nobody has signed what they had made themselves, for the buyer or for another party, or without a post."""
    signed = [
        (step.order, step.decided_by_id, step.decided_at, step.revision)
        for step in ApprovalStep.objects.filter(decision="approved").select_related("order")
    ]
    for one in AmendmentSignature.objects.select_related("amendment__order"):
        order = one.amendment.order
        signed.append((order, one.signed_by_id, one.signed_at, order.revision))
    posts = set(Officer.objects.values_list("institution", "user"))
    found: list[str] = []
    for order, who, at, revision in signed:
        before = Event.objects.filter(stream=order.stream, actor=who, happened_at__lt=at)
        asked = before.filter(verb="order.ask_revision").values_list("changes", flat=True)
        if before.filter(verb__in=["order.draft", "order.change", "order.submit", "order.reopen"]).exists():
            found.append(f"{order}: {who} made it and signed it")
        if any(changes["revision"][1] == revision for changes in asked):
            found.append(f"{order}: {who} asked for revision {revision} and signed it")
        if before.exclude(acting_for=order.institution_id).exists():
            found.append(f"{order}: {who} acted for another party and signed it")
        if (order.institution_id, who) not in posts:
            found.append(f"{order}: {who} signed it without a post")
    applied = Amendment.objects.filter(status="applied")
    unsigned = applied.exclude(signatures__is_void=False).select_related("order")
    return [*found, *(f"{row.order}: addendum {row.pk} applies without a signature" for row in unsigned)]


def wrong_parts() -> list[str]:
    """Purchase orders are worth their shares, and have ended where their order has."""
    found: list[str] = []
    for order in Order.objects.prefetch_related("allocations", "purchase_orders"):
        booked: dict[int | None, Decimal] = defaultdict(Decimal)
        for row in order.allocations.all():
            booked[row.purchase_order_id] += row.amount
        parts = order.purchase_orders.all()
        for part in parts:
            # Whose pieces were all moved away is cancelled, and stays worth what its paper said.
            is_emptied = part.status == "cancelled" and not booked[part.pk]
            if part.value != booked[part.pk] and not is_emptied:
                found.append(f"{order}: {part} is worth {part.value}, its shares {booked[part.pk]}")
        if order.status in ("delivered", "closed") and any(part.status in UNDELIVERED for part in parts):
            found.append(f"{order} is delivered, and a purchase order is not")
        if order.status == "closed" and {part.status for part in parts} - {"settled", "cancelled"}:
            found.append(f"{order} is closed and not paid")
    return found


def wrong_demands() -> list[str]:
    """Nobody is asked for anything in an order that has ended, nor for a delivery in one that is delivered."""
    ended = Q(order__status__in=ENDED)
    over = Q(order__status__in=[*ENDED, "delivered"])
    asking = {
        "question": Allocation.objects.filter(ended, status="asked"),
        "addendum": Amendment.objects.filter(over, status="proposed"),
        "round": Sourcing.objects.filter(ended, status="running"),
        "signature": ApprovalStep.objects.filter(ended, decision="pending"),
        "purchase order": PurchaseOrder.objects.filter(over, status__in=UNDELIVERED),
        "shipment": Shipment.objects.filter(
            purchase_order__order__status__in=[*ENDED, "delivered"], status__in=["prepared", "dispatched"]
        ),
        "shipment of a purchase order that has ended": Shipment.objects.exclude(
            purchase_order__status__in=UNDELIVERED
        ).filter(status__in=["prepared", "dispatched"]),
    }
    return [
        f"{name} {pk} waits in an order that has ended"
        for name, rows in asking.items()
        for pk in rows.order_by("pk").values_list("pk", flat=True)
    ]


def wrong_pledges() -> list[str]:
    """What orders took of a pledge and what remains of it are not more than was said, and no order took too much."""
    found = [
        f"order {pk} took more of its pledge than it is worth"
        for pk in Order.objects.filter(pledged__gt=F("value")).values_list("pk", flat=True)
    ]
    taken_of = dict(Pledge.objects.annotate(took=Sum("orders__pledged")).values_list("pk", "took"))
    for row in Pledge.objects.all():
        taken = taken_of[row.pk] or Decimal(0)
        if row.taken != taken:
            found.append(f"pledge {row.pk} says that {row.taken} were taken, orders say {taken}")
        if row.kind == "order" and row.remaining + taken > (row.amount or Decimal(0)):
            found.append(f"pledge {row.pk}: {row.remaining} remain and {taken} were taken of {row.amount}")
        if row.status == "converted" and row.remaining:
            found.append(f"pledge {row.pk} has become orders, and {row.remaining} remain")
        if row.status in ("lapsed", "withdrawn") and row.remaining:
            found.append(f"pledge {row.pk} has ended, and {row.remaining} remain")
    return found
