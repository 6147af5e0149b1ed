"""People in events: sealed as a key, read as the name that they have now."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from accounts.history import TELLING as OF_ACCOUNTS
from accounts.members import write_roles
from accounts.models import Role, User
from buyers.history import TELLING as OF_BUYERS
from procurement.models import Event, EventMask
from procurement.rows.people import mapped, named, person_key
from tests.factories import World, make_user, make_world

APPS = ("accounts", "buyers", "documents", "expo", "msmes", "orders", "procurement")
SOMEBODY = re.compile(
    r"\b(user|person|proposer|member|owner|somebody|decided_by|shown_to|actor)\.(name|email|phone)$"
)


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def events_of(world: World) -> list[Event]:
    organisation = world.institution.organisation
    return list(Event.objects.of_stream(organisation.stream).for_timeline())


def test_an_event_has_the_key_and_its_reader_the_name(
    world: World, django_assert_num_queries: "object"
) -> None:
    made = make_user("baru@contoh.id", "Anggota Baru")
    with transaction.atomic():
        write_roles(
            organisation_id=world.institution.pk,
            user=made,
            roles=[Role.REQUESTER],
            actor=world.actor("coordinator"),
            asks_to_come=False,
        )
    (event,) = events_of(world)
    assert event.changes["member"] == f"user:{made.pk}"
    with django_assert_num_queries(1):  # type: ignore[operator]
        (entry,) = OF_ACCOUNTS.entries([event])
    assert entry.sentence == "Anggota diundang: Anggota Baru"
    User.objects.filter(pk=made.pk).update(name="Nama Lain")
    assert OF_ACCOUNTS.entries(events_of(world))[0].sentence == "Anggota diundang: Nama Lain"


def test_a_mask_is_read_in_place_of_the_event(world: World) -> None:
    event = Event(verb="institution.change", changes={"phone": ["", "0812"]}, note="Kata Siti")
    assert OF_BUYERS.entries([event])[0].note == "Kata Siti"
    EventMask(event=event, changes={"phone": ["", "Orang 1a2b"]}, note="Kata Orang 1a2b")
    (entry,) = OF_BUYERS.entries([event])
    assert (entry.note, entry.details) == ("Kata Orang 1a2b", [("Telepon", "– → Orang 1a2b")])
    event.hide_changes()
    assert OF_BUYERS.entries([event])[0].details == []


@pytest.mark.django_db
def test_only_changes_that_speak_of_people_are_read_as_people() -> None:
    person = make_user("siti@contoh.id", "Siti")
    key = person_key(person)
    told = named(
        [{"member": key, "note": key, "owner": ["", key]}, {"member": "user:0"}], {"member", "owner"}
    )
    assert told == [{"member": "Siti", "note": key, "owner": ["", "Siti"]}, {"member": "user:0"}]
    assert person_key(None) == ""


def test_every_text_of_the_data_is_reached() -> None:
    said = {"a": ["x", {"b": "y"}], "c": 1, "d": None, "x": "x"}
    assert mapped(said, str.upper) == {"a": ["X", {"b": "Y"}], "c": 1, "d": None, "x": "X"}


def names_in_records(source: str) -> list[str]:
    """What is recorded of somebody in a source: their name, address or number instead of the key."""
    found = []
    for node in ast.walk(ast.parse(source)):
        parts: list[ast.AST] = []
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "record":
            parts = [*node.args, *(one.value for one in node.keywords)]
        elif isinstance(node, ast.Assign) and "changes" in ast.unparse(node.targets[0]):
            parts = [node.value]
        found += [
            ast.unparse(one)
            for part in parts
            for one in ast.walk(part)
            if isinstance(one, ast.Attribute) and SOMEBODY.search(ast.unparse(one))
        ]
    return found


def test_no_verb_records_a_name() -> None:
    assert names_in_records('act.record("x", changes={"assigned": [None, person.name]})') == ["person.name"]
    assert names_in_records('event.changes["by"] = row.proposer.name') == ["row.proposer.name"]
    found = {
        str(path.relative_to(settings.BASE_DIR)): names
        for app in APPS
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py")
        if (names := names_in_records(path.read_text()))
    }
    assert found == {}
