"""The archive, the download and the public check, as each kind of visitor meets them."""

import hashlib
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from documents.making import make
from documents.models import Document, DocumentKind
from orders.stored import stored
from tests.documents.conftest import Issue, Sides

pytestmark = pytest.mark.django_db


def as_user(sides: Sides, who: str) -> Client:
    client = Client()
    client.force_login(sides.people[who], backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize(
    ("who", "status"),
    [("requester", 200), ("owner", 200), ("coordinator", 200), ("viewer", 200), ("outsider", 404)],
)
def test_who_downloads_a_paper(issue: Issue, sides: Sides, who: str, status: int) -> None:
    document = issue()
    make.make_file(document_id=document.pk)
    client = as_user(sides, who)
    answer = client.get(reverse("documents:download", args=[document.pk]))
    assert answer.status_code == status
    assert answer.content.startswith(b"%PDF") is (status == 200)
    archive = client.get(reverse("documents:download_all", args=["order:12"]))
    assert archive.status_code == status
    assert bool(b"".join(archive).startswith(b"PK")) is (status == 200)
    listed = client.get(reverse("documents:list"))
    assert listed.status_code == 200
    assert (document.number in listed.content.decode()) is (status == 200)


def test_a_visitor_is_asked_to_sign_in(issue: Issue) -> None:
    document = issue()
    for name, arguments in (("list", []), ("download", [document.pk]), ("download_all", ["order:12"])):
        answer = Client().get(reverse(f"documents:{name}", args=arguments))
        assert answer.status_code == 302
        assert "masuk" in answer["Location"]


def test_the_file_that_comes_is_the_file_that_was_made(issue: Issue, sides: Sides) -> None:
    document = issue()
    make.make_file(document_id=document.pk)
    answer = as_user(sides, "owner").get(reverse("documents:download", args=[document.pk]))
    assert hashlib.sha256(answer.content).hexdigest() == answer["X-Content-SHA256"]
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="surat-pesanan-001-SP-BI-JATIM-VIII-2022.pdf"'
    assert "no-store" in answer["Cache-Control"]


def test_a_file_that_was_changed_on_disk_is_not_handed_out(issue: Issue, sides: Sides) -> None:
    document = issue()
    make.make_file(document_id=document.pk)
    path = Path(Document.objects.get(pk=document.pk).file.path)
    client, address = as_user(sides, "owner"), reverse("documents:download", args=[document.pk])
    path.write_bytes(path.read_bytes().replace(b"%%EOF", b"%%EOG"))
    assert client.get(address).status_code == 409
    path.unlink()
    assert client.get(address).status_code == 409


def test_a_paper_in_the_making_says_so(issue: Issue, sides: Sides) -> None:
    document = issue()
    client, address = as_user(sides, "owner"), reverse("documents:download", args=[document.pk])
    waiting = client.get(address)
    assert waiting.status_code == 202
    assert "sedang dibuat" in waiting.content.decode()
    assert client.get(reverse("documents:download_all", args=["order:12"])).status_code == 202
    make.make_file(document_id=document.pk)
    assert client.get(address, headers={"HX-Request": "true"})["HX-Redirect"] == address


def test_a_failed_paper_shows_the_reason_and_who_can_help(issue: Issue, sides: Sides) -> None:
    document = issue()
    Document.objects.update(status="failed", error="Sebab contoh <b>.")
    address, retry = (
        reverse("documents:download", args=[document.pk]),
        reverse("documents:retry", args=[document.pk]),
    )
    page = as_user(sides, "owner").get(address).content.decode()
    assert "Sebab contoh &lt;b&gt;." in page
    assert retry not in page
    assert as_user(sides, "owner").post(retry).status_code == 403
    assert as_user(sides, "outsider").post(retry).status_code == 404
    assert retry in as_user(sides, "coordinator").get(address).content.decode()
    assert as_user(sides, "coordinator").get(retry).status_code == 405


def test_all_current_papers_of_an_order_in_one_archive(issue: Issue, sides: Sides) -> None:
    papers = [
        issue(),
        issue(number="002/SP/BI-JATIM/VIII/2022"),
        issue(DocumentKind.HANDOVER, subject="shipment:1"),
    ]
    issue(subject=stored("purchase_order:9"), stream="order:99")
    for document in papers:
        make.make_file(document_id=document.pk)
    answer = as_user(sides, "owner").get(reverse("documents:download_all", args=["order:12"]))
    with zipfile.ZipFile(BytesIO(b"".join(answer))) as archive:
        assert archive.namelist() == [
            "surat-pesanan-002-SP-BI-JATIM-VIII-2022-rev2.pdf",
            "bast-001-BAST-BI-JATIM-VIII-2022.pdf",
        ]
        assert all(archive.read(name).startswith(b"%PDF") for name in archive.namelist())
    assert (
        as_user(sides, "owner").get(reverse("documents:download_all", args=["order:13"])).status_code == 404
    )


def test_the_list_costs_the_same_for_one_and_for_many(issue: Issue, sides: Sides) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_user(sides, "coordinator")
    counts = []
    for number in range(12):
        issue(subject=stored(f"purchase_order:{number}"))
        if number in (0, 11):
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("documents:list"))
            counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


class TestCheck:
    """The public page."""

    def ask(self, code: str, number: str = "") -> str:
        answer = Client().get(reverse("documents:check"), {"code": code, "number": number})
        return f"{answer.status_code} {answer.content.decode()}"

    def test_a_genuine_paper(self, issue: Issue, sides: Sides) -> None:
        document = issue()
        page = self.ask(document.check_code)
        assert page.startswith("200")
        for shown in (
            "asli dan masih berlaku",
            "Surat Pesanan",
            document.number,
            "1 Agustus 2022",
            sides.buyer.name,
        ):
            assert shown in page
        for hidden in (sides.msme.name, document.title, "Kemeja", "18.500.000"):
            assert hidden not in page

    def test_the_code_may_be_typed_in_any_way(self, issue: Issue) -> None:
        document = issue()
        for code in (
            document.check_code.lower(),
            document.check_code.replace("-", " "),
            document.content_hash,
        ):
            assert "asli dan masih berlaku" in self.ask(code)
        make.make_file(document_id=document.pk)
        assert "asli dan masih berlaku" in self.ask(Document.objects.get(pk=document.pk).sha256.upper())

    def test_codes_cannot_be_tried_by_the_hundred(self) -> None:
        answers = [self.ask(f"{number:012d}") for number in range(31)]
        assert answers[0].startswith("200")
        assert answers[-1].startswith("429")

    def test_a_superseded_paper(self, issue: Issue) -> None:
        old = issue()
        issue()
        assert "sudah digantikan" in self.ask(old.check_code)

    def test_an_unknown_code_or_a_wrong_number(self, issue: Issue) -> None:
        document = issue()
        assert "Tidak ada dokumen" in self.ask("0" * 12)
        assert "Tidak ada dokumen" in self.ask(document.check_code, "999/SP")
        assert "asli" in self.ask(document.check_code, document.number.lower())

    @pytest.mark.parametrize("code", ["abc", "g" * 12, "a" * 80, "<script>", "%", "_" * 12])
    def test_what_is_no_code_is_refused_with_a_sentence(self, db: None, code: str) -> None:
        page = self.ask(code)
        assert page.startswith("422")
        assert "Kode cek" in page

    def test_an_empty_visit_shows_the_form(self, db: None) -> None:
        answer = Client().get(reverse("documents:check"))
        assert answer.status_code == 200
        assert "asli dan masih" not in answer.content.decode()


def test_a_storage_never_replaces_a_file(issue: Issue) -> None:
    document = issue()
    make.make_file(document_id=document.pk)
    row = Document.objects.get(pk=document.pk)
    name = row.file.storage.save(row.file.name, ContentFile(b"lain"))
    assert name != row.file.name
