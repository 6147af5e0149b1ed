"""Where a delivery site is missing, the page of a new order says who can add one."""

import re
from urllib.parse import urlencode

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


@pytest.mark.parametrize(
    ("back", "leads_to"),
    [
        ("/pesanan/baru/", "/pesanan/baru/"),
        ("https://jahat.example/", "/instansi-kami/"),
        ("//jahat.example/", "/instansi-kami/"),
        ("orders:new", "/instansi-kami/"),
        ("", "/instansi-kami/"),
    ],
)
def test_adding_it_leads_back_to_the_order_and_nowhere_else(
    client: Client, world: World, back: str, leads_to: str
) -> None:
    Membership.objects.create(
        user=world.people["requester"], organisation=world.institution.organisation, role=Role.ADMINISTRATOR
    )
    page = page_of(client, world)
    new = reverse("buyers:site_new", args=[world.institution.pk])
    assert f"{new}?kembali=%2Fpesanan%2Fbaru%2F" in page
    address = f"{new}?{urlencode({'kembali': back})}"
    form = client.get(address).content.decode()
    assert f'href="{leads_to}"' in form
    assert not re.search(r"(href|action)=\S*jahat", form)
    site = {"name": "Gudang Dua", "address": "Jalan Dua", "city": "Gresik", "is_active": "on"}
    answer = client.post(address, site)
    assert (answer.status_code, answer["Location"]) == (302, leads_to)
    assert DeliverySite.objects.filter(name="Gudang Dua", is_active=True).exists()
