"""An MSME that is registered in another district: whoever counts by district is told, within the same act.

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
    """Say that the district of these MSMEs is another one now. The caller holds their rows and has written them."""
    for msme in sorted(moved, key=lambda row: row.pk):
        for follower in _followers:
            follower(msme, actor, at)
