"""Files of MSMEs in the documents' storage: checked before, read only through a page that knows who may see them.

A name begins with the hash of the content, by which the same picture is known again, and ends in something that nobody
guesses, so that no two rows ever share a file that one of them gives up.
"""

import hashlib
import secrets
from typing import IO

from django.core.files.storage import storages

from procurement.files import storing

CERTIFICATES, PHOTOS = "certificates", "offer-photos"


def keep(folder: str, msme_id: int, content: bytes, ending: str) -> str:
    """Store it; returns its name. Raises ``NotNow`` while the storage is away."""
    name = f"{folder}/{msme_id}/{hash_of(content)}-{secrets.token_hex(8)}.{ending}"
    return storing.save_now(storages["documents"], name, content)


def is_of(name: str, content: bytes) -> bool:
    """Whether a stored file has this content."""
    return name.rpartition("/")[2].startswith(f"{hash_of(content)}-")


def read(name: str) -> IO[bytes]:
    """The stored file; ``FileNotFoundError`` when it is gone, ``StorageAway`` while the storage is."""
    return storing.open_file(storages["documents"], name)


def hash_of(content: bytes) -> str:
    """With what the name of a file of this content begins."""
    return hashlib.sha256(content).hexdigest()[:32]
