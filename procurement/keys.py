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
