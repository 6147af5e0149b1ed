"""One change of an institution in the register: the lock, the permission, the trail, and who hears of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.organisers import caretakers_of
from buyers.messages import MESSAGES
from buyers.models import Institution
from buyers.permissions import is_own_administrator, may, require
from procurement.errors import NotFound
from procurement.input.opened import Unchanged, anything
from procurement.rows.recording import Recorder


@contextmanager
def change(
    act: str, institution_id: int, actor: Actor, unchanged: Unchanged = anything, *, is_told: bool = True
) -> Iterator[tuple[Institution, Recorder]]:
    """The institution under its lock, and the recorder of the change.

    What an institution changes of itself its organisers are told, unless the caller tells them more (``is_told``).
    """
    with transaction.atomic(durable=True):
        row = locked(institution_id, actor)
        require(may(act, actor))
        unchanged()
        recorder = Recorder(root=row, actor=actor)
        yield row, recorder
        if is_told and recorder.events and is_own_administrator(actor):
            tell_organisers(recorder, row)
        recorder.flush()


def locked(institution_id: int, actor: Actor) -> Institution:
    """The row, held until the transaction ends. Raises :class:`NotFound`."""
    row = (
        Institution.objects.visible_to(actor)
        .select_for_update(of=("self", "organisation"), no_key=True)
        .select_related("organisation")
        .filter(pk=institution_id)
        .first()
    )
    if row is None:
        raise NotFound(_("Yang Anda cari tidak ada atau tidak dapat Anda lihat."))
    return row


def tell_organisers(recorder: Recorder, row: Institution, message: str = "changed by itself") -> None:
    """A notification for the coordinators of each organiser in whose care the institution is."""
    for organiser in caretakers_of(row.pk):
        MESSAGES[message].tell(recorder, organiser, args=[row.pk], institution=row.organisation.name)
