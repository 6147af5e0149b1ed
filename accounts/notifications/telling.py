"""Telling people: one notification each inside the system, and the same sentence by mail, in their language."""

from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Membership, Organisation, Role, User
from procurement.language.said import Said, in_every_language, read_values
from procurement.models import Notification

_LONGEST = 300


def tell(
    *,
    organisation_id: int,
    roles: list[str],
    sentence: str,
    url: str,
    values: dict[str, str],
    happened_at: str,
    source: str,
    person_id: int | None = None,
) -> int:
    """Notify every active member with one of ``roles``, or the member ``person_id`` whatever their roles.

    Telling the same ``source`` again tells nobody twice. ``sentence`` is a message id with ``%(name)s`` places for
    ``values``. Returns how many were told. A mail that does not go out holds up nobody else; it raises at the end, so
    that the outbox tries the missing ones again.
    """
    organisation = Organisation.objects.get(pk=organisation_id)
    people = User.objects.filter(
        is_active=True,
        memberships__organisation=organisation,
        memberships__is_active=True,
        **({"pk": person_id} if person_id else {"memberships__role__in": roles}),
    ).distinct()
    said = in_every_language(lambda: _(sentence) % read_values(values))
    told = 0
    unsent: list[tuple[User, Notification]] = []
    for person in people:
        note, is_new = _note(person, organisation, said, url=url, source=source, happened_at=happened_at)
        told += is_new
        if person.wants_mail and note.mailed_at is None:
            unsent.append((person, note))
    failures: list[Exception] = []
    for person, note in unsent:
        try:
            _mail_note(person, organisation, note)
        except Exception as error:
            failures.append(error)
    if failures:
        raise failures[0]
    return told


def invite(*, user_id: int, organisation_id: int, happened_at: str, source: str) -> None:
    """Tell somebody with an account which roles a register gave them; newcomers get an invitation instead."""
    person = User.objects.get(pk=user_id)
    organisation = Organisation.objects.get(pk=organisation_id)
    held = Membership.objects.filter(user=person, organisation=organisation, is_active=True)
    roles = list(held.order_by("role").values_list("role", flat=True))
    if not person.is_active or not roles:
        return
    said = in_every_language(
        lambda: (
            _("Anda mendapat peran %(roles)s di %(organisation)s.")
            % {
                "roles": ", ".join(str(Role(role).label) for role in roles),
                "organisation": organisation.name,
            }
        )
    )
    with override(person.language):
        note, _is_new = _note(
            person, organisation, said, url=reverse("accounts:home"), source=source, happened_at=happened_at
        )
        if person.wants_mail:
            _mail_note(person, organisation, note)


def _note(
    person: User, organisation: Organisation, said: Said, *, url: str, source: str, happened_at: str
) -> tuple[Notification, bool]:
    return Notification.objects.get_or_create(
        user=person,
        source=source,
        defaults={
            "organisation": organisation,
            "sentence": said[person.language][:_LONGEST],
            "said": {code: text[:_LONGEST] for code, text in said.items()},
            "url": url,
            "created_at": datetime.fromisoformat(happened_at),
        },
    )


def _mail_note(person: User, organisation: Organisation, note: Notification) -> bool:
    """The sentence and the address of the notification, which leads on to the matter as the right organisation."""
    address = settings.BASE_URL + reverse("accounts:notification", args=[note.pk])
    with override(person.language):
        subject = _("Pesanan KUMKM: %(organisation)s") % {"organisation": organisation.name}
        reason = _("Anda menerima surel ini karena peran Anda. Ubah pilihan ini di halaman Profil.")
        text = note.text
    return _mail_once(note, person, subject, f"{text}\n\n{address}\n\n{reason}\n")


def _mail_once(note: Notification, person: User, subject: str, text: str) -> bool:
    """Send the mail of a notification unless it went out; the lock holds off a second worker with the same message."""
    with transaction.atomic():
        row = Notification.objects.select_for_update().filter(pk=note.pk, mailed_at__isnull=True).first()
        if row is None:
            return False
        one_line = " ".join(subject.split())
        send_mail(one_line, text, settings.DEFAULT_FROM_EMAIL, [person.email])
        row.mailed_at = timezone.now()
        row.save(update_fields=["mailed_at"])
        return True
