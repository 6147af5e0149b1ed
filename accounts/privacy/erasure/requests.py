"""Asking for the erasure of one's own data, and deciding on it. The act itself is :mod:`.erasing`.

The clock: UU 27/2022 names no hours for an erasure (Art. 43). Until a regulation says otherwise the shortest of its
terms holds, the 3 × 24 hours in which processing ends after consent is withdrawn (Art. 40); the hours are a setting.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.messages import MESSAGES
from accounts.models import ErasureRequest, Organisation, User
from accounts.permissions import may, require
from accounts.privacy.erasure.erasing import end_sign_ins
from accounts.privacy.erasure.stops import stops
from procurement import clock
from procurement.errors import InvalidInput, NotFound, NotPermitted, WrongState
from procurement.input.letters import kept
from procurement.rows.recording import Recorder
from procurement.templatetags.words import angka

Status = ErasureRequest.Status
MOST_A_DAY = 3
"""How often one person may ask within a day: each time somebody is told."""


def ask_for_erasure(*, actor: Actor, words: str = "") -> ErasureRequest:
    """Ask that what is kept about oneself is erased. The operator's coordinators are told, without the name.

    Raises :class:`WrongState` while an earlier request is open, and while something must be ended first.
    """
    words = kept(words, field="words")
    with transaction.atomic(durable=True):
        person = _person(actor)
        if open_request(person) is not None:
            raise WrongState(_("Permintaan penghapusan Anda sudah diterima dan sedang diproses."))
        lately = ErasureRequest.objects.filter(user=person, asked_at__gte=clock.now() - timedelta(days=1))
        if lately.count() >= MOST_A_DAY:
            raise WrongState(_("Permintaan sudah tiga kali dibuat hari ini. Cobalah lagi besok."))
        if found := stops(person, actor=actor):
            raise WrongState(_("Yang berikut harus diakhiri dahulu. %(what)s") % {"what": " ".join(found)})
        row = ErasureRequest(user=person, asked_at=clock.now(), words=words[:2000])
        row.save()
        recorder = Recorder(root=row, actor=actor)
        recorder.record("erasure.ask", to_state=Status.ASKED)
        operator = Organisation.objects.filter(is_operator=True).first()
        if operator is not None:
            MESSAGES["erasure asked"].tell(recorder, operator.pk, args=[row.pk], number=str(row.pk))
        recorder.flush()
        return row


def withdraw_erasure(*, actor: Actor) -> ErasureRequest:
    """Take one's own request back, as long as nobody decided on it."""
    with transaction.atomic(durable=True):
        person = _person(actor)
        row = ErasureRequest.objects.select_for_update(of=("self",)).filter(user=person).open().first()
        if row is None or row.status != Status.ASKED:
            raise WrongState(_("Tidak ada permintaan penghapusan yang dapat ditarik kembali."))
        return _end(row, Recorder(root=row, actor=actor), Status.WITHDRAWN)


def accept_erasure(*, request_id: int, actor: Actor) -> ErasureRequest:
    """Let it be done: the person is signed out at once and for ever, and a worker erases the rest.

    Raises :class:`WrongState` while something must be ended first.
    """
    with _deciding(request_id, actor) as (row, recorder):
        if found := stops(row.user, actor=actor):
            raise WrongState(_("Yang berikut harus diakhiri dahulu. %(what)s") % {"what": " ".join(found)})
        end_sign_ins(row.user)
        recorder.enqueue("accounts.erase", key=f"accounts.erase:{row.pk}", request_id=row.pk)
        return _end(row, recorder, Status.ACCEPTED)


def refuse_erasure(*, request_id: int, reason: str, actor: Actor) -> ErasureRequest:
    """Say no, with a reason that is sent to the person. Raises :class:`InvalidInput` without one."""
    with _deciding(request_id, actor) as (row, recorder):
        row.reason = kept(reason, field="reason")[:2000]
        if not row.reason:
            raise InvalidInput(_("Tulis alasannya; alasan ini dikirim kepada pemohonnya."), field="reason")
        recorder.enqueue(
            "accounts.erasure_refused", key=f"accounts.erasure_refused:{row.pk}", request_id=row.pk
        )
        return _end(row, recorder, Status.REFUSED)


def _end(row: ErasureRequest, recorder: Recorder, status: ErasureRequest.Status) -> ErasureRequest:
    before, row.status = row.status, status
    recorder.record(_VERBS[status], from_state=before, to_state=status)
    recorder.flush()
    return row


_VERBS = {
    Status.ACCEPTED: "erasure.accept",
    Status.REFUSED: "erasure.refuse",
    Status.WITHDRAWN: "erasure.withdraw",
}


def require_decidable(row: ErasureRequest, actor: Actor) -> None:
    """Raise what a decision of this actor would be refused with, so that no page asks for one in vain."""
    require(may("erasure.decide", actor))
    if row.user_id == actor.user_id:
        raise NotPermitted(_("Permintaan Anda sendiri harus diputuskan oleh orang lain."))
    if row.status != Status.ASKED:
        raise WrongState(
            _("Permintaan ini sudah diputuskan: %(state)s.") % {"state": row.get_status_display()}
        )


@contextmanager
def _deciding(request_id: int, actor: Actor) -> Iterator[tuple[ErasureRequest, Recorder]]:
    """A request that nobody decided, under its lock; never by the person itself."""
    with transaction.atomic(durable=True):
        rows = ErasureRequest.objects.visible_to(actor).select_related("user")
        row = rows.select_for_update(of=("self",)).filter(pk=request_id).first()
        if row is None:
            raise NotFound(_("Permintaan penghapusan ini tidak ada, atau tidak dapat Anda lihat."))
        require_decidable(row, actor)
        recorder = Recorder(root=row, actor=actor)
        row.decided_by, row.decided_at = actor.user, recorder.now
        yield row, recorder


def _person(actor: Actor) -> User:
    if actor.user_id is None:
        raise NotPermitted(_("Penghapusan hanya diminta oleh orangnya sendiri."))
    return User.objects.select_for_update().get(pk=actor.user_id)


def open_request(person: User) -> ErasureRequest | None:
    """The request of a person that is not decided or not done."""
    return ErasureRequest.objects.filter(user=person).open().first()


# --- The clock -----------------------------------------------------------------------------------------------


def due_of(row: ErasureRequest) -> datetime:
    """Until when it must be decided and done."""
    return row.asked_at + timedelta(hours=settings.ERASURE_HOURS)


def is_late(row: ErasureRequest) -> bool:
    """Whether it took, or takes, longer than the law gives."""
    ended = row.erased_at or (row.decided_at if row.status == Status.REFUSED else None)
    return row.status != Status.WITHDRAWN and (ended or clock.now()) > due_of(row)


def left_of(row: ErasureRequest) -> str:
    """How long is left, or by how much the time is over, in whole hours and minutes."""
    seconds = (due_of(row) - clock.now()).total_seconds()
    hours, minutes = divmod(int(abs(seconds)) // 60, 60)
    said = (
        _("%(hours)s jam %(minutes)s menit lagi")
        if seconds >= 0
        else _("lewat %(hours)s jam %(minutes)s menit")
    )
    return said % {"hours": angka(hours), "minutes": minutes}
