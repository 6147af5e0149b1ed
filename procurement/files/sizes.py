"""The sizes in which a photo is shown: AVIF where the library can write it, else WebP, and one JPEG for old browsers.

They are drawn by a worker from a JPEG of our own (``procurement.files.pictures``), lie beside it in the storage, and
are found again by its name, so that no row has to name each of them.
"""

import io
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

WIDTHS = (160, 480, 1200)
"""Pixels: a thumbnail, a card, and the page of one product. A smaller photo is never made larger."""
FALLBACK_WIDTH = 480
MEDIA_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}

_OPTIONS: dict[str, dict[str, int]] = {
    "avif": {"quality": 55, "speed": 8, "max_threads": 1},
    "webp": {"quality": 72, "method": 4},
    "jpg": {"quality": 78},
}
_SIZE = re.compile(r"-(?:\d{1,4}\.(?:avif|webp)|kecil\.jpg)$")


def format_written() -> str:
    """What this installation draws photos in."""
    from PIL import features

    return "avif" if features.check("avif") else "webp"


def size_name(original: str, width: int, kind: str) -> str:
    return f"{original.removesuffix('.jpg')}-{width}.{kind}"


def fallback_name(original: str) -> str:
    return f"{original.removesuffix('.jpg')}-kecil.jpg"


def original_of(name: str) -> str:
    """The name of the photo that a size was drawn from; of an original its own."""
    return _SIZE.sub(".jpg", name)


def drawn_size(size: tuple[int, int], width: int) -> tuple[int, int]:
    """How large a photo of this size is when it is at most ``width`` wide."""
    if size[0] <= width:
        return size
    return width, max(round(size[1] * width / size[0]), 1)


def drawn(picture: bytes, original: str, kind: str) -> tuple[tuple[int, int], dict[str, bytes]]:
    """How large the photo is, and each file that pages show of it, by name.

    ``picture`` is a JPEG that we drew ourselves; no file of a stranger is opened here.
    """
    from PIL import Image

    files: dict[str, bytes] = {}
    with Image.open(io.BytesIO(picture), formats=("JPEG",)) as opened:
        whole = opened.convert("RGB")
    for width in sorted(WIDTHS, reverse=True):
        files[size_name(original, width, kind)] = _file(whole, width, kind)
    files[fallback_name(original)] = _file(whole, FALLBACK_WIDTH, "jpg")
    return whole.size, files


def _file(whole: "Image.Image", width: int, kind: str) -> bytes:
    size = drawn_size(whole.size, width)
    small = whole if size == whole.size else whole.resize(size, reducing_gap=3.0)
    out = io.BytesIO()
    small.save(out, "JPEG" if kind == "jpg" else kind.upper(), **_OPTIONS[kind])
    return out.getvalue()
