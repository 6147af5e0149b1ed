"""Coming back: to the organisation that was left, with what had been typed when the session ended."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Organisation, User
from tests.factories import PASSWORD, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def person(world: World) -> User:
    """A requester of two branches with long names that begin alike."""
    user = world.people["requester"]
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    for pk, name in (
        (world.institution.pk, "Bank Contoh Kantor Perwakilan Surabaya"),
        (world.other_institution.pk, "Bank Contoh Kantor Perwakilan Malang"),
    ):
        Organisation.objects.filter(pk=pk).update(name=name)
    Membership.objects.create(user=user, organisation=world.other_institution.organisation, role="requester")
    return user


def sign_in(client: Client, user: User, address: str = "") -> str:
    answer = client.post(
        reverse("account_login"), {"login": user.email, "password": PASSWORD, "next": address}, follow=True
    )
    return str(answer.content.decode())


def acting_for(client: Client) -> int:
    return int(client.get(reverse("accounts:profile")).context["actor"].organisation_id)


def test_signing_in_returns_to_the_last_organisation(client: Client, world: World, person: User) -> None:
    for organisation in (world.institution, world.other_institution, world.institution):
        sign_in(client, person)
        client.post(reverse("accounts:act_for"), {"organisation": organisation.pk})
        client.post(reverse("account_logout"))
        sign_in(client, person)
        assert acting_for(client) == organisation.pk
        client.post(reverse("account_logout"))
    Membership.objects.filter(user=person, organisation=world.institution.pk).update(is_active=False)
    sign_in(client, person)
    assert acting_for(client) == world.other_institution.pk


def test_two_branches_look_different_at_the_top(client: Client, world: World, person: User) -> None:
    client.force_login(person)
    codes = []
    for organisation in (world.institution, world.other_institution):
        client.post(reverse("accounts:act_for"), {"organisation": organisation.pk})
        page = client.get(reverse("accounts:profile")).content.decode()
        summary = page[page.index("act-for") : page.index("</summary>", page.index("act-for"))]
        assert organisation.organisation.code in summary
        codes.append(summary)
    assert codes[0] != codes[1]


def test_what_was_typed_comes_back_for_its_own_organisation(
    client: Client, world: World, person: User
) -> None:
    form = reverse("orders:new")
    body = {"title": "Seragam yang lama diketik", "act": "save", "_acting_for": world.institution.pk}
    client.force_login(person)
    client.post(reverse("accounts:act_for"), {"organisation": world.other_institution.pk})
    client.logout()
    answer = client.post(form, body)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("account_login"))
    page = sign_in(client, person, reverse("accounts:resume"))
    assert 'value="Seragam yang lama diketik"' in page
    assert "Kirim untuk Bank Contoh Kantor Perwakilan Surabaya" in page
    sent = client.post(form, {**body, "_act_for_this": "1"})
    assert "Seragam yang lama diketik" in sent.content.decode() or sent.status_code == 302
    assert acting_for(client) == world.institution.pk


def test_nobody_else_is_given_it(client: Client, world: World, person: User) -> None:
    body = {"title": "Rahasia", "act": "save", "_acting_for": world.institution.pk}
    client.post(reverse("orders:new"), body)
    stranger = world.people["owner0"]
    stranger.set_password(PASSWORD)
    stranger.save(update_fields=["password"])
    assert "Rahasia" not in sign_in(client, stranger, reverse("accounts:resume"))
    client.post(reverse("account_logout"))
    assert "Rahasia" not in sign_in(client, person, reverse("accounts:resume"))


def test_without_a_form_sign_in_leads_on_as_ever(client: Client, world: World) -> None:
    member = world.people["viewer"]
    assert member.acted_for_id is None
    answer = client.post(reverse("orders:new"), {"title": "x"})
    assert "resume" not in answer.headers["Location"]
    client.force_login(member)
    assert client.get(reverse("accounts:resume")).headers["Location"] == reverse("accounts:home")
