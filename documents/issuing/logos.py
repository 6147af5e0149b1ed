"""Logos of letterheads: kept once under the hash of their bytes, which the snapshot of a paper names.

A paper that was issued with a logo is printed with it for ever, and one that was issued before has none.
"""

import hashlib

from documents.models import Logo
from procurement import clock


def keep_logo(png: bytes) -> Logo:
    """Keep a picture that we drew (``procurement.files.pictures.logo``); the same one is kept once."""
    key = hashlib.sha256(png).hexdigest()
    return Logo.objects.get_or_create(sha256=key, defaults={"png": png, "kept_at": clock.now()})[0]


def read_logo(key: str) -> bytes | None:
    """The picture, if there is one with this hash."""
    found = Logo.objects.filter(pk=key).first()
    return bytes(found.png) if found else None
