"""The mail of an invitation: who invites, for which organisation, with which roles, until when, and the link."""

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.inviting.duties import roles_with_duties
from accounts.inviting.models import InvitationStatus
from accounts.inviting.tokens import address_of
from accounts.models import Invitation, User
from procurement.templatetags.words import waktu_text


def send(*, invitation_id: int, send: int) -> None:
    """Mail it, unless it was answered, sent again, or mailed by another worker with the same message.

    The link is made here, so that it lies in no queue.
    """
    with transaction.atomic():
        rows = Invitation.objects.select_for_update(of=("self",))
        row = rows.select_related("organisation", "inviter", "inviting_for").filter(pk=invitation_id).first()
        if row is None or row.standing != InvitationStatus.OPEN or row.sent_count != send:
            return
        if row.mailed_count >= send:
            return
        person = User.objects.filter(email__iexact=row.email).first()
        with override(person.language if person else settings.LANGUAGE_CODE):
            subject = _("Undangan ke Pesanan KUMKM: %(organisation)s") % {
                "organisation": row.organisation.name
            }
            send_mail(" ".join(subject.split()), _text(row), settings.DEFAULT_FROM_EMAIL, [row.email])
        row.mailed_count = send
        row.save(update_fields=["mailed_count"])


def inviter_of(row: Invitation) -> str:
    """Who invites, and for whom: a person beside their organisation, or who runs the system."""
    names = [str(one) for one in (row.inviter, row.inviting_for) if one is not None]
    return " · ".join(names) or _("pengelola sistem ini")


def _text(row: Invitation) -> str:
    duties = "\n".join(f"- {label}: {duty}" for label, duty in roles_with_duties(row))
    parts = [
        _("%(name)s, Anda diundang untuk bertindak bagi %(organisation)s di Pesanan KUMKM.")
        % {"name": row.name, "organisation": row.organisation.name},
        _("Yang mengundang: %(inviter)s") % {"inviter": inviter_of(row)},
    ]
    if row.purpose:
        parts.append(_("Untuk: %(purpose)s") % {"purpose": row.purpose})
    parts += [
        _("Peran Anda, dan yang boleh Anda lakukan:") + f"\n{duties}",
        _("Buka tautan ini untuk menerima atau menolak. Berlaku sampai %(until)s dan satu kali pakai:")
        % {"until": waktu_text(row.until)}
        + f"\n{address_of(row)}",
        _("Tidak mengenal undangan ini? Abaikan saja, atau tolak di halaman itu; tidak ada yang berubah."),
    ]
    return "\n\n".join(parts)
