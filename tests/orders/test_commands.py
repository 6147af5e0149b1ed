"""Thousands of random commands: whatever people do in whatever order, the rows, the ledger and the trail agree.

``COMMANDS=10000 bin/test tests/orders/test_commands.py`` plays at least that many; without it a run plays a fixed,
repeatable part of them.
"""

import contextlib
import os
from collections import Counter, defaultdict
from decimal import Decimal
from random import Random
from typing import ClassVar

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from accounts.models import Membership, Role
from buyers.models import ApprovalRule, Officer
from expo.ledger import totals
from expo.models import LedgerEntry, Pledge, Stage
from orders.models import Allocation, Order, PurchaseOrder, Shipment, ShipmentLine
from orders.reconcile import differences
from orders.standing import standing
from orders.workflow import FLOWS, UNDELIVERED, OrderStatus
from procurement import clock
from procurement.errors import Refused
from procurement.events import verify
from tests.factories import OPENING, World, make_user, make_world
from tests.orders.commands import Commands
from tests.orders.picture import picture

WANTED = int(os.environ.get("COMMANDS", "0"))
STEPS = 80
RUNS = WANTED // 70 + 1 if WANTED else 24
# PostgreSQL has a way of writing rows of its own, and each command costs more there: a part must do.
RUNS_ON_POSTGRES = RUNS if WANTED else 5

# Everything that a refused command must leave as it was.
WHOLE = (
    "orders_order",
    "orders_orderline",
    "orders_allocation",
    "orders_approvalstep",
    "orders_purchaseorder",
    "orders_productionreport",
    "orders_shipment",
    "orders_shipmentline",
    "expo_pledge",
    "documents_numbersequence",
    "documents_givennumber",
)
STATES = {"order": Order, "allocation": Allocation, "purchaseorder": PurchaseOrder, "shipment": Shipment}

# Half of all commands are what an order waits for, and half are any of these.
ANY = (
    "draft", "change", "submit", "discard", "withdraw", "decline", "reopen",
    "ask", "answer", "release", "issue_quote", "ask_revision", "approve", "reject", "cancel",
    "acknowledge", "start", "report", "finish", "prepare", "dispatch", "discard_shipment", "receive",
    "short_close", "settle", "close", "announce", "end_pledge", "wait", "stranger",
)  # fmt: skip

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
        self.lapsed = Decimal(0)
        self.open_pledges: dict[int, Decimal] = {}
        self.before, self.states = picture(WHOLE), states()

    def teardown(self) -> None:
        self.exits.close()
        transaction.savepoint_rollback(self.saved)

    # --- What must hold after each command ---------------------------------------------------------------------

    def seen(self, name: str, refusal: Refused | None) -> None:
        note(f"{clock.today()} {name}: {refusal.sentence if refusal else 'done'}")
        after = picture(WHOLE)
        if refusal is not None:
            self.refused[name] += 1
            assert after == self.before, f"{name} was refused and changed something"
            return
        self.accepted[name] += 1
        assert not name.startswith("stranger:"), f"{name} was not refused"
        self.before = after
        self.check_states()
        self.check_ledger(name)
        self.check_quantities()
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
            assert legal, f"{model} {pk} went from {before} to {status}"
            if model == "order":
                self.reached.add(status)
        self.states = now

    def check_ledger(self, name: str) -> None:
        sums: dict[object, Decimal] = defaultdict(Decimal)
        for posting, amount in LedgerEntry.objects.values_list("posting", "amount"):
            sums[posting] += amount
        assert set(sums.values()) <= {Decimal(0)}, "a posting does not sum to zero"

        expected: dict[str, Decimal] = defaultdict(Decimal)
        for order in Order.objects.all():
            for (stage, _known), amount in standing(order).items():
                expected[stage] += amount
        remaining = dict(Pledge.objects.values_list("pk", "remaining"))
        if name == "end_pledge":
            self.lapsed += sum(self.open_pledges.values()) - sum(remaining.values())
        self.open_pledges = remaining
        expected[Stage.ANNOUNCED] += sum(remaining.values())
        expected[Stage.LOST] += self.lapsed
        expected[Stage.OUTSIDE] = -sum(expected.values(), Decimal(0))
        shown = totals(edition_id=self.world.edition.pk)
        assert {stage: shown[stage] for stage in Stage} == {stage: expected[stage] for stage in Stage}

    def check_quantities(self) -> None:
        on_the_road: Counter[int] = Counter()
        sent = ShipmentLine.objects.filter(shipment__status="dispatched")
        for allocation_id, quantity in sent.values_list("allocation_id", "quantity"):
            on_the_road[allocation_id] += quantity
        for order in Order.objects.prefetch_related("lines", "allocations", "purchase_orders"):
            shares: Counter[int] = Counter()
            booked: dict[int, Decimal] = defaultdict(Decimal)
            for row in order.allocations.all():
                shares[row.line_id] += row.quantity
                assert 0 <= row.accepted <= row.shipped <= row.quantity - row.released
                assert row.quantity <= row.confirmed <= row.asked
                assert row.in_transit == on_the_road[row.pk]
                if row.purchase_order_id is not None:
                    booked[row.purchase_order_id] += row.amount
            status = order.lost_from if order.status == "lost" else order.status
            if status not in ("draft", "requested"):
                assert {line.pk: line.quantity for line in order.lines.all()} == shares - Counter()
            parts = order.purchase_orders.all()
            assert {part.pk: part.value for part in parts} == booked
            if order.status in ("delivered", "closed"):
                assert not [part for part in parts if part.status in UNDELIVERED]
            if order.status == "closed":
                assert {part.status for part in parts} <= {"settled", "cancelled"}

    # --- The commands ------------------------------------------------------------------------------------------

    def commands(self, seed: int) -> Commands:
        """With a die that falls otherwise at each step, although Hypothesis likes to give the same seed again."""
        self.steps += 1
        return Commands(self.world, Random(f"{seed}:{self.steps}"), self.seen)  # noqa: S311

    @initialize(seed=SEEDS)
    def begin(self, seed: int) -> None:
        commands = self.commands(seed)
        for command in (commands.announce, commands.draft, commands.draft, commands.submit):
            command()

    @rule(seed=SEEDS)
    def command(self, seed: int) -> None:
        commands = self.commands(seed)
        name = commands.dice.choice(ANY) if commands.dice.random() < 0.5 else "go_on"
        getattr(commands, name)()


@pytest.mark.timeout(3600 if WANTED else 600)
@pytest.mark.database
@pytest.mark.django_db
def test_whatever_is_commanded_rows_ledger_and_trail_agree() -> None:
    world = make_world()
    second = make_user("approver2@contoh.id", "Penyetuju kedua")
    Membership.objects.create(user=second, organisation=world.institution.organisation, role=Role.APPROVER)
    Officer.objects.create(institution=world.institution, user=second, post="KPA", level=2)
    ApprovalRule.objects.create(institution=world.institution, level=2, minimum_value=20_000_000, post="KPA")
    world.people["approver2"] = second
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
