"""Marks numbers that were given out twice before a constraint refused it; used by a migration.

What was printed stays as it was printed. The first paper keeps its number; in lists each later one is told apart by a
mark behind it, and its next revision prints that mark.
"""

from collections.abc import Iterable

IssuedRow = tuple[int, int, str]
"""Key, issuer and number of a row."""


def marked(rows: Iterable[IssuedRow], *, limit: int) -> dict[int, str]:
    """The new number of each row whose number the same issuer gave out before: ``001/SP/… (2)``."""
    rows = sorted(rows)
    taken = {(issuer, number) for _key, issuer, number in rows}
    seen: set[tuple[int, str]] = set()
    changed: dict[int, str] = {}
    for key, issuer, number in rows:
        if (issuer, number) not in seen:
            seen.add((issuer, number))
            continue
        place = 2
        while (issuer, with_mark(number, place, limit)) in taken:
            place += 1
        changed[key] = with_mark(number, place, limit)
        taken.add((issuer, changed[key]))
    return changed


def with_mark(number: str, place: int, limit: int) -> str:
    """The number with its mark, not longer than ``limit``."""
    mark = f" ({place})"
    return number[: limit - len(mark)] + mark
