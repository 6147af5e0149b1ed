"""Accept or refuse an invitation: by whoever holds its link and is the person of that e-mail address.

The link went to the address alone, so it proves the address of a newcomer, who chooses a password with it. Who has an
account signs in with it: a link never opens somebody's account.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import members
from accounts.acting import Actor
from accounts.inviting.asking import close
from accounts.inviting.inviting import tell_inviter
from accounts.inviting.models import InvitationStatus
from accounts.inviting.tokens import found
from accounts.models import Invitation, Membership, Organisation, PrivacyConsent, User
from accounts.privacy.consent import put_consent
from procurement.errors import InvalidInput, NotPermitted, WrongState
from procurement.input.letters import kept
from procurement.rows.people import person_key
from procurement.rows.recording import Recorder
from procurement.templatetags.words import waktu_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """What somebody without an account types; the password is theirs alone and is stored as a hash."""

    name: str
    password: str


def accept_invitation(*, token: str, answer: Newcomer | User) -> User:
    """Add the person to the organisation with the roles of the invitation, beside those that they have.

    ``answer`` is what a newcomer typed, or the person who signed in. Raises :class:`NotPermitted` when that is
    somebody else, and :class:`WrongState` when the invitation is over or the address has an account to sign in with.
    """
    with _answering(token) as (row, organisation):
        user = _with_password(row, answer) if isinstance(answer, Newcomer) else answer
        _require_the_invited(row, user)
        recorder = Recorder(root=organisation, actor=Actor(user=user, organisation=organisation))
        row.person = user
        close(recorder, row, "become_accepted")
        held = Membership.objects.filter(user=user, organisation=organisation, is_active=True)
        before = set(held.values_list("role", flat=True))
        roles = members.check_roles(organisation.kind, sorted(before | set(row.role_values)))
        members.put_roles(recorder, user, roles, verb="invitation.accept")
        if not recorder.events:  # a register gave them already
            recorder.record("invitation.accept", subject=user, changes={"member": person_key(user)})
        tell_inviter(recorder, row, "invitation accepted")
        recorder.flush()
        return user


def refuse_invitation(*, token: str, person: User | None) -> Invitation:
    """Say no. Somebody whom a register named already, and who never came in, gives up those roles by it."""
    with _answering(token) as (row, organisation):
        user = User.objects.filter(email__iexact=row.email).first()
        if person is not None:
            _require_the_invited(row, person)
        # Who stays outside does not act for the organisation, nor does it learn whose address this is.
        recorder = Recorder(root=organisation, actor=Actor(user=None, organisation=organisation))
        close(recorder, row, "become_refused")
        recorder.record("invitation.refuse", subject=row, changes={"member": row.name})
        if user is not None and not user.has_usable_password():
            members.put_roles(recorder, user, (), verb="member.end")
        tell_inviter(recorder, row, "invitation refused")
        recorder.flush()
        return row


def account_of(row: Invitation) -> User | None:
    """The account that has the address and a password, so that one signs in with it."""
    user = User.objects.filter(email__iexact=row.email).first()
    return user if user is not None and user.has_usable_password() else None


def require_answerable(row: Invitation) -> None:
    """Raise :class:`WrongState` with a sentence that says how the invitation ended."""
    standing, organisation = row.standing, row.organisation.name
    sentences = {
        InvitationStatus.ACCEPTED: _("Undangan ini sudah diterima. Masuklah dengan alamat surel Anda."),
        InvitationStatus.REFUSED: _(
            "Undangan ini sudah ditolak. Mintalah undangan baru bila Anda berubah pikiran."
        ),
        InvitationStatus.REVOKED: _("Undangan dari %(organisation)s ini sudah dicabut oleh yang mengundang."),
        InvitationStatus.EXPIRED: _(
            "Undangan ini berlaku sampai %(until)s dan sudah lewat. Mintalah undangan baru kepada yang mengundang."
        ),
    }
    if standing in sentences:
        values = {"organisation": organisation, "until": waktu_text(row.until)}
        raise WrongState(sentences[standing] % values)
    if not row.organisation.is_active:
        raise WrongState(
            _("%(organisation)s tidak aktif lagi, jadi undangannya tidak dapat diterima.")
            % {"organisation": organisation}
        )


def is_the_invited(row: Invitation, user: User) -> bool:
    return user.email.strip().lower() == row.email


@contextmanager
def _answering(token: str) -> Iterator[tuple[Invitation, Organisation]]:
    """The invitation under the lock of its organisation, still to be answered.

    Whoever invites locks the organisation as well, so of an answer and a revocation at once one waits and is refused.
    """
    with transaction.atomic(durable=True):
        seen = found(token)
        organisation = Organisation.objects.select_for_update().get(pk=seen.organisation_id)
        row = Invitation.objects.select_for_update(of=("self",)).filter(pk=seen.pk, nonce=seen.nonce).first()
        if row is None:  # sent again just now
            row = found(token)
        row.organisation = organisation
        require_answerable(row)
        yield row, organisation


def _require_the_invited(row: Invitation, user: User) -> None:
    if not is_the_invited(row, user):
        raise NotPermitted(
            _(
                "Undangan ini untuk %(email)s, sedangkan Anda masuk sebagai %(mine)s. Masuklah dengan akun itu."
            )
            % {"email": row.email, "mine": user.email}
        )
    members.require_active(user)
    if row.inviter_id is not None and row.inviter_id == user.pk:
        raise NotPermitted(_("Peran Anda sendiri harus diubah oleh orang lain yang berwenang."))


def _with_password(row: Invitation, newcomer: Newcomer) -> User:
    """The account of a newcomer: made now, or the one that a register made and nobody has opened yet."""
    name = kept(newcomer.name, field="name")
    if not name:
        raise InvalidInput(_("Isilah nama Anda."), field="name")
    known = User.objects.select_for_update().filter(email__iexact=row.email).first()
    if known is not None and known.has_usable_password():
        raise WrongState(_has_account())
    user = known or User(email=row.email)
    user.name = name[:120]
    try:
        validate_password(newcomer.password, user)
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages), field="password") from error
    user.set_password(newcomer.password)
    if known is not None:
        known.save(update_fields=["name", "password"])
    else:
        try:
            with transaction.atomic():
                user.save(force_insert=True)
        except IntegrityError:
            raise WrongState(_has_account()) from None
    put_consent(user, PrivacyConsent.GivenBy.PASSWORD)
    return user


def _has_account() -> str:
    return _(
        "Alamat surel ini sudah mempunyai akun. Masuklah dengan akun itu, lalu buka lagi tautan undangan."
    )
