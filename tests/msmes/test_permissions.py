"""The whole table of who may do what in msmes, restated."""

import pytest

from msmes.permissions import ACTS, may
from tests.factories import World, make_world

pytestmark = pytest.mark.django_db

TABLE = {
    "msme.list": {"coordinator", "viewer"},
    "msme.register": {"coordinator"},
    "msme.change": {"coordinator"},
    "msme.add_owner": {"coordinator"},
    "region.choose": {"coordinator"},
    "msme.profile": {"owner0"},
    "msme.change_contact": {"owner0"},
    "certificate.list": {"owner0"},
    "certificate.set": {"owner0"},
    "bank.read": {"owner0"},
    "bank.change": {"owner0"},
    "bank.cancel": {"owner0", "coordinator"},
    "bank.stop": set(),
    "bank.apply": set(),
    "offer.list": {"owner0"},
    "offer.set": {"owner0", "coordinator"},
    "offer.stop": {"owner0", "coordinator"},
    "capacity.available": {"requester", "approver", "receiver", "treasurer", "coordinator", "viewer"},
    "catalogue.list": {"coordinator", "viewer"},
    "catalogue.change": {"coordinator"},
}
ROLES = ("requester", "approver", "receiver", "treasurer", "owner0", "helper0", "coordinator", "viewer")


@pytest.fixture
def world() -> World:
    return make_world()


def test_every_act_stands_in_the_table() -> None:
    assert set(TABLE) <= set(ACTS)


@pytest.mark.parametrize("act", sorted(TABLE))
def test_who_may(world: World, act: str) -> None:
    assert {role for role in ROLES if may(act, world.actor(role))} == TABLE[act]
