"""The page that shows a changed row, for the person who asks.

The ground floor knows streams (``order:5``) and no pages; the apps above register theirs when they are ready.
"""

from collections.abc import Callable
from typing import Any

Resolver = Callable[[int, Any], str]
"""From the key of a row and the actor to an address; empty when this actor has no page of it."""

_RESOLVERS: dict[str, Resolver] = {}


def register(kind: str, resolver: Resolver) -> None:
    """Say where rows of this kind, the first part of a stream, are shown."""
    _RESOLVERS[kind] = resolver


def address_of(stream: str, actor: Any) -> str:
    """The page of what a stream tells of, or the home page."""
    kind, _colon, key = stream.partition(":")
    resolver = _RESOLVERS.get(kind)
    return (resolver(int(key), actor) if resolver is not None and key.isdigit() else "") or "/"
