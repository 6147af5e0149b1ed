"""The state that the trail leaves each paper and share in, against the state of its row."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from orders.models import Allocation, Order
from orders.reconcile.found import Difference
from orders.reconcile.reading import Told
from orders.stored import stored
from orders.workflow import UNDELIVERED, AllocationStatus, OrderStatus, PurchaseOrderStatus

_A = AllocationStatus
_ANSWERS = (_A.ASKED, _A.CONFIRMED, _A.PARTLY_CONFIRMED, _A.DECLINED, _A.EXPIRED, _A.RELEASED)
_ENDED = (_A.DECLINED, _A.EXPIRED, _A.RELEASED)
_RECEIVED = stored("purchase_order.receive")


def of_order(order: Order, told: Sequence[Told], papers: Sequence[tuple[str, Any]]) -> Iterator[Difference]:
    """Each state that is not the one in which the trail leaves its row. ``papers`` are rows with their names."""
    shares = list(order.allocations.all())
    yield from _possible(order, shares)
    if not order.event_count:
        return
    last = _last_states(order, told)
    for name, row in (("", order), *papers):
        said = last.get(f"{row._meta.model_name}:{row.pk}")
        if said != row.status:
            of = f"{name}: " if name else ""
            yield Difference(
                order.number, "", said=f"{of}kejadian terakhir “{said or 'tidak ada'}”, baris “{row.status}”"
            )
    states = _states_of_shares(order, shares, told)
    for share in shares:
        if states[share.pk] and share.status not in states[share.pk]:
            said = ", ".join(sorted(states[share.pk]))
            yield Difference(
                order.number,
                "",
                said=f"alokasi {share.pk}: kejadian terakhir “{said}”, baris “{share.status}”",
            )


def _last_states(order: Order, told: Sequence[Told]) -> dict[str, str]:
    """The last state that an event of its own says of each row."""
    return {
        event.subject: event.to_state
        for event in told
        if event.to_state and event.verb.split(".")[0] == event.subject.split(":")[0]
    }


def _possible(order: Order, shares: Sequence[Allocation]) -> Iterator[Difference]:
    """Shares whose state does not go with that of their order, or with what they say themselves."""
    for share in shares:
        if share.status not in _allowed(order, share):
            yield Difference(
                order.number,
                "",
                said=f"alokasi {share.pk} “{share.status}”, padahal pesanan “{order.status}”",
            )
        elif not _says_so(share):
            yield Difference(
                order.number,
                "",
                said=f"alokasi {share.pk} “{share.status}”, padahal disanggupi {share.confirmed} dari {share.asked}",
            )


def _allowed(order: Order, share: Allocation) -> tuple[str, ...]:
    if order.status == OrderStatus.REQUESTED:
        return _ANSWERS
    if order.status == OrderStatus.QUOTED:
        return (_A.CONFIRMED, _A.PARTLY_CONFIRMED) if share.quantity else _ANSWERS
    if order.status in (OrderStatus.DRAFT, OrderStatus.LOST) or share.purchase_order_id is None:
        return _ENDED
    part = share.purchase_order.status if share.purchase_order else ""
    if PurchaseOrderStatus.CANCELLED in (part, order.status):
        return (_A.RELEASED,)
    return (_A.ORDERED, _A.FULFILLED, _A.RELEASED) if part in UNDELIVERED else (_A.FULFILLED, _A.RELEASED)


def _says_so(share: Allocation) -> bool:
    if share.status in (_A.ASKED, _A.DECLINED, _A.EXPIRED):
        return share.confirmed == 0
    if share.status == _A.CONFIRMED:
        return share.confirmed == share.asked
    if share.status == _A.PARTLY_CONFIRMED:
        return 0 < share.confirmed < share.asked
    if share.status == _A.FULFILLED:
        return share.accepted == share.quantity - share.released
    return True


def _states_of_shares(
    order: Order, shares: Sequence[Allocation], told: Sequence[Told]
) -> dict[int, set[str]]:
    """The states in which the trail can have left each share.

    Questions and answers name lines by their place, which a later change of the request may have moved; what they
    say then may be of any share of that MSME.
    """
    states: dict[int, set[str]] = defaultdict(set)
    places = {line.pk: str(line.position) for line in order.lines.all()}
    moved = max((event.sequence for event in told if event.verb == "order.change"), default=0)
    by_subject = {f"allocation:{share.pk}": share for share in shares}
    for event in told:
        if event.subject in by_subject:
            if event.to_state:
                states[by_subject[event.subject].pk] = {event.to_state}
            continue
        for share in shares:
            said = _said_of(event, share, places.get(share.line_id, ""), is_sure=event.sequence > moved)
            if said is None:
                continue
            sure, state = said
            states[share.pk] = state if sure else states[share.pk] | state
    return states


def _said_of(event: Told, share: Allocation, place: str, *, is_sure: bool) -> tuple[bool, set[str]] | None:
    """What an event of the order says of one share: whether it is sure, and the states; None where it says nothing."""
    mine = event.party_id == share.msme_id
    changes = event.changes or {}
    if event.verb == "allocation.ask" and mine:
        named = place in changes.get("asked", {})
        return (is_sure, {_A.ASKED}) if named or not is_sure else None
    if event.verb in ("allocation.answer", "allocation.answer_for") and mine:
        if is_sure:
            return (True, {changes[place]["state"][1]}) if place in changes else None
        return False, {said["state"][1] for said in changes.values()}
    if event.verb == "allocation.release" and mine:
        return False, {_A.RELEASED}
    if event.verb == "order.approve" and share.purchase_order_id:
        return True, {_A.ORDERED}
    if event.verb == "amendment.apply" and share.purchase_order_id:
        return False, {_A.ORDERED}
    if event.verb == "order.cancel" and share.purchase_order_id:
        return True, {_A.RELEASED}
    if event.verb == "order.short_close" and share.purchase_order_id:
        return True, {_A.FULFILLED, _A.RELEASED}
    if event.verb == _RECEIVED and event.subject == stored(f"purchase_order:{share.purchase_order_id}"):
        return True, {_A.FULFILLED, _A.RELEASED}
    return None
