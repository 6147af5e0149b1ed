"""Every command that people and the clock can give, with choices made by a die: legal ones, odd ones, wrong people.

``Commands`` knows nothing of what must hold; it only gives commands and keeps the score. What must hold after each
stands in ``test_commands.py``.
"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from accounts.acting import Actor
from expo.models import Pledge
from expo.pledges.pledges import PledgeInput, announce_pledge, end_pledge
from orders.asking import asking
from orders.models import Allocation, Order, OrderLine, Shipment
from orders.paying import pay
from orders.quoting import approve, quote
from orders.requesting import request
from orders.requesting.lines import LineInput
from orders.workflow import OrderStatus
from procurement import clock
from tests.orders.producing.producing import Producing

PRICES = (Decimal(85_000), Decimal(90_000), Decimal(120_500))
MOST_ORDERS = 4


class Commands(Producing):
    """All commands: of buyers, of the expo, of producers, and of nobody."""

    def line(self) -> LineInput:
        return LineInput(
            product_id=self.dice.choice(self.world.products).pk,
            quantity=self.dice.choice([1, 2, 30, 300]),
            needed_by=clock.today() + timedelta(days=self.dice.choice([60, 90])),
            site_id=self.world.site.pk,
            target_price=self.dice.choice([None, Decimal(99_999)]),
        )

    def heading(self, pledge_id: int | None) -> request.Heading:
        return request.Heading(title="Perintah acak", edition_id=self.world.edition.pk, pledge_id=pledge_id)

    # --- Request -----------------------------------------------------------------------------------------------

    def draft(self) -> None:
        if Order.objects.exclude(status__in=["closed", "cancelled"]).count() >= MOST_ORDERS:
            return
        pledges = list(Pledge.objects.order_by("pk").values_list("pk", flat=True))
        pledge_id = self.dice.choice(pledges) if pledges and self.dice.random() < 0.3 else None
        lines = [self.line() for _ in range(self.dice.choice([0, 1, 1, 2, 2, 3]))]
        self.give(
            "draft",
            lambda: request.draft_order(
                actor=self.actor("requester"), heading=self.heading(pledge_id), lines=lines
            ),
        )

    def asker(self, order: Order) -> Actor:
        """Mostly the requester; now and then an approver, who may ask as well and then never signs it."""
        return self.buyer(order, "approver2" if self.dice.random() < 0.1 else "requester")

    def change(self, order: Order | None = None) -> None:
        order = order or self.order("draft", "requested")
        if order is None:
            return
        lines = [self._changed(row) for row in order.lines.all() if self.dice.random() < 0.8]
        self.dice.shuffle(lines)
        if self.dice.random() < 0.4:
            lines.append(self.line())
        self.give(
            "change",
            lambda: request.change_order(
                order_id=order.pk,
                actor=self.asker(order),
                heading=self.heading(order.pledge_id),
                lines=lines,
            ),
        )

    def _changed(self, row: OrderLine) -> LineInput:
        return LineInput(
            line_id=row.pk,
            product_id=row.product_id,
            quantity=row.quantity + self.dice.choice([0, 0, 1, -1]),
            needed_by=row.needed_by,
            site_id=row.site_id,
            target_price=row.target_price,
            specification=row.specification,
        )

    def submit(self, order: Order | None = None) -> None:
        order = order or self.order("draft")
        if order:
            pk, actor = order.pk, self.buyer(order, "requester")
            self.give("submit", lambda: request.submit_order(order_id=pk, actor=actor))

    def discard(self) -> None:
        if order := self.order("draft"):
            actor = self.buyer(order, "requester")
            self.give("discard", lambda: request.discard_draft(order_id=order.pk, actor=actor))

    def withdraw(self) -> None:
        if order := self.order("requested", "quoted"):
            reason = self.reason()
            self.give(
                "withdraw",
                lambda: request.withdraw_order(
                    order_id=order.pk, reason=reason, actor=self.buyer(order, "requester")
                ),
            )

    def decline(self) -> None:
        if order := self.order("requested"):
            reason = self.reason()
            self.give(
                "decline",
                lambda: request.decline_request(
                    order_id=order.pk, reason=reason, actor=self.actor("coordinator")
                ),
            )

    def reopen(self, order: Order | None = None) -> None:
        order = order or self.order("lost")
        if order:
            pk, actor = order.pk, self.asker(order)
            self.give("reopen", lambda: request.reopen_order(order_id=pk, actor=actor))

    # --- Quote -------------------------------------------------------------------------------------------------

    def ask(self, order: Order | None = None) -> None:
        """Ask a few MSMEs for a part or for all of each line, sometimes for more than there is."""
        order = order or self.order("requested")
        if order is None:
            return
        asks = []
        for row in order.lines.all():
            for msme in self.dice.sample(self.world.msmes, self.dice.randint(1, 3)):
                quantity = row.quantity // 2 + 1 if self.dice.random() < 0.3 else row.quantity
                quantity += 1 if self.dice.random() < 0.02 else 0
                asks.append(asking.Ask(line_id=row.pk, msme_id=msme.pk, quantity=quantity))
        pk, deadline = order.pk, clock.now() + timedelta(days=self.dice.randint(1, 4))
        self.give(
            "ask",
            lambda: asking.ask_msmes(
                order_id=pk, asks=asks, deadline=deadline, actor=self.actor("coordinator")
            ),
        )

    def answer(self, order: Order | None = None) -> None:
        """One MSME answers all it was asked about an order: all, a part, nothing, or more than was asked."""
        order = order or self.order("requested")
        if order is None:
            return
        rows = list(order.allocations.order_by("pk"))
        waiting = [row for row in rows if row.status == "asked"] or rows
        if not waiting:
            return
        msme_id = self.dice.choice(waiting).msme_id
        answers = [self._answer(row) for row in rows if row.msme_id == msme_id]
        pk, actor = order.pk, self.owner_of(msme_id)
        self.give("answer", lambda: asking.answer_requests(order_id=pk, answers=answers, actor=actor))

    def _answer(self, row: Allocation) -> asking.Answer:
        kind = self.dice.choice(["all", "all", "all", "part", "no", "more"])
        quantity = {"all": row.asked, "part": max(1, row.asked // 2), "no": 0, "more": row.asked + 1}[kind]
        return asking.Answer(
            allocation_id=row.pk,
            quantity=quantity,
            price=self.dice.choice(PRICES),
            ready_on=clock.today() + timedelta(days=20),
            reason="Sedang penuh" if kind == "no" else "",
        )

    def release(self) -> None:
        order = self.order("requested")
        rows = list(order.allocations.order_by("pk").values_list("pk", flat=True)) if order else []
        if order and rows:
            chosen = self.dice.sample(rows, self.dice.randint(1, min(2, len(rows))))
            self.give(
                "release",
                lambda: asking.release_allocations(
                    order_id=order.pk, allocation_ids=chosen, actor=self.actor("coordinator")
                ),
            )

    def issue_quote(self, order: Order | None = None) -> None:
        """Give out what was confirmed, line by line until it is covered; sometimes one piece too few."""
        order = order or self.order("requested")
        if order is None:
            return
        shares, missing = [], {row.pk: row.quantity for row in order.lines.all()}
        for row in order.allocations.filter(confirmed__gt=0).order_by("pk"):
            if row.status in ("confirmed", "partly_confirmed"):
                quantity = min(row.confirmed, missing[row.line_id])
                missing[row.line_id] -= quantity
                shares.append(quote.Share(allocation_id=row.pk, quantity=quantity))
        if shares and self.dice.random() < 0.1:
            first = shares[0]
            shares[0] = quote.Share(allocation_id=first.allocation_id, quantity=first.quantity - 1)
        pk, until = order.pk, clock.today() + timedelta(days=self.dice.choice([0, 2, 14]))
        self.give(
            "quote",
            lambda: quote.issue_quote(
                order_id=pk, shares=shares, valid_until=until, actor=self.actor("coordinator")
            ),
        )

    def ask_revision(self) -> None:
        if order := self.order("quoted"):
            reason, role = self.reason(), self.dice.choice(["approver", "requester"])
            self.give(
                "ask_revision",
                lambda: quote.ask_revision(order_id=order.pk, reason=reason, actor=self.buyer(order, role)),
            )

    # --- Approve -----------------------------------------------------------------------------------------------

    def approve(self, order: Order | None = None) -> None:
        """One of the two officers signs; now and then somebody who read something else."""
        order = order or self.order("quoted")
        if order is None:
            return
        read = order.content_hash if self.dice.random() < 0.9 else "0" * 64
        actor = self.buyer(order, self.dice.choice(["approver", "approver2"]))
        pk, revision = order.pk, order.revision
        self.give(
            "approve",
            lambda: approve.approve_order(order_id=pk, revision=revision, content_hash=read, actor=actor),
        )

    def reject(self) -> None:
        if order := self.order("quoted"):
            reason, actor = self.reason(), self.buyer(order, "approver")
            self.give("reject", lambda: approve.reject_quote(order_id=order.pk, reason=reason, actor=actor))

    def cancel(self) -> None:
        if order := self.order("approved", "in_production"):
            reason, bearer = self.reason(), self.dice.choice(["buyer", "shared", "nobody", ""])
            self.give(
                "cancel",
                lambda: approve.cancel_order(
                    order_id=order.pk, reason=reason, cost_bearer=bearer, actor=self.buyer(order, "approver")
                ),
            )

    # --- Pledges, the clock, strangers -------------------------------------------------------------------------

    def announce(self) -> None:
        if Pledge.objects.filter(status=Pledge.Status.OPEN).count() >= 2:
            return
        kind = self.dice.choice(["exact", "not_stated"])
        pledge = PledgeInput(
            edition_id=self.world.edition.pk,
            institution_id=self.world.institution.pk,
            party_name="Bank Contoh",
            kind=self.dice.choice(["order", "order", "financing"]),
            amount_kind=kind,
            amount=Decimal(self.dice.choice([1, 5_000_000, 50_000_000])) if kind == "exact" else None,
            source="Sambutan penutupan",
            announced_on=clock.today(),
            confidence="B",
        )
        self.give("announce", lambda: announce_pledge(actor=self.actor("coordinator"), pledge=pledge))

    def end_pledge(self) -> None:
        pledges = list(Pledge.objects.order_by("pk").values_list("pk", flat=True))
        if pledges:
            pk, reason = self.dice.choice(pledges), self.reason()
            status = self.dice.choice(["lapsed", "withdrawn"])
            self.give(
                "end_pledge",
                lambda: end_pledge(
                    pledge_id=pk, actor=self.actor("coordinator"), status=status, reason=reason
                ),
            )

    def wait(self) -> None:
        """Days pass, and the beat does what it does every five minutes."""
        clock.advance(timedelta(days=self.dice.choice([1, 1, 3])))
        self.give("expire_asks", asking.expire_asks)
        self.give("expire_quotes", quote.expire_quotes)

    def stranger(self) -> None:
        """Somebody of another organisation, without the role, or who made the order, tries a step."""
        order = self.order(*OrderStatus.values)
        if order is None:
            return
        pk, revision, read = order.pk, order.revision, order.content_hash
        trying: dict[str, Callable[[Actor], object]] = {
            "submit": lambda who: request.submit_order(order_id=pk, actor=who),
            "withdraw": lambda who: request.withdraw_order(order_id=pk, reason="Bukan hak saya", actor=who),
            "approve": lambda who: approve.approve_order(
                order_id=pk, revision=revision, content_hash=read, actor=who
            ),
            "cancel": lambda who: approve.cancel_order(
                order_id=pk, reason="Bukan hak saya", cost_bearer="buyer", actor=who
            ),
            "close": lambda who: pay.close_order(order_id=pk, actor=who),
        }
        name = self.dice.choice(sorted(trying))
        strangers = ["other_requester", "other_approver", "viewer", "owner3"]
        if order.institution_id == self.world.other_institution.pk:
            strangers[:2] = ["requester", "approver"]
        who = self.actor(self.dice.choice(strangers))
        self.give(f"stranger:{name}", lambda: trying[name](who))

    # --- Going on ----------------------------------------------------------------------------------------------

    def go_on(self) -> None:
        """The step that an order waits for, so that many orders see their end."""
        if order := self.order(*OrderStatus.values[:-3], OrderStatus.LOST):
            match order.status:
                case "draft":
                    self.submit(order) if order.lines.exists() else self.change(order)
                case "requested":
                    self._go_on_asking(order)
                case "quoted":
                    self.approve(order)
                case "lost":
                    self.reopen(order)
                case "delivered":
                    received = order.purchase_orders.filter(status="received").first()
                    self.settle(received) if received else self.close(order)
                case _:
                    self._go_on_working(order)

    def _go_on_asking(self, order: Order) -> None:
        covered: Counter[int] = Counter()
        for row in order.allocations.filter(status__in=["confirmed", "partly_confirmed"]):
            covered[row.line_id] += row.confirmed
        if all(covered[line.pk] >= line.quantity for line in order.lines.all()):
            self.issue_quote(order)
        elif order.allocations.filter(status="asked").exists():
            self.answer(order)
        else:
            self.ask(order)

    def _go_on_working(self, order: Order) -> None:
        shipments = Shipment.objects.filter(purchase_order__order=order).order_by("pk")
        if row := shipments.filter(status="dispatched").first():
            self.receive(row)
        elif row := shipments.filter(status="prepared").first():
            self.dispatch(row)
        elif part := order.purchase_orders.filter(status="issued").first():
            self.acknowledge(part)
        elif part := order.purchase_orders.filter(status="acknowledged").first():
            self.start(part)
        elif part := order.purchase_orders.filter(status__in=["producing", "ready", "shipped"]).first():
            self.prepare(part)
