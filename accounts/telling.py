"""Telling people: one notification each inside the system, and the same sentence by mail, in their language."""

from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Organisation, User
from procurement.models import Notification


def tell(
    *,
    organisation_id: int,
    roles: list[str],
    sentence: str,
    url: str,
    values: dict[str, str],
    happened_at: str,
    source: str,
) -> int:
    """Notify every active member with one of ``roles``. Telling the same ``source`` again tells nobody twice.

    ``sentence`` is a message id with ``%(name)s`` places for ``values``. Returns how many were told.
    """
    organisation = Organisation.objects.get(pk=organisation_id)
    people = User.objects.filter(
        is_active=True,
        memberships__organisation=organisation,
        memberships__is_active=True,
        memberships__role__in=roles,
    ).distinct()
    told = 0
    for person in people:
        with override(person.language):
            text = (_(sentence) % values)[:300]
            _row, is_new = Notification.objects.get_or_create(
                user=person,
                source=source,
                defaults={
                    "organisation": organisation,
                    "sentence": text,
                    "url": url,
                    "created_at": datetime.fromisoformat(happened_at),
                },
            )
            if is_new:
                told += 1
                send_mail(
                    _("Pesanan KUMKM: %(organisation)s") % {"organisation": organisation.name},
                    f"{text}\n\n{settings.BASE_URL}{url}\n",
                    settings.DEFAULT_FROM_EMAIL,
                    [person.email],
                )
    return told
