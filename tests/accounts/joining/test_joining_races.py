"""Two coordinators accept one application at once: it becomes one organisation, and the second hears who was first."""

from functools import partial

import pytest

from accounts.acting import Actor, actor_for
from accounts.models import Membership, Organisation, Role
from buyers.joining.accepting import accept_institution
from buyers.models import Institution, InstitutionApplication
from msmes.joining.accepting import accept_msme
from msmes.models import Msme, MsmeApplication
from procurement.errors import WrongState
from procurement.rows.events import verify
from tests.factories import World, make_user, make_world
from tests.joining import again, applied, open_doors
from tests.orders.test_races import run_together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

ROUNDS = 4


@pytest.fixture
def world() -> World:
    world = make_world()
    open_doors(world.edition.organiser.organisation)
    return world


def second_coordinator(world: World) -> Actor:
    organiser = world.edition.organiser.organisation
    user = make_user("koordinator.kedua@contoh.id", "Koordinator Kedua")
    Membership.objects.create(user=user, organisation=organiser, role=Role.COORDINATOR)
    return actor_for(user=user, organisation=organiser)


def test_one_msme_comes_of_one_application(world: World) -> None:
    first, second = world.actor("coordinator"), second_coordinator(world)
    for number in range(ROUNDS):
        row = applied(
            MsmeApplication, phone=f"08131111{number:04d}", details={"nib": f"91200012345{number:02d}"}
        )
        before = Msme.objects.count()
        said = {"application_id": row.pk, "district_id": world.msmes[0].district_id}
        results = run_together(
            partial(accept_msme, code=f"SATU-{number}", actor=first, **said),
            partial(accept_msme, code=f"DUA-{number}", actor=second, **said),
        )
        (refused,) = [one for one in results if isinstance(one, WrongState)]
        winner = again(row).decided_by
        assert winner is not None
        assert str(winner) in refused.sentence
        assert Msme.objects.count() == before + 1
    assert list(verify()) == []


def test_one_institution_comes_of_one_application(world: World) -> None:
    first, second = world.actor("coordinator"), second_coordinator(world)
    row = applied(InstitutionApplication)
    before = (Institution.objects.count(), Organisation.objects.count())
    results = run_together(
        partial(accept_institution, application_id=row.pk, code="SATU", actor=first),
        partial(accept_institution, application_id=row.pk, code="DUA", actor=second),
    )
    assert len([one for one in results if isinstance(one, WrongState)]) == 1
    assert (Institution.objects.count(), Organisation.objects.count()) == (before[0] + 1, before[1] + 1)
    assert list(verify()) == []
