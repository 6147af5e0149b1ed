"""No figure on any paper breaks in two, leaves its cell or its page, whatever its size; small papers keep to a page."""

from typing import Any

import pytest

from documents.making.render import render
from documents.models import Document, DocumentKind
from procurement.language.terbilang import rupiah_in_words
from tests.documents.boxes import figure_faults, parted
from tests.documents.samples import document

LARGEST = 999_999_999_999_999
SIZES = (100_000, 1_000_000, 10_000_000, 11_000_000_000_000, LARGEST)
TEXT = "text"


def with_figures(kind: DocumentKind, size: int, count: int = 3) -> Document:
    """A paper all of whose figures are ``size``; pieces up to ten million, as many as a line may have."""
    made = document(kind, count)
    pieces = min(size, 10_000_000)
    content = made.content
    for line in content.get("lines", ()):
        for name in ("quantity", "ordered", "delivered", "accepted", "rejected"):
            if name in line:
                line[name] = pieces
        for name in ("price", "amount"):
            if name in line:
                line[name] = size
        for maker in line.get("makers", ()):
            maker["quantity"] = pieces
    if "totals" in content:
        content["totals"] |= dict.fromkeys(("subtotal", "dpp", "ppn", "total"), size)
        content["totals"]["terbilang"] = rupiah_in_words(size)
    for table in content.get("tables", ()):
        table["rows"] = [
            [cell if kind == TEXT else size for cell, kind in zip(row, table["kinds"], strict=True)]
            for row in table["rows"]
        ]
    return made


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", list(DocumentKind))
def test_no_figure_breaks_or_leaves_its_frame(kind: DocumentKind, size: int) -> None:
    assert figure_faults(with_figures(kind, size)) == []


@pytest.mark.parametrize("size", SIZES[1::2] + SIZES[-1:])
@pytest.mark.parametrize(("columns", "language"), [(4, "id"), (8, "id"), (8, "en")])
def test_a_report_with_many_columns_of_figures_keeps_them_whole(
    size: int, columns: int, language: str
) -> None:
    """As its widest table, the value of each stage day by day."""
    made = document(DocumentKind.REPORT, 1)
    made.content["language"] = language
    made.content["tables"].append(
        {
            "key": "waktu",
            "title": "Nilai dari waktu ke waktu",
            "headings": ["Akhir hari", *["dalam pengiriman (Rp)"] * (columns - 1)],
            "kinds": ["text", *["money"] * (columns - 1)],
            "rows": [["31 Desember 2022", *[size] * (columns - 1)]] * 3,
            "note": "",
            "more": size,
        }
    )
    assert figure_faults(made) == []


@pytest.mark.parametrize("kind", [kind for kind in DocumentKind if kind != DocumentKind.REPORT])
def test_numbers_that_name_something_stay_whole(kind: DocumentKind) -> None:
    """NIB, NPWP of 16 digits, NIP, an account, a telephone, the number of line 2,000."""
    made = document(kind, 2)
    content: dict[str, Any] = made.content
    numbers = {
        "nib": "9120001234567",
        "npwp": "0012345678901000",
        "nip": "198001012005012001",
        "phone": "+62 812-3456-789012",
        "bank": "Bank Contoh 123456789012345678 a.n. Contoh",
    }
    for party in content.values():
        if isinstance(party, dict) and "npwp" in party:
            party |= numbers
    for supplier in content.get("suppliers", ()):
        supplier |= {name: numbers[name] for name in ("nib", "npwp")}
    for line in content["lines"]:
        line["position"] = 2_000
    assert figure_faults(made) == []


ADDRESS = (
    "Jalan Contoh Panjang Nomor 105 Blok C Lantai 3, Kelurahan Contoh Kidul, Kecamatan Contoh, Surabaya 60174"
)


@pytest.mark.parametrize("kind", list(DocumentKind))
@pytest.mark.parametrize("size", [185_000, LARGEST])
def test_a_paper_of_one_line_keeps_to_one_page(kind: DocumentKind, size: int) -> None:
    """With everything that may stand on it in the lengths that people write."""
    made = with_figures(kind, size, 1)
    content = made.content
    made.revision = 2
    content["notes"] = "Barang dikemas satu per satu dan diberi label. " * 5
    for line in content.get("lines", ()):
        line["specification"] = (
            "Katun primisima 105, S sampai XXL, lengan panjang, bordir logo di dada kiri. " * 3
        )
    for party in content.values():
        if isinstance(party, dict) and "npwp" in party:
            party["address"] = ADDRESS
    for place in (*content.get("places", ()), content.get("place", {})):
        place["address"] = ADDRESS
    if kind == DocumentKind.REPORT:
        content["charts"] = []
    assert render(made).pages == 1
    assert figure_faults(made) == []


@pytest.mark.parametrize("kind", [kind for kind in DocumentKind if kind != DocumentKind.REPORT])
@pytest.mark.parametrize("count", [2, 5, 8, 11, 14, 23, 29])
def test_rows_clauses_and_signatures_never_part(kind: DocumentKind, count: int) -> None:
    """However many lines there are and however long clauses are; no page holds nothing but signatures."""
    made = document(kind, count)
    content = made.content
    content["notes"] = "Barang dikemas satu per satu dan diberi label pada setiap koli. " * count
    for name in ("late_fine", "payment_terms", "ppn_status", "lead_time"):
        if name in content:
            content[name] = f"{content[name]} " * (1 + count % 5)
    if "legal_basis" in content:
        content["legal_basis"] = [f"Peraturan contoh nomor {number} " * 6 for number in range(count)]
    assert parted(made) == []
