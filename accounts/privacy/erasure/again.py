"""After a backup was restored: whoever was erased since is erased again."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.acting import SYSTEM
from accounts.models import ErasureRequest, User
from accounts.privacy.erasure.erasing import erase_row
from accounts.privacy.erasure.kept_list import Erased


def erase_again(people: Iterable[Erased]) -> list[int]:
    """Erase everybody of the list whom the database still knows, with the same pseudonym; returns their keys."""
    return [one.user for one in people if _erase_again(one)]


def _erase_again(one: Erased) -> bool:
    with transaction.atomic(durable=True):
        joined = datetime.fromisoformat(one.joined)
        people = User.objects.select_for_update().filter(
            pk=one.user, joined_at=joined, erased_at__isnull=True
        )
        person = people.first()
        if person is None:
            return False
        rows = ErasureRequest.objects.select_for_update(of=("self",)).filter(user=person)
        at = datetime.fromisoformat(one.at)
        row = rows.open().first() or ErasureRequest(user=person, asked_at=at)
        row.decided_at, row.pseudonym = row.decided_at or at, one.pseudonym
        row.save()
        erase_row(row, actor=SYSTEM)
    return True
