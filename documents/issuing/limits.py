"""The size limits of a paper. Larger ones are not rendered: one huge paper must not stop the queue."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from procurement.errors import InvalidInput

MAX_LINES = 2_000
MAX_TEXT = 4_000
MAX_WORD = 400
MAX_TOTAL_TEXT = 1_500_000
_LONG_WORD = re.compile(rf"\S{{{MAX_WORD + 1}}}")


class PaperTooLarge(InvalidInput):
    """The content cannot become a paper of reasonable size."""


def _texts(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, str):
            yield inner
        elif isinstance(inner, dict):
            waiting.extend(inner.values())
        elif isinstance(inner, list):
            waiting.extend(inner)


def check(content: Mapping[str, Any]) -> None:
    """Raise :class:`PaperTooLarge` with the sentence that says what to shorten."""
    lines = content.get("lines") or ()
    if len(lines) > MAX_LINES:
        raise PaperTooLarge(
            _(
                "Dokumen memuat %(count)d baris, paling banyak %(limit)d. Bagi pesanan menjadi beberapa bagian."
            )
            % {"count": len(lines), "limit": MAX_LINES}
        )
    total = 0
    for text in _texts(content):
        total += len(text)
        if len(text) > MAX_TEXT:
            raise PaperTooLarge(
                _("Satu isian memuat %(count)d huruf, paling banyak %(limit)d. Ringkas isian “%(start)s…”.")
                % {"count": len(text), "limit": MAX_TEXT, "start": text[:40]}
            )
        if len(text) > MAX_WORD and _LONG_WORD.search(text):
            raise PaperTooLarge(
                _("Satu kata lebih panjang dari %(limit)d huruf. Beri spasi pada isian “%(start)s…”.")
                % {"limit": MAX_WORD, "start": text[:40]}
            )
    if total > MAX_TOTAL_TEXT:
        raise PaperTooLarge(
            _("Isi dokumen memuat %(count)d huruf, paling banyak %(limit)d. Ringkas spesifikasi barang.")
            % {"count": total, "limit": MAX_TOTAL_TEXT}
        )
