"""Who may do what in ``expo``."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.models import Role
from procurement.errors import NotPermitted

ACTS: dict[str, tuple[Role, ...]] = {
    "pledge.announce": (Role.COORDINATOR,),
    "pledge.end": (Role.COORDINATOR,),
    "channel.record": (Role.COORDINATOR,),
    "figures.read": (Role.COORDINATOR, Role.VIEWER),
}
"""Every act of expo staff and the roles that may do it; nobody else does any of them."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an act is permitted, and if not, why."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


def may(act: str, actor: Actor) -> Verdict:
    """Whether the actor is expo staff with a role for this act."""
    if actor.kind == "expo" and actor.has_role(*ACTS[act]):
        return Verdict(True)
    roles = ", ".join(str(role.label) for role in ACTS[act])
    return Verdict(
        False, _("Peran Anda tidak boleh melakukan langkah ini. Yang boleh: %(roles)s.") % {"roles": roles}
    )


def require(verdict: Verdict) -> None:
    """Raise :class:`NotPermitted` with the reason when the verdict is a no."""
    if not verdict:
        raise NotPermitted(verdict.reason)
