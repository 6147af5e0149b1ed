"""What goes out is literal text when it is opened, and nothing is an empty cell (R20)."""

import csv
import io
from typing import Any

import pytest
from django.test import Client, RequestFactory
from openpyxl import load_workbook

from msmes.models import Category
from procurement.lists.listing import Column, Listing
from tests.factories import make_world
from tests.spreadsheets.sheets import content_of, sign_in

pytestmark = pytest.mark.django_db
HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1+1", "=cmd|' /C calc'!A0", "biasa", "0812"]
LIST = Listing(
    name="uji",
    columns=[
        Column("name", "=Judul", sort="name"),
        Column("nothing", "Kosong", value=lambda _row: None),
        Column("amount", "Nilai", kind="money", value=lambda _row: 1_250_000),
    ],
    default_sort="pk",
)


def exported(kind: str, rf: RequestFactory) -> bytes:
    for number, text in enumerate(HOSTILE):
        Category.objects.create(code=f"K{number}", name=text)
    answer: Any = LIST.respond(rf.get("/", {"export": kind}), Category.objects.all())
    return content_of(answer)


def test_xlsx_holds_text_and_empty_cells(rf: RequestFactory) -> None:
    sheet = load_workbook(io.BytesIO(exported("xlsx", rf))).active
    assert sheet is not None
    assert (sheet["A1"].value, sheet["A1"].data_type) == ("=Judul", "s")
    cells = [sheet.cell(row=row, column=1) for row in range(2, len(HOSTILE) + 2)]
    assert {cell.data_type for cell in cells} == {"s"}
    # An XML file keeps no carriage return; the sign that made it dangerous is still not a formula.
    assert [str(cell.value).replace("_x000D_", "\r").replace("\n", "\r") for cell in cells] == HOSTILE
    assert sheet["B2"].value is None
    assert (sheet["C2"].value, sheet["C2"].data_type) == (1_250_000, "n")


def test_csv_shows_what_would_be_computed(rf: RequestFactory) -> None:
    text = exported("csv", rf).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0][0] == "'=Judul"
    for (cell, nothing, _amount), written in zip(rows[1:], HOSTILE, strict=True):
        assert cell == (f"'{written}" if written.lstrip().startswith(("=", "+", "-", "@")) else written)
        assert nothing == ""


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_register_goes_out_the_same_way(client: Client, kind: str) -> None:
    world = make_world()
    world.msmes[0].organisation.name = '=HYPERLINK("http://x")'
    world.msmes[0].organisation.save()
    answer: Any = sign_in(client, world.people["viewer"]).get(f"/umkm/ekspor/{kind}/")
    content = content_of(answer)
    if kind == "csv":
        assert "\"'=HYPERLINK" in content.decode("utf-8-sig")
    else:
        sheet = load_workbook(io.BytesIO(content))["Data"]
        assert (sheet["B2"].value, sheet["B2"].data_type) == ('=HYPERLINK("http://x")', "s")
    assert client.get("/umkm/ekspor/pdf/").status_code == 404
