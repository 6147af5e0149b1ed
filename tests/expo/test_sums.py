"""Snapshots of what was told, and the sums: rolled once, never beyond what is final, compared by reconcile."""

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from expo.figures.snapshots import compare, is_intact, save_snapshot
from expo.ledger import closings
from expo.ledger.balances import balances_of
from expo.ledger.dimensions import ANNOUNCING, GIVEN_UP, TAKEN_BY_ORDERS
from expo.ledger.rollup import final_end, roll
from expo.models import (
    Dimension,
    LedgerEntry,
    LedgerHorizon,
    LedgerRollup,
    ReconcileRun,
    Snapshot,
    Stage,
)
from orders.reconcile import run
from orders.requesting.pledged import link_pledge
from procurement import clock
from procurement.errors import InvalidInput
from tests.expo.entries import entry
from tests.factories import OPENING, World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.database]

MILLION = Decimal(1_000_000)


@pytest.fixture
def world(db: None) -> World:
    return make_world()


# --- Snapshots ---------------------------------------------------------------------------------------------------


def test_a_snapshot_tells_what_happened_since_from_what_was_known_later(world: World) -> None:
    with clock.at(OPENING):
        world.requested([10])
        clock.advance(timedelta(hours=2))
        told = save_snapshot(
            edition_id=world.edition.pk, label="Jumpa pers penutupan", actor=world.actor("coordinator")
        )
    with clock.at(OPENING + timedelta(hours=1)):
        late = world.requested([20])
    with clock.at(OPENING + timedelta(days=3)):
        new = world.requested([30])
    roll()
    comparison = compare(told)
    assert is_intact(told)
    assert comparison.told[Stage.REQUESTED].amount == MILLION
    assert comparison.difference(Stage.REQUESTED).amount == 5 * MILLION
    assert comparison.since[Stage.REQUESTED].amount == 3 * MILLION
    assert comparison.later[Stage.REQUESTED].amount == 2 * MILLION
    assert [one.order_id for one in comparison.orders] == [new.pk, late.pk]
    shorter = compare(told, most=1)
    assert (shorter.rest_count, shorter.rest.later[Stage.REQUESTED].amount) == (1, 2 * MILLION)


def test_figures_that_were_altered_are_noticed(world: World) -> None:
    told = save_snapshot(edition_id=world.edition.pk, label="Pers", actor=world.actor("coordinator"))
    told.figures["total"] = {"0": {"booked": [1, 1]}}
    assert not is_intact(told)


@pytest.mark.parametrize(("days", "label"), [(1, "Pers"), (-400, "Pers"), (0, " ")])
def test_a_snapshot_needs_a_possible_moment_and_a_label(world: World, days: int, label: str) -> None:
    with clock.at(OPENING + timedelta(hours=1)):
        world.requested([1])
        with pytest.raises(InvalidInput):
            save_snapshot(
                edition_id=world.edition.pk,
                label=label,
                actor=world.actor("coordinator"),
                as_of=clock.now() + timedelta(days=days),
            )
    assert not Snapshot.objects.exists()


# --- Sums and reconcile ------------------------------------------------------------------------------------------


def test_what_became_of_pledges_is_summed_of_every_moment(world: World) -> None:
    """Announced, taken by orders and given up are told apart by each entry alone, also where it is taken off again."""
    moments = [OPENING + timedelta(days=day, hours=2) for day in range(4)]
    with clock.at(OPENING):
        pledge = world.pledge()
    with clock.at(OPENING + timedelta(days=1)):
        order = world.requested([100])
        link_pledge(
            order_id=order.pk, pledge_id=pledge.pk, amount=4 * MILLION, actor=world.actor("coordinator")
        )
    with clock.at(OPENING + timedelta(days=2)):
        world.change_pledge(pledge, 400 * MILLION)
    with clock.at(OPENING + timedelta(days=3)):
        world.change_pledge(pledge, 600 * MILLION)
    announced, taken, given_up = {ANNOUNCING: 500}, {TAKEN_BY_ORDERS: -4}, {GIVEN_UP: -100}
    expected = [
        announced,
        announced | taken,
        announced | taken | given_up,
        {ANNOUNCING: 700} | taken | given_up,
    ]
    for _rolled in range(2):
        for today in (OPENING + timedelta(days=4), OPENING + timedelta(days=400)):
            with clock.at(today):
                for at, told in zip(moments, expected, strict=True):
                    found = balances_of(world.edition.pk, at).by(Dimension.PLEDGED)
                    assert {key: by_stage[Stage.ANNOUNCED].amount for key, by_stage in found.items()} == {
                        key: millions * MILLION for key, millions in told.items()
                    }
                    assert found[ANNOUNCING][Stage.ANNOUNCED].orders == 1
        roll()


def test_rolling_twice_adds_nothing_twice(world: World) -> None:
    world.approved([10])
    before = balances_of(world.edition.pk).sums
    assert roll(chunk=3) == LedgerEntry.objects.count()
    sums = list(LedgerRollup.objects.order_by("pk").values_list())
    assert roll() == 0
    assert list(LedgerRollup.objects.order_by("pk").values_list()) == sums
    assert balances_of(world.edition.pk).sums == before


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_horizon_never_passes_an_entry_that_is_still_being_written() -> None:
    world = make_world()
    world.requested([1])
    written, may_commit = threading.Event(), threading.Event()

    def write_slowly() -> None:
        try:
            with transaction.atomic():
                one = uuid4()
                LedgerEntry.objects.bulk_create(
                    [entry(world, one, Stage.OUTSIDE, -7), entry(world, one, Stage.BOOKED, 7)]
                )
                written.set()
                assert may_commit.wait(30)
        finally:
            connection.close()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert written.wait(30)
    assert final_end(patience_ms=50) is None
    assert roll() == 0
    may_commit.set()
    writer.join()
    assert roll() == LedgerEntry.objects.count()
    assert balances_of(world.edition.pk).by_stage[Stage.BOOKED].amount == 7


Damage = Callable[[World], None]


def _sum_too_large(world: World) -> None:
    row = LedgerRollup.objects.filter(dimension="total", level="all", stage="requested").get()
    LedgerRollup.objects.filter(pk=row.pk).update(amount=row.amount + 1)


def _count_missing(world: World) -> None:
    LedgerRollup.objects.filter(dimension="total", level="day", stage="requested").update(orders=0)


def _closing_too_large(world: World) -> None:
    row = LedgerRollup.objects.filter(dimension="institution", level="close", stage="requested").get()
    LedgerRollup.objects.filter(pk=row.pk).update(amount=row.amount + 1)


def _foreign_posting(world: World) -> None:
    one = uuid4()
    LedgerEntry.objects.bulk_create(
        [entry(world, one, Stage.OUTSIDE, -7), entry(world, one, Stage.BOOKED, 7, order_id=4711)]
    )


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (_sum_too_large, "jumlah all"),
        (_count_missing, "jumlah day"),
        (_closing_too_large, "jumlah close"),
        (_foreign_posting, "PSN-04711 (tidak ada), booked"),
    ],
)
def test_reconcile_names_the_first_difference_and_keeps_the_outcome(
    world: World, damage: Damage, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closings, "LEAST", 1)
    with clock.at(OPENING):
        world.requested([10])
    roll()
    run()
    assert (ReconcileRun.objects.get().differences, ReconcileRun.objects.get().orders) == (0, 1)
    damage(world)
    outcome = run()
    assert outcome.differences > 0
    assert outcome.first.startswith(named)
    with pytest.raises(CommandError):
        call_command("reconcile")
    assert LedgerHorizon.objects.get().through > 0
