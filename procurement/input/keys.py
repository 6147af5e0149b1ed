"""Keys of rows as they come from outside: a number that no row can have is a row that is not there, not an error."""

from collections.abc import Iterable

LARGEST_KEY = 2**63 - 1
"""The last that a column of keys holds."""


def is_key(value: int) -> bool:
    """Whether a row could have this key."""
    return 0 < value <= LARGEST_KEY


def keys(values: Iterable[int]) -> set[int]:
    """Those of ``values`` that a row could have."""
    return {value for value in values if is_key(value)}


def keys_of(texts: Iterable[str]) -> list[int]:
    """The keys among texts that came with a form; whatever no row can have is left out."""
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19 and int(text)]
