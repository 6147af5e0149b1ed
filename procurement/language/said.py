"""Sentences that are kept, and read in the reader's own language.

A row that keeps only what the writer read shows Indonesian to an English reader for ever. So it keeps the sentence in
every language (:func:`in_every_language`), or its message id with its values (:func:`composed`).
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
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


def sentences(sentence: Callable[[], str]) -> dict[str, Any]:
    """What the result of a job keeps of the sentence with which it ends; ``Job.sentence`` reads it."""
    said = in_every_language(sentence)
    return {"sentence": said[settings.LANGUAGE_CODE], "said": said}


def read(said: Mapping[str, Any] | None, otherwise: str = "") -> str:
    """The sentence in the reader's language; ``otherwise`` where it was not kept in it."""
    return str((said or {}).get(get_language() or settings.LANGUAGE_CODE) or otherwise)


_COMPOSED = "@said:"


def composed(sentence: str, **values: str) -> str:
    """A sentence of ours as a row keeps it: its message id and its values. :func:`text` says it to each reader."""
    return _COMPOSED + json.dumps([sentence, values], ensure_ascii=False)


def text(stored: str) -> str:
    """What a row keeps, as its reader reads it: a sentence of ours in their language, what was typed as it is."""
    if not stored.startswith(_COMPOSED):
        return stored
    try:
        sentence, values = json.loads(stored.removeprefix(_COMPOSED))
        return gettext(sentence) % read_values(values) if values else gettext(sentence)
    except (ValueError, TypeError, KeyError, AttributeError):  # somebody typed it
        return stored


_DAY = "@day:"


def day_value(day: date) -> str:
    """A day among the values of a sentence; it is written in each language when the sentence is."""
    return f"{_DAY}{day.isoformat()}"


_MOMENT = "@moment:"


def moment_value(moment: datetime) -> str:
    """A moment among the values of a sentence, like :func:`day_value`."""
    return f"{_MOMENT}{moment.isoformat()}"


def read_values(values: Mapping[str, str]) -> dict[str, str]:
    """The values of a sentence in the present language: days are written out, sentences of our own translated.

    What a person typed is no text of ours and stays as it is.
    """
    # Imported here: words of templates need models that need this page.
    from procurement.templatetags.words import tanggal_text, waktu_text

    def said(value: str) -> str:
        try:
            if value.startswith(_DAY):
                return tanggal_text(date.fromisoformat(value.removeprefix(_DAY)))
            if value.startswith(_MOMENT):
                return waktu_text(datetime.fromisoformat(value.removeprefix(_MOMENT)))
        except ValueError:  # somebody typed it
            return value
        return text(value)

    return {name: said(value) for name, value in values.items()}


def source(label: object) -> str:
    """The message id of a label, which is its text in the language that we write in; for :func:`composed`."""
    with override(settings.LANGUAGE_CODE):
        return str(label)
