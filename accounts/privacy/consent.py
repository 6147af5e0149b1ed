"""Accepting the notice on personal data (UU 27/2022 Art. 20–22): the version and the moment are kept as its proof."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.models import PrivacyConsent, User
from accounts.privacy import notice
from procurement import clock
from procurement.errors import NotPermitted, WrongState
from procurement.templatetags.words import tanggal_text


def accept_notice(*, actor: Actor, given_by: PrivacyConsent.GivenBy) -> PrivacyConsent:
    """Keep that the actor accepts the version that holds now; accepting it again keeps the first moment.

    The version also stands on the person, so that a page knows without a query whether to ask. Raises
    :class:`WrongState` while none holds yet: nobody accepts a notice before its own date.
    """
    if actor.user_id is None:
        raise NotPermitted(_("Hanya orangnya sendiri yang menyetujui pemberitahuan data pribadi."))
    version = notice.in_force()
    if version is None:
        coming = notice.newest()
        raise WrongState(
            _("Pemberitahuan data pribadi versi %(number)s belum berlaku. Setujui mulai %(day)s.")
            % {"number": coming.number, "day": tanggal_text(notice.shown_since(coming))}
        )
    with transaction.atomic(durable=True):
        return _put(User.objects.select_for_update().get(pk=actor.user_id), given_by, version)


def put_consent(person: User, given_by: PrivacyConsent.GivenBy) -> None:
    """The part of :func:`accept_notice` for a verb that holds the person, in a transaction of its own.

    While no version holds yet there is nothing to accept, and the banner asks once there is.
    """
    version = notice.in_force()
    if version is not None:
        _put(person, given_by, version)


def _put(person: User, given_by: PrivacyConsent.GivenBy, version: notice.NoticeVersion) -> PrivacyConsent:
    consent, _is_new = PrivacyConsent.objects.get_or_create(
        user=person, version=version.number, defaults={"given_by": given_by, "at": clock.now()}
    )
    User.objects.filter(pk=person.pk).update(privacy_version=version.number)
    return consent


def is_asked(person: User) -> bool:
    """Whether pages ask the person to read the notice and accept it."""
    version = notice.in_force()
    return version is not None and person.privacy_version != version.number
