"""Photos of work in progress: checked, made small, and without the metadata of the camera.

What is stored is always a JPEG that we drew ourselves, under a random name in the documents' storage, and it is read
only through the page that knows who may see the purchase order.
"""

import secrets
from threading import BoundedSemaphore
from typing import IO

from django.core.files.storage import storages
from django.utils.translation import gettext as _

from procurement.errors import InvalidInput
from procurement.files import redrawing, storing
from procurement.files.confined import answer_of

LARGEST_BYTES = 5 * 1024 * 1024
LONGEST_SIDE = redrawing.LONGEST_SIDE
_ONE_AT_A_TIME = BoundedSemaphore(1)


def redrawn(upload: IO[bytes], size: int) -> bytes:
    """The picture as a JPEG of our own, without metadata. Raises :class:`InvalidInput` on ``photo``."""
    if size > LARGEST_BYTES:
        raise InvalidInput(_("Foto paling besar 5 MB. Kecilkan fotonya lalu unggah lagi."), field="photo")
    made = answer_of(redrawing.__file__, upload.read(), turn=_ONE_AT_A_TIME)
    if made == redrawing.TOO_LARGE:
        raise InvalidInput(
            _("Foto itu terlalu besar: paling banyak 16 megapiksel. Kecilkan fotonya lalu unggah lagi."),
            field="photo",
        )
    if not made or made in redrawing.REFUSALS:
        raise InvalidInput(
            _("Berkas itu bukan foto yang dapat dibaca. Unggah foto JPEG, PNG, atau WebP."), field="photo"
        )
    return made


def store(picture: bytes) -> str:
    """Keep a picture; returns its name in the storage. Raises ``NotNow`` while the storage is away."""
    return storing.save_now(storages["documents"], f"photos/{secrets.token_hex(20)}.jpg", picture)


def read(name: str) -> IO[bytes]:
    """The stored picture; ``FileNotFoundError`` when it is gone, ``StorageAway`` while the storage is."""
    return storing.open_file(storages["documents"], name)
