"""Sentences that are kept: written in every language when they are made, read in the reader's own.

A row that keeps only what the writer read shows Indonesian to an English reader for ever.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext, override

Said = dict[str, str]
"""Language code → the sentence."""


def in_every_language(sentence: Callable[[], str]) -> Said:
    """What ``sentence()`` is in each language; it translates, and writes its figures, when it is called."""
    said: Said = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            said[code] = str(sentence())
    return said


def read(said: Mapping[str, Any] | None, otherwise: str = "") -> str:
    """The sentence in the reader's language; ``otherwise`` where it was not kept in it."""
    return str((said or {}).get(get_language() or settings.LANGUAGE_CODE) or otherwise)


_DAY = "@day:"


def day_value(day: date) -> str:
    """A day among the values of a sentence; it is written in each language when the sentence is."""
    return f"{_DAY}{day.isoformat()}"


def read_values(values: Mapping[str, str]) -> dict[str, str]:
    """The values of a sentence in the present language: days are written out, our own reasons translated.

    What a person typed is no text of ours and stays as it is.
    """
    # Imported here: words of templates need models that need this page.
    from procurement.templatetags.words import tanggal_text

    return {
        name: tanggal_text(date.fromisoformat(value.removeprefix(_DAY)))
        if value.startswith(_DAY)
        else gettext(value)
        if name == "reason" and value
        else value
        for name, value in values.items()
    }
