"""What a person sees of a workbook is what is read; where that cannot be, a sentence says why not."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from procurement.spreadsheets.confinement import UnreadableSheet
from procurement.spreadsheets.reading import read_sheet
from tests.spreadsheets.sheets import sheet_xml, with_sheet_xml

HEAD = ["Nama", "Harga"]
CASES = Path(__file__).parent / "cases"


def saved(*tabs: tuple[str, Any], change: Callable[[Workbook], None] = lambda _book: None) -> bytes:
    book = Workbook()
    del book["Sheet"]
    for title, rows in tabs:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def read(content: bytes) -> list[tuple[int, Any]]:
    sheet = read_sheet("data.xlsx", content, HEAD, ["Nama"])
    return [(number, row["Nama"]) for number, row in sheet.rows]


def refused(content: bytes) -> str:
    with pytest.raises(UnreadableSheet) as refusal:
        read(content)
    return refusal.value.sentence


def hide(title: str, state: Any = "hidden") -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        book[title].sheet_state = state

    return change


def test_a_hidden_first_sheet_is_passed_over() -> None:
    content = (CASES / "hidden-first-sheet.xlsx").read_bytes()
    sheet = read_sheet("a.xlsx", content, ["Kode produk", "Nama barang", "Jumlah", "Satuan", "Harga perkiraan",
                                           "Dibutuhkan paling lambat"], ["Jumlah"])  # fmt: skip
    assert [row["Jumlah"] for _number, row in sheet.rows] == [10]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
@pytest.mark.parametrize("title", ["Lama", "Data"])
def test_no_hidden_sheet_is_read_whatever_it_is_called(title: str, state: str) -> None:
    tabs = (title, [HEAD, ["lama", 1]]), ("Baru", [HEAD, ["baru", 2]])
    assert read(saved(*tabs, change=hide(title, state))) == [(2, "baru")]
    assert read(saved(*reversed(tabs), change=hide(title, state))) == [(2, "baru")]


def test_the_sheet_with_the_headings_is_read_wherever_it_stands() -> None:
    notes = ("Catatan", [["Kepada Yth."], ["mohon diisi"]])
    assert read(saved(notes, ("Isi", [HEAD, ["a", 1]]))) == [(2, "a")]


def test_of_several_sheets_with_data_the_one_called_data_is_read() -> None:
    tabs = ("Juli", [HEAD, ["juli", 1]]), ("Data", [HEAD, ["data", 2]])
    assert read(saved(*tabs)) == [(2, "data")]


def test_several_sheets_with_data_are_refused_by_name() -> None:
    sentence = refused(saved(("Juli", [HEAD, ["a", 1]]), ("Agustus", [HEAD, ["b", 2]])))
    assert "“Juli”" in sentence
    assert "“Agustus”" in sentence


@pytest.mark.parametrize("above", [[["Daftar barang"]], [["PT Contoh"], [], ["Juli 2022", None]]])
def test_titles_may_stand_above_the_headings(above: list[list[Any]]) -> None:
    rows = [*above, HEAD, ["a", 1], ["b", 2]]
    first = len(above) + 2
    assert read(saved(("Isi", rows))) == [(first, "a"), (first + 1, "b")]


def test_an_unknown_heading_is_named_also_below_a_title() -> None:
    assert "Warna" in refused(saved(("Isi", [["Daftar"], [*HEAD, "Warna"], ["a", 1, "biru"]])))


def test_a_missing_heading_is_named_also_below_a_title() -> None:
    assert "Nama" in refused(saved(("Isi", [["Daftar"], ["Harga"], [1]])))


def hidden_row(book: Workbook) -> None:
    book["Isi"].row_dimensions[3].hidden = True


def test_a_hidden_row_with_data_is_refused_by_number() -> None:
    rows = [HEAD, ["a", 1], ["b", 2], ["c", 3]]
    assert "Baris 3 tersembunyi" in refused(saved(("Isi", rows), change=hidden_row))


def test_a_hidden_row_without_data_is_of_no_concern() -> None:
    assert read(saved(("Isi", [HEAD, ["a", 1], [], ["c", 3]]), change=hidden_row)) == [(2, "a"), (4, "c")]


def test_a_filter_that_hides_rows_is_refused() -> None:
    def change(book: Workbook) -> None:
        book["Isi"].auto_filter.ref = "A1:B4"
        book["Isi"].auto_filter.add_filter_column(0, ["a"])
        hidden_row(book)

    assert "saringan" in refused(saved(("Isi", [HEAD, ["a", 1], ["b", 2], ["a", 3]]), change=change))


def hidden_column(book: Workbook) -> None:
    book["Isi"].column_dimensions["B"].hidden = True


def test_a_hidden_column_with_data_is_refused_by_heading() -> None:
    assert "“Harga”" in refused(saved(("Isi", [HEAD, ["a", 1]]), change=hidden_column))
    assert read(saved(("Isi", [HEAD, ["a", None]]), change=hidden_column)) == [(2, "a")]


def text(value: str, place: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


@pytest.mark.parametrize(
    ("columns", "row", "word"),
    [
        ("", 'ht="0" customHeight="1"', "Baris 2"),
        ('<col min="2" max="9" width="0" customWidth="1"/>', "", "“Harga”"),
    ],
)
def test_what_has_no_height_or_width_is_hidden(columns: str, row: str, word: str) -> None:
    lines = f'<row r="1">{text("Nama", "A1")}{text("Harga", "B1")}</row>'
    lines += f'<row r="2" {row}>{text("a", "A2")}{text("5", "B2")}</row>'
    xml = sheet_xml(lines).replace(b"<sheetData>", f"<cols>{columns}</cols><sheetData>".encode())
    assert word in refused(with_sheet_xml(xml))


def test_a_hidden_column_between_others_is_found() -> None:
    def change(book: Workbook) -> None:
        book["Isi"].column_dimensions.group("A", "A", hidden=True)

    assert "“Nama”" in refused(saved(("Isi", [HEAD, ["a", 1]]), change=change))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_csv_is_read_in_the_encodings_of_offices(encoding: str) -> None:
    content = "Nama\tHarga\nKafé – Señora\t75.000\n".encode(encoding)
    sheet = read_sheet("data.csv", content, HEAD, ["Nama"])
    assert sheet.rows == [(2, {"Nama": "Kafé – Señora", "Harga": "75.000"})]
