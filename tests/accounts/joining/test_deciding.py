"""Who decides on applications: coordinators of the organiser to which they were sent, and one of them once."""

from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.acting import actor_for
from accounts.joining.application import Application
from accounts.joining.deciding import ask_applicant, refuse_application
from accounts.models import Membership, Organisation, Role
from buyers.models import InstitutionApplication
from msmes.models import MsmeApplication
from procurement.errors import InvalidInput, NotFound, NotPermitted, WrongState
from procurement.files import sweeping
from procurement.rows.events import verify
from procurement.work import retention
from tests.factories import World, make_user, make_world
from tests.joining import again, applied, begin, open_doors, prove, sent_photo

pytestmark = [pytest.mark.django_db, pytest.mark.database]

BOTH = [InstitutionApplication, MsmeApplication]
ACTS = ("application", "application_ask", "application_refuse", "application_accept")


@pytest.fixture
def world() -> World:
    world = make_world()
    open_doors(world.edition.organiser.organisation)
    return world


def neighbour() -> Any:
    """A coordinator of another organiser."""
    other = Organisation.objects.create(kind="expo", name="Penyelenggara Kedua", code="DUA")
    user = make_user("kedua@contoh.id", "Koordinator Kedua")
    Membership.objects.create(user=user, organisation=other, role=Role.COORDINATOR)
    return user, other


@pytest.mark.parametrize("model", BOTH)
def test_another_organiser_finds_nothing(world: World, client: Client, model: type[Application]) -> None:
    row = applied(model)
    user, other = neighbour()
    client.force_login(user)
    for name in ACTS:
        url = reverse(f"{model.space}:{name}", args=[row.pk])
        assert client.get(url).status_code == 404, name
        if name != "application":
            assert client.post(url, {"reason": "x", "question": "x", "become": "new"}).status_code == 404, (
                name
            )
    listed = client.get(reverse(f"{model.space}:applications")).content.decode()
    assert row.name not in listed
    exported: Any = client.get(reverse(f"{model.space}:applications") + "?export=csv")
    content = b"".join(exported.streaming_content) if exported.streaming else exported.content
    assert row.name not in content.decode()
    with pytest.raises(NotFound):
        refuse_application(
            model=model,
            application_id=row.pk,
            reason="x",
            actor=actor_for(user=user, organisation=other),
        )
    assert again(row).status == "waiting"


@pytest.mark.parametrize("model", BOTH)
def test_what_is_not_sent_yet_is_seen_by_nobody(
    world: World, client: Client, model: type[Application]
) -> None:
    client.force_login(world.people["coordinator"])
    row = begin(model)
    url = reverse(f"{model.space}:application", args=[row.pk])
    assert client.get(url).status_code == 404
    prove(row)
    assert client.get(url).status_code == 404
    assert row.name not in client.get(reverse(f"{model.space}:applications")).content.decode()


@pytest.mark.parametrize("model", BOTH)
def test_a_viewer_does_not_read_them(world: World, client: Client, model: type[Application]) -> None:
    row = applied(model)
    client.force_login(world.people["viewer"])
    for name in ACTS:
        assert client.get(reverse(f"{model.space}:{name}", args=[row.pk])).status_code == 403
    assert client.get(reverse(f"{model.space}:applications")).status_code == 403
    with pytest.raises(NotFound):
        refuse_application(model=model, application_id=row.pk, reason="x", actor=world.actor("viewer"))


@pytest.mark.parametrize("model", BOTH)
def test_the_list_asks_the_same_however_long_it_is(
    world: World, client: Client, model: type[Application]
) -> None:
    client.force_login(world.people["coordinator"])
    url = reverse(f"{model.space}:applications")

    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(url).status_code == 200
        return len(caught)

    applied(model)
    asked()
    one = asked()
    for _more in range(3):
        applied(model)
    assert asked() == one


def test_the_second_who_decides_hears_who_was_first(world: World, client: Client) -> None:
    row = applied(MsmeApplication)
    coordinator = world.actor("coordinator")
    refuse_application(model=MsmeApplication, application_id=row.pk, reason="Ganda", actor=coordinator)
    second = make_user("kedua.koordinator@contoh.id", "Kedua")
    Membership.objects.create(
        user=second, organisation=world.edition.organiser.organisation, role=Role.COORDINATOR
    )
    client.force_login(second)
    for name, body in (
        ("application_refuse", {"reason": "x"}),
        ("application_ask", {"question": "x"}),
        ("application_accept", {"become": "new", "code": "X", "district": "Kota Malang"}),
    ):
        answer = client.post(reverse(f"msmes:{name}", args=[row.pk]), body)
        assert answer.status_code == 409
        assert str(world.people["coordinator"]) in answer.content.decode()


def test_a_reason_and_a_question_are_said(world: World) -> None:
    row = applied(MsmeApplication)
    coordinator = world.actor("coordinator")
    with pytest.raises(InvalidInput, match="alasannya"):
        refuse_application(model=MsmeApplication, application_id=row.pk, reason="  ", actor=coordinator)
    with pytest.raises(InvalidInput):
        ask_applicant(model=MsmeApplication, application_id=row.pk, question="", actor=coordinator)
    ask_applicant(model=MsmeApplication, application_id=row.pk, question="NIB?", actor=coordinator)
    with pytest.raises(WrongState):
        ask_applicant(model=MsmeApplication, application_id=row.pk, question="Lagi?", actor=coordinator)
    with pytest.raises((NotFound, NotPermitted)):
        refuse_application(
            model=MsmeApplication, application_id=row.pk, reason="x", actor=world.actor("owner0")
        )


@pytest.mark.parametrize("model", BOTH)
def test_the_database_knows_the_states(world: World, model: type[Application]) -> None:
    row = begin(model)
    for values in ({"status": "anything"}, {"status": "accepted"}, {"language": "fr"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            model._default_manager.filter(pk=row.pk).update(**values)


# --- Files go with their row ---------------------------------------------------------------------------------


def kind_named(name: str) -> retention.RetainedKind:
    (kind,) = [one for one in retention.kinds() if one.name == name]
    return kind


@pytest.mark.parametrize("model", BOTH)
def test_what_is_forgotten_takes_its_files_along(world: World, model: type[Application]) -> None:
    from datetime import timedelta

    from procurement import clock

    row = applied(model)
    storage = storages["documents"]
    names = (
        [row.letter]
        if isinstance(row, InstitutionApplication)
        else list(row.photos.values_list("file", flat=True))
    )
    assert all(storage.exists(name) for name in names)
    assert names
    refuse_application(
        model=model, application_id=row.pk, reason="Bukan produsen", actor=world.actor("coordinator")
    )
    kind = kind_named(f"applied-{row.kind}")
    with clock.at(clock.now() + timedelta(days=89)):
        assert retention.forget(kind) == 0
    with clock.at(clock.now() + timedelta(days=91)):
        assert retention.forget(kind) == 1
    assert not model._default_manager.exists()
    assert not any(storage.exists(name) for name in names)
    assert list(verify()) == []


def test_a_replaced_photo_is_removed_and_a_lost_one_swept(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    import io

    from accounts.joining.tokens import token_of
    from msmes.joining.photos import FOLDER, keep_photo
    from tests.joining import photo

    row = prove(begin(MsmeApplication))
    for _time in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            keep_photo(token=token_of(row), name="photo_1", upload=io.BytesIO(photo()), size=10)
    (kept,) = row.photos.values_list("file", flat=True)
    _folders, files = storages["documents"].listdir(FOLDER)
    assert kept.rpartition("/")[2] in files
    assert FOLDER in sweeping._folders
    assert sweeping._folders[FOLDER]([kept, f"{FOLDER}/lain.jpg"]) == [kept]
    assert sent_photo().size
