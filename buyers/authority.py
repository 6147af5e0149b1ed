"""The input for officers and approval rules of an institution, and the checks of it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from django.utils.translation import gettext as _

from accounts.models import ROLES_OF_KIND, Organisation, Role
from buyers.models import Institution, Officer
from procurement.errors import InvalidInput
from procurement.input.letters import kept
from procurement.money import LARGEST_LIMIT, is_whole, rupiah
from procurement.rows.recording import differences

HIGHEST_LEVEL = 9
LONGEST_WINDOW = 366
"""Days within which similar orders can be looked at together."""
ROLES = tuple(role.value for role in ROLES_OF_KIND[Organisation.Kind.INSTITUTION])


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerInput:
    """A person of the institution: sign-in address, roles, and what papers and approvals say of them.

    An approver has a ``limit`` in rupiah, or is said expressly to be without one; never neither.
    """

    email: str
    name: str
    post: str
    roles: Sequence[str]
    nip: str = ""
    decree: str = ""
    level: int = 1
    limit: Decimal | None = None
    is_unlimited: bool = False
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarInput:
    """Which open orders are looked at together, and how values are compared with limits and rules."""

    similar_days: int = 30
    similar_rule: str = "sign"
    limits_with_ppn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleInput:
    """From ``minimum_value`` rupiah on, ``post`` signs at ``level``."""

    level: int
    minimum_value: Decimal
    post: str


def let_authority_go(*, organisation_id: int, user_id: int, roles: Sequence[str]) -> None:
    """End the authority of a person who is no longer an approver; the role alone does not give it back.

    Called by every change of roles, within its transaction.
    """
    if Role.APPROVER not in roles:
        Officer.objects.filter(institution_id=organisation_id, user_id=user_id).update(is_active=False)


def write_similar(row: Institution, similar: SimilarInput) -> dict[str, list[object]]:
    if similar.similar_rule not in Institution.SimilarRule.values:
        raise InvalidInput(_("Pilih dari daftar."), field="similar_rule")
    if not 1 <= similar.similar_days <= LONGEST_WINDOW:
        raise InvalidInput(
            _("Jendela pesanan serupa dari 1 sampai %(most)d hari.") % {"most": LONGEST_WINDOW},
            field="similar_days",
        )
    values = asdict(similar)
    changes = differences({name: getattr(row, name) for name in values}, values)
    for name, value in values.items():
        setattr(row, name, value)
    return changes


def required(text: str, sentence: str, field: str) -> str:
    text = kept(text, field=field)
    if not text:
        raise InvalidInput(sentence, field=field)
    return text


def check_officer(officer: OfficerInput) -> None:
    required(officer.post, _("Isilah jabatannya."), "post")
    required(officer.name, _("Isilah namanya."), "name")
    if officer.nip.strip() and not (officer.nip.isascii() and officer.nip.strip().isdigit()):
        raise InvalidInput(_("NIP hanya berisi angka."), field="nip")
    if not officer.roles:
        raise InvalidInput(_("Pilih paling sedikit satu peran."), field="roles")
    if unknown := set(officer.roles) - set(ROLES):
        raise InvalidInput(_("Peran tidak dikenal: %(roles)s.") % {"roles": sorted(unknown)}, field="roles")
    if not 1 <= officer.level <= HIGHEST_LEVEL:
        raise InvalidInput(
            _("Tingkat persetujuan dari 1 sampai %(most)d.") % {"most": HIGHEST_LEVEL}, field="level"
        )
    _check_authority(officer)


def _check_authority(officer: OfficerInput) -> None:
    """How far an approver may sign is said, one way or the other; nothing is taken from an empty field."""
    limit = officer.limit
    if limit is not None and not is_whole(limit, 0, LARGEST_LIMIT):
        raise InvalidInput(_("Batas nilai harus rupiah bulat, 0 atau lebih."), field="limit")
    if limit is not None and officer.is_unlimited:
        raise InvalidInput(
            _("Isi batas nilai atau centang “Tanpa batas nilai”, jangan keduanya."), field="limit"
        )
    if Role.APPROVER in officer.roles and limit is None and not officer.is_unlimited:
        raise InvalidInput(
            _("Isi batas nilai penyetuju ini, atau centang “Tanpa batas nilai” bila memang demikian."),
            field="limit",
        )
    first, last = officer.valid_from, officer.valid_until
    if first is not None and last is not None and last < first:
        raise InvalidInput(
            _("“Berwenang sampai” tidak boleh sebelum “Berwenang mulai”."), field="valid_until"
        )


def check_rules(rules: Sequence[RuleInput]) -> None:
    levels: set[int] = set()
    lowest = Decimal(-1)
    for index, rule in sorted(enumerate(rules), key=lambda pair: pair[1].level):
        if not 1 <= rule.level <= HIGHEST_LEVEL or rule.level in levels:
            raise InvalidInput(
                _("Setiap tingkat dari 1 sampai %(most)d hanya muncul satu kali.") % {"most": HIGHEST_LEVEL},
                field="level",
                row=index,
            )
        levels.add(rule.level)
        if not is_whole(rule.minimum_value, max(lowest, Decimal(0)), LARGEST_LIMIT):
            raise InvalidInput(
                _("Nilai awal harus rupiah bulat dan tidak lebih kecil daripada tingkat di bawahnya."),
                field="minimum_value",
                row=index,
            )
        lowest = rule.minimum_value
        if not rule.post.strip():
            raise InvalidInput(_("Isilah jabatan penyetuju."), field="post", row=index)


class LevelRule(Protocol):
    """What is needed of a rule to find the levels of a value; a stored one, or one that is only thought of."""

    @property
    def level(self) -> int: ...
    @property
    def minimum_value(self) -> Decimal: ...
    @property
    def post(self) -> str: ...


def levels_for(rules: Iterable[LevelRule], value: Decimal) -> dict[int, str]:
    """``{level: post}`` of every signature that a value asks for; at least one."""
    found = {rule.level: rule.post for rule in rules if rule.minimum_value <= value}
    return found or {1: _("Pejabat penyetuju")}


def rule_text(level: int, minimum: Decimal, post: str) -> str:
    return f"{level}: {rupiah(minimum)} · {post}"
