"""What touches money or authority in an institution takes two people: who proposes, who decides, what is written."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts import members
from accounts.acting import actor_for
from accounts.inviting import inviting
from accounts.models import Acceptance, Membership, Organisation, Role, User
from buyers.models import Institution, Officer
from buyers.own import deciding, proposing
from buyers.own.given import data_of, input_of
from buyers.own.waiting import shown
from buyers.register import registry
from buyers.register.officers import set_officer, set_rules
from buyers.register.registry import TermsInput, set_terms
from procurement.errors import NotFound, NotPermitted, WrongState
from procurement.models import Event, OutboxMessage
from procurement.rows.events import verify
from tests.buyers.administrators import (
    KINDS,
    TERMS,
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
    assert written.changes["proposed_by"] == f"user:{world.people['admin'].pk}"
    assert list(verify()) == []


MAY_DECIDE = {"admin", "admin2", "both as administrator", "both as coordinator", "coordinator"}
PROPOSERS = ("admin", "both as administrator")
NOT_SEEN = {"approver", "requester", "receiver", "treasurer", "other_admin", "owner0"}


@pytest.mark.parametrize("proposer", PROPOSERS)
@pytest.mark.parametrize("kind", KINDS)
def test_who_may_confirm_what_whom(world: World, kind: str, proposer: str) -> None:
    """Every person in every organisation × every kind: only another one who keeps the register."""
    people = people_of(world)
    proposed = propose(world, people[proposer], kind)
    before = authority(world)
    for name, actor in people.items():
        with tried():
            may = name in MAY_DECIDE and actor.user_id != people[proposer].user_id
            expected = () if may else (NotFound if name in NOT_SEEN else NotPermitted)
            said = outcome_of(deciding.confirm_change, change_id=proposed.pk, actor=actor)
            assert said == (None if may else expected), name
            assert (authority(world) != before) is may, name


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
    for name, actor in people_of(world).items():
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
    inviting.invite_member(
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
