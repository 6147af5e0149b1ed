"""Hostile files are refused with a sentence before a spreadsheet library opens them (R18)."""

import io
import subprocess
import sys
import textwrap
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest

from procurement.spreadsheets import guard, reading
from procurement.spreadsheets.guard import UnreadableSheet
from procurement.spreadsheets.reading import Formula, read_sheet
from tests.spreadsheets.sheets import csv_file, sheet_xml, with_sheet_xml, xlsx

HEAD = ["Nama", "Harga"]


def read(name: str, content: bytes) -> reading.Sheet:
    return read_sheet(name, content, HEAD, ["Nama"])


def far_cell() -> bytes:
    return with_sheet_xml(sheet_xml('<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row>'))


def far_column() -> bytes:
    return with_sheet_xml(sheet_xml('<row r="1"><c r="XFD1" t="n"><v>1</v></c></row>'))


def wide_rows() -> bytes:
    return with_sheet_xml(sheet_xml("<row>" + "<c/>" * 20_000 + "</row>"))


def zip_bomb() -> bytes:
    return with_sheet_xml(
        sheet_xml("<row r='1'><c r='A1' t='inlineStr'><is><t>" + "0" * 50_000_000 + "</t></is></c></row>")
    )


def many_rows() -> bytes:
    return with_sheet_xml(
        sheet_xml("".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 100_001)))
    )


def many_merges() -> bytes:
    merges = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 60_001))
    return with_sheet_xml(
        sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>', f"<mergeCells>{merges}</mergeCells>")
    )


def many_strings() -> bytes:
    return with_sheet_xml(
        sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>'),
        {"xl/sharedStrings.xml": b"<sst>" + b"<si><t/></si>" * 400_000 + b"</sst>"},
    )


def entities() -> bytes:
    return with_sheet_xml(
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
        b"<worksheet><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>"
    )


def macro() -> bytes:
    return with_sheet_xml(sheet_xml(""), {"xl/vbaProject.bin": b"x"})


def no_workbook() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("catatan.txt", "bukan lembar")
    return file.getvalue()


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a cell in the last row": (far_cell, "baris"),
    "a cell in the last column": (far_column, "kolom"),
    "twenty thousand cells in a row": (wide_rows, "kolom"),
    "fifty megabytes in one cell": (zip_bomb, "terlalu besar"),
    "a hundred thousand rows": (many_rows, "baris"),
    "sixty thousand merged ranges": (many_merges, "rusak"),
    "four hundred thousand strings": (many_strings, ""),
    "entities that grow": (entities, "rusak"),
    "a macro": (macro, "makro"),
    "a zip that is no workbook": (no_workbook, "rusak"),
}


@pytest.mark.parametrize("case", BOMBS)
def test_a_bomb_is_refused_in_little_memory(case: str) -> None:
    make, word = BOMBS[case]
    content = make()
    assert len(content) < guard.MAX_BYTES
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableSheet) as refused:
            read("data.xlsx", content)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert word in refused.value.sentence
    assert peak < 30 * 1024 * 1024


def test_the_far_cell_is_a_small_file() -> None:
    assert len(far_cell()) < 8_000


def test_the_guard_is_asked_before_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*args: object, **kwargs: object) -> None:
        raise AssertionError("the library saw the file")

    monkeypatch.setattr(reading, "load_workbook", opened)
    with pytest.raises(UnreadableSheet):
        read("data.xlsx", far_cell())


def test_a_full_sheet_is_read_below_300_megabytes() -> None:
    """The largest sheet that is allowed, in a process that may not take more (counted by the system, not by us)."""
    program = textwrap.dedent(
        """
        import os
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        import django
        django.setup()
        from procurement.spreadsheets.reading import read_sheet
        from tests.spreadsheets.sheets import xlsx
        head = [f"K{n}" for n in range(20)]
        content = xlsx(head, [[f"isi {r} {c}" for c in range(20)] for r in range(10_000)])
        import pathlib, re
        assert len(read_sheet("a.xlsx", content, head, head).rows) == 10_000
        # Not ru_maxrss: it begins with the size of the process that started this one.
        print(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text()).group(1))
        """
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 300 * 1024


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("data.xlsx", b"", "kosong"),
        ("data.xlsx", b"Nama;Harga\nA;1\n", "bukan XLSX"),
        ("data.xlsx", b"PK\x03\x04 dan sisanya sampah", "rusak"),
        ("data.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "XLS"),
        ("data.csv", b"PK\x03\x04", "bukan CSV"),
        ("data.csv", b"Nama;Harga\nA\x00;1", "bukan CSV"),
        ("data.xls", b"x", "XLSX atau CSV"),
        ("data.xlsm", b"PK\x03\x04", "XLSX atau CSV"),
        ("data", b"x", "XLSX atau CSV"),
        ("data.csv", b"x" * (guard.MAX_BYTES + 1), "MB"),
        ("data.csv", b"Nama;Harga\n" + b"A;1\n" * 10_001, "baris"),
        ("data.csv", b"Nama;Harga\n" + b"A;" * 100 + b"1\n", "kolom"),
        ("data.csv", b"Nama;Harga\n", "tidak berisi baris"),
        ("data.csv", b"\n\n\n", "judul"),
        ("data.csv", b"Nama;Harga;Warna\nA;1;biru\n", "Warna"),
        ("data.csv", b"Nama;Nama\nA;1\n", "dua kali"),
        ("data.csv", b"Harga\n1\n", "Nama"),
        ("data.csv", b"Nama;Harga\nA;1;2\n", "Baris 2"),
        ("data.csv", b'Nama;Harga\n"A;1\n', "kutip"),
        ("data.csv", b"Nama;Harga\n" + b"A" * 140_000 + b";1\n", "terlalu panjang"),
    ],
)
def test_what_is_no_sheet_of_ours_is_refused_with_a_remedy(name: str, content: bytes, word: str) -> None:
    with pytest.raises(UnreadableSheet) as refused:
        read(name, content)
    assert word in refused.value.sentence
    assert refused.value.field == "file"


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_csv_of_every_office(delimiter: str, encoding: str) -> None:
    content = csv_file(HEAD, [["Kafé Señora – contoh", "75.000"]], delimiter, encoding)
    assert read("data.CSV", content).rows == [(2, {"Nama": "Kafé Señora – contoh", "Harga": "75.000"})]


def test_blank_rows_are_passed_over_and_row_numbers_stay_those_of_the_sheet() -> None:
    sheet = read("data.xlsx", xlsx(HEAD, [["A", 1], [None, None], ["B", 2]]))
    assert [number for number, _row in sheet.rows] == [2, 4]


def test_formulas_are_never_computed() -> None:
    sheet = read("data.xlsx", xlsx(HEAD, [["=1+1", '=HYPERLINK("http://x")']]))
    assert sheet.rows[0][1] == {"Nama": Formula("=1+1"), "Harga": Formula('=HYPERLINK("http://x")')}
    assert read("data.csv", b"Nama;Harga\n=1+1;'=2+2\n").rows[0][1] == {
        "Nama": Formula("=1+1"),
        "Harga": "=2+2",
    }
