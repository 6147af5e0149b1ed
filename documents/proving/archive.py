"""Reading files back: one verified paper, or all papers of an order in one archive."""

import hashlib
import logging
import zipfile
from collections.abc import Sequence
from tempfile import SpooledTemporaryFile
from typing import IO

from django.utils.translation import gettext as _

from documents.models import Document, document_storage
from documents.proving.standing import Standing
from procurement import clock
from procurement.errors import NotNow, WrongState
from procurement.files import storing
from procurement.templatetags.words import tanggal_text

log = logging.getLogger(__name__)

_IN_MEMORY = 4 * 1024 * 1024


def read_verified(document: Document) -> bytes:
    """The file's bytes, when they are still the ones that were made.

    Raises, with a sentence for the reader, ``NotNow`` while the storage is away, and ``WrongState`` when the file is
    gone or was changed.
    """
    try:
        pdf = storing.read(document_storage(), str(document.file.name))
    except FileNotFoundError:
        log.exception("file of document %s is gone", document.pk)
        raise WrongState(
            _("Berkas dokumen %(number)s sudah tidak tersimpan. Hubungi penyelenggara expo.")
            % {"number": document.number}
        ) from None
    except storing.StorageAway:
        log.exception("file of document %s cannot be read", document.pk)
        raise NotNow(
            _(
                "Berkas dokumen %(number)s sedang tidak dapat dibaca dari penyimpanan. Coba lagi beberapa saat lagi; "
                "bila tetap demikian, hubungi penyelenggara expo."
            )
            % {"number": document.number}
        ) from None
    if hashlib.sha256(pdf).hexdigest() != document.sha256:
        log.error("file of document %s does not match its SHA-256", document.pk)
        raise WrongState(
            _("Berkas dokumen %(number)s tidak cocok dengan sidik SHA-256-nya. Hubungi penyelenggara expo.")
            % {"number": document.number}
        )
    return pdf


def zip_of(documents: Sequence[Document]) -> IO[bytes]:
    """All ``documents`` (ready ones) in one archive; PDFs are stored as they are, they are compressed already.

    A paper that no longer holds lies in the folder ``tidak-berlaku``. Where one does not hold in full, a list says
    of each what it is worth.
    """
    target = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the response closes it
    used: set[str] = set()
    past = _("tidak-berlaku")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for document in documents:
            folder = "" if document.standing.holds else f"{past}/"
            name = folder + document.file_name
            if name in used:
                name = f"{folder}{document.pk}-{document.file_name}"
            used.add(name)
            moment = document.issued_at.timetuple()[:6]
            archive.writestr(zipfile.ZipInfo(name, date_time=moment), read_verified(document))
        if any(document.standing != Standing.IN_FORCE for document in documents):
            archive.writestr(_("keadaan-dokumen.txt"), _list_of(documents))
    target.seek(0)
    return target


def _list_of(documents: Sequence[Document]) -> str:
    """One line a paper: number, kind, and what it is worth on this day."""
    heading = _("Keadaan dokumen per %(day)s") % {"day": tanggal_text(clock.today())}
    lines = [
        f"{document.number} · {document.get_kind_display()} · {document.standing.label}"
        for document in documents
    ]
    return "\r\n".join([heading, "", *lines, ""])
