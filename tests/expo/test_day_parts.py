"""Parts of days: a moment within a day is exact whichever parts there are, and they are made as entries add up."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest

from expo.ledger import day_parts
from expo.ledger.balances import SHORT, balances_from, balances_of
from expo.ledger.rollup import rebuild, roll
from expo.ledger.sources import entries
from expo.models import Dimension, LedgerEntry, LedgerRollup, Stage
from orders.reconcile import differences
from procurement import clock
from tests.factories import OPENING, World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.database]

MORNING = datetime.combine(clock.local_date(OPENING), time(8, 30), tzinfo=clock.JAKARTA)
LEADING = (Dimension.INSTITUTION, Dimension.MSME)
TICK = timedelta(microseconds=1)


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(day_parts, "LEAST", 1)
    return make_world()


def ends() -> list[str]:
    rows = LedgerRollup.objects.filter(level="part", dimension="total").order_by("period")
    return [period[-3:] for period in rows.values_list("period", flat=True).distinct()]


def an_hourly_morning(world: World, hours: int = 4) -> None:
    for number in range(hours):
        with clock.at(MORNING + timedelta(hours=number)):
            world.approved([number + 1], world.msmes[number % 2 : number % 2 + 1])


def assert_exact(world: World, moment: datetime) -> None:
    naive = balances_from(entries(world.edition.pk, moment, None, {}), world.edition.pk, moment, SHORT)
    told = balances_of(world.edition.pk, moment, leading=LEADING)
    assert told.sums == naive.sums, moment
    every = balances_of(
        world.edition.pk, moment, leading=LEADING, through=LedgerEntry.objects.latest("pk").pk
    )
    assert told.leaders == every.leaders, moment


def test_a_part_ends_with_each_hour_that_brought_enough_but_the_last(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_hourly_morning(world)
    with clock.at(MORNING + timedelta(hours=4)):
        roll()
        assert ends() == ["T09", "T10", "T11"]
        of_one_hour = LedgerEntry.objects.filter(happened_at__lt=MORNING + timedelta(hours=1)).count()
        monkeypatch.setattr(day_parts, "LEAST", of_one_hour + 1)
        rebuild()
        assert ends() == ["T10"]
        monkeypatch.setattr(day_parts, "LEAST", 4_000)
        rebuild()
        assert ends() == []


def test_a_moment_has_what_happened_until_then_on_either_side_of_an_hour(world: World) -> None:
    an_hourly_morning(world)
    nine = MORNING.replace(hour=9, minute=0)
    with clock.at(nine):
        world.requested([50])
    with clock.at(nine - TICK):
        world.requested([70])
    with clock.at(MORNING + timedelta(days=1)):
        for _rolled in range(2):
            for number in range(5):
                hour = nine + timedelta(hours=number - 1)
                for moment in (hour - TICK, hour, hour + TICK, hour + timedelta(minutes=30)):
                    assert_exact(world, moment)
            before, at = (balances_of(world.edition.pk, moment).by_stage for moment in (nine - TICK, nine))
            assert at[Stage.REQUESTED].orders - before[Stage.REQUESTED].orders == 1
            roll()
        assert ends()
    assert not list(differences())


def test_something_late_makes_the_parts_after_it_anew(world: World) -> None:
    an_hourly_morning(world)
    after = MORNING + timedelta(hours=4)
    with clock.at(after):
        roll()
    with clock.at(MORNING + timedelta(hours=1, minutes=5)):
        world.requested([9])
    with clock.at(after):
        for _rolled in range(2):
            for number in range(9):
                assert_exact(world, MORNING + timedelta(minutes=30 * number))
            roll()
        assert ends() == ["T09", "T10", "T11"]
    assert not list(differences())


def test_the_day_goes_on_with_more_parts(world: World) -> None:
    for number in range(4):
        with clock.at(MORNING + timedelta(hours=number)):
            world.requested([number + 1])
            roll()
            assert ends() == ["T09", "T10", "T11"][:number]
    with clock.at(MORNING + timedelta(days=1)):
        world.requested([1])
        roll()
        for number in range(9):
            assert_exact(world, MORNING + timedelta(minutes=30 * number))
    assert not list(differences())


def test_figures_cost_two_queries_and_with_the_largest_three(
    world: World, django_assert_num_queries: Any
) -> None:
    an_hourly_morning(world)
    roll()
    for moment in (None, MORNING + timedelta(hours=2)):
        with django_assert_num_queries(2):
            balances_of(world.edition.pk, moment)
        with django_assert_num_queries(3):
            balances_of(world.edition.pk, moment, leading=LEADING)


def test_reconcile_names_a_part_that_is_wrong(world: World) -> None:
    an_hourly_morning(world)
    roll()
    assert not list(differences())
    row = LedgerRollup.objects.filter(level="part", dimension="category", period__endswith="T10").first()
    assert row is not None
    LedgerRollup.objects.filter(pk=row.pk).update(amount=row.amount + 1)
    (found,) = differences()
    assert str(found).startswith(f"jumlah part {row.period}")
    assert found.ledger - found.rows == 1
