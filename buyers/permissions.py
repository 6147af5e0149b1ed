"""Who may do what with institutions. Who *sees* one is ``Institution.objects.visible_to``.

An institution keeps its own register through its administrators, as does the organiser in whose care it is. What
touches money or authority an administrator proposes, and somebody else confirms (:mod:`buyers.own`).
"""

from accounts.acting import Actor
from accounts.models import ROLES_OF_KIND, Organisation, Role
from accounts.permissions import Verdict, Who, judge, require

__all__ = ["ACTS", "Verdict", "is_own_administrator", "may", "require"]

MEMBER = Who("institution", ROLES_OF_KIND[Organisation.Kind.INSTITUTION])
ADMINISTRATOR = Who("institution", (Role.ADMINISTRATOR,))
COORDINATOR = Who("expo", (Role.COORDINATOR,))
STAFF = Who("expo", (Role.COORDINATOR, Role.VIEWER))

ACTS: dict[str, tuple[Who, ...]] = {
    # what an institution reads about itself
    "institution.home": (MEMBER,),
    "institution.profile": (MEMBER,),
    "institution.own": (ADMINISTRATOR,),
    # the register
    "institution.list": (STAFF,),
    "institution.register": (COORDINATOR,),
    "institution.change": (COORDINATOR, ADMINISTRATOR),
    "institution.unit": (COORDINATOR, ADMINISTRATOR),
    "institution.site": (COORDINATOR, ADMINISTRATOR),
    "institution.officer": (COORDINATOR, ADMINISTRATOR),
    "institution.rules": (COORDINATOR, ADMINISTRATOR),
    "institution.terms": (COORDINATOR, ADMINISTRATOR),
    "institution.letterhead": (COORDINATOR, ADMINISTRATOR),
    "institution.dry_run": (STAFF, ADMINISTRATOR),
    # what an administrator may not decide alone
    "proposal.make": (ADMINISTRATOR,),
    "proposal.read": (STAFF, ADMINISTRATOR),
    "proposal.confirm": (COORDINATOR, ADMINISTRATOR),
    "proposal.refuse": (COORDINATOR, ADMINISTRATOR),
    "proposal.withdraw": (ADMINISTRATOR,),
}


def may(act: str, actor: Actor) -> Verdict:
    """Whether the actor's organisation and roles permit the act at all."""
    return judge(ACTS[act], actor)


def is_own_administrator(actor: Actor) -> bool:
    """Whether the actor keeps the register of their own institution, and needs a second person for some of it."""
    return ADMINISTRATOR.permits(actor)
