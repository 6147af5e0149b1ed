"""The pages behind the link: each visitor reads what they can do, and nothing is written before they do it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.inviting import inviting, tokens
from accounts.models import Invitation, Membership, User
from tests.factories import World, make_world
from tests.inviting import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


@pytest.fixture
def row(world: World) -> Invitation:
    return inviting.invite_member(
        email="baru@contoh.id",
        name="Orang Baru",
        organisation_id=world.institution.pk,
        roles=["receiver"],
        purpose="Menerima kiriman",
        actor=world.actor("coordinator"),
    )


def page_of(row: Invitation, name: str = "invitation") -> str:
    return reverse(f"accounts:{name}", args=[tokens.token_of(Invitation.objects.get(pk=row.pk))])


def typed(**said: str) -> dict[str, str]:
    return {"name": "Orang Baru", "password": PASSWORD, "again": PASSWORD, "consent": "on", **said}


def counts() -> tuple[int, int, str]:
    return User.objects.count(), Membership.objects.count(), Invitation.objects.get().status


def test_a_newcomer_reads_who_invites_and_comes_in(client: Client, world: World, row: Invitation) -> None:
    page = client.get(page_of(row)).content.decode()
    for said in (
        "Menerima kiriman",
        world.people["coordinator"].name,
        str(world.institution),
        "memeriksa kiriman",
    ):
        assert said in page
    before = counts()
    for wrong in (
        {"again": "lain"},
        {"consent": ""},
        {"password": "pendek", "again": "pendek"},
        {"name": ""},
    ):
        answer = client.post(page_of(row), typed(**wrong))
        assert answer.status_code == 422, wrong
        assert 'name="name"' in answer.content.decode()
    assert counts() == before
    done = client.post(page_of(row), typed(), follow=True)
    assert "Selamat datang, Orang Baru" in done.content.decode()
    assert done.wsgi_request.user.email == "baru@contoh.id"  # type: ignore[union-attr]
    assert done.wsgi_request.actor.organisation == world.institution.organisation  # type: ignore[attr-defined]
    again = Client().get(page_of(row))
    assert again.status_code == 409
    assert "sudah diterima" in again.content.decode()


def test_looking_changes_nothing(client: Client, row: Invitation) -> None:
    before = counts()
    for name in ("invitation", "invitation_refuse"):
        assert client.get(page_of(row, name)).status_code == 200
    assert counts() == before


def test_whoever_has_an_account_signs_in_and_accepts(client: Client, row: Invitation) -> None:
    person = User.objects.create_user("baru@contoh.id", PASSWORD, name="Sudah Ada")
    page = client.get(page_of(row))
    assert f"?next={page_of(row)}" in page.content.decode()
    assert 'name="password"' not in page.content.decode()
    sent = client.post(page_of(row), typed(password="kata-lain-yang-panjang-8"))
    assert (sent.status_code, sent["Location"]) == (302, f"{reverse('account_login')}?next={page_of(row)}")
    assert User.objects.get(pk=person.pk).check_password(PASSWORD)
    signed_in = client.post(
        sent["Location"], {"login": person.email, "password": PASSWORD, "next": page_of(row)}
    )
    assert signed_in["Location"] == page_of(row)
    assert "Terima undangan" in client.get(page_of(row)).content.decode()
    done = client.post(page_of(row), follow=True)
    assert "Selamat datang, Sudah Ada" in done.content.decode()
    assert Membership.objects.get(user=person).role == "receiver"


def test_somebody_else_is_told_and_makes_way(client: Client, world: World, row: Invitation) -> None:
    client.force_login(world.people["requester"])
    before = counts()
    for name in ("invitation", "invitation_refuse"):
        looked, sent = client.get(page_of(row, name)), client.post(page_of(row, name), typed())
        assert (looked.status_code, sent.status_code) == (200, 409)
        for page in (looked, sent):
            assert "sedangkan Anda masuk sebagai" in page.content.decode()
    assert counts() == before
    left = client.post(reverse("account_logout"), {"next": page_of(row)})
    assert left["Location"] == page_of(row)
    assert 'name="password"' in client.get(page_of(row)).content.decode()


def test_a_link_that_is_dead_says_why(client: Client, world: World, row: Invitation) -> None:
    old = page_of(row)
    place: dict[str, Any] = {"organisation_id": world.institution.pk, "invitation_id": row.pk}
    inviting.resend_invitation(**place, actor=world.actor("coordinator"))
    answer = client.get(old)
    assert answer.status_code == 404
    assert "surel yang terakhir" in answer.content.decode()
    inviting.revoke_invitation(**place, actor=world.actor("coordinator"))
    for name in ("invitation", "invitation_refuse"):
        for answer in (client.get(page_of(row, name)), client.post(page_of(row, name), typed())):
            assert answer.status_code == 409
            assert "dicabut" in answer.content.decode()


def test_refused_in_two_steps_without_an_account(client: Client, row: Invitation) -> None:
    asked = client.get(page_of(row, "invitation_refuse")).content.decode()
    assert "Tolak undangan ini?" in asked
    assert str(row.organisation) in asked
    assert "Undangan ditolak" in client.post(page_of(row, "invitation_refuse")).content.decode()
    assert counts()[2] == "refused"


def test_many_looks_from_one_network_are_slowed(client: Client, row: Invitation) -> None:
    answers = [
        client.get(reverse("accounts:invitation", args=[f"x{number}"])).status_code for number in range(61)
    ]
    assert answers == [404] * 60 + [429]


def test_the_page_is_kept_by_nobody(client: Client, row: Invitation) -> None:
    assert "no-store" in client.get(page_of(row))["Cache-Control"]


def test_the_members_page_shows_what_is_open_to_those_who_invite(
    client: Client, world: World, row: Invitation
) -> None:
    page = reverse("accounts:organisation_members", args=[world.institution.pk])
    resend = reverse("accounts:member_resend", args=[world.institution.pk, row.pk])
    revoke = reverse("accounts:member_revoke", args=[world.institution.pk, row.pk])
    for role, is_shown in (("coordinator", True), ("viewer", False), ("requester", False)):
        client.force_login(world.people[role])
        html = client.get(page).content.decode()
        assert (row.email in html) == is_shown, role
        assert (resend in html) == (revoke in html) == is_shown, role
    client.force_login(world.people["coordinator"])
    assert client.post(resend).status_code == 302
    assert client.get(revoke).status_code == 200
    assert client.post(revoke, follow=True).status_code == 200
    html = client.get(page).content.decode()
    assert "Dicabut" in html
    again = f"{reverse('accounts:member_invite', args=[world.institution.pk])}?email=baru%40contoh.id"
    assert again in html
    form = client.get(
        html.split(f'href="{again}')[0] and again + "&name=Orang+Baru&roles=receiver"
    ).content.decode()
    assert 'value="Orang Baru"' in form


def test_the_page_of_the_last_owner_says_so_at_once(client: Client, world: World) -> None:
    client.force_login(world.people["coordinator"])
    end = reverse("accounts:member_end", args=[world.msmes[0].pk, world.people["owner0"].pk])
    for answer, status in ((client.get(end), 200), (client.post(end), 409)):
        assert answer.status_code == status
        html = answer.content.decode()
        assert "penggantinya" in html
        assert "<button" not in html.partition("<main")[2].partition("</main")[0]
        assert reverse("accounts:member_invite", args=[world.msmes[0].pk]) in html
    assert Membership.objects.filter(user=world.people["owner0"], is_active=True).exists()
