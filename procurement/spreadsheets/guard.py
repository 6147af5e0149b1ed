"""What is refused before any spreadsheet library sees it: disguised, oversized and explosive files.

A workbook of 4 KB can make a reader take gigabytes. So sizes, rows, columns and elements are counted here, with a
parser that builds no tree and stops at the first limit.
"""

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import PurePath
from typing import IO, Any
from xml.parsers import expat

from django.utils.translation import gettext as _

from procurement.errors import InvalidInput

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 10_000
MAX_COLUMNS = 60
MAX_TEXT = 4_000
MAX_PARTS = 200
MAX_CELLS = 300_000
MAX_ELEMENTS = 1_500_000
#: What is neither a row nor a cell nor text: merged ranges, formats, rules. The library makes an object of each.
MAX_FURNITURE = 30_000
MAX_UNPACKED = 60 * 1024 * 1024
MAX_OTHER_PART = 2 * 1024 * 1024
#: Real sheets pack 5 to 60 to 1; deflate's own limit, which bombs use, is about 1,000 to 1.
MAX_RATIO = 200
_RATIO_FROM = 1024 * 1024
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_TEXTUAL = frozenset({"v", "f", "is", "t", "r", "rPr", "si", "sst", "worksheet", "sheetData", "row", "c"})


class UnreadableSheet(InvalidInput):
    """The file cannot be taken as a sheet; the sentence says what to do with it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="file")


def too_many_rows() -> UnreadableSheet:
    return UnreadableSheet(
        _(
            "Lembar ini lebih panjang dari %(most)s baris. Bagilah menjadi beberapa berkas, dan hapus baris kosong di"
            " bawah data."
        )
        % {"most": f"{MAX_ROWS:,}".replace(",", ".")}
    )


def too_many_columns() -> UnreadableSheet:
    return UnreadableSheet(
        _("Lembar ini lebih lebar dari %(most)d kolom. Hapus kolom yang tidak ada pada templat.")
        % {"most": MAX_COLUMNS}
    )


def kind_of(name: str, content: bytes) -> str:
    """``xlsx`` or ``csv``: what the name says, provided that the content begins as such a file does."""
    if not content:
        raise UnreadableSheet(_("Berkas ini kosong. Isilah templat, lalu unggah lagi."))
    if len(content) > MAX_BYTES:
        raise UnreadableSheet(
            _("Berkas ini lebih besar dari %(most)d MB. Bagilah menjadi beberapa berkas.")
            % {"most": MAX_BYTES // 1024 // 1024}
        )
    extension = PurePath(name).suffix.lower()
    if extension not in (".xlsx", ".csv"):
        raise UnreadableSheet(
            _("Pilih berkas XLSX atau CSV. Simpan lembar Anda dalam salah satu bentuk itu.")
        )
    if extension == ".xlsx":
        if content.startswith(_OLE):
            raise UnreadableSheet(
                _("Berkas ini berbentuk lama (XLS) atau berkata sandi. Simpan sebagai XLSX tanpa kata sandi.")
            )
        if not content.startswith(_ZIP):
            raise UnreadableSheet(
                _("Isi berkas ini bukan XLSX. Buka di aplikasi lembar kerja, lalu simpan sebagai XLSX.")
            )
        return "xlsx"
    if content.startswith((_ZIP, _OLE, b"%PDF")) or b"\x00" in content:
        raise UnreadableSheet(_("Isi berkas ini bukan CSV. Simpan lembar Anda sebagai CSV UTF-8 atau XLSX."))
    return "csv"


def check_xlsx(content: bytes) -> None:
    """Raise :class:`UnreadableSheet` unless the workbook is small, plain and without tricks."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_parts(parts)
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as source:
                        _Walk(in_sheet=_is_bulk(part.filename)).read(source)
    except UnreadableSheet:
        raise
    except (
        zipfile.BadZipFile,
        expat.ExpatError,
        OSError,
        EOFError,
        ValueError,
        RuntimeError,
        KeyError,
    ) as error:
        raise broken() from error
    except Exception as error:
        # zlib and the decoders raise errors of their own; whatever a hostile archive provokes, it is a bad file.
        raise broken() from error


def broken() -> UnreadableSheet:
    return UnreadableSheet(
        _("Berkas ini rusak atau bukan XLSX. Buka di aplikasi lembar kerja, lalu simpan ulang.")
    )


def _is_bulk(name: str) -> bool:
    return name.startswith("xl/worksheets/") or name == "xl/sharedStrings.xml"


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        raise broken()
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise UnreadableSheet(_("Berkas ini memuat makro. Simpan sebagai XLSX tanpa makro."))
    too_large = UnreadableSheet(
        _("Isi berkas ini terlalu besar bila dibuka. Salin datanya saja ke templat, lalu unggah templat itu.")
    )
    if len(parts) > MAX_PARTS or len(names) != len(parts):
        raise too_large
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise too_large
    for part in parts:
        if part.flag_bits & 0x1 or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise broken()
        if part.file_size > _RATIO_FROM and part.file_size > MAX_RATIO * max(1, part.compress_size):
            raise too_large
        is_small_part = part.filename.endswith((".xml", ".rels")) and not _is_bulk(part.filename)
        if is_small_part and part.file_size > MAX_OTHER_PART:
            raise too_large


class _Walk:
    """Counts what an XML part holds without keeping any of it."""

    def __init__(self, *, in_sheet: bool) -> None:
        self.in_sheet = in_sheet
        self.elements = self.cells = self.rows = self.furniture = self.column = 0
        self.known: dict[str, Callable[[dict[str, str]], None]] = {
            "row": self._row,
            "c": self._cell,
            "si": self._string,
        }
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._element
        self.parser.StartDoctypeDeclHandler = self._doctype

    def read(self, source: IO[bytes]) -> None:
        while portion := source.read(256 * 1024):
            self.parser.Parse(portion, False)
        self.parser.Parse(b"", True)

    def _doctype(self, *_ignored: Any) -> None:
        raise broken()

    def _element(self, tag: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise too_many_rows()
        name = tag.rsplit(" ", 1)[-1]
        known = self.known.get(name) if self.in_sheet else None
        if known is not None:
            known(attributes)
        elif name not in _TEXTUAL:
            self.furniture += 1
            if self.furniture > MAX_FURNITURE:
                raise broken()

    def _row(self, attributes: dict[str, str]) -> None:
        self.rows += 1
        self.column = 0
        number = attributes.get("r", "0")
        if self.rows > MAX_ROWS + 1 or not number.isdigit() or int(number[:9]) > MAX_ROWS + 1:
            raise too_many_rows()

    def _cell(self, attributes: dict[str, str]) -> None:
        self.cells += 1
        self.column += 1
        if self.cells > MAX_CELLS:
            raise too_many_rows()
        reference = attributes.get("r")
        if reference is not None:
            found = _CELL.fullmatch(reference)
            if found is None:
                raise broken()
            self.column = _column_number(found[1])
            if int(found[2]) > MAX_ROWS + 1:
                raise too_many_rows()
        if self.column > MAX_COLUMNS:
            raise too_many_columns()

    def _string(self, _attributes: dict[str, str]) -> None:
        self.cells += 1
        if self.cells > MAX_CELLS:
            raise too_many_rows()


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
