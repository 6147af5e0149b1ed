"""Photos of work in progress.

What is stored is always a JPEG that we drew ourselves (``procurement/files/pictures.py``), under a random name in the
documents' storage, and it is read only through the page that knows who may see the purchase order.
"""

import secrets
from typing import IO

from django.core.files.storage import storages

from procurement.files import storing
from procurement.files.pictures import LARGEST_BYTES, LONGEST_SIDE, redrawn

__all__ = ["LARGEST_BYTES", "LONGEST_SIDE", "read", "redrawn", "store"]


def store(picture: bytes) -> str:
    """Keep a picture; returns its name in the storage. Raises ``NotNow`` while the storage is away."""
    return storing.save_now(storages["documents"], f"photos/{secrets.token_hex(20)}.jpg", picture)


def read(name: str) -> IO[bytes]:
    """The stored picture; ``FileNotFoundError`` when it is gone, ``StorageAway`` while the storage is."""
    return storing.open_file(storages["documents"], name)
