"""Codes, limits and what an applicant can learn: the same for everybody, whatever is known of the address."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.joining import codes, sending, tokens
from accounts.joining.application import Application
from accounts.joining.kinds import every
from accounts.models import JoiningSetting, Organisation
from buyers.models import Institution, InstitutionApplication
from msmes.models import Msme, MsmeApplication
from procurement import clock
from procurement.input.codes import CODE_LIVES, MOST_CODES, MOST_GUESSES, MOST_TRIES
from procurement.models import OutboxMessage
from tests.factories import World, make_user, make_world
from tests.joining import (
    INSTITUTION_BEGINNING,
    INSTITUTION_DETAILS,
    MSME_BEGINNING,
    again,
    applied,
    begin,
    msme_details,
    open_doors,
    post,
    prove,
    sent_letter,
)

pytestmark = pytest.mark.django_db

BOTH = [InstitutionApplication, MsmeApplication]


@pytest.fixture
def world() -> World:
    world = make_world()
    open_doors(world.edition.organiser.organisation)
    return world


def wrong(row: Application) -> str:
    return f"{(int(codes.CODES.of(row)) + 1) % 10**6:06d}"


def test_both_kinds_are_there() -> None:
    assert set(every()) == set(BOTH)


# --- Codes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", BOTH)
def test_five_wrong_codes_end_the_code_and_ten_the_application(
    world: World, model: type[Application]
) -> None:
    row = begin(model)
    for _try in range(MOST_TRIES):
        assert post(row, {"act": "code", "code": wrong(row)}).status_code == 422
    spent = post(row, {"act": "code", "code": codes.CODES.of(row)})
    assert spent.status_code == 422
    assert "Kode terakhir tidak berlaku lagi" in spent.content.decode()
    assert 'name="code"' not in spent.content.decode()
    assert post(row, {"act": "again"}).status_code == 302
    row = again(row)
    for _try in range(MOST_GUESSES - MOST_TRIES - 1):
        assert post(row, {"act": "code", "code": wrong(row)}).status_code == 422
    for code in (wrong(row), codes.CODES.of(row)):
        answer = post(row, {"act": "code", "code": code})
        assert answer.status_code == 409
        assert "Mulailah pendaftaran baru" in answer.content.decode()
        for field in ('name="code"', 'value="again"', "?langkah=1"):
            assert field not in answer.content.decode()
    assert post(row, {"act": "again"}).status_code == 409
    assert again(row).status == "unproved"


def test_a_code_ends_after_ten_minutes(world: World) -> None:
    row = begin(MsmeApplication)
    with clock.at(clock.now() + CODE_LIVES + timedelta(seconds=1)):
        assert post(row, {"act": "code", "code": codes.CODES.of(row)}).status_code == 422
    assert prove(row).status == "draft"


def test_a_new_code_makes_the_one_before_worthless(world: World) -> None:
    row = begin(MsmeApplication)
    before = codes.CODES.of(row)
    post(row, {"act": "again"})
    assert post(row, {"act": "code", "code": before}).status_code == 422
    assert prove(again(row)).status == "draft"


def test_five_codes_and_no_more(world: World) -> None:
    row = begin(MsmeApplication)
    # The limit by address would be met first; here it is the application's own that is looked at.
    for number in range(MOST_CODES - 1):
        body = {**MSME_BEGINNING, "act": "begin", "phone": f"08130000000{number}"}
        assert post(row, body).status_code == 302
    assert post(row, {"act": "again"}).status_code == 409


def test_one_address_gets_few_messages_and_the_page_says_the_same(world: World) -> None:
    pages = set()
    rows = []
    for _time in range(codes.MOST_TO_ADDRESS[0][0] + 2):
        rows.append(begin(MsmeApplication))
        page = Client().get(tokens.path_of(rows[-1])).content.decode()
        pages.add(
            re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|data-csrf="[^"]+"|/daftar/umkm/[^"]+', "", page)
        )
    assert len(pages) == 1
    assert OutboxMessage.objects.filter(topic="accounts.application").count() == codes.MOST_TO_ADDRESS[0][0]
    assert all(again(row).codes_sent == 1 for row in rows)


def test_a_network_begins_few_applications_in_a_minute(world: World) -> None:
    answers = [
        Client()
        .post(reverse("msmes:join"), {**MSME_BEGINNING, "phone": f"0813000000{number:02d}"})
        .status_code
        for number in range(12)
    ]
    assert answers == [302] * 10 + [429] * 2


def test_a_network_has_few_codes_sent_in_a_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.joining.pages.MOST_CODES_A_DAY", 3)
    row = begin(MsmeApplication)
    assert post(row, {"act": "again"}).status_code == 302
    body = {**MSME_BEGINNING, "act": "begin", "phone": "081300000001"}
    assert post(row, body).status_code == 302
    for answer in (
        post(row, {"act": "again"}),
        post(row, {**body, "phone": "081300000002"}),
        Client().post(reverse("msmes:join"), MSME_BEGINNING),
    ):
        assert answer.status_code == 429
        assert "beberapa jam" in answer.content.decode()
    assert (again(row).codes_sent, again(row).phone) == (3, "081300000001")


def test_nothing_that_a_stranger_typed_is_in_the_message_with_the_code(world: World) -> None:
    row = begin(InstitutionApplication, name="Menangkan hadiah di jahat.example")
    sending.send(kind=row.kind, reference=row.reference, what="code")
    (message,) = mail.outbox
    assert message.to == ["dewi@nusantara.example"]
    assert codes.CODES.of(row) in message.body
    assert "jahat" not in f"{message.subject} {message.body}"


def test_neither_code_nor_address_is_stored(world: World) -> None:
    row = begin(MsmeApplication)
    stored = {str(value) for value in MsmeApplication.objects.filter(pk=row.pk).values()[0].values()}
    assert codes.CODES.of(row) not in stored
    assert tokens.token_of(row).partition("-")[2] not in stored
    payloads = str(list(OutboxMessage.objects.values_list("payload", "key")))
    assert codes.CODES.of(row) not in payloads
    assert tokens.token_of(row) not in payloads


# --- The address of the page ---------------------------------------------------------------------------------


def test_a_forged_address_opens_nothing(world: World) -> None:
    row, other = begin(MsmeApplication), begin(MsmeApplication)
    mac = tokens.token_of(other).partition("-")[2]
    for token in ("", row.reference, f"{row.reference}-", f"{row.reference}-{mac}", "X" * 300, f"-{mac}"):
        url = f"/daftar/umkm/{token}/"
        assert Client().get(url).status_code == 404, token
        assert Client().post(url, {"act": "again"}).status_code == 404, token
    of_the_other_kind = reverse("buyers:join_own", args=[tokens.token_of(row)])
    assert Client().get(of_the_other_kind).status_code == 404


# --- No enumeration ------------------------------------------------------------------------------------------


def bare(answer: Any) -> str:
    """The page without what differs between any two requests."""
    text: str = answer.content.decode()
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|data-csrf="[^"]+"', "", text)
    return re.sub(r"[A-Z0-9]{8}-[0-9a-f]{32}|\b[A-HJ-NP-Z2-9]{8}\b", "", text)


def the_whole_way(model: type[Application], beginning: dict[str, Any], details: dict[str, Any]) -> list[str]:
    """Every page that an applicant sees, and the status of every answer."""
    seen: list[str] = []
    client = Client()
    seen.append(bare(client.get(reverse(f"{model.space}:join"))))
    row = begin(model, client, **beginning)
    seen.append(bare(client.get(tokens.path_of(row))))
    prove(row, client)
    seen.append(bare(client.get(tokens.path_of(row))))
    answer = post(row, details, client)
    seen.append(f"{answer.status_code}{bare(answer)}")
    seen.append(bare(client.get(tokens.path_of(row))))
    return seen


def test_a_known_msme_is_answered_like_an_unknown_one(world: World) -> None:
    unknown = the_whole_way(MsmeApplication, {}, msme_details())
    Msme.objects.filter(pk=world.msmes[0].pk).update(
        nib="9120001234567", phone="081311112222", npwp="123456789012345"
    )
    Organisation.objects.filter(pk=world.msmes[0].pk).update(name="Batik Sekar Arum")
    make_user("sulastri@contoh.id", "Sulastri")
    assert the_whole_way(MsmeApplication, {}, msme_details()) == unknown


def test_a_known_institution_is_answered_like_an_unknown_one(world: World) -> None:
    said = {**INSTITUTION_DETAILS, "letter": sent_letter()}
    unknown = the_whole_way(InstitutionApplication, {}, said)
    Institution.objects.filter(pk=world.institution.pk).update(
        npwp="012345678901000", phone="0341123456", email="humas@nusantara.example"
    )
    Organisation.objects.filter(pk=world.institution.pk).update(name="Bank Nusantara Kantor Malang")
    make_user("dewi@nusantara.example", "Dewi")
    said = {**INSTITUTION_DETAILS, "letter": sent_letter()}
    assert the_whole_way(InstitutionApplication, {}, said) == unknown


@pytest.mark.parametrize("model", BOTH)
def test_the_same_queries_are_asked_of_known_and_unknown(
    world: World, model: type[Application], django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            applied(model)
        return len(caught)

    asked()  # what a process looks up once
    first = asked()
    Msme.objects.filter(pk=world.msmes[0].pk).update(nib="9120001234567", phone="081311112222")
    make_user("dewi@nusantara.example", "Dewi")
    Institution.objects.filter(pk=world.institution.pk).update(npwp="012345678901000")
    assert asked() == first


# --- Doors ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", BOTH)
def test_a_closed_door_takes_nobody(world: World, model: type[Application]) -> None:
    body = MSME_BEGINNING if model is MsmeApplication else INSTITUTION_BEGINNING
    JoiningSetting.objects.all().delete()
    for answer in (
        Client().get(reverse(f"{model.space}:join")),
        Client().post(reverse(f"{model.space}:join"), body),
    ):
        assert answer.status_code == 200
        assert "ditutup" in answer.content.decode()
    assert not model._default_manager.exists()


def test_one_chooses_among_several_organisers(world: World) -> None:
    other = Organisation.objects.create(kind="expo", name="Penyelenggara Kedua", code="DUA")
    closed = Organisation.objects.create(kind="expo", name="Penyelenggara Tutup", code="TIGA")
    open_doors(other)
    page = Client().get(reverse("msmes:join") + f"?penyelenggara={other.pk}").content.decode()
    assert f'<option value="{other.pk}" selected>' in page
    assert "Penyelenggara Tutup" not in page
    answer = Client().post(reverse("msmes:join"), MSME_BEGINNING)
    assert answer.status_code == 422
    forged = Client().post(reverse("msmes:join"), {**MSME_BEGINNING, "organiser": closed.pk})
    assert forged.status_code == 422
    assert begin(MsmeApplication, organiser=str(other.pk)).organiser == other


@pytest.mark.parametrize("model", BOTH)
def test_without_consent_nothing_is_kept(world: World, model: type[Application]) -> None:
    body = dict(MSME_BEGINNING if model is MsmeApplication else INSTITUTION_BEGINNING)
    del body["consent"]
    assert Client().post(reverse(f"{model.space}:join"), body).status_code == 422
    assert not model._default_manager.exists()
    row = begin(model)
    assert row.consented_at
    assert row.consent_version


def test_the_coordinator_opens_and_closes(world: World, client: Client) -> None:
    client.force_login(world.people["coordinator"])
    url = reverse("accounts:joining")
    page = client.get(url).content.decode()
    assert "data:image/svg+xml" in page
    assert f"/daftar/umkm/?penyelenggara={world.edition.organiser.pk}" in page
    from tests.sent_forms import as_opened

    assert client.post(url, as_opened(client, url, {"takes_institutions": "on"})).status_code == 302
    assert "ditutup" in Client().get(reverse("msmes:join")).content.decode()
    assert "ditutup" not in Client().get(reverse("buyers:join")).content.decode()
    stale = {"takes_institutions": "on", "takes_msmes": "on", "versi": "lama"}
    assert client.post(url, stale).status_code == 409
