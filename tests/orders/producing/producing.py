"""The commands of whoever makes, sends, receives and pays, and how any command chooses what it is about."""

from collections import Counter
from collections.abc import Callable
from random import Random

from accounts.acting import Actor
from orders.delivering import deliver
from orders.delivering.shipment_pieces import Count, Load
from orders.models import Order, PurchaseOrder, Shipment
from orders.paying import pay
from orders.producing import produce
from procurement.errors import Refused
from tests.factories import World

Verb = Callable[[], object]


class Choosing:
    """Gives commands in one world. ``seen`` is told of each: its name and the refusal, if it was refused."""

    def __init__(self, world: World, dice: Random, seen: Callable[[str, Refused | None], None]) -> None:
        self.world = world
        self.dice = dice
        self.seen = seen
        self.turns: Counter[str] = Counter()

    # --- Choosing ----------------------------------------------------------------------------------------------

    def give(self, name: str, verb: Verb) -> bool:
        """Give one command; a refusal is an answer, anything else that is raised is a fault."""
        try:
            verb()
        except Refused as refusal:
            self.seen(name, refusal)
            return False
        self.seen(name, None)
        return True

    def actor(self, role: str) -> Actor:
        return self.world.actor(role)

    def order(self, *statuses: str) -> Order | None:
        """Mostly an order in one of these states, so that much is done; sometimes any, so that much is refused."""
        suited = list(Order.objects.filter(status__in=statuses).order_by("pk"))
        anyone = list(Order.objects.order_by("pk"))
        rows = suited if suited and self.dice.random() < 0.9 else anyone
        return self.dice.choice(rows) if rows else None

    def purchase_order(self, *statuses: str) -> PurchaseOrder | None:
        suited = list(PurchaseOrder.objects.filter(status__in=statuses).order_by("pk"))
        rows = suited if suited and self.dice.random() < 0.9 else list(PurchaseOrder.objects.order_by("pk"))
        return self.dice.choice(rows) if rows else None

    def shipment(self, *statuses: str) -> Shipment | None:
        suited = list(Shipment.objects.filter(status__in=statuses).order_by("pk"))
        rows = suited if suited and self.dice.random() < 0.9 else list(Shipment.objects.order_by("pk"))
        return self.dice.choice(rows) if rows else None

    def buyer(self, order: Order, role: str) -> Actor:
        """Somebody with this role in the institution that the order belongs to."""
        is_other = order.institution_id == self.world.other_institution.pk
        return self.actor(f"other_{role.removesuffix('2')}" if is_other else role)

    def owner_of(self, msme_id: int) -> Actor:
        """The owner of the MSME that the command is about."""
        places = [msme.pk for msme in self.world.msmes]
        return self.actor(f"owner{places.index(msme_id)}")

    def reason(self) -> str:
        return self.dice.choice(["Anggaran dialihkan"] * 5 + [" "])


class Producing(Choosing):
    """From the purchase order to the payment."""

    # --- Produce -----------------------------------------------------------------------------------------------

    def acknowledge(self, row: PurchaseOrder | None = None) -> None:
        row = row or self.purchase_order("issued")
        if row:
            pk, actor = row.pk, self.owner_of(row.msme_id)
            self.give("acknowledge", lambda: produce.acknowledge(purchase_order_id=pk, actor=actor))

    def refuse(self) -> None:
        """An MSME does not take a purchase order on as it is; it may do so later all the same."""
        if row := self.purchase_order("issued"):
            pk, actor, reason = row.pk, self.owner_of(row.msme_id), self.reason()
            self.give("refuse", lambda: produce.refuse(purchase_order_id=pk, reason=reason, actor=actor))

    def start(self, row: PurchaseOrder | None = None) -> None:
        row = row or self.purchase_order("acknowledged")
        if row:
            pk, actor = row.pk, self.owner_of(row.msme_id)
            self.give("start", lambda: produce.start_production(purchase_order_id=pk, actor=actor))

    def report(self) -> None:
        if row := self.purchase_order("producing", "shipped"):
            percent, actor = self.dice.choice([0, 40, 100, 101]), self.owner_of(row.msme_id)
            self.give(
                "report",
                lambda: produce.report_progress(purchase_order_id=row.pk, percent=percent, actor=actor),
            )

    def finish(self) -> None:
        if row := self.purchase_order("producing"):
            actor = self.owner_of(row.msme_id)
            self.give("finish", lambda: produce.finish_production(purchase_order_id=row.pk, actor=actor))

    # --- Deliver -----------------------------------------------------------------------------------------------

    def prepare(self, row: PurchaseOrder | None = None) -> None:
        """Load some of what is left, not looking at what other prepared shipments hold."""
        row = row or self.purchase_order("producing", "ready", "shipped")
        if row is None:
            return
        loads = [
            Load(
                allocation_id=share.pk,
                quantity=self.dice.choice([share.unshipped, share.unshipped, share.unshipped // 2 + 1]),
            )
            for share in row.allocations.order_by("pk")
            if self.dice.random() < 0.8
        ]
        pk, actor = row.pk, self.owner_of(row.msme_id)
        self.give("prepare", lambda: deliver.prepare_shipment(purchase_order_id=pk, loads=loads, actor=actor))

    def dispatch(self, row: Shipment | None = None) -> None:
        row = row or self.shipment("prepared")
        if row:
            pk, actor = row.pk, self.owner_of(row.purchase_order.msme_id)
            self.give("dispatch", lambda: deliver.dispatch_shipment(shipment_id=pk, actor=actor))

    def discard_shipment(self) -> None:
        if row := self.shipment("prepared"):
            actor = self.owner_of(row.purchase_order.msme_id)
            self.give("discard_shipment", lambda: deliver.discard_shipment(shipment_id=row.pk, actor=actor))

    def receive(self, row: Shipment | None = None) -> None:
        """Count a shipment: mostly all is well, sometimes some or all of a line is refused, or miscounted."""
        row = row or self.shipment("dispatched")
        if row is None:
            return
        counts = []
        for line in row.lines.order_by("pk"):
            rejected = self.dice.choice([0, 0, 0, min(1, line.quantity), line.quantity])
            wrong = 1 if self.dice.random() < 0.05 else 0
            counts.append(
                Count(
                    line_id=line.pk,
                    accepted=line.quantity - rejected + wrong,
                    rejected=rejected,
                    reason="Jahitan lepas" if rejected else "",
                )
            )
        pk, actor = row.pk, self.buyer(row.purchase_order.order, "receiver")
        self.give("receive", lambda: deliver.receive_shipment(shipment_id=pk, counts=counts, actor=actor))

    def short_close(self) -> None:
        if order := self.order("in_delivery"):
            reason = self.reason()
            self.give(
                "short_close",
                lambda: deliver.short_close_order(
                    order_id=order.pk, reason=reason, actor=self.buyer(order, "approver")
                ),
            )

    def settle(self, row: PurchaseOrder | None = None) -> None:
        row = row or self.purchase_order("received")
        if row:
            pk, reference = row.pk, self.dice.choice(["SP2D-1", "SP2D-1", " "])
            actor = self.buyer(row.order, "treasurer")
            self.give(
                "settle",
                lambda: pay.settle_purchase_order(purchase_order_id=pk, reference=reference, actor=actor),
            )

    def close(self, order: Order | None = None) -> None:
        order = order or self.order("delivered")
        if order:
            pk, actor = order.pk, self.buyer(order, "treasurer")
            self.give("close", lambda: pay.close_order(order_id=pk, actor=actor))
