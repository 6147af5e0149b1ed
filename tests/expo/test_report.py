"""The report: the figures of the dashboard at a moment, as a numbered paper and as a workbook."""

import re
import subprocess
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from documents.issuing.issue import hash_of
from documents.making.render import render
from documents.models import Document, DocumentKind
from expo.ledger import ledger
from expo.models import NOT_YET_BOOKED, Report, ReportSchedule
from expo.report import report
from procurement import clock
from procurement.errors import InvalidInput
from procurement.models import Job, OutboxMessage
from procurement.money import rupiah
from tests.factories import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    """Set-up: what is written goes nowhere that lasts."""
    settings.STORAGES = {
        **settings.STORAGES,
        "documents": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }


@pytest.fixture
def world() -> World:
    return make_world()


def make(world: World, **said: Any) -> Report:
    job = report.request_report(actor=world.actor("coordinator"), edition_id=world.edition.pk, **said)
    report.make_report(job_id=job.pk)
    job.refresh_from_db()
    assert job.status == Job.Status.DONE, job.error
    return Report.objects.latest("pk")


def text_of(document: Document) -> str:
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=render(document).pdf, capture_output=True, check=True
    )
    return re.sub(r"\s+", " ", done.stdout.decode())


def sign_in(client: Client, world: World, role: str) -> Client:
    client.force_login(world.people[role])
    return client


def test_paper_says_what_the_ledger_says(world: World) -> None:
    world.quoted([30])
    world.requested([7])
    made = make(world)
    totals = ledger.totals(edition_id=world.edition.pk)
    document = made.document
    assert (document.kind, document.status) == (DocumentKind.REPORT, Document.Status.PENDING)
    assert document.number.startswith("001/LAP/KUMKM/")
    assert document.content_hash == hash_of(document)
    assert document.issuer_id == document.recipient_id == world.edition.organiser_id
    assert OutboxMessage.objects.filter(
        topic="documents.render", payload={"document_id": document.pk}
    ).exists()
    text = text_of(document)
    for said in (
        "LAPORAN TRANSAKSI EXPO",
        rupiah(totals.of(NOT_YET_BOOKED)),
        "Bank Contoh",
        "Arti setiap angka",
        document.number,
        document.check_code,
    ):
        assert said in text, said


def test_charts_are_drawn_on_the_paper(world: World) -> None:
    world.quoted([30])
    from documents.making.render import html_of

    document = make(world).document
    assert document.content["charts"]
    assert html_of(document).count("<svg") == len(document.content["charts"])


def test_without_the_converter_the_tables_are_there_and_it_is_said(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.quoted([30])
    document = make(world).document
    monkeypatch.setitem(__import__("sys").modules, "vl_convert", None)
    text = text_of(document)
    assert "Grafik tidak dapat digambar" in text
    assert "Nilai menurut tahap" in text


def test_workbook_has_a_sheet_per_table_and_the_definitions(client: Client, world: World) -> None:
    world.institution.organisation.name = "=1+1 Instansi"
    world.institution.organisation.save()
    world.quoted([30])
    made = make(world)
    sign_in(client, world, "viewer")
    answer: Any = client.get(reverse("expo:report_workbook", args=[made.pk]))
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    assert book.sheetnames[-1] == "Definisi"
    assert len(book.sheetnames) == len(made.document.content["tables"]) + 1
    terms = [row[0].value for row in book["Definisi"].iter_rows()]
    assert {"diumumkan", "belum dibukukan", "sudah dibukukan seluruhnya"} <= set(terms)
    cells = [cell for row in book["Nilai menurut instansi"].iter_rows() for cell in row]
    named = next(cell for cell in cells if cell.value == "=1+1 Instansi")
    assert named.data_type == "s"
    amounts = [row[1].value for row in book["Nilai menurut tahap"].iter_rows(min_row=2)]
    assert 30 * 90_000 in amounts


def test_an_earlier_moment_and_english(world: World) -> None:
    world.quoted([30])
    moment = clock.now()
    later = make(world, as_of=moment - timedelta(days=400), language="en")
    assert later.language == "en"
    assert later.document.content["language"] == "en"
    assert rupiah(30 * 90_000) not in str(later.document.content["summary"])
    with pytest.raises(InvalidInput):
        make(world, as_of=moment + timedelta(days=1))
    with pytest.raises(InvalidInput):
        make(world, language="fr")


def test_made_once_however_often_it_is_asked_of_the_worker(world: World) -> None:
    job = report.request_report(actor=world.actor("coordinator"), edition_id=world.edition.pk)
    report.make_report(job_id=job.pk)
    report.make_report(job_id=job.pk)
    assert Report.objects.count() == Document.objects.filter(kind=DocumentKind.REPORT).count() == 1
    make(world)
    assert [row.document.number[:3] for row in Report.objects.order_by("pk")] == ["001", "002"]


def test_pages(client: Client, world: World) -> None:
    sign_in(client, world, "coordinator")
    new = reverse("expo:report_new")
    assert client.post(new, {"as_of": "kemarin", "language": "id"}).status_code == 422
    assert client.post(new, {"as_of": "2999-01-01T00:00", "language": "id"}).status_code == 422
    answer = client.post(new, {"as_of": "", "language": "id"})
    job = Job.objects.get()
    assert answer["Location"] == reverse("procurement:job", args=[job.pk])
    report.make_report(job_id=job.pk)
    made = Report.objects.get()
    page = client.get(reverse("expo:reports")).content.decode()
    assert made.document.number in page
    assert reverse("documents:download", args=[made.document_id]) in page
    assert reverse("expo:report_workbook", args=[made.pk]) in page


def test_a_viewer_reads_and_makes_nothing_and_others_find_nothing(client: Client, world: World) -> None:
    made = make(world)
    workbook = reverse("expo:report_workbook", args=[made.pk])
    sign_in(client, world, "viewer")
    assert client.get(reverse("expo:reports")).status_code == client.get(workbook).status_code == 200
    assert client.post(reverse("expo:report_new"), {"language": "id"}).status_code == 403
    assert client.post(reverse("expo:report_schedule"), {"weekday": 0, "language": "id"}).status_code == 403
    for role in ("approver", "owner0"):
        sign_in(client, world, role)
        for url in (reverse("expo:reports"), reverse("expo:report_new"), workbook):
            assert client.get(url).status_code == 404


def test_schedule_asks_once_on_its_day_and_tells_the_staff(client: Client, world: World) -> None:
    sign_in(client, world, "coordinator")
    today = clock.today()
    url = reverse("expo:report_schedule")
    typed = {"weekday": today.weekday(), "language": "id", "is_active": "on"}
    assert client.post(url, {**typed, "weekday": 9}).status_code == 422
    assert client.post(url, typed).status_code == 302
    assert report.send_reports() == 1
    assert report.send_reports() == 0
    job = Job.objects.get()
    report.make_report(job_id=job.pk)
    told = OutboxMessage.objects.get(topic="accounts.tell").payload
    assert told["roles"] == ["coordinator", "viewer"]
    assert told["url"].startswith(reverse("expo:reports"))
    ReportSchedule.objects.update(last_on=None, is_active=False)
    assert report.send_reports() == 0
