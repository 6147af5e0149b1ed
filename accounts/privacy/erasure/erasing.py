"""The act: a worker takes the person out of every table, in one transaction, after the last mail was sent.

Running it again for somebody who is erased changes nothing, so it can be repeated after a backup was restored.
"""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from accounts.acting import Actor
from accounts.members import write_roles
from accounts.models import ErasureRequest, Invitation, Membership, User
from accounts.privacy.erasure import kept_list
from accounts.privacy.erasure.known import PersonMarks, known_by
from accounts.privacy.erasure.traces import take_out
from accounts.privacy.own_data import copies_of
from procurement.files import storing
from procurement.models import IdempotencyRecord, Notification
from procurement.rows.recording import Recorder

_SHORTEST = 4
"""Letters of a pseudonym; one more as long as somebody else has the same."""

Taking = Callable[[User, PersonMarks], None]
_takings: list[Taking] = []


def register(taking: Taking) -> None:
    """Let an app take away what only it knows to be about a person; called before the texts are gone through."""
    _takings.append(taking)


def erase(*, request_id: int) -> ErasureRequest:
    """Do what was accepted. Afterwards the key of the person is kept where no restored database takes it back."""
    with transaction.atomic(durable=True):
        row = ErasureRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
        if row.status == ErasureRequest.Status.ACCEPTED:
            decided_by = row.decided_by
            erase_row(row, actor=Actor(user=decided_by, organisation=None, request_id=f"erasure-{row.pk}"))
    if row.status == ErasureRequest.Status.ERASED:
        kept_list.keep(row)
    return row


def erase_row(row: ErasureRequest, *, actor: Actor) -> None:
    """The body: the caller holds the lock on the request, and its transaction is open."""
    person = User.objects.select_for_update().get(pk=row.user_id)
    if person.erased_at is not None:
        raise RuntimeError(f"person {person.pk} is erased already")
    row.pseudonym = row.pseudonym or pseudonym_of(person.pk)
    known = known_by(person, row.pseudonym)
    _end_roles(person, actor)
    end_sign_ins(person)
    _forget_own(person)
    for taking in _takings:
        taking(person, known)
    recorder = Recorder(root=row, actor=actor)
    _put_pseudonym(person, known, recorder.now)
    row.left = take_out(known)
    row.words, row.reason, row.erased_at = "", "", recorder.now
    before, row.status = row.status, ErasureRequest.Status.ERASED
    recorder.record(
        "erasure.done", from_state=before, to_state=row.status, changes={"pseudonym": row.pseudonym}
    )
    recorder.flush()


def pseudonym_of(user_id: int) -> str:
    """What a person is called afterwards: worked out from the key alone, so it says nothing of who it was."""
    letters = salted_hmac("accounts.privacy.erasure", str(user_id), algorithm="sha256").hexdigest()
    for length in range(_SHORTEST, 13):
        name = f"Orang {letters[:length]}"
        if not User.objects.filter(name=name).exclude(pk=user_id).exists():
            return name
    raise RuntimeError("no pseudonym is free")


def end_sign_ins(person: User) -> None:
    """End every session, and take away every way to begin one."""
    for row in UserSession.objects.filter(user=person):
        row.end()
    engine = import_module(settings.SESSION_ENGINE)
    for session in Session.objects.iterator(chunk_size=500):
        if session.get_decoded().get(SESSION_KEY) == str(person.pk):
            engine.SessionStore(session.session_key).delete()
    Authenticator.objects.filter(user=person).delete()
    User.objects.filter(pk=person.pk).update(password=make_password(None), is_active=False)


def _end_roles(person: User, actor: Actor) -> None:
    held = Membership.objects.filter(user=person, is_active=True).order_by("organisation_id")
    for organisation_id in held.values_list("organisation_id", flat=True).distinct():
        write_roles(organisation_id=organisation_id, user=person, roles=(), actor=actor)


def _forget_own(person: User) -> None:
    """What is nobody else's: addresses, invitations, notifications, forms that were sent, copies of one's own data."""
    EmailAddress.objects.filter(user=person).delete()
    Notification.objects.filter(user=person).delete()
    IdempotencyRecord.objects.filter(user=person).delete()
    Invitation.objects.filter(Q(person=person) | Q(email__iexact=person.email)).delete()
    for job in copies_of(person):
        if job.file:
            transaction.on_commit(partial(storing.delete, job.file.storage, str(job.file.name)))
        job.delete()


def _put_pseudonym(person: User, known: PersonMarks, now: Any) -> None:
    person.groups.clear()
    person.user_permissions.clear()
    values: dict[str, Any] = {
        "name": known.pseudonym,
        "email": f"{known.pseudonym.lower().replace(' ', '-')}@dihapus.invalid",
        "phone": "",
        "wants_mail": False,
        "is_staff": False,
        "is_superuser": False,
        "is_active": False,
        "last_login": None,
        "acted_for": None,
        "erased_at": now,
    }
    User.objects.filter(pk=person.pk).update(**values)
