"""How much of an order its pledge covers: it gives what the order gains in value, and takes back what it loses.

An order that is worth less, lost or cancelled gives back what it no longer needs; one that is worth more takes more.
What a pledge has is not left with it while an order that refers to it could take it: the same demand would be counted
as announced and as requested. Orders are locked before their pledge, always. An order that somebody else works on is
not waited for: it takes what there is when that act ends.
"""

from decimal import Decimal

from django.db.models import F, Q

from expo.ledger.ledger import IN_PLAY, Posting, in_play
from expo.models import Pledge
from expo.pledges.pledges import HeldPledge, hold_pledge
from orders.models import Order
from orders.workflow import OrderStatus
from procurement.rows.recording import Acting

_WORTH_NOTHING = (OrderStatus.DRAFT, OrderStatus.LOST, OrderStatus.CANCELLED)


def follow(order: Order, posting: Posting, actor: Acting) -> None:
    """Let the pledge of a locked order follow its value, which ``posting`` is about to change.

    Most acts change no value; then the pledge is looked at only when it could cover more.
    """
    if order.pledge_id is None:
        return
    moved = sum(
        (
            amount
            for (stage, known), amount in posting.legs.items()
            if stage in IN_PLAY and known.pledge_id is None
        ),
        Decimal(0),
    )
    if not moved and not _could_take_more(order):
        return
    worth = in_play([order.pk]).get(order.pk, Decimal(0)) + moved
    wants = _most(order, worth)
    if wants == order.pledged:
        return
    held = hold_pledge(pledge_id=order.pledge_id, posting=posting, actor=actor)
    order.pledged = held.give(order.pk, order.number, has=order.pledged, wants=wants)
    give_rest(held, but=order.pk)
    held.write()


def give_rest(held: HeldPledge, *, but: int | None = None) -> None:
    """Give what an open pledge still has to orders that refer to it and are worth more than it covers.

    The caller holds the pledge, and the order ``but``. The oldest order is the first.
    """
    if held.is_ended or not held.row.remaining:
        return
    waiting = list(
        Order.objects.filter(pledge=held.row.pk, pledged__lt=F("value"))
        .filter(Q(pledge_limit__isnull=True) | Q(pledged__lt=F("pledge_limit")))
        .exclude(status__in=_WORTH_NOTHING)
        .exclude(pk=but or 0)
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("pk")
    )
    worth = in_play(order.pk for order in waiting) if waiting else {}
    for order in waiting:
        has = order.pledged
        wants = max(has, _most(order, worth.get(order.pk, Decimal(0))))
        order.pledged = held.give(order.pk, order.number, has=has, wants=wants)
        if order.pledged != has:
            Order.objects.filter(pk=order.pk).update(pledged=order.pledged)


def _most(order: Order, worth: Decimal) -> Decimal:
    return worth if order.pledge_limit is None else min(worth, order.pledge_limit)


def _could_take_more(order: Order) -> bool:
    """Whether the order is worth more than its pledge covers, and the pledge still has something left."""
    if order.status in _WORTH_NOTHING or order.pledged >= _most(order, order.value):
        return False
    return Pledge.objects.filter(orders=order.pk, status=Pledge.Status.OPEN, remaining__gt=0).exists()
