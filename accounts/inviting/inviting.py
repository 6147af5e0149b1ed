"""Invite, send again, revoke, and let what nobody answered expire. Each is an event of the organisation."""

from collections.abc import Sequence

from django.db.models import Case, When
from django.utils.translation import gettext as _

from accounts import members
from accounts.acting import SYSTEM, Actor
from accounts.inviting.asking import close, open_invitation, send_again
from accounts.inviting.models import InvitationStatus
from accounts.messages import MESSAGES
from accounts.models import Invitation, Membership, Organisation, User
from accounts.permissions import may
from procurement import clock
from procurement.errors import InvalidInput, NotFound, NotPermitted, WrongState
from procurement.input.letters import kept
from procurement.rows.people import person_key
from procurement.rows.recording import Recorder
from procurement.work.each import one_by_one

_S = InvitationStatus
MOST_OPEN = 50
"""So many invitations of one organisation wait at a time: all are listed, and nobody mails the world through it."""
_MOST_OVER = 20


def invite_member(
    *, email: str, name: str, organisation_id: int, roles: Sequence[str], purpose: str = "", actor: Actor
) -> Invitation:
    """Ask a person to act for an organisation; they hold the roles once they accept.

    Whoever has an account keeps it. Raises :class:`InvalidInput` naming the field, and :class:`NotPermitted` for
    one's own account and for roles that one person alone does not give.
    """
    with members.changing("member.invite", organisation_id, actor) as (organisation, recorder):
        given = members.roles_given_by(actor, organisation)
        checked = members.check_roles(organisation.kind, roles, given=given)
        email, name = members.checked_email(email), kept(name, field="name")
        if not name:
            raise InvalidInput(_("Isilah nama orangnya."), field="name")
        _require_newcomer(organisation, email, recorder, actor)
        if Invitation.objects.open_for(organisation.pk).count() >= MOST_OPEN:
            raise WrongState(
                _("Sudah %(count)d undangan menunggu jawaban. Cabut yang tidak diperlukan, lalu undang lagi.")
                % {"count": MOST_OPEN}
            )
        members.leave_authority(organisation, actor, (), checked)
        row = open_invitation(
            recorder,
            organisation=organisation,
            email=email,
            name=name,
            roles=checked,
            purpose=kept(purpose, field="purpose")[:200],
        )
        recorder.record(
            "member.invite",
            subject=row,
            changes={"member": row.name, "roles": [[], list(row.role_values)]},
        )
        return row


def resend_invitation(*, organisation_id: int, invitation_id: int, actor: Actor) -> Invitation:
    """Mail an open invitation once more: its time begins again, and the link of before is dead."""
    with members.changing("member.invite", organisation_id, actor) as (organisation, recorder):
        row = _open(organisation, invitation_id, actor)
        members.leave_authority(organisation, actor, (), row.role_values)
        if row.is_over:
            raise WrongState(_("Undangan ini sudah kedaluwarsa. Undanglah orangnya sekali lagi."))
        send_again(recorder, row)
        recorder.record("member.invite_again", subject=row, changes={"member": row.name})
        return row


def revoke_invitation(*, organisation_id: int, invitation_id: int, actor: Actor) -> Invitation:
    """Take an open invitation back. Who is in the register already is ended there instead."""
    with members.changing("member.revoke", organisation_id, actor) as (organisation, recorder):
        row = _open(organisation, invitation_id, actor)
        members.leave_authority(organisation, actor, row.role_values, ())
        if members.is_member(organisation.pk, row.email):
            raise WrongState(
                _("%(name)s sudah tercatat sebagai anggota. Akhiri keanggotaannya bila tidak jadi.")
                % {"name": row.name}
            )
        close(recorder, row, "become_revoked")
        recorder.record("invitation.revoke", subject=row, changes={"member": row.name})
        return row


def expire_invitations() -> int:
    """Beat: close what nobody answered in time, and tell who invited. Returns how many were closed."""
    due = Invitation.objects.filter(status=_S.OPEN, until__lte=clock.now()).order_by("until")
    keys = list(due.values_list("pk", "organisation_id"))
    return sum(one_by_one("accounts.expire_invitations", keys, _expire).results)


def _expire(key: tuple[int, int]) -> bool:
    invitation_id, organisation_id = key
    with members.changing("member.revoke", organisation_id, SYSTEM) as (organisation, recorder):
        row = organisation.invitations.select_for_update(of=("self",)).filter(pk=invitation_id).first()
        if row is None or not row.is_over:
            return False
        expire(recorder, row)
        return True


def expire(recorder: Recorder, row: Invitation) -> None:
    """The part of :func:`expire_invitations` for a verb that holds the organisation.

    Whom a register named may have come in by “lupa kata sandi” instead: that is an answer too.
    """
    user = User.objects.filter(email__iexact=row.email).first()
    if user is not None and user.has_usable_password() and members.is_member(row.organisation_id, row.email):
        row.person = user
        close(recorder, row, "become_accepted")
        recorder.record("invitation.accept", subject=user, changes={"member": person_key(user)})
        return
    close(recorder, row, "become_expired")
    recorder.record("invitation.expire", subject=row, changes={"member": row.name})
    tell_inviter(recorder, row, "invitation expired")


def tell_inviter(recorder: Recorder, row: Invitation, message: str) -> None:
    """Whoever invited hears what became of it, for the organisation for which they did."""
    if row.inviter_id is not None and row.inviting_for_id is not None:
        MESSAGES[message].tell(
            recorder,
            row.inviting_for_id,
            args=[row.organisation_id],
            person_id=row.inviter_id,
            person=row.name,
            organisation=row.organisation.name,
        )


def is_in_hand_of(row: Invitation, organisation: Organisation, actor: Actor) -> bool:
    """Whether the actor sends this invitation again or revokes it: one with roles that they give, and alone."""
    given = members.roles_given_by(actor, organisation)
    return (
        bool(may("member.revoke", actor))
        and set(row.role_values) <= {role.value for role in given}
        and not members.touches_authority(actor, row.role_values, ())
    )


def listed(organisation: Organisation) -> list[Invitation]:
    """Those that wait for an answer, and the last ones that came to nothing; members themselves are listed apart."""
    rows = organisation.invitations.exclude(status=_S.ACCEPTED).select_related("inviter", "inviting_for")
    held = Membership.objects.filter(organisation=organisation, is_active=True)
    rows = rows.exclude(email__in=held.values("user__email"))
    open_first = Case(When(status=_S.OPEN, then=0), default=1)
    found = list(rows.order_by(open_first, "-created_at", "-pk")[: MOST_OPEN + _MOST_OVER])
    return sorted(found, key=lambda row: row.standing != _S.OPEN)


def _require_newcomer(organisation: Organisation, email: str, recorder: Recorder, actor: Actor) -> None:
    """Nobody is invited twice, nor oneself, nor somebody whose account is switched off."""
    user = User.objects.filter(email__iexact=email).first()
    if user is not None:
        members.require_another(user.pk, actor)
        members.require_active(user)
    if members.is_member(organisation.pk, email):
        raise InvalidInput(
            _("%(name)s sudah menjadi anggota. Ubahlah perannya pada daftar anggota.") % {"name": user},
            field="email",
        )
    earlier = Invitation.objects.open_for(organisation.pk, email).select_for_update(of=("self",)).first()
    if earlier is None:
        return
    if not earlier.is_over:
        raise InvalidInput(
            _(
                "Alamat ini sudah diundang dan belum menjawab. Kirim lagi atau cabut undangannya pada daftar anggota."
            ),
            field="email",
        )
    expire(recorder, earlier)


def _open(organisation: Organisation, invitation_id: int, actor: Actor) -> Invitation:
    """The open invitation under its lock, if the actor gives the roles that are in it."""
    row = (
        organisation.invitations.select_for_update(of=("self",))
        .select_related("organisation")
        .filter(pk=invitation_id)
        .first()
    )
    if row is None:
        raise NotFound(_("Undangan ini tidak ada."))
    given = members.roles_given_by(actor, organisation)
    if not set(row.role_values) <= {role.value for role in given}:
        raise NotPermitted(_("Undangan dengan peran ini hanya diurus oleh koordinator expo."))
    if row.status != _S.OPEN:
        raise WrongState(_("Undangan ini sudah selesai: %(state)s.") % {"state": row.get_status_display()})
    return row
