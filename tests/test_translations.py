"""Every text of the interface exists in English, and says the same places to fill in."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, pgettext

CATALOGUE = Path("locale/en/LC_MESSAGES/django.po")
PLACE = re.compile(r"%\([a-z_]+\)[sd]|\{[a-z_]*\}")


Key = tuple[str, str]
"""Context and text."""


def messages(path: Path) -> dict[Key, Message]:
    with path.open("rb") as file:
        return {
            (message.context or "", _first(message.id)): message for message in read_po(file) if message.id
        }


def _first(text: str | tuple[str, ...] | list[str]) -> str:
    return text if isinstance(text, str) else text[0]


def _all(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    if text is None:
        return [""]
    return [text] if isinstance(text, str) else list(text)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> dict[Key, Message]:
    """What ``makemessages`` finds in the sources now, in a copy that holds nothing else."""
    if shutil.which("xgettext") is None:
        pytest.skip("gettext is not installed: run bin/setup, or install the package gettext")
    copy = tmp_path_factory.mktemp("sources")
    for name in ("procurement", "accounts", "documents", "buyers", "msmes", "expo", "orders", "templates"):
        shutil.copytree(settings.BASE_DIR / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / CATALOGUE).parent.mkdir(parents=True)
    command = [sys.executable, "-m", "django", "makemessages", "-l", "en", "--no-location", "-v0"]
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(command, cwd=copy, env=environment, check=True, capture_output=True, timeout=120)
    return messages(copy / CATALOGUE)


def texts_out_of_reach(path: Path) -> list[int]:
    """Lines on which a text is translated inside an f-string: gettext before 0.22 does not see it there."""
    return [
        call.lineno
        for part in ast.walk(ast.parse(path.read_text()))
        if isinstance(part, ast.JoinedStr)
        for call in ast.walk(part)
        if isinstance(call, ast.Call)
        and re.fullmatch(r"_|\w*gettext\w*", ast.unparse(call.func).split(".")[-1])
    ]


def test_no_text_stands_where_only_some_versions_of_gettext_look(tmp_path: Path) -> None:
    sample = tmp_path / "sample.py"
    sample.write_text(
        'a = f"{_(1)}"\nb = f"{translation.gettext_lazy(2)!s:>{len(x)}}"\nc = _("x") + f"{y(3)}"\n'
    )
    assert texts_out_of_reach(sample) == [1, 2]
    apps = ("procurement", "accounts", "documents", "buyers", "msmes", "expo", "orders")
    found = [
        f"{path.relative_to(settings.BASE_DIR)}:{line}"
        for app in apps
        for path in sorted((settings.BASE_DIR / app).rglob("*.py"))
        for line in texts_out_of_reach(path)
    ]
    assert found == [], "give the text a name before the f-string"


def test_every_text_is_translated(fresh: dict[Key, Message]) -> None:
    known = messages(settings.BASE_DIR / CATALOGUE)
    missing = [text for text in fresh if text not in known or not all(_all(known[text].string))]
    assert not missing, "run manage.py makemessages -l en --no-location and translate"


def test_nothing_is_fuzzy_and_places_are_kept() -> None:
    wrong = [
        text
        for (_context, text), message in messages(settings.BASE_DIR / CATALOGUE).items()
        if message.fuzzy
        or any(
            sorted(PLACE.findall(text)) != sorted(PLACE.findall(said))
            for said in _all(message.string)
            if said
        )
    ]
    assert not wrong


def test_readers_get_what_the_catalogue_says() -> None:
    """A catalogue marked as fuzzy as a whole is not compiled, and then nobody reads English."""
    known = messages(settings.BASE_DIR / CATALOGUE)
    with translation.override("en"):
        unread = [
            (context, text)
            for (context, text), message in known.items()
            if isinstance(message.string, str)
            and (pgettext(context, text) if context else gettext(text)) != message.string
        ]
    assert not unread, "run bin/setup"


@pytest.mark.django_db
def test_an_english_reader_reads_english(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(reverse("account_login"))
    assert page.headers["Content-Language"] == "en"
    assert "Sign in" in page.content.decode()
    assert "Masuk" not in page.content.decode()
