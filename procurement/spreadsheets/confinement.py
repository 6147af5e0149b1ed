"""Has an uploaded sheet read by a process of its own (``unpacking``), and turns its refusals into sentences."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from threading import BoundedSemaphore
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procurement.errors import InvalidInput
from procurement.files.confined import answer_of
from procurement.spreadsheets import unpacking
from procurement.spreadsheets.unpacking import Line

_TWO_AT_ONCE = BoundedSemaphore(2)

SENTENCES: dict[str, Promise] = {
    "broken": _("Berkas ini rusak atau bukan XLSX. Buka di aplikasi lembar kerja, lalu simpan ulang."),
    "macro": _("Berkas ini memuat makro. Simpan sebagai XLSX tanpa makro."),
    "too_large": _(
        "Isi berkas ini terlalu besar bila dibuka. Salin datanya saja ke templat, lalu unggah templat itu."
    ),
    "strange_part": _(
        "Berkas ini memuat bagian yang tidak biasa (%(part)s). Salin datanya ke templat, lalu unggah templat itu."
    ),
    "too_many_rows": _(
        "Lembar ini lebih panjang dari %(most_rows)s baris. Bagilah menjadi beberapa berkas, dan hapus baris kosong di"
        " bawah data."
    ),
    "too_many_columns": _(
        "Lembar ini lebih lebar dari %(most_columns)d kolom. Hapus kolom yang tidak ada pada templat."
    ),
    "csv": _(
        "Berkas CSV ini tidak dapat dibaca: tanda kutip tidak berpasangan atau satu sel terlalu panjang."
    ),
    "encoding": _("Huruf di berkas CSV ini tidak dikenali. Simpan sebagai “CSV UTF-8” atau XLSX."),
}


class UnreadableSheet(InvalidInput):
    """The file cannot be taken as a sheet; the sentence says what to do with it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="file")


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that holds a formula or a spreadsheet's own error: never computed, never trusted."""

    text: str


def refusal(code: str, **values: Any) -> UnreadableSheet:
    """The refusal of this code of :data:`SENTENCES`."""
    numbers = {
        "most_rows": f"{unpacking.MAX_ROWS:,}".replace(",", "."),
        "most_columns": unpacking.MAX_COLUMNS,
    }
    return UnreadableSheet(str(SENTENCES[code]) % {**numbers, **values})


def lines_of(kind: str, content: bytes, expected: Sequence[str]) -> Iterator[Line]:
    """The lines of ``unpacking`` for a file, ``kind`` being ``xlsx`` or ``csv``; raises :class:`UnreadableSheet`.

    Nothing is yielded before the file has been read to its end.
    """
    head = json.dumps({"kind": kind, "expected": list(expected)}).encode() + b"\n"
    answer = answer_of(unpacking.__file__, head + content, turn=_TWO_AT_ONCE) or b""
    *lines, last = answer.splitlines() or [b"{}"]
    end = json.loads(last) if last.endswith(b"}") else {}
    if "refused" in end:
        raise refusal(end["refused"], **end["values"])
    if "end" not in end:  # it was ended by one of its limits
        raise refusal("too_large")
    for line in lines:
        yield json.loads(line, object_hook=_value)


def _value(found: dict[str, Any]) -> Any:
    if found.keys() == {"f"}:
        return Formula(found["f"])
    if found.keys() == {"d"}:
        return date.fromisoformat(found["d"])
    return found
