"""What an MSME is asked to make: its own part of each request. Reads only."""

from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from accounts.acting import Actor
from msmes.models import Offer
from orders.models import Allocation, Order
from orders.value.expressions import RUPIAH, in_rupiah, one_figure, order_number
from orders.workflow import AllocationStatus, OrderStatus
from procurement import clock


def requests_of(actor: Actor) -> "QuerySet[Any]":
    """The orders that the MSME was asked about, one row each, with its own part annotated and nothing else's.

    ``my_state`` is ``asked`` while an answer is owed, else what became of it; ``my_value`` is rupiah before PPN at
    the price that it answered or, before that, offers; ``answer_by`` is the last deadline it was given.
    """
    mine = Allocation.objects.visible_to(actor).filter(order=OuterRef("pk")).order_by()
    offered = Offer.objects.visible_to(actor).filter(
        msme=OuterRef("msme_id"), product=OuterRef("line__product_id"), is_active=True
    )
    price = Coalesce(
        F("price"), Subquery(offered.values("price")[:1], output_field=RUPIAH), output_field=RUPIAH
    )
    pieces = Case(
        When(status=AllocationStatus.ASKED, then=F("asked")),
        When(quantity__gt=0, then=F("quantity")),
        default=F("confirmed"),
    )
    worth = mine.annotate(worth=in_rupiah(pieces * price))
    return (
        Order.objects.filter(Exists(mine))
        .select_related("institution__organisation")
        .annotate(
            number_text=order_number("pk"),
            my_lines=one_figure(mine, Count("pk"), IntegerField()),
            my_value=one_figure(worth, Sum("worth"), RUPIAH),
            my_needed_by=one_figure(mine, Min("line__needed_by")),
            answer_by=one_figure(mine, Max("deadline")),
            my_state=_state(mine),
        )
    )


def _state(mine: QuerySet[Allocation]) -> Case:
    """What the MSME's part of an order is at, as a state of ``workflow.AllocationStatus``."""
    waiting = mine.filter(status=AllocationStatus.ASKED, deadline__gt=clock.now())
    ordered = mine.filter(status__in=[AllocationStatus.ORDERED, AllocationStatus.FULFILLED])
    agreed = mine.filter(status__in=[AllocationStatus.CONFIRMED, AllocationStatus.PARTLY_CONFIRMED])
    declined = mine.filter(status=AllocationStatus.DECLINED)
    unanswered = mine.filter(status__in=[AllocationStatus.ASKED, AllocationStatus.EXPIRED])
    gone = Q(status__in=[OrderStatus.LOST, OrderStatus.CANCELLED])
    return Case(
        When(Q(status=OrderStatus.REQUESTED) & Exists(waiting), then=Value(AllocationStatus.ASKED.value)),
        When(Exists(ordered), then=Value(AllocationStatus.ORDERED.value)),
        When(gone, then=Value(AllocationStatus.RELEASED.value)),
        When(Exists(agreed), then=Value(AllocationStatus.CONFIRMED.value)),
        When(Exists(declined), then=Value(AllocationStatus.DECLINED.value)),
        When(Exists(unanswered), then=Value(AllocationStatus.EXPIRED.value)),
        default=Value(AllocationStatus.RELEASED.value),
        output_field=CharField(),
    )
