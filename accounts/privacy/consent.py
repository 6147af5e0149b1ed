"""Accepting the notice on personal data (UU 27/2022 Art. 20–22): the version and the moment are kept as its proof."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.models import PrivacyConsent, User
from accounts.privacy import notice
from procurement import clock
from procurement.errors import NotPermitted


def accept_notice(*, actor: Actor, given_by: PrivacyConsent.GivenBy) -> PrivacyConsent:
    """Keep that the actor accepts the version that holds now; accepting it again keeps the first moment.

    The version also stands on the person, so that a page knows without a query whether to ask.
    """
    if actor.user_id is None:
        raise NotPermitted(_("Hanya orangnya sendiri yang menyetujui pemberitahuan data pribadi."))
    with transaction.atomic(durable=True):
        return put_consent(User.objects.select_for_update().get(pk=actor.user_id), given_by)


def put_consent(person: User, given_by: PrivacyConsent.GivenBy) -> PrivacyConsent:
    """The part of :func:`accept_notice` for a verb that holds the person, in a transaction of its own."""
    consent, _is_new = PrivacyConsent.objects.get_or_create(
        user=person, version=notice.CURRENT, defaults={"given_by": given_by, "at": clock.now()}
    )
    User.objects.filter(pk=person.pk).update(privacy_version=notice.CURRENT)
    return consent


def is_asked(person: User) -> bool:
    """Whether pages ask the person to read the notice and accept it."""
    return person.privacy_version != notice.CURRENT
