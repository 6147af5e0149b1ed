"""Nobody changes money or authority of an institution alone: every verb × everybody, and two steps of one person."""

import itertools
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import members
from accounts.acting import Actor
from accounts.inviting import inviting
from accounts.models import Invitation, Membership, Role, User
from accounts.permissions import ROLES_OF_AUTHORITY
from buyers.authority import RuleInput, SimilarInput
from buyers.models import Officer, ProposedChange
from buyers.own import deciding
from buyers.register import registry
from buyers.register.officers import set_officer, set_rules
from buyers.register.registry import set_terms
from procurement.errors import NotFound, NotPermitted
from tests.buyers.administrators import (
    KINDS,
    TERMS,
    as_coordinator,
    authority,
    officer,
    outcome_of,
    people_of,
    profile,
    propose,
    tried,
    world_of_administrators,
)
from tests.factories import World, make_user


@pytest.fixture
def world(db: None) -> World:
    return world_of_administrators()


def offer_of(world: World, role: str) -> Invitation:
    """A coordinator, who is no administrator there, has invited somebody to a role of authority."""
    email = f"diundang.{role}@contoh.id"
    known = Invitation.objects.filter(email=email).first()
    return known or inviting.invite_member(
        email=email,
        name="Diundang",
        organisation_id=world.institution.pk,
        roles=[role],
        actor=world.actor("coordinator"),
    )


def with_an_offer(world: World) -> User:
    """A requester to whom the same invitation is still open: ending them would take authority back."""
    email = offer_of(world, "treasurer").email
    user = User.objects.filter(email=email).first() or make_user(email, "Diundang")
    Membership.objects.get_or_create(
        user=user, organisation=world.institution.organisation, role=Role.REQUESTER
    )
    return user


def acts_of(world: World, actor: Actor) -> dict[str, Callable[[], Any]]:
    """Every verb by which somebody could change authority or money directly."""
    key = world.institution.pk
    known = world.people
    row = Officer.objects.get(institution=world.institution, user=known["approver"])
    new: dict[str, Any] = {"organisation_id": key, "actor": actor}
    acts: dict[str, Callable[[], Any]] = {
        "raise a limit": lambda: set_officer(
            institution_id=key,
            actor=actor,
            officer=officer(email=known["approver"].email, limit=Decimal(10**12)),
        ),
        "name an approver": lambda: set_officer(institution_id=key, actor=actor, officer=officer()),
        "name a treasurer": lambda: set_officer(
            institution_id=key, actor=actor, officer=officer(roles=["treasurer"], limit=None)
        ),
        "name an administrator": lambda: set_officer(
            institution_id=key, actor=actor, officer=officer(roles=["admin"], limit=None, level=1)
        ),
        "give a limit for later": lambda: set_officer(
            institution_id=key, actor=actor, officer=officer(roles=["requester"])
        ),
        "prolong": lambda: set_officer(
            institution_id=key,
            actor=actor,
            officer=officer(
                email=known["requester"].email,
                roles=["requester"],
                limit=None,
                level=1,
                valid_until=date(2030, 1, 1),
            ),
        ),
        "take an approver's role": lambda: set_officer(
            institution_id=key,
            actor=actor,
            officer=officer(email=known["approver"].email, roles=["requester"], limit=None, level=1),
        ),
        "end an approver": lambda: registry.end_officer(officer_id=row.pk, actor=actor),
        "replace the rules": lambda: set_rules(institution_id=key, rules=[], actor=actor),
        "another window": lambda: set_rules(
            institution_id=key,
            rules=[RuleInput(level=1, minimum_value=Decimal(0), post="PPK")],
            similar=SimilarInput(similar_days=1),
            actor=actor,
        ),
        "other terms": lambda: set_terms(institution_id=key, terms=TERMS, actor=actor),
        "terms by the profile": lambda: registry.change_institution(
            institution_id=key, actor=actor, institution=profile(payment_terms="Bayar kapan saja")
        ),
        "npwp by the profile": lambda: registry.change_institution(
            institution_id=key, actor=actor, institution=profile(npwp="123456789012345")
        ),
    }
    for role in ROLES_OF_AUTHORITY:
        acts[f"invite {role}"] = lambda role=role: inviting.invite_member(  # type: ignore[misc]
            email="baru@contoh.id", name="Baru", roles=[role], **new
        )
        acts[f"give {role}"] = lambda role=role: members.change_roles(  # type: ignore[misc]
            user_id=known["requester"].pk, roles=["requester", role], **new
        )
        held = {"organisation_id": key, "invitation_id": offer_of(world, role).pk, "actor": actor}
        acts[f"invite {role} again"] = lambda held=held: inviting.resend_invitation(**held)  # type: ignore[misc]
        acts[f"revoke {role}"] = lambda held=held: inviting.revoke_invitation(**held)  # type: ignore[misc]
    acts["end with an offer"] = lambda: members.deactivate_member(user_id=with_an_offer(world).pk, **new)
    acts["remind with an offer"] = lambda: members.invite_again(user_id=with_an_offer(world).pk, **new)
    for who in ("approver", "treasurer", "admin", "admin2", "both"):
        acts[f"end {who}"] = lambda who=who: members.deactivate_member(user_id=known[who].pk, **new)  # type: ignore[misc]
        acts[f"demote {who}"] = lambda who=who: members.change_roles(  # type: ignore[misc]
            user_id=known[who].pk, roles=["receiver"], **new
        )
    for who in ("admin", "admin2", "both"):
        acts[f"make {who} an approver"] = lambda who=who: set_officer(  # type: ignore[misc]
            institution_id=key,
            actor=actor,
            officer=officer(email=known[who].email, roles=["admin", "approver"]),
        )
    return acts


@pytest.mark.parametrize(
    "who",
    [
        "admin",
        "admin2",
        "both as administrator",
        "both as coordinator",
        "approver",
        "requester",
        "treasurer",
        "receiver",
        "other_admin",
        "owner0",
        "viewer",
    ],
)
def test_nobody_changes_authority_or_money_alone(world: World, who: str) -> None:
    """Every verb × everybody who is no coordinator: a refusal, and nothing written. Also for oneself, either way."""
    actor = people_of(world)[who]
    acts = acts_of(world, actor)
    before = authority(world)
    for name, act in acts.items():
        with tried():
            assert outcome_of(act) in (NotPermitted, NotFound), name
            assert authority(world) == before, name


def test_the_coordinator_does_each_of_them_as_before(world: World) -> None:
    """So the refusals above are about who, not about what."""
    acts = acts_of(world, world.actor("coordinator"))
    before = authority(world)
    for name, act in acts.items():
        with tried():
            assert outcome_of(act) is None, name
            assert authority(world) != before or name.startswith("give a limit"), name


def test_one_person_gets_nowhere_with_two_steps_of_their_own(world: World) -> None:
    """Propose anything, then try every decision and every direct verb, in both organisations."""
    before = authority(world)
    hats = (world.actor("both"), as_coordinator(world, "both"))
    for kind, hat in itertools.product(KINDS, hats):
        with tried():
            proposed = propose(world, world.actor("both"), kind)
            assert outcome_of(deciding.confirm_change, change_id=proposed.pk, actor=hat) is NotPermitted
            outcome_of(deciding.refuse_change, change_id=proposed.pk, reason="x", actor=hat)
            assert ProposedChange.objects.get(pk=proposed.pk).status == "proposed"
            assert authority(world) == before


def test_the_check_of_two_people_is_what_holds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it the database still refuses: nobody confirms what they proposed."""
    proposed = propose(world, world.actor("admin"), "terms")
    before = authority(world)
    monkeypatch.setattr(deciding, "require_proposer_apart", lambda *_given: None)
    with pytest.raises(IntegrityError):
        deciding.confirm_change(change_id=proposed.pk, actor=world.actor("admin"))
    assert authority(world) == before


@pytest.mark.parametrize("status", ["confirmed", "refused"])
def test_the_database_refuses_one_person_for_both(world: World, status: str) -> None:
    proposed = propose(world, world.actor("admin"), "rules")
    rows = ProposedChange.objects.filter(pk=proposed.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(status=status, decided_by=world.people["admin"], decided_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(status=status)
    rows.update(status=status, decided_by=world.people["admin2"], decided_at=timezone.now())
