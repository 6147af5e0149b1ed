"""Weekly capacity: declared, reserved, released exactly, and never promised twice."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import IntegrityError, transaction

from msmes.capacity import capacity
from msmes.capacity.week_figures import WeekRules, figure_of
from msmes.models import CapacityReservation, CapacityWeek
from orders.asking import asking
from orders.delivering import deliver
from orders.models import Order
from orders.producing import produce
from orders.quoting import approve, quote
from orders.requesting import request
from procurement import clock
from procurement.errors import InvalidInput, NotFound
from procurement.working_days import add_working_days, is_working_day, monday_of, working_days_between
from tests.factories import World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def world() -> World:
    return make_world()


def declare(world: World, usual: int = 10, msme: int = 0) -> None:
    capacity.set_usual_week(
        msme_id=world.msmes[msme].pk,
        product_id=world.products[0].pk,
        usual=usual,
        work_days=5,
        actor=world.actor(f"owner{msme}"),
    )


def asked(world: World, quantity: int = 30) -> Order:
    order = world.requested([quantity])
    line = order.lines.get()
    asking.ask_msmes(
        order_id=order.pk,
        asks=[asking.Ask(line_id=line.pk, msme_id=world.msmes[0].pk, quantity=quantity)],
        deadline=clock.now() + timedelta(days=2),
        actor=world.actor("coordinator"),
    )
    return order


def answer(world: World, order: Order, quantity: int, weeks: int = 4) -> None:
    asking.answer_requests(
        order_id=order.pk,
        answers=[
            asking.Answer(
                allocation_id=order.allocations.get().pk,
                quantity=quantity,
                price=Decimal(90_000),
                ready_on=monday_of(clock.today()) + timedelta(weeks=weeks, days=4),
                reason="" if quantity else "Penuh",
            )
        ],
        actor=world.actor("owner0"),
    )


def reserved(world: World) -> int:
    weeks = list(CapacityWeek.objects.filter(msme=world.msmes[0]))
    held = sum(one.quantity for one in CapacityReservation.objects.filter(week__msme=world.msmes[0]))
    assert held == sum(week.reserved for week in weeks)
    assert all(week.reserved <= week.available for week in weeks)
    return held


def test_a_usual_week_fills_a_year_less_holidays(world: World) -> None:
    with clock.at(clock.now().replace(year=2022, month=7, day=25)):
        declare(world, usual=50)
        weeks = list(CapacityWeek.objects.filter(msme=world.msmes[0]).order_by("week"))
        assert len(weeks) == capacity.HORIZON_WEEKS
        independence = next(week for week in weeks if week.week == date(2022, 8, 15))
        assert independence.available == 40
        figure = figure_of(WeekRules.of(world.msmes[0].pk), world.products[0].pk, independence.week)
        assert any("17-08" in reason for reason in figure.reasons)


def test_days_off_pauses_and_special_weeks_say_why(world: World) -> None:
    owner, product = world.actor("owner0"), world.products[0].pk
    msme = world.msmes[0].pk
    with clock.at(clock.now().replace(year=2022, month=9, day=5)):
        declare(world, usual=50)
        capacity.set_day_off(msme_id=msme, day=date(2022, 9, 13), reason="Hajatan", actor=owner)
        capacity.pause(msme_id=msme, first_day=date(2022, 9, 19), last_day=date(2022, 9, 25), actor=owner)
        capacity.set_week(
            msme_id=msme,
            product_id=product,
            week=date(2022, 9, 29),
            available=70,
            reason="Lembur",
            actor=owner,
        )
        figures = dict(CapacityWeek.objects.filter(msme=msme).values_list("week", "available"))
        assert figures[date(2022, 9, 12)] == 40
        assert figures[date(2022, 9, 19)] == 0
        assert figures[date(2022, 9, 26)] == 70
        assert figures[date(2022, 10, 3)] == 50
        capacity.set_week(
            msme_id=msme, product_id=product, week=date(2022, 9, 26), available=None, actor=owner
        )
        assert CapacityWeek.objects.get(msme=msme, week=date(2022, 9, 26)).available == 50


def test_an_answer_reserves_the_latest_weeks_first(world: World) -> None:
    declare(world, usual=10)
    order = asked(world, 30)
    answer(world, order, 15, weeks=4)
    used = dict(CapacityWeek.objects.filter(reserved__gt=0).values_list("week", "reserved"))
    last = monday_of(clock.today()) + timedelta(weeks=4)
    assert sum(used.values()) == 15
    assert min(used) >= last - timedelta(weeks=2)
    answer(world, order, 5, weeks=4)
    assert reserved(world) == 5
    answer(world, order, 0)
    assert reserved(world) == 0


def test_more_than_the_free_weeks_is_refused_and_says_how_many(world: World) -> None:
    declare(world, usual=2)
    order = asked(world, 30)
    with pytest.raises(InvalidInput, match="hanya cukup untuk") as refusal:
        answer(world, order, 30, weeks=1)
    assert (refusal.value.row, refusal.value.field) == (order.allocations.get().pk, "quantity")
    assert order.allocations.get().status == "asked"
    assert reserved(world) == 0


def test_orders_of_all_buyers_draw_on_the_same_weeks(world: World) -> None:
    declare(world, usual=10)
    first, second = asked(world, 30), asked(world, 30)
    answer(world, first, 30, weeks=5)
    left = sum(
        week.free for week in CapacityWeek.objects.filter(week__lte=clock.today() + timedelta(weeks=4))
    )
    with pytest.raises(InvalidInput):
        answer(world, second, min(30, left + 1), weeks=4)


def booked(world: World, quantity: int = 30) -> Order:
    declare(world, usual=20)
    order = asked(world, quantity)
    answer(world, order, quantity)
    world.quote(Order.objects.get(pk=order.pk))
    return world.approve(Order.objects.get(pk=order.pk))


def test_only_the_share_stays_reserved_after_approval(world: World) -> None:
    declare(world, usual=20)
    order = world.requested([30])
    line = order.lines.get()
    asks = [asking.Ask(line_id=line.pk, msme_id=msme.pk, quantity=30) for msme in world.msmes[:2]]
    asking.ask_msmes(
        order_id=order.pk,
        asks=asks,
        deadline=clock.now() + timedelta(days=1),
        actor=world.actor("coordinator"),
    )
    world.answer(order, 0)
    world.answer(order, 1)
    assert reserved(world) == 30
    rows = {row.msme_id: row for row in order.allocations.all()}
    quote.issue_quote(
        order_id=order.pk,
        shares=[
            quote.Share(allocation_id=rows[world.msmes[0].pk].pk, quantity=12),
            quote.Share(allocation_id=rows[world.msmes[1].pk].pk, quantity=18),
        ],
        valid_until=clock.today() + timedelta(days=3),
        actor=world.actor("coordinator"),
    )
    assert reserved(world) == 30
    world.approve(Order.objects.get(pk=order.pk))
    assert reserved(world) == 12


def test_cancelling_releases_exactly_what_was_reserved(world: World) -> None:
    order = booked(world)
    assert reserved(world) == 30
    approve.cancel_order(
        order_id=order.pk, reason="Batal", cost_bearer="nobody", actor=world.actor("approver")
    )
    assert reserved(world) == 0


def test_finished_production_releases(world: World) -> None:
    order = booked(world)
    pk = world.start(order, 0)
    assert reserved(world) == 30
    produce.finish_production(purchase_order_id=pk, actor=world.actor("owner0"))
    assert reserved(world) == 0


def test_short_close_and_full_reception_release(world: World) -> None:
    order = booked(world)
    world.start(order, 0)
    world.receive(world.ship(order, 0, part=0.5))
    assert reserved(world) == 15, "what was sent is made; the other half is still to be made"
    deliver.short_close_order(order_id=order.pk, reason="Cukup", actor=world.actor("approver"))
    assert reserved(world) == 0


def test_a_lost_order_and_a_changed_line_release(world: World) -> None:
    declare(world, usual=20)
    order = asked(world, 30)
    answer(world, order, 30)
    request.withdraw_order(order_id=order.pk, reason="Batal beli", actor=world.actor("requester"))
    assert reserved(world) == 0


def test_capacity_below_a_promise_is_refused_with_the_promises_named(world: World) -> None:
    declare(world, usual=20)
    order = asked(world, 30)
    answer(world, order, 30)
    week = CapacityWeek.objects.filter(reserved__gt=0).first()
    assert week is not None
    with pytest.raises(InvalidInput, match=order.number):
        capacity.set_week(
            msme_id=world.msmes[0].pk,
            product_id=world.products[0].pk,
            week=week.week,
            available=week.reserved - 1,
            actor=world.actor("owner0"),
        )
    with pytest.raises(InvalidInput, match=order.number):
        declare(world, usual=1)
    assert reserved(world) == 30


def test_the_database_refuses_to_overcommit(world: World) -> None:
    declare(world, usual=10)
    with pytest.raises(IntegrityError), transaction.atomic():
        CapacityWeek.objects.update(reserved=11)


@pytest.mark.parametrize(
    ("week", "available", "field"),
    [(-1, 10, "week"), (60, 10, "week"), (1, -1, "available"), (1, 10_000_000, "available")],
)
def test_impossible_weeks_are_refused(world: World, week: int, available: int, field: str) -> None:
    declare(world)
    with pytest.raises(InvalidInput) as refusal:
        capacity.set_week(
            msme_id=world.msmes[0].pk,
            product_id=world.products[0].pk,
            week=clock.today() + timedelta(weeks=week),
            available=available,
            actor=world.actor("owner0"),
        )
    assert refusal.value.field == field


def test_nobody_declares_for_a_rival(world: World) -> None:
    with pytest.raises(NotFound):
        capacity.set_usual_week(
            msme_id=world.msmes[0].pk, product_id=world.products[0].pk, usual=5, actor=world.actor("owner1")
        )


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2022, 8, 12), date(2022, 8, 22), 5),  # 17 August is a holiday
        (date(2022, 8, 22), date(2022, 8, 22), 0),
        (date(2022, 8, 19), date(2022, 8, 22), 1),
        (date(2022, 4, 28), date(2022, 5, 9), 1),  # Lebaran with collective leave
    ],
)
def test_working_days(first: date, last: date, days: int) -> None:
    assert working_days_between(first, last) == days
    if days:
        assert add_working_days(first, days) == last


def test_working_days_are_those_that_one_counts_day_by_day() -> None:
    """Over two turns of the year; whatever the days between which they lie are themselves."""
    dice = Random(7)  # noqa: S311 - repeatable, no secret
    for _ in range(300):
        first = date(2021, 11, 1) + timedelta(days=dice.randrange(500))
        last = first + timedelta(days=dice.randrange(400))
        between = (first + timedelta(days=step) for step in range(1, (last - first).days + 1))
        assert working_days_between(first, last) == sum(map(is_working_day, between)), (first, last)
