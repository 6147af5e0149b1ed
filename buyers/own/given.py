"""The input of a proposed change as data, and back again; and what the register says of the same thing now."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import User
from buyers.authority import OfficerInput, RuleInput, SimilarInput, rule_text
from buyers.models import ApprovalRule, Institution, ProposedChange
from buyers.register.officers import officer_stand, roles_held
from buyers.register.registry import TermsInput, checked_terms, terms_stand
from procurement.rows.recording import plain

Kind = ProposedChange.Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class EndInput:
    """Whose roles end; the name is kept for those who read the proposal later."""

    user_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesInput:
    """All approval rules, and what counts as one purchase."""

    rules: Sequence[RuleInput]
    similar: SimilarInput


Given = OfficerInput | EndInput | RulesInput | TermsInput


def data_of(given: Given) -> dict[str, Any]:
    """What a row keeps: amounts and dates as text, everything else as it is."""
    return {name: _plain(value) for name, value in asdict(given).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return f"{value:f}" if isinstance(value, Decimal) else plain(value)


def input_of(kind: str, data: Mapping[str, Any]) -> Given:
    """The typed input again, as the verb takes it."""
    if kind == Kind.OFFICER:
        days = {name: data[name] and date.fromisoformat(data[name]) for name in ("valid_from", "valid_until")}
        limit = None if data["limit"] is None else Decimal(data["limit"])
        return OfficerInput(**{**data, **days, "limit": limit})
    if kind == Kind.RULES:
        rules = [
            RuleInput(**{**rule, "minimum_value": Decimal(rule["minimum_value"])}) for rule in data["rules"]
        ]
        return RulesInput(rules=rules, similar=SimilarInput(**data["similar"]))
    return EndInput(**data) if kind == Kind.END else TermsInput(**data)


def stand_of(row: Institution, given: Given) -> dict[str, Any]:
    """What the register says now of what the input would replace; any difference makes a proposal outdated."""
    if isinstance(given, OfficerInput):
        return officer_stand(row, given.email)
    if isinstance(given, EndInput):
        return {"roles": roles_held(row, User.objects.filter(pk=given.user_id).first())}
    if isinstance(given, TermsInput):
        return terms_stand(row)
    rules = ApprovalRule.objects.filter(institution=row).order_by("level")
    return {
        "rules": [rule_text(rule.level, rule.minimum_value, rule.post) for rule in rules],
        **{name: getattr(row, name) for name in asdict(given.similar)},
    }


def wanted_of(given: Given) -> dict[str, Any]:
    """What the register would say afterwards, in the words of :func:`stand_of`."""
    if isinstance(given, OfficerInput):
        said = data_of(given)
        return {name: said[name] for name in said if name not in ("email", "name")} | {
            "roles": sorted(given.roles)
        }
    if isinstance(given, EndInput):
        return {"roles": []}
    if isinstance(given, TermsInput):
        return checked_terms(given)
    rules = sorted(given.rules, key=lambda rule: rule.level)
    return {
        "rules": [rule_text(rule.level, rule.minimum_value, rule.post.strip()) for rule in rules],
        **asdict(given.similar),
    }
