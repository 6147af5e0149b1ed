"""Who may act for whom, and the verdicts of every table of permissions.

Each app states its acts as ``{act: (Who, …)}`` in its own ``permissions.py``; :func:`judge` reads such a row. What
several organisers of one installation may know of each other's people (decision 10):

====================================  ===========  ================  ==================  =========
of an institution or MSME             itself       organiser that    another organiser   operator
                                                   it accepted
====================================  ===========  ================  ==================  =========
name, code, kind, district, products  reads        reads             reads               reads
address, tax number, price, capacity  reads        reads, changes    –                   –
members, officers, limits, rules      proposes     reads, changes    –                   –
bank account                          changes      reads, changes    –                   –
orders and their papers               its own      of its editions   of its editions     –
who keeps the register                decides      –                 asks                –
queue of the system, who runs it      –            –                 –                   reads
requests to erase somebody's data     –            –                 –                   decides
====================================  ===========  ================  ==================  =========

The operator is the organiser that runs the installation, and an organiser like every other beside that. It also keeps
the register of organisations without an organiser. The back office (rates, holidays, districts) is for superusers.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.models import ROLES_OF_KIND, Organisation, Role
from procurement.errors import NotPermitted


@dataclass(frozen=True, slots=True)
class Who:
    """Organisations of ``kind`` whose member holds one of ``roles``; ``system`` has no roles.

    ``is_operator``: only of the organiser that runs the installation.
    """

    kind: str
    roles: tuple[str, ...] = ()
    is_operator: bool = False

    def permits(self, actor: Actor) -> bool:
        if actor.kind != self.kind or (self.is_operator and not actor.is_operator):
            return False
        return self.kind == "system" or actor.has_role(*self.roles)


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
        if who.permits(actor):
            return ALLOWED
    if any(who.kind == actor.kind and actor.has_role(*who.roles) for who in permitted):
        return Verdict(False, _("Langkah ini hanya untuk penyelenggara yang mengelola sistem ini."))
    roles = ", ".join(str(Role(role).label) for who in permitted for role in who.roles)
    if not roles:
        return Verdict(False, _("Langkah ini hanya dijalankan oleh sistem."))
    return Verdict(
        False, _("Peran Anda tidak boleh melakukan langkah ini. Yang boleh: %(roles)s.") % {"roles": roles}
    )


MEMBERS_OF_ALL_KINDS = (
    Who("institution", ROLES_OF_KIND[Organisation.Kind.INSTITUTION]),
    Who("msme", (Role.OWNER, Role.HELPER)),
    Who("expo", (Role.COORDINATOR, Role.VIEWER)),
)

GIVEN_WITHIN: dict[str, tuple[Role, ...]] = {
    Organisation.Kind.MSME: (Role.HELPER,),
    Organisation.Kind.INSTITUTION: ROLES_OF_KIND[Organisation.Kind.INSTITUTION],
}
"""The roles that an organisation's own people give and take, by its kind; all others are the organiser's."""

ROLES_OF_AUTHORITY = (Role.APPROVER, Role.TREASURER, Role.ADMINISTRATOR)
"""Of an institution: who signs, who pays, who keeps its register. Its administrator gives and takes none of them
alone; the register of institutions keeps such a change until somebody else confirms it (``buyers.own``)."""

GIVE_ROLES = (
    Who("expo", (Role.COORDINATOR,)),
    Who("msme", (Role.OWNER,)),
    Who("institution", (Role.ADMINISTRATOR,)),
    Who("system"),
)

ACTS: dict[str, tuple[Who, ...]] = {
    "organisation.list": (Who("expo", (Role.COORDINATOR, Role.VIEWER)),),
    "member.list": MEMBERS_OF_ALL_KINDS,
    # A role that decides over money is never given within an organisation by one person: :data:`GIVEN_WITHIN` says
    # which are given there at all, :data:`ROLES_OF_AUTHORITY` which of them take two.
    "member.invite": GIVE_ROLES,
    "member.revoke": GIVE_ROLES,
    "member.roles": GIVE_ROLES,
    "member.end": GIVE_ROLES,
    # Whose register an organiser keeps is for the organisation's own people to say.
    "organiser.list": MEMBERS_OF_ALL_KINDS[:2],
    "organiser.ask": (Who("expo", (Role.COORDINATOR,)),),
    "organiser.accept": (Who("institution", (Role.APPROVER,)), Who("msme", (Role.OWNER,))),
    "organiser.end": (Who("institution", (Role.APPROVER,)), Who("msme", (Role.OWNER,))),
    # Who wants to join tells it to one organiser, and its coordinators decide.
    "joining.set": (Who("expo", (Role.COORDINATOR,)),),
    "application.list": (Who("expo", (Role.COORDINATOR,)),),
    "application.decide": (Who("expo", (Role.COORDINATOR,)),),
    "processing.read": (Who("expo", (Role.COORDINATOR,)),),
    "breach.read": (Who("expo", (Role.COORDINATOR,)),),
    "breach.write": (Who("expo", (Role.COORDINATOR,)),),
    # An account belongs to the whole installation, so whoever runs that decides; never on one's own request.
    "erasure.read": (Who("expo", (Role.COORDINATOR,), is_operator=True),),
    "erasure.decide": (Who("expo", (Role.COORDINATOR,), is_operator=True),),
    # What belongs to no organisation: the queue of the system, and who runs it.
    "system.read": (Who("expo", (Role.COORDINATOR,), is_operator=True), Who("system")),
}
"""Who reads and who changes membership. Which organisations one sees is ``Organisation.objects.visible_to``."""


def may(act: str, actor: Actor) -> Verdict:
    """Whether the actor's organisation and roles permit the act at all."""
    return judge(ACTS[act], actor)


def require(verdict: Verdict) -> None:
    """Raise :class:`NotPermitted` with the reason when the verdict is a no."""
    if not verdict:
        raise NotPermitted(verdict.reason)


def is_expo_staff(actor: Actor | None) -> bool:
    """Whether the person acts for the expo organiser."""
    return actor is not None and actor.kind == Organisation.Kind.EXPO and bool(actor.roles)
