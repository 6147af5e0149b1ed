"""The organiser itself: its name and code, its office, and its logo. Changed here, and in the back office."""

import re
from dataclasses import dataclass, fields

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.members import checked_email
from accounts.models import Organisation
from documents.issuing.logos import keep_logo
from documents.models import Document
from expo.models import Organiser, Setup
from expo.permissions import may, require
from procurement.errors import InvalidInput, NotFound, WrongState
from procurement.input.letters import kept
from procurement.input.opened import Unchanged, anything
from procurement.rows.recording import Recorder, differences

_CODE = re.compile(r"[A-Z0-9]([A-Z0-9.-]{0,22}[A-Z0-9])?")
_LONGEST = {"parent_name": 160, "address": 500, "city": 80, "phone": 30}
_LONGEST_SIGNATORY = {"signatory_name": 120, "signatory_post": 120, "signatory_nip": 18}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganiserInput:
    """What an organiser says of itself; the code is part of the numbers of its papers."""

    name: str
    code: str
    address: str
    city: str
    parent_name: str = ""
    phone: str = ""
    email: str = ""
    signatory_name: str = ""
    signatory_post: str = ""
    signatory_nip: str = ""


_NAMED = {"name", "code"}
"""What the organisation itself holds; the rest is the office's."""
SAID = tuple(field.name for field in fields(OrganiserInput))


def said_of(office: Organiser) -> dict[str, str]:
    """What is stored, by the names of :class:`OrganiserInput`."""
    own = {name: getattr(office, name) for name in SAID if name not in ("name", "code")}
    return {"name": office.organisation.name, "code": office.organisation.code, **own}


def set_organiser(
    *,
    setup_id: int,
    actor: Actor,
    organiser: OrganiserInput,
    logo: bytes | None = None,
    removes_logo: bool = False,
    unchanged: Unchanged = anything,
) -> Organiser:
    """The first step of a set-up: make the organiser, or correct it. ``logo`` is a picture that we drew."""
    with transaction.atomic(durable=True):
        require(may("office.change", actor))
        setup = Setup.objects.select_for_update(of=("self",)).filter(pk=setup_id, is_open=True).first()
        if setup is None:
            raise WrongState(_("Penyiapan ini sudah selesai."))
        if setup.organisation_id is None:
            office = _make(_checked(organiser, None))
            recorder = Recorder(root=setup, actor=actor)
            setup.organisation = office.organisation
            recorder.record("setup.organiser", changes={"name": office.organisation.name})
            recorder.flush()
        else:
            unchanged()
            office = _locked(setup.organisation_id)
        _write(office, organiser, actor, logo=logo, removes_logo=removes_logo)
        return office


def change_office(
    *,
    actor: Actor,
    organiser: OrganiserInput,
    logo: bytes | None = None,
    removes_logo: bool = False,
    unchanged: Unchanged = anything,
) -> Organiser:
    """Correct the organiser that the actor acts for; papers made from now on carry it."""
    with transaction.atomic(durable=True):
        require(may("office.change", actor))
        office = _locked(actor.organisation_id)
        unchanged()
        _write(office, organiser, actor, logo=logo, removes_logo=removes_logo)
        return office


def _make(said: dict[str, str]) -> Organiser:
    organisation = Organisation.objects.create(
        kind=Organisation.Kind.EXPO, name=said["name"], code=said["code"]
    )
    return Organiser.objects.create(organisation=organisation)


def _locked(organisation_id: int | None) -> Organiser:
    organisation = (
        Organisation.objects.select_for_update()
        .filter(pk=organisation_id or 0, kind=Organisation.Kind.EXPO)
        .first()
    )
    if organisation is None:
        raise NotFound(_("Penyelenggara itu tidak ada."))
    office, _made = Organiser.objects.select_for_update(of=("self",)).get_or_create(pk=organisation.pk)
    office.organisation = organisation
    return office


def _write(
    office: Organiser,
    organiser: OrganiserInput,
    actor: Actor,
    *,
    logo: bytes | None,
    removes_logo: bool,
) -> None:
    said, organisation = _checked(organiser, office), office.organisation
    changes = differences(said_of(office), said)
    for name in changes:
        setattr(organisation if name in _NAMED else office, name, said[name])
    own = sorted(set(changes) - _NAMED)
    if logo is not None or (removes_logo and office.logo_id):
        before = office.logo_id is not None
        office.logo = keep_logo(logo) if logo is not None else None
        own.append("logo")
        changes["logo"] = [before, office.logo_id is not None]
    if own:
        office.save(update_fields=own)
    if not changes:
        return
    recorder = Recorder(root=organisation, actor=actor)
    recorder.record("office.change", changes=changes)
    recorder.flush()


def _checked(organiser: OrganiserInput, office: Organiser | None) -> dict[str, str]:
    said = {name: kept(getattr(organiser, name), field=name) for name in SAID}
    said["code"] = said["code"].upper()
    if not said["name"]:
        raise InvalidInput(_("Isilah nama penyelenggara."), field="name")
    if not said["address"]:
        raise InvalidInput(_("Isilah alamat kantor; ia tercetak pada kop surat."), field="address")
    if not said["city"]:
        raise InvalidInput(_("Isilah kota kantor; ia tercetak pada kop surat."), field="city")
    if not _CODE.fullmatch(said["code"]):
        raise InvalidInput(
            _("Kode terdiri atas 1 sampai 24 huruf atau angka tanpa spasi, misalnya KUMKM-JATIM."),
            field="code",
        )
    for name, longest in {"name": 160, **_LONGEST, **_LONGEST_SIGNATORY}.items():
        if len(said[name]) > longest:
            raise InvalidInput(
                _("Isian ini paling panjang %(count)d huruf.") % {"count": longest}, field=name
            )
    if said["email"]:
        said["email"] = checked_email(said["email"])
    same = Organisation.objects.filter(code=said["code"])
    if (same.exclude(pk=office.pk) if office else same).exists():
        raise InvalidInput(_("Kode itu sudah dipakai organisasi lain. Pilih kode lain."), field="code")
    is_new = office is not None and said["code"] != office.organisation.code
    if office is not None and is_new and Document.objects.filter(issuer_id=office.pk).exists():
        raise InvalidInput(
            _("Kode tidak dapat diubah lagi: nomor dokumen yang sudah terbit memuatnya."), field="code"
        )
    return said
