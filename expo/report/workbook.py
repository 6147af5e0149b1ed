"""The report as a workbook: one sheet per table, and one with what every figure means."""

import re
from collections.abc import Sequence
from io import BytesIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font

from documents.issuing.contents import ReportContent, ReportTable
from procurement.lists.export import xlsx_cell

_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME = 31


def workbook(content: ReportContent, tables: Sequence[ReportTable], number: str) -> bytes:
    """All rows of all tables; every text is a text, so nothing in it is computed."""
    book = Workbook(write_only=True)
    used: set[str] = set()
    for table in tables:
        sheet = book.create_sheet(_name(table.title, used))
        sheet.freeze_panes = "A2"
        for index, heading in enumerate(table.headings):
            sheet.column_dimensions[chr(ord("A") + index)].width = max(14, min(44, len(heading) + 6))
        sheet.append([_bold(sheet, heading) for heading in table.headings])
        for row in table.rows:
            sheet.append([xlsx_cell(sheet, cell) for cell in row])
    sheet = book.create_sheet(_name(_("Definisi"), used))
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 110
    for label, value in (
        (content.words["number"], number),
        (content.words["edition"], content.edition),
        (content.words["as_of"], content.as_of),
        *content.summary,
    ):
        sheet.append([_bold(sheet, label), xlsx_cell(sheet, value)])
    sheet.append([])
    sheet.append([_bold(sheet, _("Angka")), _bold(sheet, _("Arti"))])
    for term, meaning in (
        *content.definitions,
        *((table.title, table.note) for table in tables if table.note),
    ):
        sheet.append([xlsx_cell(sheet, term), xlsx_cell(sheet, meaning)])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _bold(sheet: object, text: str) -> object:
    cell = xlsx_cell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _name(title: str, used: set[str]) -> str:
    """A name for a sheet that no other has."""
    plain = _FORBIDDEN.sub(" ", title).strip()[:_LONGEST_NAME] or "Tabel"
    name, place = plain, 2
    while name.casefold() in used:
        name = f"{plain[: _LONGEST_NAME - 3]} {place}"
        place += 1
    used.add(name.casefold())
    return name
