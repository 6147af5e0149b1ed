"""Papers of strangers: what is no PDF, is too large or runs something is refused; what is kept is only saved."""

import io
import zlib

import pytest
from django.test import Client
from django.urls import reverse

from procurement.errors import InvalidInput
from procurement.files.letters import LARGEST_BYTES, checked_pdf, download
from procurement.files.receiving import MOST_BYTES

LETTER = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def refused(content: bytes, size: int | None = None) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        checked_pdf(io.BytesIO(content), len(content) if size is None else size, field="letter")
    assert caught.value.field == "letter"
    return caught.value


def test_a_letter_is_kept_byte_for_byte() -> None:
    assert checked_pdf(io.BytesIO(LETTER), len(LETTER)) == LETTER


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"#!/bin/sh\nrm -rf /\n%%EOF",
        b"<html><script>alert(1)</script></html>",
        b"MZ" + LETTER,
        b"<svg onload=alert(1)>" + LETTER,
        zlib.compress(LETTER),
        LETTER[:-7],
        LETTER + b"\0" * 5_000,
    ],
)
def test_what_is_no_pdf_is_refused(content: bytes) -> None:
    assert "PDF" in refused(content).sentence


@pytest.mark.parametrize("name", [b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFiles", b"/XFA"])
def test_a_pdf_that_runs_something_is_refused(name: bytes) -> None:
    refused(LETTER.replace(b"/Type", b"/OpenAction << /S " + name + b" (x) >> /Type"))


def test_size_is_asked_before_anything_is_read() -> None:
    class Endless(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            raise AssertionError("it was read")

    with pytest.raises(InvalidInput, match="5 MB"):
        checked_pdf(Endless(), LARGEST_BYTES + 1)


def test_a_form_that_is_far_too_large_is_not_read(client: Client) -> None:
    answer = client.post(
        reverse("account_login"),
        {"login": "x", "file": io.BytesIO(b"x" * 100)},
        CONTENT_LENGTH=str(MOST_BYTES + 1),
    )
    assert answer.status_code == 400


def test_it_is_saved_and_never_shown() -> None:
    answer = download(LETTER, name="surat-tugas.pdf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="surat-tugas.pdf"'
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
