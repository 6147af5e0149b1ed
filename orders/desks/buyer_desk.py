"""The home of a buyer: what waits for whom, what is late, what arrives this week. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    CharField,
    Count,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Concat

from accounts.acting import Actor
from orders.amending.addenda import for_page, side_of, title_of, waiting_for
from orders.amending.addenda_signers import judged_addenda, unsigned_addenda
from orders.authority.signers import MOST_JUDGED, Judged, Outlook, judged, unsigned
from orders.delivering.queries import arriving
from orders.forecast.lateness import late_rows
from orders.forecast.pace import Forecast
from orders.models import Amendment, ApprovalStep, Order, PurchaseOrder
from orders.models.order import OrderQuerySet
from orders.order_list import late, this_week
from orders.paying.queries import closable, payable
from orders.permissions import may
from orders.workflow import (
    ORDER,
    UNDELIVERED,
    OrderStatus,
)
from procurement import clock
from procurement.models import Event

SHOWN = 6
"""Rows of one kind on the home page; a link leads to all of them."""


def awaiting_signature(actor: Actor) -> OrderQuerySet:
    """Quoted orders of the institution with the level that is next to sign, and the quote before this one."""
    pending = ApprovalStep.objects.filter(
        order=OuterRef("pk"), revision=OuterRef("revision"), decision=ApprovalStep.Decision.PENDING
    ).order_by("level")
    quotes = Event.objects.filter(
        stream=Concat(Value("order:"), Cast(OuterRef("pk"), CharField())), verb="order.quote"
    ).order_by("-sequence")
    return (
        Order.objects.visible_to(actor)
        .filter(status__in=ORDER["approve"].sources)
        .select_related("unit", "requester", "institution__organisation")
        .annotate(
            level=Subquery(pending.values("level")[:1]),
            level_post=Subquery(pending.values("post")[:1]),
            quote_before=Subquery(quotes.values("changes")[1:2]),
        )
    )


@dataclass(frozen=True, slots=True)
class OrdersInState:
    """Orders of one state: how many, and their value before PPN."""

    status: str
    count: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class Pile:
    """One kind of work that waits for the reader: the first rows and how many there are."""

    rows: list[Any]
    more: bool


@dataclass(frozen=True, slots=True)
class BuyerDesk:
    """What the home of an institution shows."""

    to_sign: Pile | None
    """Quotes that the reader, an approver, can sign."""
    to_sign_count: int
    to_revise: Pile | None
    """Quotes that nobody can sign any more, so that an approver asks for a revision."""
    unsigned: list[tuple[Order, Outlook]]
    """Quotes that nobody can sign, whichever member of the institution reads the list."""
    unsigned_addenda: list[tuple[Amendment, Outlook]]
    to_receive: Pile | None
    to_pay: Pile | None
    to_close: Pile | None
    drafts: Pile | None
    stages: list[OrdersInState]
    late_count: int
    late_value: Decimal
    deliveries: Pile
    week: tuple[date, date]
    likely_late: list[tuple[PurchaseOrder, Forecast]] = field(default_factory=list)
    """Purchase orders that will probably be late, the least time left first."""
    addenda: list[tuple[Amendment, str]] = field(default_factory=list)
    """Changes of orders that wait for the approver's yes."""

    @property
    def is_clear(self) -> bool:
        """Nothing waits for the reader."""
        piles = (self.to_sign, self.to_revise, self.to_receive, self.to_pay, self.to_close, self.drafts)
        return not self.addenda and not any(pile and pile.rows for pile in piles)


def read_desk(actor: Actor) -> BuyerDesk:
    """One query per kind of work that the actor's roles know, and two for the figures."""
    orders = Order.objects.visible_to(actor)
    by_status = {
        row["status"]: row
        for row in orders.exclude(lost_from=OrderStatus.DRAFT)
        .order_by()
        .values("status")
        .annotate(count=Count("pk"), total=Sum("value"))
    }
    late_ones = orders.filter(late()).aggregate(count=Count("pk"), total=Sum("value"))
    first, last = this_week()
    deliveries = (
        PurchaseOrder.objects.visible_to(actor)
        .for_list()
        .filter(status__in=UNDELIVERED, due_on__gte=first, due_on__lte=last)
        .order_by("due_on", "pk")
    )
    quotes = list(awaiting_signature(actor).order_by("quote_valid_until", "-value", "pk")[:MOST_JUDGED])
    approves = bool(may("order.approve", actor))
    mine = judged(quotes, actor) if approves else []
    signable_ones = [one for one in mine if one.may_sign]
    return BuyerDesk(
        to_sign=_orders_pile(signable_ones) if approves else None,
        to_sign_count=len(signable_ones),
        to_revise=_orders_pile([one for one in mine if one.stopped]) if approves else None,
        unsigned=unsigned(quotes),
        unsigned_addenda=unsigned_addenda(unsigned_of(actor)),
        to_receive=_pile(arriving(actor).order_by("dispatched_at"))
        if may("shipment.receive", actor)
        else None,
        to_pay=_pile(payable(actor)) if may("purchase_order.settle", actor) else None,
        to_close=_pile(closable(actor)) if may("order.close", actor) else None,
        drafts=_pile(_drafts(actor)) if may("order.submit", actor) else None,
        stages=[
            OrdersInState(str(status), by_status[status]["count"], by_status[status]["total"])
            for status in OrderStatus.values
            if status in by_status
        ],
        late_count=late_ones["count"],
        late_value=late_ones["total"] or Decimal(0),
        deliveries=_pile(deliveries),
        week=(first, last),
        likely_late=late_rows(actor),
        addenda=_addenda_to_sign(actor) if may("amendment.agree", actor) else [],
    )


def _addenda_to_sign(actor: Actor) -> list[tuple[Amendment, str]]:
    rows = [row for row, refusal in judged_addenda(waiting_for(actor), actor) if refusal is None]
    return [(row, title_of(row, side_of(row, actor))) for row in rows[:SHOWN]]


def unsigned_of(actor: Actor) -> QuerySet[Amendment]:
    """Addenda of the institution that wait for its yes; not those whose day has passed."""
    rows = Amendment.objects.visible_to(actor).filter(
        buyer_agreed_at__isnull=True, status=Amendment.Status.PROPOSED, ready_on__gte=clock.today()
    )
    return for_page(rows).order_by("proposed_at", "pk")


def _orders_pile(rows: Sequence[Judged]) -> Pile:
    return Pile([one.order for one in rows[:SHOWN]], len(rows) > SHOWN)


def _drafts(actor: Actor) -> OrderQuerySet:
    return (
        Order.objects.visible_to(actor)
        .for_list()
        .filter(status__in=ORDER["submit"].sources)
        .order_by(F("status_since").desc())
    )


def _pile(rows: "QuerySet[Any]") -> Pile:
    found = list(rows[: SHOWN + 1])
    return Pile(found[:SHOWN], len(found) > SHOWN)
