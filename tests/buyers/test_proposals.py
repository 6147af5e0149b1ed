"""What touches money or authority in an institution takes two people: who proposes, who decides, what is written."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import members
from accounts.acting import Actor, actor_for
from accounts.models import Acceptance, Membership, Organisation, Role, User
from accounts.permissions import ROLES_OF_AUTHORITY
from buyers.authority import OfficerInput, RuleInput, SimilarInput
from buyers.models import ApprovalRule, Institution, Officer, ProposedChange
from buyers.own import deciding, proposing
from buyers.own.given import data_of, input_of
from buyers.own.waiting import shown
from buyers.register import registry
from buyers.register.officers import set_officer, set_rules
from buyers.register.registry import TermsInput, set_terms
from procurement.errors import NotFound, NotPermitted, Refused, WrongState
from procurement.models import Event, OutboxMessage
from procurement.rows.events import verify
from tests.factories import World, make_user, make_world

Verb = Callable[..., Any]


@pytest.fixture
def world(db: None) -> World:
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
        "money": (row.npwp, row.payment_terms, row.late_fine, row.similar_days, row.similar_rule),
    }


KINDS = [kind.value for kind in ProposedChange.Kind]


def test_the_kinds_restated() -> None:
    assert KINDS == ["officer", "end", "rules", "terms"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_proposal_changes_nothing_until_another_person_confirms(world: World, kind: str) -> None:
    before = authority(world)
    proposed = propose(world, world.actor("admin"), kind)
    assert authority(world) == before
    deciding.confirm_change(change_id=proposed.pk, actor=world.actor("admin2"))
    assert authority(world) != before
    proposed.refresh_from_db()
    assert (proposed.status, proposed.decided_by) == ("confirmed", world.people["admin2"])
    row = Institution.objects.get(pk=world.institution.pk)
    verbs = list(Event.objects.filter(stream=row.stream).order_by("sequence").values_list("verb", flat=True))
    assert (verbs[0], verbs[-1], len(verbs)) == ("proposal.make", "proposal.confirmed", 3)
    written = Event.objects.get(stream=row.stream, sequence=2)
    assert written.actor == world.people["admin2"]
    assert written.changes["proposed_by"] == world.people["admin"].name
    assert list(verify()) == []


def _people(world: World) -> dict[str, Actor]:
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


MAY_DECIDE = {"admin", "admin2", "both as administrator", "both as coordinator", "coordinator"}
PROPOSERS = ("admin", "both as administrator")
NOT_SEEN = {"approver", "requester", "receiver", "treasurer", "other_admin", "owner0"}


@pytest.mark.parametrize("proposer", PROPOSERS)
@pytest.mark.parametrize("kind", KINDS)
def test_who_may_confirm_what_whom(world: World, kind: str, proposer: str) -> None:
    """Every person in every organisation × every kind: only another one who keeps the register."""
    people = _people(world)
    proposed = propose(world, people[proposer], kind)
    before = authority(world)
    for name, actor in people.items():
        with tried():
            may = name in MAY_DECIDE and actor.user_id != people[proposer].user_id
            expected = () if may else (NotFound if name in NOT_SEEN else NotPermitted)
            said = _outcome(deciding.confirm_change, change_id=proposed.pk, actor=actor)
            assert said == (None if may else expected), name
            assert (authority(world) != before) is may, name


@contextmanager
def tried() -> Iterator[None]:
    """Many things tried on one world: each is undone. A durable transaction may be inside, as in a test itself."""
    block: Any = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)
        transaction.set_rollback(True)


def _outcome(verb: Verb, **given: Any) -> type[Refused] | None:
    """The refusal, or None."""
    try:
        verb(**given)
    except Refused as refusal:
        return type(refusal)
    return None


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
        acts[f"invite {role}"] = lambda role=role: members.invite_member(  # type: ignore[misc]
            email="baru@contoh.id", name="Baru", roles=[role], **new
        )
        acts[f"give {role}"] = lambda role=role: members.change_roles(  # type: ignore[misc]
            user_id=known["requester"].pk, roles=["requester", role], **new
        )
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


def profile(**changes: str) -> registry.InstitutionInput:
    given = {"name": "Bank", "kind": "private", "address": "Jalan", "city": "Kota", "province": "Jatim"}
    return registry.InstitutionInput(**(given | changes))  # type: ignore[arg-type]


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
    actor = _people(world)[who]
    before = authority(world)
    for name, act in acts_of(world, actor).items():
        with tried():
            assert _outcome(act) in (NotPermitted, NotFound), name
            assert authority(world) == before, name


def test_the_coordinator_does_each_of_them_as_before(world: World) -> None:
    """So the refusals above are about who, not about what."""
    before = authority(world)
    for name, act in acts_of(world, world.actor("coordinator")).items():
        with tried():
            assert _outcome(act) is None, name
            assert authority(world) != before or name.startswith("give a limit"), name


def test_one_person_gets_nowhere_with_two_steps_of_their_own(world: World) -> None:
    """Propose anything, then try every decision and every direct verb, in both organisations."""
    before = authority(world)
    hats = (world.actor("both"), as_coordinator(world, "both"))
    for kind, hat in itertools.product(KINDS, hats):
        with tried():
            proposed = propose(world, world.actor("both"), kind)
            assert _outcome(deciding.confirm_change, change_id=proposed.pk, actor=hat) is NotPermitted
            _outcome(deciding.refuse_change, change_id=proposed.pk, reason="x", actor=hat)
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


def test_nobody_decides_about_themselves(world: World) -> None:
    """The administrator of whom it speaks is not the second person."""
    proposed = proposing.propose_officer(
        institution_id=world.institution.pk,
        officer=officer(email="admin2@contoh.id", roles=["admin", "approver"]),
        actor=world.actor("admin"),
    )
    with pytest.raises(NotPermitted):
        deciding.confirm_change(change_id=proposed.pk, actor=world.actor("admin2"))
    ending = proposing.propose_end(
        institution_id=world.institution.pk, user_id=world.people["admin2"].pk, actor=world.actor("admin")
    )
    with pytest.raises(NotPermitted):
        deciding.confirm_change(change_id=ending.pk, actor=world.actor("admin2"))
    deciding.confirm_change(change_id=ending.pk, actor=world.actor("coordinator"))
    assert not Membership.objects.filter(user=world.people["admin2"], is_active=True).exists()


def test_nobody_proposes_for_themselves(world: World) -> None:
    actor = world.actor("admin")
    with pytest.raises(NotPermitted):
        proposing.propose_officer(
            institution_id=world.institution.pk,
            officer=officer(email=world.people["admin"].email.upper()),
            actor=actor,
        )
    with pytest.raises(NotPermitted):
        proposing.propose_end(
            institution_id=world.institution.pk, user_id=world.people["admin"].pk, actor=actor
        )


def test_a_proposal_that_became_ones_own_is_outdated(world: World) -> None:
    """Proposed for an address that the proposer then takes as their own."""
    proposed = propose(world, world.actor("admin"), "officer")
    User.objects.filter(pk=world.people["admin"].pk).update(email="baru@contoh.id")
    before = authority(world)
    with pytest.raises(WrongState):
        deciding.confirm_change(change_id=proposed.pk, actor=world.actor("admin2"))
    assert authority(world) == before


def _other_limit(world: World) -> None:
    Officer.objects.filter(user=world.people["approver"]).update(limit=1, is_unlimited=False)


def _new_officer(world: World) -> None:
    set_officer(
        institution_id=world.institution.pk, officer=officer(level=1), actor=world.actor("coordinator")
    )


OUTDATING: dict[str, Callable[[World], Any]] = {
    "officer": _new_officer,
    "end": lambda world: members.change_roles(
        organisation_id=world.institution.pk,
        user_id=world.people["approver"].pk,
        roles=["approver", "receiver"],
        actor=world.actor("coordinator"),
    ),
    "rules": lambda world: set_rules(
        institution_id=world.institution.pk, rules=[], actor=world.actor("coordinator")
    ),
    "terms": lambda world: set_terms(
        institution_id=world.institution.pk,
        terms=TermsInput(npwp="", payment_terms="Tunai", late_fine=""),
        actor=world.actor("coordinator"),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_changed_meanwhile_makes_it_outdated(world: World, kind: str) -> None:
    proposed = propose(world, world.actor("admin"), kind)
    OUTDATING[kind](world)
    before = authority(world)
    with pytest.raises(WrongState) as refusal:
        deciding.confirm_change(change_id=proposed.pk, actor=world.actor("admin2"))
    assert "berubah" in refusal.value.sentence
    assert refusal.value.status == 409
    assert authority(world) == before
    proposed.refresh_from_db()
    assert proposed.status == "outdated"
    assert "berubah" in shown(proposed, world.actor("admin")).reason


def test_a_proposer_who_went_leaves_an_outdated_proposal(world: World) -> None:
    proposed = propose(world, world.actor("admin"), "terms")
    Membership.objects.filter(user=world.people["admin"]).update(is_active=False)
    with pytest.raises(WrongState):
        deciding.confirm_change(change_id=proposed.pk, actor=world.actor("admin2"))


@pytest.mark.parametrize("first", ["confirm", "refuse", "withdraw"])
def test_what_is_decided_stays_decided(world: World, first: str) -> None:
    proposed = propose(world, world.actor("admin"), "rules")
    other, own = world.actor("admin2"), world.actor("admin")
    decide: dict[str, Callable[[], Any]] = {
        "confirm": lambda: deciding.confirm_change(change_id=proposed.pk, actor=other),
        "refuse": lambda: deciding.refuse_change(change_id=proposed.pk, reason="Belum ada SK", actor=other),
        "withdraw": lambda: deciding.withdraw_change(change_id=proposed.pk, actor=own),
    }
    decide[first]()
    after = authority(world)
    for again in decide.values():
        with pytest.raises(WrongState):
            again()
    assert authority(world) == after


def test_only_the_proposer_withdraws(world: World) -> None:
    proposed = propose(world, world.actor("admin"), "rules")
    for name, actor in _people(world).items():
        if name != "admin":
            with pytest.raises((WrongState, NotPermitted, NotFound)):
                deciding.withdraw_change(change_id=proposed.pk, actor=actor)


def test_an_organiser_that_was_not_accepted_knows_of_nothing(world: World) -> None:
    proposed = propose(world, world.actor("admin"), "terms")
    organiser = Organisation.objects.create(kind="expo", name="Lain", code="LAIN")
    Acceptance.objects.create(
        organisation=world.institution.organisation,
        organiser=world.edition.organiser.organisation,
        status="accepted",
        way="registered",
        since=timezone.now(),
    )
    user = make_user("lain@contoh.id", "Lain")
    Membership.objects.create(user=user, organisation=organiser, role=Role.COORDINATOR)
    with pytest.raises(NotFound):
        deciding.confirm_change(change_id=proposed.pk, actor=actor_for(user=user, organisation=organiser))


def test_organisers_and_the_other_administrators_are_told(world: World) -> None:
    def told() -> set[tuple[int, str, int | None]]:
        found = {
            (row.payload["organisation_id"], ",".join(row.payload["roles"]), row.payload["person_id"])
            for row in OutboxMessage.objects.filter(topic="accounts.tell")
        }
        OutboxMessage.objects.all().delete()
        return found

    organiser, own = world.edition.organiser_id, world.institution.pk
    told()
    proposed = propose(world, world.actor("admin"), "terms")
    assert told() == {
        (organiser, "coordinator", None),
        (own, "admin", world.people["admin2"].pk),
        (own, "admin", world.people["both"].pk),
    }
    deciding.confirm_change(change_id=proposed.pk, actor=world.actor("admin2"))
    assert told() == {(organiser, "coordinator", None), (own, "admin", world.people["admin"].pk)}
    registry.add_unit(
        institution_id=own, unit=registry.UnitInput(code="X", name="Baru"), actor=world.actor("admin")
    )
    assert told() == {(organiser, "coordinator", None)}
    registry.add_unit(
        institution_id=own, unit=registry.UnitInput(code="Y", name="Baru"), actor=world.actor("coordinator")
    )
    assert told() == set()


def test_the_input_comes_back_as_it_was() -> None:
    for kind, given in (
        ("officer", officer(valid_from=date(2022, 1, 1), valid_until=None, limit=Decimal(5))),
        ("officer", officer(limit=None, is_unlimited=True)),
        ("terms", TERMS),
    ):
        assert input_of(kind, data_of(given)) == given


def test_an_administrator_does_the_rest_alone(world: World) -> None:
    """Profile, units, sites, colleagues who sign and pay nothing: at once, and in the trail."""
    actor, key = world.actor("admin"), world.institution.pk
    registry.change_institution(institution_id=key, institution=profile(phone="031-1"), actor=actor)
    registry.add_site(
        institution_id=key,
        site=registry.SiteInput(name="Gudang 2", address="Jl", city="Kota", opening_hours="08.00–15.00"),
        actor=actor,
    )
    set_officer(institution_id=key, officer=officer(roles=["requester"], limit=None, level=1), actor=actor)
    members.invite_member(
        email="penerima@contoh.id", name="Penerima", organisation_id=key, roles=["receiver"], actor=actor
    )
    members.change_roles(
        organisation_id=key, user_id=world.people["receiver"].pk, roles=["requester"], actor=actor
    )
    members.deactivate_member(organisation_id=key, user_id=world.people["receiver"].pk, actor=actor)
    row = Institution.objects.get(pk=key)
    assert (row.phone, row.payment_terms) == ("031-1", world.institution.payment_terms)
    with pytest.raises(NotFound):
        registry.change_institution(
            institution_id=key, institution=profile(), actor=world.actor("other_admin")
        )
