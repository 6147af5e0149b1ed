"""Past balances of an order: its entries at every moment against its trail and its shipments.

The trail says which state the order had, what its quote came to, and when; shipments say what was on the road and
what had arrived. The ledger must have said the same at each of these moments, because a page can be asked for it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from expo.models import Stage
from orders.models import Order, ShipmentLine
from orders.reconcile.found import ZERO, Difference, moment_text
from orders.reconcile.reading import Moved, Told
from orders.standing import STATUSES_WITH, counted
from orders.workflow import OrderStatus, ShipmentStatus
from procurement import clock

MOST_DWELL = 32_767

_STAGES_OF: dict[str, frozenset[str]] = {
    status: frozenset(stage.value for stage, statuses in STATUSES_WITH.items() if status in statuses)
    for status in OrderStatus
}
"""Where an order of each status can have value; the pages that list orders behind a figure go by the same table."""

_OUR_ACTS = ("order", "purchase_order", "shipment", "allocation", "amendment")
"""Acts on one order, each of which leaves an event at its moment."""


@dataclass(slots=True)
class _Then:
    """What the trail says of one moment; ``counts`` is what the ledger must count at it."""

    status: str = ""
    quoted: list[str] = field(default_factory=list)
    approved: str = ""
    counts: dict[tuple[str, date | None, str, int | None], int] = field(
        default_factory=lambda: defaultdict(int)
    )


def of_order(
    order: Order, moved: Sequence[Moved], told: Sequence[Told], sent: Sequence[ShipmentLine]
) -> Iterator[Difference]:
    """Each moment at which the entries of an order say something else than its trail; nothing without a trail."""
    if not told:
        return
    then = _by_trail(order, told)
    yield from _counts(order, moved, then)
    yield from _values(order, moved, then, _on_the_road(order, sent))


def _by_trail(order: Order, told: Sequence[Told]) -> dict[datetime, _Then]:
    """What each moment of the trail says, in the order in which it happened."""
    found: dict[datetime, _Then] = {}
    status, day, lost_from = str(OrderStatus.DRAFT), clock.local_date(told[0].at), ""
    for event in told:
        then = found.setdefault(event.at, _Then())
        if event.subject == order.stream and event.verb.startswith("order.") and event.to_state:
            if event.from_state and event.from_state != event.to_state:
                day, lost_from = _take_step(then, event, day=day, lost_from=lost_from)
            status = event.to_state
        then.status = status
    return found


def _take_step(then: _Then, event: Told, *, day: date, lost_from: str) -> tuple[date, str]:
    """What one step of the order must count; returns since when it has its status then, and what it was before."""
    new_day = clock.local_date(event.at)
    source = counted(event.from_state, lost_from=lost_from, since=day)
    if event.to_state == OrderStatus.LOST:
        lost_from = event.from_state
    target = counted(event.to_state, lost_from=lost_from, since=new_day)
    if source != target:
        stood = None
        if source[0] not in (Stage.OUTSIDE, Stage.LOST):
            stood = max(0, min((new_day - day).days, MOST_DWELL))
        for (stage, known), way, dwell in ((source, -1, stood), (target, 1, None)):
            if stage != Stage.OUTSIDE:
                then.counts[stage.value, known.since, str(known.origin), dwell] += way
    if event.verb == "order.quote":
        then.quoted = list(event.changes.get("value", []))
    if event.to_state == OrderStatus.APPROVED:
        then.approved = str(event.changes.get("value", ""))
    return new_day, lost_from


def _counts(order: Order, moved: Sequence[Moved], then: Mapping[datetime, _Then]) -> Iterator[Difference]:
    """When the order as a whole entered and left each stage, and how long it had stood there."""
    booked: dict[datetime, dict[tuple[str, date | None, str, int | None], int]] = defaultdict(
        lambda: defaultdict(int)
    )
    for leg in moved:
        if leg.orders:
            booked[leg.at][leg.stage, leg.since, leg.origin, leg.dwell_days] += leg.orders
    for at in sorted({*booked, *then}):
        left = {key: count for key, count in booked[at].items() if count}
        right = {key: count for key, count in then[at].counts.items() if count} if at in then else {}
        if left != right:
            key = next(key for key in sorted({*left, *right}, key=str) if left.get(key) != right.get(key))
            stage, since, origin, dwell = key
            parts = [stage, origin, f"sejak {since}" if since else ""]
            parts.append(f"setelah {dwell} hari" if dwell is not None else "")
            told = " ".join(part for part in (*parts, "pada", moment_text(at)) if part)
            yield Difference(order.number, told, orders=(left.get(key, 0), right.get(key, 0)))


def _on_the_road(order: Order, sent: Sequence[ShipmentLine]) -> dict[datetime, dict[str, Decimal]]:
    """How shipments changed what was in delivery and what was delivered."""
    prices = {share.pk: share.price or ZERO for share in order.allocations.all()}
    found: dict[datetime, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for line in sent:
        shipment, price = line.shipment, prices.get(line.allocation_id, ZERO)
        if shipment.dispatched_at is not None:
            found[shipment.dispatched_at][Stage.IN_DELIVERY] += line.quantity * price
        if shipment.received_at is not None and shipment.status == ShipmentStatus.RECEIVED:
            found[shipment.received_at][Stage.IN_DELIVERY] -= line.quantity * price
            found[shipment.received_at][Stage.DELIVERED] += line.accepted * price
    return found


@dataclass(slots=True)
class _Moment:
    """One moment of an order: what its entries and its shipments come to, and its status before and then."""

    at: datetime
    legs: list[Moved]
    balance: dict[str, Decimal]
    before: dict[str, Decimal]
    sent: dict[str, Decimal]
    earlier: str
    status: str
    then: _Then | None

    @property
    def when(self) -> str:
        return f"pada {moment_text(self.at)}"


def _values(
    order: Order,
    moved: Sequence[Moved],
    then: Mapping[datetime, _Then],
    road: Mapping[datetime, Mapping[str, Decimal]],
) -> Iterator[Difference]:
    """Whether the stages at each moment go with the status of then, and their value with quote and shipments."""
    for moment in _moments(moved, then, road):
        for stage, left, right, said in (*_of_stages(moment), *_of_trail(moment)):
            yield Difference(order.number, stage, left, right, said=said)


def _moments(
    moved: Sequence[Moved],
    then: Mapping[datetime, _Then],
    road: Mapping[datetime, Mapping[str, Decimal]],
) -> Iterator[_Moment]:
    """Every moment at which anything happened, one after the other."""
    legs = {at: list(ones) for at, ones in groupby(moved, key=lambda leg: leg.at)}
    balance: dict[str, Decimal] = defaultdict(Decimal)
    sent: dict[str, Decimal] = defaultdict(Decimal)
    status = str(OrderStatus.DRAFT)
    for at in sorted({*legs, *then, *road}):
        before, earlier = dict(balance), status
        for leg in legs.get(at, ()):
            balance[leg.stage] += leg.amount
        for stage, amount in road.get(at, {}).items():
            sent[stage] += amount
        known = then.get(at)
        status = known.status if known else status
        yield _Moment(at, legs.get(at, []), balance, before, sent, earlier, status, known)


_Said = tuple[str, Decimal, Decimal, str]


def _of_stages(moment: _Moment) -> Iterator[_Said]:
    """Stages that do not go with the status of the moment, or with what was on the road."""
    if moment.then is None:
        changed = (leg for leg in moment.legs if leg.amount or leg.orders)
        strange = next((leg for leg in changed if leg.verb.split(".")[0] in _OUR_ACTS), None)
        if strange is not None:
            yield f"{strange.stage} {moment.when}", ZERO, ZERO, f"kaki {strange.verb} tanpa kejadian"
    for stage, amount in moment.balance.items():
        if amount and stage not in _STAGES_OF[moment.status]:
            yield f"{stage} {moment.when}, saat “{moment.status}”", amount, ZERO, ""
    for name in (Stage.IN_DELIVERY.value, Stage.DELIVERED.value):
        left, right = moment.balance.get(name, ZERO), moment.sent.get(name, ZERO)
        if left != right:
            yield f"{name} {moment.when} menurut pengiriman", left, right, ""


def _of_trail(moment: _Moment) -> Iterator[_Said]:
    """What the events of the moment say of the value: that of the request before its quote, and of the quote."""
    known = moment.then
    if known is None:
        return
    # With a stopped clock several acts happen at one moment, and what was asked for may have changed at it as well.
    alone = {leg.verb for leg in moment.legs} == {"order.quote"}
    if known.quoted and alone and moment.earlier == OrderStatus.REQUESTED:
        left, right = moment.before.get(Stage.REQUESTED.value, ZERO), Decimal(known.quoted[0])
        if left != right:
            yield f"requested sebelum {moment_text(moment.at)} menurut penawaran", left, right, ""
    for status, name, value in (
        (OrderStatus.QUOTED, Stage.QUOTED.value, known.quoted[1] if known.quoted else ""),
        (OrderStatus.APPROVED, Stage.BOOKED.value, known.approved),
    ):
        # An addendum that is agreed at the very moment of the signature changes what was signed.
        addenda = any(leg.stage == name and leg.verb.startswith("amendment.") for leg in moment.legs)
        left = moment.balance.get(name, ZERO)
        if value and moment.status == status and not addenda and left != Decimal(value):
            yield f"{name} {moment.when} menurut kejadian", left, Decimal(value), ""
