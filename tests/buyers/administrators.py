"""Administrators of an institution, what they may propose, and everything that money and authority hang on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.acting import Actor, actor_for
from accounts.models import Invitation, Membership, Role
from accounts.permissions import ROLES_OF_AUTHORITY
from buyers.authority import OfficerInput, RuleInput, SimilarInput
from buyers.models import ApprovalRule, Institution, Officer, ProposedChange
from buyers.own import proposing
from buyers.register import registry
from buyers.register.registry import TermsInput
from procurement.errors import Refused
from tests.factories import World, make_user, make_world


def world_of_administrators() -> World:
    """An institution with two administrators, and one person who is administrator there and coordinator as well."""
    world = make_world()
    organisation = world.institution.organisation
    world.people["admin2"] = make_user("admin2@contoh.id", "Administrator kedua")
    Membership.objects.create(user=world.people["admin2"], organisation=organisation, role=Role.ADMINISTRATOR)
    both = world.people["both"] = make_user("keduanya@contoh.id", "Di kedua pihak")
    Membership.objects.create(user=both, organisation=organisation, role=Role.ADMINISTRATOR)
    Membership.objects.create(
        user=both, organisation=world.edition.organiser.organisation, role=Role.COORDINATOR
    )
    return world


def as_coordinator(world: World, who: str) -> Actor:
    return actor_for(user=world.people[who], organisation=world.edition.organiser.organisation)


def officer(**changes: Any) -> OfficerInput:
    given: dict[str, Any] = {
        "email": "baru@contoh.id",
        "name": "Orang Baru",
        "post": "KPA",
        "roles": ["approver"],
        "level": 2,
        "limit": Decimal(500_000_000),
    }
    return OfficerInput(**(given | changes))


RULES = [
    RuleInput(level=1, minimum_value=Decimal(0), post="PPK"),
    RuleInput(level=2, minimum_value=Decimal(10**8), post="KPA"),
]
TERMS = TermsInput(npwp="123456789012345", payment_terms="Bayar 30 hari", late_fine="Tanpa denda")


def propose(world: World, actor: Actor, kind: str) -> ProposedChange:
    key = world.institution.pk
    made = {
        "officer": lambda: proposing.propose_officer(institution_id=key, officer=officer(), actor=actor),
        "end": lambda: proposing.propose_end(
            institution_id=key, user_id=world.people["approver"].pk, actor=actor
        ),
        "rules": lambda: proposing.propose_rules(
            institution_id=key, rules=RULES, similar=SimilarInput(similar_days=60), actor=actor
        ),
        "terms": lambda: proposing.propose_terms(institution_id=key, terms=TERMS, actor=actor),
    }
    return made[kind]()


def authority(world: World) -> dict[str, Any]:
    """Everything in the register of the institution that money and authority hang on."""
    row = Institution.objects.get(pk=world.institution.pk)
    return {
        "officers": sorted(
            Officer.objects.filter(institution=row).values_list(
                "user__email", "level", "limit", "is_unlimited", "valid_from", "valid_until", "is_active"
            )
        ),
        "rules": list(
            ApprovalRule.objects.filter(institution=row).values_list("level", "minimum_value", "post")
        ),
        "roles": sorted(
            Membership.objects.filter(
                organisation_id=row.pk, is_active=True, role__in=ROLES_OF_AUTHORITY
            ).values_list("user__email", "role")
        ),
        "offers": sorted(
            Invitation.objects.open_for(row.pk).values_list("email", "roles", "sent_count"),
        ),
        "money": (row.npwp, row.payment_terms, row.late_fine, row.similar_days, row.similar_rule),
    }


KINDS = [kind.value for kind in ProposedChange.Kind]


def people_of(world: World) -> dict[str, Actor]:
    """Everybody who could try, in every organisation for which they may act."""
    return {
        "admin": world.actor("admin"),
        "admin2": world.actor("admin2"),
        "both as administrator": world.actor("both"),
        "both as coordinator": as_coordinator(world, "both"),
        "coordinator": world.actor("coordinator"),
        "viewer": world.actor("viewer"),
        "approver": world.actor("approver"),
        "requester": world.actor("requester"),
        "receiver": world.actor("receiver"),
        "treasurer": world.actor("treasurer"),
        "other_admin": world.actor("other_admin"),
        "owner0": world.actor("owner0"),
    }


@contextmanager
def tried() -> Iterator[None]:
    """Many things tried on one world: each is undone. A durable transaction may be inside, as in a test itself."""
    block: Any = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)
        transaction.set_rollback(True)


def outcome_of(verb: Callable[..., Any], **given: Any) -> type[Refused] | None:
    """The refusal, or None."""
    try:
        verb(**given)
    except Refused as refusal:
        return type(refusal)
    return None


def profile(**changes: str) -> registry.InstitutionInput:
    given = {"name": "Bank", "kind": "private", "address": "Jalan", "city": "Kota", "province": "Jatim"}
    return registry.InstitutionInput(**(given | changes))  # type: ignore[arg-type]
