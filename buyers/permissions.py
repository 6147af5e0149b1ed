"""Who may do what with institutions. Who *sees* one is ``Institution.objects.visible_to``."""

from accounts.acting import Actor
from accounts.models import ROLES_OF_KIND, Organisation, Role
from accounts.permissions import Verdict, Who, judge, require

__all__ = ["ACTS", "Verdict", "may", "require"]

MEMBER = Who("institution", ROLES_OF_KIND[Organisation.Kind.INSTITUTION])
COORDINATOR = Who("expo", (Role.COORDINATOR,))
STAFF = Who("expo", (Role.COORDINATOR, Role.VIEWER))

ACTS: dict[str, tuple[Who, ...]] = {
    # what an institution reads about itself
    "institution.home": (MEMBER,),
    "institution.profile": (MEMBER,),
    # the register: an institution never gives itself roles or limits
    "institution.list": (STAFF,),
    "institution.register": (COORDINATOR,),
    "institution.change": (COORDINATOR,),
    "institution.unit": (COORDINATOR,),
    "institution.site": (COORDINATOR,),
    "institution.officer": (COORDINATOR,),
    "institution.rules": (COORDINATOR,),
}


def may(act: str, actor: Actor) -> Verdict:
    """Whether the actor's organisation and roles permit the act at all."""
    return judge(ACTS[act], actor)
