"""Each act has a deadline of its own; the needed-by day is that of receiving the goods, and of nothing else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.asking import asking
from orders.chasing import chase
from orders.desks.order_due import due_of
from orders.models import Order
from orders.next_acts import next_act, with_deadlines, with_road
from procurement import clock
from procurement.working_days import add_working_days
from tests.factories import World, make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


def by(order: Order) -> object:
    due = next_act(Order.objects.get(pk=order.pk))
    assert due is not None
    shown = next_act(with_deadlines(Order.objects.all()).get(pk=order.pk))
    assert shown is not None
    assert shown.by == due.by
    return due.by


def test_from_draft_to_payment(world: World) -> None:
    today = clock.today()
    order = world.draft()
    assert by(order) is None
    order = world.requested()
    assert by(order) == add_working_days(today, 10)
    line = order.lines.get(position=1)
    asking.ask_msmes(
        order_id=order.pk,
        asks=[asking.Ask(line_id=line.pk, msme_id=world.msmes[0].pk, quantity=5)],
        deadline=clock.now() + timedelta(days=3),
        actor=world.actor("coordinator"),
    )
    assert by(order) == today + timedelta(days=3)
    order = world.quoted()
    assert by(order) == order.quote_valid_until
    order = world.approve(order)
    assert by(order) == today + timedelta(days=30)
    for index in range(3):
        world.start(order, index)
    assert by(order) == today + timedelta(days=30)
    first, *others = [world.ship(order, index) for index in range(3)]
    assert by(order) == order.needed_by == today + timedelta(days=60)
    for shipment in (first, *others):
        world.receive(shipment)
    assert by(order) == add_working_days(today, 10)


def test_nobody_receives_what_is_not_on_the_road(world: World) -> None:
    """A part came, the rest is still made: the MSMEs owe it, and the receiver is reminded of nothing."""
    order = world.approve(world.quoted())
    for index in range(3):
        world.start(order, index)
    first = world.ship(order, 0, part=0.5)
    assert waits(order) == ("shipment.receive", "Instansi pembeli")
    world.receive(first)
    assert waits(order) == ("shipment.dispatch", "UMKM")
    assert by(order) == clock.today() + timedelta(days=30)
    order = Order.objects.get(pk=order.pk)
    assert {one.key for one in chase.recipients(order)} == {"remind of the rest"}
    due = due_of(order, world.actor("receiver"), [], [], [], "")
    assert due is not None
    assert (due.owner, due.mine, due.url, due.verb) == ("UMKM", False, "", "")
    world.ship(order, 0)
    assert waits(order) == ("shipment.receive", "Instansi pembeli")


def waits(order: Order) -> tuple[str, str]:
    found = [
        next_act(Order.objects.get(pk=order.pk)),
        next_act(with_road(Order.objects.all()).get(pk=order.pk)),
    ]
    (said,) = {(one.act, str(one.who)) for one in found if one is not None}
    return said


def test_pages_of_many_ask_nothing_for_each(world: World) -> None:
    for _ in range(3):
        world.requested()
    orders = list(with_deadlines(Order.objects.all()))
    with CaptureQueriesContext(connection) as queries:
        assert all(due is not None and due.by for due in map(next_act, orders))
    assert not queries.captured_queries
