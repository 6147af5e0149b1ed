"""Photos of work in progress: checked, made small, and rid of whatever a camera wrote into them.

What is stored is always a JPEG that we drew ourselves, under a random name in the documents' storage, and it is read
only through the page that knows who may see the purchase order.
"""

import io
import secrets
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from procurement.errors import InvalidInput

LARGEST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 1600
FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 82


def redrawn(upload: IO[bytes], size: int) -> bytes:
    """The picture as a JPEG of our own, without metadata. Raises :class:`InvalidInput` on ``photo``."""
    if size > LARGEST_BYTES:
        raise InvalidInput(_("Foto paling besar 5 MB. Kecilkan fotonya lalu unggah lagi."), field="photo")
    try:
        picture = Image.open(upload, formats=FORMATS)
        if picture.width * picture.height > MOST_PIXELS:
            raise InvalidInput(_("Foto itu terlalu besar. Kecilkan fotonya lalu unggah lagi."), field="photo")
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise InvalidInput(
            _("Berkas itu bukan foto yang dapat dibaca. Unggah foto JPEG, PNG, atau WebP."), field="photo"
        ) from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()


def store(picture: bytes) -> str:
    """Keep a picture; returns its name in the storage."""
    return str(storages["documents"].save(f"photos/{secrets.token_hex(20)}.jpg", ContentFile(picture)))


def read(name: str) -> IO[bytes]:
    """The stored picture; ``FileNotFoundError`` when it is gone."""
    return storages["documents"].open(name, "rb")
