"""An institution applies with a letter, and a coordinator takes it in."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.joining.tokens import path_of
from accounts.models import Acceptance, Membership
from buyers.joining.accepting import ROLES
from buyers.models import Institution, InstitutionApplication, Officer
from tests.factories import World, make_user, make_world
from tests.joining import (
    INSTITUTION_DETAILS,
    again,
    applied,
    begin,
    open_doors,
    post,
    prove,
    sent_later,
    sent_letter,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def world() -> World:
    world = make_world()
    open_doors(world.edition.organiser.organisation)
    return world


def accept(world: World, client: Client, row: Any, **instead: Any) -> Any:
    client.force_login(world.people["coordinator"])
    url = reverse("buyers:application_accept", args=[row.pk])
    return client.post(url, {"become": "new", "code": "BN-MLG", **instead})


def test_from_three_screens_to_the_register(world: World, client: Client) -> None:
    row = applied(InstitutionApplication)
    assert (row.status, row.npwp, row.nitku, row.phone) == (
        "waiting",
        "012345678901000",
        "0123456789012345678901",
        "0341123456",
    )
    client.force_login(world.people["coordinator"])
    detail = client.get(reverse("buyers:application", args=[row.pk])).content.decode()
    assert "Kepala Sekretariat" in detail
    assert "Tidak ada dengan nomor" in detail
    assert accept(world, client, row).status_code == 302
    row = again(row)
    institution = Institution.objects.get(organisation=row.organisation)
    assert (institution.organisation.code, institution.city, institution.kind) == (
        "BN-MLG",
        "Kota Malang",
        "financial",
    )
    roles = Membership.objects.filter(organisation=row.organisation, is_active=True)
    assert set(roles.values_list("role", flat=True)) == set(ROLES)
    assert {one.user.email for one in roles} == {"dewi@nusantara.example"}
    officer = Officer.objects.get(institution=institution)
    assert (officer.post, officer.is_active, officer.limit) == ("Kepala Sekretariat", False, None)
    assert Acceptance.objects.get(organisation=row.organisation).way == Acceptance.Way.REGISTERED
    assert sent_later(row) == ["code", "received", "accepted"]
    assert any("http://" in message.body for message in mail.outbox)


def test_a_free_mail_address_asks_for_a_reason_that_the_coordinator_reads(
    world: World, client: Client
) -> None:
    body = {"name": "Koperasi Pegawai", "email": "kop@gmail.com", "consent": "on"}
    answer = Client().post(reverse("buyers:join"), body)
    assert answer.status_code == 422
    assert "bukan surel kantor" in answer.content.decode()
    assert not InstitutionApplication.objects.exists()
    row = applied(InstitutionApplication, email="kop@gmail.com", free_mail_reason="Kami belum punya domain")
    client.force_login(world.people["coordinator"])
    assert (
        "Kami belum punya domain" in client.get(reverse("buyers:application", args=[row.pk])).content.decode()
    )


def test_the_person_is_added_to_a_known_institution_and_keeps_other_roles(
    world: World, client: Client
) -> None:
    known = world.institution
    Institution.objects.filter(pk=known.pk).update(email="humas@nusantara.example")
    user = make_user("dewi@nusantara.example", "Dewi")
    Membership.objects.create(user=user, organisation=known.organisation, role="treasurer")
    row = applied(InstitutionApplication)
    client.force_login(world.people["coordinator"])
    assert (
        "surel di domain yang sama"
        in client.get(reverse("buyers:application", args=[row.pk])).content.decode()
    )
    count = Institution.objects.count()
    assert accept(world, client, row, become=str(known.pk)).status_code == 302
    assert Institution.objects.count() == count
    roles = Membership.objects.filter(user=user, organisation=known.organisation, is_active=True)
    assert set(roles.values_list("role", flat=True)) == {"requester", "treasurer"}


def test_one_that_is_no_duplicate_or_not_ours_cannot_be_chosen(world: World, client: Client) -> None:
    row = applied(InstitutionApplication)
    answer = accept(world, client, row, become=str(world.other_institution.pk))
    assert answer.status_code == 422
    assert again(row).status == "waiting"


@pytest.mark.parametrize(
    "content", [b"#!/bin/sh\nrm -rf /", b"%PDF-1.7 /JavaScript (x) %%EOF", b"<html>", b"%PDF-1.7 cut"]
)
def test_a_script_as_letter_is_refused_and_the_rest_kept(world: World, content: bytes) -> None:
    row = prove(begin(InstitutionApplication))
    answer = post(row, {**INSTITUTION_DETAILS, "letter": sent_letter(content)})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Kepala Sekretariat"' in page
    assert "PDF" in page
    row = again(row)
    assert (row.status, row.letter, row.post) == ("draft", "", "")


def test_without_a_letter_it_is_not_sent(world: World) -> None:
    row = prove(begin(InstitutionApplication))
    answer = post(row, INSTITUTION_DETAILS)
    assert answer.status_code == 422
    assert "surat tugas" in answer.content.decode()
    kept = post(row, {**INSTITUTION_DETAILS, "npwp": "1", "letter": sent_letter()})
    assert kept.status_code == 422
    assert "Sudah tersimpan" in kept.content.decode()
    assert "Tidak ada yang disimpan" not in kept.content.decode()
    assert post(row, INSTITUTION_DETAILS).status_code == 302


def test_the_letter_is_saved_never_shown(world: World, client: Client) -> None:
    row = applied(InstitutionApplication)
    client.force_login(world.people["coordinator"])
    answer = client.get(reverse("buyers:application_letter", args=[row.pk]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    client.force_login(world.people["requester"])
    assert client.get(reverse("buyers:application_letter", args=[row.pk])).status_code == 404
    client.force_login(world.people["viewer"])
    assert client.get(reverse("buyers:application_letter", args=[row.pk])).status_code == 403


def test_the_code_that_is_taken_is_said_at_its_field(world: World, client: Client) -> None:
    row = applied(InstitutionApplication)
    answer = accept(world, client, row, code="bi-cth")
    assert answer.status_code == 422
    assert "Kode itu sudah dipakai" in answer.content.decode()
    assert again(row).organisation is None


def test_a_coordinator_does_not_take_in_themselves(world: World, client: Client) -> None:
    email = world.people["coordinator"].email
    row = applied(InstitutionApplication, email=email)
    assert accept(world, client, row).status_code == 403
    assert (again(row).status, Institution.objects.filter(organisation__code="BN-MLG").count()) == (
        "waiting",
        0,
    )
    assert path_of(row)
