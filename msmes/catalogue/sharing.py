"""Categories are shared by all organisers of an installation; what others use as well is the operator's to change."""

from django.db.models import Q
from django.utils.translation import ngettext

from accounts.acting import Actor
from accounts.models import Acceptance
from msmes.models import Category, Offer
from procurement.errors import NotPermitted


def require_unshared(category: Category, actor: Actor) -> None:
    """Raise :class:`NotPermitted` when MSMEs that another organiser takes care of make goods of the category.

    Its steps are those in which they report. The operator, who answers for what is shared, may change it.
    """
    if actor.is_system or actor.is_operator:
        return
    accepted = Acceptance.objects.filter(status=Acceptance.Status.ACCEPTED).order_by()
    mine = accepted.filter(organiser_id=actor.organisation_id).values("organisation_id")
    others = accepted.exclude(organiser_id=actor.organisation_id).values("organisation_id")
    # Those that accepted nobody are in the care of the operator.
    offers = Offer.objects.filter(
        Q(msme__in=others) | ~Q(msme__in=mine), product__category=category, is_active=True
    )
    count = offers.values("msme").distinct().count()
    if count:
        raise NotPermitted(
            ngettext(
                "Kategori ini dipakai juga oleh %(count)d UMKM penyelenggara lain. Mintalah perubahannya kepada "
                "pengelola sistem.",
                "Kategori ini dipakai juga oleh %(count)d UMKM penyelenggara lain. Mintalah perubahannya kepada "
                "pengelola sistem.",
                count,
            )
            % {"count": count}
        )
