"""Files that no row points to: half-written ones of a killed worker, and those of changes that were rolled back.

A file is stored before its row is written, so that nobody ever meets a row without its file; what remains when the
second never happens is swept at night. A floor says which folders are its own and which of their files it knows; no
other folder is touched, and no file that is younger than :data:`YOUNG`.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

from django.core.files.storage import Storage, storages
from django.utils import timezone

from procurement.work.each import one_by_one

log = logging.getLogger(__name__)

DUTY = "procurement.sweep_files"
YOUNG = timedelta(days=1)
"""So long a file may wait for its row: a transaction, or a try, that is still under way."""
_PORTION = 500

Known = Callable[[list[str]], Iterable[str]]
"""Those of some names that a row points to."""

_folders: dict[str, Known] = {}


def register(folder: str, known: Known) -> None:
    """Say that a folder of the documents' storage is yours, and which of its files you know."""
    _folders[folder] = known


def by_column(model: type, column: str) -> Known:
    """The file names stored in a column."""

    def known(names: list[str]) -> Iterable[str]:
        rows = model._default_manager.filter(**{f"{column}__in": names})  # type: ignore[attr-defined]
        return [str(name) for name in rows.values_list(column, flat=True)]

    return known


def sweep() -> int:
    """Beat: remove what no row points to, folder by folder; one that fails holds up no other."""
    return sum(one_by_one(DUTY, sorted(_folders), _sweep_folder).results)


def _sweep_folder(folder: str) -> int:
    storage = storages["documents"]
    swept = 0
    for names in _in_portions(_files_under(storage, folder)):
        known = set(_folders[folder](names))
        for name in names:
            if name not in known and _is_old(storage, name):
                storage.delete(name)
                log.warning("%s was swept: no row points to it", name)
                swept += 1
    return swept


def _files_under(storage: Storage, folder: str) -> Iterator[str]:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:  # nothing was ever stored there
        return
    yield from (f"{folder}/{name}" for name in sorted(files))
    for inner in sorted(folders):
        yield from _files_under(storage, f"{folder}/{inner}")


def _in_portions(names: Iterator[str]) -> Iterator[list[str]]:
    portion: list[str] = []
    for name in names:
        portion.append(name)
        if len(portion) == _PORTION:
            yield portion
            portion = []
    if portion:
        yield portion


def _is_old(storage: Storage, name: str) -> bool:
    return storage.get_modified_time(name) < timezone.now() - YOUNG
