"""Who may do what with MSMEs, their offers and the catalogue. Who *sees* an MSME is ``Msme.objects.visible_to``."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.models import Role
from accounts.permissions import Verdict, Who, judge, require

if TYPE_CHECKING:
    from msmes.models import Category, Product

__all__ = ["ACTS", "Verdict", "may", "may_change_category", "may_change_product", "require"]

OWNER = Who("msme", (Role.OWNER,))
COORDINATOR = Who("expo", (Role.COORDINATOR,))
STAFF = Who("expo", (Role.COORDINATOR, Role.VIEWER))
BUYERS = Who(
    "institution", (Role.REQUESTER, Role.APPROVER, Role.RECEIVER, Role.TREASURER, Role.ADMINISTRATOR)
)
SYSTEM = Who("system")

ACTS: dict[str, tuple[Who, ...]] = {
    # the register: identity is checked by staff, how to reach and pay an MSME is its own business
    "msme.list": (STAFF,),
    "msme.register": (COORDINATOR,),
    "msme.change": (COORDINATOR,),
    "msme.add_owner": (COORDINATOR,),
    "region.choose": (COORDINATOR,),
    "msme.profile": (OWNER,),
    "msme.change_contact": (OWNER,),
    # where an MSME is paid: staff write another account down by correcting the register, which holds like every change
    "bank.read": (OWNER,),
    "bank.change": (OWNER,),
    "bank.cancel": (OWNER, COORDINATOR),
    "bank.stop": (SYSTEM,),
    "bank.apply": (SYSTEM,),
    # what an MSME offers; staff write it down from a list that MSMEs hand in
    "offer.list": (OWNER,),
    "offer.set": (OWNER, COORDINATOR),
    "offer.stop": (OWNER, COORDINATOR),
    # its papers
    "certificate.list": (OWNER,),
    "certificate.set": (OWNER,),
    # weekly capacity
    "capacity.declare": (OWNER, COORDINATOR),
    # how much all of them can make by a day; no MSME learns what its rivals can
    "capacity.available": (BUYERS, STAFF),
    # the catalogue
    "catalogue.list": (STAFF,),
    "catalogue.add": (COORDINATOR,),
    "catalogue.change": (COORDINATOR,),
}


def may(act: str, actor: Actor) -> Verdict:
    """Whether the actor's organisation and roles permit the act at all."""
    return judge(ACTS[act], actor)


def may_change_product(actor: Actor, product: "Product") -> Verdict:
    """The catalogue is shared: a product is changed by the organiser that put it in, and by the operator."""
    return _of_keeper(
        actor,
        product,
        _("Produk ini dikelola penyelenggara lain. Mintalah perubahannya kepada pengelola sistem."),
    )


def may_change_category(actor: Actor, category: "Category") -> Verdict:
    """The same of a category: its steps are those of every MSME that makes such goods."""
    return _of_keeper(
        actor,
        category,
        _("Kategori ini dikelola penyelenggara lain. Mintalah perubahannya kepada pengelola sistem."),
    )


def _of_keeper(actor: Actor, row: "Product | Category", sentence: str) -> Verdict:
    verdict = may("catalogue.change", actor)
    if not verdict or actor.is_operator or row.keeper_id == actor.organisation_id:
        return verdict
    return Verdict(False, sentence)
