"""The head of an organiser's letters: on quotations, on reports, and shown where it is changed."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from documents.issuing.contents import Letterhead
from expo.models import Organiser
from procurement.errors import NotFound


def letterhead_of(organiser: Organiser) -> Letterhead:
    """The head with what is stored now; what is empty is not printed."""
    return Letterhead(
        over=organiser.parent_name,
        name=organiser.organisation.name,
        lines=tuple(line for line in (organiser.address, organiser.phone, organiser.email) if line),
        city=organiser.city,
        logo=organiser.logo_id or "",
    )


def logo_answer(organiser: Organiser | None) -> HttpResponse:
    """The logo, for pages. Raises :class:`NotFound` without one."""
    if organiser is None or organiser.logo is None:
        raise NotFound(_("Penyelenggara ini belum mempunyai logo."))
    response = HttpResponse(bytes(organiser.logo.png), content_type="image/png")
    response["X-Content-Type-Options"] = "nosniff"
    return response
