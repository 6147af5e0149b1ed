"""Random commands: whatever people do, the figures are the ones that the rows say, now and at every earlier moment.

``COMMANDS=10000 bin/test tests/expo/test_ledger_commands.py`` gives at least that many; without it a run gives a
fixed, repeatable part of them.
"""

import os
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db.models import Sum

from accounts.models import Membership, Role
from buyers.models import ApprovalRule, Officer
from expo import closings, day_parts
from expo.balances import EVERY, Cell, figures, series, standing_of
from expo.ledger import Dimensions
from expo.models import SHARED_OUT, Dimension, LedgerEntry, LedgerHorizon, LedgerRollup, Origin, Pledge, Stage
from expo.pledges import NewAmount, change_pledge
from expo.rollup import rebuild, roll
from expo.snapshots import as_json, compare, is_intact, save_snapshot
from orders.models import Allocation, Order
from orders.pledged import link_pledge
from orders.reconcile import differences
from orders.standing import counted, since, standing
from procurement import clock
from procurement.errors import Refused
from tests.factories import OPENING, World, make_user, make_world
from tests.orders.commands import Commands

WANTED = int(os.environ.get("COMMANDS", "0"))
GIVEN = 200
SEEDS = range(max(2, WANTED // GIVEN + 1)) if WANTED else range(2)

ANY = (
    "draft", "change", "submit", "discard", "withdraw", "decline", "reopen",
    "ask", "answer", "release", "issue_quote", "ask_revision", "approve", "reject", "cancel",
    "acknowledge", "start", "finish", "prepare", "dispatch", "receive", "short_close", "settle", "close",
    "announce", "announce", "end_pledge", "change_pledge", "change_pledge", "link_pledge", "wait",
)  # fmt: skip

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.timeout(3600 if WANTED else 240)]


class LedgerCommands(Commands):
    """The commands of orders, and those about pledges that no order gives."""

    def change_pledge(self) -> None:
        pledge = self._pledge()
        if pledge is None:
            return
        amount = (pledge.amount or Decimal(0)) * self.dice.choice([0, 1, 2, 3]) / 2 + self.dice.choice([0, 1])
        mistaken = self.dice.random() < 0.4
        name = "change_pledge:mistaken" if mistaken else "change_pledge"
        self.give(
            name,
            lambda: change_pledge(
                pledge_id=pledge.pk,
                actor=self.actor("coordinator"),
                new=NewAmount(amount_kind="exact", amount=amount),
                reason=self.reason(),
                was_mistaken=mistaken,
            ),
        )

    def link_pledge(self) -> None:
        order, pledge = self.order("requested", "quoted", "approved"), self._pledge()
        if order is None or pledge is None:
            return
        amount = self.dice.choice([None, None, Decimal(1), order.value, pledge.remaining + 1])
        self.give(
            "link_pledge",
            lambda: link_pledge(
                order_id=order.pk, pledge_id=pledge.pk, amount=amount, actor=self.actor("coordinator")
            ),
        )

    def _pledge(self) -> Pledge | None:
        rows = list(Pledge.objects.order_by("pk"))
        suited = [row for row in rows if row.status == "open" and row.kind == "order"]
        return self.dice.choice(suited if suited and self.dice.random() < 0.9 else rows) if rows else None


@dataclass
class Keeper:
    """Knows, from the rows alone, what the figures must be; remembers what they were."""

    world: World
    given_up: Decimal = Decimal(0)
    given_up_pledges: int = 0
    remaining: dict[int, Decimal] = field(default_factory=dict)
    told: list[tuple[datetime, int, Any]] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def seen(self, name: str, refusal: Refused | None) -> None:
        if refusal:
            self.refused[name] += 1
            return
        self.done[name] += 1
        now = {row.pk: row.remaining for row in Pledge.objects.filter(kind="order")}
        if name in ("end_pledge", "change_pledge"):
            for pk, before in self.remaining.items():
                if now[pk] < before:
                    self.given_up += before - now[pk]
                    self.given_up_pledges += name == "end_pledge"
        self.remaining = now

    def expected(self) -> dict[Dimension, dict[int, dict[Stage, Cell]]]:
        """Every figure, added up from orders and pledges without looking at the ledger."""
        amounts: dict[tuple[Dimension, int, Stage], Decimal] = defaultdict(Decimal)
        counts: dict[tuple[Dimension, int, Stage], int] = defaultdict(int)
        origins = list(Origin)

        def add(stage: Stage, known: Any, amount: Decimal, orders: int, buyer: int, unit: int | None) -> None:
            keys = [(Dimension.TOTAL, 0), (Dimension.INSTITUTION, buyer), (Dimension.UNIT, unit or 0)]
            if stage == Stage.LOST:
                keys.append((Dimension.ORIGIN, origins.index(known.origin) + 1))
            if known.since:
                keys.append((Dimension.SINCE, known.since.toordinal()))
            for dimension, key in keys:
                amounts[dimension, key, stage] += amount
                counts[dimension, key, stage] += orders
            for dimension, of in (
                (Dimension.MSME, known.msme_id),
                (Dimension.CATEGORY, known.category_id),
                (Dimension.DISTRICT, known.district_id),
            ):
                amounts[dimension, of or 0, stage] += amount

        for order in Order.objects.all():
            for (stage, known), amount in standing(order).items():
                add(stage, known, amount, 0, order.institution_id, order.unit_id)
            stage, known = counted(order.status, lost_from=order.lost_from, since=since(order))
            if stage != Stage.OUTSIDE:
                add(stage, known, Decimal(0), 1, order.institution_id, order.unit_id)
        for row in Pledge.objects.filter(kind="order", remaining__gt=0):
            known = Dimensions(since=row.announced_on)
            add(Stage.ANNOUNCED, known, row.remaining, 1, row.institution_id or 0, None)
        known = Dimensions(origin="announced")
        buyer = self.world.institution.pk
        add(Stage.LOST, known, self.given_up, self.given_up_pledges, buyer, None)
        total = sum((amount for key, amount in amounts.items() if key[0] == Dimension.TOTAL), Decimal(0))
        count = sum(orders for key, orders in counts.items() if key[0] == Dimension.TOTAL)
        amounts[Dimension.TOTAL, 0, Stage.OUTSIDE] -= total
        counts[Dimension.TOTAL, 0, Stage.OUTSIDE] -= count
        found: dict[Dimension, dict[int, dict[Stage, Cell]]] = {
            dimension: {} for dimension in EVERY if dimension not in (Dimension.DWELL, Dimension.PLEDGED)
        }
        for dimension, key, stage in {*amounts, *counts}:
            cell = Cell(amounts[dimension, key, stage], counts[dimension, key, stage])
            if cell != Cell():
                found[dimension].setdefault(key, {})[stage] = cell
        return found

    def check(self) -> None:
        edition = self.world.edition.pk
        shown = figures(edition, dimensions=EVERY)
        expected = self.expected()
        for dimension, by_key in expected.items():
            assert shown.sums[dimension] == by_key, dimension
        for buyer, by_stage in expected[Dimension.INSTITUTION].items():
            assert standing_of(edition, Dimension.INSTITUTION, buyer) == by_stage
        first = figures(edition, leading=[Dimension.MSME], most=2).leaders[Dimension.MSME]
        sizes = {
            key: sum((stages[stage].amount for stage in SHARED_OUT if stage in stages), Decimal(0))
            for key, stages in expected[Dimension.MSME].items()
        }
        assert [leader.size for leader in first.rows] == sorted(
            (x for x in sizes.values() if x), reverse=True
        )[:2]
        assert first.total == sum(sizes.values())
        assert all(
            cell.amount >= 0 and cell.orders >= 0
            for stage, cell in shown.by_stage.items()
            if stage != Stage.OUTSIDE
        )
        postings = LedgerEntry.objects.values_list("posting").annotate(Sum("amount"), Sum("orders"))
        assert {(amount, orders) for _posting, amount, orders in postings} <= {(0, 0)}
        last = LedgerEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        self.told.append((clock.now(), last, as_json(shown)))


def prepared_world() -> World:
    world = make_world()
    second = make_user("approver2@contoh.id", "Penyetuju kedua")
    Membership.objects.create(user=second, organisation=world.institution.organisation, role=Role.APPROVER)
    Officer.objects.create(institution=world.institution, user=second, post="KPA", level=2)
    ApprovalRule.objects.create(institution=world.institution, level=2, minimum_value=20_000_000, post="KPA")
    world.people["approver2"] = second
    return world


@pytest.mark.parametrize("seed", SEEDS)
def test_figures_are_what_the_rows_say_now_and_at_every_earlier_moment(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closings, "LEAST", 30)
    monkeypatch.setattr(day_parts, "LEAST", 5)
    dice = Random(seed)  # noqa: S311 - a die, repeatable
    world = prepared_world()
    keeper = Keeper(world)
    commands = LedgerCommands(world, dice, keeper.seen)
    edition = world.edition.pk
    with clock.at(OPENING):
        told = None
        commands.announce()
        commands.draft()
        keeper.check()
        for number in range(GIVEN):
            clock.advance(timedelta(seconds=dice.choice([1, 60, 900, 10_000])))
            before = sum(keeper.done.values())
            if number % 12 == 11:
                commands.wait()
                commands.draft()
            commands.go_on() if dice.random() < 0.6 else getattr(commands, dice.choice(ANY))()
            if sum(keeper.done.values()) > before:
                keeper.check()
            if dice.random() < 0.1:
                roll(chunk=dice.choice([4, 7, 1_000]))
                assert as_json(figures(edition, dimensions=EVERY)) == keeper.told[-1][2]
            if number == GIVEN // 2:
                told = save_snapshot(edition_id=edition, label="Pers", actor=world.actor("coordinator"))
        assert LedgerHorizon.objects.get().through > 0
        assert LedgerRollup.objects.filter(level="close").exists()
        assert LedgerRollup.objects.filter(level="part").exists()
        assert [str(difference) for difference in differences()] == []

        for moment, last, content in keeper.told:
            assert as_json(figures(edition, moment, dimensions=EVERY)) == content, moment
            assert as_json(figures(edition, moment, through=last, dimensions=EVERY)) == content, moment
            total = as_json(figures(edition, moment, dimensions=[Dimension.TOTAL]))["total"]
            assert total == content["total"], moment
            short = as_json(figures(edition, moment))
            assert short == {name: content[name] for name in short}, moment
        by_day = {moment.astimezone(clock.JAKARTA).date(): content for moment, _last, content in keeper.told}
        shown = dict(series(edition, sorted(by_day)))
        assert {
            day.isoformat(): {
                stage.value: [int(cell.amount), cell.orders]
                for stage, cell in sorted(by_stage.items())
                if cell != Cell()
            }
            for day, by_stage in shown.items()
        } == {day.isoformat(): content["total"].get("0", {}) for day, content in by_day.items()}

        assert told is not None
        assert is_intact(told)
        comparison = compare(told, most=2)
        for stage in Stage:
            moved = comparison.since[stage] + comparison.later[stage]
            assert comparison.difference(stage) == moved, stage
        explained = [*comparison.orders, comparison.rest]
        for stage in Stage:
            assert (
                sum((one.since[stage].amount for one in explained), Decimal(0))
                == comparison.since[stage].amount
            )

        roll()
        whole = as_json(figures(edition, dimensions=EVERY))
        rebuild()
        assert as_json(figures(edition, dimensions=EVERY)) == whole
        assert [str(difference) for difference in differences()] == []
    # Runs that get nowhere would find nothing either. Of fifty some send no goods.
    assert keeper.done["approve"]
    assert (
        seed not in range(2) or Allocation.objects.filter(accepted__gt=0).exists() or keeper.done["dispatch"]
    )
