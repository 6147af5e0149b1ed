"""One order as a value: whatever decides what can be done with it, and nothing that does not."""

from collections import defaultdict
from itertools import permutations
from typing import Any

from orders.models import (
    Allocation,
    Amendment,
    ApprovalStep,
    Order,
    OrderLine,
    PurchaseOrder,
    Shipment,
    ShipmentLine,
    Sourcing,
)
from procurement import clock

State = tuple[Any, ...]
OPEN_SHIPMENTS = ("prepared", "dispatched")


def parts_of(order_id: int, msme_ids: tuple[int, ...]) -> dict[int, State]:
    """The part of each MSME, by its key."""
    read = _Reading(order_id)
    names = {pk: place for place, pk in enumerate(msme_ids)}
    return {pk: read.part(pk, names) for pk in msme_ids}


def state_of(order_id: int, msme_ids: tuple[int, ...]) -> State:
    """The order with its MSMEs in whatever order makes the least value: they differ in nothing but their names."""
    read = _Reading(order_id)
    used = [pk for pk in msme_ids if pk in read.touched]
    unused = len(msme_ids) - len(used)
    return (read.order(), unused, min(read.parts(names) for names in permutations(used)))


def likeness(order_id: int, msme_id: int) -> State:
    """What one MSME's part is, so that of MSMEs with like parts one can stand for all."""
    read = _Reading(order_id)
    return read.part(msme_id, {msme_id: 0})


class _Reading:
    """The rows of one order, read once."""

    def __init__(self, order_id: int) -> None:
        now, today = clock.now(), clock.today()
        self.row = Order.objects.get(pk=order_id)
        self.today = today
        places = {
            pk: (place, quantity)
            for place, (pk, quantity) in enumerate(
                OrderLine.objects.filter(order=order_id).order_by("position").values_list("pk", "quantity")
            )
        }
        self.lines = tuple(quantity for _place, quantity in places.values())
        self.place = {pk: place for pk, (place, _quantity) in places.items()}
        purchase_orders = {one.pk: one for one in PurchaseOrder.objects.filter(order=order_id)}
        self.shares: dict[int, list[Any]] = defaultdict(list)
        self.share_of: dict[int, Allocation] = {}
        for one in Allocation.objects.filter(order=order_id):
            self.share_of[one.pk] = one
            work = purchase_orders[one.purchase_order_id].status if one.purchase_order_id else ""
            self.shares[one.msme_id].append(
                (
                    self.place[one.line_id],
                    str(one.status),
                    one.asked if one.status == "asked" else 0,
                    one.confirmed if not one.purchase_order_id else 0,
                    one.quantity,
                    one.shipped,
                    one.accepted,
                    one.released,
                    one.status == "asked" and one.deadline <= now,
                    str(one.price or "") if one.quantity else "",
                    str(work),
                )
            )
        self.work: dict[int, list[str]] = defaultdict(list)
        for work_order in purchase_orders.values():
            self.work[work_order.msme_id].append(str(work_order.status))
        self.loads: dict[int, list[Any]] = defaultdict(list)
        lines: dict[int, list[Any]] = defaultdict(list)
        for line in ShipmentLine.objects.filter(
            shipment__purchase_order__order=order_id, shipment__status__in=OPEN_SHIPMENTS
        ):
            lines[line.shipment_id].append((self.share_of[line.allocation_id].line_id, line.quantity))
        for shipment in Shipment.objects.filter(
            purchase_order__order=order_id, status__in=OPEN_SHIPMENTS
        ).select_related("purchase_order"):
            self.loads[shipment.purchase_order.msme_id].append(
                (str(shipment.status), tuple(sorted(lines[shipment.pk])))
            )
        self.addenda = list(Amendment.objects.filter(order=order_id, status="proposed"))
        self.touched = {*self.shares, *(one.msme_id for one in self.addenda if one.msme_id)}

    def order(self) -> State:
        """What does not depend on any MSME."""
        order = self.row
        steps = ApprovalStep.objects.filter(order=order, revision=order.revision).order_by("level")
        rounds = Sourcing.objects.filter(order=order).first()
        return (
            str(order.status),
            order.lost_from,
            order.status == "quoted" and (order.quote_valid_until or self.today) < self.today,
            self.lines,
            tuple(steps.values_list("decision", flat=True)) if order.status == "quoted" else (),
            (rounds.status, rounds.round) if rounds else (),
        )

    def part(self, msme_id: int, names: dict[int, int]) -> State:
        """What one MSME has, with the names that the others go by."""
        addenda = sorted(
            (
                str(one.kind),
                self.place[self.share_of[one.allocation_id].line_id],
                -1 if one.msme_id is None else names.get(one.msme_id, -2),
                one.quantity,
                str(one.price or ""),
                bool(one.giver_agreed_at),
                bool(one.taker_agreed_at),
                bool(one.buyer_agreed_at),
                one.signatures.filter(is_void=False).count(),
                one.ready_on < self.today,
            )
            for one in self.addenda
            if self.share_of[one.allocation_id].msme_id == msme_id
        )
        return (
            tuple(sorted(self.shares[msme_id])),
            tuple(sorted(self.work[msme_id])),
            tuple(sorted(self.loads[msme_id])),
            tuple(addenda),
            tuple(sorted(str(one.pk) for one in self.addenda if one.msme_id == msme_id and len(names) == 1)),
        )

    def parts(self, order_of_msmes: tuple[int, ...]) -> State:
        """All MSMEs, named by their place in this order."""
        names = {pk: place for place, pk in enumerate(order_of_msmes)}
        return tuple(self.part(pk, names) for pk in order_of_msmes)
