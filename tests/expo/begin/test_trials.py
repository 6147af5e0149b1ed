"""A test mail and a test text: what is wrong with the settings is said in plain words, and both can be left out."""

import smtplib
import socket
import ssl
import urllib.error
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from expo.begin import trials
from expo.models import Setup
from procurement.errors import InvalidInput, NotPermitted
from tests.expo.begin.typed import send, up_to_choices
from tests.factories import make_world
from tests.harness.processes import free_port

pytestmark = pytest.mark.django_db

MAIL_FAULTS = [
    (smtplib.SMTPAuthenticationError(535, b"no"), "kata sandi"),
    (smtplib.SMTPRecipientsRefused({}), "menolak alamat"),
    (smtplib.SMTPSenderRefused(550, b"no", "a@b"), "menolak alamat"),
    (smtplib.SMTPNotSupportedError("STARTTLS"), "TLS"),
    (smtplib.SMTPServerDisconnected("gone"), "memutus sambungan"),
    (ConnectionRefusedError(), "Tidak ada yang menerima sambungan"),
    (socket.gaierror(-2, "unknown"), "tidak ditemukan"),
    (TimeoutError(), "10 detik"),
    (ssl.SSLError("certificate"), "sertifikatnya"),
    (PermissionError(), "VAR_DIR"),
    (smtplib.SMTPException("odd"), "SMTPException"),
    (ValueError("odd"), "ValueError"),
]
TEXT_FAULTS = [
    (urllib.error.HTTPError("x", 401, "no", Message(), None), "TEXT_GATEWAY_TOKEN"),
    (urllib.error.HTTPError("x", 404, "no", Message(), None), "tidak mengenal alamat"),
    (urllib.error.HTTPError("x", 500, "no", Message(), None), "menjawab 500"),
    (urllib.error.URLError(ConnectionRefusedError()), "Tidak ada yang menerima sambungan"),
    (urllib.error.URLError(socket.gaierror(-2, "unknown")), "tidak ditemukan"),
    (urllib.error.URLError(ssl.SSLError("certificate")), "sertifikatnya"),
    (TimeoutError(), "10 detik"),
    (ValueError("unknown url type"), "ValueError"),
]


def fails(error: Exception) -> Any:
    def sends(*_args: Any, **_options: Any) -> None:
        raise error

    return sends


@pytest.mark.parametrize(("error", "sentence"), MAIL_FAULTS, ids=lambda one: type(one).__name__)
def test_a_mail_that_does_not_leave_says_why(
    monkeypatch: pytest.MonkeyPatch, settings: Any, error: Exception, sentence: str
) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "mail.contoh.id", 587
    monkeypatch.setattr(EmailMessage, "send", fails(error))
    with pytest.raises(InvalidInput, match=sentence) as refused:
        trials.try_mail(to="a@contoh.id", actor=make_world().actor("coordinator"))
    assert refused.value.field == "email"
    assert "mail.contoh.id:587" in refused.value.sentence or isinstance(error, PermissionError)


@pytest.mark.parametrize(("error", "sentence"), TEXT_FAULTS, ids=lambda one: type(one).__name__)
def test_a_text_that_does_not_leave_says_why(
    monkeypatch: pytest.MonkeyPatch, settings: Any, error: Exception, sentence: str
) -> None:
    settings.TEXT_GATEWAY_URL = "https://rahasia:kunci@gerbang.contoh.id/kirim"
    monkeypatch.setattr(trials, "send_text", fails(error))
    with pytest.raises(InvalidInput, match=sentence) as refused:
        trials.try_text(to="0812-3456-7890", actor=make_world().actor("coordinator"))
    assert refused.value.field == "phone"
    assert "gerbang.contoh.id" in refused.value.sentence
    assert "rahasia" not in refused.value.sentence


def test_a_real_server_that_is_not_there_is_told_too(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.TEXT_GATEWAY_URL = f"http://127.0.0.1:{free_port()}/"
    actor = make_world().actor("coordinator")
    with pytest.raises(InvalidInput, match="Tidak ada yang menerima sambungan"):
        trials.try_mail(to="a@contoh.id", actor=actor)
    with pytest.raises(InvalidInput, match="Tidak ada yang menerima sambungan"):
        trials.try_text(to="081234567890", actor=actor)


def test_only_coordinators_try() -> None:
    world = make_world()
    for who in ("viewer", "requester"):
        with pytest.raises(NotPermitted):
            trials.try_mail(to="a@contoh.id", actor=world.actor(who))
    assert not mail.outbox


def test_the_page_sends_says_and_goes_on(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    up_to_choices(client)
    answer = client.post(reverse("expo:begin_trial"), {"kirim": "mail", "email": "ratna@contoh.id"})
    assert "diterima server" in answer.content.decode()
    assert mail.outbox[0].to == ["ratna@contoh.id"]
    answer = client.post(reverse("expo:begin_trial"), {"kirim": "text", "phone": "0812 3456 7890"})
    assert "TEXT_GATEWAY_URL" in answer.content.decode()
    assert len(list((tmp_path / "texts").iterdir())) == 1
    for wrong in ({"kirim": "mail", "email": "x"}, {"kirim": "text", "phone": "12"}):
        assert client.post(reverse("expo:begin_trial"), wrong).status_code == 422
    assert Setup.objects.get().tried_at is None
    assert send(client, "begin_trial", {})["Location"] == reverse("expo:begin_ready")
    assert Setup.objects.get().tried_at is not None
