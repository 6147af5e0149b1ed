"""Sheets for tests: good ones, and the hostile ones of the reliability table."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from accounts.models import User

MSME_HEAD = [
    "Kode UMKM", "Nama usaha", "Kabupaten/Kota", "Nama pemilik", "Alamat", "Nomor WhatsApp", "Kode produk", "Harga",
    "Jumlah minimum",
]  # fmt: skip
INSTITUTION_HEAD = [
    "Kode instansi", "Nama instansi", "Jenis instansi", "Alamat", "Kota/Kabupaten", "Provinsi", "Kode satuan kerja",
    "Nama satuan kerja",
]  # fmt: skip
LINE_HEAD = ["Kode produk", "Nama barang", "Jumlah", "Satuan", "Harga perkiraan", "Dibutuhkan paling lambat"]


def msme_row(number: int, product: str = "BTK-01", price: Any = 85_000, **other: Any) -> list[Any]:
    row = {
        "code": f"UKM-{number:04d}",
        "name": f"Perajin {number}",
        "district": "Kabupaten Contoh",
        "owner": f"Pemilik {number}",
        "address": "Jalan Perajin 1",
        "phone": "081234567890",
        "product": product,
        "price": price,
        "minimum": 5,
    }
    return list((row | other).values())


def institution_row(number: int, unit: str = "UMUM", **other: Any) -> list[Any]:
    row = {
        "code": f"INS-{number:04d}",
        "name": f"Instansi {number}",
        "kind": "pemerintah provinsi",
        "address": "Jalan Instansi 1",
        "city": "Surabaya",
        "province": "Jawa Timur",
        "unit": unit,
        "unit_name": f"Satuan {unit}",
    }
    return list((row | other).values())


def xlsx(head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Data")
    sheet.append(list(head))
    for row in rows:
        sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def csv_file(
    head: Sequence[Any], rows: Iterable[Sequence[Any]], delimiter: str = ";", encoding: str = "utf-8"
) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def with_sheet_xml(xml: bytes, extra: dict[str, bytes] | None = None) -> bytes:
    """A workbook whose sheet is exactly ``xml``."""
    plain = zipfile.ZipFile(io.BytesIO(xlsx(["a"], [])))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in plain.namelist():
            archive.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else plain.read(name))
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return file.getvalue()


def sheet_xml(data: str, after: str = "") -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    head = f'<?xml version="1.0"?><worksheet xmlns="{space}">'
    return f"{head}<sheetData>{data}</sheetData>{after}</worksheet>".encode()


def upload(client: Client, url: str, name: str, content: bytes, **data: Any) -> Any:
    return client.post(url, {"file": SimpleUploadedFile(name, content), **data})


def sign_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def content_of(answer: Any) -> bytes:
    """The whole of a file that was answered. Its file is closed, not the answer, which would end the connection."""
    content = b"".join(answer.streaming_content)
    file = getattr(answer, "file_to_stream", None)
    if file is not None:
        file.close()
    return content
