"""Who pays should be neither who approved nor who received: said once before somebody gets such roles, and marked."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from accounts.separation import held_together, warning
from tests.factories import World, make_world

TOGETHER = "sebaiknya bukan yang menyetujui pesanan atau menerima barangnya"


@pytest.mark.parametrize(
    ("roles", "found"),
    [
        (["approver", "receiver", "treasurer"], ["approver", "receiver", "treasurer"]),
        (["treasurer", "receiver"], ["receiver", "treasurer"]),
        (["requester", "treasurer", "approver"], ["approver", "treasurer"]),
        (["approver", "receiver"], []),
        (["treasurer", "requester"], []),
        ([], []),
    ],
)
def test_which_duties_should_be_apart(roles: list[str], found: list[str]) -> None:
    assert held_together(roles) == found
    assert bool(warning("Sari", roles)) == bool(found)
    assert warning("Sari", roles, held=roles) == []


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.mark.django_db
def test_other_roles_of_a_member_are_asked_about_once_and_then_marked(client: Client, world: World) -> None:
    client.force_login(world.people["coordinator"])
    receiver = world.people["receiver"]
    form = reverse("accounts:member_roles", args=[world.institution.pk, receiver.pk])
    roles = {"roles": ["receiver", "treasurer"]}
    asked = client.post(form, roles).content.decode()
    assert f"{receiver.name} akan sekaligus" in asked
    assert TOGETHER in asked
    mine = Membership.objects.filter(user=receiver, organisation=world.institution.pk, is_active=True)
    assert list(mine.values_list("role", flat=True)) == ["receiver"]
    assert client.post(form, {**roles, "sudah_dibaca": "1"}).status_code == 302
    assert set(mine.values_list("role", flat=True)) == {"receiver", "treasurer"}
    members = client.get(reverse("accounts:organisation_members", args=[world.institution.pk]))
    assert members.content.decode().count("membayar dan menyetujui atau menerima") == 1


@pytest.mark.django_db
def test_an_invitation_and_an_officer_are_asked_about_too(client: Client, world: World) -> None:
    client.force_login(world.people["coordinator"])
    person = {"email": "rangkap@contoh.id", "name": "Bu Rangkap"}
    invite = reverse("accounts:member_invite", args=[world.institution.pk])
    both = {**person, "roles": ["receiver", "treasurer"]}
    assert TOGETHER in client.post(invite, both).content.decode()
    officer = {
        **person,
        "roles": ["approver", "receiver", "treasurer"],
        "post": "KPA",
        "level": "1",
        "is_unlimited": "on",
    }
    new = reverse("buyers:officer_new", args=[world.institution.pk])
    assert "Bu Rangkap akan sekaligus" in client.post(new, officer).content.decode()
    assert not Membership.objects.filter(user__email=person["email"]).exists()
    assert client.post(new, {**officer, "sudah_dibaca": "1"}).status_code == 302
    assert Membership.objects.filter(user__email=person["email"]).count() == 3


@pytest.mark.django_db
def test_the_rules_of_approval_say_that_it_is_allowed(client: Client, world: World) -> None:
    said = "Satu orang boleh sekaligus penyetuju atau penerima dan bendahara"
    for role, address in (
        ("coordinator", reverse("buyers:institution", args=[world.institution.pk])),
        ("coordinator", reverse("buyers:rules_edit", args=[world.institution.pk])),
        ("requester", reverse("buyers:profile")),
    ):
        client.force_login(world.people[role])
        assert said in " ".join(client.get(address).content.decode().split()), address
