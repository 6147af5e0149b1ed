"""``bin/bench forecast``: production day by day at paces that nobody knows, and how well late orders are foreseen."""

import argparse
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from accounts.acting import Actor
from bench.simulated.foreseen import Course, report
from bench.simulated.makers import make_owners
from msmes.models import Msme
from orders.asking import asking
from orders.delivering import deliver
from orders.delivering.shipment_pieces import Count, Load
from orders.forecast.lateness import IN_WORK, forecasts, late_rows, with_last_report
from orders.models import Allocation, Order, PurchaseOrder, ShipmentLine
from orders.producing import produce
from orders.quoting import approve, quote
from orders.requesting import request
from procurement import clock
from procurement.working_days import add_working_days, is_working_day
from tests.factories import World, make_world

BEGIN = datetime(2022, 1, 10, 8, 0, tzinfo=clock.JAKARTA)
PACES = {"steady": 50, "slow start": 30, "weekends too": 20}
POSTS = {"often": 45, "seldom": 25, "stops": 20, "never": 10}
"""How an MSME reports: every other day, once in six, not after the middle, not at all."""
SILENT_POSTS = {"often": 25, "seldom": 14, "stops": 11, "never": 50}
WORLDS = {"kind": (POSTS, 0.0, 0.0), "unkind": (SILENT_POSTS, 0.02, 0.08)}
"""How MSMEs report, and how the logarithm of each pace changes in a month: slower on average, and its spread."""
MONTH = 30
BREAKDOWN = 0.2
"""Share of purchase orders during which nothing is made for a week."""
MAKERS_OF_ONE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastScale:
    """How much is simulated; ``history`` purchase orders come first and are not judged."""

    makers: int = 60
    orders: int = 130
    history: int = 60
    seed: int = 1
    spread: float = 0.25
    shortest: int = 12
    longest: int = 40
    days_between: float = 1.5
    world: str = "kind"


@dataclass(frozen=True, slots=True)
class Nature:
    """What an MSME is like. ``ratio`` is how long it takes, as a multiple of what it promised."""

    ratio: float
    pace: str
    posts: str

    def older(self, dice: random.Random, slower: float, spread: float) -> "Nature":
        """The same MSME a month later."""
        return replace(self, ratio=self.ratio * dice.lognormvariate(slower, spread))


@dataclass(slots=True)
class BenchWork:
    """One purchase order as it really goes; the system reads only what is reported of it."""

    course: Course
    actor: Actor
    nature: Nature
    starts_on: date
    days: float
    """Working days that it takes, when all goes as usual."""
    breaks_at: float
    """Share of the work at which it breaks down; more than 1 when it does not."""
    dice: random.Random
    done: float = 0.0
    idle: int = 0
    told: int = 0

    def go_on(self, day: date) -> None:
        """Make what is made on this day."""
        if not is_working_day(day) and self.nature.pace != "weekends too":
            return
        if self.done >= self.breaks_at:
            self.breaks_at, self.idle = 2.0, 5
        if self.idle:
            self.idle -= 1
            return
        usual = 1 / self.days
        if self.nature.pace == "slow start":
            # Half the pace for the first fifth, then as much quicker as makes up for it.
            usual *= 0.5 if self.done < 0.2 else 4 / 3
        self.done += usual * self.dice.lognormvariate(-0.045, 0.3)

    def percent_to_tell(self) -> int | None:
        """What it reports today, in steps of five and a tenth too much or too little; mostly nothing."""
        often = {"often": 0.5, "seldom": 1 / 6, "stops": 0.5 if self.done < 0.5 else 0.0, "never": 0.0}
        if self.dice.random() >= often[self.nature.posts]:
            return None
        said = 5 * round(20 * self.done * self.dice.uniform(0.9, 1.1))
        self.told = max(self.told, min(95, said))
        return self.told


@dataclass(slots=True)
class Production:
    """The simulation of one expo's purchase orders."""

    scale: ForecastScale
    world: World
    dice: random.Random
    msmes: list[Msme]
    owners: dict[int, Actor]
    natures: dict[int, Nature]
    waiting: list[BenchWork] = field(default_factory=list)
    working: list[BenchWork] = field(default_factory=list)
    courses: dict[int, Course] = field(default_factory=dict)

    def run(self) -> None:
        """Until the last purchase order is finished. Each day: orders, work and reports, then what is foreseen."""
        pending = self._order_days()
        next_day: date | None = next(pending)
        while next_day or self.waiting or self.working:
            while next_day and next_day <= clock.today():
                self._order()
                next_day = next(pending, None)
            self._work()
            self._drift()
            clock.advance(timedelta(hours=10))
            self._look()
            clock.advance(timedelta(hours=14))

    def _drift(self) -> None:
        """Once in thirty days each MSME becomes a little quicker or slower, in a world that is not kind."""
        _posts, slower, spread = WORLDS[self.scale.world]
        if spread and (clock.today() - clock.local_date(BEGIN)).days % MONTH == MONTH - 1:
            for pk, nature in self.natures.items():
                self.natures[pk] = nature.older(self.dice, slower, spread)

    def _order_days(self) -> Iterator[date]:
        for number in range(self.scale.orders):
            yield clock.local_date(BEGIN) + timedelta(days=int(number * self.scale.days_between))

    def _order(self) -> None:
        """One order of three MSMEs, from the request to the signature, by the verbs."""
        buyer, staff = self.world.actor("requester"), self.world.actor("coordinator")
        order = request.draft_order(
            actor=buyer, heading=self.world.heading(), lines=self.world.lines([300], 120)
        )
        request.submit_order(order_id=order.pk, actor=buyer)
        chosen = self.dice.sample(self.msmes, MAKERS_OF_ONE)
        line = order.lines.get()
        rows = asking.ask_msmes(
            order_id=order.pk,
            asks=[asking.Ask(line_id=line.pk, msme_id=msme.pk, quantity=100) for msme in chosen],
            deadline=clock.now() + timedelta(days=2),
            actor=staff,
        )
        for row in rows:
            days = self.dice.randint(self.scale.shortest, self.scale.longest)
            answer = asking.Answer(
                allocation_id=row.pk,
                quantity=100,
                price=Decimal(90_000),
                ready_on=add_working_days(clock.today(), days),
            )
            asking.answer_requests(order_id=order.pk, answers=[answer], actor=self.owners[row.msme_id])
        quote.issue_quote(
            order_id=order.pk,
            shares=[quote.Share(allocation_id=row.pk, quantity=100) for row in rows],
            valid_until=clock.today() + timedelta(days=14),
            actor=staff,
        )
        quoted = Order.objects.get(pk=order.pk)
        approve.approve_order(
            order_id=order.pk,
            revision=quoted.revision,
            content_hash=quoted.content_hash,
            actor=self.world.actor("approver"),
        )
        for one in PurchaseOrder.objects.filter(order=order).order_by("pk"):
            self._take_on(one)

    def _take_on(self, row: PurchaseOrder) -> None:
        dice, nature = self.dice, self.natures[row.msme_id]
        course = Course(row.pk, row.due_on, is_judged=len(self.courses) >= self.scale.history)
        starts_on = add_working_days(clock.today(), dice.randint(0, 3))
        promised = sum(
            is_working_day(clock.today() + timedelta(days=day))
            for day in range((row.due_on - clock.today()).days)
        )
        work = BenchWork(
            course=course,
            actor=self.owners[row.msme_id],
            nature=nature,
            starts_on=starts_on,
            days=max(3.0, promised * nature.ratio * dice.lognormvariate(0, 0.1)),
            breaks_at=dice.uniform(0.1, 0.9) if dice.random() < BREAKDOWN else 2.0,
            dice=dice,
        )
        self.courses[row.pk] = course
        self.waiting.append(work)

    def _work(self) -> None:
        """The MSMEs' day, by the verbs that their pages call."""
        today = clock.today()
        for work in [work for work in self.waiting if work.starts_on <= today]:
            produce.acknowledge(purchase_order_id=work.course.pk, actor=work.actor)
            produce.start_production(purchase_order_id=work.course.pk, actor=work.actor)
            self.waiting.remove(work)
            self.working.append(work)
        for work in list(self.working):
            if work.starts_on == today:
                continue
            work.go_on(today)
            if work.done >= 1:
                self._hand_over(work)
                work.course.finished_on = today
                self.working.remove(work)
            elif (percent := work.percent_to_tell()) is not None:
                produce.report_progress(purchase_order_id=work.course.pk, percent=percent, actor=work.actor)

    def _hand_over(self, work: BenchWork) -> None:
        """All is made, and reaches the buyer on the same day."""
        pk = work.course.pk
        produce.finish_production(purchase_order_id=pk, actor=work.actor)
        loads = [
            Load(allocation_id=share.pk, quantity=share.unshipped)
            for share in Allocation.objects.filter(purchase_order=pk)
        ]
        shipment = deliver.prepare_shipment(purchase_order_id=pk, loads=loads, actor=work.actor)
        deliver.dispatch_shipment(shipment_id=shipment.pk, actor=work.actor)
        counts = [
            Count(line_id=line.pk, accepted=line.quantity, rejected=0)
            for line in ShipmentLine.objects.filter(shipment=shipment)
        ]
        deliver.receive_shipment(shipment_id=shipment.pk, counts=counts, actor=self.world.actor("receiver"))

    def _look(self) -> None:
        """What the page of late purchase orders shows this evening, and what a plain extrapolation would."""
        today = clock.today()
        warned = {one.pk for one, _found in late_rows(self.world.actor("coordinator"))}
        rows = list(with_last_report(PurchaseOrder.objects.filter(status__in=IN_WORK)))
        found = forecasts(rows)
        for row in rows:
            start = clock.local_date(row.started_at) if row.started_at else None
            self.courses[row.pk].look(
                today,
                found[row.pk],
                is_warned=row.pk in warned,
                start=start,
                last=(row.last_day, row.last_percent) if row.last_day else None,
            )


def simulate(scale: ForecastScale, world: World) -> list[Course]:
    """Play it; returns the course of every purchase order that is judged. The clock must be set to ``BEGIN``."""
    dice = random.Random(scale.seed)  # noqa: S311 - the same paces each time
    msmes, owners = make_owners(world, scale.makers)
    posts, _slower, _spread = WORLDS[scale.world]
    natures = {
        msme.pk: Nature(
            ratio=dice.lognormvariate(-0.05, scale.spread),
            pace=dice.choices(list(PACES), weights=list(PACES.values()))[0],
            posts=dice.choices(list(posts), weights=list(posts.values()))[0],
        )
        for msme in msmes
    }
    production = Production(scale, world, dice, msmes, owners, natures)
    production.run()
    return [course for course in production.courses.values() if course.is_judged]


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bin/bench forecast", description=__doc__)
    parser.add_argument("--seed", type=int, default=101)
    parser.add_argument("--world", choices=sorted(WORLDS), default="kind")
    parser.add_argument("--makers", type=int, default=60)
    parser.add_argument("--orders", type=int, default=130, help="three purchase orders each")
    chosen = parser.parse_args(arguments)
    started = time.perf_counter()
    scale = ForecastScale(makers=chosen.makers, orders=chosen.orders, seed=chosen.seed, world=chosen.world)
    with clock.at(BEGIN):
        courses = simulate(scale, make_world())
    print(f"seed {chosen.seed}, {chosen.world} world")
    print(report(courses))
    print(f"{time.perf_counter() - started:.0f} s")
