"""Who may do what with documents. Who *sees* one is ``Document.objects.visible_to``."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.models import Organisation, Role
from procurement.errors import NotPermitted

if TYPE_CHECKING:
    from documents.models import Document


def may_retry(actor: Actor, document: "Document") -> tuple[bool, str]:
    """Whether the actor may have a failed document made again, and the reason when not."""
    if (
        actor.kind == Organisation.Kind.EXPO
        and document.overseer_id == actor.organisation_id
        and actor.has_role(Role.COORDINATOR)
    ):
        return True, ""
    return False, _(
        "Hanya koordinator expo yang dapat meminta dokumen dibuat ulang. Hubungi penyelenggara expo."
    )


def require_retry(*, actor: Actor, document: "Document") -> None:
    """Raise ``NotPermitted`` with the reason."""
    allowed, reason = may_retry(actor, document)
    if not allowed:
        raise NotPermitted(reason)
