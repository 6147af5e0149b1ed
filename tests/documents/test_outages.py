"""What is away is waited for, a day long, with the right reason; only a paper that breaks the renderer is final."""

import errno
import os
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import IntegrityError, OperationalError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from documents.issuing.issue import RENDER_TOPIC
from documents.making import make
from documents.making import render as renderer
from documents.making.files import MissingFile
from documents.models import Document
from documents.tasks import render_document
from orders.producing import photos
from orders.stored import stored
from procurement.errors import NotNow
from procurement.files import sweeping
from procurement.files.storing import StorageAway
from procurement.models import Duty, OutboxMessage
from procurement.work import outages, outbox
from tests.documents.conftest import Issue, Sides
from tests.documents.test_make import enqueue

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """A storage of this test alone."""
    place = tmp_path / "papers"
    place.mkdir()
    named = settings.STORAGES | {
        "documents": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": place},
        }
    }
    settings.STORAGES = named
    return place


def gone(folder: Path) -> None:
    """A file lies where the folder was: every write fails, also for root."""
    shutil.rmtree(folder)
    folder.write_text("tidak ada di sini")


def back(folder: Path) -> None:
    folder.unlink()
    folder.mkdir()


Clock = Callable[[timedelta], None]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Let time pass for whoever asks ``timezone.now()``."""
    real, passed = timezone.now, [timedelta(0)]
    monkeypatch.setattr(timezone, "now", lambda: real() + passed[0])

    def pass_by(span: timedelta) -> None:
        passed[0] += span

    return pass_by


def deliver(topic: str, message_id: int) -> None:
    if topic == RENDER_TOPIC:
        render_document(message_id)


def fresh(document: Document) -> Document:
    return Document.objects.get(pk=document.pk)


# --- The storage is away -------------------------------------------------------------------------------------


def test_an_outage_of_hours_fails_no_paper_and_says_so(issue: Issue, folder: Path, later: Clock) -> None:
    document = issue()
    message = enqueue(document)
    gone(folder)
    tries: list[datetime] = []
    for _quarter in range(4 * 20):
        if outbox.relay_once(deliver):
            tries.append(timezone.now())
        later(timedelta(minutes=15))
    waiting = fresh(document)
    assert (waiting.status, waiting.attempts) == ("pending", 0)
    assert waiting.next_try_at is not None
    with override("id"):
        assert waiting.reason == "Penyimpanan dokumen tidak dapat dihubungi."
    with override("en"):
        assert waiting.reason == "The document storage cannot be reached."
    gaps = [after - before for before, after in pairwise(tries)]
    assert max(gaps) <= timedelta(minutes=75), "at least once an hour"
    assert len(tries) < 40, "and not every time that the relay looks"
    row = OutboxMessage.objects.get(pk=message.pk)
    assert (row.failed_at, row.attempts, row.due_at) == (None, 0, waiting.next_try_at)
    back(folder)
    later(timedelta(hours=1))
    outbox.relay_once(deliver)
    made = fresh(document)
    assert (made.status, made.error, made.reasons, made.failing_since) == ("ready", "", {}, None)


def test_after_a_day_it_is_failed_with_the_true_reason(issue: Issue, folder: Path, later: Clock) -> None:
    document = issue()
    enqueue(document)
    gone(folder)
    for _hour in range(27):
        outbox.relay_once(deliver)
        later(timedelta(hours=1))
    failed = fresh(document)
    assert failed.status == "failed"
    with override("en"):
        assert failed.reason == "The document storage cannot be reached. It was tried for a day."
    with override("id"):
        assert "satu hari" in failed.reason
    assert OutboxMessage.objects.get().done_at is not None


@pytest.mark.parametrize("count", [4])
def test_when_one_succeeds_the_others_wait_no_longer(
    issue: Issue, folder: Path, later: Clock, count: int
) -> None:
    papers = [issue(subject=stored(f"purchase_order:{number}")) for number in range(10, 10 + count)]
    for paper in papers:
        enqueue(paper)
    gone(folder)
    for _minute in range(120):
        outbox.relay_once(deliver)
        later(timedelta(minutes=1))
    back(folder)
    first = OutboxMessage.objects.order_by("pk")[0]
    OutboxMessage.objects.filter(pk=first.pk).update(due_at=timezone.now())
    outbox.relay_once(deliver)
    outbox.relay_once(deliver)
    assert {fresh(paper).status for paper in papers} == {"ready"}


ERRORS: list[Exception] = [
    OSError(errno.ENOSPC, "penuh"),
    OSError(errno.EIO, "rusak"),
    PermissionError("tidak boleh"),
    ConnectionResetError("putus"),
    TimeoutError("lama"),
    SoftTimeLimitExceeded(),
    type("ClientError", (Exception,), {"__module__": "botocore.exceptions"})("503"),
    ValueError("gudang yang aneh"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: f"{type(error).__name__} {error}")
def test_whatever_a_storage_raises_is_an_outage(
    issue: Issue, folder: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    document = issue()

    def fails(*_args: Any, **_named: Any) -> str:
        raise error

    monkeypatch.setattr(type(storages["documents"]), "_save", fails)
    with pytest.raises(outages.TryLater):
        make.make_file(document_id=document.pk)
    assert (fresh(document).status, fresh(document).attempts) == ("pending", 0)


@pytest.mark.parametrize(
    "error", [OperationalError("tidak ada basis data"), OSError(errno.ENOSPC, "penuh"), MissingFile("huruf")]
)
def test_what_the_renderer_needs_and_does_not_find_is_no_fault_of_the_paper(
    issue: Issue, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    document = issue()

    def fails(_paper: Document) -> None:
        raise error

    monkeypatch.setattr(renderer, "render", fails)
    for _turn in range(10):
        with pytest.raises(outages.TryLater):
            make.make_file(document_id=document.pk)
    assert fresh(document).status == "pending"


def test_a_paper_that_breaks_the_renderer_is_failed_at_once_and_says_why(
    issue: Issue, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = issue()
    message = enqueue(document)

    def breaks(_paper: Document) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(renderer, "render", breaks)
    render_document(message.pk)
    failed = fresh(document)
    assert failed.status == "failed"
    with override("en"):
        assert "cannot be printed (ZeroDivisionError)" in failed.reason
    with override("id"):
        assert "tidak dapat dicetak (ZeroDivisionError)" in failed.reason
    assert OutboxMessage.objects.get(pk=message.pk).done_at is not None


def test_what_a_full_disk_left_half_written_is_removed(
    issue: Issue, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = issue()

    def full(storage: Any, name: str, content: Any) -> str:
        path = Path(storage.path(name))
        path.parent.mkdir(parents=True)
        path.write_bytes(content.read(100))
        raise OSError(errno.ENOSPC, "penuh")

    with monkeypatch.context() as patch:
        patch.setattr(type(storages["documents"]), "_save", full)
        with pytest.raises(outages.TryLater):
            make.make_file(document_id=document.pk)
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_the_database_holds_a_row_that_waits_to_its_word(issue: Issue) -> None:
    document = issue()
    now = timezone.now()
    for values in (
        {"failing_since": now},
        {"next_try_at": now},
        {"failing_since": now, "next_try_at": now - timedelta(minutes=1)},
        {"failing_since": now, "next_try_at": now + timedelta(minutes=1), "status": "failed"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Document.objects.filter(pk=document.pk).update(**values)
    message = enqueue(document)
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxMessage.objects.filter(pk=message.pk).update(done_at=now, failing_since=now)


def test_what_waits_longer_is_tried_less_often() -> None:
    since = timezone.now()
    waits = []
    for minutes in (0, 1, 5, 30, 60, 600):
        now = since + timedelta(minutes=minutes)
        at = outages.next_try(since=since, now=now)
        assert at is not None
        waits.append((at - now) / timedelta(minutes=1))
    assert waits == [1, 1, 5, 30, 60, 60]
    assert outages.next_try(since=since, now=since + timedelta(days=1)) is None


# --- Uploads and photos --------------------------------------------------------------------------------------


def test_a_photo_that_cannot_be_stored_is_refused_with_a_sentence(folder: Path) -> None:
    gone(folder)
    with pytest.raises(NotNow, match="Penyimpanan berkas"):
        photos.store(b"JPEG")
    back(folder)
    name = photos.store(b"JPEG")
    with photos.read(name) as file:
        assert file.read() == b"JPEG"
    (folder / name).unlink()
    with pytest.raises(FileNotFoundError):
        photos.read(name)
    shutil.rmtree(folder)
    with pytest.raises(StorageAway):
        photos.read(name)


# --- Pages ---------------------------------------------------------------------------------------------------


def as_user(sides: Sides, who: str, language: str = "id") -> Client:
    client = Client()
    person = sides.people[who]
    person.language = language
    person.save()
    client.force_login(person)
    return client


def test_the_page_of_a_paper_says_when_it_is_tried_again(issue: Issue, folder: Path, sides: Sides) -> None:
    document = issue()
    gone(folder)
    render_document(enqueue(document).pk)
    address = reverse("documents:download", args=[document.pk])
    page = as_user(sides, "owner").get(address)
    assert page.status_code == 202
    assert "Penyimpanan dokumen tidak dapat dihubungi." in page.content.decode()
    assert "dicoba dibuat lagi sendiri pada" in page.content.decode()
    page = as_user(sides, "owner", "en").get(address)
    assert "The document storage cannot be reached." in page.content.decode()


def test_a_ready_paper_whose_storage_is_away_says_later(issue: Issue, folder: Path, sides: Sides) -> None:
    document = issue()
    make.make_file(document_id=document.pk)
    gone(folder)
    page = as_user(sides, "owner").get(reverse("documents:download", args=[document.pk]))
    assert page.status_code == 503
    assert "sedang tidak dapat dibaca" in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_all_failed_papers_are_made_again_with_one_button(
    issue: Issue, folder: Path, sides: Sides, later: Clock
) -> None:
    papers = [issue(subject=stored(f"purchase_order:{number}")) for number in range(10, 16)]
    Document.objects.filter(pk__in=[paper.pk for paper in papers[:4]]).update(
        status="failed", error="rusak", reasons={"id": "rusak", "en": "broken"}
    )
    gone(folder)
    for paper in papers[4:]:
        render_document(enqueue(paper).pk)
    back(folder)
    client = as_user(sides, "coordinator", "en")
    listed = client.get(reverse("documents:list")).content.decode()
    assert reverse("documents:failed") in listed
    page = client.get(reverse("documents:failed")).content.decode()
    assert "broken" in page
    assert all(paper.number in page for paper in papers)
    answer = client.post(reverse("documents:retry_many"), {}, follow=True)
    assert "Nothing is ticked" in answer.content.decode()
    assert Document.objects.filter(status="failed").count() == 4
    client.post(reverse("documents:retry_many"), {"pk": [papers[0].pk]})
    assert Document.objects.filter(status="failed").count() == 3
    client.post(reverse("documents:retry_many"), {"semua": "1"})
    later(timedelta(seconds=1))
    while outbox.relay_once(deliver):
        pass
    assert set(Document.objects.values_list("status", flat=True)) == {"ready"}
    assert "All documents could be made" in client.get(reverse("documents:failed")).content.decode()


def test_the_list_of_failed_papers_costs_the_same_however_many(
    issue: Issue, sides: Sides, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        issue(subject=stored(f"purchase_order:{number + 20}"))
    Document.objects.update(status="failed", error="rusak")
    client = as_user(sides, "coordinator")
    client.get(reverse("documents:failed"))
    with django_assert_max_num_queries(9):
        client.get(reverse("documents:failed"))


# --- What is left behind -------------------------------------------------------------------------------------


def test_files_that_no_row_points_to_are_swept(issue: Issue, folder: Path) -> None:
    document = issue()
    make.make_file(document_id=document.pk)
    storage = storages["documents"]
    kept = str(fresh(document).file.name)
    beside = str(Path(kept).parent)
    half = storage.save(f"{beside}/{document.pk}-setengah.pdf", ContentFile(b"%PDF"))
    young = storage.save(f"{beside}/{document.pk}-baru.pdf", ContentFile(b"%PDF"))
    foreign = storage.save("lain/tidak-kita.pdf", ContentFile(b"x"))
    photo = storage.save("photos/yatim.jpg", ContentFile(b"x"))
    old = (timezone.now() - timedelta(days=2)).timestamp()
    for name in (kept, half, foreign, photo):
        os.utime(folder / name, (old, old))
    assert sweeping.sweep() == 2
    assert [storage.exists(name) for name in (kept, half, young, foreign, photo)] == [
        *(True, False, True, True, False)
    ]
    assert Duty.objects.get(name=sweeping.DUTY).failed == 0


def test_every_file_column_has_its_folder_swept() -> None:
    assert {"jobs", "photos", "laporan_expo", "surat_pesanan", "bast"} <= set(sweeping._folders)
