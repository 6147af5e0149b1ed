"""Making the file of a document: the worker's verb, and the coordinator's retry.

The file is written first and the row second, in one UPDATE that asks whether somebody else was faster. A worker
that is killed in between leaves a pending row and a file that no row points to; nobody ever sees half a paper.

Only a paper that itself breaks the renderer is failed at once. What is away (the storage, the database, a disk) is
waited for, a day long, with the reason and the next try on the row.
"""

import hashlib
import logging
import secrets
import uuid
from collections.abc import Callable, Iterable

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.acting import Actor
from documents.issuing import limits
from documents.issuing.issue import RENDER_TOPIC, render_key
from documents.issuing.limits import PaperTooLarge
from documents.models import Document, document_storage
from documents.permissions import require_retry, require_retry_many
from procurement import clock
from procurement.errors import NotFound, WrongState
from procurement.files import storing
from procurement.files.storing import StorageAway
from procurement.language.said import in_every_language
from procurement.work import outbox
from procurement.work.outages import TryLater, is_outage, next_try

log = logging.getLogger(__name__)

# A paper that took its worker down with it this often is given up, so that the queue goes on.
MAX_ATTEMPTS = 3


def make_file(*, document_id: int) -> None:
    """Render one document and store it. Doing it twice does nothing the second time.

    A paper that cannot be made is marked failed with the sentence that says why; it does not raise, because
    trying it again by itself would not help. While something is away it raises :class:`TryLater`; anything else that
    is unforeseen raises and is tried again by the outbox.
    """
    document = _claim(document_id)
    if document is None:
        return
    # Imported here: only a worker needs WeasyPrint and its fonts.
    from documents.making.files import MissingFile
    from documents.making.render import render

    try:
        rendered = render(document)
    except PaperTooLarge:
        _fail(document, lambda: _too_large(document))
    except SoftTimeLimitExceeded:
        _fail(
            document,
            lambda: _("Pembuatan dokumen melewati batas waktu. Bagi pesanan menjadi beberapa bagian."),
        )
    except MemoryError:
        raise  # of the machine or of the paper: tried again, and given up after a few tries
    except Exception as error:
        if is_outage(error) or isinstance(error, MissingFile):
            _wait(document, error, _machine_away)
            return
        log.exception("document %s breaks the renderer", document.pk)
        name = type(error).__name__
        _fail(
            document,
            lambda: (
                _(
                    "Isi dokumen ini tidak dapat dicetak (%(error)s). Mencoba lagi tidak menolong: "
                    "sampaikan nomor dokumen ini kepada pengelola sistem."
                )
                % {"error": name}
            ),
        )
    else:
        try:
            _store(document, rendered.pdf, rendered.pages)
        except StorageAway as away:
            _wait(document, away, _storage_away)


def _too_large(document: Document) -> str:
    try:
        limits.check(document.content)
    except PaperTooLarge as refusal:
        return refusal.sentence
    return _("Isi dokumen ini terlalu besar.")


def _storage_away() -> str:
    return _("Penyimpanan dokumen tidak dapat dihubungi.")


def _machine_away() -> str:
    return _("Bagian sistem yang dibutuhkan untuk membuat dokumen tidak dapat dihubungi.")


def _claim(document_id: int) -> Document | None:
    """Count the attempt *before* the work, so that a paper which kills its worker is noticed."""
    unfinished = Document.objects.filter(pk=document_id).exclude(status=Document.Status.READY)
    if not unfinished.update(attempts=F("attempts") + 1):
        return None
    document = unfinished.first()
    if document is None or document.status == Document.Status.FAILED:
        return None
    if document.attempts > MAX_ATTEMPTS:
        _fail(
            document,
            lambda: _("Pembuatan dokumen berhenti di tengah jalan %(count)d kali.") % {"count": MAX_ATTEMPTS},
        )
        return None
    return document


def _store(document: Document, pdf: bytes, pages: int) -> None:
    # The token makes the path unguessable, should a storage ever be served by mistake.
    path = f"{document.kind}/{document.issued_at:%Y/%m}/{document.pk}-{secrets.token_urlsafe(18)}.pdf"
    name = storing.save(document_storage(), path, pdf)
    won = (
        Document.objects.filter(pk=document.pk)
        .exclude(status=Document.Status.READY)
        .update(
            status=Document.Status.READY,
            file=name,
            sha256=hashlib.sha256(pdf).hexdigest(),
            size=len(pdf),
            pages=pages,
            ready_at=clock.now(),
            **_WELL,
        )
    )
    if not won:
        storing.delete(document_storage(), name)
    elif document.failing_since:
        # The storage is there again: nobody has to wait for the next try of the others.
        outbox.wake(RENDER_TOPIC)


_WELL: dict[str, object] = {"error": "", "reasons": {}, "failing_since": None, "next_try_at": None}


def _fail(document: Document, sentence: Callable[[], str]) -> None:
    said = in_every_language(sentence)
    log.warning("document %s could not be made: %s", document.pk, said["id"])
    Document.objects.filter(pk=document.pk).exclude(status=Document.Status.READY).update(
        **_WELL | {"status": Document.Status.FAILED, "error": said["id"], "reasons": said}
    )


def _wait(document: Document, error: Exception, what: Callable[[], str]) -> None:
    """Take the attempt back and raise when to try again; after a day without success the paper is failed."""
    now = timezone.now()
    since = document.failing_since or now
    at = next_try(since=since, now=now)
    if at is None:
        log.error("document %s: %s", document.pk, error)
        _fail(document, lambda: " ".join((what(), _("Sudah dicoba selama satu hari."))))
        return
    said = in_every_language(what)
    Document.objects.filter(pk=document.pk, status=Document.Status.PENDING).update(
        attempts=max(document.attempts - 1, 0),
        error=said["id"],
        reasons=said,
        failing_since=since,
        next_try_at=at,
    )
    raise TryLater(at, f"{type(error).__name__}: {error}") from error


@transaction.atomic(durable=True)
def retry(*, document_id: int, actor: Actor) -> Document:
    """Try a failed document again, for the coordinator of the expo that oversees the order."""
    document = Document.objects.visible_to(actor).select_for_update().filter(pk=document_id).first()
    if document is None:
        raise NotFound(_("Dokumen ini tidak ada, atau bukan milik organisasi yang Anda wakili."))
    require_retry(actor=actor, document=document)
    if document.status != Document.Status.FAILED:
        raise WrongState(_("Hanya dokumen yang gagal dibuat yang dapat dibuat ulang. Muat ulang halaman."))
    _begin_again([document])
    document.status = Document.Status.PENDING
    return document


@transaction.atomic(durable=True)
def retry_many(*, actor: Actor, document_ids: Iterable[int] | None = None) -> int:
    """Try again every failed paper that the actor's expo oversees, or those named; returns how many.

    Papers that wait for something that was away are tried at once as well, without being counted.
    """
    require_retry_many(actor=actor)
    rows = Document.objects.failed_for(actor).select_for_update(of=("self",)).defer("content")
    if document_ids is not None:
        rows = rows.filter(pk__in=list(document_ids))
    found = list(rows.order_by("pk"))
    _begin_again([row for row in found if row.status == Document.Status.FAILED])
    outbox.wake(RENDER_TOPIC)
    return len(found)


def _begin_again(documents: list[Document]) -> None:
    Document.objects.filter(pk__in=[row.pk for row in documents]).update(
        **_WELL | {"status": Document.Status.PENDING, "attempts": 0}
    )
    outbox.write(
        outbox.message(
            RENDER_TOPIC,
            key=f"{render_key(document)}:{uuid.uuid4().hex[:12]}",
            payload={"document_id": document.pk},
        )
        for document in documents
    )
