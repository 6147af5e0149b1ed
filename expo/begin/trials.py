"""A mail and a text message to oneself, sent at once: what is wrong with the settings is said in plain words."""

import smtplib
import socket
import ssl
import urllib.error
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.members import checked_email
from expo.permissions import may, require
from msmes.validity import checked_phone
from procurement.errors import InvalidInput
from procurement.language.texts import send_text


def try_mail(*, to: str, actor: Actor) -> str:
    """Send one mail now; returns where it went. Raises :class:`InvalidInput` that says what to set right."""
    require(may("setup.try", actor))
    address = checked_email(to)
    mail = EmailMessage(
        subject=_("Surel uji dari Pesanan KUMKM"),
        body=_("Surel ini dikirim dari langkah penyiapan. Bila Anda membacanya, pengiriman surel berjalan."),
        to=[address],
    )
    try:
        mail.send()
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise InvalidInput(_mail_fault(error), field="email") from error
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    if "filebased" in settings.EMAIL_BACKEND:
        return _("Belum ada server surel (EMAIL_URL): surel uji ditulis ke berkas di %(folder)s.") % {
            "folder": folder
        }
    return _("Surel uji diterima server %(server)s untuk %(to)s. Periksa kotak masuknya.") % {
        "server": _mail_server(),
        "to": address,
    }


def try_text(*, to: str, actor: Actor) -> str:
    """Send one text message now; returns where it went. Raises :class:`InvalidInput` that says what to set right."""
    require(may("setup.try", actor))
    phone = checked_phone(to)
    try:
        send_text(to=phone, text=_("Pesan uji dari Pesanan KUMKM: pengiriman pesan teks berjalan."))
    except (OSError, ValueError) as error:
        raise InvalidInput(_text_fault(error), field="phone") from error
    if not settings.TEXT_GATEWAY_URL:
        return _(
            "Belum ada gerbang pesan teks (TEXT_GATEWAY_URL): pesan uji ditulis ke berkas di %(folder)s."
        ) % {"folder": settings.VAR_DIR / "texts"}
    return _("Pesan uji diterima gerbang %(server)s untuk %(to)s. Periksa telepon itu.") % {
        "server": _gateway(),
        "to": phone,
    }


def _mail_server() -> str:
    return f"{getattr(settings, 'EMAIL_HOST', '')}:{getattr(settings, 'EMAIL_PORT', '')}"


def _gateway() -> str:
    return urlsplit(settings.TEXT_GATEWAY_URL).netloc.rpartition("@")[2] or settings.TEXT_GATEWAY_URL[:60]


def _mail_fault(error: Exception) -> str:
    said = {"server": _mail_server(), "setting": "EMAIL_URL"}
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return (
            _(
                "Server surel %(server)s menolak nama pengguna atau kata sandi. Betulkan keduanya dalam EMAIL_URL."
            )
            % said
        )
    if isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPSenderRefused):
        return (
            _(
                "Server surel %(server)s menolak alamat pengirim atau penerima. Periksa DEFAULT_FROM_EMAIL dan alamat"
                " tujuannya."
            )
            % said
        )
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return (
            _(
                "Server surel %(server)s tidak mengenal TLS atau masuk seperti yang diminta EMAIL_URL. Samakan dengan"
                " keterangan penyedianya."
            )
            % said
        )
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return (
            _(
                "Server surel %(server)s memutus sambungan. Sering kali karena TLS: dalam EMAIL_URL pakai submission://"
                " untuk porta 587, dan smtp:// dengan ?ssl=True untuk porta 465."
            )
            % said
        )
    return _connection_fault(error, **said)


def _text_fault(error: Exception) -> str:
    said = {"server": _gateway(), "setting": "TEXT_GATEWAY_URL"}
    if isinstance(error, urllib.error.HTTPError):
        if error.code in (401, 403):
            return _("Gerbang %(server)s menolak tanda pengenalnya. Betulkan TEXT_GATEWAY_TOKEN.") % said
        if error.code == 404:
            return _("Gerbang %(server)s tidak mengenal alamat itu. Betulkan TEXT_GATEWAY_URL.") % said
        return _("Gerbang %(server)s menjawab %(code)s. Tanyakan kepada penyedianya.") % {
            **said,
            "code": error.code,
        }
    reason = getattr(error, "reason", None)
    return _connection_fault(reason if isinstance(reason, Exception) else error, **said)


def _connection_fault(error: Exception, *, server: str, setting: str) -> str:
    """What both have in common: nobody there, no answer, no name, no trust."""
    said = {"server": server, "setting": setting}
    if isinstance(error, ConnectionRefusedError):
        return (
            _(
                "Tidak ada yang menerima sambungan di %(server)s. Periksa nama dan porta dalam %(setting)s, dan apakah"
                " server itu berjalan."
            )
            % said
        )
    if isinstance(error, socket.gaierror):
        return _("Nama server %(server)s tidak ditemukan. Periksa ejaannya dalam %(setting)s.") % said
    if isinstance(error, TimeoutError):
        return (
            _(
                "%(server)s tidak menjawab dalam 10 detik. Periksa nama dan porta dalam %(setting)s, dan apakah tembok"
                " api mengizinkannya."
            )
            % said
        )
    if isinstance(error, ssl.SSLError):
        return (
            _(
                "Sambungan TLS ke %(server)s gagal: sertifikatnya tidak dipercaya, atau porta itu bukan porta TLS."
                " Periksa %(setting)s."
            )
            % said
        )
    if isinstance(error, PermissionError | FileNotFoundError):
        return _("Berkasnya tidak dapat ditulis. Periksa hak atas folder VAR_DIR.")
    return _("Pengiriman lewat %(server)s gagal (%(kind)s). Periksa %(setting)s.") % {
        **said,
        "kind": type(error).__name__,
    }
