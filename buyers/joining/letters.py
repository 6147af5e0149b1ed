"""The letter of assignment of an applicant: kept as it came, for coordinators to save."""

import secrets
from typing import IO, Any

from django.core.files.storage import storages
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.joining.application import ApplicationStatus
from accounts.joining.tokens import found
from buyers.models import InstitutionApplication
from procurement.errors import NotFound, WrongState
from procurement.files import storing
from procurement.files.letters import checked_pdf

FOLDER = "letters"


def keep_letter(*, token: str, name: str, upload: IO[bytes], size: int) -> InstitutionApplication:
    """Keep the letter of an application that is being filled in, instead of the one before."""
    content = checked_pdf(upload, size, field=name)
    storage = storages["documents"]
    stored = storing.save_now(storage, f"{FOLDER}/{secrets.token_hex(20)}.pdf", content)
    with transaction.atomic(durable=True):
        row = found(InstitutionApplication, token, locked=True)
        if row.status not in (ApplicationStatus.DRAFT, ApplicationStatus.ASKED):
            raise WrongState(_("Pendaftaran ini sudah dikirim; berkasnya tidak dapat diganti lagi."))
        before, row.letter = row.letter, stored
        row.save(update_fields=["letter"])
        if before:
            transaction.on_commit(lambda: storing.delete(storage, before))
        return row


def read_letter(row: InstitutionApplication) -> bytes:
    """Raises :class:`NotFound` without one, ``NotNow`` while the storage is away."""
    try:
        return storing.read(storages["documents"], row.letter) if row.letter else _missing()
    except FileNotFoundError:
        return _missing()
    except storing.StorageAway as away:
        raise storing.not_now() from away


def forget(rows: QuerySet[Any]) -> None:
    """Erase applications with their letters. What cannot be removed now is swept at night."""
    for name in rows.exclude(letter="").values_list("letter", flat=True):
        storing.delete(storages["documents"], name)
    rows.delete()


def _missing() -> bytes:
    raise NotFound(_("Surat tugas pendaftaran ini tidak ada."))
