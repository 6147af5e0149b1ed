"""Hostile files are refused with a sentence before a spreadsheet library opens them (R18)."""

import subprocess
import sys
import textwrap
import tracemalloc
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings

from procurement.spreadsheets import guard, reading, unpacking
from procurement.spreadsheets.confinement import Formula, UnreadableSheet
from procurement.spreadsheets.reading import read_sheet
from tests.spreadsheets.hostile import HOSTILE
from tests.spreadsheets.sheets import csv_file, xlsx

HEAD = ["Nama", "Harga"]


def read(name: str, content: bytes) -> reading.Sheet:
    return read_sheet(name, content, HEAD, ["Nama"])


WORDS = {
    "a_cell_in_the_last_row": "baris",
    "a_cell_in_the_last_column": "kolom",
    "fifty_megabytes_in_one_cell": "terlalu besar",
    "entities_that_grow": "rusak",
    "strings_under_another_ending": "sharedStrings.data",
    "macros_by_type_alone": "makro",
    "one_text_in_every_cell": "terlalu besar",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_little_memory_and_time(name: str) -> None:
    content = HOSTILE[name]()
    assert len(content) < guard.MAX_BYTES
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableSheet) as refused:
            read("data.xlsx", content)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert WORDS.get(name, "") in refused.value.sentence
    assert peak < 30 * 1024 * 1024
    assert kilobytes_for(content) < 300 * 1024


def kilobytes_for(content: bytes) -> int:
    """The most memory that the process which reads a workbook took, as the system counts it.

    It is started by a small process: what a process took begins with the size of the one that started it.
    """
    program = (
        "import resource, subprocess, sys\n"
        "subprocess.run([sys.executable, '-I', sys.argv[1]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, unpacking.__file__],
        input=b'{"kind": "xlsx", "expected": []}\n' + content,
        capture_output=True,
        check=True,
    )
    return int(done.stdout)


def test_a_sheet_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "endless.py"
    program.write_text(
        f"import sys; sys.path.insert(0, {str(settings.BASE_DIR)!r})\n"
        "from procurement.spreadsheets import unpacking\n"
        "unpacking.SECONDS_TO_START = 0\n"
        "unpacking._confine()\n"
        "while True: pass\n"
    )
    monkeypatch.setattr(unpacking, "__file__", str(program))
    with pytest.raises(UnreadableSheet, match="terlalu besar"):
        read("data.xlsx", xlsx(HEAD, [["A", 1]]))


def test_a_sheet_that_takes_too_much_memory_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "greedy.py"
    program.write_text(
        f"import sys; sys.path.insert(0, {str(settings.BASE_DIR)!r})\n"
        "from procurement.spreadsheets import unpacking\n"
        "def take(content):\n"
        "    yield {'sheet': 'Data', 'hidden_columns': []}\n"
        "    bytearray(unpacking.MOST_MEMORY)\n"
        "unpacking.workbook_lines = take\n"
        "unpacking.main(sys.stdin.buffer, sys.stdout)\n"
    )
    monkeypatch.setattr(unpacking, "__file__", str(program))
    with pytest.raises(UnreadableSheet, match="terlalu besar"):
        read("data.xlsx", xlsx(HEAD, [["A", 1]]))


def test_the_far_cell_is_a_small_file() -> None:
    assert len(HOSTILE["a_cell_in_the_last_row"]()) < 8_000


def test_the_library_is_never_asked_in_the_web_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*args: object, **kwargs: object) -> None:
        raise AssertionError("the library saw the file")

    monkeypatch.setattr(openpyxl, "load_workbook", opened)
    assert read("data.xlsx", xlsx(HEAD, [["A", 1]])).rows == [(2, {"Nama": "A", "Harga": 1})]


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
