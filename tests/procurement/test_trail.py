"""The audit trail and the ledger: the database refuses changes, and the verifier names what a database owner did."""

from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts.models import PrivacyConsent
from accounts.privacy.consent import accept_notice
from documents.models import Document
from expo.figures.snapshots import save_snapshot
from expo.models import LedgerEntry, Report
from orders.chasing import chase
from orders.models import Order
from procurement import clock
from procurement.models import Event
from procurement.rows import triggers
from procurement.rows.events import Break, verify
from tests.factories import World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def as_owner(world: World) -> Iterator[World]:
    """What somebody can do who owns the database and takes the triggers away."""
    world.approved([9])
    world.requested([4])
    triggers.remove(connection)
    yield world
    triggers.install(connection)


@pytest.mark.parametrize("table", triggers.APPEND_ONLY_TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {0} SET id = id + 1", "DELETE FROM {0}"])
def test_the_database_refuses_to_change_the_past(world: World, table: str, statement: str) -> None:
    order = world.quoted([9])
    coordinator = world.actor("coordinator")
    save_snapshot(edition_id=world.edition.pk, label="Untuk pers", actor=coordinator)
    accept_notice(actor=coordinator, given_by=PrivacyConsent.GivenBy.BANNER)
    chase.note(order_id=order.pk, actor=coordinator, text="menelepon PPK")
    Report.objects.create(
        edition=world.edition,
        as_of=clock.now(),
        language="id",
        document=Document.objects.latest("pk"),
        workbook="laporan.xlsx",
        workbook_sha256="0" * 64,
        made_at=clock.now(),
    )
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.all().delete()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        LedgerEntry.objects.update(amount=1)


@pytest.mark.postgres
@pytest.mark.parametrize("table", triggers.APPEND_ONLY_TABLES)
def test_postgresql_refuses_to_truncate(world: World, table: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE {table} CASCADE")


def breaks() -> list[Break]:
    return list(verify())


def third_event() -> Event:
    return Event.objects.filter(stream=f"order:{Order.objects.earliest('pk').pk}").order_by("sequence")[2]


def test_a_whole_trail_verifies(world: World) -> None:
    world.closed([9])
    assert breaks() == []
    call_command("verify_audit")


@pytest.mark.parametrize(
    "change",
    [
        {"note": "lain"},
        {"verb": "order.x"},
        {"actor_id": None},
        {"to_state": "closed"},
        {"changes": {"a": 1}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_edited_event_is_named(as_owner: World, change: dict[str, object]) -> None:
    event = third_event()
    Event.objects.filter(pk=event.pk).update(**change)
    if (
        Event.objects.get(pk=event.pk).__dict__.items()
        >= {key: value for key, value in event.__dict__.items() if key in change}.items()
    ):
        Event.objects.filter(pk=event.pk).update(note="tetap lain")
    assert [(found.stream, found.event_id) for found in breaks()] == [(event.stream, event.pk)]
    with pytest.raises(CommandError):
        call_command("verify_audit")


def test_a_deleted_event_is_named(as_owner: World) -> None:
    event = third_event()
    following = Event.objects.get(stream=event.stream, sequence=event.sequence + 1)
    event.delete()
    assert [(found.stream, found.event_id) for found in breaks()] == [(event.stream, following.pk)]


def test_two_swapped_events_are_named(as_owner: World) -> None:
    one = third_event()
    two = Event.objects.get(stream=one.stream, sequence=one.sequence + 1)
    Event.objects.filter(pk=one.pk).update(sequence=900)
    Event.objects.filter(pk=two.pk).update(sequence=one.sequence)
    Event.objects.filter(pk=one.pk).update(sequence=two.sequence)
    assert [(found.stream, found.event_id) for found in breaks()] == [(one.stream, two.pk)]


def test_a_tail_that_was_cut_off_is_caught_by_the_anchor(as_owner: World) -> None:
    last = Event.objects.filter(stream=third_event().stream).latest("sequence")
    last.delete()
    assert [(found.stream, found.sequence, found.event_id) for found in breaks()] == [
        (last.stream, last.sequence, None)
    ]


def test_a_trail_that_vanished_whole_is_caught(as_owner: World) -> None:
    stream = third_event().stream
    Event.objects.filter(stream=stream).delete()
    assert [found.stream for found in breaks()] == [stream]
