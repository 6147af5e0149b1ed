"""From the catalogue into a draft: one open draft a person, and nothing of it lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from buyers.models import DeliverySite
from expo.models import Edition
from orders.models import Order
from orders.requesting import basket
from orders.requesting.versions import version_of
from procurement import clock
from procurement.errors import ContentChanged, InvalidInput, NotFound, NotPermitted
from tests.factories import World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def world() -> World:
    return make_world()


def add(
    world: World, product: int = 0, quantity: int = 10, days: int = 60, person: str = "requester"
) -> Order:
    return basket.add_to_draft(
        product_id=world.products[product].pk,
        edition_id=world.edition.pk,
        quantity=quantity,
        needed_by=clock.today() + timedelta(days=days),
        actor=world.actor(person),
    )


def test_one_draft_takes_everything_and_the_same_again_is_more_of_it(world: World) -> None:
    order = add(world)
    assert add(world, quantity=5) == order
    assert add(world, product=1) == order
    assert add(world, days=61) == order
    lines = [(line.product_id, line.quantity) for line in order.lines.order_by("position")]
    first, second = world.products[0].pk, world.products[1].pk
    assert lines == [(first, 15), (second, 10), (first, 10)]
    assert Order.objects.count() == 1


def test_what_the_heading_says_stays(world: World) -> None:
    order = world.draft([30])
    Order.objects.filter(pk=order.pk).update(note="Jangan dilipat", budget_source="DIPA 1")
    assert add(world, product=1) == order
    order = Order.objects.get(pk=order.pk)
    assert (order.note, order.budget_source, order.lines.count()) == ("Jangan dilipat", "DIPA 1", 2)


def test_a_draft_that_was_submitted_is_left_alone(world: World) -> None:
    order = world.requested([30])
    assert add(world) != order
    assert order.lines.count() == 1


def test_what_cannot_be_is_refused(world: World) -> None:
    for person in ("approver", "coordinator", "owner0"):
        with pytest.raises(NotPermitted):
            add(world, person=person)
    with pytest.raises(InvalidInput) as refusal:
        add(world, days=-1)
    assert refusal.value.field == "needed_by"
    with pytest.raises(NotFound):
        basket.add_to_draft(
            product_id=10**9,
            edition_id=world.edition.pk,
            quantity=1,
            needed_by=clock.today(),
            actor=world.actor("requester"),
        )
    DeliverySite.objects.update(is_active=False)
    with pytest.raises(InvalidInput, match="lokasi penyerahan"):
        add(world)
    Edition.objects.update(closed_at=clock.now())
    with pytest.raises(NotFound):
        add(world)
    assert not Order.objects.exists()


def test_who_changed_the_draft_meanwhile_is_not_overwritten(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = add(world)
    rows = version_of

    def read_before(found: Order, lines: Any) -> str:
        said = rows(found, lines)
        order.lines.update(quantity=77)
        return said

    monkeypatch.setattr(basket, "version_of", read_before)
    with pytest.raises(ContentChanged):
        add(world, product=1)
    assert [line.quantity for line in order.lines.all()] == [77]


def test_the_page_adds_and_says_where_it_went(client: Client, world: World) -> None:
    client.force_login(world.people["requester"])
    address = f"{reverse('orders:product', args=[world.products[0].pk])}?penyelenggaraan={world.edition.pk}"
    day = (clock.today() + timedelta(days=60)).isoformat()
    done = client.post(address, {"quantity": "25", "needed_by": day}, follow=True)
    order = Order.objects.get()
    assert order.number in done.content.decode()
    assert reverse("orders:edit", args=[order.pk]) in done.content.decode()
    wrong = client.post(address, {"quantity": "nol", "needed_by": day})
    assert wrong.status_code == 422
    assert day in wrong.content.decode(), "nothing typed is lost"
    late = client.post(address, {"quantity": "5", "needed_by": "2001-01-01"})
    assert late.status_code == 422
    client.force_login(world.people["approver"])
    assert 'name="needed_by"' not in client.get(address).content.decode()
    assert client.post(address, {"quantity": "5", "needed_by": day}).status_code == 404
