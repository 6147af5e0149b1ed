"""Sentences that are kept: written in every language when they are made, read in the reader's own.

A row that keeps only what the writer read shows Indonesian to an English reader for ever.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, override

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
