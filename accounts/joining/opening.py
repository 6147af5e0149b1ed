"""Whether an organiser takes applications: the only writer of :class:`JoiningSetting`."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.models import JoiningSetting, Organisation
from accounts.permissions import may, require
from procurement.errors import NotFound
from procurement.input.opened import Unchanged, anything
from procurement.rows.recording import Recorder, differences


def setting_of(organiser_id: int | None) -> JoiningSetting:
    """What the organiser chose; closed for both kinds before it chose anything."""
    row = JoiningSetting.objects.filter(organiser_id=organiser_id or 0).first()
    return row or JoiningSetting(organiser_id=organiser_id or 0)


def set_joining(
    *, takes_institutions: bool, takes_msmes: bool, actor: Actor, unchanged: Unchanged = anything
) -> JoiningSetting:
    """Open or close the public pages of the actor's organiser. Who has applied already is decided on all the same."""
    with transaction.atomic(durable=True):
        organiser = (
            Organisation.objects.visible_to(actor)
            .select_for_update()
            .filter(pk=actor.organisation_id or 0, kind=Organisation.Kind.EXPO)
            .first()
        )
        if organiser is None:
            raise NotFound(_("Halaman ini tidak ada, atau hanya untuk penyelenggara expo."))
        require(may("joining.set", actor))
        unchanged()
        row = setting_of(organiser.pk)
        said = {"takes_institutions": takes_institutions, "takes_msmes": takes_msmes}
        changes = differences({name: getattr(row, name) for name in said}, said)
        for name, value in said.items():
            setattr(row, name, value)
        row.save()
        if changes:
            recorder = Recorder(root=organiser, actor=actor)
            recorder.record("joining.set", changes=changes)
            recorder.flush()
        return row
