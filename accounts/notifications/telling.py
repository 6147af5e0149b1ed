"""Telling people: one notification each inside the system, and the same sentence by mail, in their language."""

from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
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
    """Tell one person which roles they have now; a person without a password also gets the link to choose one.

    The link is made here, when the mail is written, and works once: choosing the password uses it up.
    """
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
        if not person.has_usable_password():
            _mail_once(
                note,
                person,
                _("Undangan ke Pesanan KUMKM: %(organisation)s") % {"organisation": organisation.name},
                _invitation_text(person, note.text),
            )
        elif person.wants_mail:
            _mail_note(person, organisation, note)


def set_password_path(person: User) -> str:
    """The address at which a person chooses a password, good for one use and for a few days."""
    return reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)},
    )


def _invitation_text(person: User, text: str) -> str:
    days = settings.PASSWORD_RESET_TIMEOUT // (60 * 60 * 24)
    return "\n\n".join(
        [
            _("%(name)s, Anda diundang ke Pesanan KUMKM.") % {"name": person.name},
            text,
            _(
                "Buat kata sandi Anda melalui tautan berikut. Tautan berlaku %(days)s hari dan satu kali pakai:"
            )
            % {"days": days}
            + f"\n{settings.BASE_URL}{set_password_path(person)}",
            _("Setelah itu masuklah dengan alamat surel ini: %(email)s") % {"email": person.email},
            _("Tautan sudah lewat masanya? Mintalah yang baru di halaman masuk, “Lupa kata sandi”."),
        ]
    )


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
