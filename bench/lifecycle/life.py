"""One order from draft to closed over three MSMEs, as a list of verb calls that can be watched one by one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from accounts.acting import Actor
from orders.asking import asking
from orders.delivering import deliver
from orders.delivering.shipment_pieces import Count, Load
from orders.models import Order
from orders.paying import pay
from orders.producing import produce
from orders.quoting import approve, quote
from orders.requesting import request
from orders.requesting.lines import LineInput
from procurement import clock
from tests.factories import World

MAKERS = 3

Step = tuple[str, Callable[[], object]]


@dataclass(slots=True)
class Life:
    """``lines`` lines; each is made by one of the three MSMEs in turn, or by all three when ``split``."""

    world: World
    lines: int
    split: bool = False
    order: Order | None = None
    actors: dict[str, Actor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Who acts is known before a verb is called: the middleware reads it."""
        roles = (
            "requester",
            "approver",
            "receiver",
            "treasurer",
            "coordinator",
            "owner0",
            "owner1",
            "owner2",
        )
        self.actors = {role: self.world.actor(role) for role in roles}

    def actor(self, role: str) -> Actor:
        return self.actors[role]

    @property
    def pk(self) -> int:
        assert self.order is not None
        return self.order.pk

    def steps(self) -> Iterator[Step]:
        """Each verb in turn. What a page would have read before it calls the verb is read outside of the step."""
        lines = self._lines()
        yield "draft_order", lambda: self._draft(lines)
        yield "submit_order", lambda: request.submit_order(order_id=self.pk, actor=self.actor("requester"))
        asks = self._asks()
        yield (
            "ask_msmes",
            lambda: asking.ask_msmes(
                order_id=self.pk,
                asks=asks,
                deadline=clock.now() + timedelta(days=3),
                actor=self.actor("coordinator"),
            ),
        )
        for index in range(MAKERS):
            yield "answer_requests", self._answer(index)
        shares = [
            quote.Share(allocation_id=pk, quantity=confirmed)
            for pk, confirmed in self._order.allocations.values_list("pk", "confirmed")
        ]
        yield (
            "issue_quote",
            lambda: quote.issue_quote(
                order_id=self.pk,
                shares=shares,
                valid_until=clock.today() + timedelta(days=14),
                actor=self.actor("coordinator"),
            ),
        )
        quoted = self._order
        yield (
            "approve_order",
            lambda: approve.approve_order(
                order_id=self.pk,
                revision=quoted.revision,
                content_hash=quoted.content_hash,
                actor=self.actor("approver"),
            ),
        )
        made = {row.msme_id: row.pk for row in quoted.purchase_orders.all()}
        numbers = [made[self.world.msmes[index].pk] for index in range(MAKERS)]
        for name, verb in (
            ("acknowledge", produce.acknowledge),
            ("start_production", produce.start_production),
            ("report_progress", self._report),
            ("finish_production", produce.finish_production),
        ):
            for index, number in enumerate(numbers):
                yield name, self._of_owner(verb, index, number)
        for index, number in enumerate(numbers):
            yield "prepare_shipment", self._prepare(index, number)
        shipments = [self._shipment(number) for number in numbers]
        for index, shipment in enumerate(shipments):
            yield "dispatch_shipment", self._dispatch(index, shipment)
        for shipment in shipments:
            yield "receive_shipment", self._receive(shipment)
        for number in numbers:
            yield "settle_purchase_order", self._settle(number)
        yield "close_order", lambda: pay.close_order(order_id=self.pk, actor=self.actor("treasurer"))

    @property
    def _order(self) -> Order:
        return Order.objects.get(pk=self.pk)

    def _draft(self, lines: list[LineInput]) -> None:
        self.order = request.draft_order(
            actor=self.actor("requester"), heading=self.world.heading(), lines=lines
        )

    def _lines(self) -> list[LineInput]:
        """Like ``World.lines``, with the site looked up once."""
        site, needed_by, products = (
            self.world.site.pk,
            clock.today() + timedelta(days=60),
            self.world.products,
        )
        return [
            LineInput(
                product_id=products[number % len(products)].pk,
                quantity=30 + number % 7,
                needed_by=needed_by,
                site_id=site,
            )
            for number in range(self.lines)
        ]

    def _asks(self) -> list[asking.Ask]:
        asks = []
        for number, (pk, quantity) in enumerate(self._order.lines.values_list("pk", "quantity")):
            if self.split:
                third = quantity // MAKERS
                parts = [third, third, quantity - 2 * third]
                asks += [
                    asking.Ask(line_id=pk, msme_id=self.world.msmes[index].pk, quantity=part)
                    for index, part in enumerate(parts)
                ]
            else:
                asks.append(
                    asking.Ask(line_id=pk, msme_id=self.world.msmes[number % MAKERS].pk, quantity=quantity)
                )
        return asks

    def _answer(self, index: int) -> Callable[[], object]:
        answers = [
            asking.Answer(
                allocation_id=pk,
                quantity=asked,
                price=Decimal(90_000 + 500 * index),
                ready_on=clock.today() + timedelta(days=30),
            )
            for pk, asked in self._order.allocations.filter(msme=self.world.msmes[index]).values_list(
                "pk", "asked"
            )
        ]
        actor = self.actor(f"owner{index}")
        return lambda: asking.answer_requests(order_id=self.pk, answers=answers, actor=actor)

    def _of_owner(self, verb: Callable[..., object], index: int, number: int) -> Callable[[], object]:
        actor = self.actor(f"owner{index}")
        return lambda: verb(purchase_order_id=number, actor=actor)

    @staticmethod
    def _report(*, purchase_order_id: int, actor: Actor) -> object:
        return produce.report_progress(purchase_order_id=purchase_order_id, percent=50, actor=actor)

    def _prepare(self, index: int, number: int) -> Callable[[], object]:
        loads = [
            Load(allocation_id=pk, quantity=quantity)
            for pk, quantity in self._order.allocations.filter(purchase_order=number).values_list(
                "pk", "quantity"
            )
        ]
        actor = self.actor(f"owner{index}")
        return lambda: deliver.prepare_shipment(purchase_order_id=number, loads=loads, actor=actor)

    def _shipment(self, number: int) -> int:
        return int(self._order.purchase_orders.get(pk=number).shipments.get().pk)

    def _dispatch(self, index: int, shipment: int) -> Callable[[], object]:
        actor = self.actor(f"owner{index}")
        transport = deliver.Transport(vehicle="Truk boks", plate="L 1234 XX", driver="Sopir Contoh")
        return lambda: deliver.dispatch_shipment(shipment_id=shipment, transport=transport, actor=actor)

    def _receive(self, shipment: int) -> Callable[[], object]:
        from orders.models import ShipmentLine

        counts = [
            Count(line_id=pk, accepted=quantity, rejected=0)
            for pk, quantity in ShipmentLine.objects.filter(shipment=shipment).values_list("pk", "quantity")
        ]
        actor = self.actor("receiver")
        return lambda: deliver.receive_shipment(shipment_id=shipment, counts=counts, actor=actor)

    def _settle(self, number: int) -> Callable[[], object]:
        actor = self.actor("treasurer")
        return lambda: pay.settle_purchase_order(purchase_order_id=number, reference="SP2D-1", actor=actor)
