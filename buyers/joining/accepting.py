"""A coordinator takes an institution in: as a new one in the register, or its person into one that is there."""

from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.joining.deciding import deciding, note_accepted
from accounts.members import find_or_make_person, write_roles
from accounts.models import ROLES_OF_KIND, Membership, Organisation, Role, User
from buyers.models import Institution, InstitutionApplication, Officer
from buyers.permissions import may, require
from buyers.register.registry import InstitutionInput, put_in_register
from procurement.errors import NotFound
from procurement.rows.people import person_key
from procurement.rows.recording import Recorder

ROLES = tuple(
    role
    for role in (Role.REQUESTER, Role.ADMINISTRATOR)
    if role in ROLES_OF_KIND[Organisation.Kind.INSTITUTION]
)
"""What the person of a new institution may do: order, and take care of it."""


def accept_institution(
    *, application_id: int, code: str = "", existing_id: int | None = None, actor: Actor
) -> InstitutionApplication:
    """Register the institution with its code, or add the person to ``existing_id``; the person is invited.

    Added to one that is there, the person may order and nothing more: what else is for that institution to give.
    """
    with deciding(InstitutionApplication, application_id, actor) as (row, recorder):
        if existing_id is None:
            require(may("institution.register", actor))
            institution = put_in_register(_as_input(row, code), actor=actor)
            roles: tuple[str, ...] = ROLES
        else:
            require(may("institution.officer", actor))
            institution = _held(existing_id, actor)
            roles = (Role.REQUESTER,)
        user = find_or_make_person(email=row.email, name=row.person, phone=row.phone, actor=actor)
        _take_in(institution, user, row.post, roles, actor)
        note_accepted(row, recorder, institution.organisation)
        return row


def _held(institution_id: int, actor: Actor) -> Institution:
    row = (
        Institution.objects.visible_to(actor)
        .select_for_update(of=("self", "organisation"), no_key=True)
        .select_related("organisation")
        .filter(pk=institution_id)
        .first()
    )
    if row is None:
        raise NotFound(_("Yang Anda cari tidak ada atau tidak dapat Anda lihat."))
    return row


def _take_in(institution: Institution, user: User, post: str, roles: tuple[str, ...], actor: Actor) -> None:
    """Give the roles beside those that the person has; the post is noted, and signs nothing."""
    held = Membership.objects.filter(user=user, organisation_id=institution.pk, is_active=True)
    wanted = {*held.values_list("role", flat=True), *roles}
    before = write_roles(organisation_id=institution.pk, user=user, roles=wanted, actor=actor)
    officer = Officer.objects.filter(institution=institution, user=user).first()
    if officer is None:
        officer = Officer.objects.create(institution=institution, user=user, post=post, is_active=False)
    if before != sorted(wanted):
        recorder = Recorder(root=institution, actor=actor)
        recorder.record(
            "institution.officer",
            subject=officer,
            changes={
                "officer": person_key(user),
                "post": ["", officer.post],
                "roles": [before, sorted(wanted)],
            },
        )
        recorder.flush()


def _as_input(row: InstitutionApplication, code: str) -> InstitutionInput:
    return InstitutionInput(
        name=row.name,
        kind=row.institution_kind,
        address=row.address,
        city=row.city,
        province=row.province,
        code=code,
        npwp=row.npwp,
        phone=row.phone,
        email=row.email,
    )
