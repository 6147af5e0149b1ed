"""Whoever waits hears of it when the last person goes who could do it."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts import members
from accounts.models import Membership, Organisation
from accounts.notifications import telling
from buyers.models import Officer
from buyers.register.officers import end_officer
from buyers.register.registry import OfficerInput, set_officer
from orders.models import Order
from procurement.models import Notification, OutboxMessage
from tests.factories import World, make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


def told() -> dict[str, str]:
    """What each person reads of the orders that were left, once the worker has told them."""
    for message in OutboxMessage.objects.filter(topic="accounts.tell", key__startswith="tell:"):
        telling.tell(**message.payload)
    rows = Notification.objects.filter(source__startswith="tell:").select_related("user")
    return {row.user.email: row.sentence for row in rows}


def end(world: World, role: str) -> None:
    members.deactivate_member(
        organisation_id=world.institution.pk, user_id=world.people[role].pk, actor=world.actor("coordinator")
    )


def email(world: World, role: str) -> str:
    return world.people[role].email


def test_the_treasurer_who_goes_leaves_payments(world: World, client: Client) -> None:
    order = world.delivered()
    client.force_login(world.people["coordinator"])
    page = reverse("accounts:member_end", args=[world.institution.pk, world.people["treasurer"].pk])
    shown = client.get(page).content.decode()
    assert order.number in shown
    assert "senilai Rp" in shown
    assert "sejak" in shown
    OutboxMessage.objects.all().delete()
    end(world, "treasurer")
    found = told()
    assert {email(world, "requester"), email(world, "coordinator"), email(world, "owner0")} <= set(found)
    assert email(world, "owner3") not in found, "an MSME without a part in it"
    assert order.number in found[email(world, "requester")]
    assert "bendahara" in found[email(world, "coordinator")]
    part = order.purchase_orders.get(msme=world.msmes[0])
    assert part.number in found[email(world, "owner0")]
    assert order.number not in found[email(world, "owner0")]
    other = order.purchase_orders.get(msme=world.msmes[1])
    assert other.number not in found[email(world, "owner0")]


def test_the_approver_who_goes_leaves_signatures(world: World) -> None:
    order = world.quoted()
    OutboxMessage.objects.all().delete()
    end(world, "approver")
    found = told()
    assert order.number in found[email(world, "requester")]
    assert order.number in found[email(world, "coordinator")]
    assert email(world, "owner0") not in found


@pytest.mark.parametrize("way", ["smaller limit", "end of the post"])
def test_so_does_one_whose_power_shrinks(world: World, way: str) -> None:
    world.quoted()
    post = Officer.objects.get(user=world.people["approver"])
    OutboxMessage.objects.all().delete()
    staff = world.actor("coordinator")
    if way == "end of the post":
        end_officer(officer_id=post.pk, actor=staff)
    else:
        said = OfficerInput(
            email=email(world, "approver"),
            name=world.people["approver"].name,
            post=post.post,
            roles=["approver"],
            level=post.level,
            limit=Decimal(1),
        )
        set_officer(institution_id=world.institution.pk, officer=said, actor=staff)
    messages = OutboxMessage.objects.filter(topic="accounts.tell")
    payloads = [row.payload for row in messages if "kewenangan itu" in row.payload["sentence"]]
    assert sorted(payload["roles"] for payload in payloads) == [["coordinator"], ["requester"]]


def test_nobody_is_told_while_there_is_another(world: World) -> None:
    world.delivered()
    Membership.objects.create(
        user=world.people["receiver"], organisation=world.institution.organisation, role="treasurer"
    )
    OutboxMessage.objects.all().delete()
    end(world, "treasurer")
    assert told() == {}


def test_nobody_is_told_where_nothing_waits(world: World) -> None:
    end(world, "treasurer")
    assert told() == {}
    assert Order.objects.count() == 0
    assert Organisation.objects.get(pk=world.institution.pk).event_count == 1
