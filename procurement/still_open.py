"""What is still open of a row that somebody is about to end or switch off, and what will happen to it.

The apps above know (orders of an MSME, a product, an edition, a member), those below end it; so the apps above register
here, and the page that ends something shows the sentences first; those that must not be left behind stop it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from procurement.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Open:
    """One thing that is open. ``stops``: it must be brought to its end first."""

    sentence: str
    stops: bool = False


Asked = Callable[..., list[Open]]

_ASKED: dict[str, Asked] = {}
_TELLING: dict[str, Callable[..., None]] = {}


def register(kind: str, asked: Asked) -> None:
    """Say what is open of rows of this kind; called once, when the app is loaded."""
    _ASKED[kind] = asked


def open_of(kind: str, *keys: Any, actor: Any) -> list[Open]:
    """What is open of a row, what stops first. What the actor may not see is counted and not named."""
    asked = _ASKED.get(kind)
    return sorted(asked(*keys, actor=actor), key=lambda one: not one.stops) if asked else []


def sentences_of(kind: str, *keys: Any, actor: Any) -> list[str]:
    """The same as sentences for a page that asks before it ends something."""
    return [one.sentence for one in open_of(kind, *keys, actor=actor)]


def unless_stopped(kind: str, *keys: Any, actor: Any) -> list[str]:
    """What is left open, to be asked once; nothing where something stops it, so that the verb refuses at once."""
    found = open_of(kind, *keys, actor=actor)
    return [] if any(one.stops for one in found) else [one.sentence for one in found]


def require_ended(kind: str, *keys: Any, actor: Any, field: str = "") -> None:
    """Raise :class:`InvalidInput` with what must be brought to its end first."""
    if stopping := [one.sentence for one in open_of(kind, *keys, actor=actor) if one.stops]:
        raise InvalidInput(" ".join(stopping), field=field)


def register_telling(kind: str, tell: Callable[..., None]) -> None:
    """Say who is told when a row of this kind goes although something waits for it; called once."""
    _TELLING[kind] = tell


def tell_left(kind: str, *keys: Any, recorder: Any) -> None:
    """Tell those whose matters wait, in the transaction that ends the row; called before it is written."""
    if kind in _TELLING:
        _TELLING[kind](*keys, recorder=recorder)
