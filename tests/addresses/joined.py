"""Who joined an expo or wants to: applicants, an organiser that asks to keep a register, a proposal."""

import io
from typing import Any

from accounts.acting import actor_for
from accounts.inviting.inviting import invite_member
from accounts.inviting.tokens import token_of
from accounts.joining import applying, codes, tokens
from accounts.models import JoiningSetting, Membership, Organisation, Role
from accounts.organisers import ask_organisation
from buyers.joining.letters import keep_letter
from buyers.models import Institution, InstitutionApplication
from buyers.own.proposing import propose_terms
from buyers.register.registry import InstitutionInput, TermsInput, register_institution
from documents.issuing.logos import keep_logo
from msmes.joining.photos import keep_photo
from msmes.models import MsmeApplication
from tests.addresses.people import Side, canary
from tests.factories import make_user
from tests.joining import LETTER, photo


def applicants_of(side: Side) -> None:
    """An institution and an MSME that applied to this organiser; nobody else may read what they sent."""
    organiser = side.organiser.organisation
    JoiningSetting.objects.create(organiser=organiser, takes_institutions=True, takes_msmes=True)
    said = canary(side.mark, "Pendaftar")
    beginnings: dict[type[Any], dict[str, Any]] = {
        InstitutionApplication: {"name": f"Instansi {said}", "email": f"{side.mark.lower()}@baru.example"},
        MsmeApplication: {
            "name": f"Usaha {said}",
            "person": f"Pemilik {said}",
            "phone": f"08990{len(said):05d}",
        },
    }
    for model, values in beginnings.items():
        row = applying.begin_application(
            model=model, organiser_id=organiser.pk, has_consented=True, values=values
        )
        token = tokens.token_of(row)
        applying.prove_address(model=model, token=token, code=codes.CODES.of(row))
        if model is MsmeApplication:
            keep_photo(token=token, name="photo_1", upload=io.BytesIO(photo()), size=1)
            details = {"district_name": f"Kota {said}", "address": f"Jalan {said}", "makes": said}
        else:
            keep_letter(token=token, name="letter", upload=io.BytesIO(LETTER), size=1)
            details = {
                "institution_kind": "private",
                "address": f"Jalan {said}",
                "city": f"Kota {said}",
                "province": "Jawa Timur",
                "person": f"Orang {said}",
                "post": f"Kepala {said}",
            }
        applying.send_application(model=model, token=token, values=details)
        side.rows |= {f"{row.kind}_application": row.pk, f"{row.kind}_token": token}
    side.rows["first_photo"] = 1


def organiser_that_asks(side: Side) -> None:
    """A third organiser: it keeps an institution of its own, and asks everybody of this side to accept it."""
    asking = Organisation.objects.create(
        kind="expo", name=f"Penyelenggara lain {side.mark}", code=f"{side.mark}-L"
    )
    coordinator = make_user(f"lain.{side.mark}@contoh.id".lower(), "Koordinator lain")
    Membership.objects.create(user=coordinator, organisation=asking, role="coordinator")
    actor = actor_for(user=coordinator, organisation=asking)
    for organisation in (side.world.institution.organisation, side.world.msmes[0].organisation):
        ask_organisation(organisation_id=organisation.pk, actor=actor)
    said = InstitutionInput(
        name=f"Instansi lain {side.mark}",
        kind=Institution.Kind.PRIVATE,
        code=f"{side.mark}-I",
        address="Jalan",
        city="Kota",
        province="Jawa Timur",
    )
    stranger = register_institution(institution=said, actor=actor)
    side.rows |= {"asking": asking.pk, "stranger": stranger.pk}


def invitations_of(side: Side) -> None:
    """Somebody who has not answered yet, invited into an institution and into an MSME."""
    staff, said = side.world.actor("coordinator"), side.text("DataInstansi", "Diundang")
    email = f"diundang.{side.mark}@contoh.id".lower()
    for name, organisation_id, role in (
        ("invitation", side.world.institution.pk, Role.RECEIVER),
        ("msme_invitation", side.world.msmes[0].pk, Role.HELPER),
    ):
        row = invite_member(
            email=email,
            name=said if name == "invitation" else side.text("DataUsaha0", "Diundang"),
            organisation_id=organisation_id,
            roles=[role],
            actor=staff,
        )
        side.rows[name] = row.pk
        if name == "invitation":
            side.rows["invitation_token"] = token_of(row)


def proposal_of(side: Side) -> int:
    """Another administrator proposed it, so that the one who walks may decide."""
    institution = side.world.institution
    user = make_user(
        f"admin2.{side.mark}@contoh.id".lower(), side.text("DataInstansi", "Administrator kedua")
    )
    Membership.objects.create(user=user, organisation=institution.organisation, role=Role.ADMINISTRATOR)
    Institution.objects.filter(pk=institution.pk).update(logo=keep_logo(side.mark.encode()))
    said = side.text("DataInstansi", "Diusulkan")
    return propose_terms(
        institution_id=institution.pk,
        terms=TermsInput(npwp="", payment_terms=said, late_fine=said),
        actor=actor_for(user=user, organisation=institution.organisation),
    ).pk
