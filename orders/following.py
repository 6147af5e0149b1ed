"""The states of purchase orders, shares and the order after pieces moved, computed from the pieces alone.

Every act that changes what is still to come of a purchase order (a dispatch, a reception, an addendum, a short-close,
a cancellation) ends here, so no state depends on which of these acts came last.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from orders import reservations
from orders.act import Act, change_state
from orders.ending import ending
from orders.loading import bare_shares_of
from orders.messages import tell
from orders.models import Allocation, PurchaseOrder
from orders.workflow import UNDELIVERED, AllocationStatus, OrderStatus, PurchaseOrderStatus
from procurement.rows.bulk import save_rows

ENDING = ("receive", "close_short", "cancel")
"""Steps after which nothing is still to come of a purchase order."""

_STATE = ["status", "status_since", "percent", "finished_at"]


def step_of(status: str, shares: Sequence[Allocation], *, has_more: bool = False) -> str:
    """The step that the pieces ask of a purchase order in this state; empty when it stays.

    ``has_more``: pieces were added, so an MSME that had finished has more to make.
    """
    left = sum(row.quantity - row.released - row.accepted for row in shares)
    on_the_road = sum(row.in_transit for row in shares)
    if status not in UNDELIVERED:
        return ""
    if not left:
        if not any(row.accepted for row in shares):
            return "cancel"
        return "close_short" if any(row.released for row in shares) else "receive"
    nothing_sent = status == PurchaseOrderStatus.SHIPPED and not on_the_road
    unmade = status == PurchaseOrderStatus.READY and has_more
    return "reopen_balance" if nothing_sent or unmade else ""


def follow(
    act: Act,
    purchase_orders: Sequence[PurchaseOrder],
    shares: Sequence[Allocation] | None = None,
    *,
    more: Mapping[int, int] | None = None,
    note: str = "",
) -> dict[int, str]:
    """Let these purchase orders, their shares and the order follow; returns the step of each by its id.

    ``shares`` are all shares of these purchase orders, read again when they are not given; they are saved already.
    ``more`` are the pieces that came to a purchase order, by its id.
    """
    of_each: dict[int, list[Allocation]] = defaultdict(list)
    for one in purchase_orders:
        of_each[one.pk] = [] if shares is not None else list(bare_shares_of(one))
    for row in shares or ():
        of_each[row.purchase_order_id or 0].append(row)
    more = more or {}
    steps: dict[int, str] = {}
    ended: list[Allocation] = []
    for one in purchase_orders:
        step = steps[one.pk] = step_of(one.status, of_each[one.pk], has_more=one.pk in more)
        if step in ENDING:
            ended += of_each[one.pk]
        if step == "receive":
            one.finished_at = one.finished_at or act.now
        if step:
            act.take(one, step, note=note, party_id=one.msme_id)
    _end_shares(ended)
    moved = _follow_progress(purchase_orders, of_each)
    save_rows([one for one in purchase_orders if steps[one.pk] or one.pk in moved], _STATE)
    if ended:
        _let_the_order_follow(act)
        ending.discard_stranded_shipments(act)
    ending.end_impossible_addenda(act)
    return steps


def _end_shares(rows: Sequence[Allocation]) -> None:
    for row in rows:
        if row.status == AllocationStatus.ORDERED:
            change_state(row, "fulfil" if row.accepted else "release")
    if rows:
        save_rows(rows, ["status"])
        reservations.let_go(rows)


def _follow_progress(
    purchase_orders: Sequence[PurchaseOrder], of_each: Mapping[int, Sequence[Allocation]]
) -> set[int]:
    """Let the percent of each be that of its pieces; returns which of them it changed."""
    changed = set()
    for one in purchase_orders:
        percent = progress_of(of_each[one.pk], one.percent)
        if percent != one.percent:
            one.percent = percent
            changed.add(one.pk)
    return changed


def progress_of(shares: Sequence[Allocation], said: int) -> int:
    """Percent of the pieces that are made. What was ``said`` last holds while it still says the same of each share:
    pieces that were rejected, moved in or moved away since make it another one, and what was sent is made."""
    whole = sum(row.quantity - row.released for row in shares)
    if not whole:
        return said
    if all(row.made == max(row.shipped, (row.quantity - row.released) * said // 100) for row in shares):
        return max(said, percent_sent(shares))
    # What was made and is not wanted any more is no part of the whole.
    made = (min(max(row.made, row.shipped), row.quantity - row.released) for row in shares)
    return sum(made) * 100 // whole


def percent_sent(shares: Sequence[Allocation]) -> int:
    """Percent of the pieces that were sent and not sent back."""
    whole = sum(row.quantity - row.released for row in shares)
    return sum(row.shipped for row in shares) * 100 // whole if whole else 0


def _let_the_order_follow(act: Act) -> None:
    order = act.order
    undelivered = PurchaseOrder.objects.filter(order=order, status__in=UNDELIVERED)
    if order.status == OrderStatus.IN_DELIVERY and not undelivered.exists():
        act.take(order, "accept")
        tell(act, "all here")
