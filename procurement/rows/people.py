"""People in the data of events: written as a key, read as the name that they have now.

An event is never changed, so a name in it could never be forgotten (UU 27/2022 Art. 8, decision 18). Verbs write
:func:`person_key`; pages read it through the tables that tell history.
"""

import re
from collections.abc import Callable, Collection, Iterator
from typing import Any, Protocol

from django.contrib.auth import get_user_model

_KEY = re.compile(r"user:(\d{1,18})")


class Keyed(Protocol):
    """What is needed of ``accounts.User``, which this floor does not know."""

    pk: Any


def person_key(somebody: Keyed | None) -> str:
    """How the data of an event says who somebody is: like the subject of an event."""
    return f"user:{somebody.pk}" if somebody is not None else ""


def named(told: Collection[dict[str, Any]], names: Collection[str]) -> list[dict[str, Any]]:
    """The changes of several events with the people in them by name; one query, and none where nobody is named."""
    keys = {
        int(found[1])
        for changes in told
        for name in names
        for leaf in _leaves(changes.get(name))
        if (found := _KEY.fullmatch(leaf))
    }
    people = get_user_model()._default_manager.in_bulk(keys) if keys else {}

    def name_of(leaf: str) -> str:
        found = _KEY.fullmatch(leaf)
        return str(people.get(int(found[1]), leaf)) if found else leaf

    return [
        {name: mapped(value, name_of) if name in names else value for name, value in changes.items()}
        if people
        else changes
        for changes in told
    ]


def mapped(value: Any, change: Callable[[str], str]) -> Any:
    """The same data with every text changed; keys stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: mapped(inner, change) for key, inner in value.items()}
    if isinstance(value, list):
        return [mapped(inner, change) for inner in value]
    return value


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _leaves(inner)
