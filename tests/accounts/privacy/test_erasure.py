"""Erasing a person: who asks, who decides, what is gone afterwards, and what must not have changed."""

import re
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.core import mail
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from accounts import members
from accounts.acting import SYSTEM, Actor
from accounts.models import ErasureRequest, Invitation, Membership, Organisation, Role, User
from accounts.privacy.erasure import again, erasing, kept_list, reminding, requests
from accounts.privacy.erasure import sending as erasure_sending
from accounts.privacy.erasure.known import PersonMarks, bare_name, known_by
from accounts.privacy.erasure.traces import KEPT, KEPT_COLUMNS
from accounts.tasks import erase as erase_task
from msmes.models import Msme
from msmes.register import registry
from orders.chasing import chase
from orders.models import ChaseNote
from procurement import clock
from procurement.errors import InvalidInput, NotFound, NotPermitted, WrongState
from procurement.models import Event, EventMask, Notification, OutboxMessage
from procurement.rows.events import verify
from procurement.rows.triggers import APPEND_ONLY_TABLES
from tests.factories import World, make_member, make_user, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NAME, EMAIL, PHONE = "Dewi Anggraeni Putri", "dewi.anggraeni@contoh.id", "081299887766"
NEEDLES = re.compile(r"dewi\s+anggraeni\s+putri|dewi\.anggraeni@contoh\.id|81299887766", re.I)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def dewi(world: World) -> User:
    """A second coordinator, so that nothing depends on her alone."""
    organisation = world.actor("coordinator").organisation
    assert organisation is not None
    person = User.objects.create_user(EMAIL, "rahasia-sekali-31", name=NAME, phone=PHONE)
    Membership.objects.create(user=person, organisation=organisation, role=Role.COORDINATOR)
    EmailAddress.objects.create(user=person, email=EMAIL, verified=True, primary=True)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
    return person


def as_herself(person: User) -> Actor:
    return Actor(user=person, organisation=None)


def erased(world: World, person: User) -> ErasureRequest:
    """Ask, accept, and let the worker do it."""
    row = requests.ask_for_erasure(actor=as_herself(person), words=f"Saya {person.name}, hapuslah.")
    requests.accept_erasure(request_id=row.pk, actor=world.actor("coordinator"))
    erasure_sending.tell_erased(request_id=row.pk)
    return erasing.erase(request_id=row.pk)


def trail() -> list[dict[str, Any]]:
    return [dict(row) for row in Event.objects.order_by("pk").values()]


# --- Asking and deciding -------------------------------------------------------------------------------------


def test_the_request_is_told_without_the_name_and_once(world: World, dewi: User) -> None:
    row = requests.ask_for_erasure(actor=as_herself(dewi))
    (told,) = OutboxMessage.objects.filter(topic="accounts.tell", key__contains="erasurerequest")
    assert told.payload["values"] == {"number": str(row.pk)}
    with pytest.raises(WrongState):
        requests.ask_for_erasure(actor=as_herself(dewi))
    requests.withdraw_erasure(actor=as_herself(dewi))
    with pytest.raises(WrongState):
        requests.withdraw_erasure(actor=as_herself(dewi))
    assert User.objects.get(pk=dewi.pk).is_active


def test_nobody_is_told_more_than_three_times_a_day(dewi: User) -> None:
    for _time in range(requests.MOST_A_DAY):
        requests.ask_for_erasure(actor=as_herself(dewi))
        requests.withdraw_erasure(actor=as_herself(dewi))
    with pytest.raises(WrongState):
        requests.ask_for_erasure(actor=as_herself(dewi))
    with clock.at(clock.now() + timedelta(days=1, minutes=1)):
        requests.ask_for_erasure(actor=as_herself(dewi))


def test_a_refusal_has_a_reason_that_is_mailed_once(world: World, dewi: User) -> None:
    row = requests.ask_for_erasure(actor=as_herself(dewi))
    staff = world.actor("coordinator")
    with pytest.raises(InvalidInput):
        requests.refuse_erasure(request_id=row.pk, reason="  ", actor=staff)
    requests.refuse_erasure(request_id=row.pk, reason="Perkara masih berjalan.", actor=staff)
    assert OutboxMessage.objects.filter(topic="accounts.erasure_refused").count() == 1
    for _time in range(2):
        erasure_sending.tell_refused(request_id=row.pk)
    (sent,) = mail.outbox
    assert sent.to == [EMAIL]
    assert "Perkara masih berjalan." in sent.body
    with pytest.raises(WrongState):
        requests.accept_erasure(request_id=row.pk, actor=staff)


def test_nobody_decides_on_their_own_request(world: World, dewi: User) -> None:
    row = requests.ask_for_erasure(actor=as_herself(dewi))
    own = Actor(
        user=dewi, organisation=world.actor("coordinator").organisation, roles=frozenset({Role.COORDINATOR})
    )
    with pytest.raises(NotPermitted):
        requests.accept_erasure(request_id=row.pk, actor=own)
    with pytest.raises(DatabaseError), transaction.atomic():
        ErasureRequest.objects.filter(pk=row.pk).update(
            status="accepted", decided_by=dewi, decided_at=clock.now()
        )
    with pytest.raises(NotPermitted):
        requests.ask_for_erasure(actor=SYSTEM)


def test_only_the_operator_reads_and_decides(world: World, dewi: User) -> None:
    row = requests.ask_for_erasure(actor=as_herself(dewi))
    other = Organisation.objects.create(kind=Organisation.Kind.EXPO, name="Expo lain", code="LAIN")
    stranger = make_member(other, Role.COORDINATOR, "Koordinator lain")
    actor = Actor(user=stranger, organisation=other, roles=frozenset({Role.COORDINATOR}))
    for somebody in (actor, world.actor("approver"), world.actor("owner0")):
        with pytest.raises(NotFound):
            requests.accept_erasure(request_id=row.pk, actor=somebody)
    with pytest.raises(NotPermitted):
        requests.accept_erasure(request_id=row.pk, actor=world.actor("viewer"))


def test_the_clock_is_the_shortest_of_the_law(world: World, dewi: User) -> None:
    row = requests.ask_for_erasure(actor=as_herself(dewi))
    assert requests.due_of(row) - row.asked_at == timedelta(hours=72)
    with clock.at(row.asked_at + timedelta(hours=72)):
        assert not requests.is_late(row)
    with clock.at(row.asked_at + timedelta(hours=73)):
        assert requests.is_late(row)
        assert requests.left_of(row).startswith("lewat 1 jam")


def test_coordinators_are_reminded_once_a_day_before(world: World, dewi: User) -> None:
    row = requests.ask_for_erasure(actor=as_herself(dewi))
    with clock.at(row.asked_at + timedelta(hours=48) - timedelta(seconds=1)):
        assert reminding.remind_erasures() == 0
    with clock.at(row.asked_at + timedelta(hours=48)):
        assert reminding.remind_erasures() == 1
        assert reminding.remind_erasures() == 0
    told = [one.payload for one in OutboxMessage.objects.filter(topic="accounts.tell")]
    assert [one["url"] for one in told if "24 jam" in one["sentence"]] == [
        reverse("accounts:erasure", args=[row.pk])
    ]


@pytest.mark.parametrize("role", ["approver", "treasurer", "admin", "owner0", "coordinator"])
def test_who_holds_a_post_is_told_what_must_be_ended_first(world: World, role: str) -> None:
    person = world.people[role]
    with pytest.raises(WrongState) as refusal:
        requests.ask_for_erasure(actor=as_herself(person))
    held = Membership.objects.filter(user=person).select_related("organisation")[0]
    assert held.organisation.name in refusal.value.sentence


def test_what_waits_for_a_person_alone_holds_the_request_back(world: World) -> None:
    world.requested()
    person = world.people["requester"]
    with pytest.raises(WrongState, match="permintaan masih dapat diubah"):
        requests.ask_for_erasure(actor=as_herself(person))


def test_what_was_begun_since_the_request_holds_the_decision_back(world: World, dewi: User) -> None:
    row = requests.ask_for_erasure(actor=as_herself(dewi))
    Membership.objects.filter(user=world.people["coordinator"]).exclude(user=dewi).update(is_active=False)
    decider = make_user("lain@contoh.id", "Pemutus")
    actor = Actor(
        user=decider,
        organisation=world.actor("coordinator").organisation,
        roles=frozenset({Role.COORDINATOR}),
    )
    with pytest.raises(WrongState, match="satu-satunya"):
        requests.accept_erasure(request_id=row.pk, actor=actor)


# --- What is gone, and what stays ----------------------------------------------------------------------------


def test_the_login_is_dead_at_once_and_for_ever(client: Client, world: World, dewi: User) -> None:
    client.force_login(dewi)
    assert client.get(reverse("accounts:profile")).status_code == 200
    link = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(dewi), "key": default_token_generator.make_token(dewi)},
    )
    row = requests.ask_for_erasure(actor=as_herself(dewi))
    requests.accept_erasure(request_id=row.pk, actor=world.actor("coordinator"))
    assert client.get(reverse("accounts:profile")).status_code == 302
    assert not UserSession.objects.filter(user=dewi).exists()
    assert not Authenticator.objects.filter(user=dewi).exists()

    erase_task(OutboxMessage.objects.get(topic="accounts.erase").pk)
    gone = User.objects.get(pk=dewi.pk)
    assert re.fullmatch(r"Orang [0-9a-f]{4,12}", gone.name)
    assert (gone.phone, gone.is_active, gone.has_usable_password()) == ("", False, False)
    assert gone.email.endswith(".invalid")
    assert not Membership.objects.filter(user=dewi, is_active=True).exists()
    assert not EmailAddress.objects.filter(user=dewi).exists()
    page = Client().get(link, follow=True).content.decode()
    assert 'name="password1"' not in page
    for change in ({"is_active": True}, {"is_staff": True}, {"phone": PHONE}):
        with pytest.raises(DatabaseError), transaction.atomic():
            User.objects.filter(pk=dewi.pk).update(**change)


def test_the_same_address_is_a_new_person(world: World, dewi: User) -> None:
    organisation = world.actor("coordinator").organisation
    assert organisation is not None
    Invitation.objects.create(
        organisation=organisation,
        email=EMAIL,
        name=NAME,
        roles=Role.VIEWER,
        created_at=clock.now(),
        until=clock.now() + timedelta(days=1),
    )
    erased(world, dewi)
    assert not Invitation.objects.filter(email=EMAIL).exists()
    made = members.find_or_make_person(email=EMAIL, name=NAME, actor=world.actor("coordinator"))
    assert made.pk != dewi.pk
    assert made.name == NAME


def test_the_last_mail_goes_out_before_and_once(world: World, dewi: User) -> None:
    row = erased(world, dewi)
    erasure_sending.tell_erased(request_id=row.pk)
    erasing.erase(request_id=row.pk)
    (sent,) = mail.outbox
    assert sent.to == [EMAIL]
    row.refresh_from_db()
    assert (row.status, row.words) == ("erased", "")


def test_a_mail_that_nobody_takes_holds_up_no_erasure(
    world: World, dewi: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_said: object) -> None:
        raise ValueError("no such address")

    monkeypatch.setattr(erasure_sending, "send_mail", refuse)
    assert erased(world, dewi).status == "erased"


def everything_said(world: World, dewi: User) -> None:
    """The person's name, address and number wherever people can write them."""
    staff = world.actor("coordinator")
    own = Actor(user=dewi, organisation=staff.organisation, roles=frozenset({Role.COORDINATOR}))
    order = world.requested()
    chase.assign(order_id=order.pk, actor=staff, user_id=dewi.pk)
    chase.note(order_id=order.pk, actor=own, text=f"Sudah bicara dengan {NAME}, telepon +62 812-9988-7766.")
    registry.add_owner(msme_id=world.msmes[0].pk, email="mitra@contoh.id", name="Mitra Baru", actor=own)
    registry.change_msme(
        msme_id=world.msmes[1].pk,
        actor=own,
        identity=registry.Identity(
            name=world.msmes[1].organisation.name,
            code=world.msmes[1].organisation.code,
            size=world.msmes[1].size,
            owner_name=world.msmes[1].owner_name,
            district_id=world.msmes[1].district_id,
            nib=world.msmes[1].nib,
            npwp=world.msmes[1].npwp,
        ),
        contact=registry.Contact(
            address=f"Jalan Perajin 3, u.p. {NAME}",
            phone=PHONE,
            bank_name="Bank",
            bank_account="0011223344",
            bank_holder="Lain",
        ),
    )
    assert staff.organisation is not None
    Notification.objects.create(
        user=world.people["coordinator"],
        organisation=staff.organisation,
        sentence=f"{NAME} memutuskan usulan.",
        said={"id": f"{NAME} memutuskan usulan.", "en": f"{NAME} decided."},
        url="/",
        source="uji:1",
        created_at=clock.now(),
    )


def columns_that_say(pattern: re.Pattern[str]) -> list[str]:
    """Every column of every table in which the text stands."""
    found = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for row in model._base_manager.all()
        for field in model._meta.concrete_fields
        if pattern.search(str(getattr(row, field.attname)))
    }
    return sorted(found)


def test_no_column_says_who_it_was_but_the_trail(world: World, dewi: User) -> None:
    everything_said(world, dewi)
    before = trail()
    notes = list(ChaseNote.objects.order_by("pk").values())
    assert {"accounts.User.email", "msmes.Msme.phone", "procurement.Notification.said"} <= set(
        columns_that_say(NEEDLES)
    )
    row = erased(world, dewi)
    assert columns_that_say(NEEDLES) == [
        "orders.ChaseNote.text",
        "procurement.Event.changes",
        "procurement.Event.note",
    ]
    assert row.left == 0
    assert trail()[: len(before)] == before
    assert list(ChaseNote.objects.order_by("pk").values()) == notes
    assert list(verify()) == []
    assert Msme.objects.get(pk=world.msmes[1].pk).phone == ""
    assert row.pseudonym in Msme.objects.get(pk=world.msmes[1].pk).address
    assert EventMask.objects.exists()


def test_what_stays_is_named_with_a_reason() -> None:
    labels = {model._meta.label for model in apps.get_models()}
    assert set(KEPT) <= labels
    assert {label.rpartition(".")[0] for label in KEPT_COLUMNS} <= labels
    assert all(KEPT.values())
    assert all(KEPT_COLUMNS.values())
    assert {model._meta.db_table for model in apps.get_models() if model._meta.label in KEPT}.isdisjoint(
        APPEND_ONLY_TABLES
    )


# --- Names and who has them ----------------------------------------------------------------------------------


def marks(name: str, **said: Any) -> PersonMarks:
    return PersonMarks(
        **{
            "user_id": 1,
            "name": name,
            "email": EMAIL,
            "phone": PHONE,
            "pseudonym": "Orang 0000",
            "organisations": frozenset(),
            "is_alone": True,
            **said,
        }
    )


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("Bicara dengan dewi  anggraeni putri.", "Bicara dengan Orang 0000."),
        ("Dewi Anggraeni Putriana", "Dewi Anggraeni Putriana"),
        ("Jalan Dewi Anggraeni Putri 10", "Jalan Dewi Anggraeni Putri 10"),
        ("Jl. H. Dewi Anggraeni Putri", "Jl. H. Dewi Anggraeni Putri"),
        ("Telepon 0812 9988 7766", "Telepon Orang 0000"),
        ("+6281299887766", "Orang 0000"),
        ("6281299887766", "Orang 0000"),
        ("1081299887766", "1081299887766"),
        (f"Surat ke {EMAIL.upper()}!", "Surat ke Orang 0000!"),
        (f"x{EMAIL}", f"x{EMAIL}"),
    ],
)
def test_what_is_taken_out_of_a_text(written: str, left: str) -> None:
    assert marks(NAME).out_of(written, is_theirs=False, is_register=True) == left


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Dr. Ir. H. Ratna Kusuma, M.M., Ph.D.", "Ratna Kusuma"),
        ("Ratna Kusuma (contoh)", "Ratna Kusuma"),
        ("Drajat Irawan", "Drajat Irawan"),
        ("Sukarno", "Sukarno"),
    ],
)
def test_a_name_is_found_without_its_titles(name: str, bare: str) -> None:
    assert bare_name(name) == bare
    said = marks(name).out_of(f"Kata {name}, lalu {bare}.", is_theirs=True, is_register=False)
    assert said == ("Kata Orang 0000, lalu Orang 0000." if " " in bare else f"Kata {name}, lalu {bare}.")


def test_a_namesake_keeps_the_name() -> None:
    alone, shared, single = marks(NAME), marks(NAME, is_alone=False), marks("Sukarno")
    text = f"Kata {NAME}"
    assert alone.out_of(NAME, is_theirs=False, is_register=True) == NAME
    assert alone.out_of(NAME, is_theirs=False, is_register=False) == "Orang 0000"
    assert shared.out_of(text, is_theirs=False, is_register=False) == text
    assert shared.out_of(text, is_theirs=True, is_register=True) == "Kata Orang 0000"
    assert single.out_of("Toko Sukarno", is_theirs=True, is_register=True) == "Toko Sukarno"
    assert single.out_of(["Sukarno", 3, None], is_theirs=True, is_register=True) == ["Orang 0000", 3, None]


def test_rows_of_a_namesake_are_counted_and_left(world: World, dewi: User) -> None:
    Msme.objects.filter(pk=world.msmes[2].pk).update(owner_name=NAME)
    assert erased(world, dewi).left == 1
    assert Msme.objects.get(pk=world.msmes[2].pk).owner_name == NAME


def test_a_name_of_letters_that_json_writes_as_numbers_is_found(world: World, dewi: User) -> None:
    User.objects.filter(pk=dewi.pk).update(name="Zoë Müller")
    dewi.refresh_from_db()
    organisation = world.actor("coordinator").organisation
    assert organisation is not None
    note = Notification.objects.create(
        user=world.people["coordinator"],
        organisation=organisation,
        sentence="x",
        said={"id": "Kata Zoë Müller"},
        url="/",
        source="uji:2",
        created_at=clock.now(),
    )
    erased(world, dewi)
    note.refresh_from_db()
    assert "Zo" not in note.said["id"]


def test_nobody_else_with_the_name_is_asked_of_the_living(dewi: User) -> None:
    assert known_by(dewi, "Orang 0").is_alone
    other = make_user("dua@contoh.id", NAME.upper())
    assert not known_by(dewi, "Orang 0").is_alone
    User.objects.filter(pk=other.pk).update(is_active=False, erased_at=clock.now())
    assert known_by(dewi, "Orang 0").is_alone


# --- Again ---------------------------------------------------------------------------------------------------


def test_a_restored_backup_is_erased_again_with_the_same_pseudonym(world: World, dewi: User) -> None:
    everything_said(world, dewi)
    backup = transaction.savepoint()
    row = erased(world, dewi)
    transaction.savepoint_rollback(backup)
    assert User.objects.get(pk=dewi.pk).name == NAME
    (one,) = listed = [one for one in kept_list.kept() if one.joined == dewi.joined_at.isoformat()]
    assert NEEDLES.search(one.line) is None

    assert again.erase_again(listed) == [dewi.pk]
    assert User.objects.get(pk=dewi.pk).name == row.pseudonym
    assert ErasureRequest.objects.get(user=dewi).status == "erased"
    assert list(verify()) == []
    assert "accounts.User.name" not in columns_that_say(NEEDLES)
    assert again.erase_again(listed) == []


def test_a_request_that_a_backup_knows_is_done_again(world: World, dewi: User) -> None:
    row = requests.ask_for_erasure(actor=as_herself(dewi))
    backup = transaction.savepoint()
    requests.accept_erasure(request_id=row.pk, actor=world.actor("coordinator"))
    erasing.erase(request_id=row.pk)
    transaction.savepoint_rollback(backup)
    printed = StringIO()
    call_command("erase_again", "--list", stdout=printed)
    assert dewi.joined_at.isoformat() in printed.getvalue()
    assert User.objects.get(pk=dewi.pk).name == NAME
    call_command("erase_again", stdout=printed)
    assert ErasureRequest.objects.get(user=dewi).pk == row.pk
    assert User.objects.get(pk=dewi.pk).erased_at is not None


def test_another_person_with_the_same_key_is_left_alone(world: World, dewi: User, tmp_path: Path) -> None:
    backup = transaction.savepoint()
    erased(world, dewi)
    transaction.savepoint_rollback(backup)
    User.objects.filter(pk=dewi.pk).update(name="Orang Baru", joined_at=clock.now() + timedelta(days=1))
    listed = tmp_path / "erased.txt"
    listed.write_text("\n".join(one.line for one in kept_list.kept()))
    call_command("erase_again", f"--file={listed}", stdout=StringIO())
    assert User.objects.get(pk=dewi.pk).name == "Orang Baru"
