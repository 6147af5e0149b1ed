"""Photos of an applicant: drawn again by us, kept beside the application, shown to coordinators alone."""

import secrets
from typing import IO, Any

from django.core.files.storage import storages
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.joining.application import ApplicationStatus
from accounts.joining.tokens import found
from msmes.models import ApplicationPhoto, MsmeApplication
from procurement.errors import InvalidInput, NotFound, WrongState
from procurement.files import pictures, storing

FOLDER = "application-photos"
PLACES = ("photo_1", "photo_2", "photo_3")


def keep_photo(*, token: str, name: str, upload: IO[bytes], size: int) -> MsmeApplication:
    """Keep one photo of an application that is being filled in, instead of the one before at its place."""
    if name not in PLACES:
        raise InvalidInput(_("Foto ini tidak dikenal."), field=name)
    picture = pictures.redrawn(upload, size, field=name)
    storage = storages["documents"]
    stored = storing.save_now(storage, f"{FOLDER}/{secrets.token_hex(20)}.jpg", picture)
    with transaction.atomic(durable=True):
        row = found(MsmeApplication, token, locked=True)
        if row.status not in (ApplicationStatus.DRAFT, ApplicationStatus.ASKED):
            raise WrongState(_("Pendaftaran ini sudah dikirim; berkasnya tidak dapat diganti lagi."))
        position = PLACES.index(name) + 1
        photo = ApplicationPhoto.objects.filter(application=row, position=position).first()
        before = photo.file if photo else ""
        ApplicationPhoto.objects.update_or_create(
            application=row, position=position, defaults={"file": stored}
        )
        if before:
            transaction.on_commit(lambda: storing.delete(storage, before))
        return row


def read_photo(row: MsmeApplication, position: int) -> bytes:
    """Raises :class:`NotFound` without one, ``NotNow`` while the storage is away."""
    photo = row.photos.filter(position=position).first()
    if photo is None:
        raise NotFound(_("Foto pendaftaran ini tidak ada."))
    try:
        return storing.read(storages["documents"], photo.file)
    except FileNotFoundError as gone:
        raise NotFound(_("Foto pendaftaran ini tidak ada.")) from gone
    except storing.StorageAway as away:
        raise storing.not_now() from away


def forget(rows: QuerySet[Any]) -> None:
    """Erase applications with their photos. What cannot be removed now is swept at night."""
    photos = ApplicationPhoto.objects.filter(application__in=list(rows.values_list("pk", flat=True)))
    for name in photos.values_list("file", flat=True):
        storing.delete(storages["documents"], name)
    rows.delete()
