"""Which edition a page speaks of: ``?penyelenggaraan=`` in the address, else the latest."""

from django.utils.translation import gettext as _

from accounts.acting import Actor
from expo.models import Edition
from procurement.errors import NotFound
from procurement.web.request import Request

KEY = "penyelenggaraan"


def editions_of(actor: Actor) -> list[Edition]:
    """The editions that the actor may see, the latest first."""
    return list(Edition.objects.visible_to(actor).order_by("-starts_on", "-pk"))


def chosen_edition(request: Request, editions: list[Edition]) -> Edition | None:
    """The edition of the address; the latest without one; None when there is none at all.

    Raises :class:`NotFound` for an edition that does not exist or belongs to another organiser.
    """
    wanted = request.GET.get(KEY, "")
    if not wanted:
        return editions[0] if editions else None
    for edition in editions:
        if str(edition.pk) == wanted:
            return edition
    raise NotFound(_("Penyelenggaraan itu tidak ada."))
