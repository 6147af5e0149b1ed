"""Each step by itself: kept, left and taken up again, refused with a sentence, changeable later."""

from io import BytesIO
from typing import Any

import pytest
from allauth.account.authentication import get_authentication_records
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import Membership, Organisation, User
from documents.models import DocumentKind
from expo.begin.steps import next_step
from expo.editions.targets import targets_of
from expo.letterhead import letterhead_of
from expo.models import Edition, Organiser, Setup
from msmes.models import Category, District
from procurement.models import Event, OutboxMessage
from tests.documents.samples import document
from tests.expo.begin.typed import (
    CHOICES,
    COORDINATOR,
    EDITION,
    ORGANISER,
    PASSWORD,
    entered,
    send,
    up_to_coordinator,
    up_to_edition,
)
from tests.factories import make_user, make_world
from tests.sent_forms import as_opened

pytestmark = pytest.mark.django_db


def drawing(width: int = 60, height: int = 40) -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, "PNG")
    return SimpleUploadedFile("logo.png", out.getvalue(), "image/png")


def here(client: Client) -> str:
    """Where the set-up goes on."""
    return str(client.get(reverse("expo:begin"))["Location"])


def sentences(answer: Any, field: str) -> str:
    assert answer.status_code == 422
    return " ".join(answer.context["form"].errors[field])


def test_from_the_address_to_the_checklist(client: Client) -> None:
    entered(client, opens_back_office=True)
    answer = send(client, "begin_organiser", {**ORGANISER, "logo": drawing()})
    assert answer["Location"] == reverse("expo:begin_letterhead")
    head = client.get(answer["Location"]).content.decode()
    assert "Jalan Balai 1" in head
    assert client.get(reverse("expo:begin_logo"))["Content-Type"] == "image/png"
    answer = send(client, "begin_coordinator", COORDINATOR)
    assert answer["Location"] == reverse("expo:begin_second_step")
    person = User.objects.get()
    assert client.session["_auth_user_id"] == str(person.pk)
    assert (person.is_staff, person.is_superuser) == (True, True)
    assert "Nanti saja" in client.get(answer["Location"]).content.decode()
    assert send(client, "begin_edition", EDITION)["Location"] == reverse("expo:begin")
    page = client.get(reverse("expo:begin_choices")).context["form"]
    assert page.get_initial_for_field(page.fields["provinces"], "provinces") == ["35"]  # of her own city
    assert send(client, "begin_choices", CHOICES)["Location"] == reverse("expo:begin")
    assert District.objects.count() == 38
    assert set(Category.objects.values_list("code", flat=True)) == {"BATIK", "JASA"}
    assert client.post(reverse("expo:begin_trial"), {})["Location"] == reverse("expo:begin_ready")
    answer = client.post(reverse("expo:begin_ready"))
    assert answer["Location"] == reverse("expo:home")
    setup = Setup.objects.get()
    assert (setup.is_open, next_step(setup)) == (False, None)
    office = Organisation.objects.get()
    assert (office.code, office.is_operator, setup.organisation) == ("KOTA", True, office)
    assert targets_of(Edition.objects.get()) == {"orders": 2_000_000_000}
    assert "Langkah berikutnya" in client.get(reverse("expo:home")).content.decode()
    connection.check_constraints()
    verbs = Event.objects.filter(stream=setup.stream).order_by("sequence").values_list("verb", "actor")
    assert list(verbs) == [
        ("setup.start", None),
        ("setup.use", None),
        ("setup.organiser", None),
        ("setup.coordinator", None),
        ("setup.chosen", person.pk),
        ("setup.tried", person.pk),
        ("setup.finish", person.pk),
    ]
    assert list(Event.objects.filter(stream=office.stream).values_list("verb", flat=True)) == [
        "office.change",
        "member.invite",
    ]
    assert not OutboxMessage.objects.filter(topic="accounts.invite").exists()  # she is here already


def test_the_one_who_set_up_may_add_a_second_step_without_typing_the_password_again(client: Client) -> None:
    up_to_coordinator(client)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    page = client.get(reverse("mfa_index")).content.decode()
    assert reverse("expo:begin") in page
    request = type("Asked", (), {"session": client.session})()
    assert [one["method"] for one in get_authentication_records(request, User.objects.get())] == ["password"]


def test_what_is_stopped_goes_on_where_it_was(client: Client) -> None:
    entered(client)
    assert here(client) == reverse("expo:begin_organiser")
    send(client, "begin_organiser", ORGANISER)
    assert here(client) == reverse("expo:begin_coordinator")
    # The browser is lost: a new address goes on with what was kept.
    other = entered(Client())
    assert here(other) == reverse("expo:begin_coordinator")
    assert client.get(reverse("expo:begin")).status_code == 302
    send(other, "begin_coordinator", COORDINATOR)
    # Now she signs in, anywhere.
    third = Client()
    assert (
        third.post(
            reverse("account_login"), {"login": COORDINATOR["email"], "password": PASSWORD}
        ).status_code
        == 302
    )
    assert here(third) == reverse("expo:begin_edition")
    assert "Selesaikan penyiapan" in third.get(reverse("expo:home")).content.decode()
    send(third, "begin_edition", EDITION)
    assert here(third) == reverse("expo:begin_choices")
    send(third, "begin_choices", CHOICES)
    assert here(third) == reverse("expo:begin_trial")
    third.post(reverse("expo:begin_trial"), {})
    third.post(reverse("expo:begin_ready"))
    assert not Setup.objects.get().is_open


def test_each_step_is_changed_by_going_back_to_it(client: Client) -> None:
    up_to_edition(client)
    page = client.get(reverse("expo:begin_organiser"))
    assert page.context["form"]["name"].value() == ORGANISER["name"]
    send(client, "begin_organiser", {**ORGANISER, "name": "Dinas Lain", "code": "LAIN"})
    office = Organisation.objects.get()
    assert (office.name, office.code) == ("Dinas Lain", "LAIN")
    send(client, "begin_edition", {**EDITION, "venue": "Balai Kota", "target_orders": ""})
    edition = Edition.objects.get()
    assert (edition.venue, targets_of(edition)) == ("Balai Kota", {})
    assert client.get(reverse("expo:begin_coordinator"))["Location"] == reverse("expo:begin_second_step")


def test_two_tabs_do_not_overwrite_each_other(client: Client) -> None:
    entered(client)
    send(client, "begin_organiser", ORGANISER)
    page = reverse("expo:begin_organiser")
    old = as_opened(client, page, {**ORGANISER, "city": "Jember"})
    send(client, "begin_organiser", {**ORGANISER, "city": "Sidoarjo"})
    answer = client.post(page, old)
    assert answer.status_code == 409
    assert Organiser.objects.get().city == "Sidoarjo"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "wajib"),
        ("address", "", "wajib"),
        ("city", "", "wajib"),
        ("code", "", "wajib"),
        ("code", "dua kata", "tanpa spasi"),
        ("code", "SUDAH", "sudah dipakai"),
        ("name", "Dinas \U0001f600", "tidak dapat"),
        ("email", "tanpa-at", "valid"),
    ],
)
def test_an_organiser_that_cannot_be_is_refused(
    client: Client, field: str, value: str, sentence: str
) -> None:
    entered(client)
    Organisation.objects.create(kind="institution", name="Bank", code="SUDAH")
    answer = send(client, "begin_organiser", {**ORGANISER, field: value})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert sentence in " ".join(answer.context["form"].errors[field]).lower() or sentence == "wajib"
    assert not Organisation.objects.filter(kind="expo").exists()
    assert Setup.objects.get().organisation_id is None


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (
            SimpleUploadedFile("logo.svg", b"<svg><script>alert(1)</script></svg>", "image/svg+xml"),
            "bukan gambar",
        ),
        (SimpleUploadedFile("logo.png", b"<script>", "image/png"), "bukan gambar"),
        (SimpleUploadedFile("logo.png", b"", "image/png"), "kosong"),
        (drawing(10_000, 10), "piksel"),
    ],
    ids=["drawing with a script", "script", "empty", "10,000 pixels wide"],
)
def test_a_logo_that_is_none_is_refused_and_nothing_is_kept(
    client: Client, upload: SimpleUploadedFile, sentence: str
) -> None:
    entered(client)
    upload.seek(0)
    answer = send(client, "begin_organiser", {**ORGANISER, "logo": upload})
    assert sentence in sentences(answer, "logo")
    assert not Organisation.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "x"), ("name", ""), ("password", "pendek"), ("password", "123456789012"), ("again", "lain")],
)
def test_a_coordinator_that_cannot_be_is_refused(client: Client, field: str, value: str) -> None:
    entered(client)
    send(client, "begin_organiser", ORGANISER)
    said = {**COORDINATOR, field: value}
    if field == "password":
        said["again"] = value
    answer = send(client, "begin_coordinator", said)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not User.objects.exists()
    assert Setup.objects.get().coordinator_id is None


def test_an_address_never_opens_somebody_elses_account(client: Client) -> None:
    world = make_world()
    person = world.people["requester"]
    entered(client, another=True)
    send(client, "begin_organiser", ORGANISER)
    answer = send(client, "begin_coordinator", {**COORDINATOR, "email": person.email.upper()})
    assert "sudah mempunyai akun" in sentences(answer, "email")
    person.refresh_from_db()
    assert not person.has_usable_password()
    # Whoever it is signs in and takes it on knowingly.
    client.force_login(person)
    page = client.get(reverse("expo:begin_coordinator"))
    assert person.email in page.content.decode()
    assert client.post(reverse("expo:begin_coordinator"))["Location"] == reverse("expo:begin_second_step")
    assert Membership.objects.filter(
        user=person, role="coordinator", organisation=Setup.objects.get().organisation
    ).exists()
    assert here(client) == reverse("expo:begin_edition")


def test_a_second_coordinator_by_the_same_address_is_refused(client: Client) -> None:
    entered(client)
    send(client, "begin_organiser", ORGANISER)
    said = COORDINATOR
    twin = Client()
    twin.cookies.load(client.cookies.output(header=""))
    assert client.post(reverse("expo:begin_coordinator"), said).status_code == 302
    answer = twin.post(reverse("expo:begin_coordinator"), {**said, "email": "lain@contoh.id"})
    assert answer.status_code in (302, 409)
    assert User.objects.count() == 1


def test_a_coordinator_of_another_organiser_has_no_part_in_it(client: Client) -> None:
    world = make_world()
    up_to_coordinator(Client(), another=True)
    client.force_login(world.people["coordinator"])
    assert client.get(reverse("expo:begin")).status_code == 409
    assert client.post(reverse("expo:begin_trial"), {}).status_code == 409
    client.force_login(world.people["viewer"])
    assert client.get(reverse("expo:begin")).status_code == 403
    client.force_login(world.people["requester"])
    assert client.get(reverse("expo:begin")).status_code == 404
    client.force_login(make_user("tanpa@contoh.id", "Tanpa"))
    assert client.get(reverse("expo:begin")).status_code == 404


def test_it_does_not_end_before_there_is_an_edition(client: Client) -> None:
    up_to_coordinator(client)
    client.post(reverse("expo:begin_trial"), {})
    assert client.post(reverse("expo:begin_ready")).status_code == 409
    assert Setup.objects.get().is_open


def test_what_is_finished_is_not_set_up_again(client: Client) -> None:
    up_to_edition(client)
    client.post(reverse("expo:begin_ready"))
    for name in ("begin", "begin_organiser", "begin_edition", "begin_ready"):
        answer = client.get(reverse(f"expo:{name}"))
        assert answer.status_code == 409
        assert "sudah selesai" in answer.content.decode()


def test_the_office_is_changed_later_and_its_code_until_papers_carry_it(client: Client) -> None:
    up_to_edition(client)
    client.post(reverse("expo:begin_ready"))
    answer = send(client, "office", {**ORGANISER, "city": "Jember", "logo": drawing()})
    assert answer.status_code == 302
    office = Organiser.objects.get()
    assert (office.city, office.logo is not None) == ("Jember", True)
    assert client.get(reverse("expo:logo"))["Content-Type"] == "image/png"
    assert letterhead_of(office).logo == office.logo_id  # papers carry it from now on
    assert send(client, "office", {**ORGANISER, "code": "BARU"}).status_code == 302
    document(DocumentKind.REPORT, issuer_id=office.pk, recipient_id=office.pk, overseer_id=office.pk).save()
    assert "nomor dokumen" in sentences(send(client, "office", {**ORGANISER, "code": "LAGI"}), "code")
    assert send(client, "office", {**ORGANISER, "code": "BARU", "removes_logo": "on"}).status_code == 302
    assert Organiser.objects.get().logo is None
    assert client.get(reverse("expo:logo")).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"), [("provinces", []), ("provinces", ["99"]), ("categories", ["TIDAK-ADA"])]
)
def test_what_does_not_ship_cannot_be_chosen(client: Client, field: str, value: list[str]) -> None:
    up_to_edition(client)
    answer = send(client, "begin_choices", {**CHOICES, field: value})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not District.objects.exists()
    assert Setup.objects.get().chosen_at is None


def test_what_was_chosen_is_added_to(client: Client) -> None:
    up_to_edition(client)
    send(client, "begin_choices", CHOICES)
    send(client, "begin_choices", {"provinces": ["51"], "categories": ["TENUN"]})
    assert District.objects.count() == 38 + 9
    assert set(Category.objects.values_list("code", flat=True)) == {"BATIK", "JASA", "TENUN"}
