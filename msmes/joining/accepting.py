"""A coordinator takes an MSME in: as a new one in the register, or its owner into one that is there."""

from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.joining.deciding import deciding, note_accepted
from accounts.models import Membership, Role
from msmes.models import Msme, MsmeApplication
from msmes.permissions import may, require
from msmes.register.registry import Contact, Identity, put_in_register, put_owner
from procurement.errors import NotFound


def accept_msme(
    *,
    application_id: int,
    code: str = "",
    district_id: int = 0,
    regency: str = "",
    size: str = "",
    existing_id: int | None = None,
    actor: Actor,
) -> MsmeApplication:
    """Register the MSME, or add the owner to ``existing_id``; an owner with an e-mail address is invited.

    One without answers by the personal links that are sent to the phone, as every MSME without an account does.
    """
    with deciding(MsmeApplication, application_id, actor) as (row, recorder):
        if existing_id is None:
            require(may("msme.register", actor))
            msme = put_in_register(
                Identity(
                    name=row.name,
                    code=code,
                    size=size or Msme.Class.MICRO,
                    district_id=district_id,
                    regency=regency,
                    owner_name=row.person,
                    nib=row.nib,
                    npwp=row.npwp,
                ),
                Contact(address=row.address, phone=row.phone),
                actor=actor,
            )
        else:
            msme = _held(existing_id, actor)
        if row.email:
            require(may("msme.add_owner", actor))
            owners = Membership.objects.filter(
                organisation_id=msme.pk, role=Role.OWNER, is_active=True, user__email__iexact=row.email
            )
            if not owners.exists():
                put_owner(msme, email=row.email, name=row.person, phone=row.phone, actor=actor)
        note_accepted(row, recorder, msme.organisation)
        return row


def _held(msme_id: int, actor: Actor) -> Msme:
    row = (
        Msme.objects.visible_to(actor)
        .select_for_update(of=("self", "organisation"), no_key=True)
        .select_related("organisation")
        .filter(pk=msme_id)
        .first()
    )
    if row is None:
        raise NotFound(_("UMKM itu tidak ada."))
    return row
