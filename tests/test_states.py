"""One vocabulary of states: the word on the badge is the label of the table, everywhere and in both languages."""

import pytest
from django.utils.html import escape
from django.utils.text import capfirst
from django.utils.translation import override

from accounts.inviting.models import InvitationStatus
from accounts.joining.application import ApplicationStatus
from accounts.models import ErasureRequest, User
from accounts.privacy.breaches import BreachStatus
from buyers.models import ProposedChange
from documents.models import Document
from documents.proving.standing import Standing
from expo.models import Pledge
from msmes.models import BankChange, Certificate
from orders import workflow
from orders.models import Amendment, ApprovalStep, Sourcing
from procurement.models import Job
from procurement.templatetags.page import order_stepper, state_badge
from procurement.templatetags.states import FLOWS, STEPPER, Activity, State, look_of

OWNED: dict[str, type[State]] = {
    "order": workflow.OrderStatus,
    "allocation": workflow.AllocationStatus,
    "purchase_order": workflow.PurchaseOrderStatus,
    "shipment": workflow.ShipmentStatus,
    "sourcing": Sourcing.Status,
    "amendment": Amendment.Status,
    "approval": ApprovalStep.Decision,
    "pledge": Pledge.Status,
    "proposal": ProposedChange.Status,
    "document": Document.Status,
    "paper": Standing,
    "job": Job.Status,
    "application": ApplicationStatus,
    "active": Activity,
    "bank_change": BankChange.Status,
    "certificate": Certificate.Validity,
    "breach": BreachStatus,
    "invitation": InvitationStatus,
    "erasure": ErasureRequest.Status,
}


def test_each_flow_has_the_states_of_its_owner_and_no_others() -> None:
    assert FLOWS == OWNED


@pytest.mark.parametrize("language", [code.value for code in User.Language])
@pytest.mark.parametrize("flow", list(OWNED))
def test_badge_filter_history_and_export_say_the_label(flow: str, language: str) -> None:
    with override(language):
        for state in OWNED[flow]:
            word = capfirst(str(state.label))
            assert look_of(flow, state.value).word == word
            assert f"<span>{escape(word)}</span>" in state_badge(flow, state.value)
            assert (state.value, word) in OWNED[flow].words()
            assert look_of(flow, state.value).tone == state.tone


@pytest.mark.parametrize("flow", list(OWNED))
def test_two_states_of_a_flow_are_told_apart(flow: str) -> None:
    for language in User.Language:
        with override(language):
            words = [state.word for state in OWNED[flow]]
            assert len(set(words)) == len(words), words


def test_every_state_of_an_order_is_in_one_step_or_ends_it() -> None:
    steps = [state for step in STEPPER for state in step.states]
    assert sorted(steps) == sorted(set(workflow.OrderStatus) - {"lost", "cancelled"})
    assert [step["state"] for step in order_stepper("closed")["steps"]] == ["done"] * 5
    assert [step["state"] for step in order_stepper("quoted")["steps"]] == [
        "done",
        "done",
        "now",
        *["ahead"] * 2,
    ]
