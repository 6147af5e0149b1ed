"""The library of sign-in speaks in our words, in both languages, on every page that a person can meet."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import allauth
import pytest
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.adapter import get_adapter as account_adapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.adapter import get_adapter as second_step_adapter
from babel.messages.pofile import read_po
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import override

from accounts.models import User
from tests.accounts.test_sign_in import OPEN_PAGES, PASSWORD, SIGNED_IN_PAGES, sign_in

pytestmark = pytest.mark.django_db

THEIRS = Path(allauth.__file__).parent
OURS = Path(settings.BASE_DIR) / "templates"
NEVER_SAID = {
    "account/messages/login_code_sent.txt": "nobody signs in by a code that is mailed",
    "account/messages/phone_verification_sent.txt": "phones are proved by our own pages",
    "account/messages/phone_verified.txt": "phones are proved by our own pages",
}
LANGUAGES = ("id", "en")
THEIR_LABELS = {
    "id": {"Email", "E-mail", "Login", "Password", "Code", "Authenticator code", "Kata sandi saat ini"},
    "en": {
        "Email",
        "Login",
        "Current Password",
        "New Password",
        "New Password (again)",
        "Authenticator code",
    },
}


@pytest.fixture
def sari() -> User:
    return User.objects.create_user("sari@contoh.id", PASSWORD, name="Sari Wulandari")


@pytest.fixture(scope="module")
def their_sentences() -> set[str]:
    """What the library says in four words or more, in the source and in its Indonesian, where we do not say it too."""

    def texts(path: Path) -> set[str]:
        with path.open("rb") as file:
            found = [text for message in read_po(file) for text in (message.id, message.string)]
        return {re.sub(r"\s+", " ", text).strip() for text in found if isinstance(text, str)}

    said = texts(THEIRS / "locale/id/LC_MESSAGES/django.po")
    said -= texts(Path(settings.BASE_DIR) / "locale/en/LC_MESSAGES/django.po")
    return {text for text in said if len(text.split()) > 3 and "%(" not in text and "{" not in text}


def said_on(answer: Any) -> str:
    return re.sub(r"\s+", " ", unescape(strip_tags(answer.content.decode())))


def client_in(language: str) -> Client:
    client = Client()
    client.post(reverse("accounts:language"), {"language": language})
    return client


def test_every_refusal_has_our_words() -> None:
    for adapter, theirs in (
        (account_adapter(), DefaultAccountAdapter),
        (second_step_adapter(), DefaultMFAAdapter),
    ):
        assert set(adapter.error_messages) == set(theirs.error_messages)
        for language in LANGUAGES:
            with override(language):
                same = [
                    key
                    for key, words in theirs.error_messages.items()
                    if str(adapter.error_messages[key]) == str(words)
                ]
            assert same == [], language
        with override("id"):
            indonesian = {key: str(words) for key, words in adapter.error_messages.items()}
        with override("en"):
            assert all(str(words) != indonesian[key] for key, words in adapter.error_messages.items())


def test_every_message_has_our_words() -> None:
    theirs = {
        str(path.relative_to(THEIRS / "templates"))
        for folder in ("account", "mfa", "usersessions")
        for path in (THEIRS / f"templates/{folder}/messages").glob("*.txt")
    }
    ours = {str(path.relative_to(OURS)) for path in OURS.glob("*/messages/*.txt")}
    assert theirs - ours == set(NEVER_SAID)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refused_sign_in_is_in_our_words(language: str, sari: User, their_sentences: set[str]) -> None:
    client = client_in(language)
    ours = {"id": "Alamat surel atau kata sandi salah.", "en": "The e-mail address or password is wrong."}
    many = {"id": "Terlalu banyak percobaan masuk", "en": "Too many failed attempts to sign in"}
    said = []
    for _try in range(7):
        answer = client.post(reverse("account_login"), {"login": sari.email, "password": "salah"})
        said.append(said_on(answer))
    assert ours[language] in said[0]
    assert many[language] in said[-1]
    assert not [text for text in their_sentences for page in said if text in page]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_the_account_says_theirs(language: str, sari: User, their_sentences: set[str]) -> None:
    """Each page as it opens, and as it answers nonsense."""
    nonsense = {
        **dict.fromkeys(("oldpassword", "password", "code", "name", "credential"), "x"),
        "password1": "kata-baru-yang-panjang-7",
        "password2": "lain-lagi-yang-panjang-8",
        "email": sari.email,
        "action_add": "",
    }
    found = []
    for names, is_in in ((OPEN_PAGES, False), (SIGNED_IN_PAGES, True)):
        client = client_in(language)
        if is_in:
            User.objects.update(language=language)
            sign_in(client)
        for name in names:
            if name == "account_logout":
                continue
            url = reverse(name)
            for answer in (client.get(url), client.post(url, nonsense), client.post(url, {})):
                page = said_on(answer)
                form = answer.context and answer.context.get("form")
                labels = {str(field.label) for field in form} if form else set()
                assert not labels & THEIR_LABELS[language], name
                found += [f"{name}: {text}" for text in their_sentences if text in page]
    assert not found, "\n".join(sorted(set(found)))


def test_two_passwords_that_differ_are_told_in_our_words(client: Client, sari: User) -> None:
    sign_in(client)
    form = {"oldpassword": PASSWORD, "password1": "kata-baru-yang-panjang-7", "password2": "lain-lagi-8"}
    assert "Kedua kata sandi tidak sama." in said_on(client.post(reverse("account_change_password"), form))
    sari.refresh_from_db()
    assert sari.check_password(PASSWORD)


@pytest.mark.parametrize("language", LANGUAGES)
def test_mails_are_in_our_words(language: str, sari: User, their_sentences: set[str]) -> None:
    client = client_in(language)
    client.post(reverse("account_reset_password"), {"email": "tidak.ada@contoh.id"})
    client.post(reverse("account_reset_password"), {"email": sari.email})
    User.objects.update(language=language)
    sign_in(client)
    client.post(reverse("account_email"), {"email": "baru@contoh.id", "action_add": ""})
    assert len(mail.outbox) == 3
    for one in mail.outbox:
        said = re.sub(r"\s+", " ", f"{one.subject} {one.body}")
        assert not [text for text in their_sentences if text in said]
        assert "Hello from" not in said
