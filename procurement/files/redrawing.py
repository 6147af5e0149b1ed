"""A picture as a small JPEG or PNG of our own, drawn in a process of its own (``procurement.files.confined``).

Standard input: the picture. Argument: ``photo`` (a JPEG) or ``logo`` (a PNG, which may be transparent). Standard
output: what was drawn, or one of :data:`REFUSALS`.
"""

import io
import resource
import sys

LONGEST_SIDE = 1600
MOST_PIXELS = 16_000_000
"""What telephones take, and what stays small when it is unpacked: 1,930 bytes of WebP can be 50 million pixels."""
LONGEST_LOGO_SIDE = 600
LARGEST_LOGO_SIDE = 4_000
"""A picture that is longer on one side is no logo but a banner, or an attack; it is refused, not shrunk."""
LOGO_BYTES = 150_000
"""What a logo may take on each paper; one with more colours than that gets fewer of them."""
FORMATS = ("JPEG", "PNG", "WEBP")
TOO_LARGE, UNREADABLE = b"too large", b"unreadable"
REFUSALS = (TOO_LARGE, UNREADABLE)

#: Bytes: WebP of the largest size is held three times while it is read.
MOST_MEMORY = 290 * 1024 * 1024
MOST_SECONDS = 10
_QUALITY = 82


def redrawn(content: bytes) -> bytes:
    """The JPEG, upright and without metadata, or why there is none.

    Shrunk before it is turned and converted, because each of these copies the picture.
    """
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            return TOO_LARGE
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is unpacked small at once
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()


def logo(content: bytes) -> bytes:
    """The PNG, upright, without metadata and with its transparency, or why there is none."""
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
        if max(picture.size) > LARGEST_LOGO_SIDE or picture.width * picture.height > MOST_PIXELS:
            return TOO_LARGE
        turned = ImageOps.exif_transpose(picture.convert("RGBA"))
        turned.thumbnail((LONGEST_LOGO_SIDE, LONGEST_LOGO_SIDE))
    clean = Image.new("RGBA", turned.size)
    clean.paste(turned)
    out = io.BytesIO()
    clean.save(out, "PNG", optimize=True)
    if out.tell() > LOGO_BYTES:
        out = io.BytesIO()
        clean.quantize(256, method=Image.Quantize.FASTOCTREE).save(out, "PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        draw = logo if sys.argv[1:] == ["logo"] else redrawn
        found = draw(sys.stdin.buffer.read())
    except Exception:
        found = UNREADABLE
    sys.stdout.buffer.write(found)
