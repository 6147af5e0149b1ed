"""An MSME applies on a phone, and a coordinator takes it in."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.joining.tokens import path_of
from accounts.models import Acceptance, Membership, User
from msmes.models import Msme, MsmeApplication
from procurement.models import Event
from tests.factories import World, make_world
from tests.joining import (
    again,
    applied,
    begin,
    msme_details,
    open_doors,
    photo,
    post,
    prove,
    sent_later,
    sent_photo,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def world() -> World:
    world = make_world()
    open_doors(world.edition.organiser.organisation)
    return world


def accept(world: World, client: Client, row: MsmeApplication, **instead: Any) -> Any:
    client.force_login(world.people["coordinator"])
    url = reverse("msmes:application_accept", args=[row.pk])
    body = {
        "become": "new",
        "code": "SEKAR",
        "district": "Kota Malang",
        "size": "micro",
        **instead,
    }
    return client.post(url, body)


def test_from_three_screens_to_the_register(world: World, client: Client) -> None:
    row = begin(MsmeApplication, client)
    assert (row.status, row.phone) == ("unproved", "081311112222")
    page = client.get(path_of(row)).content.decode()
    assert "081311112222" in page
    row = prove(row, client)
    assert row.status == "draft"
    assert "Langkah 3 dari 3" in client.get(path_of(row)).content.decode()
    assert post(row, msme_details(email="Sulastri@contoh.id"), client).status_code == 302
    row = again(row)
    assert (row.status, row.nib, row.email) == ("waiting", "9120001234567", "sulastri@contoh.id")
    assert "Menunggu koordinator" in client.get(path_of(row)).content.decode()
    assert accept(world, client, row).status_code == 302
    row = again(row)
    msme = Msme.objects.get(organisation=row.organisation)
    assert (msme.nib, msme.owner_name, msme.organisation.code) == ("9120001234567", "Sulastri", "SEKAR")
    owner = Membership.objects.get(organisation=msme.organisation, role="owner").user
    assert (owner.email, owner.name, owner.has_usable_password()) == (
        "sulastri@contoh.id",
        "Sulastri",
        False,
    )
    assert Acceptance.objects.get(organisation=msme.organisation).organiser == row.organiser
    assert sent_later(row) == ["code", "received", "accepted"]


def test_without_a_mail_address_nobody_is_invited(world: World, client: Client) -> None:
    row = applied(MsmeApplication)
    people = User.objects.count()
    assert accept(world, client, row).status_code == 302
    row = again(row)
    assert User.objects.count() == people
    assert "tanpa akun" in Client().get(path_of(row)).content.decode()


def test_the_owner_of_a_known_msme_is_added_to_it(world: World, client: Client) -> None:
    known = world.msmes[1]
    Msme.objects.filter(pk=known.pk).update(nib="9120001234567")
    row = applied(MsmeApplication, details={"email": "baru@contoh.id"})
    count = Msme.objects.count()
    client.force_login(world.people["coordinator"])
    page = client.get(reverse("msmes:application", args=[row.pk])).content.decode()
    assert "NIB sama" in page
    assert accept(world, client, row, become=str(known.pk)).status_code == 302
    assert Msme.objects.count() == count
    assert again(row).organisation_id == known.pk
    assert Membership.objects.filter(
        organisation=known.organisation, user__email="baru@contoh.id", role="owner"
    ).exists()


def test_anothers_nib_as_new_is_refused_to_the_coordinator_alone(world: World, client: Client) -> None:
    Msme.objects.filter(pk=world.msmes[1].pk).update(nib="9120001234567")
    row = applied(MsmeApplication)
    answer = accept(world, client, row)
    assert answer.status_code == 422
    assert "sudah terdaftar pada UMKM lain" in answer.content.decode()
    assert again(row).status == "waiting"
    assert "NIB" not in Client().get(path_of(row)).content.decode()


def test_asked_back_corrected_and_refused(world: World, client: Client) -> None:
    row = applied(MsmeApplication)
    client.force_login(world.people["coordinator"])
    ask = reverse("msmes:application_ask", args=[row.pk])
    assert client.post(ask, {"question": "Apakah NIB ini benar?"}).status_code == 302
    page = Client().get(path_of(row)).content.decode()
    assert "Apakah NIB ini benar?" in page
    assert 'value="Batik Sekar Arum"' in page
    body = msme_details(name="Batik Sekar Arum Malang", person="Sulastri", answer="Sudah saya perbaiki")
    del body["photo_1"]
    assert post(row, body).status_code == 302
    row = again(row)
    assert (row.status, row.name, row.photos.count()) == ("waiting", "Batik Sekar Arum Malang", 1)
    assert "Sudah saya perbaiki" in client.get(reverse("msmes:application", args=[row.pk])).content.decode()
    refuse = reverse("msmes:application_refuse", args=[row.pk])
    assert client.post(refuse, {"reason": "Bukan produsen"}).status_code == 302
    assert "Bukan produsen" in Client().get(path_of(row)).content.decode()
    assert sent_later(again(row)) == ["code", "received", "asked", "refused"]
    verbs = Event.objects.filter(verb__startswith="application.").order_by("pk")
    assert [event.verb for event in verbs] == [
        "application.send",
        "application.ask",
        "application.answer",
        "application.refuse",
    ]
    said = " ".join(str(event.changes) + event.note for event in verbs)
    assert "Sekar" not in said
    assert "Bukan" not in said


def test_what_was_typed_and_good_photos_stay_when_something_is_wrong(world: World, client: Client) -> None:
    row = prove(begin(MsmeApplication, client), client)
    body = msme_details(nib="12", makes="Sarung goyor", photo_2=sent_photo(b"#!/bin/sh\nrm -rf /"))
    answer = post(row, body, client)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "NIB terdiri dari 13 angka" in page
    assert "bukan foto yang dapat dibaca" in page
    assert "Sarung goyor" in page
    assert page.count("Sudah tersimpan") == 1
    # The summary tells the truth about the photo that is kept, and promises nothing about the rest.
    assert "Tidak ada yang disimpan" not in page
    assert "Yang tersimpan hanya berkasnya" in page
    assert "Tersimpan dan tidak perlu dikirim lagi: Foto 1" in page
    assert again(row).status == "draft"
    done = post(row, {**body, "nib": "9120001234567", "photo_1": "", "photo_2": ""}, client)
    assert done.status_code == 302
    assert again(row).photos.count() == 1


def test_a_picture_that_would_become_huge_is_refused_and_a_large_file_too(
    world: World, client: Client
) -> None:
    row = prove(begin(MsmeApplication, client), client)
    huge = photo(5_000, "PNG")
    assert len(huge) < 200_000
    answer = post(row, msme_details(photo_1=sent_photo(huge, "kecil.png")), client)
    assert answer.status_code == 422
    assert "16 megapiksel" in answer.content.decode()
    heavy = post(row, msme_details(photo_1=sent_photo(b"\xff\xd8" + b"0" * (5 * 1024 * 1024))), client)
    assert heavy.status_code == 422
    assert "5 MB" in heavy.content.decode()
    assert (again(row).status, again(row).photos.count()) == ("draft", 0)


def test_photos_are_our_own_drawing_and_seen_by_coordinators_alone(world: World, client: Client) -> None:
    row = applied(MsmeApplication)
    url = reverse("msmes:application_photo", args=[row.pk, 1])
    client.force_login(world.people["coordinator"])
    answer = client.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert answer.content.startswith(b"\xff\xd8")
    assert client.get(reverse("msmes:application_photo", args=[row.pk, 2])).status_code == 404
    for role, status in (("viewer", 403), ("owner0", 404), ("requester", 404)):
        client.force_login(world.people[role])
        assert client.get(url).status_code == status
    assert Client().get(url).status_code == 302


def test_back_to_the_first_screen_and_another_phone(world: World, client: Client) -> None:
    row = begin(MsmeApplication, client)
    first = client.get(f"{path_of(row)}?langkah=1").content.decode()
    assert 'value="Batik Sekar Arum"' in first
    answer = post(
        row, {"act": "begin", "name": "Batik Arum", "person": "Sulastri", "phone": "0899000111"}, client
    )
    assert answer.status_code == 302
    changed = again(row)
    assert (changed.name, changed.phone, changed.codes_sent) == ("Batik Arum", "0899000111", 2)
    assert changed.code_salt != row.code_salt
    proved = prove(changed, client)
    body = {"act": "begin", "name": "Batik Arum", "person": "Lastri", "phone": "0811111111"}
    assert post(proved, body, client).status_code == 302
    proved = again(proved)
    assert (proved.person, proved.phone, proved.status) == ("Lastri", "0899000111", "draft")


def test_withdrawn_is_decided_by_nobody(world: World, client: Client) -> None:
    row = applied(MsmeApplication)
    withdraw = reverse("msmes:join_withdraw", args=[path_of(row).rstrip("/").rpartition("/")[2]])
    assert Client().get(withdraw).status_code == 200
    assert again(row).status == "waiting"
    assert Client().post(withdraw).status_code == 302
    assert again(row).status == "withdrawn"
    assert accept(world, client, row).status_code == 409
    assert Client().post(withdraw).status_code == 409
