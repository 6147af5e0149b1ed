"""``bin/bench rounds``: 300 MSMEs answer, decline, keep silent or come too late; no order ends silently short."""

import argparse
import heapq
import itertools
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import QuerySet

from bench.simulated.clockwork import Clockwork
from bench.simulated.makers import Makers, make_makers
from bench.simulated.rounds_checks import check_end, check_now
from bench.simulated.rounds_report import report
from msmes.capacity import capacity
from msmes.models import CapacityReservation
from orders.asking import asking, sourcing
from orders.asking.coverage import coverage_of, proposed_shares
from orders.models import Allocation, Order, Sourcing
from orders.quoting import quote
from orders.requesting import request
from orders.requesting.lines import LineInput
from orders.workflow import OrderStatus
from procurement import clock
from procurement.errors import InvalidInput, WrongState
from procurement.working_days import monday_of
from tests.factories import World, make_world

BEGIN = datetime(2022, 8, 29, 8, 0, tzinfo=clock.JAKARTA)
TICKS = ((8, 0), (10, 30), (13, 0), (15, 30), (17, 5), (20, 0))
"""When beat looks; in earnest it does every five minutes, and 17.05 is the first time after a deadline."""
BEHAVIOURS = {"full": 42, "part": 18, "mixed": 8, "decline": 12, "silent": 10, "late": 4, "revise": 6}
REASONS = ("Sedang penuh", "Bahan baku tidak ada", "Harga terlalu rendah", "Waktunya terlalu sempit")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundsScale:
    """How much is simulated. ``stop_share`` of all runs of tasks are stopped at some statement."""

    makers: int = 300
    orders: int = 40
    lines: int = 5
    pieces: int = 1500
    seed: int = 1
    stop_share: float = 0.1
    arrival_days: int = 14
    most_days: int = 15
    """How long, at most, an order's rounds may last."""


@dataclass(slots=True)
class Rounds:
    """The simulation: what happens is a heap of moments, what has happened is counted."""

    scale: RoundsScale
    world: World
    makers: Makers
    dice: random.Random
    clockwork: Clockwork
    outcomes: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    raised: Counter[int] = field(default_factory=Counter)
    """By line, pieces by which MSMEs raised an answer after what was missing had been offered on."""
    started: list[int] = field(default_factory=list)
    _events: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    _turn: "itertools.count[int]" = field(default_factory=itertools.count)
    _newest: int = 0

    def at(self, moment: datetime, call: Callable[[], None]) -> None:
        heapq.heappush(self._events, (moment, next(self._turn), call))

    def run(self) -> None:
        """From the first order until a week after the last deadline."""
        for _number in range(self.scale.orders):
            self.at(clock.now() + self._within(timedelta(days=self.scale.arrival_days)), self._order)
        last_day = clock.today() + timedelta(days=self.scale.arrival_days + self.scale.most_days + 8)
        day = clock.today()
        while day < last_day:
            for hour, minute in TICKS:
                self.at(
                    datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.JAKARTA), self._tick
                )
            day += timedelta(days=1)
        while self._events:
            moment, _turn, call = heapq.heappop(self._events)
            clock.advance(max(moment - clock.now(), timedelta(0)))
            call()
            self._hear()

    def _within(self, span: timedelta) -> timedelta:
        return timedelta(seconds=self.dice.randrange(1, max(2, int(span.total_seconds()))))

    def _tick(self) -> None:
        self.clockwork.tick()
        check_now(self.raised)

    # --- The expo ------------------------------------------------------------------------------------------------

    def _order(self) -> None:
        """A buyer submits, the coordinator lets rounds fill it."""
        dice, today = self.dice, clock.today()
        lines = [
            LineInput(
                product_id=product.pk,
                quantity=dice.randrange(20, self.scale.pieces),
                needed_by=today + timedelta(days=dice.randrange(40, 75)),
                site_id=self.world.site.pk,
            )
            for product in dice.sample(self.makers.products, dice.randint(1, self.scale.lines))
        ]
        requester = self.world.actor("requester")
        order = request.draft_order(actor=requester, heading=self.world.heading(), lines=lines)
        request.submit_order(order_id=order.pk, actor=requester)
        rules = sourcing.RoundRules(
            until=today + timedelta(days=dice.randint(4, self.scale.most_days)),
            answer_days=dice.choice([1, 2, 2, 3]),
            most_rounds=dice.choice([3, 5, 5, 8]),
            sealed=dice.random() < 0.15,
        )
        sourcing.start_sourcing(order_id=order.pk, rules=rules, actor=self.world.actor("coordinator"))
        self.started.append(order.pk)
        self.at(clock.now() + timedelta(days=1), lambda: self._quote(order.pk))

    def _quote(self, order_id: int) -> None:
        """The coordinator looks once a day; what is covered is quoted, up to two days after."""
        row = Sourcing.objects.get(order_id=order_id)
        if row.status == Sourcing.Status.COVERED and self.dice.random() < 0.5:
            self.quote(order_id)
        elif row.until + timedelta(days=3) > clock.today():
            self.at(clock.now() + timedelta(days=1), lambda: self._quote(order_id))

    def quote(self, order_id: int) -> None:
        """Refused unless every line is covered exactly."""
        shares = proposed_shares(coverage_of(Order.objects.get(pk=order_id)).lines)
        quote.issue_quote(
            order_id=order_id,
            shares=[quote.Share(allocation_id=pk, quantity=pieces) for pk, pieces in shares.items()],
            valid_until=clock.today() + timedelta(days=120),
            actor=self.world.actor("coordinator"),
        )

    # --- The MSMEs -----------------------------------------------------------------------------------------------

    def _hear(self) -> None:
        """An MSME that was just asked decides; later questions to it are other rows."""
        new = Allocation.objects.filter(pk__gt=self._newest).order_by("pk")
        for order_id, msme_id, number, deadline in sorted(
            set(new.values_list("order_id", "msme_id", "round", "deadline"))
        ):
            self._decide(order_id, msme_id, number, deadline)
        self._newest = max(self._newest, *new.values_list("pk", flat=True), 0)

    def _decide(self, order_id: int, msme_id: int, number: int, deadline: datetime) -> None:
        behaviour = self.dice.choices(list(BEHAVIOURS), weights=list(BEHAVIOURS.values()))[0]
        self.outcomes[behaviour] += 1
        rows = Allocation.objects.filter(order_id=order_id, msme_id=msme_id, round=number)
        if behaviour == "silent":
            return
        moment = clock.now() + self._within(deadline - clock.now())
        if behaviour == "late":
            late = deadline + timedelta(minutes=1) + self._within(timedelta(hours=30))
            self.at(late, lambda: self._answer_late(rows))
        elif behaviour == "revise":
            first, then = self.dice.sample(["full", "part", "decline"], 2)
            self.at(moment, lambda: self._answer(rows, first))
            self.at(
                moment + self._within(timedelta(days=4)), lambda: self._answer(rows, then, is_revision=True)
            )
        else:
            self.at(moment, lambda: self._answer(rows, behaviour))

    def _answer_late(self, rows: "QuerySet[Allocation]") -> None:
        asked = list(rows.select_related("line").order_by("pk"))
        said = self._say(asked, {row.pk: row.asked for row in asked})
        assert not said, "an answer after the deadline was taken"

    def _answer(self, rows: "QuerySet[Allocation]", behaviour: str, *, is_revision: bool = False) -> None:
        asked = list(rows.select_related("line").order_by("pk"))
        wanted = {row.pk: self._pieces(row, behaviour) for row in asked}
        before = {row.pk: row.confirmed for row in asked}
        said = self._say(asked, wanted)
        if is_revision and said:
            for row in asked:
                self.raised[row.line_id] += max(0, said[row.pk] - before[row.pk])
        self.clockwork.deliver()

    def _pieces(self, row: Allocation, behaviour: str) -> int:
        part = self.dice.randint(1, max(1, row.asked - 1))
        return {
            "full": row.asked,
            "part": part,
            "decline": 0,
            "mixed": self.dice.choice([row.asked, part, 0]),
            "revise": row.asked,
        }[behaviour]

    def _say(self, rows: list[Allocation], wanted: dict[int, int]) -> dict[int, int]:
        """Answer; whose free weeks hold less says less. Returns what was said, nothing when it is refused."""
        ready = {row.pk: self._ready_on(row) for row in rows}
        try:
            return self._send(rows, wanted, ready)
        except InvalidInput:
            self.refused["weeks are full"] += 1
            return self._send(rows, self._what_weeks_hold(rows, wanted, ready), ready)
        except WrongState:
            is_open = Order.objects.filter(pk=rows[0].order_id, status=OrderStatus.REQUESTED).exists()
            self.refused["too late" if is_open else "quoted already"] += 1
            return {}

    def _send(self, rows: list[Allocation], wanted: dict[int, int], ready: dict[int, date]) -> dict[int, int]:
        asking.answer_requests(
            order_id=rows[0].order_id,
            answers=[
                asking.Answer(
                    allocation_id=row.pk,
                    quantity=wanted[row.pk],
                    price=self._price(row) if wanted[row.pk] else None,
                    ready_on=ready[row.pk] if wanted[row.pk] else None,
                    reason="" if wanted[row.pk] else self.dice.choice(REASONS),
                )
                for row in rows
            ],
            actor=self.makers.owners[rows[0].msme_id],
        )
        return wanted

    def _price(self, row: Allocation) -> Decimal:
        offer = self.makers.offers[row.msme_id, row.line.product_id or 0]
        return Decimal(int(offer.price * Decimal(self.dice.uniform(0.95, 1.1))) // 500 * 500)

    def _ready_on(self, row: Allocation) -> date:
        offer = self.makers.offers[row.msme_id, row.line.product_id or 0]
        return max(row.line.needed_by, clock.today() + timedelta(days=offer.lead_time_days))

    def _what_weeks_hold(
        self, rows: list[Allocation], wanted: dict[int, int], ready: dict[int, date]
    ) -> dict[int, int]:
        """Each line of an order is of another product, so lines of one answer do not share weeks.

        What an answer held of weeks that have passed since cannot be promised again.
        """
        held = {}
        for row in rows:
            pair = (row.msme_id, row.line.product_id or 0)
            free = capacity.free_until(
                msme_ids=pair[:1], product_ids=pair[1:], until=ready[row.pk], is_own=True
            )
            own = CapacityReservation.objects.filter(
                allocation_id=row.pk, week__week__gte=monday_of(clock.today())
            )
            room = free.of(*pair)
            if room is not None:
                room += sum(own.values_list("quantity", flat=True))
            held[row.pk] = wanted[row.pk] if room is None else min(wanted[row.pk], room)
        return held


def simulate(scale: RoundsScale, world: World) -> Rounds:
    """Play it all and look at the end; a fault raises :class:`AssertionError`. The clock must be simulated."""
    dice = random.Random(scale.seed)  # noqa: S311 - the same behaviour each time
    makers = make_makers(world, scale.makers, dice)
    clockwork = Clockwork(random.Random(scale.seed + 1), scale.stop_share)  # noqa: S311 - stops at the same places each time
    rounds = Rounds(scale, world, makers, dice, clockwork)
    rounds.run()
    check_end(rounds.started)
    for order_id in Sourcing.objects.filter(
        status=Sourcing.Status.COVERED, order__status=OrderStatus.REQUESTED
    ).values_list("order_id", flat=True):
        rounds.quote(order_id)
    check_now(rounds.raised)
    return rounds


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bin/bench rounds", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--makers", type=int, default=300)
    parser.add_argument("--orders", type=int, default=40)
    parser.add_argument("--stops", type=float, default=0.1, help="share of the tasks' runs that are stopped")
    chosen = parser.parse_args(arguments)
    scale = RoundsScale(makers=chosen.makers, orders=chosen.orders, seed=chosen.seed, stop_share=chosen.stops)
    started = time.perf_counter()
    with clock.at(BEGIN):
        rounds = simulate(scale, make_world())
    print(report(rounds))
    print(f"{time.perf_counter() - started:.0f} s")
