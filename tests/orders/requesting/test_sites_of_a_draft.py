"""Where a delivery site is missing, the page of a new order says who can add one."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Role
from buyers.models import DeliverySite
from tests.factories import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = make_world()
    DeliverySite.objects.update(is_active=False)
    return world


def page_of(client: Client, world: World) -> str:
    client.force_login(world.people["requester"])
    return client.get(reverse("orders:new")).content.decode()


def test_a_requester_is_sent_to_who_can_add_one(client: Client, world: World) -> None:
    page = page_of(client, world)
    assert "Mintalah administrator instansi Anda atau koordinator expo" in page
    assert reverse("buyers:site_new", args=[world.institution.pk]) not in page


def test_who_is_administrator_too_adds_it(client: Client, world: World) -> None:
    Membership.objects.create(
        user=world.people["requester"], organisation=world.institution.organisation, role=Role.ADMINISTRATOR
    )
    page = page_of(client, world)
    address = reverse("buyers:site_new", args=[world.institution.pk])
    assert address in page
    assert client.get(address).status_code == 200
