"""A logo is drawn again by us, and small; what is no picture, or far too wide, is refused with a sentence."""

from io import BytesIO

import pytest
from PIL import Image

from documents.issuing.logos import keep_logo, read_logo
from documents.models import Logo
from procurement.errors import InvalidInput
from procurement.files import pictures, redrawing


def drawn(width: int, height: int) -> bytes:
    out = BytesIO()
    Image.new("RGBA", (width, height), (200, 0, 0, 0)).save(out, "PNG")
    return out.getvalue()


def sent(content: bytes) -> bytes:
    return pictures.logo(BytesIO(content), len(content))


@pytest.mark.parametrize(("width", "height"), [(1200, 300), (20, 20), (4000, 10)])
def test_a_logo_becomes_a_small_png(width: int, height: int) -> None:
    made = Image.open(BytesIO(sent(drawn(width, height))))
    assert made.format == "PNG"
    assert max(made.size) <= redrawing.LONGEST_LOGO_SIDE


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "bukan gambar"),
        (b"#!/bin/sh\nrm -rf /\n", "bukan gambar"),
        (b"", "bukan gambar"),
        (drawn(10_000, 20), "piksel"),
        (drawn(20, 4_001), "piksel"),
        (b"\x89PNG" + b"\0" * pictures.LARGEST_BYTES, "paling besar"),
    ],
    ids=["script in a drawing", "program", "nothing", "wide", "high", "heavy"],
)
def test_what_is_no_logo_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence) as refused:
        sent(content)
    assert refused.value.field == "logo"


@pytest.mark.django_db
def test_the_same_logo_is_kept_once() -> None:
    made = sent(drawn(30, 30))
    key = keep_logo(made).pk
    assert keep_logo(made).pk == key
    assert Logo.objects.count() == 1
    assert read_logo(key) == made
    assert read_logo("0" * 64) is None
