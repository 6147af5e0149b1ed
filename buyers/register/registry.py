"""The register of institutions: units, delivery sites, officers with their roles, approval rules.

Only expo coordinators write here. A role decides over public money, so nobody gives one to themselves.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.members import find_or_make_person, write_roles
from accounts.models import Organisation, Role
from accounts.organisers import register_for
from buyers.authority import (
    HIGHEST_LEVEL,
    OfficerInput,
    RuleInput,
    SimilarInput,
    check_officer,
    check_rules,
    required,
    rule_text,
    write_similar,
)
from buyers.models import ApprovalRule, DeliverySite, Institution, Officer, Unit
from buyers.permissions import may, require
from procurement.errors import InvalidInput, NotFound, NotPermitted
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
    """Correct what is known of an institution; its code stays, because papers carry it."""
    with _change("institution.change", institution_id, actor, unchanged) as (row, recorder):
        values = _checked_institution(institution)
        values["name"] = kept(institution.name, field="name")[:160]
        before = {name: getattr(row, name) for name in values if name != "name"}
        changes = differences({**before, "name": row.organisation.name}, values, normal={"npwp": bare_npwp})
        if "name" in changes:
            row.organisation.name = str(values["name"])
            row.organisation.save(update_fields=["name"])
        for name in changes.keys() - {"name"}:
            setattr(row, name, values[name])
        if changes:
            recorder.record("institution.change", changes=changes)
        return row


def add_unit(*, institution_id: int, unit: UnitInput, actor: Actor) -> Unit:
    """Add a work unit."""
    with _change("institution.unit", institution_id, actor) as (row, recorder):
        made = Unit(institution=row)
        _write_unit(recorder, made, unit)
        return made


def change_unit(*, unit_id: int, unit: UnitInput, actor: Actor, unchanged: Unchanged = anything) -> Unit:
    """Rename a work unit or close it; it is never deleted, because orders refer to it."""
    found = Unit.objects.filter(pk=unit_id, institution__in=Institution.objects.visible_to(actor)).first()
    with _change("institution.unit", found.institution_id if found else 0, actor, unchanged) as (
        _row,
        recorder,
    ):
        changed = Unit.objects.get(pk=unit_id)
        _write_unit(recorder, changed, unit)
        return changed


def add_site(*, institution_id: int, site: SiteInput, actor: Actor) -> DeliverySite:
    """Add a delivery site."""
    with _change("institution.site", institution_id, actor) as (row, recorder):
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
    with _change("institution.site", found.institution_id if found else 0, actor, unchanged) as (
        _row,
        recorder,
    ):
        changed = DeliverySite.objects.get(pk=site_id)
        _write_site(recorder, changed, site)
        return changed


def set_officer(
    *, institution_id: int, officer: OfficerInput, actor: Actor, unchanged: Unchanged = anything
) -> Officer:
    """Name an officer, or change an officer's post, limit and roles; memberships follow ``officer.roles``.

    A new person gets an account and, by mail, the link to choose a password. Raises :class:`NotPermitted` for one's
    own account.
    """
    with _change("institution.officer", institution_id, actor, unchanged) as (row, recorder):
        check_officer(officer)
        user = find_or_make_person(email=officer.email, name=officer.name, actor=actor)
        made = Officer.objects.filter(institution=row, user=user).first() or Officer(
            institution=row, user=user
        )
        values = {
            "post": kept(officer.post, field="post")[:120],
            "nip": officer.nip.strip()[:18],
            "decree": kept(officer.decree, field="decree")[:120],
            "level": officer.level,
            "limit": officer.limit,
            "is_unlimited": officer.is_unlimited,
            "valid_from": officer.valid_from,
            "valid_until": officer.valid_until,
            "is_active": Role.APPROVER.value in officer.roles,
        }
        changes = differences({name: getattr(made, name) for name in values} if made.pk else {}, values)
        for name, value in values.items():
            if name in changes or not made.pk:
                setattr(made, name, value)
        made.save()
        before = write_roles(organisation_id=row.pk, user=user, roles=officer.roles, actor=actor)
        if before != sorted(officer.roles):
            changes["roles"] = [before, sorted(officer.roles)]
        if changes:
            recorder.record("institution.officer", subject=made, note=user.name, changes=changes)
        return made


def end_officer(*, officer_id: int, actor: Actor) -> Officer:
    """Take all roles from an officer; what they signed stays signed."""
    found = Officer.objects.filter(
        pk=officer_id, institution__in=Institution.objects.visible_to(actor)
    ).first()
    with _change("institution.officer", found.institution_id if found else 0, actor) as (row, recorder):
        officer = Officer.objects.select_related("user").get(pk=officer_id)
        if officer.user_id == actor.user_id:
            raise NotPermitted(_("Peran Anda sendiri harus diubah oleh koordinator lain."))
        before = write_roles(organisation_id=row.pk, user=officer.user, roles=(), actor=actor)
        recorder.record(
            "institution.officer_end",
            subject=officer,
            note=officer.user.name,
            changes={"roles": [before, []]},
        )
        return officer


def set_rules(
    *,
    institution_id: int,
    rules: Sequence[RuleInput],
    similar: SimilarInput | None = None,
    actor: Actor,
    unchanged: Unchanged = anything,
) -> list[ApprovalRule]:
    """Replace the approval rules, and say what counts as one purchase when ``similar`` is given.

    A level that is new, or begins at a smaller value, is asked for at the next signature, of open quotes too; what
    was asked for when a quote was issued stays asked for. Raises :class:`InvalidInput` naming a field
    of :class:`SimilarInput`, or one of :class:`RuleInput` with the place of the rule as its row.
    """
    with _change("institution.rules", institution_id, actor, unchanged) as (row, recorder):
        check_rules(rules)
        changes = write_similar(row, similar) if similar is not None else {}
        stored = list(ApprovalRule.objects.filter(institution=row).order_by("level"))
        wanted = [
            (rule.level, rule.minimum_value, kept(rule.post, field="post")[:120])
            for rule in sorted(rules, key=lambda rule: rule.level)
        ]
        before = [(rule.level, rule.minimum_value, rule.post) for rule in stored]
        if wanted != before:
            ApprovalRule.objects.filter(institution=row).delete()
            stored = ApprovalRule.objects.bulk_create(
                ApprovalRule(institution=row, level=level, minimum_value=minimum, post=post)
                for level, minimum, post in wanted
            )
            changes = {"rules": [[rule_text(*one) for one in ones] for ones in (before, wanted)], **changes}
        if changes:
            recorder.record("institution.rules", changes=changes)
        return stored


@contextmanager
def _change(
    act: str, institution_id: int, actor: Actor, unchanged: Unchanged = anything
) -> Iterator[tuple[Institution, Recorder]]:
    with transaction.atomic(durable=True):
        row = (
            Institution.objects.visible_to(actor)
            .select_for_update(of=("self", "organisation"), no_key=True)
            .select_related("organisation")
            .filter(pk=institution_id)
            .first()
        )
        if row is None:
            raise NotFound(_("Yang Anda cari tidak ada atau tidak dapat Anda lihat."))
        require(may(act, actor))
        unchanged()
        recorder = Recorder(root=row, actor=actor)
        yield row, recorder
        recorder.flush()


def bare_npwp(npwp: str) -> str:
    """The number without points and dashes, as it is stored."""
    return npwp.strip().replace(".", "").replace("-", "")


def _checked_institution(given: InstitutionInput) -> dict[str, object]:
    required(given.name, _("Isilah nama instansi."), "name")
    if given.kind not in Institution.Kind.values:
        raise InvalidInput(_("Pilih jenis instansi dari daftar."), field="kind")
    npwp = bare_npwp(given.npwp)
    if npwp and not (npwp.isascii() and npwp.isdigit() and len(npwp) in (15, 16)):
        raise InvalidInput(_("NPWP terdiri dari 15 atau 16 angka."), field="npwp")
    _valid_email(given.email, required=False)
    terms = kept(given.payment_terms, field="payment_terms") or str(
        Institution._meta.get_field("payment_terms").get_default()
    )
    return {
        "kind": given.kind,
        "address": required(given.address, _("Isilah alamat instansi."), "address"),
        "city": required(given.city, _("Isilah kota atau kabupaten."), "city")[:80],
        "province": required(given.province, _("Isilah provinsi."), "province")[:80],
        "npwp": npwp,
        "phone": kept(given.phone, field="phone")[:30],
        "email": given.email.strip(),
        "parent_name": kept(given.parent_name, field="parent_name")[:160],
        "legal_basis": kept(given.legal_basis, field="legal_basis"),
        "payment_terms": terms[:200],
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
