"""A form belongs to the organisation that it was opened for, whatever a second tab did since."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Role, User
from accounts.session.middleware import ACTING_FOR
from orders.models import Order
from tests.factories import World, make_user, make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def both(world: World) -> User:
    """A person who withdraws requests for two institutions."""
    user = make_user("dua@contoh.id", "Dua Kantor")
    for institution in (world.institution, world.other_institution):
        Membership.objects.create(user=user, organisation=institution.organisation, role=Role.REQUESTER)
    return user


def opened_form(client: Client, url: str) -> dict[str, str]:
    """The hidden fields of the form as a browser would send them."""
    return opened_form_of(client.get(url).content.decode())


def opened_form_of(html: str) -> dict[str, str]:
    main = html[html.index('id="isi"') :]
    form = re.search(r'<form\b[^>]*\bmethod="post"[^>]*>(.*?)</form>', main, re.DOTALL)
    assert form is not None
    inputs = [dict(re.findall(r'([\w-]+)="([^"]*)"', tag)) for tag in re.findall(r"<input\b[^>]*>", form[1])]
    return {one["name"]: one.get("value", "") for one in inputs if one.get("type") == "hidden"}


def act_for(client: Client, organisation_id: int) -> None:
    assert client.post(reverse("accounts:act_for"), {"organisation": organisation_id}).status_code == 302


def test_a_form_sent_after_switching_is_not_done_for_the_other(
    client: Client, world: World, both: User
) -> None:
    order = world.requested()
    client.force_login(both)
    act_for(client, world.institution.pk)
    url = reverse("orders:withdraw", args=[order.pk])
    typed = opened_form(client, url) | {"reason": "Kegiatan batal"}
    assert typed["_acting_for"] == str(world.institution.pk)
    act_for(client, world.other_institution.pk)

    answer = client.post(url, typed)

    assert answer.status_code == 409
    html = answer.content.decode()
    assert world.institution.organisation.name in html
    assert world.other_institution.organisation.name in html
    assert 'value="Kegiatan batal"' in html, "what was typed is kept"
    assert Order.objects.get(pk=order.pk).status == "requested"
    assert client.session[ACTING_FOR] == world.other_institution.pk

    sent = client.post(url, opened_form_of(html))

    assert sent.status_code == 302
    assert Order.objects.get(pk=order.pk).status == "lost"
    assert client.session[ACTING_FOR] == world.institution.pk


def test_the_same_form_sent_without_switching_is_done(client: Client, world: World, both: User) -> None:
    order = world.requested()
    client.force_login(both)
    act_for(client, world.institution.pk)
    url = reverse("orders:withdraw", args=[order.pk])
    assert client.post(url, opened_form(client, url) | {"reason": "Kegiatan batal"}).status_code == 302
    assert Order.objects.get(pk=order.pk).status == "lost"


def test_nobody_is_switched_to_an_organisation_of_others(client: Client, world: World) -> None:
    client.force_login(world.people["requester"])
    answer = client.post(
        reverse("accounts:notifications_read"),
        {"_acting_for": str(world.other_institution.pk), "_act_for_this": "1"},
    )
    assert answer.status_code == 409
    assert world.other_institution.organisation.name not in answer.content.decode()


def test_a_switch_without_csrf_token_changes_nothing(world: World, both: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(both)
    before = client.session.get(ACTING_FOR)
    answer = client.post(
        reverse("accounts:notifications_read"),
        {"_acting_for": str(world.other_institution.pk), "_act_for_this": "1"},
    )
    assert answer.status_code == 403
    assert client.session.get(ACTING_FOR) == before


def test_a_fragment_asked_for_by_an_old_page_is_refused(client: Client, world: World, both: User) -> None:
    client.force_login(both)
    act_for(client, world.other_institution.pk)
    answer = client.post(
        reverse("accounts:notifications_read"),
        headers={"hx-request": "true", "x-acting-for": str(world.institution.pk)},
    )
    assert answer.status_code == 409
    assert 'id="refusal"' in answer.content.decode()
