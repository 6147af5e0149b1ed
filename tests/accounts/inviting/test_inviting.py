"""An invitation from the first mail to its answer: who may, what it gives, and how it ends."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.forms import modelform_factory

from accounts import members
from accounts.acting import SYSTEM
from accounts.admin import PersonForm
from accounts.inviting import answering, inviting, sending, tokens
from accounts.inviting.duties import DUTIES
from accounts.models import Invitation, Membership, Organisation, PrivacyConsent, Role, User
from buyers.register.registry import OfficerInput, set_officer
from procurement import clock
from procurement.errors import InvalidInput, NotFound, NotPermitted, WrongState
from procurement.models import Event, OutboxMessage
from procurement.rows.events import verify
from tests.factories import World, make_user, make_world
from tests.inviting import PASSWORD, accepted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


def invite(world: World, **said: Any) -> Invitation:
    given: dict[str, Any] = {
        "email": "baru@contoh.id",
        "name": "Orang Baru",
        "organisation_id": world.institution.pk,
        "roles": ["receiver"],
        "actor": world.actor("coordinator"),
    }
    return inviting.invite_member(**{**given, **said})


def work() -> None:
    """What the worker does with the outbox."""
    for message in OutboxMessage.objects.filter(topic="accounts.invitation").order_by("pk"):
        sending.send(**message.payload)


def fresh(row: Invitation) -> Invitation:
    return Invitation.objects.get(pk=row.pk)


def token(row: Invitation) -> str:
    return tokens.token_of(fresh(row))


def held(world: World, user: User) -> set[str]:
    rows = Membership.objects.filter(user=user, organisation_id=world.institution.pk, is_active=True)
    return set(rows.values_list("role", flat=True))


def verbs(world: World) -> list[str]:
    events = Event.objects.of_stream(world.institution.organisation.stream).order_by("sequence")
    return [event.verb for event in events]


def newcomer(**said: str) -> answering.Newcomer:
    return answering.Newcomer(**{"name": "Orang Baru", "password": PASSWORD, **said})


# --- The mail and the link -----------------------------------------------------------------------------------


def test_every_role_says_what_one_may_do() -> None:
    assert set(DUTIES) == set(Role)


def test_the_mail_says_who_invites_for_what_and_until_when(world: World) -> None:
    row = invite(world, purpose="Menerima kiriman di gudang", roles=["receiver", "requester"])
    for _round in range(3):
        work()
    (sent,) = mail.outbox
    body = str(sent.body)
    assert sent.to == ["baru@contoh.id"]
    for said in (
        world.people["coordinator"].name,
        world.institution.organisation.name,
        "Menerima kiriman di gudang",
        str(DUTIES[Role.RECEIVER]),
        str(DUTIES[Role.REQUESTER]),
        "Berlaku sampai",
    ):
        assert said in body
    found = re.search(r"/undangan/([^/\s]+)/", body)
    assert found
    assert found.group(1) == token(row)
    assert row.nonce not in str(list(OutboxMessage.objects.values_list("payload", flat=True)))


def test_nobody_is_made_known_before_they_accept(world: World) -> None:
    row = invite(world)
    assert not User.objects.filter(email=row.email).exists()
    user = accepted(row)
    assert held(world, user) == {"receiver"}
    assert user.check_password(PASSWORD)
    assert PrivacyConsent.objects.filter(user=user).exists()
    row = fresh(row)
    assert (row.status, row.person) == ("accepted", user)
    assert verbs(world) == ["member.invite", "invitation.accept"]
    assert Event.objects.get(verb="invitation.accept").actor == user
    assert list(verify()) == []


def test_a_forged_link_opens_nothing(world: World) -> None:
    row = invite(world)
    for bad in ("", "x", row.nonce, f"{row.nonce}.", f"{row.nonce}.{'0' * 32}", "x" * 5_000, "é.é"):
        with pytest.raises(NotFound):
            tokens.found(bad)
    assert tokens.found(token(row)) == row


def test_sent_again_the_link_before_is_dead_and_the_time_begins_anew(world: World) -> None:
    row = invite(world)
    before, until = token(row), row.until
    place = {"organisation_id": world.institution.pk, "invitation_id": row.pk}
    with clock.at(clock.now() + timedelta(days=3)):
        inviting.resend_invitation(**place, actor=world.actor("coordinator"))
    with pytest.raises(NotFound) as refusal:
        answering.accept_invitation(token=before, answer=newcomer())
    assert "surel yang terakhir" in refusal.value.sentence
    assert fresh(row).until > until
    for _round in range(3):
        inviting.resend_invitation(**place, actor=world.actor("coordinator"))
    with pytest.raises(WrongState) as often:
        inviting.resend_invitation(**place, actor=world.actor("coordinator"))
    assert "5 kali" in often.value.sentence
    work()
    assert len(mail.outbox) == 1, (
        "of several sends that wait only the last link is good, so only that is mailed"
    )
    assert accepted(row)


# --- Who answers ---------------------------------------------------------------------------------------------


def test_whoever_has_an_account_is_added_and_not_doubled(world: World) -> None:
    owner = world.people["owner0"]
    owner.set_password(PASSWORD)
    owner.save()
    row = invite(world, email=owner.email.upper(), name="Nama Lain")
    with pytest.raises(WrongState):
        answering.accept_invitation(token=token(row), answer=newcomer(password="kata-lain-yang-panjang-8"))
    assert answering.accept_invitation(token=token(row), answer=owner) == owner
    owner = User.objects.get(pk=owner.pk)
    assert owner.name != "Nama Lain"
    assert owner.check_password(PASSWORD)
    assert set(owner.memberships.values_list("role", flat=True)) == {"owner", "receiver"}
    assert User.objects.filter(email__iexact=owner.email).count() == 1


def test_somebody_else_accepts_nothing(world: World) -> None:
    row = invite(world)
    before = Membership.objects.count()
    for person in (world.people["requester"], world.people["coordinator"]):
        with pytest.raises(NotPermitted) as refusal:
            answering.accept_invitation(token=token(row), answer=person)
        assert person.email in refusal.value.sentence
        with pytest.raises(NotPermitted):
            answering.refuse_invitation(token=token(row), person=person)
    assert (fresh(row).status, Membership.objects.count()) == ("open", before)


def test_nobody_accepts_what_they_sent_to_themselves(world: World) -> None:
    row = invite(world)
    staff = world.people["coordinator"]
    User.objects.filter(pk=staff.pk).update(email=row.email)
    with pytest.raises(NotPermitted):
        answering.accept_invitation(token=token(row), answer=User.objects.get(pk=staff.pk))


@pytest.mark.parametrize(
    ("said", "field"),
    [({"name": " "}, "name"), ({"password": "pendek"}, "password"), ({"password": "1" * 14}, "password")],
)
def test_what_a_newcomer_types_is_checked_at_its_field(
    world: World, said: dict[str, str], field: str
) -> None:
    row = invite(world)
    with pytest.raises(InvalidInput) as refusal:
        answering.accept_invitation(token=token(row), answer=newcomer(**said))
    assert refusal.value.field == field
    assert not User.objects.filter(email=row.email).exists()
    assert fresh(row).status == "open"


def test_refused_by_whoever_has_the_link(world: World) -> None:
    row = invite(world)
    answering.refuse_invitation(token=token(row), person=None)
    assert fresh(row).status == "refused"
    assert not User.objects.filter(email=row.email).exists()
    told = OutboxMessage.objects.get(topic="accounts.tell")
    assert told.payload["person_id"] == world.people["coordinator"].pk
    with pytest.raises(WrongState) as refusal:
        answering.accept_invitation(token=token(row), answer=newcomer())
    assert "ditolak" in refusal.value.sentence
    assert invite(world).pk != row.pk, "they may be asked once more"


def test_who_refuses_is_not_made_known_to_the_organisation(world: World) -> None:
    """The inviter knows an address; refusing must not tell whose it is, nor make them act for the organisation."""
    person = world.people["viewer"]
    row = invite(world, email=person.email)
    answering.refuse_invitation(token=token(row), person=person)
    event = Event.objects.get(verb="invitation.refuse")
    assert (event.actor_id, event.changes) == (None, {"member": row.name})


def test_whom_a_register_named_gives_the_roles_up_by_refusing(world: World) -> None:
    said = OfficerInput(
        email="baru@contoh.id", name="Orang Baru", post="PPK", roles=["approver"], is_unlimited=True
    )
    made = set_officer(institution_id=world.institution.pk, officer=said, actor=world.actor("coordinator"))
    row = Invitation.objects.get()
    assert held(world, made.user) == {"approver"}, (
        "the register says who signs from the day on which it is written"
    )
    answering.refuse_invitation(token=token(row), person=None)
    assert held(world, made.user) == set()
    made.refresh_from_db()
    assert not made.is_active
    assert verbs(world) == ["member.invite", "invitation.refuse", "member.end"]


# --- How it ends otherwise -----------------------------------------------------------------------------------


def test_revoked_it_is_over(world: World) -> None:
    row = invite(world)
    place = {"organisation_id": world.institution.pk, "invitation_id": row.pk}
    inviting.revoke_invitation(**place, actor=world.actor("coordinator"))
    with pytest.raises(WrongState) as refusal:
        answering.accept_invitation(token=token(row), answer=newcomer())
    assert "dicabut" in refusal.value.sentence
    for verb in (inviting.revoke_invitation, inviting.resend_invitation):
        with pytest.raises(WrongState):
            verb(**place, actor=world.actor("coordinator"))
    assert verbs(world) == ["member.invite", "invitation.revoke"]
    work()
    assert mail.outbox == []


def test_after_its_last_moment_nobody_comes_in(world: World) -> None:
    row = invite(world)
    with clock.at(row.until - timedelta(seconds=1)):
        answering.require_answerable(fresh(row))
    with clock.at(row.until):
        with pytest.raises(WrongState) as refusal:
            answering.accept_invitation(token=token(row), answer=newcomer())
        assert "sudah lewat" in refusal.value.sentence
        assert fresh(row).status == "open", "the duty has not run yet"
        assert inviting.expire_invitations() == 1
        assert inviting.expire_invitations() == 0
    assert fresh(row).status == "expired"
    assert verbs(world) == ["member.invite", "invitation.expire"]


def test_whoever_came_in_another_way_has_answered(world: World) -> None:
    said = OfficerInput(email="baru@contoh.id", name="Orang Baru", post="Staf", roles=["receiver"])
    made = set_officer(institution_id=world.institution.pk, officer=said, actor=world.actor("coordinator"))
    made.user.set_password(PASSWORD)
    made.user.save()
    row = Invitation.objects.get()
    with clock.at(row.until):
        assert inviting.expire_invitations() == 1
    assert (fresh(row).status, fresh(row).person) == ("accepted", made.user)
    assert not OutboxMessage.objects.filter(topic="accounts.tell").exists()


def test_so_many_wait_at_a_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inviting, "MOST_OPEN", 2)
    rows = [invite(world, email=f"orang{place}@contoh.id") for place in range(2)]
    with pytest.raises(WrongState) as refusal:
        invite(world)
    assert "2 undangan" in refusal.value.sentence
    place = {"organisation_id": world.institution.pk, "invitation_id": rows[0].pk}
    inviting.revoke_invitation(**place, actor=world.actor("coordinator"))
    again = invite(world)
    assert inviting.listed(world.institution.organisation) == [again, rows[1], rows[0]], (
        "what waits comes first"
    )


def test_one_that_has_expired_makes_room_for_the_next(world: World) -> None:
    row = invite(world)
    with pytest.raises(InvalidInput) as refusal:
        invite(world)
    assert refusal.value.field == "email"
    with clock.at(row.until + timedelta(minutes=1)):
        again = invite(world)
        assert (fresh(row).status, fresh(again).status) == ("expired", "open")
        assert accepted(again)


def test_ending_a_member_takes_an_open_offer_back(world: World) -> None:
    row = invite(world, roles=["treasurer"])
    user = make_user(row.email, "Orang Baru")
    Membership.objects.create(user=user, organisation=world.institution.organisation, role=Role.REQUESTER)
    members.deactivate_member(
        organisation_id=world.institution.pk, user_id=user.pk, actor=world.actor("coordinator")
    )
    assert fresh(row).status == "revoked"


def test_a_member_is_ended_and_not_revoked(world: World) -> None:
    said = OfficerInput(email="baru@contoh.id", name="Orang Baru", post="Staf", roles=["receiver"])
    set_officer(institution_id=world.institution.pk, officer=said, actor=world.actor("coordinator"))
    row = Invitation.objects.get()
    with pytest.raises(WrongState):
        inviting.revoke_invitation(
            organisation_id=world.institution.pk, invitation_id=row.pk, actor=world.actor("coordinator")
        )


def test_what_a_register_adds_to_an_open_offer_comes_with_one_link(world: World) -> None:
    first = invite(world, roles=["treasurer"])
    said = OfficerInput(email="baru@contoh.id", name="Orang Baru", post="Staf", roles=["receiver"])
    set_officer(institution_id=world.institution.pk, officer=said, actor=world.actor("coordinator"))
    assert fresh(first).status == "revoked"
    row = Invitation.objects.get(status="open")
    assert held(world, accepted(row)) == {"treasurer", "receiver"}


def test_nobody_whose_account_is_switched_off_is_invited(world: World) -> None:
    user = make_user("baru@contoh.id", "Orang Baru")
    User.objects.filter(pk=user.pk).update(is_active=False)
    with pytest.raises(InvalidInput) as refusal:
        invite(world)
    assert refusal.value.field == "email"


def test_the_system_invites_as_well(world: World) -> None:
    row = invite(world, actor=SYSTEM)
    assert sending.inviter_of(row) == "pengelola sistem ini"
    assert accepted(row)


# --- Who may go ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["end", "change"])
def test_the_last_owner_does_not_go_without_a_successor(world: World, act: str) -> None:
    msme, owner = world.msmes[0], world.people["owner0"]
    staff = world.actor("coordinator")
    place: dict[str, Any] = {"organisation_id": msme.pk, "user_id": owner.pk, "actor": staff}

    def go() -> None:
        if act == "end":
            members.deactivate_member(**place)
        else:
            members.change_roles(**place, roles=["helper"])

    with pytest.raises(WrongState) as refusal:
        go()
    assert "penggantinya" in refusal.value.sentence
    row = invite(world, organisation_id=msme.pk, roles=["owner"])
    with pytest.raises(WrongState):
        go()  # invited is not yet there
    accepted(row)
    go()
    assert not Membership.objects.filter(
        user=owner, organisation_id=msme.pk, role="owner", is_active=True
    ).exists()


def test_the_last_coordinator_does_not_go(world: World) -> None:
    actor = world.actor("coordinator")
    with pytest.raises(WrongState):
        members.deactivate_member(
            organisation_id=actor.organisation_id or 0, user_id=actor.user_id or 0, actor=SYSTEM
        )


def test_the_back_office_does_not_switch_the_last_owner_off_either(world: World) -> None:
    owner = world.people["owner0"]
    form_class = modelform_factory(User, form=PersonForm, fields=["is_active"])
    form = form_class({"is_active": False}, instance=User.objects.get(pk=owner.pk))
    assert "penggantinya" in str(form.errors["is_active"])
    approver = User.objects.get(pk=world.people["approver"].pk)
    assert form_class({"is_active": False}, instance=approver).is_valid()
    Organisation.objects.filter(pk=world.msmes[0].pk).update(is_active=False)
    assert form_class({"is_active": False}, instance=User.objects.get(pk=owner.pk)).is_valid()
