"""The one way to and from the storage of files. Whatever a storage raises becomes one error: it is away.

A file that is gone while its storage is there is another matter (``FileNotFoundError``): it does not come back.
"""

import logging
from pathlib import Path
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.utils.translation import gettext as _

from procurement.errors import NotNow

log = logging.getLogger(__name__)


class StorageAway(OSError):
    """The storage did not take, or give, a file. Nothing is wrong with what was to be stored."""


def save(storage: Storage, path: str, content: bytes) -> str:
    """Store a file for a worker; returns its name. What a failed try left half-written is removed if that can be."""
    try:
        return str(storage.save(path, ContentFile(content)))
    except Exception as error:
        delete(storage, path)
        raise StorageAway(f"{type(error).__name__}: {error}"[:500]) from error


def replace(storage: Storage, path: str, content: bytes) -> None:
    """Store a file under exactly this name, whatever lies there. Raises :class:`StorageAway` when it is not taken."""
    delete(storage, path)
    stored = save(storage, path, content)
    if stored != path:
        delete(storage, stored)
        raise StorageAway(f"{path} could not be replaced")


def save_now(storage: Storage, path: str, content: bytes) -> str:
    """Store a file for somebody who waits; raises :class:`NotNow` with a sentence."""
    try:
        return save(storage, path, content)
    except StorageAway as away:
        log.exception("%s could not be stored", path)
        raise not_now() from away


def not_now() -> NotNow:
    """What somebody reads who gave or wanted a file while the storage is away."""
    return NotNow(_("Penyimpanan berkas sedang tidak dapat dihubungi. Coba lagi beberapa menit lagi."))


def delete(storage: Storage, name: str) -> None:
    """Remove a file that nothing points to; what cannot be removed now is left to the nightly sweep."""
    try:
        storage.delete(name)
    except Exception:
        log.info("%s could not be removed now", name)


def open_file(storage: Storage, name: str) -> IO[bytes]:
    """Open a stored file. Raises :class:`StorageAway`, or ``FileNotFoundError`` when the file alone is gone."""
    try:
        return storage.open(name, "rb")
    except Exception as error:
        if isinstance(error, FileNotFoundError) and _is_there(storage):
            raise
        raise StorageAway(f"{type(error).__name__}: {error}"[:500]) from error


def read(storage: Storage, name: str) -> bytes:
    """The bytes of a stored file; raises like :func:`open_file`."""
    with open_file(storage, name) as file:
        try:
            content: bytes = file.read()
        except Exception as error:
            raise StorageAway(f"{type(error).__name__}: {error}"[:500]) from error
    return content


def _is_there(storage: Storage) -> bool:
    """Whether a folder is still the folder: a disk that was not mounted has no file either."""
    location: Any = getattr(storage, "location", None)
    return not location or Path(str(location)).is_dir()
