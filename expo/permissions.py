"""Who may do what in ``expo``."""

from accounts.acting import Actor
from accounts.models import Role
from accounts.permissions import Verdict, Who, judge, require

__all__ = ["ACTS", "Verdict", "may", "require"]

ACTS: dict[str, tuple[Role, ...]] = {
    "pledge.announce": (Role.COORDINATOR,),
    "pledge.change": (Role.COORDINATOR,),
    "pledge.end": (Role.COORDINATOR,),
    "channel.record": (Role.COORDINATOR,),
    "edition.open": (Role.COORDINATOR,),
    "edition.change": (Role.COORDINATOR,),
    "edition.close": (Role.COORDINATOR,),
    "snapshot.save": (Role.COORDINATOR,),
    "report.make": (Role.COORDINATOR,),
    "report.schedule": (Role.COORDINATOR,),
    "office.change": (Role.COORDINATOR,),
    "setup.start": (),
    "setup.go_on": (Role.COORDINATOR,),
    "setup.try": (Role.COORDINATOR,),
    "figures.read": (Role.COORDINATOR, Role.VIEWER),
}
"""Every act of expo staff and the roles that may do it; nobody else does any of them."""

BY_SYSTEM = ("office.change", "setup.start")
"""What is also done before anybody can sign in, by whoever holds the address of a set-up (``expo/begin/keys.py``)."""


def may(act: str, actor: Actor) -> Verdict:
    """Whether the actor is expo staff with a role for this act."""
    staff = Who("expo", ACTS[act])
    return judge((staff, Who("system")) if act in BY_SYSTEM else (staff,), actor)
