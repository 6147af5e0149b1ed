"""Random acts around scarce weeks: the commands of ``commands.py``, and those of rounds, weeks and addenda.

The world is made so that weeks run out: two MSMEs with few pieces a week for all products, one that declares a
single product, one that declares nothing at all. Nothing here knows what must hold afterwards.
"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from random import Random

from accounts.acting import Actor
from accounts.models import Membership, Role
from buyers.models import Officer
from msmes.capacity import capacity
from msmes.models import CapacityPause, CapacityWeek
from orders.amending import amend
from orders.asking import asking, sourcing
from orders.models import Allocation, Amendment, AnswerLink, Order, PurchaseOrder, Sourcing
from orders.quoting import quote
from orders.requesting import request
from orders.requesting.lines import LineInput
from orders.workflow import RUNNING
from procurement import clock
from procurement.errors import Refused
from tests.factories import OPENING, World, make_user, make_world
from tests.orders.commands import PRICES, Commands

MOST_LIVE = 4
QUANTITIES = (10, 40, 90)
USUAL = {(0, 0): 30, (0, 1): 20, (1, 0): 45, (1, 1): 30, (2, 0): 60}
"""Pieces a week by the places of MSME and product in the world."""

BELOW_PROMISES = "week:below its promises"
REOFFERED = "rounds:re-offered"

# A run that never comes so far would find nothing either. The short ones must reach at least these.
CORE = {"ask", "answer:in full", "answer:in part", "quote", "approve", "week:lower"}
WIDE = CORE | {
    "draft", "submit", "change", "answer:no", "release", "revise:in full", "revise:in part", "revise:no",
    "rounds:start", REOFFERED, "rounds:nobody to ask", "rounds:stop", "expire_asks", "expire_quotes",
    "ask_revision", "withdraw", "decline", "reject", "reopen", "cancel", "finish", "receive", "short_close",
    "week:raise", "week:usual again", "usual week", "day off", "work again", "pause", "end pause", "extend horizon",
    "propose move", "propose date", "agree: move", "agree, the last: move", "agree, the last: date",
    "refuse addendum", "withdraw addendum",
}  # fmt: skip
REFUSED = {"answer:in full", "answer:too much", BELOW_PROMISES}


def make_scarce_world() -> World:
    """Weeks are declared before the expo opens, and a second officer may sign as well as the first."""
    world = make_world()
    second = make_user("approver2@contoh.id", "Penyetuju kedua")
    Membership.objects.create(user=second, organisation=world.institution.organisation, role=Role.APPROVER)
    Officer.objects.create(institution=world.institution, user=second, post="KPA", level=2, is_unlimited=True)
    world.people["approver2"] = second
    with clock.at(OPENING):
        for (msme, product), usual in USUAL.items():
            capacity.set_usual_week(
                msme_id=world.msmes[msme].pk,
                product_id=world.products[product].pk,
                usual=usual,
                actor=world.actor(f"owner{msme}"),
            )
    return world


class CapacityActs(Commands):
    """``only`` keeps to certain orders, for people who work beside each other on orders of their own.

    After ``most_ended`` orders no new one is begun: who begins again with an empty expo need not pile them up.
    """

    def __init__(
        self,
        world: World,
        dice: Random,
        seen: Callable[[str, Refused | None], None],
        *,
        only: tuple[int, ...] = (),
        most_ended: int = 9,
    ) -> None:
        super().__init__(world, dice, seen)
        self.only = only
        self.most_ended = most_ended

    def order(self, *statuses: str) -> Order | None:
        if not self.only:
            return super().order(*statuses)
        suited = list(Order.objects.filter(pk__in=self.only, status__in=statuses).order_by("pk"))
        return self.dice.choice(suited) if suited else None

    def go_on(self) -> None:
        """What an order waits for, as long as weeks may be held for it; nothing about receipts and payments.

        Addenda wait for several people and what is made may be sent unfinished: both need some haste.
        """
        if self.dice.random() < 0.3 and Amendment.objects.filter(status="proposed").exists():
            self.agree()
        elif self.dice.random() < 0.2 and PurchaseOrder.objects.filter(status="producing").exists():
            self.finish()
        elif order := self.order("draft", "requested", "quoted", *RUNNING):
            match order.status:
                case "draft":
                    self.submit(order)
                case "requested":
                    self._go_on_asking(order)
                case "quoted":
                    self.approve(order)
                case _:
                    self._go_on_working(order)

    def line(self) -> LineInput:
        return LineInput(
            product_id=self.dice.choice(self.world.products).pk,
            quantity=self.dice.choice(QUANTITIES),
            needed_by=clock.today() + timedelta(days=self.dice.choice([45, 60])),
            site_id=self.world.site.pk,
        )

    def draft(self) -> None:
        ended = Order.objects.filter(status__in=["delivered", "cancelled", "lost"]).count()
        if Order.objects.count() - ended < MOST_LIVE and ended < self.most_ended:
            lines = [self.line() for _ in range(self.dice.choice([1, 1, 2]))]
            self.give(
                "draft",
                lambda: request.draft_order(
                    actor=self.actor("requester"), heading=self.heading(None), lines=lines
                ),
            )

    # --- Answers -----------------------------------------------------------------------------------------------

    def answer(self, order: Order | None = None) -> None:
        """One MSME answers some of what it was asked about an order, for the first time or otherwise than before."""
        order = order or self.order("requested")
        rows = list(order.allocations.order_by("pk")) if order else []
        waiting = [row for row in rows if row.status == "asked"]
        rows = waiting if waiting and self.dice.random() < 0.7 else rows
        if order is None or not rows:
            return
        msme_id = self.dice.choice(rows).msme_id
        theirs = [row for row in rows if row.msme_id == msme_id]
        chosen = self.dice.sample(theirs, self.dice.randint(1, len(theirs)))
        kind = self.dice.choice(["in full"] * 6 + ["in part", "in part", "no", "too much"])
        answers = [self._said(row, kind) for row in chosen]
        pk, actor = order.pk, self.owner_of(msme_id)
        first = "revise" if any(row.answered_at for row in chosen) else "answer"
        self.give(
            f"{first}:{kind}", lambda: asking.answer_requests(order_id=pk, answers=answers, actor=actor)
        )

    def release(self) -> None:
        """Mostly questions that are open or answered with yes, so that something is given back."""
        order = self.order("requested")
        rows = list(order.allocations.order_by("pk")) if order else []
        suited = [row for row in rows if row.status in ("asked", "confirmed", "partly_confirmed")]
        rows = suited if suited and self.dice.random() < 0.8 else rows
        if order is None or not rows:
            return
        pk = order.pk
        chosen = [row.pk for row in self.dice.sample(rows, self.dice.randint(1, min(2, len(rows))))]
        self.give(
            "release",
            lambda: asking.release_allocations(
                order_id=pk, allocation_ids=chosen, actor=self.actor("coordinator")
            ),
        )

    def _said(self, row: Allocation, kind: str) -> asking.Answer:
        part = self.dice.randint(1, max(1, row.asked - 1))
        quantity = {"in full": row.asked, "in part": part, "no": 0, "too much": row.asked + 1}[kind]
        return asking.Answer(
            allocation_id=row.pk,
            quantity=quantity,
            price=self.dice.choice(PRICES),
            ready_on=clock.today() + timedelta(days=self.dice.choice([6, 20, 34, 34])),
            reason="Sedang penuh" if kind == "no" else "",
        )

    # --- Rounds ------------------------------------------------------------------------------------------------

    def start_rounds(self) -> None:
        if order := self.order("requested"):
            rules = sourcing.RoundRules(
                until=clock.today() + timedelta(days=30), sealed=self.dice.random() < 0.15, remind_hours=0
            )
            self.give(
                "rounds:start",
                lambda: sourcing.start_sourcing(
                    order_id=order.pk, rules=rules, actor=self.actor("coordinator")
                ),
            )

    def stop_rounds(self) -> None:
        running = list(
            Sourcing.objects.filter(status="running").order_by("pk").values_list("order", flat=True)
        )
        order = self.order("requested")
        pk = self.dice.choice(running) if running else order and order.pk
        if pk:
            self.give(
                "rounds:stop",
                lambda: sourcing.stop_sourcing(order_id=pk, actor=self.actor("coordinator")),
            )

    def pass_deadline(self) -> None:
        """The next round ends, and beat looks what is missing."""
        running = Sourcing.objects.filter(status="running", advance_at__isnull=False)
        if row := running.order_by("advance_at", "pk").first():
            assert row.advance_at is not None
            clock.advance(max(timedelta(0), row.advance_at - clock.now()) + timedelta(minutes=1))
            self.advance_rounds()

    def advance_rounds(self) -> None:
        """What beat and the worker do. Each MSME that is asked in a round gets a link for it."""
        links = AnswerLink.objects.count()
        if sourcing.advance_due():
            asked = AnswerLink.objects.count() > links
            self.seen(REOFFERED if asked else "rounds:nobody to ask", None)

    def expire(self) -> None:
        """What beat does, without the days passing."""
        self.give("expire_asks", asking.expire_asks)
        self.give("expire_quotes", quote.expire_quotes)

    # --- Weeks -------------------------------------------------------------------------------------------------

    def set_week(self) -> None:
        """Raise or lower one week, also below what is promised of it, or take its own figure away again."""
        week = self._week()
        if week is None:
            return
        figure = self.dice.choice(
            [None, 0, week.reserved, week.reserved - 1, week.available + 15, 2 * week.available]
        )
        name = "week:usual again"
        if figure is not None:
            figure = max(0, figure)
            name = "week:raise" if figure > week.available else "week:lower"
            name = BELOW_PROMISES if figure < min(week.reserved, week.figure) else name
        self.give(
            name,
            lambda: capacity.set_week(
                msme_id=week.msme_id,
                product_id=week.product_id,
                week=week.week,
                available=figure,
                actor=self._declarer(week.msme_id),
            ),
        )

    def set_usual(self) -> None:
        (msme, product), usual = self.dice.choice(list(USUAL.items()))
        msme_id = self.world.msmes[msme].pk
        usual = self.dice.choice([usual, usual, usual // 2, 2 * usual])
        self.give(
            "usual week",
            lambda: capacity.set_usual_week(
                msme_id=msme_id,
                product_id=self.world.products[product].pk,
                usual=usual,
                work_days=self.dice.choice([5, 6]),
                actor=self._declarer(msme_id),
            ),
        )

    def take_days_off(self) -> None:
        """A day off, its end, a pause, or the end of one: whole weeks shrink and grow."""
        pause = CapacityPause.objects.order_by("pk").first()
        kind = self.dice.choice(["day off", "work again", "pause"])
        ended = pause if self.dice.random() < 0.6 else None
        msme_id = ended.msme_id if ended else self.world.msmes[self.dice.randrange(3)].pk
        actor = self._declarer(msme_id)
        day = clock.today() + timedelta(days=self.dice.randint(0, 34))
        if ended:
            self.give(
                "end pause",
                lambda: capacity.end_pause(msme_id=msme_id, pause_id=ended.pk, actor=actor),
            )
        elif kind == "pause":
            last = day + timedelta(days=self.dice.choice([0, 6, 13]))
            self.give(
                "pause",
                lambda: capacity.pause(msme_id=msme_id, first_day=day, last_day=last, actor=actor),
            )
        else:
            self.give(
                kind,
                lambda: capacity.set_day_off(msme_id=msme_id, day=day, off=kind == "day off", actor=actor),
            )

    def extend_horizon(self) -> None:
        self.give("extend horizon", capacity.extend_horizon)

    def let_days_pass(self) -> None:
        """To another day, often a Sunday night or a Monday morning, with the nights' work or before it is done."""
        days = self.dice.choice([1, 2, 7, 6 - clock.today().weekday(), 7 - clock.today().weekday()])
        clock.advance(timedelta(days=max(1, days)))
        self.seen("days pass", None)
        if self.dice.random() < 0.6:
            self.extend_horizon()

    def _week(self) -> CapacityWeek | None:
        """A week of the next two months, mostly one of which something is promised."""
        weeks = CapacityWeek.objects.filter(
            week__gte=clock.today() - timedelta(days=6), week__lte=clock.today() + timedelta(days=55)
        ).order_by("pk")
        promised = [week for week in weeks if week.reserved]
        rows = promised if promised and self.dice.random() < 0.6 else list(weeks)
        return self.dice.choice(rows) if rows else None

    def _declarer(self, msme_id: int) -> Actor:
        """The MSME itself, or a coordinator who writes down what it says."""
        return self.actor("coordinator") if self.dice.random() < 0.3 else self.owner_of(msme_id)

    # --- Addenda -----------------------------------------------------------------------------------------------

    def propose_move(self) -> None:
        share = self._share()
        if share is None:
            return
        takers = [msme.pk for msme in self.world.msmes if msme.pk != share.msme_id]
        taker = self.dice.choice(takers)
        same = Allocation.objects.filter(line_id=share.line_id, msme_id=taker, quantity__gt=0).first()
        move = amend.Move(
            allocation_id=share.pk,
            msme_id=taker,
            quantity=self.dice.choice([share.unshipped, share.unshipped // 2, 1]),
            price=same.price if same and same.price else self.dice.choice(PRICES),
            ready_on=clock.today() + timedelta(days=self.dice.choice([13, 27, 41])),
        )
        self.give(
            "propose move",
            lambda: amend.propose_move(
                order_id=share.order_id, move=move, reason="Terlambat", actor=self.actor("coordinator")
            ),
        )

    def propose_date(self) -> None:
        if (share := self._share()) and share.ready_on:
            ready_on = share.ready_on + timedelta(days=self.dice.choice([7, 14]))
            self.give(
                "propose date",
                lambda: amend.propose_date(
                    order_id=share.order_id,
                    allocation_id=share.pk,
                    ready_on=ready_on,
                    reason="Terlambat",
                    actor=self.actor("coordinator"),
                ),
            )

    def agree(self) -> None:
        """Whoever has not agreed yet does; the last yes moves the pieces and their weeks."""
        row = self._amendment()
        if row is None:
            return
        whose = {
            "buyer_agreed_at": self.actor("approver"),
            "giver_agreed_at": self.owner_of(row.allocation.msme_id),
        }
        if row.msme_id is not None:
            whose["taker_agreed_at"] = self.owner_of(row.msme_id)
        missing = [side for side in whose if getattr(row, side) is None]
        actor = whose[self.dice.choice(missing or list(whose))]
        name = "agree, the last" if len(missing) == 1 else "agree"
        self.give(f"{name}: {row.kind}", lambda: amend.agree(amendment_id=row.pk, actor=actor))

    def end_amendment(self) -> None:
        row = self._amendment()
        if row is None:
            return
        pk, reason = row.pk, self.reason()
        if self.dice.random() < 0.5:
            self.give(
                "refuse addendum",
                lambda: amend.refuse(amendment_id=pk, reason=reason, actor=self.actor("approver")),
            )
        else:
            self.give(
                "withdraw addendum",
                lambda: amend.withdraw(amendment_id=pk, reason=reason, actor=self.actor("coordinator")),
            )

    def _share(self) -> Allocation | None:
        rows = list(Allocation.objects.filter(status="ordered").order_by("pk"))
        return self.dice.choice(rows) if rows else None

    def _amendment(self) -> Amendment | None:
        rows = list(Amendment.objects.select_related("allocation").order_by("pk"))
        open_ones = [row for row in rows if row.status == "proposed"]
        rows = open_ones if open_ones and self.dice.random() < 0.9 else rows
        return self.dice.choice(rows) if rows else None


def table(done: Counter[str], refused: Counter[str]) -> str:
    """What was done and what was refused, by kind, to be read by people."""
    lines = [f"{'':<28}{'done':>7}{'refused':>9}"]
    lines += [f"{name:<28}{done[name]:>7}{refused[name]:>9}" for name in sorted({*done, *refused})]
    return "\n".join([*lines, f"{'all':<28}{done.total():>7}{refused.total():>9}"])
