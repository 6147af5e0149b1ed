"""More is promised than can be made: recorded, shown, and nobody else's weeks stop for it."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from msmes.capacity import capacity, conflicts, declaring
from msmes.capacity.week_figures import WeekRules, figure_of
from msmes.models import CapacityConflict, CapacityWeek, WeekException
from msmes.tasks import extend_capacity, extend_capacity_on
from orders.asking import asking
from orders.models import Order
from orders.quoting import approve
from procurement import clock, working_days
from procurement.errors import InvalidInput
from procurement.models import OutboxMessage
from procurement.working_days import monday_of
from tests.factories import OPENING, World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.database]

Decree = Callable[[date], None]
WEEK = date(2022, 9, 5)
"""A week without a holiday, six weeks after the opening."""


@pytest.fixture
def world() -> World:
    with clock.at(OPENING):
        return make_world()


@pytest.fixture
def decree(monkeypatch: pytest.MonkeyPatch) -> Decree:
    """Declare a public holiday that nobody knew of."""
    known = working_days.holidays_of

    def decreed(day: date) -> None:
        def holidays_of(year: int) -> dict[date, str]:
            return {**known(year), **({day: "Cuti bersama susulan"} if year == day.year else {})}

        monkeypatch.setattr(working_days, "holidays_of", holidays_of)

    return decreed


def declare(world: World, msme: int, usual: int = 60) -> None:
    capacity.set_usual_week(
        msme_id=world.msmes[msme].pk,
        product_id=world.products[0].pk,
        usual=usual,
        work_days=6,
        actor=world.actor(f"owner{msme}"),
    )


def promise(world: World, quantity: int = 60, *, msme: int = 0, sealed: bool = False) -> Order:
    """An order of which one MSME said yes, held in :data:`WEEK` as far as that is free."""
    order = world.requested([quantity])
    asking.ask_msmes(
        order_id=order.pk,
        asks=[asking.Ask(line_id=order.lines.get().pk, msme_id=world.msmes[msme].pk, quantity=quantity)],
        deadline=clock.now() + timedelta(days=30),
        sealed=sealed,
        actor=world.actor("coordinator"),
    )
    asking.answer_requests(
        order_id=order.pk,
        answers=[
            asking.Answer(
                allocation_id=order.allocations.get().pk,
                quantity=quantity,
                price=Decimal(90_000),
                ready_on=WEEK + timedelta(days=6),
            )
        ],
        actor=world.actor(f"owner{msme}"),
    )
    return order


def week_of(world: World, msme: int = 0, week: date = WEEK) -> CapacityWeek:
    return CapacityWeek.objects.get(msme=world.msmes[msme], product=world.products[0], week=week)


def test_a_decreed_holiday_stops_the_horizon_of_nobody(world: World, decree: Decree) -> None:
    with clock.at(OPENING):
        for msme in range(3):
            declare(world, msme)
        promise(world, msme=0)
        decree(WEEK + timedelta(days=1))
    with clock.at(OPENING + timedelta(weeks=1)):
        assert capacity.extend_horizon() == 3
        last = monday_of(clock.today()) + timedelta(weeks=capacity.HORIZON_WEEKS - 1)
        for msme in range(3):
            assert week_of(world, msme, last).available > 0
        for msme in (1, 2):
            assert week_of(world, msme).available == 50
        own = week_of(world)
        assert (own.figure, own.reserved, own.beyond, own.free) == (50, 60, 10, 0)
        (one,) = CapacityConflict.objects.all()
        assert (one.msme_id, one.week, one.figure, one.reserved) == (world.msmes[0].pk, WEEK, 50, 60)
        assert one.resolved_at is None


def test_it_is_there_until_it_is_over_and_told_once(world: World, decree: Decree) -> None:
    with clock.at(OPENING):
        declare(world, 0)
        order = promise(world)
        decree(WEEK)
        for _ in range(3):
            capacity.extend_horizon()
        told = OutboxMessage.objects.filter(topic="accounts.tell", key__startswith="tell:msme")
        assert {message.payload["organisation_id"] for message in told} == {
            world.msmes[0].pk,
            world.edition.organiser_id,
        }
        assert told.count() == 2
        assert CapacityConflict.objects.count() == 1
        request_ended = order.allocations.get()
        asking.release_allocations(
            order_id=order.pk, allocation_ids=[request_ended.pk], actor=world.actor("coordinator")
        )
        row = week_of(world)
        assert (row.available, row.reserved, row.beyond) == (50, 0, 0)
        assert CapacityConflict.objects.get().resolved_at is not None


def test_it_ends_when_the_holiday_is_withdrawn(
    world: World, decree: Decree, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = working_days.holidays_of
    with clock.at(OPENING):
        declare(world, 0)
        promise(world)
        decree(WEEK)
        capacity.extend_horizon()
        monkeypatch.setattr(working_days, "holidays_of", known)
        capacity.extend_horizon()
        assert (week_of(world).available, week_of(world).beyond) == (60, 0)
        assert CapacityConflict.objects.get().resolved_at is not None


def test_part_of_it_remains_when_part_is_given_back(world: World, decree: Decree) -> None:
    with clock.at(OPENING):
        declare(world, 0)
        promise(world, 55)
        small = promise(world, 5)
        decree(WEEK)
        capacity.extend_horizon()
        asking.release_allocations(
            order_id=small.pk,
            allocation_ids=[small.allocations.get().pk],
            actor=world.actor("coordinator"),
        )
        row = week_of(world)
        assert (row.figure, row.reserved, row.available, row.free) == (50, 55, 55, 0)
        one = CapacityConflict.objects.get()
        assert (one.reserved, one.resolved_at) == (55, None)


def test_changes_that_have_nothing_to_do_with_it_are_accepted(world: World, decree: Decree) -> None:
    with clock.at(OPENING):
        declare(world, 0)
        promise(world)
        decree(WEEK)
        # Before the night's work as well as after it.
        msme, owner = world.msmes[0].pk, world.actor("owner0")
        capacity.set_day_off(msme_id=msme, day=date(2022, 10, 5), actor=owner)
        capacity.extend_horizon()
        capacity.set_usual_week(
            msme_id=msme, product_id=world.products[1].pk, usual=5, work_days=6, actor=owner
        )
        capacity.set_week(
            msme_id=msme,
            product_id=world.products[0].pk,
            week=WEEK + timedelta(weeks=2),
            available=5,
            actor=owner,
        )
        capacity.pause(msme_id=msme, first_day=date(2022, 12, 1), last_day=date(2022, 12, 3), actor=owner)
        assert week_of(world, week=WEEK + timedelta(weeks=2)).available == 5
        assert CapacityConflict.objects.get().resolved_at is None


def test_a_change_that_makes_it_worse_is_refused_and_one_that_ends_it_ends_it(
    world: World, decree: Decree
) -> None:
    with clock.at(OPENING):
        declare(world, 0)
        order = promise(world)
        decree(WEEK)
        capacity.extend_horizon()
        msme, owner, product = world.msmes[0].pk, world.actor("owner0"), world.products[0].pk
        with pytest.raises(InvalidInput, match=order.number):
            capacity.set_day_off(msme_id=msme, day=WEEK + timedelta(days=2), actor=owner)
        with pytest.raises(InvalidInput, match=order.number):
            capacity.set_week(msme_id=msme, product_id=product, week=WEEK, available=49, actor=owner)
        capacity.set_week(msme_id=msme, product_id=product, week=WEEK, available=55, actor=owner)
        one = CapacityConflict.objects.get()
        assert (one.figure, one.resolved_at) == (55, None)
        capacity.set_week(msme_id=msme, product_id=product, week=WEEK, available=60, actor=owner)
        assert CapacityConflict.objects.get().resolved_at is not None


def test_nothing_more_can_be_promised_of_such_a_week(world: World, decree: Decree) -> None:
    with clock.at(OPENING):
        declare(world, 0)
        promise(world)
        decree(WEEK)
        capacity.extend_horizon()
        row = week_of(world)
        for change in ({"reserved": 61}, {"reserved": 59}, {"beyond": 9, "available": 59}):
            with pytest.raises(IntegrityError), transaction.atomic():
                CapacityWeek.objects.filter(pk=row.pk).update(**change)


def test_one_whose_weeks_cannot_be_worked_out_stops_nobody_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.at(OPENING):
        for msme in range(3):
            declare(world, msme)
    bad = world.msmes[1].pk

    def fails(rules: WeekRules, product_id: int, week: date) -> object:
        if any(plan.msme_id == bad for plan in rules.plans.values()):
            raise ValueError("a row that nobody thought of")
        return figure_of(rules, product_id, week)

    monkeypatch.setattr(declaring, "figure_of", fails)
    with clock.at(OPENING + timedelta(weeks=3)):
        assert capacity.extend_horizon() == 2
        last = monday_of(clock.today()) + timedelta(weeks=capacity.HORIZON_WEEKS - 1)
        assert set(CapacityWeek.objects.filter(week=last).values_list("msme_id", flat=True)) == {
            world.msmes[0].pk,
            world.msmes[2].pk,
        }


def test_a_night_that_is_too_short_goes_on_where_it_stopped(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.at(OPENING):
        for msme in range(3):
            declare(world, msme)
    monkeypatch.setattr("msmes.tasks.SECONDS", 0.0)
    with clock.at(OPENING + timedelta(weeks=3)):
        last = monday_of(clock.today()) + timedelta(weeks=capacity.HORIZON_WEEKS - 1)
        extend_capacity()
        for done in range(1, 4):
            assert CapacityWeek.objects.filter(week=last).count() == done
            waiting = OutboxMessage.objects.filter(topic="msmes.extend_capacity_on", done_at=None)
            for message in waiting:
                extend_capacity_on(message.pk)
        assert not OutboxMessage.objects.filter(topic="msmes.extend_capacity_on", done_at=None).exists()


class TestPages:
    def test_the_msme_and_the_coordinator_see_it(self, world: World, client: Client, decree: Decree) -> None:
        with clock.at(OPENING):
            declare(world, 0)
            promise(world)
            decree(WEEK)
            capacity.extend_horizon()
            sentence = "60 potong dijanjikan, 50 dapat dibuat"
            pages = {
                "owner0": [reverse("msmes:capacity")],
                "coordinator": [
                    reverse("msmes:capacity_of", args=[world.msmes[0].pk]),
                    reverse("msmes:capacity_overview"),
                ],
            }
            for who, addresses in pages.items():
                client.force_login(world.people[who])
                for address in addresses:
                    assert sentence in client.get(address).content.decode()
            client.force_login(world.people["owner1"])
            assert sentence not in client.get(reverse("msmes:capacity")).content.decode()

    def test_staff_do_not_see_what_a_sealed_answer_makes(
        self, world: World, client: Client, decree: Decree
    ) -> None:
        with clock.at(OPENING):
            declare(world, 0)
            order = promise(world, sealed=True)
            decree(WEEK)
            capacity.extend_horizon()
            client.force_login(world.people["coordinator"])
            for address in (
                reverse("msmes:capacity_of", args=[world.msmes[0].pk]),
                reverse("msmes:capacity_overview"),
            ):
                shown = client.get(address).content.decode()
                assert "dijanjikan melebihi" not in shown
                assert "melebihi kapasitas minggu ini" not in shown
            told = OutboxMessage.objects.filter(topic="accounts.tell", key__startswith="tell:msme")
            assert [message.payload["organisation_id"] for message in told] == [world.msmes[0].pk]
            free = conflicts.open_conflicts(world.msmes[0], is_own=True)
            assert [one.beyond for one in free] == [10]
        with clock.at(order.allocations.get().deadline + timedelta(minutes=1)):
            shown = client.get(reverse("msmes:capacity_overview")).content.decode()
            assert "60 potong dijanjikan, 50 dapat dibuat" in shown


def test_a_cancelled_order_ends_it(world: World, decree: Decree) -> None:
    with clock.at(OPENING):
        declare(world, 0)
        order = promise(world)
        world.quote(Order.objects.get(pk=order.pk))
        world.approve(Order.objects.get(pk=order.pk))
        decree(WEEK)
        capacity.extend_horizon()
        assert CapacityConflict.objects.get().resolved_at is None
        approve.cancel_order(
            order_id=order.pk, reason="Batal", cost_bearer="nobody", actor=world.actor("approver")
        )
        assert CapacityConflict.objects.get().resolved_at is not None
        assert week_of(world).available == 50
        assert not WeekException.objects.exists()
