"""Coordinators learn that somebody applied: by a notification without names, and on the dashboard."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.joining.deciding import refuse_application
from accounts.joining.waiting import waiting_of
from accounts.models import Organisation
from buyers.models import InstitutionApplication
from msmes.models import MsmeApplication
from procurement.models import OutboxMessage
from tests.factories import World, make_world
from tests.joining import applied, begin, open_doors

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = make_world()
    open_doors(world.edition.organiser.organisation)
    return world


def test_coordinators_are_told_and_not_by_name(world: World) -> None:
    row = applied(MsmeApplication)
    told = OutboxMessage.objects.get(topic="accounts.tell")
    assert told.payload["organisation_id"] == row.organiser_id
    assert told.payload["roles"] == ["coordinator"]
    assert told.payload["url"] == reverse("msmes:application", args=[row.pk])
    assert row.reference in str(told.payload)
    assert "Sekar" not in str(told.payload)
    assert "Sulastri" not in str(told.payload)


def test_the_dashboard_counts_what_waits(world: World, client: Client) -> None:
    client.force_login(world.people["coordinator"])
    home = reverse("expo:home")
    assert "menunggu</span>" not in client.get(home).content.decode()
    begin(MsmeApplication)
    assert "Pendaftaran UMKM menunggu" not in client.get(home).content.decode()
    applied(MsmeApplication)
    page = client.get(home).content.decode()
    assert "Pendaftaran UMKM menunggu" in page
    assert "Pendaftaran instansi menunggu" not in page
    assert f"{reverse('msmes:applications')}?keadaan=waiting" in page
    applied(InstitutionApplication)
    assert "Pendaftaran instansi menunggu" in client.get(home).content.decode()
    client.force_login(world.people["viewer"])
    assert "Pendaftaran UMKM menunggu" not in client.get(home).content.decode()


def test_a_decision_leads_on_to_what_has_waited_longest(world: World, client: Client) -> None:
    decided, second, third = (
        applied(MsmeApplication, phone=f"08131111{n}") for n in ("2222", "3333", "4444")
    )
    office = applied(InstitutionApplication)
    client.force_login(world.people["coordinator"])

    def following(row: Any) -> str:
        page = client.get(reverse(f"{row.space}:application", args=[row.pk])).content.decode()
        before, found, _after = page.partition("Berikutnya: ")
        return re.findall(r'href="([^"]+)"', before)[-1] if found else ""

    assert following(decided) == ""  # it is decided first
    for row, leads_to in ((decided, second), (second, third), (third, office)):
        refuse_application(
            model=MsmeApplication, application_id=row.pk, reason="Penuh", actor=world.actor("coordinator")
        )
        assert following(row) == reverse(f"{leads_to.space}:application", args=[leads_to.pk])
    # Whoever is asked something is waited for, and another organiser's applications are nobody's business here.
    elsewhere = Organisation.objects.create(kind=Organisation.Kind.EXPO, name="Dinas Lain", code="LAIN")
    InstitutionApplication.objects.filter(pk=office.pk).update(organiser=elsewhere)
    assert following(third) == ""


def test_what_is_counted_is_kept_until_something_changes(
    world: World, client: Client, django_assert_num_queries: Any
) -> None:
    row = applied(MsmeApplication)
    assert waiting_of(row.organiser_id) == {"msme": 1}
    with django_assert_num_queries(0):
        assert waiting_of(row.organiser_id) == {"msme": 1}
    refuse_application(
        model=MsmeApplication, application_id=row.pk, reason="Ganda", actor=world.actor("coordinator")
    )
    assert waiting_of(row.organiser_id) == {}


def test_they_are_counted_for_their_organiser_alone(world: World) -> None:
    row = applied(MsmeApplication)
    other = Organisation.objects.create(kind="expo", name="Lain", code="LAIN")
    assert waiting_of(row.organiser_id) == {"msme": 1}
    assert waiting_of(other.pk) == {}
    assert waiting_of(None) == {}


def test_the_list_is_filtered_and_exported(world: World, client: Client) -> None:
    applied(MsmeApplication)
    client.force_login(world.people["coordinator"])
    url = reverse("msmes:applications")
    assert "Batik Sekar Arum" in client.get(f"{url}?keadaan=waiting").content.decode()
    assert "Batik Sekar Arum" not in client.get(f"{url}?keadaan=refused").content.decode()
    answer = client.get(f"{url}?export=csv")
    sheet = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    assert "9120001234567" in sheet.decode()
    assert "Menunggu koordinator" in sheet.decode()
