"""The papers themselves: every field of the trade, page after page, the same bytes each time."""

import hashlib
import os
import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from documents.making.render import html_of, render
from documents.models import Document, DocumentKind
from tests.documents.samples import SAMPLES, document

ROOT = Path(__file__).resolve().parents[2]

FIELDS = {
    DocumentKind.QUOTATION: (
        "003/SPH/KUMKM/VIII/2022",
        "Sidoarjo, 1 Agustus 2022",
        "Kepada Yth.",
        "Bank Indonesia, Kantor Perwakilan Provinsi Jawa Timur (contoh)",
        "24/112/Sb/PPH/2022",
        "Kemeja batik cap motif parang",
        "Katun primisima",
        "potong",
        "185.000",
        "Dasar pengenaan pajak (DPP)",
        "PPN 11%",
        "Rp503.625.000",
        "Lima ratus lima puluh sembilan juta dua puluh tiga ribu tujuh ratus lima puluh rupiah",
        "sampai dengan 31 Agustus 2022",
        "siap paling lambat 23 Oktober 2022",
        "Gudang KPw BI Jawa Timur",
        "100% setelah Berita Acara Serah Terima",
        "Batik Contoh Tulip",
        "0000000000001",
        "Dr. Contoh Suryanto, M.M.",
        "Halaman 1 dari",
    ),
    DocumentKind.PURCHASE_ORDER: (
        "SURAT PESANAN",
        "Nomor: 001/SP/BI-JATIM/VIII/2022",
        "1 Agustus 2022",
        "Pengadaan cinderamata dan seragam batik tahun 2022",
        "Sri Contoh Wahyuni",
        "Pejabat Pembuat Komitmen",
        "Jalan Contoh Pahlawan 105",
        "Batik Contoh Tulip",
        "Jalan Contoh Melati 12",
        "1 Agustus 2022 sampai dengan 30 September 2022",
        "1/1000 (satu per seribu)",
        "Contoh Tulip",
        "PPN (penyedia bukan PKP)",
        "Terbilang:",
        "Meterai",
        "Rp10.000",
        "NIP 19800101 200501 2 001",
        "Kode cek",
    ),
    DocumentKind.DELIVERY_NOTE: (
        "SURAT JALAN",
        "001/SJ/TULIP/VIII/2022",
        "22 Agustus 2022",
        "ke-1 dari 2",
        "Mobil boks Contoh L300",
        "M 0000 XX",
        "Pak Contoh Slamet",
        "001/SP/BI-JATIM/VIII/2022",
        "Kondisi",
        "Baik",
        "Pengirim,",
        "Pengemudi,",
        "Penerima,",
    ),
    DocumentKind.REPORT: (
        "LAPORAN TRANSAKSI EXPO",
        "31 Juli 2022 pukul 18.00 WIB",
        "Rp12.345.678",
        "Tahap contoh 9",
        "1.000.009",
        "3 baris lain dalam berkas XLSX",
        "pesanan yang diajukan dan belum ditawarkan",
    ),
    DocumentKind.HANDOVER: (
        "BERITA ACARA SERAH TERIMA",
        "Selasa, tanggal dua puluh tiga bulan Agustus tahun dua ribu dua puluh dua",
        "Peraturan pengadaan barang dan jasa",
        "Keputusan Kepala Kantor Nomor 24/KEP/2022",
        "001/SP/BI-JATIM/VIII/2022",
        "001/BAPHP/BI-JATIM/VIII/2022",
        "Ditolak 4: jahitan lepas pada bagian lengan",
        "Terbilang:",
        "PIHAK PERTAMA",
        "PIHAK KEDUA",
        "NIP 19800101 200501 2 001",
    ),
}


def text_of(pdf: bytes) -> str:
    """The text as a reader of the PDF finds it, in one line."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s+", " ", done.stdout.decode())


def raw_text_of(pdf: bytes) -> str:
    """The text in the order of the page's blocks, so that a sentence that wraps stays one."""
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s+", " ", done.stdout.decode())


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_every_field_of_the_trade_is_on_the_paper(kind: DocumentKind) -> None:
    pdf = render(document(kind, 10)).pdf
    text = raw_text_of(pdf) + text_of(pdf)
    assert [field for field in FIELDS[kind] if field not in text] == []
    assert document(kind, 10).check_code in text


def test_a_delivery_note_shows_no_price() -> None:
    text = text_of(render(document(DocumentKind.DELIVERY_NOTE, 10)).pdf)
    assert "Rp" not in text
    assert not re.search(r"\d\.\d{3}", text)


@pytest.mark.parametrize("kind", list(DocumentKind))
@pytest.mark.parametrize("count", [1, 10])
def test_the_same_paper_is_the_same_bytes(kind: DocumentKind, count: int) -> None:
    assert render(document(kind, count)).pdf == render(document(kind, count)).pdf


def test_another_process_makes_the_same_bytes() -> None:
    program = (
        "import django; django.setup()\n"
        "import hashlib; from documents.making.render import render; from documents.models import DocumentKind\n"
        "from tests.documents.samples import document\n"
        "print(*(hashlib.sha256(render(document(kind, 3)).pdf).hexdigest() for kind in DocumentKind))"
    )
    expected = [hashlib.sha256(render(document(kind, 3)).pdf).hexdigest() for kind in DocumentKind]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONHASHSEED": "7",
        "TZ": "America/Lima",
    }
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == expected


@pytest.mark.parametrize("kind", [kind for kind in DocumentKind if kind != DocumentKind.REPORT])
def test_two_hundred_lines_repeat_the_head_and_split_no_row(kind: DocumentKind) -> None:
    made = document(kind, 200)
    for line in made.content["lines"]:
        line["specification"] = (
            f"awal{line['position']}x " + "bahan pilihan contoh " * 6 + f"akhir{line['position']}x"
        )
    result = render(made)
    pages = [page.extract_text() for page in PdfReader(BytesIO(result.pdf)).pages]
    assert result.pages == len(pages) > 5
    for position in range(1, 201):
        starts = [number for number, text in enumerate(pages) if f"awal{position}x" in text]
        ends = [number for number, text in enumerate(pages) if f"akhir{position}x" in text]
        assert len(starts) == 1, f"line {position} is there once"
        assert starts == ends, f"line {position} is in one piece"
    for number, text in enumerate(pages):
        assert f"Halaman {number + 1} dari {len(pages)}" in text
        if "awal" in text:
            assert "Satuan" in text, f"page {number + 1} repeats the head"
    assert sum("awal" in text for text in pages) > 4


def test_a_revision_says_so() -> None:
    assert "Revisi 2" in text_of(render(document(DocumentKind.QUOTATION, 1, revision=2)).pdf)
    assert "Revisi" not in text_of(render(document(DocumentKind.QUOTATION, 1)).pdf)


def test_the_language_of_the_reader_does_not_change_a_paper() -> None:
    from django.utils.translation import override

    with override("en"):
        english = html_of(document(DocumentKind.HANDOVER, 2))
    assert english == html_of(document(DocumentKind.HANDOVER, 2))


def test_every_kind_has_a_content_a_template_and_a_sample() -> None:
    assert set(SAMPLES) == set(DocumentKind)
    for kind in DocumentKind:
        assert (ROOT / "templates" / "papers" / f"{kind.value}.html").exists()


def test_file_names_are_harmless() -> None:
    odd = Document(kind=DocumentKind.HANDOVER, number="../../1\\/BAST\n/é", revision=2)
    assert re.fullmatch(r"[\w-]+\.pdf", odd.file_name)


@pytest.mark.parametrize("kind", [DocumentKind.HANDOVER, DocumentKind.PURCHASE_ORDER, DocumentKind.QUOTATION])
def test_totals_their_words_and_the_last_line_stand_on_one_page(kind: DocumentKind) -> None:
    """However many lines there are; and the signatures are not on a page with nothing that they sign."""
    broken = 0
    for count in range(1, 12, 2):
        paper = document(kind, count)
        pages = [page.extract_text() for page in PdfReader(BytesIO(render(paper).pdf)).pages]
        (number,) = [number for number, text in enumerate(pages) if "Terbilang:" in text]
        assert "Jumlah harga" in pages[number], count
        assert paper.content["lines"][-1]["name"] in pages[number], count
        broken += number > 0
    assert broken


def test_a_handover_of_one_line_fits_on_one_page() -> None:
    assert render(document(DocumentKind.HANDOVER, 1)).pages == 1
