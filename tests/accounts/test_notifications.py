"""What people are told: in the system, by mail, in their language, once."""

import re
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership, Organisation, Role, User
from accounts.notifications import inbox, telling
from accounts.session.middleware import ACTING_FOR
from orders import messages
from procurement.language import said
from procurement.models import Notification
from tests.factories import World, make_user, make_world

pytestmark = pytest.mark.django_db

MOMENT = datetime(2022, 8, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    return make_world()


def note(user: User, organisation: Organisation, number: int = 0, **changed: Any) -> Notification:
    values: dict[str, Any] = {
        "sentence": f"Pesanan {number} menunggu persetujuan",
        "url": "/akun/",
        "source": f"tell:{organisation.pk}:{number}",
        "created_at": MOMENT,
    }
    return Notification.objects.create(user=user, organisation=organisation, **(values | changed))


def tell(world: World, **changed: Any) -> int:
    values: dict[str, Any] = {
        "organisation_id": world.institution.pk,
        "roles": ["approver"],
        "sentence": "Peran %(roles)s",
        "url": "/pesanan/1/",
        "values": {"roles": "X"},
        "happened_at": MOMENT.isoformat(),
        "source": "tell:order:1:3:0",
    }
    return telling.tell(**(values | changed))


# --- Telling -------------------------------------------------------------------------------------------------


def test_whoever_holds_the_role_is_told_once_however_often_it_is_delivered(world: World) -> None:
    assert tell(world) == 1
    assert [tell(world) for _round in range(4)] == [0, 0, 0, 0]
    assert len(mail.outbox) == 1
    assert mail.outbox[0].to == [world.people["approver"].email]
    told = Notification.objects.get()
    assert told.user == world.people["approver"]
    assert reverse("accounts:notification", args=[told.pk]) in str(mail.outbox[0].body)


def test_what_was_told_is_read_in_the_language_of_the_reader(world: World, client: Client) -> None:
    """Also what was told before the person chose another language: sentence, days and reasons of ours."""
    sentence = messages.MESSAGES["quoted"].sentence
    values = {"order": "KE9/1", "until": said.day_value(date(2022, 8, 17)), "reason": "Dibatalkan"}
    tell(world, sentence=sentence, values=values)
    person = world.people["approver"]
    told = Notification.objects.get(user=person)
    client.force_login(person)
    in_id = client.get(reverse("accounts:notifications")).content.decode()
    assert "17 Agustus 2022" in in_id
    User.objects.filter(pk=person.pk).update(language="en")
    in_en = client.get(reverse("accounts:notifications")).content.decode()
    assert "17 August 2022" in in_en
    assert "17 Agustus 2022" not in in_en
    assert told.said["en"] in unescape(in_en)
    assert told.said["en"] != told.said["id"]


def test_every_message_is_kept_in_every_language(world: World) -> None:
    for number, row in enumerate(messages.MESSAGES.values()):
        values = dict.fromkeys(re.findall(r"%\((\w+)\)s", row.sentence), "X")
        tell(world, sentence=row.sentence, values=values, source=f"tell:order:1:{number}:0")
    rows = list(Notification.objects.all())
    assert len(rows) == len(messages.MESSAGES)
    assert [row.sentence for row in rows if row.said["en"] == row.said["id"]] == []


def test_each_reads_their_own_language(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.utils.translation import get_language

    monkeypatch.setattr(telling, "_", lambda text: f"[{get_language()}] {text}")
    User.objects.filter(pk=world.people["approver"].pk).update(language="en")
    tell(world, roles=["approver", "receiver"])
    sentences = dict(Notification.objects.values_list("user__email", "sentence"))
    assert sentences[world.people["approver"].email].startswith("[en]")
    assert sentences[world.people["receiver"].email].startswith("[id]")
    for message in mail.outbox:
        expected = "[en]" if message.to == [world.people["approver"].email] else "[id]"
        assert message.subject.startswith(expected)


def test_no_mail_for_whoever_does_not_want_it(world: World) -> None:
    User.objects.filter(pk=world.people["approver"].pk).update(wants_mail=False)
    assert tell(world) == 1
    assert mail.outbox == []


def test_a_mail_that_fails_holds_up_nobody_and_is_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    broken = {world.people["approver"].email}

    def send(_subject: str, _text: str, _sender: str, to: list[str]) -> None:
        if to[0] in broken:
            raise OSError("mail server says no")
        sent.append(to[0])

    monkeypatch.setattr(telling, "send_mail", send)
    with pytest.raises(OSError, match="says no"):
        tell(world, roles=["approver", "receiver"])
    assert sent == [world.people["receiver"].email]
    assert Notification.objects.count() == 2, "everybody is told in the system all the same"
    broken.clear()
    tell(world, roles=["approver", "receiver"])
    assert sent == [world.people["receiver"].email, world.people["approver"].email]


# --- Pages ---------------------------------------------------------------------------------------------------


def test_unread_first_then_newest_page_by_page(client: Client, world: World) -> None:
    user = world.people["approver"]
    organisation = world.institution.organisation
    for number in range(70):
        note(user, organisation, number, read_at=MOMENT if number % 2 else None)
    client.force_login(user)
    seen: list[int] = []
    url = reverse("accounts:notifications")
    for _page in range(5):
        page = client.get(url).context["page"]
        seen += [int(one.sentence.split()[1]) for one in page.notes]
        if not page.next_cursor:
            break
        url = f"{reverse('accounts:notifications')}?setelah={page.next_cursor}"
    assert seen == [*range(68, -1, -2), *range(69, 0, -2)]


@pytest.mark.parametrize("cursor", ["x", "0", "0-", "2-3", "0-99999999999999999999", "\x00", "1-²"])
def test_a_wrong_cursor_begins_anew(client: Client, world: World, cursor: str) -> None:
    note(world.people["approver"], world.institution.organisation)
    client.force_login(world.people["approver"])
    answer = client.get(reverse("accounts:notifications"), {"setelah": cursor})
    assert answer.status_code == 200
    assert len(answer.context["page"].notes) == 1


def test_the_bell_counts_what_is_unread_in_one_query(client: Client, world: World) -> None:
    user, organisation = world.people["approver"], world.institution.organisation
    client.force_login(user)
    assert "bell-count" not in client.get(reverse("accounts:profile")).content.decode()
    for number in range(3):
        note(user, organisation, number)
    note(user, organisation, 9, read_at=MOMENT)
    note(world.people["receiver"], organisation, 10)
    html = client.get(reverse("accounts:profile")).content.decode()
    assert "Pemberitahuan, 3 belum dibaca" in html
    with CaptureQueriesContext(connection) as queries:
        assert inbox.unread_count(user, [organisation]) == 3
    assert len(queries) == 1
    for number in range(20, 140):
        note(user, organisation, number)
    assert ">99+<" in client.get(reverse("accounts:profile")).content.decode()


def test_opening_leads_on_and_marks_as_read(client: Client, world: World) -> None:
    one = note(world.people["approver"], world.institution.organisation)
    client.force_login(world.people["approver"])
    answer = client.post(reverse("accounts:notification", args=[one.pk]))
    assert answer["Location"] == "/akun/"
    one.refresh_from_db()
    assert one.read_at is not None


@pytest.mark.parametrize(
    "url", ["https://jahat.example/", "//jahat.example/", "javascript:alert(1)", "/\\jahat"]
)
def test_opening_never_leads_away(client: Client, world: World, url: str) -> None:
    one = note(world.people["approver"], world.institution.organisation, url=url)
    client.force_login(world.people["approver"])
    answer = client.get(reverse("accounts:notification", args=[one.pk]))
    assert answer["Location"] == reverse("accounts:notifications")


def test_one_for_another_of_my_organisations_asks_before_switching(client: Client, world: World) -> None:
    user = world.people["approver"]
    other = world.other_institution.organisation
    Membership.objects.create(user=user, organisation=other, role=Role.APPROVER)
    client.force_login(user)
    client.post(reverse("accounts:act_for"), {"organisation": world.institution.pk})
    one = note(user, other)
    url = reverse("accounts:notification", args=[one.pk])
    asked = client.get(url)
    assert asked.status_code == 200
    assert other.name in asked.content.decode()
    one.refresh_from_db()
    assert one.read_at is None
    assert client.session[ACTING_FOR] == world.institution.pk
    # The question says for whom the page was opened; answering it is what switches.
    answer = client.post(url, {"_acting_for": str(world.institution.pk)})
    assert answer["Location"] == "/akun/"
    assert client.session[ACTING_FOR] == other.pk


def test_one_of_somebody_else_or_of_a_lost_organisation_is_not_there(client: Client, world: World) -> None:
    user = world.people["approver"]
    theirs = note(world.people["receiver"], world.institution.organisation)
    lost = note(user, world.other_institution.organisation)
    client.force_login(user)
    for one in (theirs, lost):
        assert client.get(reverse("accounts:notification", args=[one.pk])).status_code == 404
        assert client.post(reverse("accounts:notification", args=[one.pk])).status_code == 404
        assert (
            client.post(reverse("accounts:notifications_read"), {"notification": one.pk}).status_code == 404
        )
        assert one.sentence not in client.get(reverse("accounts:notifications")).content.decode()
        one.refresh_from_db()
        assert one.read_at is None


def test_one_or_all_are_marked_as_read(client: Client, world: World) -> None:
    user, organisation = world.people["approver"], world.institution.organisation
    notes = [note(user, organisation, number) for number in range(3)]
    theirs = note(world.people["receiver"], organisation, 9)
    client.force_login(user)
    client.post(reverse("accounts:notifications_read"), {"notification": notes[0].pk})
    assert Notification.objects.filter(read_at__isnull=False).count() == 1
    client.post(reverse("accounts:notifications_read"))
    assert not Notification.objects.filter(user=user, read_at__isnull=True).exists()
    theirs.refresh_from_db()
    assert theirs.read_at is None
    assert client.get(reverse("accounts:notifications_read")).status_code == 405


def test_the_list_costs_the_same_for_one_and_for_thirty(client: Client, world: World) -> None:
    user, organisation = world.people["approver"], world.institution.organisation
    note(user, organisation)
    client.force_login(user)
    url = reverse("accounts:notifications")
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(1, 40):
        note(user, organisation, number)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(few) == len(many) <= 8


def test_the_wish_for_mail_is_kept(client: Client, world: World) -> None:
    user = make_user("sepi@contoh.id", "Sepi")
    client.force_login(user)
    client.post(reverse("accounts:profile"), {"name": "Sepi", "phone": "", "language": "id"})
    user.refresh_from_db()
    assert user.wants_mail is False
