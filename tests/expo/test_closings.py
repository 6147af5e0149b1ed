"""Closings of days: past moments are exact whichever days are closed, and days are closed as their sums add up."""

from datetime import datetime, time, timedelta

import pytest

from expo.figures.asked import end_of
from expo.ledger import closings
from expo.ledger.balances import EVERY, NOTHING, balances_from, balances_of, series
from expo.ledger.rollup import rebuild, roll
from expo.ledger.sources import entries
from expo.models import LedgerEntry, LedgerRollup, Stage
from orders.reconcile import differences
from orders.requesting.request import withdraw_order
from procurement import clock
from tests.factories import OPENING, World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def test_the_last_moment_of_a_day_has_that_day_and_nothing_of_the_next(world: World) -> None:
    """It is read from whole days alone, so both its edges matter; rolled and not, from either end of the expo."""
    day = clock.local_date(OPENING)
    last, midnight = end_of(day), datetime.combine(day + timedelta(days=1), time(), tzinfo=clock.JAKARTA)
    with clock.at(OPENING):
        world.requested([10])
    with clock.at(midnight):
        world.requested([3])
    for _rolled in range(2):
        for today in (OPENING + timedelta(days=2), OPENING + timedelta(days=400)):
            with clock.at(today):
                told = balances_of(world.edition.pk, last, dimensions=EVERY)
                naive = balances_from(
                    entries(world.edition.pk, last, None, {}), world.edition.pk, last, EVERY
                )
                assert told.sums == naive.sums
                assert told.by_stage[Stage.REQUESTED].orders == 1
                days = series(world.edition.pk, [day - timedelta(days=1), day])
                assert [by_stage[Stage.REQUESTED].orders for _day, by_stage in days] == [0, 1]
        roll()


def closed_days() -> list[str]:
    rows = LedgerRollup.objects.filter(level="close").order_by("period")
    return list(rows.values_list("period", flat=True).distinct())


def test_a_closed_day_is_closed_anew_when_something_of_it_comes_late(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entries get their moment before they are committed: one of a few seconds before midnight may come after it."""
    monkeypatch.setattr(closings, "LEAST", 1)
    days = [clock.local_date(OPENING + timedelta(days=back)) for back in range(3)]
    for number in range(3):
        with clock.at(OPENING + timedelta(days=number)):
            world.requested([10 + number])
    with clock.at(OPENING + timedelta(days=3)):
        roll()
        assert closed_days() == [day.isoformat() for day in days[:2]]
    with clock.at(OPENING + timedelta(days=1, hours=3)):
        late = world.approved([7])
    with clock.at(OPENING + timedelta(days=3)):
        for _rolled in range(2):
            for day in days:
                last = end_of(day)
                naive = balances_from(
                    entries(world.edition.pk, last, None, {}), world.edition.pk, last, EVERY
                )
                assert balances_of(world.edition.pk, last, dimensions=EVERY).sums == naive.sums
                ((_day, standing),) = series(world.edition.pk, [day])
                assert {stage: cell for stage, cell in standing.items() if cell != NOTHING} == naive.by_stage
            assert roll() in (0, LedgerEntry.objects.filter(order_id=late.pk).count())
        assert closed_days() == [day.isoformat() for day in days[:2]]
    assert not list(differences())


def test_days_are_closed_as_their_sums_add_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few sums need no closing; a call closes no more than its share, the next one goes on, today stays open."""
    for day in range(6):
        with clock.at(OPENING + timedelta(days=day)):
            world.requested([10])
    with clock.at(OPENING + timedelta(days=5, hours=1)):
        roll()
        assert closed_days() == []
        monkeypatch.setattr(closings, "LEAST", 1)
        monkeypatch.setattr(closings, "MOST", 2)
        seen: list[int] = []
        while len(seen) < 2 or seen[-1] > seen[-2]:
            roll()
            seen.append(len(closed_days()))
        assert seen[0] == 2 < seen[-1]
        today = clock.today().isoformat()
        assert all(day < today for day in closed_days())
        rebuild()
        assert len(closed_days()) == seen[-1]
    assert not list(differences())


def test_what_came_to_nothing_stands_in_no_sum(world: World) -> None:
    """Rolled up, beyond the horizon, and again when the same day gets new value: always what the entries say."""

    def told() -> None:
        naive = balances_from(entries(world.edition.pk, None, None, {}), world.edition.pk, None, EVERY)
        assert balances_of(world.edition.pk, dimensions=EVERY).sums == naive.sums
        assert not list(differences())

    with clock.at(OPENING):
        order = world.requested([10])
        roll()
        standing = LedgerRollup.objects.filter(level="all", dimension="since", stage=Stage.REQUESTED)
        assert standing.count() == 1
        withdraw_order(order_id=order.pk, actor=world.actor("requester"), reason="Tidak jadi")
        told()
        roll()
        assert not standing.exists()
        assert not LedgerRollup.objects.filter(level="all", amount=0, orders=0).exists()
        told()
        world.requested([4])
        told()
        roll()
        assert standing.count() == 1
        told()
