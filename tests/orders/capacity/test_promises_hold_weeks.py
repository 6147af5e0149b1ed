"""Every open promise holds weeks that are still to come, worth what is still to be made, at every moment."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum

from msmes.capacity import calendar, capacity
from msmes.models import CapacityConflict, CapacityReservation, CapacityWeek
from orders.amending import amend
from orders.asking import asking
from orders.delivering import deliver
from orders.models import Allocation, Order, PurchaseOrder
from orders.producing import produce
from procurement import clock
from procurement.errors import InvalidInput
from procurement.working_days import monday_of
from tests.factories import World, make_world
from tests.orders.capacity.capacity_truth import wrongs

pytestmark = [pytest.mark.django_db, pytest.mark.database]

MONDAY = date(2022, 8, 29)
"""Of a week without a holiday, and so are the four that follow."""


def at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=clock.JAKARTA)


@pytest.fixture
def world() -> World:
    with clock.at(at(MONDAY)):
        return make_world()


def declare(world: World, usual: int = 60, *, days: int = 6, msme: int = 0) -> None:
    capacity.set_usual_week(
        msme_id=world.msmes[msme].pk,
        product_id=world.products[0].pk,
        usual=usual,
        work_days=days,
        actor=world.actor(f"owner{msme}"),
    )


def asked(world: World, quantity: int, *, msme: int = 0) -> Allocation:
    order = world.requested([quantity])
    (row,) = asking.ask_msmes(
        order_id=order.pk,
        asks=[asking.Ask(line_id=order.lines.get().pk, msme_id=world.msmes[msme].pk, quantity=quantity)],
        deadline=clock.now() + timedelta(days=90),
        actor=world.actor("coordinator"),
    )
    return row


def say(world: World, row: Allocation, quantity: int, ready_on: date) -> None:
    place = [one.pk for one in world.msmes].index(row.msme_id)
    asking.answer_requests(
        order_id=row.order_id,
        answers=[
            asking.Answer(allocation_id=row.pk, quantity=quantity, price=Decimal(90_000), ready_on=ready_on)
        ],
        actor=world.actor(f"owner{place}"),
    )


def promised(world: World, quantity: int, ready_on: date) -> Order:
    row = asked(world, quantity)
    say(world, row, quantity, ready_on)
    return row.order


def booked(world: World, quantity: int, ready_on: date) -> Order:
    order = promised(world, quantity, ready_on)
    world.quote(Order.objects.get(pk=order.pk))
    return world.approve(Order.objects.get(pk=order.pk))


def free(world: World, until: date, msme: int = 0) -> int:
    pair = (world.msmes[msme].pk, world.products[0].pk)
    pieces = capacity.free_until(msme_ids=[pair[0]], product_ids=[pair[1]], until=until)[pair]
    # Whoever reads elsewhere reads the same.
    own = calendar.free_weeks(msme_id=pair[0], product_ids=[pair[1]], until=until)
    assert sum(left for _week, left, _available in own[pair[1]]) == pieces
    weeks = calendar.mondays(1 + (monday_of(until) - monday_of(clock.today())).days // 7)
    staff = world.actor("coordinator")
    for rows in (
        calendar.supply_of_product(staff, product=world.products[0], weeks=weeks, district=None),
        calendar.supply_by_product(staff, weeks=weeks, category=None, district=None),
    ):
        assert [row.total for row in rows] == [pieces]
    shown = calendar.calendar_of(world.msmes[msme], product_id=pair[1], weeks=len(weeks))
    assert shown.free == pieces
    return pieces


def held(order: Order) -> dict[date, int]:
    rows = CapacityReservation.objects.filter(allocation_id=order.allocations.get().pk)
    return dict(rows.order_by("week__week").values_list("week__week", "quantity"))


# --- Days that are over are no capacity ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "left"),
    [
        (5, [60, 48, 36, 24, 12, 0, 0]),
        (6, [60, 50, 40, 30, 20, 10, 0]),
        (7, [60, 51, 42, 34, 25, 17, 8]),
    ],
)
def test_what_is_free_of_this_week_is_what_is_still_to_come(world: World, days: int, left: list[int]) -> None:
    with clock.at(at(MONDAY)):
        declare(world, days=days)
    for number, pieces in enumerate(left):
        with clock.at(at(MONDAY + timedelta(days=number), 21)):
            assert free(world, MONDAY + timedelta(days=6)) == pieces
            assert free(world, MONDAY + timedelta(days=13)) == pieces + 60


@pytest.mark.parametrize("day", range(7))
def test_a_new_promise_holds_no_day_that_is_over(world: World, day: int) -> None:
    sunday = MONDAY + timedelta(days=6)
    with clock.at(at(MONDAY)):
        declare(world)
    with clock.at(at(MONDAY + timedelta(days=day), 21)):
        left = free(world, sunday)
        row = asked(world, 61)
        with pytest.raises(InvalidInput, match=f"hanya cukup untuk {left}"):
            say(world, row, left + 1, sunday)
        if left:
            say(world, row, left, sunday)
            assert free(world, sunday) == 0
        assert wrongs(clock.today()) == []


def test_days_off_and_pauses_of_this_week_are_no_capacity_either(world: World) -> None:
    with clock.at(at(MONDAY)):
        declare(world)
    with clock.at(at(MONDAY + timedelta(days=2))):
        capacity.set_day_off(
            msme_id=world.msmes[0].pk, day=MONDAY + timedelta(days=4), actor=world.actor("owner0")
        )
        assert free(world, MONDAY + timedelta(days=6)) == 30
        capacity.pause(
            msme_id=world.msmes[0].pk,
            first_day=MONDAY + timedelta(days=3),
            last_day=MONDAY + timedelta(days=5),
            actor=world.actor("owner0"),
        )
        assert free(world, MONDAY + timedelta(days=6)) == 10


@pytest.mark.parametrize("day", [0, 3, 6])
def test_a_figure_that_is_given_within_its_week_speaks_of_what_is_to_come(world: World, day: int) -> None:
    with clock.at(at(MONDAY)):
        declare(world)
    sunday = MONDAY + timedelta(days=6)
    with clock.at(at(MONDAY + timedelta(days=day))):
        capacity.set_week(
            msme_id=world.msmes[0].pk,
            product_id=world.products[0].pk,
            week=MONDAY,
            available=30,
            actor=world.actor("owner0"),
        )
        assert free(world, sunday) == 30
    if day < 6:
        with clock.at(at(sunday)):
            assert free(world, sunday) == 0


# --- What is overdue is held in the weeks in which it will be made ---------------------------------------------


def test_what_is_not_made_when_its_week_is_over_is_held_in_weeks_to_come(world: World) -> None:
    with clock.at(at(MONDAY)):
        declare(world)
        order = booked(world, 60, MONDAY + timedelta(days=6))
        world.start(order, 0)
        assert held(order) == {MONDAY: 60}
        assert free(world, MONDAY + timedelta(days=20)) == 120
    # On Sunday night, and on Monday before the night's work, as after it: the next week is needed for it.
    for moment in (at(MONDAY + timedelta(days=6), 23), at(MONDAY + timedelta(days=7), 0)):
        with clock.at(moment):
            assert free(world, MONDAY + timedelta(days=13)) == 0
            assert free(world, MONDAY + timedelta(days=20)) == 60
    with clock.at(at(MONDAY + timedelta(days=7), 1)):
        capacity.extend_horizon()
        assert held(order) == {MONDAY + timedelta(days=7): 60}
        assert free(world, MONDAY + timedelta(days=13)) == 0
        assert free(world, MONDAY + timedelta(days=20)) == 60
        assert wrongs(clock.today()) == []


def test_who_promises_before_the_night_s_work_does_not_promise_them_twice(world: World) -> None:
    with clock.at(at(MONDAY)):
        declare(world)
        order = booked(world, 60, MONDAY + timedelta(days=6))
    with clock.at(at(MONDAY + timedelta(days=7), 0)):
        row = asked(world, 61)
        with pytest.raises(InvalidInput, match="hanya cukup untuk 60"):
            say(world, row, 61, MONDAY + timedelta(days=20))
        say(world, row, 60, MONDAY + timedelta(days=20))
        assert held(order) == {MONDAY + timedelta(days=7): 60}
        assert held(row.order) == {MONDAY + timedelta(days=14): 60}
        assert wrongs(clock.today()) == []


def test_it_is_spread_over_as_many_weeks_as_it_needs(world: World) -> None:
    with clock.at(at(MONDAY)):
        declare(world)
        order = booked(world, 60, MONDAY + timedelta(days=6))
        other = booked(world, 90, MONDAY + timedelta(days=20))
    with clock.at(at(MONDAY + timedelta(days=7))):
        capacity.extend_horizon()
        # The week after next is full, and 30 of next week are held for the other one.
        assert held(other) == {MONDAY + timedelta(days=7): 30, MONDAY + timedelta(days=14): 60}
        assert held(order) == {MONDAY + timedelta(days=7): 30, MONDAY + timedelta(days=21): 30}
        assert wrongs(clock.today()) == []


def test_an_open_answer_is_a_promise_too(world: World) -> None:
    with clock.at(at(MONDAY)):
        declare(world)
        order = promised(world, 60, MONDAY + timedelta(days=6))
    with clock.at(at(MONDAY + timedelta(days=21))):
        assert free(world, MONDAY + timedelta(days=27)) == 0
        capacity.extend_horizon()
        assert held(order) == {MONDAY + timedelta(days=21): 60}


def test_months_of_silence(world: World) -> None:
    with clock.at(at(MONDAY)):
        declare(world)
        order = booked(world, 60, MONDAY + timedelta(days=6))
    for week in range(1, 20):
        with clock.at(at(MONDAY + timedelta(weeks=week))):
            capacity.extend_horizon()
            assert sum(held(order).values()) == 60
            assert wrongs(clock.today()) == []


def test_what_no_week_holds_is_a_conflict_and_ends_when_there_is_room(world: World) -> None:
    with clock.at(at(MONDAY)):
        declare(world)
        order = booked(world, 60, MONDAY + timedelta(days=6))
        capacity.pause(
            msme_id=world.msmes[0].pk,
            first_day=MONDAY + timedelta(days=7),
            last_day=MONDAY + timedelta(days=700),
            actor=world.actor("owner0"),
        )
    with clock.at(at(MONDAY + timedelta(days=8))):
        capacity.extend_horizon()
        assert sum(held(order).values()) == 60
        assert wrongs(clock.today()) == []
        one = CapacityConflict.objects.get()
        assert (one.figure, one.reserved, one.resolved_at) == (0, 60, None)
        assert free(world, MONDAY + timedelta(days=300)) == 0
        pause = world.msmes[0].pauses.get()
        capacity.end_pause(msme_id=world.msmes[0].pk, pause_id=pause.pk, actor=world.actor("owner0"))
        assert CapacityConflict.objects.get().resolved_at is not None
        assert wrongs(clock.today()) == []


def test_a_promise_older_than_the_usual_week_holds_weeks_once_it_is_declared(world: World) -> None:
    with clock.at(at(MONDAY)):
        order = booked(world, 90, MONDAY + timedelta(days=13))
        declare(world)
        assert held(order) == {MONDAY: 30, MONDAY + timedelta(days=7): 60}
        assert wrongs(clock.today()) == []


# --- Worth what is still to be made ----------------------------------------------------------------------------


def test_work_that_goes_on_gives_weeks_back_and_what_is_rejected_holds_them_again(world: World) -> None:
    with clock.at(at(MONDAY)):
        declare(world)
        order = booked(world, 100, MONDAY + timedelta(days=13))
        part = world.start(order, 0)
        owner = world.actor("owner0")

        def holds(pieces: int) -> None:
            assert sum(held(order).values()) == pieces
            assert wrongs(clock.today()) == []

        holds(100)
        produce.report_progress(purchase_order_id=part, percent=33, actor=owner)
        holds(67)
        produce.report_progress(purchase_order_id=part, percent=20, actor=owner)
        holds(80)
        first = world.ship(order, 0, part=0.4)
        holds(60)
        world.receive(first, rejected=15)
        holds(75)
        produce.report_progress(purchase_order_id=part, percent=50, actor=owner)
        holds(50)
        produce.finish_production(purchase_order_id=part, actor=owner)
        holds(0)
        second = world.ship(order, 0, part=0.5)
        third = world.ship(order, 0)
        holds(0)
        world.receive(second, rejected=7)
        holds(7)
        world.receive(third, rejected=3)
        holds(10)
        fourth = world.ship(order, 0)
        holds(0)
        world.receive(fourth, rejected=1)
        holds(1)
        deliver.short_close_order(order_id=order.pk, reason="Cukup", actor=world.actor("approver"))
        holds(0)
        assert not CapacityWeek.objects.filter(reserved__gt=0).exists()


def test_what_was_sent_is_made_whatever_is_reported_and_progress_is_that_of_the_pieces(world: World) -> None:
    with clock.at(at(MONDAY)):
        declare(world)
        order = booked(world, 100, MONDAY + timedelta(days=13))
        part = world.start(order, 0)
        owner = world.actor("owner0")

        def stands(percent: int, pieces: int) -> None:
            assert PurchaseOrder.objects.get(pk=part).percent == percent
            assert sum(held(order).values()) == pieces
            assert wrongs(clock.today()) == []

        def report(percent: int, days_ago: int = 0) -> None:
            produce.report_progress(
                purchase_order_id=part,
                percent=percent,
                reported_on=clock.today() - timedelta(days=days_ago),
                actor=owner,
            )

        produce.finish_production(purchase_order_id=part, actor=owner)
        world.receive(world.ship(order, 0, part=0.4))
        stands(100, 0)
        with pytest.raises(InvalidInput, match="paling sedikit 40 persen") as refusal:
            report(39)
        assert refusal.value.field == "percent"
        report(10, days_ago=1)
        stands(100, 0)
    with clock.at(at(MONDAY + timedelta(days=2))):
        report(10, days_ago=1)
        stands(40, 60)
        report(75)
        stands(75, 25)
        world.receive(world.ship(order, 0, part=0.5), rejected=12)
        stands(63, 37)
        report(100)
        world.receive(world.ship(order, 0), rejected=30)
        stands(70, 30)
        world.receive(world.ship(order, 0))
        stands(100, 0)


def test_what_is_rejected_after_its_day_is_made_in_the_weeks_that_are_free(world: World) -> None:
    with clock.at(at(MONDAY)):
        declare(world)
        order = booked(world, 60, MONDAY + timedelta(days=6))
        part = world.start(order, 0)
        produce.finish_production(purchase_order_id=part, actor=world.actor("owner0"))
        shipment = world.ship(order, 0)
    with clock.at(at(MONDAY + timedelta(days=16))):
        booked(world, 40, MONDAY + timedelta(days=20))
        left = free(world, MONDAY + timedelta(days=20))
        assert left == 0
        world.receive(shipment, rejected=10)
        assert held(order) == {MONDAY + timedelta(days=21): 10}
        assert wrongs(clock.today()) == []


def test_a_date_that_moves_moves_only_what_is_still_to_be_made(world: World) -> None:
    with clock.at(at(MONDAY)):
        declare(world)
        order = booked(world, 60, MONDAY + timedelta(days=6))
        part = world.start(order, 0)
        produce.report_progress(purchase_order_id=part, percent=50, actor=world.actor("owner0"))
        row = amend.propose_date(
            order_id=order.pk,
            allocation_id=order.allocations.get().pk,
            ready_on=MONDAY + timedelta(days=20),
            reason="Bahan terlambat",
            actor=world.actor("coordinator"),
        )
        for person in ("owner0", "approver"):
            amend.agree(amendment_id=row.pk, actor=world.actor(person))
        assert held(order) == {MONDAY + timedelta(days=14): 30}
        assert wrongs(clock.today()) == []


@pytest.mark.parametrize("finished", [True, False])
def test_pieces_that_move_are_held_where_they_will_be_made(world: World, finished: bool) -> None:
    with clock.at(at(MONDAY)):
        for msme in (0, 1):
            declare(world, msme=msme)
        order = booked(world, 60, MONDAY + timedelta(days=6))
        part = world.start(order, 0)
        if finished:
            produce.finish_production(purchase_order_id=part, actor=world.actor("owner0"))
        row = amend.propose_move(
            order_id=order.pk,
            move=amend.Move(
                allocation_id=order.allocations.get().pk,
                msme_id=world.msmes[1].pk,
                quantity=20,
                price=Decimal(90_000),
                ready_on=MONDAY + timedelta(days=13),
            ),
            reason="Terlambat",
            actor=world.actor("coordinator"),
        )
        for person in ("owner0", "owner1", "approver"):
            amend.agree(amendment_id=row.pk, actor=world.actor(person))
        sums = dict(
            CapacityReservation.objects.order_by().values_list("week__msme").annotate(pieces=Sum("quantity"))
        )
        kept = {} if finished else {world.msmes[0].pk: 40}
        assert sums == {**kept, world.msmes[1].pk: 20}
        assert wrongs(clock.today()) == []
