"""An MSME moves to another district: figures by district follow within the same act.

What MSMEs have sold is counted above, where the ledger is; that floor says here how it moves along (:func:`register`).
Every writer of ``Msme.district`` announces what it has written; there are two, the register and its import.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from accounts.acting import Actor
from msmes.models import Msme

Follower = Callable[[Msme, Actor, datetime], None]

_followers: list[Follower] = []


def register(follower: Follower) -> None:
    """Let ``follower(msme, actor, moment)`` move what is counted by district; called once, when the app is loaded."""
    if follower not in _followers:
        _followers.append(follower)


def announce(moved: Iterable[Msme], *, actor: Actor, at: datetime) -> None:
    """Say that the district of these MSMEs is another one now. The caller holds their rows and has written them.

    They are held harder here than for any other correction: an act that refers to the MSME, as the legs of the
    ledger do, is waited for and then waits, so that nothing is counted in the old district behind our back.
    """
    moved = sorted(moved, key=lambda row: row.pk)
    held = Msme.objects.filter(pk__in=[msme.pk for msme in moved]).order_by("pk")
    list(held.select_for_update(of=("self",)).values_list("pk", flat=True))
    for msme in moved:
        for follower in _followers:
            follower(msme, actor, at)
