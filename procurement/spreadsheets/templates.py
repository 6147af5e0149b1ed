"""The sheets that people fill in, and the same columns as an export that can be imported again."""

from collections.abc import Iterable, Sequence
from typing import IO, TYPE_CHECKING, Any

from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from procurement.lists.export import XLSX, csv_lines, csv_text, xlsx_file
from procurement.spreadsheets.reading import DATA_SHEET
from procurement.spreadsheets.unpacking import MAX_ROWS
from procurement.spreadsheets.values import CellWidget, SheetField

if TYPE_CHECKING:
    from procurement.spreadsheets.resource import SheetResource

CSV = "text/csv; charset=utf-8"
_NEEDED = PatternFill("solid", fgColor="DCE6F2")
_OPTIONAL = PatternFill("solid", fgColor="EEF0F3")
_TEXT_ROWS = 1000


def template_response(resource: "SheetResource", kind: str) -> HttpResponseBase:
    """The empty sheet with its example row, as ``xlsx`` (with instructions) or ``csv`` (separated by ;)."""
    name = f"templat-{resource.file_name}.{kind}"
    if kind == "csv":
        lines = _semicolon_lines([resource.headings, resource.example()])
        response = StreamingHttpResponse(lines, content_type=CSV)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    return FileResponse(template_file(resource), as_attachment=True, filename=name, content_type=XLSX)


def export_response(resource: "SheetResource", kind: str, rows: Iterable[Any], name: str) -> HttpResponseBase:
    """Stored rows in the columns of the template: what went out can come in again and changes nothing."""
    dataset = resource.export(rows)
    table: list[Sequence[Any]] = [list(dataset.headers), *dataset]
    if kind == "csv":
        response = StreamingHttpResponse(csv_lines(table), content_type=CSV)
        response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return response
    return FileResponse(
        xlsx_file(table, DATA_SHEET), as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX
    )


def _semicolon_lines(table: Iterable[Sequence[Any]]) -> Iterable[str]:
    yield "\ufeff"
    for row in table:
        cells = (str(csv_text(value)).replace('"', '""') for value in row)
        yield (
            ";".join(f'"{cell}"' if any(sign in cell for sign in ';"\n') else cell for cell in cells) + "\r\n"
        )


def template_file(resource: "SheetResource") -> IO[bytes]:
    """A workbook with the sheets Data, Petunjuk and, when there are lists to choose from, Daftar."""
    import tempfile

    book = Workbook()
    data = book.active
    assert data is not None  # noqa: S101 - a new workbook has a sheet
    data.title = DATA_SHEET
    _fill_data(data, list(resource.columns.values()), resource.example())
    _fill_instructions(book.create_sheet(_("Petunjuk")), resource)
    references = resource.references()
    if references:
        _fill_references(book.create_sheet(_("Daftar")), references)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - FileResponse closes it
    book.save(file)
    file.seek(0)
    return file


def _fill_data(sheet: Any, columns: Sequence[SheetField], example: Sequence[Any]) -> None:
    sheet.freeze_panes = "A2"
    sheet.row_dimensions[1].height = 32
    for index, column in enumerate(columns, 1):
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = column.width
        head = sheet.cell(row=1, column=index, value=str(column.column_name))
        head.font = Font(bold=True)
        head.fill = _NEEDED if column.needed else _OPTIONAL
        head.alignment = Alignment(wrap_text=True, vertical="center")
        cell = sheet.cell(row=2, column=index, value=example[index - 1])
        cell.font = Font(italic=True, color="6B7280")
        widget = column.widget
        if isinstance(widget, CellWidget) and widget.is_text:
            sheet.column_dimensions[
                letter
            ].number_format = "@"  # keeps the zeros of telephone and tax numbers
            cell.number_format = "@"
        if isinstance(widget, CellWidget) and widget.choices:
            offer = DataValidation(type="list", formula1=f'"{",".join(widget.choices)}"', allow_blank=True)
            offer.add(f"{letter}2:{letter}{MAX_ROWS + 1}")
            sheet.add_data_validation(offer)


def _fill_instructions(sheet: Any, resource: "SheetResource") -> None:
    sheet.column_dimensions["A"].width = 30
    sheet.column_dimensions["B"].width = 12
    sheet.column_dimensions["C"].width = 90
    lines = [
        _("Isilah lembar “%(sheet)s” mulai dari baris kedua, satu baris untuk satu isian.")
        % {"sheet": DATA_SHEET},
        _("Baris contoh boleh ditimpa atau dihapus; bila dibiarkan, baris itu dilewati."),
        _("Jangan mengubah judul kolom. Kolom yang tidak wajib boleh dihapus."),
        _(
            "Sel kosong tidak mengubah isian yang tersimpan. Mengunggah berkas yang sama lagi tidak menambah apa pun."
        ),
        _("Rumus tidak dibaca: tempel sebagai nilai."),
    ]
    for number, line in enumerate(lines, 1):
        sheet.cell(row=number, column=1, value=line)
    top = len(lines) + 2
    for index, title in enumerate((_("Kolom"), _("Wajib"), _("Cara mengisi")), 1):
        sheet.cell(row=top, column=index, value=title).font = Font(bold=True)
    for offset, column in enumerate(resource.columns.values(), 1):
        sheet.cell(row=top + offset, column=1, value=str(column.column_name))
        sheet.cell(row=top + offset, column=2, value=_("ya") if column.needed else "")
        hint = str(column.hint)
        choices = getattr(column.widget, "choices", ())
        if choices:
            allowed = _("Pilihan: %(choices)s.") % {"choices": ", ".join(choices)}
            hint = f"{hint} {allowed}".strip()
        cell = sheet.cell(row=top + offset, column=3, value=hint)
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _fill_references(sheet: Any, references: Sequence[tuple[str, list[str]]]) -> None:
    for index, (title, lines) in enumerate(references, 1):
        sheet.column_dimensions[get_column_letter(index)].width = 36
        sheet.cell(row=1, column=index, value=title).font = Font(bold=True)
        for number, line in enumerate(lines[:_TEXT_ROWS], 2):
            cell = sheet.cell(row=number, column=index)
            cell.value = line
            cell.data_type = "s"  # a name that begins like a formula stays a name
