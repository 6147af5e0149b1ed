"""Free weeks: an MSME whose weeks are full or over is never taken for one that declared none."""

from datetime import date, datetime, timedelta

import pytest

from msmes.capacity import capacity
from msmes.capacity.free import FreePieces, free_until, free_weeks
from msmes.models import WeekException
from procurement import clock
from procurement.working_days import monday_of
from tests.factories import World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.database]

MONDAY = datetime(2022, 9, 5, 9, 0, tzinfo=clock.JAKARTA)


@pytest.fixture
def world() -> World:
    return make_world()


def declare(world: World, usual: int = 10, msme: int = 0) -> tuple[int, int]:
    pair = (world.msmes[msme].pk, world.products[0].pk)
    capacity.set_usual_week(
        msme_id=pair[0], product_id=pair[1], usual=usual, work_days=5, actor=world.actor(f"owner{msme}")
    )
    return pair


def free(world: World, until: date) -> FreePieces:
    return free_until(
        msme_ids=[msme.pk for msme in world.msmes],
        product_ids=[product.pk for product in world.products],
        until=until,
    )


@pytest.mark.parametrize("days", [-1, -7, -400])
def test_until_a_day_that_has_passed_nothing_is_free(world: World, days: int) -> None:
    with clock.at(MONDAY + timedelta(days=2)):
        pair = declare(world)
        pieces = free(world, clock.today() + timedelta(days=days))
    assert dict(pieces) == {pair: 0}
    assert pieces.limit(*pair, wanted=400) == 0


def test_what_is_not_tracked_is_left_out_and_limits_nothing(world: World) -> None:
    with clock.at(MONDAY):
        pair = declare(world)
        other = world.msmes[1].pk
        pieces = free(world, clock.today() + timedelta(weeks=3))
    assert (other, pair[1]) not in pieces
    assert pieces.of(other, pair[1]) is None
    assert pieces.limit(other, pair[1], 400) == 400


def test_a_week_of_its_own_figure_without_a_usual_week_is_not_tracked(world: World) -> None:
    """As where weeks are reserved: nothing is, so nothing limits."""
    with clock.at(MONDAY):
        capacity.set_week(
            msme_id=world.msmes[0].pk,
            product_id=world.products[0].pk,
            week=clock.today(),
            available=3,
            actor=world.actor("owner0"),
        )
        assert WeekException.objects.exists()
        assert not free(world, clock.today() + timedelta(weeks=3))


def test_each_day_counts_the_weeks_that_begin_by_then(world: World) -> None:
    with clock.at(MONDAY):
        pair = declare(world)
        monday = monday_of(clock.today())
        weeks = free_weeks(msme_ids=pair[:1], product_ids=pair[1:], until=monday + timedelta(weeks=9))
        for step in range(60):
            day = monday + timedelta(days=step)
            assert weeks.until(day) == free(world, day)
            assert weeks.until(day)[pair] == 10 * (step // 7 + 1)
