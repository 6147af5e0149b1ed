"""The register of MSMEs: who they are, how they are reached and paid, and who owns them. The only writer of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.members import find_or_make_person, write_roles
from accounts.models import Membership, Organisation, Role
from accounts.organisers import register_for
from msmes.banking.account import FIELDS as OF_ACCOUNT
from msmes.banking.account import Account
from msmes.banking.changes import hold_changes
from msmes.banking.sending import PHONE_TOPIC
from msmes.messages import MESSAGES
from msmes.models import District, Msme
from msmes.permissions import may, require
from msmes.register import districts
from msmes.register.regencies import district_of
from msmes.validity import bare_phone, check_bank, check_fields, checked_phone
from procurement.errors import InvalidInput, NotFound, WrongState
from procurement.input.letters import kept
from procurement.input.opened import Unchanged, anything
from procurement.rows.people import person_key
from procurement.rows.recording import Recorder, differences
from procurement.still_open import require_ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How an MSME is reached and paid. Another account than the one that is known holds (``msmes.banking.changes``)."""

    address: str
    phone: str
    bank_name: str = ""
    bank_account: str = ""
    bank_holder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who an MSME is: what staff compare with its papers. ``code`` is part of its document numbers.

    ``regency`` is the code of the place that was chosen, where it is not one of the districts yet.
    """

    name: str
    code: str
    size: str
    district_id: int = 0
    owner_name: str
    nib: str = ""
    npwp: str = ""
    is_taxable: bool = False
    is_example: bool = False
    is_active: bool = True
    regency: str = ""


_OF_ORGANISATION = ("name", "code", "is_active")


def register_msme(*, actor: Actor, identity: Identity, contact: Contact) -> Msme:
    """Write a new MSME into the register, with the organisation that it is.

    Raises :class:`InvalidInput` naming the field.
    """
    with transaction.atomic(durable=True):
        require(may("msme.register", actor))
        return put_in_register(identity, contact, actor=actor)


def put_in_register(identity: Identity, contact: Contact, *, actor: Actor) -> Msme:
    """The part of :func:`register_msme` for a verb that has asked who may, in a transaction of its own."""
    row = Msme(organisation=Organisation(kind=Organisation.Kind.MSME))
    said = _checked(row, identity, contact)
    _put(row, said)
    row.organisation.save()
    row.organisation = row.organisation  # takes over the key that the organisation has got
    row.save()
    recorder = Recorder(root=row, actor=actor)
    register_for([row.organisation], actor=actor, at=recorder.now)
    recorder.record("msme.register", party_id=row.pk, changes=differences({}, said))
    recorder.flush()
    return row


def change_msme(
    *, msme_id: int, actor: Actor, identity: Identity, contact: Contact, unchanged: Unchanged = anything
) -> Msme:
    """Correct what the register says of an MSME. Saying the same again changes nothing and leaves no event.

    It is not switched off while something binds it: :class:`InvalidInput` names what must be ended first.
    """
    with transaction.atomic(durable=True):
        row = _locked(msme_id, actor)
        require(may("msme.change", actor))
        unchanged()
        said = _checked(row, identity, contact)
        if row.organisation.is_active and not said["is_active"]:
            require_ended("msme", row.pk, actor=actor, field="is_active")
        _change(row, said, verb="msme.change", actor=actor)
        return row


def change_contact(
    *, msme_id: int, actor: Actor, address: str, phone: str, unchanged: Unchanged = anything
) -> Msme:
    """The owner corrects address or telephone; NIB, NPWP and the name are the staff's to change.

    The number of before is told, and confirms accounts no more (``msmes.banking.changes.ask_change``).
    """
    with transaction.atomic(durable=True):
        row = _locked(msme_id, actor)
        require(may("msme.change_contact", actor))
        unchanged()
        said = _checked_contact(Contact(address=address, phone=phone))
        said = {name: value for name, value in said.items() if name not in OF_ACCOUNT}
        _change(row, said, verb="msme.change_contact", actor=actor)
        return row


def add_owner(*, msme_id: int, email: str, name: str, phone: str = "", actor: Actor) -> Membership:
    """Let a person act for an MSME as its owner; somebody unknown is made known by e-mail address.

    A new person gets, by mail, the link to choose a password. Raises :class:`WrongState` when the person is its owner
    already, and :class:`NotPermitted` for one's own account.
    """
    if phone.strip():
        phone = checked_phone(phone)
    with transaction.atomic(durable=True):
        row = _locked(msme_id, actor)
        require(may("msme.add_owner", actor))
        return put_owner(row, email=email, name=name, phone=phone, actor=actor)


def put_owner(row: Msme, *, email: str, name: str, phone: str, actor: Actor) -> Membership:
    """The part of :func:`add_owner` for a verb that holds the MSME and has asked who may."""
    user = find_or_make_person(email=email, name=name, phone=phone, actor=actor)
    before = write_roles(organisation_id=row.pk, user=user, roles=(Role.OWNER,), actor=actor)
    if Role.OWNER in before:
        raise WrongState(_("%(name)s sudah menjadi pemilik UMKM ini.") % {"name": user})
    membership = Membership.objects.get(user=user, organisation_id=row.pk, role=Role.OWNER)
    recorder = Recorder(root=row, actor=actor)
    recorder.record(
        "msme.add_owner", party_id=row.pk, subject=membership, changes={"owner": ["", person_key(user)]}
    )
    recorder.flush()
    return membership


def _locked(msme_id: int, actor: Actor) -> Msme:
    row = (
        Msme.objects.visible_to(actor)
        .select_related("organisation", "district")
        .select_for_update(of=("self", "organisation"), no_key=True)
        .filter(pk=msme_id)
        .first()
    )
    if row is None:
        raise NotFound(_("UMKM itu tidak ada."))
    return row


def _change(row: Msme, said: dict[str, Any], *, verb: str, actor: Actor) -> None:
    before = {name: _present(row, name) for name in said}
    changes = differences(before, said, normal={"phone": bare_phone})
    if not changes:
        return
    recorder = Recorder(root=row, actor=actor)
    if changes.keys() & set(OF_ACCOUNT):
        wanted = Account(**{name: said[name] for name in OF_ACCOUNT})
        hold_changes([(row, wanted)], {row.pk: recorder}, actor=actor)
        changes = {name: pair for name, pair in changes.items() if name not in OF_ACCOUNT}
    _put(row, {name: said[name] for name in changes})
    if changes.keys() & set(_OF_ORGANISATION):
        row.organisation.save(update_fields=_OF_ORGANISATION)
    if changes:
        recorder.record(verb, party_id=row.pk, changes=changes)
        tell_about_phone(recorder, row, changes, actor)
    if recorder.events:
        recorder.flush()
    if "district_id" in changes:
        districts.announce([row], actor=actor, at=recorder.now)


def tell_about_phone(recorder: Recorder, row: Msme, changes: Mapping[str, Any], actor: Actor) -> None:
    """Tell the number of before, and the owner if somebody else changed it; nothing of any other change."""
    if "phone" not in changes:
        return
    moment = recorder.now.isoformat()
    recorder.enqueue(PHONE_TOPIC, key=f"phone:{row.pk}:{moment}", msme_id=row.pk, happened_at=moment)
    if actor.organisation_id != row.pk:
        MESSAGES["changed by staff"].tell(recorder, row.pk)


def _present(row: Msme, name: str) -> Any:
    return getattr(row.organisation if name in _OF_ORGANISATION else row, name)


def _put(row: Msme, said: dict[str, Any]) -> None:
    for name, value in said.items():
        setattr(row.organisation if name in _OF_ORGANISATION else row, name, value)


def _checked_contact(contact: Contact) -> dict[str, Any]:
    said = {name: kept(value, field=name) for name, value in asdict(contact).items()}
    said["phone"] = checked_phone(said["phone"])
    check_bank(said["bank_name"], said["bank_account"], said["bank_holder"])
    check_fields(Msme(**said), exclude=_other_fields(said))
    return said


def _checked(row: Msme, identity: Identity, contact: Contact) -> dict[str, Any]:
    said: dict[str, Any] = asdict(identity)
    regency = said.pop("regency")
    for name in ("name", "code", "owner_name", "nib", "npwp"):
        said[name] = kept(said[name], field=name)
    said["code"] = said["code"].upper()
    if not said["name"]:
        raise InvalidInput(_("Isilah nama usaha."), field="name")
    of_msme = {name: value for name, value in said.items() if name not in _OF_ORGANISATION}
    check_fields(Msme(**of_msme), exclude=_other_fields(of_msme))
    organisation = Organisation(kind=Organisation.Kind.MSME, name=said["name"], code=said["code"])
    check_fields(organisation)
    if Organisation.objects.filter(code=said["code"]).exclude(pk=row.pk).exists():
        raise InvalidInput(
            _("Kode %(code)s sudah dipakai organisasi lain. Pilih kode lain.") % {"code": said["code"]},
            field="code",
        )
    if regency:
        said["district_id"] = district_of(regency).pk
    if not District.objects.filter(pk=said["district_id"]).exists():
        raise InvalidInput(_("Pilih kabupaten atau kota dari daftar."), field="district")
    is_new_nib = said["nib"] and said["nib"] != row.nib
    if is_new_nib and Msme.objects.filter(nib=said["nib"]).exclude(pk=row.pk).exists():
        raise InvalidInput(
            _("NIB ini sudah terdaftar pada UMKM lain. Periksa nomornya, atau ubah UMKM itu."), field="nib"
        )
    return said | _checked_contact(contact)


def _other_fields(said: dict[str, Any]) -> set[str]:
    named = {name.removesuffix("_id") for name in said}
    return {field.name for field in Msme._meta.concrete_fields if field.name not in named} | {"district"}
