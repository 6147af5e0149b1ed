"""A link to a row that another of the person's organisations may see.

Whoever acts for one organisation and opens a link of another one finds nothing there. Before that is said, the
organisations that the same person may act for are asked, and only those: the page names them and offers to switch. The
apps above know their rows, so each registers what the numbers in its addresses mean.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model

from accounts.acting import Actor, actor_for
from accounts.models import Organisation
from procurement.input.keys import LARGEST_KEY
from procurement.web.request import Request

Seen = Callable[[Any, Actor, frozenset[str]], bool]
"""From the value in an address, somebody, and the kinds of organisation that the page says it is for (none where it
does not say), to whether this row is theirs to see."""

_SEEN: dict[str, Seen] = {}
_KINDS = "kinds"


def register(name: str, seen: Seen) -> None:
    """Say who sees the row that addresses call ``name``; called once, when the app is loaded.

    Raises :class:`ValueError` for a name that stands for another row already: one of the two would be forgotten.
    """
    if name in _SEEN:
        raise ValueError(f"addresses call two kinds of row {name}")
    _SEEN[name] = seen


def register_rows(name: str, model: type[Model], path: str = "") -> None:
    """The same for a model whose manager knows ``visible_to``, or for rows that lead to it by ``path``."""

    def seen(key: Any, actor: Actor, _kinds: frozenset[str]) -> bool:
        rows: Any = model._default_manager
        if not path:
            return bool(rows.visible_to(actor).filter(pk=key).exists())
        field: Any = model._meta.get_field(path)
        owners = field.related_model._default_manager.visible_to(actor)
        return bool(rows.filter(pk=key, **{f"{path}__in": owners}).exists())

    register(name, seen)


def meant_for(view: Callable[..., Any], kinds: Iterable[str]) -> None:
    """Note on a view, and on whatever wraps it, for which kinds of organisation it is."""
    vars(view)[_KINDS] = frozenset(kinds)


def others_who_see(request: Request) -> list[Organisation]:
    """Which others of the person's organisations see everything that the address names; none where it names nothing."""
    match, actor = request.resolver_match, request.actor
    if match is None or actor is None or actor.user is None:
        return []
    named = {name: value for name, value in match.kwargs.items() if name in _SEEN}
    if not named or any(isinstance(value, int) and value > LARGEST_KEY for value in named.values()):
        return []
    kinds: frozenset[str] = getattr(match.func, _KINDS, frozenset())
    found = []
    for organisation in request.organisations:
        if organisation.pk == actor.organisation_id or (kinds and organisation.kind not in kinds):
            continue
        other = actor_for(user=actor.user, organisation=organisation)
        if all(_SEEN[name](value, other, kinds) for name, value in named.items()):
            found.append(organisation)
    return found
