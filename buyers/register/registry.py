"""The register of institutions: what they are, their units, delivery sites, and by which terms they pay.

Coordinators write here, and administrators of an institution for their own. Who may sign for it is in
:mod:`buyers.register.officers`.
"""

from dataclasses import asdict, dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.members import require_second_person
from accounts.models import Organisation
from accounts.organisers import register_for
from buyers.authority import HIGHEST_LEVEL, OfficerInput, RuleInput, SimilarInput, required
from buyers.models import DeliverySite, Institution, Unit
from buyers.permissions import is_own_administrator, may, require
from buyers.register.changing import change
from buyers.register.officers import end_officer, set_officer, set_rules
from procurement.errors import InvalidInput
from procurement.input.letters import kept
from procurement.input.opened import Unchanged, anything
from procurement.rows.recording import Recorder, differences

__all__ = [
    "HIGHEST_LEVEL",
    "InstitutionInput",
    "OfficerInput",
    "RuleInput",
    "SimilarInput",
    "SiteInput",
    "TermsInput",
    "UnitInput",
    "add_site",
    "add_unit",
    "change_institution",
    "change_site",
    "change_unit",
    "end_officer",
    "put_in_register",
    "register_institution",
    "set_officer",
    "set_rules",
    "set_terms",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionInput:
    """What an institution is; ``code`` is part of its document numbers and does not change afterwards."""

    name: str
    kind: str
    address: str
    city: str
    province: str
    code: str = ""
    npwp: str = ""
    phone: str = ""
    email: str = ""
    parent_name: str = ""
    legal_basis: str = ""
    payment_terms: str = ""
    is_example: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsInput:
    """Under which tax number an institution pays, when, and what a late delivery costs."""

    npwp: str
    payment_terms: str
    late_fine: str


TERMS = ("npwp", "payment_terms", "late_fine")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitInput:
    """A work unit (*satuan kerja*)."""

    code: str
    name: str
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteInput:
    """A place where goods are handed over."""

    name: str
    address: str
    city: str
    contact: str = ""
    phone: str = ""
    opening_hours: str = ""
    is_active: bool = True


def register_institution(*, institution: InstitutionInput, actor: Actor) -> Institution:
    """Let a new institution order. Raises :class:`InvalidInput` naming the field."""
    with transaction.atomic(durable=True):
        require(may("institution.register", actor))
        return put_in_register(institution, actor=actor)


def put_in_register(institution: InstitutionInput, *, actor: Actor) -> Institution:
    """The part of :func:`register_institution` for a verb that has asked who may, in a transaction of its own."""
    values = _checked_institution(institution)
    code = kept(institution.code, field="code").upper()
    if not code or len(code) > 24:
        raise InvalidInput(_("Isilah kode singkat, paling panjang 24 huruf."), field="code")
    if Organisation.objects.filter(code=code).exists():
        raise InvalidInput(_("Kode itu sudah dipakai organisasi lain. Pilih kode lain."), field="code")
    organisation = Organisation.objects.create(
        kind=Organisation.Kind.INSTITUTION, name=kept(institution.name, field="name")[:160], code=code
    )
    row = Institution(organisation=organisation, is_example=institution.is_example, **values)
    row.save(force_insert=True)
    recorder = Recorder(root=row, actor=actor)
    register_for([organisation], actor=actor, at=recorder.now)
    recorder.record("institution.register", changes={"name": organisation.name, "code": code})
    recorder.flush()
    return row


def change_institution(
    *, institution_id: int, institution: InstitutionInput, actor: Actor, unchanged: Unchanged = anything
) -> Institution:
    """Correct what is known of an institution; its code stays, because papers carry it.

    Its own administrators change everything but :data:`TERMS`, which they propose.
    """
    with change("institution.change", institution_id, actor, unchanged) as (row, recorder):
        values = _checked_institution(institution)
        values["name"] = kept(institution.name, field="name")[:160]
        if is_own_administrator(actor):
            if (bare_npwp(institution.npwp), institution.payment_terms.strip()) not in _left(row):
                require_second_person(row.pk, actor)
            values = {name: value for name, value in values.items() if name not in TERMS}
        before = {name: getattr(row, name) for name in values if name != "name"}
        changes = differences({**before, "name": row.organisation.name}, values, normal={"npwp": bare_npwp})
        if not changes.keys().isdisjoint(TERMS):
            require_second_person(row.pk, actor)
        if "name" in changes:
            row.organisation.name = str(values["name"])
            row.organisation.save(update_fields=["name"])
        for name in changes.keys() - {"name"}:
            setattr(row, name, values[name])
        if changes:
            recorder.record("institution.change", changes=changes)
        return row


def _left(row: Institution) -> list[tuple[str, str]]:
    """How an administrator may leave what touches money: unsaid, or as it is."""
    return [(npwp, terms) for npwp in ("", row.npwp) for terms in ("", row.payment_terms)]


def add_unit(*, institution_id: int, unit: UnitInput, actor: Actor) -> Unit:
    """Add a work unit."""
    with change("institution.unit", institution_id, actor) as (row, recorder):
        made = Unit(institution=row)
        _write_unit(recorder, made, unit)
        return made


def change_unit(*, unit_id: int, unit: UnitInput, actor: Actor, unchanged: Unchanged = anything) -> Unit:
    """Rename a work unit or close it; it is never deleted, because orders refer to it."""
    found = Unit.objects.filter(pk=unit_id, institution__in=Institution.objects.visible_to(actor)).first()
    with change("institution.unit", found.institution_id if found else 0, actor, unchanged) as (
        _row,
        recorder,
    ):
        changed = Unit.objects.get(pk=unit_id)
        _write_unit(recorder, changed, unit)
        return changed


def add_site(*, institution_id: int, site: SiteInput, actor: Actor) -> DeliverySite:
    """Add a delivery site."""
    with change("institution.site", institution_id, actor) as (row, recorder):
        made = DeliverySite(institution=row)
        _write_site(recorder, made, site)
        return made


def change_site(
    *, site_id: int, site: SiteInput, actor: Actor, unchanged: Unchanged = anything
) -> DeliverySite:
    """Correct a delivery site or close it."""
    found = DeliverySite.objects.filter(
        pk=site_id, institution__in=Institution.objects.visible_to(actor)
    ).first()
    with change("institution.site", found.institution_id if found else 0, actor, unchanged) as (
        _row,
        recorder,
    ):
        changed = DeliverySite.objects.get(pk=site_id)
        _write_site(recorder, changed, site)
        return changed


def set_terms(
    *, institution_id: int, terms: TermsInput, actor: Actor, unchanged: Unchanged = anything
) -> Institution:
    """Say by which terms an institution pays, and under which tax number: money, so a second person is needed."""
    with change("institution.terms", institution_id, actor, unchanged) as (row, recorder):
        require_second_person(row.pk, actor)
        write_terms(row, recorder, terms)
        return row


def write_terms(row: Institution, recorder: Recorder, terms: TermsInput) -> None:
    """The body of :func:`set_terms`, also when a proposal is confirmed; the caller holds the lock."""
    values = checked_terms(terms)
    changes = differences(terms_stand(row), values, normal={"npwp": bare_npwp})
    for name in changes:
        setattr(row, name, values[name])
    if changes:
        recorder.record("institution.terms", changes=changes)


def terms_stand(row: Institution) -> dict[str, object]:
    """What the register says now of money."""
    return {name: getattr(row, name) for name in TERMS}


def bare_npwp(npwp: str) -> str:
    """The number without points and dashes, as it is stored."""
    return npwp.strip().replace(".", "").replace("-", "")


def checked_terms(terms: TermsInput) -> dict[str, object]:
    """As they are stored. Raises :class:`InvalidInput` naming the field."""
    return {
        "npwp": _checked_npwp(terms.npwp),
        "payment_terms": _terms_or_usual(terms.payment_terms),
        "late_fine": kept(terms.late_fine, field="late_fine"),
    }


def _checked_npwp(typed: str) -> str:
    npwp = bare_npwp(typed)
    if npwp and not (npwp.isascii() and npwp.isdigit() and len(npwp) in (15, 16)):
        raise InvalidInput(_("NPWP terdiri dari 15 atau 16 angka."), field="npwp")
    return npwp


def _terms_or_usual(typed: str) -> str:
    usual = str(Institution._meta.get_field("payment_terms").get_default())
    return (kept(typed, field="payment_terms") or usual)[:200]


def _checked_institution(given: InstitutionInput) -> dict[str, object]:
    required(given.name, _("Isilah nama instansi."), "name")
    if given.kind not in Institution.Kind.values:
        raise InvalidInput(_("Pilih jenis instansi dari daftar."), field="kind")
    _valid_email(given.email, required=False)
    return {
        "kind": given.kind,
        "address": required(given.address, _("Isilah alamat instansi."), "address"),
        "city": required(given.city, _("Isilah kota atau kabupaten."), "city")[:80],
        "province": required(given.province, _("Isilah provinsi."), "province")[:80],
        "npwp": _checked_npwp(given.npwp),
        "phone": kept(given.phone, field="phone")[:30],
        "email": given.email.strip(),
        "parent_name": kept(given.parent_name, field="parent_name")[:160],
        "legal_basis": kept(given.legal_basis, field="legal_basis"),
        "payment_terms": _terms_or_usual(given.payment_terms),
    }


def _write_unit(recorder: Recorder, row: Unit, unit: UnitInput) -> None:
    code = required(unit.code, _("Isilah kode satuan kerja."), "code")[:24]
    name = required(unit.name, _("Isilah nama satuan kerja."), "name")[:160]
    if Unit.objects.filter(institution_id=row.institution_id, code=code).exclude(pk=row.pk).exists():
        raise InvalidInput(_("Kode satuan kerja itu sudah dipakai. Pilih kode lain."), field="code")
    values = {"code": code, "name": name, "is_active": unit.is_active}
    changes = differences({field: getattr(row, field) for field in values} if row.pk else {}, values)
    for field, value in values.items():
        if field in changes or not row.pk:
            setattr(row, field, value)
    row.save()
    if changes:
        recorder.record("institution.unit", subject=row, note=name, changes=changes)


def _write_site(recorder: Recorder, row: DeliverySite, site: SiteInput) -> None:
    name = required(site.name, _("Isilah nama lokasi."), "name")[:120]
    if DeliverySite.objects.filter(institution_id=row.institution_id, name=name).exclude(pk=row.pk).exists():
        raise InvalidInput(_("Nama lokasi itu sudah dipakai. Pilih nama lain."), field="name")
    values = {
        **asdict(site),
        "name": name,
        "address": required(site.address, _("Isilah alamat lokasi."), "address"),
        "city": required(site.city, _("Isilah kota atau kabupaten."), "city")[:80],
        "contact": kept(site.contact, field="contact")[:120],
        "phone": kept(site.phone, field="phone")[:30],
        "opening_hours": kept(site.opening_hours, field="opening_hours")[:120],
    }
    changes = differences({field: getattr(row, field) for field in values} if row.pk else {}, values)
    for field, value in values.items():
        if field in changes or not row.pk:
            setattr(row, field, value)
    row.save()
    if changes:
        recorder.record("institution.site", subject=row, note=name, changes=changes)


def _valid_email(email: str, *, required: bool = True) -> str:
    email = email.strip().lower()
    if not email and not required:
        return ""
    try:
        validate_email(email)
    except ValidationError as error:
        raise InvalidInput(_("Isilah alamat surel yang benar."), field="email") from error
    return email
