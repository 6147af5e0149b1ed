"""The walk itself: every command there is, the seldom ones preferred, and steps that lead an order to its end."""

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from random import Random

from accounts.models import Membership, Role
from msmes.models import Msme
from orders.asking import asking
from orders.models import Amendment, Order, PurchaseOrder
from orders.workflow import RUNNING
from procurement import clock
from procurement.errors import Refused
from tests.factories import World
from tests.walk.beat import Beat

ANY = (
    "draft", "add", "change", "change", "submit", "copy", "discard", "withdraw", "decline", "reopen", "link_pledge",
    "ask", "answer", "release", "start_rounds", "start_rounds", "pass_deadline", "stop_rounds",
    "answer_by_link", "send_code", "revoke_link", "show_links", "renew_link", "answer_for",
    "propose_split", "change_plan", "follow_plan",
    "issue_quote", "ask_revision", "approve", "reject", "cancel",
    "acknowledge", "refuse", "start", "report", "finish", "prepare", "dispatch", "discard_shipment", "receive",
    "propose_move", "propose_move", "propose_date", "agree", "agree", "end_amendment", "follow_up",
    "short_close", "settle", "close", "stranger",
    "announce", "announce", "change_pledge", "change_pledge", "end_pledge",
    "open_edition", "change_edition", "close_edition", "record_sale", "save_snapshot", "ask_for_report",
    "schedule_report", "roll", "rebuild",
    "change_msme", "change_contact", "change_account", "register_msme", "add_owner", "set_offer", "stop_offer",
    "set_week", "set_usual", "take_days_off", "pause_product",
    "add_product", "change_product", "add_category", "change_category",
    "register_institution", "change_institution", "set_unit", "set_site", "set_officer", "set_rules",
    "own_register", "own_register", "own_register", "own_register", "own_register", "own_register",
    "upload_lines", "upload_msmes", "upload_institutions", "upload_sales", "confirm_upload", "discard_upload",
    "wait", "beat", "work",
)  # fmt: skip
"""Every command by its method. Names that stand twice lead on to others."""


WHIMS = {
    "requested": ("propose_split", "change_plan", "follow_plan", "stop_rounds", "release"),
    "quoted": ("ask_revision", "reject"),
    "approved": ("cancel", "propose_move", "propose_date"),
    "in_production": ("cancel", "discard_shipment", "report", "propose_move", "propose_date"),
    "in_delivery": ("short_close", "discard_shipment", "propose_move", "propose_date"),
}
"""What people think of instead of the next step, by the state of an order."""


class Walk(Beat):
    """``step`` gives one command; which were done how often is remembered, so that all have their turn."""

    def __init__(self, world: World, dice: Random, seen: Callable[[str, Refused | None], None]) -> None:
        super().__init__(world, dice, self._seen)
        self.tell = seen
        self.given: dict[str, float] = defaultdict(float)
        self.answered = self.succeeded = 0

    def _seen(self, name: str, refusal: Refused | None) -> None:
        self.answered += 1
        self.succeeded += refusal is None
        self.tell(name, refusal)

    def turn(self, number: int) -> None:
        """Time passes, now and then days of it, and one command is given."""
        clock.advance(timedelta(seconds=self.dice.choice([1, 60, 900, 3_600])))
        if number % 20 == 19:
            self.wait()
            self.draft()
        self.step()

    def step(self) -> None:
        """One command that is given to somebody, whether or not it is accepted."""
        before = self.answered
        for _ in range(20):
            if self.dice.random() < 0.6:
                self.go_on()
            else:
                self._something()
            if self.answered > before:
                return

    def _something(self) -> None:
        weights = [1 / (1 + self.given[name]) ** 2 for name in ANY]
        (name,) = self.dice.choices(ANY, weights)
        before, answered = self.succeeded, self.answered
        getattr(self, name)()
        # What is refused has had a small part of its turn, what found no row a smaller one: neither is tried for ever.
        had = 3.0 if self.succeeded > before else 1.0 if self.answered > answered else 0.2
        self.given[name] += had

    def order(self, *statuses: str) -> Order | None:
        """Where no order is in one of the states, mostly none: what is always refused leads nowhere."""
        if self.dice.random() < 0.9 and not Order.objects.filter(status__in=statuses).exists():
            return None
        return super().order(*statuses)

    def purchase_order(self, *statuses: str) -> PurchaseOrder | None:
        """Likewise."""
        if self.dice.random() < 0.9 and not PurchaseOrder.objects.filter(status__in=statuses).exists():
            return None
        return super().purchase_order(*statuses)

    def go_on(self) -> None:
        """What an order waits for, up to its last payment; addenda and uploads wait for somebody as well."""
        if self.dice.random() < 0.1:
            self.work()
        elif self.dice.random() < 0.15 and Amendment.objects.filter(status="proposed").exists():
            self.agree() if self.dice.random() < 0.7 else self.end_amendment()
        elif self.dice.random() < 0.1 and PurchaseOrder.objects.filter(status="producing").exists():
            self.finish()
        elif order := self._furthered():
            self._go_on_with(order)

    def _furthered(self) -> Order | None:
        """What is being made is led on before what is being asked, and that before what was lost."""
        for states in ((*RUNNING, "delivered"), ("requested", "quoted"), ("draft",), ("lost",)):
            if self.dice.random() < 0.45 and Order.objects.filter(status__in=states).exists():
                return self.order(*states)
        return None

    def _go_on_with(self, order: Order) -> None:
        if order.status in WHIMS and self.dice.random() < 0.12:
            getattr(self, self.rare(*WHIMS[order.status]))()
            return
        is_closed = order.edition.closed_at is not None
        match order.status:
            case "draft":
                is_stale = is_closed or (order.pledge is not None and order.pledge.status != "open")
                self.change(order) if is_stale or not order.lines.exists() else self.submit(order)
            case "requested":
                self.decline() if is_closed else self._go_on_asking(order)
            case "quoted":
                self.approve(order)
            case "lost" if not is_closed and order.lost_from != "draft":
                self.reopen(order)
            case "delivered":
                received = order.purchase_orders.filter(status="received").first()
                self.settle(received) if received else self.close(order)
            case "approved" | "in_production" | "in_delivery":
                self._go_on_working(order)

    def _go_on_asking(self, order: Order) -> None:
        """Ask those who were not asked yet for what is missing, so that many orders are quoted.

        What was promised for a day that has passed is missing as well.
        """
        missing = {line.pk: line.quantity for line in order.lines.all()}
        asked = set()
        for row in order.allocations.exclude(status="released"):
            asked.add((row.line_id, row.msme_id))
            in_time = row.ready_on is not None and row.ready_on >= clock.today()
            if row.status in ("confirmed", "partly_confirmed") and in_time:
                missing[row.line_id] -= row.confirmed
        missing = {pk: pieces for pk, pieces in missing.items() if pieces > 0}
        if not missing:
            self.issue_quote(order)
        elif order.allocations.filter(status="asked", deadline__gt=clock.now()).exists():
            self.answer(order) if self.dice.random() < 0.4 else self._say_yes(order)
        elif not asked and self.dice.random() < 0.3:
            self.start_rounds(order)
        else:
            self._ask_for(order, missing, asked)

    def _say_yes(self, order: Order) -> None:
        """One MSME says yes to everything that it is asked and has not answered."""
        waiting = list(order.allocations.filter(status="asked", deadline__gt=clock.now()).order_by("pk"))
        msme_id = self.dice.choice(waiting).msme_id
        answers = [self._said(row, "in full") for row in waiting if row.msme_id == msme_id]
        pk, actor = order.pk, self.owner_of(msme_id)
        self.give("answer", lambda: asking.answer_requests(order_id=pk, answers=answers, actor=actor))

    def _ask_for(self, order: Order, missing: dict[int, int], asked: set[tuple[int, int]]) -> None:
        owned = Membership.objects.filter(role=Role.OWNER, is_active=True).values("organisation")
        makers = list(Msme.objects.filter(organisation__is_active=True, pk__in=owned).order_by("pk"))
        asks = []
        for line_id, pieces in missing.items():
            fresh = [one.pk for one in makers if (line_id, one.pk) not in asked] or [one.pk for one in makers]
            asks += [
                asking.Ask(line_id=line_id, msme_id=pk, quantity=pieces)
                for pk in self.dice.sample(fresh, min(len(fresh), 2))
            ]
        pk, deadline = order.pk, clock.now() + timedelta(days=self.dice.choice([4, 9]))
        actor = self.actor("coordinator")
        self.give("ask", lambda: asking.ask_msmes(order_id=pk, asks=asks, deadline=deadline, actor=actor))
