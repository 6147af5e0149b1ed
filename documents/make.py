"""Making the file of a document: the worker's verb, and the coordinator's wish to try again.

The file is written first and the row second, in one UPDATE that asks whether somebody else was faster. A worker
that is killed in between leaves a pending row and a file that no row points to; nobody ever sees half a paper.
"""

import hashlib
import logging
import secrets
import uuid

from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.acting import Actor
from documents.issue import RENDER_TOPIC, render_key
from documents.limits import PaperTooLarge
from documents.models import Document, document_storage
from documents.permissions import require_retry
from procurement import clock, outbox
from procurement.errors import NotFound, WrongState

log = logging.getLogger(__name__)

# A paper that took its worker down with it this often is given up, so that the queue goes on.
MAX_ATTEMPTS = 3


def make_file(*, document_id: int) -> None:
    """Render one document and store it. Doing it twice does nothing the second time.

    A paper that cannot be made is marked failed with the sentence that says why; it does not raise, because
    trying it again by itself would not help. Anything unforeseen raises and is tried again by the outbox.
    """
    document = _claim(document_id)
    if document is None:
        return
    # Imported here: only a worker needs WeasyPrint and its fonts.
    from documents.render import render

    try:
        rendered = render(document)
    except PaperTooLarge as refusal:
        _fail(document, refusal.sentence)
    except SoftTimeLimitExceeded:
        _fail(document, _("Pembuatan dokumen melewati batas waktu. Bagi pesanan menjadi beberapa bagian."))
    else:
        _store(document, rendered.pdf, rendered.pages)


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
            _("Pembuatan dokumen berhenti di tengah jalan %(count)d kali.") % {"count": MAX_ATTEMPTS},
        )
        return None
    return document


def _store(document: Document, pdf: bytes, pages: int) -> None:
    storage = document_storage()
    # The token makes the path unguessable, should a storage ever be served by mistake.
    path = f"{document.kind}/{document.issued_at:%Y/%m}/{document.pk}-{secrets.token_urlsafe(18)}.pdf"
    name = storage.save(path, ContentFile(pdf))
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
            error="",
        )
    )
    if not won:
        storage.delete(name)


def _fail(document: Document, sentence: str) -> None:
    log.warning("document %s could not be made: %s", document.pk, sentence)
    Document.objects.filter(pk=document.pk).exclude(status=Document.Status.READY).update(
        status=Document.Status.FAILED, error=sentence
    )


@transaction.atomic(durable=True)
def retry(*, document_id: int, actor: Actor) -> Document:
    """Try a failed document again, for the coordinator of the expo that oversees the order."""
    document = Document.objects.visible_to(actor).select_for_update().filter(pk=document_id).first()
    if document is None:
        raise NotFound(_("Dokumen ini tidak ada, atau bukan milik organisasi yang Anda wakili."))
    require_retry(actor=actor, document=document)
    if document.status != Document.Status.FAILED:
        raise WrongState(_("Hanya dokumen yang gagal dibuat yang dapat dibuat ulang. Muat ulang halaman."))
    Document.objects.filter(pk=document.pk).update(status=Document.Status.PENDING, attempts=0, error="")
    outbox.write(
        [
            outbox.message(
                RENDER_TOPIC,
                key=f"{render_key(document)}:{uuid.uuid4().hex[:12]}",
                payload={"document_id": document.pk},
            )
        ]
    )
    document.status = Document.Status.PENDING
    return document
