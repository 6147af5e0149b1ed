"""Who belongs to an organisation, who says so, and how a newcomer gets in."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import members
from accounts.inviting import inviting, sending
from accounts.models import Invitation, Membership, Role, User
from buyers.register.registry import OfficerInput, end_officer, set_officer
from procurement.errors import InvalidInput, NotFound, NotPermitted, WrongState
from procurement.models import Event, OutboxMessage
from procurement.rows.events import verify
from tests.factories import World, make_member, make_user, make_world
from tests.inviting import PASSWORD, accepted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


def invite(world: World, email: str = "baru@contoh.id", roles: tuple[str, ...] = ("approver",)) -> Invitation:
    return inviting.invite_member(
        email=email,
        name="Orang Baru",
        organisation_id=world.institution.pk,
        roles=roles,
        actor=world.actor("coordinator"),
    )


def deliver_invitations() -> None:
    """What the worker does with the outbox."""
    for message in OutboxMessage.objects.filter(topic="accounts.invitation").order_by("pk"):
        sending.send(**message.payload)


def events_of(world: World) -> list[str]:
    events = Event.objects.of_stream(world.institution.organisation.stream).order_by("sequence")
    return [event.verb for event in events]


def held(world: World, user: User) -> set[str]:
    rows = Membership.objects.filter(user=user, organisation_id=world.institution.pk, is_active=True)
    return set(rows.values_list("role", flat=True))


def test_every_change_is_an_event_of_the_organisation(world: World) -> None:
    row = invite(world)
    inviting.resend_invitation(
        organisation_id=world.institution.pk, invitation_id=row.pk, actor=world.actor("coordinator")
    )
    user = accepted(row)
    common = {"organisation_id": world.institution.pk, "user_id": user.pk}
    members.change_roles(**common, roles=["receiver"], actor=world.actor("coordinator"))
    members.change_roles(**common, roles=["receiver"], actor=world.actor("coordinator"))
    members.deactivate_member(**common, actor=world.actor("coordinator"))
    assert events_of(world) == [
        "member.invite",
        "member.invite_again",
        "invitation.accept",
        "member.roles",
        "member.end",
    ]
    last = Event.objects.filter(verb="member.roles").get()
    assert last.changes == {"member": f"user:{user.pk}", "roles": [["approver"], ["receiver"]]}
    assert last.actor == world.people["coordinator"]
    assert held(world, user) == set()
    assert list(verify()) == []


def test_the_register_of_institutions_leaves_the_same_trail(world: World) -> None:
    officer = OfficerInput(
        email="ppk@contoh.id", name="Bu PPK", post="PPK", roles=["approver"], is_unlimited=True
    )
    made = set_officer(institution_id=world.institution.pk, officer=officer, actor=world.actor("coordinator"))
    end_officer(officer_id=made.pk, actor=world.actor("coordinator"))
    assert events_of(world) == ["member.invite", "member.end"]
    assert OutboxMessage.objects.filter(topic="accounts.invitation").count() == 1
    assert list(verify()) == []


@pytest.mark.parametrize(
    ("email", "roles", "field"),
    [
        ("bukan-surel", ("approver",), "email"),
        ("approver.bi-cth@contoh.id", ("receiver",), "email"),
        ("baru@contoh.id", (), "roles"),
        ("baru@contoh.id", ("owner",), "roles"),
        ("baru@contoh.id", ("coordinator",), "roles"),
    ],
)
def test_a_wrong_invitation_names_the_field(
    world: World, email: str, roles: tuple[str, ...], field: str
) -> None:
    before = Membership.objects.count(), User.objects.count()
    with pytest.raises(InvalidInput) as refusal:
        invite(world, email, roles)
    assert refusal.value.field == field
    assert (Membership.objects.count(), User.objects.count()) == before
    assert not OutboxMessage.objects.exists()


def test_nobody_changes_their_own_roles(world: World) -> None:
    me = world.actor("coordinator")
    assert me.organisation is not None
    mine: dict[str, Any] = {"organisation_id": me.organisation.pk, "user_id": me.user_id or 0, "actor": me}
    with pytest.raises(NotPermitted):
        members.change_roles(**mine, roles=["viewer"])
    with pytest.raises(NotPermitted):
        members.deactivate_member(**mine)
    with pytest.raises(NotPermitted):
        inviting.invite_member(
            email=world.people["coordinator"].email,
            name="Saya",
            organisation_id=world.institution.pk,
            roles=["approver"],
            actor=me,
        )


@pytest.mark.parametrize("role", ["requester", "approver", "treasurer", "helper0", "viewer"])
def test_only_a_coordinator_invites(world: World, role: str) -> None:
    actor = world.actor(role)
    assert actor.organisation is not None
    with pytest.raises(NotPermitted):
        inviting.invite_member(
            email="baru@contoh.id",
            name="Baru",
            organisation_id=actor.organisation.pk,
            roles=[Membership.objects.filter(user=actor.user)[0].role],
            actor=actor,
        )


def test_another_organisation_is_not_there(world: World) -> None:
    from accounts.models import Organisation

    other_expo = Organisation.objects.create(kind="expo", name="Dinas Lain", code="DL")
    victim = make_member(other_expo, Role.COORDINATOR, "Staf Lain")
    with pytest.raises(NotFound):
        members.deactivate_member(
            organisation_id=other_expo.pk, user_id=victim.pk, actor=world.actor("coordinator")
        )
    with pytest.raises(NotFound):
        members.change_roles(
            organisation_id=world.other_institution.pk,
            user_id=world.people["other_approver"].pk,
            roles=["requester"],
            actor=world.actor("approver"),
        )


def test_a_second_link_is_for_whoever_has_no_password(world: World) -> None:
    """A register names somebody at once; until they come the link can be sent again."""
    said = OfficerInput(email="baru@contoh.id", name="Orang Baru", post="Staf", roles=["receiver"])
    made = set_officer(institution_id=world.institution.pk, officer=said, actor=world.actor("coordinator"))
    again = {
        "organisation_id": world.institution.pk,
        "user_id": made.user_id,
        "actor": world.actor("coordinator"),
    }
    members.invite_again(**again)
    assert OutboxMessage.objects.filter(topic="accounts.invitation").count() == 2
    row = Invitation.objects.get()
    assert (row.sent_count, row.roles) == (2, "receiver")
    user = accepted(row)
    assert held(world, user) == {"receiver"}
    assert user.check_password(PASSWORD)
    with pytest.raises(WrongState):
        members.invite_again(**again)


# --- Pages ---------------------------------------------------------------------------------------------------


def test_a_coordinator_does_it_all_in_the_browser(client: Client, world: World) -> None:
    client.force_login(world.people["coordinator"])
    place = [world.institution.pk]
    assert (
        world.institution.organisation.name in client.get(reverse("accounts:organisations")).content.decode()
    )
    form = reverse("accounts:member_invite", args=place)
    wrong = client.post(form, {"email": "salah", "name": "Tuti", "roles": ["receiver"]})
    assert wrong.status_code == 422
    assert 'value="Tuti"' in wrong.content.decode()
    assert (
        client.post(form, {"email": "tuti@contoh.id", "name": "Tuti", "roles": ["receiver"]}).status_code
        == 302
    )
    row = Invitation.objects.get(email="tuti@contoh.id")
    page = client.get(reverse("accounts:organisation_members", args=place)).content.decode()
    assert "Belum dijawab" in page
    assert "Anggota diundang: Tuti" in page
    assert client.post(reverse("accounts:member_resend", args=[*place, row.pk])).status_code == 302
    tuti = accepted(row)
    place.append(tuti.pk)
    asked = client.post(reverse("accounts:member_roles", args=place), {"roles": ["approver"]})
    assert held(world, tuti) == {"receiver"}, "how far an approver may sign is asked before"
    officer = client.get(asked.headers["Location"])
    assert 'value="tuti@contoh.id"' in officer.content.decode()
    typed = {"email": "tuti@contoh.id", "name": "Tuti", "roles": ["approver"], "post": "PPK", "level": "1"}
    assert client.post(asked.headers["Location"], typed).status_code == 422
    assert client.post(asked.headers["Location"], {**typed, "is_unlimited": "on"}).status_code == 302
    assert held(world, tuti) == {"approver"}
    assert client.get(reverse("accounts:member_end", args=place)).status_code == 200
    assert held(world, tuti) == {"approver"}, "looking changes nothing"
    assert client.post(reverse("accounts:member_end", args=place)).status_code == 302
    assert held(world, tuti) == set()


PAGES = {
    "accounts:member_invite": False,
    "accounts:member_roles": True,
    "accounts:member_end": True,
    "accounts:member_invite_again": True,
    "accounts:member_resend": True,
    "accounts:member_revoke": True,
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    ("role", "status"),
    [("requester", 403), ("approver", 403), ("viewer", 403), ("other_approver", 404), ("owner0", 404)],
)
def test_members_read_and_others_do_not_see(
    client: Client, world: World, name: str, role: str, status: int
) -> None:
    client.force_login(world.people[role])
    of_invitation = name in ("accounts:member_resend", "accounts:member_revoke")
    row = invite(world).pk if of_invitation else world.people["receiver"].pk
    place = [world.institution.pk] + ([row] if PAGES[name] else [])
    before = held(world, world.people["receiver"])
    data = {"email": "x@contoh.id", "name": "X", "roles": ["approver"]}
    assert client.post(reverse(name, args=place), data).status_code == status
    assert held(world, world.people["receiver"]) == before
    assert not User.objects.filter(email="x@contoh.id").exists()


@pytest.mark.parametrize("role", ["requester", "owner0", "helper0", "viewer", "coordinator"])
def test_each_reads_the_members_of_their_own(client: Client, world: World, role: str) -> None:
    client.force_login(world.people[role])
    html = client.get(reverse("accounts:members")).content.decode()
    assert world.people[role].email in html
    assert ("Undang anggota" in html) == (role in ("coordinator", "owner0"))
    stranger = "other_approver"
    assert world.people[stranger].email not in html


def test_a_stranger_reads_no_members(client: Client, world: World) -> None:
    client.force_login(world.people["owner0"])
    url = reverse("accounts:organisation_members", args=[world.institution.pk])
    answer = client.get(url)
    assert answer.status_code == 404
    assert world.people["approver"].email not in answer.content.decode()
    assert client.get(reverse("accounts:organisations")).status_code == 404


def test_the_list_costs_the_same_for_two_and_for_forty(client: Client, world: World) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(world.people["coordinator"])
    url = reverse("accounts:organisation_members", args=[world.institution.pk])
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(40):
        Membership.objects.create(
            user=make_user(f"p{number}@contoh.id", f"P {number}"),
            organisation=world.institution.organisation,
            role=Role.RECEIVER,
        )
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few) <= 8
