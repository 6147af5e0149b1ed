"""Lists as files. A cell that a spreadsheet would take for a formula is written as the text that it is."""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

from procurement import clock

if TYPE_CHECKING:
    from procurement.lists.columns import Column

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_CHUNK = 1000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_text(value: Any) -> Any:
    """A value for CSV, where only a leading apostrophe keeps a spreadsheet from computing it; None is empty."""
    if value is None:
        return ""
    if isinstance(value, str):
        text = value.replace("\x00", "")
        # Spreadsheets look past leading blanks.
        return (
            f"'{text}"
            if text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS)
            else text
        )
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return value


def xlsx_cell(sheet: Any, value: Any) -> Any:
    """A cell for XLSX: text is typed as text, so nothing in it is ever computed; None is an empty cell."""
    if value is None:
        return None
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, value=None)
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:32_767]
        cell.data_type = "s"
        if value.lstrip().startswith(FORMULA_STARTS):
            cell.quotePrefix = True
        return cell
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, datetime):
        cell.number_format = "yyyy-mm-dd hh:mm"
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    elif isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        cell.number_format = "#,##0" if value == int(value) else "#,##0.00"
    return cell


def table_of(columns: "Sequence[Column]", rows: "QuerySet[Any] | Iterable[Any]") -> Iterator[list[Any]]:
    """Heading and rows as values, read in portions so that a long list needs little memory."""
    yield [str(column.label) for column in columns]
    found = rows.iterator(chunk_size=_CHUNK) if isinstance(rows, QuerySet) else rows
    for row in found:
        yield [column.export_of(row) for column in columns]


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(table: Iterable[Sequence[Any]]) -> Iterator[str]:
    """CSV line by line; the mark in front tells Excel that it is UTF-8."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    for row in table:
        yield writer.writerow([csv_text(value) for value in row])


def xlsx_file(table: Iterable[Sequence[Any]], title: str) -> IO[bytes]:
    """A workbook with one sheet, its head bold and kept in sight."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31] or "daftar")
    sheet.freeze_panes = "A2"
    iterator = iter(table)
    head = next(iterator)
    for index, label in enumerate(head):
        sheet.column_dimensions[_letter(index)].width = max(12, min(40, len(str(label)) + 6))
    cells = []
    for label in head:
        cell = xlsx_cell(sheet, label)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cells.append(cell)
    sheet.append(cells)
    for row in iterator:
        sheet.append([xlsx_cell(sheet, value) for value in row])
    file = tempfile.TemporaryFile()  # noqa: SIM115 - FileResponse closes it
    book.save(file)
    file.seek(0)
    return file


def _letter(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def export_response(
    kind: str, name: str, columns: "Sequence[Column]", rows: "QuerySet[Any] | Iterable[Any]"
) -> HttpResponseBase:
    """The list as a file to keep: ``kind`` is ``csv`` or ``xlsx``; the name carries the day."""
    file_name = f"{name}-{clock.today():%Y-%m-%d}.{kind}"
    table = table_of(columns, rows)
    if kind == "csv":
        response = StreamingHttpResponse(csv_lines(table), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{file_name}"'
        return response
    return FileResponse(xlsx_file(table, name), as_attachment=True, filename=file_name, content_type=XLSX)
