"""Institutions and MSMEs that applied and wait for the coordinator, as the dashboard shows them."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.acting import Actor
from accounts.joining.kinds import every
from accounts.joining.waiting import waiting_of
from accounts.models import Organisation, Role
from expo.figures.desk import Queue
from expo.models import Edition

_LABELS = {
    Organisation.Kind.INSTITUTION.value: _("Pendaftaran instansi menunggu"),
    Organisation.Kind.MSME.value: _("Pendaftaran UMKM menunggu"),
}


def waiting_applications(actor: Actor, edition: Edition) -> list[Queue]:
    """A pile for each kind of which some wait. They are of the organiser, so the same in each of its editions."""
    if not actor.has_role(Role.COORDINATOR):
        return []
    counts = waiting_of(actor.organisation_id)
    return [
        Queue(
            _LABELS[model.kind],
            counts[model.kind],
            f"{reverse(f'{model.space}:applications')}?keadaan=waiting",
            "user-cog",
            True,
        )
        for model in every()
        if counts.get(model.kind)
    ]
