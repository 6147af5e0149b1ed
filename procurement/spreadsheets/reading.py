"""A guarded file as rows of cells: XLSX by openpyxl, CSV with ; or , or tab in the encodings that offices use."""

import csv
import io
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from procurement.spreadsheets.guard import (
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_TEXT,
    UnreadableSheet,
    broken,
    check_xlsx,
    kind_of,
    too_many_columns,
    too_many_rows,
)

#: The sheet of a workbook that is read; the first one when none has this name.
DATA_SHEET = "Data"
_HEAD_WITHIN = 20


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that holds a formula or a spreadsheet's own error: never computed, never trusted."""

    text: str


@dataclass(slots=True)
class Sheet:
    """Headings as written, and rows of values with the number that a person sees beside them."""

    headings: list[str]
    rows: list[tuple[int, dict[str, Any]]] = field(default_factory=list)


def read_sheet(name: str, content: bytes, expected: Sequence[str], required: Sequence[str]) -> Sheet:
    """Read the file. ``expected`` are the headings that mean something, ``required`` those that must be there.

    Raises :class:`UnreadableSheet` with a sentence; nothing is guessed about columns.
    """
    kind = kind_of(name, content)
    lines = _xlsx_lines(content) if kind == "xlsx" else _csv_lines(content, expected)
    return _sheet(lines, expected, required)


def _sheet(lines: Iterable[tuple[int, list[Any]]], expected: Sequence[str], required: Sequence[str]) -> Sheet:
    canonical = {_plain(heading): heading for heading in expected}
    places: dict[int, str] | None = None
    sheet = Sheet([])
    for number, cells in lines:
        if number > MAX_ROWS + 1 + _HEAD_WITHIN:
            raise too_many_rows()
        if all(_is_blank(value) for value in cells):
            continue
        if places is None:
            if number > _HEAD_WITHIN:
                break
            places = _places(cells, canonical, required)
            sheet.headings = list(places.values())
            continue
        for index in range(len(cells)):
            if index not in places and not _is_blank(cells[index]):
                raise UnreadableSheet(
                    _(
                        "Baris %(row)d berisi sel di luar kolom berjudul. Pindahkan isinya ke kolom yang benar."
                    )
                    % {"row": number}
                )
        row = {title: (cells[index] if index < len(cells) else None) for index, title in places.items()}
        sheet.rows.append((number, row))
        if len(sheet.rows) > MAX_ROWS:
            raise too_many_rows()
    if places is None:
        raise UnreadableSheet(
            _("Baris judul tidak ditemukan. Unduh templat, salin data Anda ke dalamnya, lalu unggah.")
        )
    if not sheet.rows:
        raise UnreadableSheet(
            _("Lembar ini tidak berisi baris data. Isilah mulai dari baris di bawah judul.")
        )
    return sheet


def _places(cells: list[Any], canonical: dict[str, str], required: Sequence[str]) -> dict[int, str]:
    places: dict[int, str] = {}
    for index, value in enumerate(cells):
        if _is_blank(value):
            continue
        text = value.text if isinstance(value, Formula) else str(value)
        title = canonical.get(_plain(text))
        if title is None:
            raise UnreadableSheet(
                _("Kolom “%(column)s” tidak dikenal. Hapus kolom itu, atau pakai judul seperti pada templat.")
                % {"column": text.strip()[:60]}
            )
        if title in places.values():
            raise UnreadableSheet(
                _("Kolom “%(column)s” ada dua kali. Hapus salah satunya.") % {"column": title}
            )
        places[index] = title
    missing = [title for title in required if title not in places.values()]
    if missing:
        raise UnreadableSheet(
            _("Kolom wajib tidak ada: %(columns)s. Unduh templat untuk judul yang lengkap.")
            % {"columns": ", ".join(missing)}
        )
    return places


def _plain(text: str) -> str:
    return " ".join(text.replace("*", " ").split()).casefold()


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _xlsx_lines(content: bytes) -> Iterator[tuple[int, list[Any]]]:
    check_xlsx(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # lost print settings and rules are no concern of an import
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
            try:
                sheets = [sheet for sheet in book.worksheets if hasattr(sheet, "reset_dimensions")]
                if not sheets:
                    raise broken()
                sheet = next((one for one in sheets if one.title == DATA_SHEET), sheets[0])
                sheet.reset_dimensions()  # the file's own word for its size is not to be trusted
                rows = sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS)
                for number, cells in enumerate(rows, 1):
                    yield number, _trimmed([_xlsx_value(cell) for cell in cells])
            finally:
                book.close()
    except UnreadableSheet:
        raise
    except Exception as error:
        # The library meets a malformed part with whatever error it stumbles over.
        raise broken() from error


def _xlsx_value(cell: Any) -> Any:
    value = cell.value
    if value is None:
        return None
    if cell.data_type in ("f", "e"):
        return Formula(str(getattr(value, "text", value))[:60])
    if isinstance(value, str):
        return value[: MAX_TEXT + 1]
    return value.date() if isinstance(value, datetime) else value


def _trimmed(values: list[Any]) -> list[Any]:
    while values and values[-1] is None:
        values.pop()
    return values


def _csv_lines(content: bytes, expected: Sequence[str]) -> Iterator[tuple[int, list[Any]]]:
    text = _decoded(content)
    skip = 0
    if text[:4].lower() == "sep=":  # Excel's own hint
        skip = 1
        text = text.partition("\n")[2]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, expected), strict=True)
    try:
        for number, cells in enumerate(reader, 1 + skip):
            if len(cells) > MAX_COLUMNS and any(cell.strip() for cell in cells[MAX_COLUMNS:]):
                raise too_many_columns()
            yield number, [_csv_value(cell) for cell in cells[:MAX_COLUMNS]]
    except csv.Error as error:
        raise UnreadableSheet(
            _(
                "Berkas CSV ini tidak dapat dibaca: tanda kutip tidak berpasangan atau satu sel terlalu panjang."
            )
        ) from error


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableSheet(_("Huruf di berkas CSV ini tidak dikenali. Simpan sebagai “CSV UTF-8” atau XLSX."))


def _delimiter(text: str, expected: Sequence[str]) -> str:
    """The separator under which the heading line names most known columns."""
    known = {_plain(heading) for heading in expected}
    head = next((line for line in text[:20_000].splitlines() if line.strip(' ;,\t"')), "")
    return max(";,\t", key=lambda sign: sum(_plain(part.strip('"')) in known for part in head.split(sign)))


def _csv_value(text: str) -> Any:
    text = text.strip()
    if text.startswith("="):
        return Formula(text[:60])
    # Our own exports put an apostrophe before text that a spreadsheet would compute.
    if len(text) > 1 and text[0] == "'" and text[1:].lstrip().startswith(("=", "+", "-", "@")):
        return text[1 : MAX_TEXT + 2]
    return text[: MAX_TEXT + 1]
