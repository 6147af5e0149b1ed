"""Invitations in tests: somebody is invited and comes."""

from typing import Any

from accounts.inviting import answering, inviting, tokens
from accounts.models import Invitation, Membership, User

PASSWORD = "kata-baru-yang-panjang-7"


def accepted(row: Invitation) -> User:
    """Whoever was invited opens the link and accepts: with their account, or by choosing a password."""
    known = User.objects.filter(email=row.email).first()
    answer = (
        known
        if known and known.has_usable_password()
        else answering.Newcomer(name=row.name, password=PASSWORD)
    )
    return answering.accept_invitation(
        token=tokens.token_of(Invitation.objects.get(pk=row.pk)), answer=answer
    )


def joined(**said: Any) -> Membership:
    """Invited by :func:`accounts.inviting.inviting.invite_member` and accepted."""
    row = inviting.invite_member(**said)
    user = accepted(row)
    return Membership.objects.filter(user=user, organisation=row.organisation, is_active=True).latest("pk")
