"""The register of institutions: who writes it, what is refused, and that everything leaves a trace."""

from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Membership, User
from buyers.history import TELLING
from buyers.models import ApprovalRule, Institution, Officer
from buyers.register import registry
from procurement.errors import InvalidInput, NotFound, NotPermitted
from procurement.models import Event
from procurement.rows.events import verify
from tests.factories import World, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def officer(**changes: Any) -> registry.OfficerInput:
    given: dict[str, Any] = {
        "email": "baru@contoh.id",
        "name": "Orang Baru",
        "post": "KPA",
        "roles": ["approver"],
        "level": 2,
        "limit": Decimal(500_000_000),
    }
    return registry.OfficerInput(**(given | changes))


def events(institution: Institution) -> list[str]:
    return list(Event.objects.filter(stream=institution.stream).values_list("verb", flat=True))


def test_everything_in_the_register_is_written_by_the_coordinator_and_recorded(world: World) -> None:
    actor = world.actor("coordinator")
    made = registry.register_institution(
        institution=registry.InstitutionInput(
            name="Kantor Contoh",
            code="ktr-cth",
            kind="private",
            address="Jalan",
            city="Kota",
            province="Jatim",
        ),
        actor=actor,
    )
    assert made.organisation.code == "KTR-CTH"
    unit = registry.add_unit(
        institution_id=made.pk, unit=registry.UnitInput(code="A", name="Umum"), actor=actor
    )
    registry.change_unit(
        unit_id=unit.pk,
        unit=registry.UnitInput(code="A", name="Umum dan keuangan", is_active=False),
        actor=actor,
    )
    site = registry.add_site(
        institution_id=made.pk,
        site=registry.SiteInput(name="Gudang", address="Jalan", city="Kota"),
        actor=actor,
    )
    registry.change_site(
        site_id=site.pk, site=registry.SiteInput(name="Gudang 2", address="Jalan", city="Kota"), actor=actor
    )
    named = registry.set_officer(institution_id=made.pk, officer=officer(), actor=actor)
    registry.set_rules(
        institution_id=made.pk,
        rules=[registry.RuleInput(level=1, minimum_value=Decimal(0), post="PPK")],
        actor=actor,
    )
    registry.end_officer(officer_id=named.pk, actor=actor)
    assert events(made) == [
        "institution.register",
        "institution.unit",
        "institution.unit",
        "institution.site",
        "institution.site",
        "institution.officer",
        "institution.rules",
        "institution.officer_end",
    ]
    assert set(events(made)) <= set(TELLING.sentences)
    assert list(verify()) == []


def test_roles_become_memberships_and_go_again(world: World) -> None:
    actor = world.actor("coordinator")
    made = registry.set_officer(
        institution_id=world.institution.pk, officer=officer(roles=["approver", "receiver"]), actor=actor
    )
    user = User.objects.get(email="baru@contoh.id")
    assert not user.has_usable_password()
    registry.set_officer(
        institution_id=world.institution.pk, officer=officer(roles=["treasurer"]), actor=actor
    )
    active = Membership.objects.filter(user=user, is_active=True)
    assert list(active.values_list("role", flat=True)) == ["treasurer"]
    registry.end_officer(officer_id=made.pk, actor=actor)
    assert not active.exists()
    assert Officer.objects.get(pk=made.pk).limit == 500_000_000


def test_nobody_gives_a_role_to_themselves(world: World) -> None:
    actor = world.actor("coordinator")
    with pytest.raises(NotPermitted):
        registry.set_officer(
            institution_id=world.institution.pk,
            officer=officer(email=world.people["coordinator"].email),
            actor=actor,
        )
    assert not Officer.objects.filter(user=world.people["coordinator"]).exists()


@pytest.mark.parametrize(
    ("role", "error"),
    [
        ("approver", NotPermitted),
        ("viewer", NotPermitted),
        ("owner0", NotFound),
        ("other_approver", NotFound),
    ],
)
def test_nobody_else_writes_there(world: World, role: str, error: type[Exception]) -> None:
    actor = world.actor(role)
    with pytest.raises(error):
        registry.set_officer(institution_id=world.institution.pk, officer=officer(), actor=actor)
    with pytest.raises(error):
        registry.set_rules(institution_id=world.institution.pk, rules=[], actor=actor)
    with pytest.raises(error):
        registry.add_unit(
            institution_id=world.institution.pk, unit=registry.UnitInput(code="X", name="X"), actor=actor
        )
    assert events(world.institution) == []
    assert ApprovalRule.objects.filter(institution=world.institution).count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "bukan surel"}, "email"),
        ({"roles": []}, "roles"),
        ({"roles": ["owner"]}, "roles"),
        ({"post": " "}, "post"),
        ({"level": 0}, "level"),
        ({"limit": Decimal("0.5")}, "limit"),
        ({"nip": "abc"}, "nip"),
    ],
)
def test_an_officer_is_refused_by_the_field(world: World, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        registry.set_officer(
            institution_id=world.institution.pk, officer=officer(**changes), actor=world.actor("coordinator")
        )
    assert refusal.value.field == field
    assert not User.objects.filter(name="Orang Baru").exists()


@pytest.mark.parametrize(
    ("second", "place"),
    [
        (registry.RuleInput(level=1, minimum_value=Decimal(5), post="KPA"), (1, "level")),
        (registry.RuleInput(level=2, minimum_value=Decimal(5), post="KPA"), (1, "minimum_value")),
        (registry.RuleInput(level=2, minimum_value=Decimal(50), post=""), (1, "post")),
    ],
)
def test_rules_rise_with_their_level(
    world: World, second: registry.RuleInput, place: tuple[int, str]
) -> None:
    first = registry.RuleInput(level=1, minimum_value=Decimal(10), post="PPK")
    with pytest.raises(InvalidInput) as refusal:
        registry.set_rules(
            institution_id=world.institution.pk, rules=[first, second], actor=world.actor("coordinator")
        )
    assert (refusal.value.row, refusal.value.field) == place
