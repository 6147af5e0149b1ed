"""How many applications wait for the coordinators of an organiser, of each kind.

The dashboard asks at each look, and seldom has anybody applied since: the counts are kept, and forgotten when an
application is sent, answered, withdrawn or decided.
"""

from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import CharField, Count, Value

from accounts.acting import Actor
from accounts.joining.application import Application, ApplicationStatus
from accounts.joining.kinds import every

_SECONDS = 300
"""After that they are counted again in any case."""


def waiting_of(organiser_id: int | None) -> dict[str, int]:
    """``{kind: count}``; a kind of which none waits is missing."""
    key = _key(organiser_id)
    counts: dict[str, int] | None = cache.get(key)
    if counts is None:
        counts = _counted(organiser_id or 0)
        cache.set(key, counts, _SECONDS)
    return counts


def next_waiting(actor: Actor, *, first: type[Application]) -> Application | None:
    """The one that has waited longest, of the kind ``first`` before any other kind."""
    for model in sorted(every(), key=lambda one: one is not first):
        rows: Any = model._default_manager
        waits: Application | None = (
            rows.visible_to(actor)
            .filter(status=ApplicationStatus.WAITING)
            .order_by("status_since", "pk")
            .first()
        )
        if waits is not None:
            return waits
    return None


def forget_counts(organiser_id: int) -> None:
    """Part of every verb that changes how many wait: now, and once more when others can see the change."""
    cache.delete(_key(organiser_id))
    transaction.on_commit(lambda: cache.delete(_key(organiser_id)))


def _key(organiser_id: int | None) -> str:
    return f"joining:waiting:{organiser_id}"


def _counted(organiser_id: int) -> dict[str, int]:
    counts = [
        model._default_manager.filter(organiser_id=organiser_id, status=ApplicationStatus.WAITING)
        .order_by()
        .values(of=Value(model.kind, output_field=CharField()))
        .annotate(found=Count("pk"))
        .values_list("of", "found")
        for model in every()
    ]
    if not counts:
        return {}
    first, *others = counts
    return {of: found for of, found in (first.union(*others, all=True) if others else first) if found}
