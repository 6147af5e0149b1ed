"""Scarce weeks, walked at random: whatever is asked, answered, offered on, reserved and given back, the weeks agree.

``COMMANDS=10000 bin/test tests/orders/capacity/test_capacity_machine.py`` takes at least that many steps; without it
a run takes a fixed, repeatable part of them. ``bin/bench capacity`` does it on PostgreSQL and prints what was done.
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

from procurement import clock
from procurement.errors import Refused
from tests.factories import OPENING, World
from tests.orders.capacity.capacity_acts import (
    BELOW_PROMISES,
    CORE,
    REFUSED,
    WIDE,
    CapacityActs,
    make_scarce_world,
    table,
)
from tests.orders.capacity.capacity_truth import full_weeks, wrong_free, wrongs
from tests.orders.picture import picture, with_refused_signature

WANTED = int(os.environ.get("COMMANDS", "0"))
STEPS = 60
RUNS = WANTED // 62 + 1 if WANTED else 5

# Somewhat more than half of all steps are any of these, the others are what an order waits for.
ANY = (
    "draft", "submit", "change", "ask", "ask", "answer", "answer", "answer", "answer", "release",
    "start_rounds", "start_rounds", "pass_deadline", "pass_deadline", "stop_rounds", "wait",
    "issue_quote", "approve", "approve", "withdraw", "decline", "reject", "ask_revision", "reopen", "cancel",
    "finish", "finish", "short_close", "short_close", "prepare", "dispatch", "receive",
    "set_week", "set_week", "set_week", "set_week", "set_usual", "take_days_off", "take_days_off", "extend_horizon",
    "let_days_pass", "let_days_pass", "let_days_pass", "report", "report",
    "propose_move", "propose_move", "propose_date", "agree", "agree", "agree", "agree", "end_amendment",
)  # fmt: skip

# A seed for a die, not Hypothesis' own: that prefers extremes, and few orders would ever be made.
SEEDS = st.integers(0, 2**32)

# Everything that a refused step must leave as it was.
WHOLE = (
    "msmes_capacityplan",
    "msmes_capacityweek",
    "msmes_capacityreservation",
    "msmes_weekexception",
    "msmes_dayoff",
    "msmes_capacitypause",
    "orders_order",
    "orders_orderline",
    "orders_allocation",
    "orders_approvalstep",
    "orders_purchaseorder",
    "orders_sourcing",
    "orders_answerlink",
    "orders_amendment",
    "orders_shipment",
    "orders_shipmentline",
    "documents_numbersequence",
    "documents_givennumber",
)


class CapacityMachine(RuleBasedStateMachine):
    """One example: the same MSMEs with all weeks free, two orders, and then whatever Hypothesis and the die say."""

    world: ClassVar[World]
    done: ClassVar[Counter[str]] = Counter()
    refused: ClassVar[Counter[str]] = Counter()
    full: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.saved = transaction.savepoint()
        self.exits = contextlib.ExitStack()
        self.exits.enter_context(clock.at(OPENING))
        self.steps = 0
        self.before = picture(WHOLE)

    def teardown(self) -> None:
        self.exits.close()
        transaction.savepoint_rollback(self.saved)

    def acts(self, seed: int) -> CapacityActs:
        """With a die that falls otherwise at each step, although Hypothesis likes to give the same seed again."""
        self.steps += 1
        return CapacityActs(self.world, Random(f"{seed}:{self.steps}"), self.seen)  # noqa: S311

    # --- What must hold after each act -------------------------------------------------------------------------

    def seen(self, name: str, refusal: Refused | None) -> None:
        note(f"{clock.today()} {name}: {refusal.sentence if refusal else 'done'}")
        after = picture(WHOLE)
        if refusal is not None:
            self.refused[name] += 1
            before = with_refused_signature(self.before, after, refusal)
            assert after == before, f"{name} was refused and changed something"
        else:
            self.done[name] += 1
            assert name != BELOW_PROMISES, "a week was made smaller than what is promised of it"
            # The nights' work leaves nothing in weeks that are over; what is free is so at every moment.
            assert wrongs(clock.today() if name == "extend horizon" else None) == []
            assert wrong_free(clock.today()) == []
            CapacityMachine.full = max(CapacityMachine.full, full_weeks())
        self.before = after

    # --- Steps -------------------------------------------------------------------------------------------------

    @initialize(seed=SEEDS)
    def begin(self, seed: int) -> None:
        """Two requests; one of them may have come far already, so that there is something to cancel or finish."""
        acts = self.acts(seed)
        for act in (acts.draft, acts.submit, acts.draft, acts.submit):
            act()
        for _ in range(acts.dice.choice([0, 6, 14, 20])):
            acts.go_on()

    @rule(seed=SEEDS)
    def act(self, seed: int) -> None:
        """One rule and a die: with a rule for each act Hypothesis leaves most of them out of each example, and in a
        short run hardly any order is ever made."""
        acts = self.acts(seed)
        getattr(acts, acts.dice.choice(ANY) if acts.dice.random() < 0.55 else "go_on")()


@pytest.mark.timeout(3600 if WANTED else 300)
@pytest.mark.database
@pytest.mark.django_db
def test_whatever_is_done_no_week_is_promised_twice_and_nothing_leaks() -> None:
    CapacityMachine.world = make_scarce_world()
    run_state_machine_as_test(
        CapacityMachine,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            derandomize=True,
            database=None,
            deadline=None,
            phases=(Phase.generate,),  # a shorter story would take longer than the test may
            suppress_health_check=list(HealthCheck),
        ),
    )
    done, refused = CapacityMachine.done, CapacityMachine.refused
    full = CapacityMachine.full
    print(f"\non {connection.vendor}, up to {full} weeks full\n{table(done, refused)}")  # noqa: T201
    assert done.total() + refused.total() >= WANTED
    is_whole = WANTED >= 10_000
    assert set(done) >= (WIDE | {"days pass", "report"} if is_whole else CORE)
    assert set(refused) >= (REFUSED if is_whole else set())
    assert full, "weeks that never run out are promised twice by nobody"
