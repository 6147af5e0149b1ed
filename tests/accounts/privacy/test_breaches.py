"""A breach of personal data: its three days, who may write it, and what its texts say."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from accounts.models import BreachNotice
from accounts.privacy import breaches
from accounts.privacy.breaches import BreachInput, BreachStatus
from procurement import clock
from procurement.errors import InvalidInput, NotFound, NotPermitted
from procurement.models import Event, OutboxMessage
from procurement.rows.events import verify
from tests.factories import World, make_world
from tests.sent_forms import as_opened

pytestmark = pytest.mark.django_db

FOUND = datetime(2022, 9, 20, 9, 0, tzinfo=clock.JAKARTA)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def world() -> World:
    return make_world()


def said(**changes: object) -> BreachInput:
    known = BreachInput(
        found_at=FOUND,
        data="Nama dan nomor telepon",
        people=1200,
        cause="Surel salah alamat",
        measures="Penerima menghapusnya",
        contact="Ibu Rina, rina@contoh.id",
    )
    return replace(known, **changes)  # type: ignore[arg-type]


def found(world: World, **changes: object) -> BreachNotice:
    with clock.at(FOUND):
        return breaches.record_breach(breach=said(**changes), actor=world.actor("coordinator"))


@pytest.mark.parametrize(
    ("after", "subjects", "authority", "status"),
    [
        (0 * HOUR, None, None, BreachStatus.OPEN),
        (72 * HOUR, None, None, BreachStatus.OPEN),
        (72 * HOUR + MINUTE, None, None, BreachStatus.OVERDUE),
        (72 * HOUR + MINUTE, HOUR, None, BreachStatus.OVERDUE),
        (80 * HOUR, HOUR, 72 * HOUR, BreachStatus.TOLD),
        (80 * HOUR, 73 * HOUR, HOUR, BreachStatus.TOLD_LATE),
    ],
)
def test_the_clock(
    world: World,
    after: timedelta,
    subjects: timedelta | None,
    authority: timedelta | None,
    status: BreachStatus,
) -> None:
    row = found(world)
    row.subjects_told_at = None if subjects is None else FOUND + subjects
    row.authority_told_at = None if authority is None else FOUND + authority
    with clock.at(FOUND + after):
        assert breaches.status_of(row) == status
    assert breaches.due_of(row) == FOUND + 72 * HOUR


def test_what_is_left_is_told_in_hours(world: World) -> None:
    row = found(world)
    with clock.at(FOUND + 70 * HOUR + 30 * MINUTE):
        assert breaches.left_of(row) == "1 jam 30 menit lagi"
    with clock.at(FOUND + 75 * HOUR):
        assert breaches.left_of(row) == "lewat 3 jam 0 menit"


def test_nobody_is_told_before_it_was_found(world: World) -> None:
    row = found(world)
    for name in ("subjects_told_at", "authority_told_at"):
        with clock.at(FOUND + HOUR), pytest.raises(InvalidInput) as refused:
            breaches.change_breach(
                breach_id=row.pk, breach=said(**{name: FOUND - HOUR}), actor=world.actor("coordinator")
            )
        assert refused.value.field == name
        with pytest.raises(IntegrityError), transaction.atomic():
            BreachNotice.objects.filter(pk=row.pk).update(**{name: FOUND - HOUR})


@pytest.mark.parametrize("changes", [{"found_at": FOUND + MINUTE}, {"data": " "}, {"contact": ""}])
def test_what_cannot_be_is_refused_at_its_field(world: World, changes: dict[str, object]) -> None:
    with pytest.raises(InvalidInput) as refused:
        found(world, **changes)
    assert refused.value.field in changes
    assert not BreachNotice.objects.exists()


def test_every_change_is_an_event_and_the_same_again_is_none(world: World) -> None:
    row = found(world)
    with clock.at(FOUND + HOUR):
        for _twice in range(2):
            breaches.change_breach(
                breach_id=row.pk, breach=said(people=1300), actor=world.actor("coordinator")
            )
    events = Event.objects.filter(stream=row.stream).order_by("sequence")
    assert [event.verb for event in events] == ["breach.record", "breach.change"]
    assert events[1].changes == {"people": [1200, 1300]}
    assert list(verify()) == []


def test_only_coordinators_of_the_organiser_write_it(world: World) -> None:
    row = found(world)
    for role in ("viewer", "approver", "owner0"):
        with clock.at(FOUND), pytest.raises((NotPermitted, NotFound)):
            breaches.change_breach(breach_id=row.pk, breach=said(), actor=world.actor(role))
        with clock.at(FOUND), pytest.raises(NotPermitted):
            breaches.record_breach(breach=said(), actor=world.actor(role))


def test_coordinators_are_reminded_once_a_day_before(world: World) -> None:
    row, told = found(world), found(world)
    found(world, is_example=True)
    BreachNotice.objects.filter(pk=told.pk).update(subjects_told_at=FOUND, authority_told_at=FOUND)
    notes = OutboxMessage.objects.filter(topic="accounts.tell")
    with clock.at(FOUND + 48 * HOUR - MINUTE):
        assert breaches.remind_breaches() == 0
    with clock.at(FOUND + 48 * HOUR):
        assert breaches.remind_breaches() == 1
        assert breaches.remind_breaches() == 0
    assert [note.payload["url"] for note in notes] == [reverse("accounts:breach", args=[row.pk])]
    assert notes[0].payload["roles"] == ["coordinator"]
    assert list(verify()) == []


def test_the_texts_hold_what_the_law_asks_for_in_both_languages(world: World) -> None:
    row = found(world)
    with override("id"):
        texts = breaches.texts_of(row)
    for _title, languages in texts:
        assert set(languages) == {"id", "en"}
        for text in languages.values():
            for part in (row.data, row.cause, row.measures, row.contact):
                assert part in text
    assert "1.200" in texts[1][1]["id"]
    assert "1,200" in texts[1][1]["en"]


def test_the_pages_keep_what_was_typed_and_show_the_clock(client: Client, world: World) -> None:
    client.force_login(world.people["coordinator"])
    typed = {
        "found_at": "2022-09-20T09:00",
        "people": "1.200",
        "data": "Nama",
        "cause": "Surel",
        "measures": "Dihapus",
        "contact": "",
    }
    with clock.at(FOUND + HOUR):
        refused = client.post(reverse("accounts:breach_new"), typed)
        assert refused.status_code == 422
        assert "Dihapus" in refused.content.decode()
        answer = client.post(reverse("accounts:breach_new"), {**typed, "contact": "Rina"})
        row = BreachNotice.objects.get()
        assert answer["Location"] == reverse("accounts:breach", args=[row.pk])
        assert (row.people, row.found_at) == (1200, FOUND)
        assert "71 jam 0 menit lagi" in client.get(answer["Location"]).content.decode()
        assert "Harus diberitahukan" in client.get(reverse("accounts:breaches")).content.decode()
        edit = reverse("accounts:breach_edit", args=[row.pk])
        changed = {**typed, "contact": "Rina", "authority_told_at": "2022-09-20T09:30"}
        assert client.post(edit, as_opened(client, edit, changed)).status_code == 302
    row.refresh_from_db()
    assert row.authority_told_at == FOUND + 30 * MINUTE
