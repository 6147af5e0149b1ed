"""Random commands: whatever people do, the figures are the ones that the rows say, now and at every earlier moment.

Every verb of every app that can touch a value is among the commands; a new verb without a command fails here.
``COMMANDS=10000 bin/test tests/expo/test_ledger_commands.py`` gives at least that many, 200 to a seed (10,000 are 51
seeds); without it a run gives a fixed, repeatable part of them.
"""

import os
from random import Random
from typing import Any

import pytest
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from expo.figures.snapshots import as_json, compare, is_intact
from expo.ledger import closings, day_parts
from expo.ledger.balances import EVERY, balances_of
from expo.ledger.rollup import rebuild, roll
from expo.models import Edition, LedgerHorizon, LedgerRollup, Snapshot, Stage
from orders.reconcile import differences
from procurement import clock
from procurement.models import Event
from procurement.rows.events import verify
from tests.expo.now_and_then import nothing_below_zero, same_now_and_then
from tests.factories import OPENING
from tests.walk.everything import Walk
from tests.walk.keeper import Keeper
from tests.walk.truth import wrong_rows
from tests.walk.verbs import WITHOUT_VALUE, every_verb, watched
from tests.walk.world import wide_world

WANTED = int(os.environ.get("COMMANDS", "0"))
GIVEN = 200
SEEDS = range(max(2, WANTED // GIVEN + 1)) if WANTED else range(2)

MOST = 4_000
"""Commands after which each verb must have been done; somewhat more than a thousand do."""

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.timeout(7200 if WANTED else 600)]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Days are closed and divided after few entries, and proposals of splits are worked out quickly."""
    monkeypatch.setattr(closings, "LEAST", 30)
    monkeypatch.setattr(day_parts, "LEAST", 5)
    settings.SPLIT_WORK, settings.SPLIT_SECONDS = 0.05, 5.0


@pytest.mark.parametrize("seed", SEEDS)
def test_figures_are_what_the_rows_say_now_and_at_every_earlier_moment(seed: int) -> None:
    dice = Random(seed)  # noqa: S311 - a die, repeatable
    world = wide_world()
    keeper = Keeper(world)
    walk = Walk(world, dice, keeper.seen)
    staff = world.actor("coordinator")
    with clock.at(OPENING):
        for command in (walk.announce, walk.announce, walk.announce, walk.draft, walk.draft):
            command()
        keeper.check()
        for number in range(GIVEN):
            before = keeper.done.total()
            walk.turn(number)
            if keeper.done.total() > before:
                keeper.check()
                assert wrong_rows() == [], keeper.last
                nothing_below_zero()
            if number % 20 == 19:
                for edition in Edition.objects.all():
                    same_now_and_then(staff, edition)
                assert [str(difference) for difference in differences()] == []
            if dice.random() < 0.1:
                walk.roll()
                keeper.check()
        walk.save_snapshot()
        roll()
        assert LedgerHorizon.objects.get().through > 0
        assert LedgerRollup.objects.filter(level="close").exists()
        assert LedgerRollup.objects.filter(level="part").exists()
        keeper.check_earlier_moments()
        for snapshot in Snapshot.objects.all():
            explains(snapshot)
        wholes = shown()
        rebuild()
        assert shown() == wholes
        assert [str(difference) for difference in differences()] == []
        assert list(verify()) == []
    # Runs that get nowhere would find nothing either.
    assert keeper.done["approve"]


def shown() -> list[Any]:
    return [as_json(balances_of(edition.pk, dimensions=EVERY)) for edition in Edition.objects.order_by("pk")]


def explains(told: Snapshot) -> None:
    """What has changed since figures were told is explained to the last rupiah."""
    assert is_intact(told)
    comparison = compare(told, most=2)
    for stage in Stage:
        moved = comparison.since[stage] + comparison.later[stage]
        assert comparison.difference(stage) == moved, stage
    explained = [*comparison.orders, comparison.rest]
    for stage in Stage:
        assert sum(one.since[stage].amount for one in explained) == comparison.since[stage].amount


def test_every_verb_that_can_touch_a_value_is_given_and_done() -> None:
    """Goes on until each verb was done at least once; whatever is left is missing from the walk, or never works.

    None of them seals a name: a person who is erased later could not be forgotten (decision 18).
    """
    world = wide_world()
    for person in world.people.values():
        person.name = f"Nama Rahasia{person.pk}"
        person.save(update_fields=["name"])
    keeper = Keeper(world)
    wanted = set(every_verb()) - set(WITHOUT_VALUE)
    assert len(wanted) > 80
    with clock.at(OPENING), watched() as (called, done):
        walk = Walk(world, Random(1), keeper.seen)  # noqa: S311 - a die, repeatable
        for number in range(MOST):
            walk.turn(number)
            if not wanted - set(done):
                break
        never = sorted(wanted - set(done))
    assert never == [], {name: f"called {called[name]} times" for name in never}
    said = Event.objects.annotate(said=Cast("changes", TextField()))
    sealed = said.filter(Q(said__contains="Rahasia") | Q(note__contains="Rahasia"))
    assert set(sealed.values_list("verb", flat=True)) == set()
