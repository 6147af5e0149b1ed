"""The copy of one's own data holds every table that names the person, and nobody else's data."""

import io
import json
import zipfile
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from accounts.acting import SYSTEM, Actor
from accounts.models import User
from accounts.privacy import export, own_data
from procurement.errors import NotPermitted, WrongState
from procurement.models import Job, OutboxMessage
from tests.factories import World, make_user, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def keys_of_people() -> set[str]:
    """Every foreign key of every table that names a person."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is User
    }


def copy(person: User) -> tuple[dict[str, list[dict[str, object]]], str]:
    """The copy as a worker makes it: the data, and the page."""
    with zipfile.ZipFile(io.BytesIO(export.copy_of(person))) as archive:
        return json.loads(archive.read("data.json")), archive.read("data.html").decode()


def test_every_key_to_a_person_is_in_the_copy_or_excluded_with_a_reason() -> None:
    exported = {f"{part.label}.{key}" for part in export.parts() for key in part.keys}
    assert not exported & set(export.EXCLUDED)
    assert exported | set(export.EXCLUDED) == keys_of_people()
    assert all(export.EXCLUDED.values())


def test_no_column_leads_to_another_person() -> None:
    """Columns end in plain fields of the row or of an organisation, order or paper; never in those of a person."""
    for part in export.parts():
        for column in part.columns:
            model: Any = part.model
            for step in column.split("__"):
                try:
                    field = model._meta.get_field(step)
                except FieldDoesNotExist:
                    pytest.fail(f"{part.label}: {column}")
                if field.is_relation:
                    assert field.related_model is not User, (part.label, column)
                    model = field.related_model
                else:
                    assert column.endswith(step), (part.label, column)


def test_the_copy_holds_what_a_person_did_and_nothing_of_others(world: World) -> None:
    world.approved()
    approver, requester = world.people["approver"], world.people["requester"]
    data, page = copy(approver)
    assert [row["email"] for row in data["accounts.User"]] == [approver.email]
    assert [row["role"] for row in data["accounts.Membership"]] == ["approver"]
    assert data["orders.ApprovalStep"]
    assert "order.approve" in {row["verb"] for row in data["procurement.Event"]}
    assert "order.submit" not in {row["verb"] for row in data["procurement.Event"]}
    assert data["orders.Order"] == []
    written = json.dumps(data)
    for other in User.objects.exclude(pk=approver.pk):
        assert other.email not in written + page
        assert other.name not in written + page
    assert approver.name in page
    assert {row["as"] for row in copy(requester)[0]["orders.Order"]} == {"requester", "submitted_by"}


def test_an_owner_gets_what_is_kept_of_the_business(world: World) -> None:
    data, _page = copy(world.people["owner0"])
    assert [row["bank_account"] for row in data["msmes.Msme"]] == [world.msmes[0].bank_account]
    assert len(data["msmes.Msme"]) == 1


def test_what_people_typed_is_no_markup_in_the_page() -> None:
    _data, page = copy(make_user("jahat@contoh.id", "<script>alert(1)</script>"))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_the_copy_is_made_once_and_loaded_by_the_person_alone(client: Client, world: World) -> None:
    person = world.people["requester"]
    client.force_login(person)
    page = reverse("accounts:own_data")
    assert client.post(page)["Location"] == page
    job = own_data.copies_of(person).get()
    assert job.organisation is None
    assert OutboxMessage.objects.filter(topic="accounts.copy", payload={"job_id": job.pk}).count() == 1
    with pytest.raises(WrongState):
        own_data.ask_for_copy(actor=Actor(user=person, organisation=None))
    assert client.post(page).status_code == 409

    own_data.make_copy(job_id=job.pk)
    job.refresh_from_db()
    assert job.status == Job.Status.DONE
    address = reverse("accounts:own_data_file", args=[job.pk])
    assert address in client.get(page).content.decode()
    answer = client.get(address)
    assert "attachment" in answer["Content-Disposition"]
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert person.email in archive.read("data.json").decode()

    colleague = Client()
    colleague.force_login(world.people["approver"])
    assert colleague.get(address).status_code == 404
    assert job.name not in colleague.get(reverse("procurement:jobs")).content.decode()
    job.file.delete(save=False)
    assert client.get(address).status_code == 404


def test_another_job_is_no_copy(client: Client, world: World) -> None:
    person = world.people["requester"]
    other = Job.objects.create(
        kind="orders.import", title="Impor", user=person, file=ContentFile(b"x", "x.xlsx")
    )
    client.force_login(person)
    assert client.get(reverse("accounts:own_data_file", args=[other.pk])).status_code == 404


def test_the_system_has_no_copy() -> None:
    with pytest.raises(NotPermitted):
        own_data.ask_for_copy(actor=SYSTEM)
