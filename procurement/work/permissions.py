"""Who looks after the work of the system itself: the outbox is of all organisations at once."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from procurement.errors import NotFound, NotPermitted

if TYPE_CHECKING:
    from accounts.acting import Actor


def may_see_outbox(actor: "Actor") -> bool:
    """A coordinator of the operator, who alone sees what waits or failed for any organisation."""
    return actor.is_operator and actor.kind == "expo" and actor.has_role("coordinator")


def require_outbox(actor: "Actor") -> None:
    """For other organisations the outbox does not exist; its operator's other members may not see or retry it."""
    if not actor.is_operator:
        raise NotFound(_("Halaman ini tidak ada, atau hanya untuk pengelola sistem."))
    if not may_see_outbox(actor):
        raise NotPermitted(_("Hanya koordinator expo yang boleh melihat dan mengulang pekerjaan sistem."))
