"""An uploaded sheet as rows of cells, read in a process of its own with limits on memory and processor time.

``procurement.spreadsheets.confinement`` starts this file as a program and trusts nothing of what it does with a file
but its answer. It knows nothing of Django, so that it starts quickly: a refusal is a code with values, and the caller
has the sentence. A hostile file can at most end this process.

Standard input: one line of JSON (``kind``, ``expected`` headings), then the file. Standard output: one line of JSON per
row, or one with ``refused``.
"""

import csv
import io
import json
import re
import resource
import sys
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, BinaryIO, TextIO
from xml.parsers import expat

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
#: One text may be in every cell: what is answered is counted as well as what is read.
MAX_ANSWER = 24 * 1024 * 1024
#: Characters of all attributes of one element, of one comment, of one name. expat 2.5.0 reads a token that comes in
#: portions again from its start each time, which the library's portions would make quadratic.
MAX_TOKEN = 16 * 1024
#: Real sheets pack 5 to 60 to 1; deflate's own limit, which bombs use, is about 1,000 to 1.
MAX_RATIO = 200
_RATIO_FROM = 1024 * 1024

#: Bytes of private memory. The largest sheet that is allowed needs half of it.
MOST_MEMORY = 230 * 1024 * 1024
#: Processor seconds: for starting, and per MB that the file unpacks to. A full sheet needs about a third of it.
SECONDS_TO_START, SECONDS_PER_MB = 1.5, 0.5

_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_TEXTUAL = frozenset({"v", "f", "is", "t", "r", "rPr", "si", "sst", "worksheet", "sheetData", "row", "c"})
_PART = re.compile(
    r"\[Content_Types\]\.xml|(?:[A-Za-z]+/)*_rels/[^/]*\.rels|docProps/[^/]+\.(?:xml|jpeg|jpg|png|emf|wmf)"
    r"|xl/[A-Za-z]+\.xml|xl/[A-Za-z]+/[^/]+\.(?:xml|vml|png|jpe?g|gif|bmp|tiff?|emf|wmf|svg)"
    r"|xl/printerSettings/[^/]+\.bin|xl/[A-Za-z]+Property[0-9]*\.bin|xl/customProperty/[^/]+\.bin"
    r"|customXml/[^/]+\.xml|package/services/metadata/core-properties/[^/]+\.psmdcp"
    r"|xl/(?:charts|drawings|slicers|slicerCaches|tables|worksheets|pivotTables|pivotCache)/[A-Za-z]+/[^/]+\.xml"
)
"""The names that the programs of offices give to the parts of a workbook."""
_PICTURE = re.compile(r".*\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf|bin)", re.DOTALL)
_PLACES = {
    "spreadsheetml.sheet.main+xml": re.compile(r"/?xl/workbook\.xml"),
    "spreadsheetml.template.main+xml": re.compile(r"/?xl/workbook\.xml"),
    "spreadsheetml.worksheet+xml": re.compile(r"/?xl/worksheets/[^/]+\.xml"),
    "spreadsheetml.chartsheet+xml": re.compile(r"/?xl/chartsheets/[^/]+\.xml"),
    "spreadsheetml.sharedStrings+xml": re.compile(r"/?xl/sharedStrings\.xml"),
    "spreadsheetml.styles+xml": re.compile(r"/?xl/styles\.xml"),
}
"""Where a part of each content type stands. The library goes by type and relationship, never by name: a part that
calls itself otherwise would be read without having been looked at."""
_ENCODING = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_KNOWN_ENCODINGS = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})


class Unreadable(Exception):
    """Why the file is not read: a code of ``confinement.SENTENCES`` and what its sentence names."""

    def __init__(self, code: str, **values: Any) -> None:
        self.code, self.values = code, values
        super().__init__(code)


# --- The archive ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Contents:
    """What the parts say of the sheets: which there are, and what of them a person does not see."""

    sheets: list[tuple[str, str, str]] = field(default_factory=list)
    """Title, state and relationship of each sheet, in the order of the tabs."""
    targets: dict[str, str] = field(default_factory=dict)
    hidden_rows: dict[str, set[int]] = field(default_factory=dict)
    hidden_columns: dict[str, set[int]] = field(default_factory=dict)


def look_through(content: bytes) -> Contents:
    """Raise :class:`Unreadable` unless the workbook is small, plain and without tricks."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        _check_parts(parts)
        _allow_time(sum(part.file_size for part in parts))
        found, walk = Contents(), XmlWalk()
        for part in parts:
            if not _PICTURE.fullmatch(part.filename):
                walk.read(part.filename, archive.read(part), found)
        return found


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        raise Unreadable("broken")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Unreadable("macro")
    if len(parts) > MAX_PARTS or len(names) != len(parts):
        raise Unreadable("too_large")
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Unreadable("too_large")
    for part in parts:
        if part.is_dir() and not part.file_size:
            continue
        if part.flag_bits & 0x1 or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable("broken")
        if not _PART.fullmatch(part.filename):
            raise Unreadable("strange_part", part=part.filename[-60:])
        if part.file_size > _RATIO_FROM and part.file_size > MAX_RATIO * max(1, part.compress_size):
            raise Unreadable("too_large")
        is_small = not is_bulk(part.filename) and not _PICTURE.fullmatch(part.filename)
        if is_small and part.file_size > MAX_OTHER_PART:
            raise Unreadable("too_large")


def is_bulk(name: str) -> bool:
    """Whether a part holds rows or their texts, and so may be large."""
    return bool(_PLACES["spreadsheetml.worksheet+xml"].fullmatch(name)) or name == "xl/sharedStrings.xml"


class XmlWalk:
    """Counts what all XML parts together hold without keeping any of it."""

    def __init__(self) -> None:
        self.elements = self.cells = self.furniture = 0

    def read(self, name: str, data: bytes, found: Contents) -> None:
        """Walk one part. It is given to the parser whole, which costs time in proportion to its length."""
        declared = _ENCODING.match(data[:200].lstrip(b"\xef\xbb\xbf \r\n\t"))
        is_known = declared is None or declared[1].lower() in _KNOWN_ENCODINGS
        if not is_known or data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:8]:
            raise Unreadable("broken")
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        part = _Part(self, name, found)
        parser.StartElementHandler = part.element
        parser.StartDoctypeDeclHandler = _refuse
        parser.CommentHandler = _refuse_long
        parser.ProcessingInstructionHandler = _refuse_long
        parser.Parse(data, True)


def _refuse(*_ignored: Any) -> None:
    raise Unreadable("broken")


def _refuse_long(*texts: str) -> None:
    if sum(map(len, texts)) > MAX_TOKEN:
        raise Unreadable("broken")


class _Part:
    """One part while it is walked."""

    def __init__(self, walk: XmlWalk, name: str, found: Contents) -> None:
        self.walk, self.found, self.name = walk, found, name
        self.rows = self.row = self.column = 0
        known: dict[str, Callable[[dict[str, str]], None]] = {}
        if is_bulk(name):
            known = {"row": self._row, "c": self._cell, "si": self._string, "col": self._columns}
        elif name == "[Content_Types].xml":
            known = {"Override": self._override, "Default": self._default}
        elif name == "xl/workbook.xml":
            known = {"sheet": self._sheet}
        elif name == "xl/_rels/workbook.xml.rels":
            known = {"Relationship": self._relationship}
        self.known = known

    def element(self, tag: str, attributes: dict[str, str]) -> None:
        self.walk.elements += 1
        if self.walk.elements > MAX_ELEMENTS:
            raise Unreadable("too_many_rows")
        if len(tag) > 400 or sum(len(key) + len(value) for key, value in attributes.items()) > MAX_TOKEN:
            raise Unreadable("broken")
        name = tag.rsplit(" ", 1)[-1]
        known = self.known.get(name)
        if known is not None:
            known(attributes)
        if name not in _TEXTUAL:
            self.walk.furniture += 1
            if self.walk.furniture > MAX_FURNITURE:
                raise Unreadable("broken")

    def _row(self, attributes: dict[str, str]) -> None:
        self.rows += 1
        self.column = 0
        number = attributes.get("r", str(self.row + 1))
        if self.rows > MAX_ROWS + 1 or not number.isdigit() or int(number[:9]) > MAX_ROWS + 1:
            raise Unreadable("too_many_rows")
        self.row = int(number)
        if _is_on(attributes.get("hidden")) or _is_nothing(attributes.get("ht")):
            self.found.hidden_rows.setdefault(self.name, set()).add(self.row)

    def _columns(self, attributes: dict[str, str]) -> None:
        if _is_on(attributes.get("hidden")) or _is_nothing(attributes.get("width")):
            first, last = (int(attributes.get(name, "0")[:6] or 0) for name in ("min", "max"))
            hidden = self.found.hidden_columns.setdefault(self.name, set())
            hidden.update(range(first, min(last, MAX_COLUMNS) + 1))

    def _cell(self, attributes: dict[str, str]) -> None:
        self._count()
        self.column += 1
        reference = attributes.get("r")
        if reference is not None:
            match = _CELL.fullmatch(reference)
            if match is None:
                raise Unreadable("broken")
            self.column = _column_number(match[1])
            if int(match[2]) > MAX_ROWS + 1:
                raise Unreadable("too_many_rows")
        if self.column > MAX_COLUMNS:
            raise Unreadable("too_many_columns")

    def _string(self, _attributes: dict[str, str]) -> None:
        self._count()

    def _count(self) -> None:
        self.walk.cells += 1
        if self.walk.cells > MAX_CELLS:
            raise Unreadable("too_many_rows")

    def _override(self, attributes: dict[str, str]) -> None:
        kind, place = attributes.get("ContentType", ""), attributes.get("PartName", "")
        if "macroEnabled" in kind or "vbaProject" in kind:
            raise Unreadable("macro")
        for ending, where in _PLACES.items():
            if kind.endswith(ending) and not where.fullmatch(place):
                raise Unreadable("strange_part", part=place[-60:])

    def _default(self, attributes: dict[str, str]) -> None:
        # A type for a whole ending would make a workbook's part of any file that has it.
        if any(attributes.get("ContentType", "").endswith(ending) for ending in _PLACES):
            raise Unreadable("strange_part", part=f"*.{attributes.get('Extension', '')[:20]}")

    def _sheet(self, attributes: dict[str, str]) -> None:
        key = next((value for name, value in attributes.items() if name.endswith(" id")), "")
        self.found.sheets.append((attributes.get("name", ""), attributes.get("state", "visible"), key))

    def _relationship(self, attributes: dict[str, str]) -> None:
        kind, target = attributes.get("Type", "").rsplit("/", 1)[-1], attributes.get("Target", "")
        if attributes.get("TargetMode") == "External":
            return
        place = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        expected = {
            "worksheet": _PLACES["spreadsheetml.worksheet+xml"],
            "sharedStrings": _PLACES["spreadsheetml.sharedStrings+xml"],
            "styles": _PLACES["spreadsheetml.styles+xml"],
        }.get(kind)
        if expected is not None and not expected.fullmatch(place):
            raise Unreadable("strange_part", part=target[-60:])
        self.found.targets[attributes.get("Id", "")] = place


def _is_on(value: str | None) -> bool:
    return value in ("1", "true", "on")


def _is_nothing(measure: str | None) -> bool:
    """A height or a width of zero hides as well as the mark does."""
    if not measure or len(measure) > 20:
        return False
    try:
        return float(measure) == 0
    except ValueError:
        return False


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


# --- Rows ----------------------------------------------------------------------------------------------------

Line = dict[str, Any]
"""What is written for each row, or before the rows of a sheet: see :func:`workbook_lines`."""


def workbook_lines(content: bytes) -> Iterator[Line]:
    """``{"sheet": title}`` and then ``{"row": number, "cells": […]}`` for each visible sheet of the workbook.

    A row that a person does not see says ``"hidden": true``; a sheet names its hidden columns, counted from 0.
    """
    found = look_through(content)
    sys.modules["numpy"] = None  # type: ignore[assignment]  # the library would load it for nothing
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # lost print settings and rules are no concern of an import
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        try:
            places = {title: found.targets.get(key, "") for title, _state, key in found.sheets}
            states = {title: state for title, state, _key in found.sheets}
            for sheet in book.worksheets:
                if not hasattr(sheet, "reset_dimensions") or states.get(sheet.title) != "visible":
                    continue
                place = places.get(sheet.title, "")
                hidden_columns = found.hidden_columns.get(place, set())
                yield {"sheet": sheet.title, "hidden_columns": sorted(one - 1 for one in hidden_columns)}
                sheet.reset_dimensions()  # the file's own word for its size is not to be trusted
                hidden_rows = found.hidden_rows.get(place, set())
                rows = sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS)
                for number, cells in enumerate(rows, 1):
                    values = _trimmed([cell_value(cell) for cell in cells])
                    if values:
                        line: Line = {"row": number, "cells": values}
                        yield {**line, "hidden": True} if number in hidden_rows else line
        finally:
            book.close()


def cell_value(cell: Any) -> Any:
    """A cell as JSON: text, number, truth; ``{"f": text}`` a formula or an error, ``{"d": "2026-12-31"}`` a day."""
    value = cell.value
    if value is None:
        return None
    if cell.data_type in ("f", "e"):
        return {"f": str(getattr(value, "text", value))[:60]}
    if isinstance(value, str):
        return value[: MAX_TEXT + 1]
    if isinstance(value, datetime):
        return {"d": value.date().isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    return value if isinstance(value, bool | int | float) else str(value)[: MAX_TEXT + 1]


def _trimmed(values: list[Any]) -> list[Any]:
    while values and values[-1] is None:
        values.pop()
    return values


def csv_lines(content: bytes, expected: Sequence[str]) -> Iterator[Line]:
    """The rows of a CSV with ``;`` or ``,`` or tab, in the encodings that offices use."""
    text = _decoded(content)
    skip = 0
    if text[:4].lower() == "sep=":  # Excel's own hint
        skip = 1
        text = text.partition("\n")[2]
    yield {"sheet": "", "hidden_columns": []}
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, expected), strict=True)
    try:
        for number, cells in enumerate(reader, 1 + skip):
            if number > MAX_ROWS + 1 + skip and any(cell.strip() for cell in cells):
                raise Unreadable("too_many_rows")
            if len(cells) > MAX_COLUMNS and any(cell.strip() for cell in cells[MAX_COLUMNS:]):
                raise Unreadable("too_many_columns")
            yield {"row": number, "cells": [csv_value(cell) for cell in cells[:MAX_COLUMNS]]}
    except csv.Error as error:
        raise Unreadable("csv") from error


def _decoded(content: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError as error:
                raise Unreadable("encoding") from error
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("encoding")


def plain(text: str) -> str:
    """A heading as it is compared: without stars, capitals and doubled spaces."""
    return " ".join(text.replace("*", " ").split()).casefold()


def _delimiter(text: str, expected: Sequence[str]) -> str:
    """The separator under which a line near the beginning names most known columns."""
    known = {plain(heading) for heading in expected}
    lines = [line for line in text[:20_000].splitlines() if line.strip(' ;,\t"')][:20]

    def named(sign: str) -> int:
        return max(
            (sum(plain(part.strip('"')) in known for part in line.split(sign)) for line in lines), default=0
        )

    return max(";,\t", key=named)


def csv_value(text: str) -> Any:
    """A cell of a CSV; what would be computed is marked as a formula."""
    text = text.strip()
    if text.startswith("="):
        return {"f": text[:60]}
    # Our own exports put an apostrophe before text that a spreadsheet would compute.
    if len(text) > 1 and text[0] == "'" and text[1:].lstrip().startswith(("=", "+", "-", "@")):
        return text[1 : MAX_TEXT + 2]
    return text[: MAX_TEXT + 1]


# --- The process ---------------------------------------------------------------------------------------------


def _confine() -> None:
    """Limits that nothing read later can lift."""
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    most = int(SECONDS_TO_START + SECONDS_PER_MB * MAX_UNPACKED / 1024 / 1024) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (int(SECONDS_TO_START + 1), most))


def _allow_time(unpacked: int) -> None:
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    if hard == resource.RLIM_INFINITY:
        return  # not confined: a test calls the functions in its own process
    seconds = int(SECONDS_TO_START + SECONDS_PER_MB * unpacked / 1024 / 1024) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (min(seconds, hard), hard))


def main(source: BinaryIO, target: TextIO) -> None:
    """Answer one file."""
    _confine()
    wish = json.loads(source.readline())
    content = source.read()
    try:
        lines = workbook_lines(content) if wish["kind"] == "xlsx" else csv_lines(content, wish["expected"])
        answer, length = [], 0
        for line in lines:
            answer.append(json.dumps(line))
            length += len(answer[-1])
            if length > MAX_ANSWER:
                raise Unreadable("too_large")
        for text in answer:
            target.write(text + "\n")
        target.write('{"end": true}\n')
    except Unreadable as refusal:
        target.write(json.dumps({"refused": refusal.code, "values": refusal.values}) + "\n")
    except MemoryError:
        target.write('{"refused": "too_large", "values": {}}\n')
    except Exception:
        # zip, expat and the library meet a malformed part with whatever error they stumble over: it is a bad file.
        target.write('{"refused": "broken", "values": {}}\n')


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout)
