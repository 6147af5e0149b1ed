"""Making files: once, whole, verified; a paper that cannot be made does not stop the queue."""

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.management import CommandError, call_command
from django.db import transaction

from documents.issuing.issue import RENDER_TOPIC, render_key
from documents.making import make
from documents.making import render as renderer
from documents.models import Document, DocumentKind, document_storage
from documents.proving import archive
from documents.tasks import render_document
from orders.stored import stored
from procurement.errors import NotFound, NotPermitted, WrongState
from procurement.models import Job, OutboxMessage
from procurement.work import outbox
from tests.documents.conftest import Issue, Sides

pytestmark = pytest.mark.django_db


def enqueue(document: Document) -> OutboxMessage:
    outbox.write(
        [outbox.message(RENDER_TOPIC, key=render_key(document), payload={"document_id": document.pk})]
    )
    return OutboxMessage.objects.get(key=render_key(document))


def stored_files() -> set[str]:
    location = Path(getattr(document_storage(), "location", ""))
    return {str(path) for path in location.rglob("*.pdf")}


def test_the_worker_makes_a_document_ready(issue: Issue) -> None:
    document = issue(count=1)
    message = enqueue(document)
    render_document(message.pk)
    made = Document.objects.get(pk=document.pk)
    with made.file.open("rb") as file:
        pdf = file.read()
    assert pdf.startswith(b"%PDF")
    assert (made.status, made.size, made.pages) == ("ready", len(pdf), 1)
    assert made.sha256 == hashlib.sha256(pdf).hexdigest()
    assert made.ready_at is not None
    assert OutboxMessage.objects.get(pk=message.pk).done_at is not None


def test_a_second_delivery_does_nothing(issue: Issue) -> None:
    document = issue()
    make.make_file(document_id=document.pk)
    first, files = Document.objects.get(pk=document.pk), stored_files()
    for _turn in range(4):
        make.make_file(document_id=document.pk)
    again = Document.objects.get(pk=document.pk)
    assert (again.file.name, again.sha256, again.ready_at, again.attempts) == (
        *(first.file.name, first.sha256, first.ready_at),
        1,
    )
    assert stored_files() == files


def test_the_slower_of_two_workers_leaves_nothing_behind(
    issue: Issue, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = issue()
    original = renderer.render

    def slow(paper: Document) -> Any:
        monkeypatch.setattr(renderer, "render", original)
        make.make_file(document_id=document.pk)
        return original(paper)

    before = stored_files()
    monkeypatch.setattr(renderer, "render", slow)
    make.make_file(document_id=document.pk)
    assert len(stored_files() - before) == 1
    assert Document.objects.get(pk=document.pk).is_ready


def test_a_crash_in_the_middle_shows_nobody_half_a_paper(
    issue: Issue, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = issue()
    message = enqueue(document)
    with monkeypatch.context() as patched:
        patched.setattr(hashlib, "sha256", lambda _pdf: 1 / 0)
        render_document(message.pk)
    halted = Document.objects.get(pk=document.pk)
    assert (halted.status, halted.file.name, halted.attempts) == ("pending", "", 1)
    assert OutboxMessage.objects.get(pk=message.pk).done_at is None
    outbox.retry(message.pk)
    render_document(message.pk)
    assert Document.objects.get(pk=document.pk).is_ready


def test_a_superseded_revision_is_still_made(issue: Issue) -> None:
    old, new = issue(), issue()
    for document in (old, new):
        make.make_file(document_id=document.pk)
    assert {row.status for row in Document.objects.all()} == {"ready"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"package": "x" * 500_000}, "huruf"),
        ({"package": "x" * 3_000}, "kata"),
        ({"lines": [{}] * 10_000}, "baris"),
    ],
)
def test_a_bomb_fails_with_a_sentence_and_the_queue_goes_on(
    issue: Issue, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], words: str
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("documents.issuing.issue.limits.check", lambda _content: None)
        bomb = issue(content=Document(content={}).content | {"letterhead": {"name": "x"}, **change})
    message, fine = enqueue(bomb), issue(subject=stored("purchase_order:6"))
    render_document(message.pk)
    make.make_file(document_id=fine.pk)
    failed = Document.objects.get(pk=bomb.pk)
    assert failed.status == "failed"
    assert words in failed.error
    assert OutboxMessage.objects.get(pk=message.pk).done_at is not None
    assert Document.objects.get(pk=fine.pk).is_ready


def test_a_paper_that_runs_into_the_time_limit_is_marked_failed(
    issue: Issue, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = issue()

    def endless(_paper: Document) -> None:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(renderer, "render", endless)
    make.make_file(document_id=document.pk)
    assert "batas waktu" in Document.objects.get(pk=document.pk).error


def test_a_paper_that_kills_its_worker_is_given_up(issue: Issue, monkeypatch: pytest.MonkeyPatch) -> None:
    document = issue()

    class Killed(BaseException):
        pass

    def fatal(_paper: Document) -> None:
        raise Killed

    monkeypatch.setattr(renderer, "render", fatal)
    for _turn in range(make.MAX_ATTEMPTS):
        with pytest.raises(Killed):
            make.make_file(document_id=document.pk)
    make.make_file(document_id=document.pk)
    assert Document.objects.get(pk=document.pk).status == "failed"


@pytest.mark.django_db(transaction=True)
def test_only_the_coordinator_has_a_failed_document_made_again(issue: Issue, sides: Sides) -> None:
    document = issue()
    with pytest.raises(WrongState):
        make.retry(document_id=document.pk, actor=sides.actor("coordinator"))
    Document.objects.update(status="failed", attempts=4, error="gagal")
    for who in ("requester", "owner", "viewer"):
        with pytest.raises(NotPermitted):
            make.retry(document_id=document.pk, actor=sides.actor(who))
    with pytest.raises(NotFound):
        make.retry(document_id=document.pk, actor=sides.actor("outsider"))
    make.retry(document_id=document.pk, actor=sides.actor("coordinator"))
    message = OutboxMessage.objects.get(topic=RENDER_TOPIC)
    render_document(message.pk)
    assert Document.objects.get(pk=document.pk).is_ready


def test_waiting_names_what_is_stuck(issue: Issue, capsys: pytest.CaptureFixture[str]) -> None:
    document = issue()
    with pytest.raises(CommandError, match="001/SP/BI-JATIM/VIII/2022"):
        call_command("wait_for_documents", timeout=0)
    make.make_file(document_id=document.pk)
    job = Job.objects.create(kind="expo.report", title="Laporan yang belum dibuat")
    with pytest.raises(CommandError, match="Laporan yang belum dibuat"):
        call_command("wait_for_documents", timeout=0)
    Job.objects.filter(pk=job.pk).update(status=Job.Status.DONE)
    call_command("wait_for_documents", timeout=0)
    call_command("document_paths")
    path, kind, number = capsys.readouterr().out.splitlines()[-1].split("\t")
    assert Path(path).read_bytes().startswith(b"%PDF")
    assert (kind, number) == ("Surat Pesanan", document.number)


def test_a_web_process_does_not_load_the_renderer() -> None:
    program = (
        "import django; django.setup()\n"
        "import sys, documents.views, documents.tasks, documents.urls, procurement.celery\n"
        "sys.exit('weasyprint' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).resolve().parents[2],
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_real_worker_makes_every_kind(worker: Any, issue: Issue) -> None:
    """Relay, Redis, Celery, WeasyPrint: the whole way that a paper goes in production."""
    made = []
    for kind in DocumentKind:
        with transaction.atomic():
            made.append(issue(kind, subject=f"subject:{kind.value}"))
            enqueue(made[-1])
    call_command("wait_for_documents", timeout=60)
    for document in Document.objects.all():
        assert archive.read_verified(document).startswith(b"%PDF")
