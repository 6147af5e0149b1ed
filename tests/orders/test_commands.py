"""Thousands of random commands: whatever people do in whatever order, the rows, the ledger and the trail agree.

``COMMANDS=10000 bin/test tests/orders/test_commands.py`` plays at least that many; without it a run plays a fixed,
repeatable part of them.
"""

import contextlib
import os
from collections import Counter
from random import Random
from typing import ClassVar

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from orders.models import Allocation, Order, PurchaseOrder, Shipment
from orders.reconcile import differences
from orders.workflow import ALLOCATION, FLOWS, OrderStatus
from procurement import clock
from procurement.errors import Refused
from procurement.rows.events import verify
from tests.factories import OPENING, World
from tests.orders.picture import picture, with_refused_signature
from tests.walk.everything import Walk
from tests.walk.keeper import Keeper
from tests.walk.truth import wrong_rows
from tests.walk.world import wide_world

WANTED = int(os.environ.get("COMMANDS", "0"))
STEPS = 80
RUNS = WANTED // 70 + 1 if WANTED else 4
# PostgreSQL has a way of writing rows of its own, and each command costs more there: a part must do.
RUNS_ON_POSTGRES = RUNS if WANTED else 2

# Everything that a refused command must leave as it was. Links are not here: a code that was tried is counted.
WHOLE = (
    "orders_order", "orders_orderline", "orders_allocation", "orders_approvalstep", "orders_purchaseorder",
    "orders_productionreport", "orders_shipment", "orders_shipmentline", "orders_amendment",
    "orders_amendmentsignature", "orders_sourcing",
    "orders_chasenote", "orders_splitplan",
    "expo_pledge", "expo_edition", "expo_channelsale", "expo_snapshot", "expo_reportschedule",
    "msmes_msme", "msmes_offer", "msmes_product", "msmes_category", "msmes_capacityplan", "msmes_capacityweek",
    "msmes_capacityreservation", "msmes_weekexception", "msmes_dayoff", "msmes_capacitypause",
    "buyers_institution", "buyers_unit", "buyers_deliverysite", "buyers_officer", "buyers_approvalrule",
    "documents_numbersequence",
)  # fmt: skip
STATES = {"order": Order, "allocation": Allocation, "purchase_order": PurchaseOrder, "shipment": Shipment}

# A seed for a die, not Hypothesis' own: that prefers extremes, and few orders would ever be delivered.
SEEDS = st.integers(0, 2**32)


def states() -> dict[tuple[str, int], str]:
    return {
        (name, pk): status
        for name, model in STATES.items()
        for pk, status in model._default_manager.values_list("pk", "status")
    }


class OrderMachine(RuleBasedStateMachine):
    """One example: a new expo without orders, and then whatever the die says."""

    world: ClassVar[World]
    accepted: ClassVar[Counter[str]] = Counter()
    refused: ClassVar[Counter[str]] = Counter()
    reached: ClassVar[set[str]] = set()

    def __init__(self) -> None:
        super().__init__()
        self.saved = transaction.savepoint()
        self.exits = contextlib.ExitStack()
        self.exits.enter_context(clock.at(OPENING))
        self.steps = 0
        self.keeper = Keeper(self.world)
        self.walk = Walk(self.world, Random(0), self.seen)  # noqa: S311
        self.before, self.states = picture(WHOLE), states()

    def teardown(self) -> None:
        self.exits.close()
        transaction.savepoint_rollback(self.saved)

    # --- What must hold after each command ---------------------------------------------------------------------

    def seen(self, name: str, refusal: Refused | None) -> None:
        note(f"{clock.now()} {name}: {refusal.sentence if refusal else 'done'}")
        after = picture(WHOLE)
        self.keeper.seen(name, refusal)
        if refusal is not None:
            self.refused[name] += 1
            self.before = with_refused_signature(self.before, after, refusal)
            assert after == self.before, f"{name} was refused and changed something"
            return
        self.accepted[name] += 1
        assert not name.startswith("stranger:"), f"{name} was not refused"
        self.before = after
        self.check_states()
        self.keeper.check()
        assert wrong_rows() == [], name
        assert [str(difference) for difference in differences()] == []
        assert list(verify()) == []

    def check_states(self) -> None:
        """Whatever changed its state took a step that the workflow knows."""
        now = states()
        for (model, pk), status in now.items():
            before = self.states.get((model, pk), status)
            legal = before == status or any(
                before in step.sources and status == step.target for step in FLOWS[model].values()
            )
            # The last yes to an addendum asks, confirms and orders a share that had come to its end.
            legal |= (model, status) == ("allocation", "ordered") and before in ALLOCATION[
                "ask_again"
            ].sources
            assert legal, f"{model} {pk} went from {before} to {status}"
            if model == "order":
                self.reached.add(status)
        self.states = now

    # --- The commands ------------------------------------------------------------------------------------------

    def throw(self, seed: int) -> Walk:
        """The walk with a die that falls otherwise at each step, although Hypothesis likes to give a seed again."""
        self.steps += 1
        self.walk.dice = Random(f"{seed}:{self.steps}")  # noqa: S311
        return self.walk

    @initialize(seed=SEEDS)
    def begin(self, seed: int) -> None:
        walk = self.throw(seed)
        for command in (walk.announce, walk.announce, walk.draft, walk.draft, walk.submit):
            command()

    @rule(seed=SEEDS)
    def command(self, seed: int) -> None:
        self.throw(seed).step()


@pytest.mark.timeout(7200 if WANTED else 900)
@pytest.mark.database
@pytest.mark.django_db
def test_whatever_is_commanded_rows_ledger_and_trail_agree() -> None:
    world = wide_world()
    OrderMachine.world = world
    runs = RUNS_ON_POSTGRES if connection.vendor == "postgresql" else RUNS
    run_state_machine_as_test(
        OrderMachine,
        settings=settings(
            max_examples=runs,
            stateful_step_count=STEPS,
            derandomize=True,
            database=None,
            deadline=None,
            phases=(Phase.generate,),  # a shorter story would take longer than the test may
            suppress_health_check=list(HealthCheck),
        ),
    )
    done, refused = OrderMachine.accepted.total(), OrderMachine.refused.total()
    assert done + refused >= WANTED
    print(f"{done} commands done, {refused} refused")  # noqa: T201
    # A machine that never gets anywhere would find nothing either. What Hypothesis draws depends on which modules the
    # process has loaded, so a short run reaches the rare states now and then, and the long one all of them.
    far = set(OrderStatus.values) if WANTED else {"approved", "in_production"}
    assert far <= OrderMachine.reached
