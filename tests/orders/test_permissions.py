"""The whole role × act table, said again, and what it means for superusers and other tenants."""

import pytest

from accounts.acting import SYSTEM, Actor
from accounts.models import ROLES_OF_KIND, Organisation, User
from orders.permissions import ACTS, may

REQUESTER = "institution.requester"
APPROVER = "institution.approver"
RECEIVER = "institution.receiver"
TREASURER = "institution.treasurer"
OWNER = "msme.owner"
HELPER = "msme.helper"
COORDINATOR = "expo.coordinator"
VIEWER = "expo.viewer"
NOBODY_BUT_THE_SYSTEM = "system"

TABLE: dict[str, set[str]] = {
    "order.draft": {REQUESTER},
    "order.change": {REQUESTER},
    "order.discard": {REQUESTER},
    "order.submit": {REQUESTER},
    "order.withdraw": {REQUESTER},
    "order.reopen": {REQUESTER},
    "order.decline": {COORDINATOR},
    "order.quote": {COORDINATOR},
    "order.link_pledge": {COORDINATOR},
    "order.expire": {NOBODY_BUT_THE_SYSTEM},
    "order.approve": {APPROVER},
    "order.ask_revision": {APPROVER, REQUESTER},
    "order.reject": {APPROVER},
    "order.cancel": {APPROVER},
    "order.short_close": {APPROVER},
    "order.close": {TREASURER},
    "allocation.ask": {COORDINATOR},
    "allocation.release": {COORDINATOR},
    "allocation.answer": {OWNER},
    "allocation.answer_for": {COORDINATOR},
    "allocation.expire": {NOBODY_BUT_THE_SYSTEM},
    "sourcing.start": {COORDINATOR},
    "sourcing.stop": {COORDINATOR},
    "sourcing.advance": {NOBODY_BUT_THE_SYSTEM},
    "link.show": {COORDINATOR},
    "link.send": {COORDINATOR},
    "link.revoke": {COORDINATOR},
    "chase.note": {COORDINATOR},
    "chase.remind": {COORDINATOR},
    "chase.assign": {COORDINATOR},
    "chase.escalate": {NOBODY_BUT_THE_SYSTEM},
    "split.propose": {COORDINATOR},
    "split.change": {COORDINATOR},
    "split.follow": {COORDINATOR},
    "purchase_order.acknowledge": {OWNER},
    "purchase_order.refuse": {OWNER},
    "purchase_order.start": {OWNER, HELPER},
    "purchase_order.report": {OWNER, HELPER},
    "purchase_order.finish": {OWNER, HELPER},
    "purchase_order.settle": {TREASURER},
    "amendment.propose": {COORDINATOR},
    "amendment.withdraw": {COORDINATOR},
    "amendment.agree": {OWNER, APPROVER},
    "amendment.refuse": {OWNER, APPROVER},
    "shipment.prepare": {OWNER, HELPER},
    "shipment.dispatch": {OWNER, HELPER},
    "shipment.discard": {OWNER, HELPER},
    "shipment.receive": {RECEIVER},
}


def actor(kind: str, role: str, *, superuser: bool = False) -> Actor:
    return Actor(
        user=User(pk=1, email="orang@contoh.id", is_superuser=superuser, is_staff=superuser),
        organisation=Organisation(pk=1, kind=kind, name="Contoh", code="CTH"),
        roles=frozenset([role] if role else []),
    )


EVERYBODY = {
    f"{kind}.{role}": actor(kind, role) for kind, roles in ROLES_OF_KIND.items() for role in roles
} | {"system": SYSTEM}


def test_the_table_names_every_act() -> None:
    assert set(TABLE) == set(ACTS)


@pytest.mark.parametrize("act", sorted(TABLE))
@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_role_and_act(act: str, who: str) -> None:
    verdict = may(act, EVERYBODY[who])
    assert bool(verdict) is (who in TABLE[act])
    assert verdict or verdict.reason


@pytest.mark.parametrize("act", sorted(TABLE))
@pytest.mark.parametrize("kind", ["institution", "msme", "expo"])
def test_a_superuser_without_a_role_may_do_nothing(act: str, kind: str) -> None:
    assert not may(act, actor(kind, "", superuser=True))


@pytest.mark.parametrize("act", sorted(TABLE))
def test_a_role_of_one_kind_is_worth_nothing_in_another(act: str) -> None:
    for who in TABLE[act] - {NOBODY_BUT_THE_SYSTEM}:
        kind, role = who.split(".")
        for other in {"institution", "msme", "expo"} - {kind}:
            assert not may(act, actor(other, role))
