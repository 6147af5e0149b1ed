"""Who may act for whom, and what every table of acts answers with.

Each app states its acts as ``{act: (Who, …)}`` in its own ``permissions.py``; :func:`judge` reads such a row.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.models import Organisation, Role, User
from procurement.errors import NotPermitted


@dataclass(frozen=True, slots=True)
class Who:
    """Organisations of ``kind`` whose member holds one of ``roles``; ``system`` has no roles."""

    kind: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an act is permitted, and if not, why."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Verdict(True)


def judge(permitted: Iterable[Who], actor: Actor) -> Verdict:
    """Whether the actor is one of the permitted; otherwise the reason names the roles that are."""
    permitted = tuple(permitted)
    for who in permitted:
        if actor.kind == who.kind and (who.kind == "system" or actor.has_role(*who.roles)):
            return ALLOWED
    roles = ", ".join(str(Role(role).label) for who in permitted for role in who.roles)
    if not roles:
        return Verdict(False, _("Langkah ini hanya dijalankan oleh sistem."))
    return Verdict(
        False, _("Peran Anda tidak boleh melakukan langkah ini. Yang boleh: %(roles)s.") % {"roles": roles}
    )


MEMBERS_OF_ALL_KINDS = (
    Who("institution", (Role.REQUESTER, Role.APPROVER, Role.RECEIVER, Role.TREASURER)),
    Who("msme", (Role.OWNER,)),
    Who("expo", (Role.COORDINATOR, Role.VIEWER)),
)

ACTS: dict[str, tuple[Who, ...]] = {
    "organisation.list": (Who("expo", (Role.COORDINATOR, Role.VIEWER)),),
    "member.list": MEMBERS_OF_ALL_KINDS,
    # A role decides over public money: an organisation never gives one to itself.
    "member.invite": (Who("expo", (Role.COORDINATOR,)), Who("system")),
    "member.roles": (Who("expo", (Role.COORDINATOR,)), Who("system")),
    "member.end": (Who("expo", (Role.COORDINATOR,)), Who("system")),
}
"""Who reads and who changes membership. Which organisations one sees is ``Organisation.objects.visible_to``."""


def may(act: str, actor: Actor) -> Verdict:
    """Whether the actor's organisation and roles permit the act at all."""
    return judge(ACTS[act], actor)


def require(verdict: Verdict) -> None:
    """Raise :class:`NotPermitted` with the reason when the verdict is a no."""
    if not verdict:
        raise NotPermitted(verdict.reason)


def may_act_for(user: User, organisation: Organisation) -> bool:
    """A person acts for an organisation in which they hold an active role; being a superuser gives none."""
    return (
        user.is_active
        and organisation.is_active
        and user.memberships.filter(organisation=organisation, is_active=True).exists()
    )


def is_expo_staff(actor: Actor | None) -> bool:
    """Whether the person acts for the expo organiser."""
    return actor is not None and actor.kind == Organisation.Kind.EXPO and bool(actor.roles)
