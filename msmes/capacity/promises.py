"""Promises of an MSME: pieces that an order still needs, and until when.

Which promises are open is known above, where orders are, so that floor says here how to find out (:func:`register`).
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Pieces that one allocation needs until ``ready_on``; ``label`` is what people call the order."""

    allocation_id: int
    msme_id: int
    product_id: int
    quantity: int
    ready_on: date
    label: str
    sealed_until: datetime | None = None


Promised = Callable[[int, Collection[int]], Sequence[Need]]

_promised: list[Promised] = []


def register(promised: Promised) -> None:
    """Let ``promised(msme id, allocation ids)`` say what it still has to make; called once, when the app is loaded.

    Besides all promises that are open it speaks of these allocations, with 0 pieces where nothing is open.
    """
    if promised not in _promised:
        _promised.append(promised)


def open_promises(msme_id: int, holders: Collection[int]) -> list[Need]:
    """What an MSME still has to make for every promise that is open, and for these allocations."""
    return [need for promised in _promised for need in promised(msme_id, holders)]
