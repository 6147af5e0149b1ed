"""Who may do what with documents. Who *sees* one is ``Document.objects.visible_to``."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.models import Organisation, Role
from procurement.errors import NotFound, NotPermitted

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


def may_retry_many(actor: Actor) -> bool:
    """Whether the actor is a coordinator of an expo, who sees the page of failed papers."""
    return actor.kind == Organisation.Kind.EXPO and actor.has_role(Role.COORDINATOR)


def require_retry_many(*, actor: Actor) -> None:
    """For the page of failed papers: the coordinators of an expo, each for the papers that it oversees."""
    if actor.kind != Organisation.Kind.EXPO or not actor.roles:
        raise NotFound(_("Halaman ini tidak ada, atau hanya untuk penyelenggara expo."))
    if not actor.has_role(Role.COORDINATOR):
        raise NotPermitted(
            _("Hanya koordinator expo yang dapat meminta dokumen dibuat ulang. Hubungi penyelenggara expo.")
        )
