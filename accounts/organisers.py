"""Which organisers keep the register of an institution or MSME: the only writer of :class:`Acceptance`.

Who registers an organisation keeps it from then on; any other organiser asks, and the organisation's own people
(approvers, owners) say yes or no and may end it at any time. Every change is an event of the organisation's chain.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.messages import MESSAGES
from accounts.models import Acceptance, Organisation, Role
from accounts.permissions import may, require
from procurement import clock
from procurement.errors import NotFound, WrongState
from procurement.rows.recording import Recorder

ASK_AGAIN_AFTER = timedelta(days=30)
"""After a no an organiser waits so long before it may ask again."""

DECIDING: dict[str, tuple[str, ...]] = {
    Organisation.Kind.INSTITUTION: (Role.APPROVER,),
    Organisation.Kind.MSME: (Role.OWNER,),
}
"""Whose word it is."""


def organisers_of(organisation: Organisation) -> list[Acceptance]:
    """Organisers that keep, or ask to keep, the register of an organisation; those that ask first."""
    rows = organisation.acceptances.exclude(status=Acceptance.Status.ENDED).select_related("organiser", "by")
    return sorted(rows, key=lambda row: (row.status != Acceptance.Status.ASKED, row.organiser.name))


def caretakers_of(organisation_id: int) -> list[int]:
    """The active organisers in whose care an organisation is: those it accepted, else the operator."""
    active = Organisation.objects.filter(kind=Organisation.Kind.EXPO, is_active=True).order_by("pk")
    accepted = active.filter(
        accepted_by__organisation=organisation_id, accepted_by__status=Acceptance.Status.ACCEPTED
    )
    return list(accepted.values_list("pk", flat=True)) or list(
        active.filter(is_operator=True).values_list("pk", flat=True)
    )


def between(organisation_id: int, actor: Actor) -> Acceptance | None:
    """The relation between the actor's organiser and an organisation."""
    return Acceptance.objects.filter(
        organisation_id=organisation_id, organiser_id=actor.organisation_id
    ).first()


def has_neighbours(actor: Actor) -> bool:
    """Whether other organisers use this installation, so that a shared directory says something new."""
    others = Organisation.objects.filter(kind=Organisation.Kind.EXPO).exclude(pk=actor.organisation_id or 0)
    return others.exists()


def register_for(organisations: Iterable[Organisation], *, actor: Actor, at: datetime) -> None:
    """New organisations are in the care of the organiser that wrote them down; part of the caller's transaction."""
    if actor.kind != Organisation.Kind.EXPO:
        return
    Acceptance.objects.bulk_create(
        Acceptance(
            organisation=one,
            organiser_id=actor.organisation_id or 0,
            status=Acceptance.Status.ACCEPTED,
            way=Acceptance.Way.REGISTERED,
            since=at,
            by=actor.user,
        )
        for one in organisations
    )


def ask_organisation(*, organisation_id: int, actor: Actor) -> Acceptance:
    """Ask an institution or MSME of the shared directory to accept the actor's organiser.

    Raises :class:`WrongState` when it has accepted, was asked already, or said no less than thirty days ago.
    """
    with _locked(organisation_id, actor) as (organisation, recorder):
        require(may("organiser.ask", actor))
        if Organisation.objects.visible_to(actor).filter(pk=organisation.pk).exists():
            raise WrongState(_("%(name)s sudah dapat Anda kelola.") % {"name": organisation})
        row = between(organisation.pk, actor)
        if row is not None and row.status == Acceptance.Status.ASKED:
            raise WrongState(
                _("%(name)s sudah dimintai persetujuan dan belum menjawab.") % {"name": organisation}
            )
        if row is not None and recorder.now - row.since < ASK_AGAIN_AFTER:
            day = (row.since + ASK_AGAIN_AFTER).astimezone(clock.JAKARTA).strftime("%d-%m-%Y")
            raise WrongState(
                _("%(name)s tidak menyetujui. Anda dapat meminta lagi mulai %(day)s.")
                % {"name": organisation, "day": day}
            )
        row = row or Acceptance(organisation=organisation, organiser_id=actor.organisation_id or 0)
        row.way = Acceptance.Way.ASKED
        _put(row, Acceptance.Status.ASKED, recorder, verb="organiser.ask")
        MESSAGES["asked"].tell(
            recorder,
            organisation.pk,
            roles=DECIDING[organisation.kind],
            organiser=str(actor.organisation),
            organisation=organisation.name,
        )
        return row


def accept_organiser(*, organiser_id: int, actor: Actor) -> Acceptance:
    """Say yes to an organiser that asked. Raises :class:`NotFound` when it did not ask."""
    with _answering("organiser.accept", organiser_id, actor) as (organisation, row, recorder):
        if row.status != Acceptance.Status.ASKED:
            raise WrongState(_("%(name)s sudah Anda terima.") % {"name": row.organiser})
        _keep_operator(organisation, at=recorder.now)
        _put(row, Acceptance.Status.ACCEPTED, recorder, verb="organiser.accept")
        MESSAGES["accepted"].tell(
            recorder, row.organiser_id, args=[row.organisation_id], organisation=row.organisation.name
        )
        return row


def end_organiser(*, organiser_id: int, actor: Actor) -> Acceptance:
    """Say no to an organiser that asked, or end what was accepted. Orders go on; the register is closed to it."""
    with _answering("organiser.end", organiser_id, actor) as (_organisation, row, recorder):
        refused = row.status == Acceptance.Status.ASKED
        _put(row, Acceptance.Status.ENDED, recorder, verb="organiser.refuse" if refused else "organiser.end")
        MESSAGES["not accepted"].tell(recorder, row.organiser_id, organisation=row.organisation.name)
        return row


def make_operator(*, organisation: Organisation, recorder: Recorder) -> None:
    """Let another organiser run the installation; part of the back office's transaction."""
    for before in (
        Organisation.objects.select_for_update().filter(is_operator=True).exclude(pk=organisation.pk)
    ):
        before.is_operator = False
        before.save(update_fields=["is_operator"])
        ended = Recorder(root=before, actor=recorder.actor)
        ended.record("organisation.change", changes={"is_operator": [True, False]})
        ended.flush()
    organisation.is_operator = True


def not_in_care(other: Organisation, kind: str) -> str:
    """Why a sheet may not speak of an organisation that has the code already."""
    if other.kind == kind:
        return _("sudah terdaftar dan tidak Anda kelola. Mintalah persetujuannya pada direktori bersama.")
    return _("kode ini sudah dipakai organisasi lain. Pilih kode lain.")


@contextmanager
def _locked(organisation_id: int | None, actor: Actor) -> Iterator[tuple[Organisation, Recorder]]:
    """Of the shared directory, not only of what the organiser keeps already."""
    with transaction.atomic(durable=True):
        organisation = (
            Organisation.objects.select_for_update()
            .filter(pk=organisation_id or 0, kind__in=DECIDING, is_active=True)
            .first()
        )
        if organisation is None or not _is_seen(organisation, actor):
            raise NotFound(_("Organisasi ini tidak ada, atau tidak dapat Anda lihat."))
        recorder = Recorder(root=organisation, actor=actor)
        yield organisation, recorder
        recorder.flush()


@contextmanager
def _answering(
    act: str, organiser_id: int, actor: Actor
) -> Iterator[tuple[Organisation, Acceptance, Recorder]]:
    """The actor's own organisation, and what an organiser asked of it or was given."""
    with _locked(actor.organisation_id, actor) as (organisation, recorder):
        row = (
            organisation.acceptances.exclude(status=Acceptance.Status.ENDED)
            .select_related("organiser")
            .filter(organiser_id=organiser_id)
            .first()
        )
        if row is None:
            raise NotFound(_("Penyelenggara ini tidak meminta persetujuan Anda."))
        require(may(act, actor))
        yield organisation, row, recorder


def _keep_operator(organisation: Organisation, *, at: datetime) -> None:
    """Who took care of it because nobody else did goes on doing so beside the first that is accepted."""
    if organisation.acceptances.filter(status=Acceptance.Status.ACCEPTED).exists():
        return
    operator = Organisation.objects.filter(is_operator=True).first()
    if operator is not None and not organisation.acceptances.filter(organiser=operator).exists():
        Acceptance.objects.create(
            organisation=organisation,
            organiser=operator,
            status=Acceptance.Status.ACCEPTED,
            way=Acceptance.Way.BEFORE,
            since=at,
        )


def _is_seen(organisation: Organisation, actor: Actor) -> bool:
    if actor.kind == Organisation.Kind.EXPO:
        return bool(actor.roles)
    return organisation.pk == actor.organisation_id and bool(actor.roles)


def _put(row: Acceptance, status: Acceptance.Status, recorder: Recorder, *, verb: str) -> None:
    before = row.status
    actor: Any = recorder.actor
    row.status, row.since, row.by = status, recorder.now, actor.user
    row.save()
    recorder.record(
        verb,
        subject=row,
        from_state=before,
        to_state=status,
        changes={"organiser": row.organiser.name},
    )
