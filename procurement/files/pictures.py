"""Pictures that people send: checked, made small, and without the metadata of the camera.

What is kept is always a JPEG, or for a letterhead a PNG, that we drew ourselves (``procurement/files/redrawing.py``); a
program in the clothes of a photo is not a picture that can be drawn, and a small file that would become a huge one is
refused.
"""

from threading import BoundedSemaphore
from typing import IO

from django.utils.translation import gettext as _

from procurement.errors import InvalidInput
from procurement.files import redrawing
from procurement.files.confined import answer_of

LARGEST_BYTES = 5 * 1024 * 1024
LONGEST_SIDE = redrawing.LONGEST_SIDE
_ONE_AT_A_TIME = BoundedSemaphore(1)


def redrawn(upload: IO[bytes], size: int, *, field: str = "photo", largest: int = LARGEST_BYTES) -> bytes:
    """The picture as a JPEG of our own, without metadata. Raises :class:`InvalidInput` on ``field``."""
    if size > largest:
        raise InvalidInput(
            _("Foto paling besar %(most)d MB. Kecilkan fotonya lalu unggah lagi.")
            % {"most": largest // (1024 * 1024)},
            field=field,
        )
    made = answer_of(redrawing.__file__, upload.read(), turn=_ONE_AT_A_TIME)
    if made == redrawing.TOO_LARGE:
        raise InvalidInput(
            _("Foto itu terlalu besar: paling banyak 16 megapiksel. Kecilkan fotonya lalu unggah lagi."),
            field=field,
        )
    if not made or made in redrawing.REFUSALS:
        raise InvalidInput(
            _("Berkas itu bukan foto yang dapat dibaca. Unggah foto JPEG, PNG, atau WebP."), field=field
        )
    return made


def logo(upload: IO[bytes], size: int, *, field: str = "logo") -> bytes:
    """The picture of a letterhead as a PNG of our own. Raises :class:`InvalidInput` on ``field``."""
    if size > LARGEST_BYTES:
        raise InvalidInput(_("Logo paling besar 5 MB. Kecilkan gambarnya lalu unggah lagi."), field=field)
    made = answer_of(redrawing.__file__, upload.read(), "logo", turn=_ONE_AT_A_TIME)
    if made == redrawing.TOO_LARGE:
        raise InvalidInput(
            _("Logo paling lebar dan paling tinggi %(most)s piksel. Kecilkan gambarnya lalu unggah lagi.")
            % {"most": f"{redrawing.LARGEST_LOGO_SIDE:,}".replace(",", ".")},
            field=field,
        )
    if not made or made in redrawing.REFUSALS:
        raise InvalidInput(
            _("Berkas itu bukan gambar yang dapat dibaca. Unggah logo PNG, JPEG, atau WebP."), field=field
        )
    return made
