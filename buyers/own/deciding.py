"""Confirm, refuse or withdraw what an administrator proposed.

Two people always: the database refuses a confirmation by the proposer as well (``buyers_proposal_takes_two``). On
confirmation the body of the register's verb runs with the stored input, in the same transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.acting import Actor
from accounts.members import is_administrator_of
from accounts.models import User
from buyers.authority import OfficerInput
from buyers.messages import MESSAGES
from buyers.models import Institution, ProposedChange
from buyers.own.given import EndInput, RulesInput, input_of, stand_of
from buyers.own.proposing import about, require_proposer_apart
from buyers.permissions import is_own_administrator, may, require
from buyers.register.changing import locked, tell_organisers
from buyers.register.officers import colleague, write_end, write_officer, write_rules
from buyers.register.registry import write_terms
from procurement.errors import InvalidInput, NotFound, WrongState
from procurement.input.letters import kept
from procurement.language.said import composed, text
from procurement.rows.people import person_key
from procurement.rows.recording import Recorder

Status = ProposedChange.Status


def confirm_change(*, change_id: int, actor: Actor) -> ProposedChange:
    """Let the register's verb run with what was proposed. Both people stand in the trail.

    Raises :class:`WrongState` when it is decided already, and when the register says something else by now: the
    proposal is then marked as outdated, which stays.
    """
    with _deciding(change_id, actor) as (proposed, row, recorder):
        require_proposer_apart(proposed, actor)
        outdated = why_outdated(proposed, row)
        if outdated:
            _close(proposed, recorder, Status.OUTDATED, actor, reason=outdated)
        else:
            _write(proposed, row, recorder, actor)
            _close(proposed, recorder, Status.CONFIRMED, actor)
    if outdated:
        raise WrongState(text(outdated))
    return proposed


def refuse_change(*, change_id: int, reason: str, actor: Actor) -> ProposedChange:
    """Say no, and why. Whoever proposed withdraws instead."""
    with _deciding(change_id, actor) as (proposed, _row, recorder):
        require(may("proposal.refuse", actor))
        require_proposer_apart(proposed, actor)
        reason = kept(reason, field="reason")
        if not reason:
            raise InvalidInput(
                _("Tulis alasannya, agar pengusul tahu apa yang harus diperbaiki."), field="reason"
            )
        _close(proposed, recorder, Status.REFUSED, actor, reason=reason[:300])
        return proposed


def withdraw_change(*, change_id: int, actor: Actor) -> ProposedChange:
    """Take back what one proposed oneself."""
    with _deciding(change_id, actor) as (proposed, _row, recorder):
        require(may("proposal.withdraw", actor))
        if proposed.proposer_id != actor.user_id:
            raise WrongState(_("Hanya pengusulnya yang menarik usulan ini. Anda dapat menolaknya."))
        _close(proposed, recorder, Status.WITHDRAWN, actor)
        return proposed


def why_outdated(proposed: ProposedChange, row: Institution) -> str:
    """Why it can no longer be confirmed, as a row keeps a sentence; empty when it can."""
    given = input_of(proposed.kind, proposed.given)
    if stand_of(row, given) != proposed.before:
        return composed(
            gettext_noop(
                "Datanya sudah berubah sejak usulan ini dibuat. Ajukan usulan baru bila masih perlu."
            )
        )
    if not is_administrator_of(row.pk, proposed.proposer_id):
        return composed(
            gettext_noop("Pengusulnya tidak lagi administrator instansi ini. Ajukan usulan baru.")
        )
    if isinstance(given, OfficerInput) and _is_proposer(proposed, given.email):
        return composed(
            gettext_noop("Usulan ini kini tentang pengusulnya sendiri. Orang lain yang mengusulkannya.")
        )
    return ""


def _is_proposer(proposed: ProposedChange, email: str) -> bool:
    """Whether the address belongs to who proposed, by now."""
    return User.objects.filter(pk=proposed.proposer_id, email__iexact=email.strip()).exists()


def _write(proposed: ProposedChange, row: Institution, recorder: Recorder, actor: Actor) -> None:
    given = input_of(proposed.kind, proposed.given)
    if isinstance(given, OfficerInput):
        write_officer(row, recorder, given, actor)
    elif isinstance(given, EndInput):
        write_end(row, recorder, colleague(row, given.user_id), actor)
    elif isinstance(given, RulesInput):
        write_rules(row, recorder, given.rules, given.similar)
    else:
        write_terms(row, recorder, given)
    for event in recorder.events:
        event.changes["proposed_by"] = person_key(proposed.proposer)


@contextmanager
def _deciding(change_id: int, actor: Actor) -> Iterator[tuple[ProposedChange, Institution, Recorder]]:
    """The proposal under the lock of its institution, if nobody has decided it yet."""
    with transaction.atomic(durable=True):
        seen = ProposedChange.objects.visible_to(actor).filter(pk=change_id).first()
        if seen is None:
            raise NotFound(_("Usulan ini tidak ada, atau tidak dapat Anda lihat."))
        row = locked(seen.institution_id, actor)
        require(may("proposal.read", actor))
        proposed = (
            ProposedChange.objects.select_for_update(of=("self",)).select_related("proposer").get(pk=seen.pk)
        )
        if proposed.status != Status.PROPOSED:
            raise WrongState(
                _("Usulan ini sudah diputuskan: %(state)s.") % {"state": proposed.get_status_display()}
            )
        recorder = Recorder(root=row, actor=actor)
        yield proposed, row, recorder
        if is_own_administrator(actor):
            tell_organisers(recorder, row)
        recorder.flush()


def _close(
    proposed: ProposedChange,
    recorder: Recorder,
    status: ProposedChange.Status,
    actor: Actor,
    reason: str = "",
) -> None:
    proposed.status, proposed.reason = status, reason
    proposed.decided_by_id, proposed.decided_at = actor.user_id, recorder.now
    proposed.save(update_fields=["status", "reason", "decided_by", "decided_at"])
    changes = {"proposed": proposed.kind, "proposed_by": person_key(proposed.proposer), **about(proposed)}
    recorder.record(
        f"proposal.{status}",
        subject=proposed,
        from_state=Status.PROPOSED,
        to_state=status,
        note=reason,
        changes=changes,
    )
    if proposed.proposer_id != actor.user_id:
        MESSAGES["decided"].tell(
            recorder,
            proposed.institution_id,
            person_id=proposed.proposer_id,
            person=actor.user.name if actor.user else "",
        )
