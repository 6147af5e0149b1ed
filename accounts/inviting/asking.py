"""The parts of inviting that other verbs use, under the lock of the organisation and in their transaction."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.inviting.models import MOST_SENT, new_nonce
from accounts.models import Invitation, Organisation, Role
from procurement.errors import WrongState
from procurement.rows.recording import Recorder


def lasts() -> timedelta:
    """How long an invitation can be accepted, from each mail on."""
    return timedelta(days=settings.INVITATION_DAYS)


def open_invitation(
    recorder: Recorder,
    *,
    organisation: Organisation,
    email: str,
    name: str,
    roles: Iterable[str],
    purpose: str = "",
) -> Invitation:
    """Make an invitation and have it mailed. The caller has closed an earlier one to the same address."""
    row = Invitation.objects.create(
        organisation=organisation,
        email=email.strip().lower(),
        name=name[:120],
        roles=joined(roles),
        purpose=purpose,
        inviter_id=recorder.actor.user_id,
        inviting_for_id=recorder.actor.organisation_id,
        created_at=recorder.now,
        until=recorder.now + lasts(),
    )
    _mail(recorder, row)
    return row


def send_again(recorder: Recorder, row: Invitation, *, roles: Iterable[str] = ()) -> None:
    """Mail an open invitation with a new link, from now on for the whole time; ``roles`` are added to it.

    Raises :class:`WrongState` when it went out too often.
    """
    if row.sent_count >= MOST_SENT:
        raise WrongState(
            _(
                "Undangan ini sudah dikirim %(count)d kali. Periksa alamat surelnya bersama orangnya; bila salah, "
                "cabut undangan ini dan undang alamat yang benar."
            )
            % {"count": row.sent_count}
        )
    row.sent_count += 1
    row.nonce, row.until = new_nonce(), recorder.now + lasts()
    row.roles = joined({*row.role_values, *roles})
    row.save(update_fields=["sent_count", "nonce", "until", "roles"])
    _mail(recorder, row)


def close(recorder: Recorder, row: Invitation, deed: str) -> None:
    """Take one of the steps of :class:`Invitation` (``become_…``); its link opens nothing any more."""
    getattr(row, deed)()
    row.closed_at = recorder.now
    row.save(update_fields=["status", "closed_at", "person"])


def joined(roles: Iterable[str]) -> str:
    wanted = {str(role) for role in roles}
    return ",".join(role.value for role in Role if role.value in wanted)


def _mail(recorder: Recorder, row: Invitation) -> None:
    recorder.enqueue(
        "accounts.invitation",
        key=f"invitation:{row.pk}:{row.sent_count}",
        invitation_id=row.pk,
        send=row.sent_count,
    )
