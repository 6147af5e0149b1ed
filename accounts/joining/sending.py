"""What applicants are told, by mail or by text message. Called by workers with a reference; an erased row is passed by.

Before the address is proved a message holds nothing that the applicant typed: nobody can have our words say theirs to
a stranger.
"""

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.joining.application import Application, ApplicationStatus
from accounts.joining.codes import CODES
from accounts.joining.kinds import model_of
from accounts.joining.tokens import address_of
from procurement.language import texts


def send(*, kind: str, reference: str, what: str) -> None:
    """Send one message of an application, unless it has moved on since."""
    row = model_of(kind)._default_manager.filter(reference=reference).first()
    if row is None:
        return
    with override(row.language):
        said = _said(row, what)
    if said is None:
        return
    subject, text = said
    if row.is_reached_by_mail:
        send_mail(" ".join(subject.split()), text, settings.DEFAULT_FROM_EMAIL, [row.email])
    else:
        texts.send_text(to=row.phone, text=text)


def _said(row: Application, what: str) -> tuple[str, str] | None:
    if what == "code":
        return _code(row)
    told = {"name": row.name, "reason": row.reason, "question": row.question, "address": address_of(row)}
    if what == "received":
        return (
            _("Pendaftaran Anda kami terima"),
            _("Pendaftaran %(name)s sampai kepada koordinator expo. Lihat atau tarik kembali: %(address)s")
            % told,
        )
    if what == "asked" and row.status == ApplicationStatus.ASKED:
        return (
            _("Pertanyaan tentang pendaftaran Anda"),
            _("Tentang pendaftaran %(name)s, koordinator bertanya: %(question)s Jawab di: %(address)s")
            % told,
        )
    if what == "refused" and row.status == ApplicationStatus.REFUSED:
        return (
            _("Pendaftaran Anda tidak diterima"),
            _("Pendaftaran %(name)s tidak diterima. Alasan: %(reason)s") % told,
        )
    if what == "accepted" and row.status == ApplicationStatus.ACCEPTED:
        return (
            _("Pendaftaran Anda diterima"),
            _("Pendaftaran %(name)s diterima. Langkah berikutnya: %(address)s") % told,
        )
    return None


def _code(row: Application) -> tuple[str, str] | None:
    if row.status != ApplicationStatus.UNPROVED or not row.code_salt:
        return None
    text = _("Kode pendaftaran Anda: %(code)s. Berlaku 10 menit. Jangan berikan kepada siapa pun.")
    return _("Kode pendaftaran Anda"), text % {"code": CODES.of(row)}
