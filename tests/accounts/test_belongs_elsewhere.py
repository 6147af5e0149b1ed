"""A link to a row that another organisation of the same person may see says so, and leads there."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Organisation, Role, User
from accounts.session import switching
from accounts.session.middleware import ACTING_FOR
from buyers.models import ProposedChange
from orders.models import Order
from procurement import clock
from tests.factories import World, make_user, make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


def somebody(client: Client, *places: tuple[Organisation, Role]) -> User:
    """A person who acts for the first of these organisations and belongs to all."""
    user = make_user("banyak@contoh.id", "Banyak Kantor")
    for organisation, role in places:
        Membership.objects.create(user=user, organisation=organisation, role=role)
    client.force_login(user)
    session = client.session
    session[ACTING_FOR] = places[0][0].pk
    session.save()
    return user


def offered(answer: Any) -> list[int]:
    """The organisations to which a page offers to switch."""
    main = answer.content.decode().partition('id="isi"')[2]
    return [int(key) for key in re.findall(r'name="organisation"\s+value="(\d+)"', main)]


def test_an_order_of_ones_other_institution_is_one_switch_away(client: Client, world: World) -> None:
    order = world.requested()
    here, there = world.other_institution.organisation, world.institution.organisation
    somebody(client, (here, Role.REQUESTER), (there, Role.REQUESTER))
    address = reverse("orders:detail", args=[order.pk]) + "?riwayat=semua"
    answer = client.get(address)
    assert (answer.status_code, offered(answer)) == (404, [there.pk])
    text = answer.content.decode()
    assert there.name in text
    assert order.number not in text, "of the order itself nothing is said before the switch"
    assert client.session[ACTING_FOR] == here.pk, "looking switches nothing"
    sent = client.post(reverse("accounts:act_for"), {"organisation": there.pk, "next": address})
    assert sent.headers["Location"] == address
    assert order.number in client.get(address).content.decode()
    assert User.objects.get(email="banyak@contoh.id").acted_for_id == there.pk


@pytest.mark.parametrize("next_address", ["https://jahat.example/", "//jahat.example/", "pesanan", ""])
def test_a_switch_never_leads_away(client: Client, world: World, next_address: str) -> None:
    here, there = world.other_institution.organisation, world.institution.organisation
    somebody(client, (here, Role.REQUESTER), (there, Role.REQUESTER))
    sent = client.post(reverse("accounts:act_for"), {"organisation": there.pk, "next": next_address})
    assert sent.headers["Location"] == reverse("accounts:home")


def test_an_msme_is_offered_its_own_pages_alone(client: Client, world: World) -> None:
    """It was asked, so its page of the request is there; the buyer's page of the order never is."""
    order = world.requested()
    world.ask_everybody(order)
    msme = world.msmes[0].organisation
    somebody(client, (world.other_institution.organisation, Role.REQUESTER), (msme, Role.OWNER))
    assert offered(client.get(reverse("orders:request", args=[order.pk]))) == [msme.pk]
    assert offered(client.get(reverse("orders:detail", args=[order.pk]))) == []


def test_a_page_for_one_kind_is_offered_to_that_kind(client: Client, world: World) -> None:
    """The order is the institution's too, but the workbench is the organiser's."""
    order = world.requested()
    staff, buyer = world.edition.organiser.organisation, world.institution.organisation
    places = ((world.other_institution.organisation, Role.REQUESTER), (staff, Role.VIEWER))
    somebody(client, *places, (buyer, Role.REQUESTER))
    assert offered(client.get(reverse("orders:workbench", args=[order.pk]))) == [staff.pk]


def test_what_none_of_ones_own_may_see_is_not_found_for_good(client: Client, world: World) -> None:
    order = world.requested()
    msme = world.msmes[0].organisation
    user = somebody(client, (world.other_institution.organisation, Role.REQUESTER), (msme, Role.OWNER))
    former = Membership.objects.create(
        user=user, organisation=world.institution.organisation, role=Role.REQUESTER, is_active=False
    )
    detail = reverse("orders:detail", args=[order.pk])
    nothing = client.get(reverse("orders:detail", args=[order.pk + 1000]))
    plain = client.get(detail)
    assert (plain.status_code, offered(plain), offered(nothing)) == (404, [], [])
    assert world.institution.organisation.name not in plain.content.decode()
    former.is_active = True
    former.save()
    assert offered(client.get(detail)) == [world.institution.pk]
    assert client.post(detail).status_code == 405
    assert offered(client.get(detail, headers={"HX-Request": "true"})) == []
    assert client.get(reverse("orders:detail", args=[2**70])).status_code == 404


def test_a_draft_of_the_buyer_is_not_offered_to_the_organiser(client: Client, world: World) -> None:
    draft: Order = world.draft()
    staff = world.edition.organiser.organisation
    somebody(client, (world.other_institution.organisation, Role.REQUESTER), (staff, Role.COORDINATOR))
    assert offered(client.get(reverse("orders:detail", args=[draft.pk]))) == []


def test_each_registered_number_answers_for_somebody_without_a_role(world: World) -> None:
    """A wrong path or model would show only here: every one is asked, and nobody sees anything by default."""
    from accounts.acting import Actor

    nobody = Actor(user=world.people["viewer"], organisation=None)
    assert len(switching._SEEN) >= 16
    for name, seen in switching._SEEN.items():
        assert seen("order:1" if name == "stream" else 1, nobody, frozenset()) is False, name


def test_each_kind_of_page_says_for_whom_it_is(world: World) -> None:
    from django.urls import resolve

    for name, kinds in {
        "orders:workbench": {"expo"},
        "orders:request": {"msme"},
        "buyers:unit_edit": {"expo", "institution"},
        "msmes:offer_edit": {"msme"},
    }.items():
        assert vars(resolve(reverse(name, args=[1])).func).get("kinds") == kinds, name


def test_one_name_in_addresses_is_one_kind_of_row() -> None:
    """A proposal of an institution and a change of an account had the same name, so the first was forgotten."""
    with pytest.raises(ValueError, match="order_id"):
        switching.register("order_id", lambda *_said: True)


def test_a_proposal_of_ones_other_institution_is_one_switch_away(client: Client, world: World) -> None:
    here, there = world.other_institution.organisation, world.institution.organisation
    somebody(client, (here, Role.ADMINISTRATOR), (there, Role.ADMINISTRATOR))
    proposed = ProposedChange.objects.create(
        institution=world.institution,
        kind=ProposedChange.Kind.TERMS,
        given={},
        before={},
        proposer=world.people["admin"],
        proposed_at=clock.now(),
    )
    assert offered(client.get(reverse("buyers:proposal", args=[proposed.pk]))) == [there.pk]
