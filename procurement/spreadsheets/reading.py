"""A guarded file as rows of cells under known headings: what a person sees of it, or a sentence that says why not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from procurement.spreadsheets.confinement import Formula, UnreadableSheet, lines_of, refusal
from procurement.spreadsheets.guard import kind_of
from procurement.spreadsheets.unpacking import MAX_ROWS, Line, plain

#: The sheet of a workbook that is read when several have the headings.
DATA_SHEET = "Data"
_HEAD_WITHIN = 20


@dataclass(slots=True)
class Sheet:
    """Headings as written, and rows of values with the number that a person sees beside them."""

    headings: list[str]
    rows: list[tuple[int, dict[str, Any]]] = field(default_factory=list)


@dataclass(slots=True)
class _Tab:
    """One visible sheet of the file with its lines that hold anything."""

    title: str
    hidden_columns: frozenset[int]
    lines: list[Line]

    def head(self, canonical: dict[str, str], required: Sequence[str]) -> int | None:
        """The place, among the lines, of the one with the headings: titles may be above it."""
        for place, line in enumerate(self.lines):
            if line["row"] > _HEAD_WITHIN:
                return None
            known = {canonical.get(plain(_text(cell))) for cell in line["cells"] if not _is_blank(cell)}
            if known.issuperset(required) and known - {None}:
                return place
        return None


def read_sheet(name: str, content: bytes, expected: Sequence[str], required: Sequence[str]) -> Sheet:
    """Read the file. ``expected`` are the headings that mean something, ``required`` those that must be there.

    Raises :class:`UnreadableSheet` with a sentence; nothing is guessed about columns, and nothing hidden is read.
    """
    kind = kind_of(name, content)
    canonical = {plain(heading): heading for heading in expected}
    tabs = list(_tabs(kind, content, expected))
    return _sheet(_chosen(tabs, canonical, required), canonical, required)


def _tabs(kind: str, content: bytes, expected: Sequence[str]) -> Iterator[_Tab]:
    title, hidden_columns = "", frozenset[int]()
    for is_head, lines in groupby(lines_of(kind, content, expected), key=lambda line: "sheet" in line):
        if is_head:
            *empty, last = lines
            for one in empty:
                yield _Tab(one["sheet"], frozenset(), [])
            title, hidden_columns = last["sheet"], frozenset(last["hidden_columns"])
        else:
            yield _Tab(title, hidden_columns, list(lines))


def _chosen(tabs: list[_Tab], canonical: dict[str, str], required: Sequence[str]) -> _Tab:
    """The one sheet that is meant: with the headings; among several the one called :data:`DATA_SHEET`."""
    filled = [tab for tab in tabs if any(not _is_blank(cell) for line in tab.lines for cell in line["cells"])]
    if not filled:
        raise UnreadableSheet(
            _("Baris judul tidak ditemukan. Unduh templat, salin data Anda ke dalamnya, lalu unggah.")
        )
    headed = [tab for tab in filled if tab.head(canonical, required) is not None]
    if len(headed) <= 1:
        return (headed or [tab for tab in filled if tab.title == DATA_SHEET] or filled)[0]
    data = next((tab for tab in headed if tab.title == DATA_SHEET), None)
    if data is None:
        raise UnreadableSheet(
            _("Berkas ini mempunyai beberapa lembar berisi data: %(sheets)s. Sisakan satu, lalu unggah lagi.")
            % {"sheets": ", ".join(f"“{tab.title[:40]}”" for tab in headed[:6])}
        )
    return data


def _sheet(tab: _Tab, canonical: dict[str, str], required: Sequence[str]) -> Sheet:
    found = tab.head(canonical, required)
    lines = [line for line in tab.lines if any(not _is_blank(cell) for cell in line["cells"])]
    if found is not None:
        lines = [line for line in lines if line["row"] >= tab.lines[found]["row"]]
    elif likely := [line for line in lines if line["row"] <= _HEAD_WITHIN]:
        best = max(likely, key=lambda line: sum(plain(_text(cell)) in canonical for cell in line["cells"]))
        lines = lines[lines.index(best) :]
    if not lines or lines[0]["row"] > _HEAD_WITHIN:
        raise UnreadableSheet(
            _("Baris judul tidak ditemukan. Unduh templat, salin data Anda ke dalamnya, lalu unggah.")
        )
    head, *rest = lines
    places = _places(head["cells"], canonical, required)
    sheet = Sheet(list(places.values()))
    for line in rest:
        _require_seen(line, places, tab.hidden_columns)
        cells = line["cells"]
        row = {title: (cells[index] if index < len(cells) else None) for index, title in places.items()}
        sheet.rows.append((line["row"], row))
    if len(sheet.rows) > MAX_ROWS:
        raise refusal("too_many_rows")
    if not sheet.rows:
        raise UnreadableSheet(
            _("Lembar ini tidak berisi baris data. Isilah mulai dari baris di bawah judul.")
        )
    return sheet


def _require_seen(line: Line, places: dict[int, str], hidden_columns: frozenset[int]) -> None:
    """Nothing outside the headings, in a hidden row or in a hidden column: a person would not know of it."""
    filled = [index for index, cell in enumerate(line["cells"]) if not _is_blank(cell)]
    if line.get("hidden"):
        raise UnreadableSheet(
            _(
                "Baris %(row)d tersembunyi, mungkin oleh saringan. Tampilkan atau hapus baris itu, lalu unggah lagi."
            )
            % {"row": line["row"]}
        )
    for index in filled:
        if index not in places:
            raise UnreadableSheet(
                _("Baris %(row)d berisi sel di luar kolom berjudul. Pindahkan isinya ke kolom yang benar.")
                % {"row": line["row"]}
            )
        if index in hidden_columns:
            raise UnreadableSheet(
                _(
                    "Kolom “%(column)s” tersembunyi, padahal berisi data. Tampilkan atau hapus kolom itu, lalu unggah"
                    " lagi."
                )
                % {"column": places[index]}
            )


def _text(cell: Any) -> str:
    return cell.text if isinstance(cell, Formula) else str(cell)


def _places(cells: list[Any], canonical: dict[str, str], required: Sequence[str]) -> dict[int, str]:
    places: dict[int, str] = {}
    for index, value in enumerate(cells):
        if _is_blank(value):
            continue
        text = _text(value)
        title = canonical.get(plain(text))
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


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
