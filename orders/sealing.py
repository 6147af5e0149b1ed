"""Sealed answers: nobody but the MSME itself reads one before its deadline.

Code that shows staff allocations passes them through :func:`masked`; conditions in the database use :func:`readable`;
the timeline drops what an answer said (:func:`drop_sealed_words`), the back office whole rows
(:func:`without_sealed_answers`); what it holds of weeks is hidden in ``msmes.capacity.sealed``. That somebody has
answered is no secret, what it said is.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import CharField, Exists, Max, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from accounts.acting import Actor
from orders.models import Allocation
from orders.workflow import AllocationStatus, OrderStatus
from procurement import clock
from procurement.models import Event

ANSWERED = (AllocationStatus.CONFIRMED, AllocationStatus.PARTLY_CONFIRMED, AllocationStatus.DECLINED)


def readable(now: datetime | None = None) -> Q:
    """Allocations whose answer may be read."""
    return Q(sealed=False) | Q(deadline__lte=now or clock.now())


def is_answer_sealed(row: Allocation, now: datetime) -> bool:
    """It has answered, and nobody else may know what."""
    return row.status in ANSWERED and row.is_sealed(now)


def masked(rows: Iterable[Allocation], now: datetime | None = None) -> list[Allocation]:
    """The rows as staff may read them: a sealed answer looks like a question that is open, marked ``is_masked``.

    Masked rows are for pages only; saving one would destroy the answer, so it is refused.
    """
    now = now or clock.now()
    found = list(rows)
    for row in found:
        row.is_masked = is_answer_sealed(row, now)  # type: ignore[attr-defined]
        if row.is_masked:  # type: ignore[attr-defined]
            row.__dict__["status"] = AllocationStatus.ASKED.value
            row.confirmed, row.price, row.ready_on, row.reason, row.answered_at = 0, None, None, "", None
            row.save = _never  # type: ignore[method-assign]
    return found


def asked_until(msme_id: int) -> datetime | None:
    """Until when an MSME is asked sealed, whether it has answered or not; None when it is not."""
    rows = Allocation.objects.filter(~readable(), msme=msme_id, order__status=OrderStatus.REQUESTED)
    latest: datetime | None = rows.exclude(status=AllocationStatus.RELEASED).aggregate(until=Max("deadline"))[
        "until"
    ]
    return latest


def without_sealed_answers(events: QuerySet[Event]) -> QuerySet[Event]:
    """The events without those that say what a sealed answer says; for lists that have no order to begin with."""
    sealed = (
        Allocation.objects.filter(~readable(), order__status=OrderStatus.REQUESTED)
        .annotate(order_stream=Concat(Value("order:"), Cast("order_id", CharField())))
        .filter(
            order_stream=OuterRef("stream"), msme=OuterRef("party_id"), asked_at__lte=OuterRef("happened_at")
        )
    )
    return events.exclude(Q(verb="allocation.answer") & Exists(sealed))


def _never(*_args: object, **_options: object) -> None:
    raise TypeError("a masked allocation is for reading only")


def sealed_parties(order_id: int, actor: Actor) -> dict[int, datetime]:
    """``{msme id: when it was asked}`` of the answers to one order that the actor may not read; none for an MSME."""
    if actor.kind == "msme":
        return {}
    rows = Allocation.objects.filter(~readable(), order_id=order_id, order__status=OrderStatus.REQUESTED)
    return dict(rows.values_list("msme_id", "asked_at"))


def drop_sealed_words(events: Iterable[Event], sealed: dict[int, datetime]) -> list[Event]:
    """The events without what a sealed answer said."""
    found = list(events)
    for event in found:
        asked_at = sealed.get(event.party_id or 0)
        if event.verb == "allocation.answer" and asked_at is not None and event.happened_at >= asked_at:
            event.hide_changes()
    return found
