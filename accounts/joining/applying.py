"""What an applicant does: begin, prove the address, fill in, send, answer, withdraw. Who holds the address of the page
is the applicant; there is no other actor.

Nothing here looks at what is known of others: whoever applies with the address, number or name of somebody else gets
the same answers, after the same work, as everybody.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.acting import SYSTEM
from accounts.joining import codes, tokens
from accounts.joining.application import Application, ApplicationStatus
from accounts.joining.kinds import organisers_for
from accounts.joining.tokens import AnyApplication
from accounts.joining.waiting import forget_counts
from accounts.messages import MESSAGES
from accounts.models import Organisation, User
from accounts.privacy import notice
from procurement import clock
from procurement.errors import InvalidInput, WrongState
from procurement.rows.recording import Recorder


def begin_application(
    *, model: type[AnyApplication], organiser_id: int, has_consented: bool, values: Mapping[str, Any]
) -> AnyApplication:
    """Keep what is needed to prove the address, for two days, and send the code. Raises :class:`InvalidInput`."""
    if not has_consented:
        raise InvalidInput(_("Tanpa persetujuan ini kami tidak boleh menyimpan data Anda."), field="consent")
    if organiser_id not in {one.pk for one in organisers_for(model.kind)}:
        raise InvalidInput(_("Pilih penyelenggara dari daftar."), field="organiser")
    with transaction.atomic(durable=True):
        now, version = clock.now(), notice.in_force()
        row = model(
            organiser_id=organiser_id,
            status_since=now,
            created_at=now,
            consented_at=now,
            consent_version=version.number if version else "",
            language=get_language() or User.Language.INDONESIAN.value,
            **values,
        )
        row.save(force_insert=True)
        codes.renew(row)
        return row


def change_beginning(*, model: type[AnyApplication], token: str, values: Mapping[str, Any]) -> AnyApplication:
    """Correct the first screen. Another address is proved anew; once one is proved it stays."""
    with transaction.atomic(durable=True):
        row = _held(model, token, ApplicationStatus.UNPROVED, ApplicationStatus.DRAFT)
        before = row.reached_at
        proved = {"email" if row.is_reached_by_mail else "phone"} if row.status != "unproved" else set()
        for name, value in values.items():
            if name not in proved:
                setattr(row, name, value)
        row.save()
        if row.reached_at != before:
            codes.renew(row)
        return row


def send_code_again(*, model: type[AnyApplication], token: str) -> AnyApplication:
    """Have another code sent; the one before is worthless."""
    with transaction.atomic(durable=True):
        row = _held(model, token, ApplicationStatus.UNPROVED)
        codes.renew(row)
        return row


def prove_address(*, model: type[AnyApplication], token: str, code: str) -> AnyApplication:
    """Whoever knows the code reads what is sent to the address. Raises :class:`InvalidInput` on ``code``."""
    row = tokens.found(model, token)
    if row.status != ApplicationStatus.UNPROVED:
        raise WrongState(_past(row))
    codes.check(row, code)
    with transaction.atomic(durable=True):
        row = _held(model, token, ApplicationStatus.UNPROVED)
        row.become_proved()
        row.code_salt, row.status_since = "", clock.now()
        row.save()
        return row


def send_application(
    *, model: type[AnyApplication], token: str, values: Mapping[str, Any], answer: str = ""
) -> AnyApplication:
    """Hand it in, or hand it in again with the answer to a question; coordinators of the organiser are told."""
    with transaction.atomic(durable=True):
        row = _held(model, token, ApplicationStatus.DRAFT, ApplicationStatus.ASKED)
        was_asked = row.status == ApplicationStatus.ASKED
        if was_asked and not answer:
            raise InvalidInput(_("Jawablah pertanyaan koordinator."), field="answer")
        for name, value in values.items():
            setattr(row, name, value)
        row.check_whole()
        row.answer = answer
        row.become_sent()
        recorder = recorder_of(row)
        row.status_since = recorder.now
        row.save()
        recorder.record("application.answer" if was_asked else "application.send", **about(row))
        MESSAGES[row.told].tell(recorder, row.organiser_id, args=[row.pk], reference=row.reference)
        if not was_asked:
            send_later(recorder, row, "received")
        recorder.flush()
        return row


def withdraw_application(*, model: type[AnyApplication], token: str) -> AnyApplication:
    """Take it back; it is erased after a time, and decided by nobody any more."""
    with transaction.atomic(durable=True):
        row = _held(model, token, ApplicationStatus.DRAFT, ApplicationStatus.WAITING, ApplicationStatus.ASKED)
        was_sent = row.is_to_decide
        row.become_withdrawn()
        recorder = recorder_of(row)
        row.status_since = recorder.now
        row.save()
        if was_sent:
            recorder.record("application.withdraw", **about(row))
            recorder.flush()
        return row


# --- Parts that deciding needs as well -----------------------------------------------------------------------


def recorder_of(row: Application, actor: Any = SYSTEM) -> Recorder:
    """The trail of the organiser, whose row is held from now on. It names the application by its reference alone."""
    organiser = Organisation.objects.select_for_update().get(pk=row.organiser_id)
    forget_counts(organiser.pk)
    return Recorder(root=organiser, actor=actor)


def about(row: Application) -> dict[str, Any]:
    """What an event says of an application."""
    return {"subject": row, "changes": {"application": row.reference}}


def send_later(recorder: Recorder, row: Application, what: str) -> None:
    """Have the applicant told; the worker reads the rest from the row."""
    key = f"application:{row.reference}:{what}:{recorder.now.isoformat()}"
    recorder.enqueue("accounts.application", key=key, kind=row.kind, reference=row.reference, what=what)


def _held(model: type[AnyApplication], token: str, *expected: ApplicationStatus) -> AnyApplication:
    row = tokens.found(model, token, locked=True)
    if row.status not in expected:
        raise WrongState(_past(row))
    return row


def _past(row: Application) -> str:
    word = ApplicationStatus(row.status).label
    return _("Pendaftaran ini %(state)s; langkah itu tidak dapat dilakukan lagi.") % {"state": word}
