"""Papers that strangers send as PDF: looked at from outside, kept as they are, and only ever handed out as a download.

Nothing here opens the file: a PDF is a program for the reader's viewer, and its own checks are no better than ours.
What does not begin as a PDF does, is larger than a scanned letter, or says openly that it runs something, is refused.
"""

import re
from typing import IO

from django.http import HttpResponse
from django.utils.translation import gettext as _

from procurement.errors import InvalidInput

LARGEST_BYTES = 5 * 1024 * 1024
_END = 2_048
"""Bytes at the end among which the end mark stands."""
_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)\b")


def checked_pdf(upload: IO[bytes], size: int, *, field: str = "letter") -> bytes:
    """The bytes of a PDF. Raises :class:`InvalidInput` on ``field``."""
    if size > LARGEST_BYTES:
        raise InvalidInput(_("Berkas PDF paling besar 5 MB. Kecilkan lalu unggah lagi."), field=field)
    content = upload.read()
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-_END:]:
        raise InvalidInput(
            _("Berkas itu bukan PDF, atau terpotong. Simpan suratnya sebagai PDF lalu unggah lagi."),
            field=field,
        )
    if _ACTIVE.search(content):
        raise InvalidInput(
            _("PDF ini berisi program atau lampiran. Cetak suratnya ke PDF biasa lalu unggah lagi."),
            field=field,
        )
    return content


def download(content: bytes, *, name: str) -> HttpResponse:
    """A stranger's file for somebody who may have it: saved, never shown within our pages."""
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
