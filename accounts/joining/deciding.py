"""What coordinators do with an application: ask back, refuse, and the part of accepting that both kinds share.

Each holds the row, then its organiser; the second of two who decide at once is told who was first.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.joining.application import ApplicationStatus
from accounts.joining.applying import about, recorder_of, send_later
from accounts.joining.tokens import AnyApplication
from accounts.models import Organisation
from accounts.permissions import may, require
from procurement.errors import InvalidInput, NotFound, WrongState
from procurement.input.letters import kept
from procurement.rows.recording import Recorder

LONGEST = 600
"""Letters of a question or a reason."""


@contextmanager
def deciding(
    model: type[AnyApplication], application_id: int, actor: Actor
) -> Iterator[tuple[AnyApplication, Recorder]]:
    """An application that is still to be decided, held until the end of the transaction."""
    with transaction.atomic(durable=True):
        rows: Any = model._default_manager
        row = rows.visible_to(actor).select_for_update().filter(pk=application_id).first()
        if row is None:
            raise NotFound(_("Pendaftaran ini tidak ada, atau bukan untuk penyelenggara Anda."))
        require(may("application.decide", actor))
        if not row.is_to_decide:
            raise WrongState(decided(row))
        recorder = recorder_of(row, actor)
        yield row, recorder
        row.decided_by, row.status_since = actor.user, recorder.now
        row.save()
        recorder.flush()


def ask_applicant(
    *, model: type[AnyApplication], application_id: int, question: str, actor: Actor
) -> AnyApplication:
    """Ask the applicant something, who answers on the page of the application."""
    with deciding(model, application_id, actor) as (row, recorder):
        if row.status == ApplicationStatus.ASKED:
            raise WrongState(_("Pendaftar sudah ditanya dan belum menjawab."))
        row.question = _text(question, _("Tulislah apa yang Anda tanyakan."), "question")
        row.answer = ""
        row.become_asked()
        recorder.record("application.ask", **about(row))
        send_later(recorder, row, "asked")
        return row


def refuse_application(
    *, model: type[AnyApplication], application_id: int, reason: str, actor: Actor
) -> AnyApplication:
    """Refuse it; the reason is sent to the applicant."""
    with deciding(model, application_id, actor) as (row, recorder):
        row.reason = _text(reason, _("Tulislah alasannya; pendaftar membacanya."), "reason")
        row.become_refused()
        recorder.record("application.refuse", **about(row))
        send_later(recorder, row, "refused")
        return row


def note_accepted(row: AnyApplication, recorder: Recorder, organisation: Organisation) -> None:
    """Part of the verbs that accept: what it became, and that the applicant is told."""
    row.organisation = organisation
    row.become_accepted()
    recorder.record("application.accept", **about(row))
    send_later(recorder, row, "accepted")


def decided(row: AnyApplication) -> str:
    """Why it is not to be decided any more, and by whom it was."""
    state = ApplicationStatus(row.status).label
    if row.decided_by is None or row.status == ApplicationStatus.WITHDRAWN:
        return _("Pendaftaran ini sudah %(state)s.") % {"state": state}
    return _("Pendaftaran ini sudah %(state)s oleh %(name)s.") % {"state": state, "name": row.decided_by}


def _text(text: str, missing: str, field: str) -> str:
    text = kept(text, field=field)
    if not text:
        raise InvalidInput(missing, field=field)
    return text[:LONGEST]
