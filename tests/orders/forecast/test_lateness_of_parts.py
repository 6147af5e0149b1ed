"""What is foreseen of a purchase order whose pieces come, go, are samples, or are sent in parts."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache

from orders.amending import amend
from orders.asking import asking
from orders.delivering import deliver
from orders.delivering.shipment_pieces import Load
from orders.desks.workload import desk_of
from orders.models import Order, PurchaseOrder
from orders.producing import produce
from procurement import clock
from procurement.working_days import add_working_days, working_days_between
from tests.factories import World
from tests.orders.forecast.mornings import first, found, morning, tell


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def shared(world: World, *pieces: int) -> Order:
    """An approved order of one line, of which each MSME makes so many pieces."""
    order = world.requested([sum(pieces)])
    line = order.lines.get()
    asking.ask_msmes(
        order_id=order.pk,
        asks=[
            asking.Ask(line_id=line.pk, msme_id=world.msmes[index].pk, quantity=count)
            for index, count in enumerate(pieces)
        ],
        deadline=clock.now() + timedelta(days=3),
        actor=world.actor("coordinator"),
    )
    for index in range(len(pieces)):
        world.answer(order, index)
    world.quote(Order.objects.get(pk=order.pk))
    world.approve(Order.objects.get(pk=order.pk))
    world.start(order, 0)
    return Order.objects.get(pk=order.pk)


def more_comes(world: World, order: Order, pieces: int, days: int) -> None:
    """An addendum moves pieces of the second MSME to the first, ready in so many days."""
    share = order.allocations.get(msme=world.msmes[1])
    assert share.price is not None
    row = amend.propose_move(
        order_id=order.pk,
        move=amend.Move(
            allocation_id=share.pk,
            msme_id=world.msmes[0].pk,
            quantity=pieces,
            price=share.price,
            ready_on=clock.today() + timedelta(days=days),
        ),
        reason="Mesin rusak",
        actor=world.actor("coordinator"),
    )
    for who in ("owner1", "owner0", "approver"):
        row = amend.agree(amendment_id=row.pk, actor=world.actor(who))
    assert row.status == "applied"


def send(world: World, row: PurchaseOrder, pieces: int) -> int:
    owner = world.actor("owner0")
    shipment = deliver.prepare_shipment(
        purchase_order_id=row.pk,
        loads=[Load(allocation_id=row.allocations.get().pk, quantity=pieces)],
        actor=owner,
    )
    return deliver.dispatch_shipment(shipment_id=shipment.pk, actor=owner).pk


class TestPiecesThatCome:
    @pytest.mark.parametrize("told", ["nothing", "90", "100", "finished", "sent"])
    def test_a_hundred_times_more_in_two_days_is_late(self, world: World, told: str) -> None:
        order = shared(world, 10, 990)
        row, begun = first(order, world), clock.today()
        with morning(begun + timedelta(days=20)):
            if told.isdigit():
                tell(world, row, int(told))
            elif told == "finished":
                produce.finish_production(purchase_order_id=row.pk, actor=world.actor("owner0"))
            elif told == "sent":
                send(world, row, 10)
        with morning(begun + timedelta(days=28)):
            before = found(row)
            more_comes(world, order, 990, days=2)
            after = found(row)
            assert after.state == "producing"
            assert after.late_percent >= 95
            assert after.late_probability > before.late_probability
            assert told == "nothing" or not before.is_likely_late
            assert after.expected > PurchaseOrder.objects.get(pk=row.pk).due_on

    @pytest.mark.parametrize("told", ["100", "finished"])
    def test_as_much_again_is_half_of_the_work(self, world: World, told: str) -> None:
        """It takes about as long again as the first half took, from the day on which it came."""
        order = shared(world, 100, 200)
        row, begun = first(order, world), clock.today()
        with morning(add_working_days(begun, 10)):
            if told.isdigit():
                tell(world, row, int(told))
            else:
                produce.finish_production(purchase_order_id=row.pk, actor=world.actor("owner0"))
        with morning(add_working_days(begun, 19)):
            more_comes(world, order, 100, days=4)
            share = row.allocations.get()
            assert (share.made, share.to_make) == (100, 100)
            after = found(row)
            assert after.state == "producing"
            assert after.is_likely_late
            assert 5 <= working_days_between(clock.today(), after.expected) <= 20
        with morning(add_working_days(begun, 25)):
            tell(world, row, 100)
            assert found(row).expected < add_working_days(clock.today(), 3)
            produce.finish_production(purchase_order_id=row.pk, actor=world.actor("owner0"))
            assert found(row).state == "made"

    def test_more_pieces_never_make_it_earlier(self, world: World) -> None:
        order = shared(world, 100, 900)
        row, begun = first(order, world), clock.today()
        with morning(add_working_days(begun, 10)):
            tell(world, row, 60)
        with morning(add_working_days(begun, 12)):
            expected = [found(row).expected]
            for pieces in (1, 50, 150, 600):
                more_comes(world, order, pieces, days=28)
                expected.append(found(row).expected)
        assert expected == sorted(expected)
        assert expected[-1] > expected[0]


class TestSamples:
    """What was sent is made; it does not say that nothing else is."""

    @pytest.mark.parametrize("percent", [None, 1, 40])
    def test_a_sample_makes_nothing_later(self, world: World, percent: int | None) -> None:
        order = world.approved([300])
        world.start(order, 0)
        row, begun = first(order, world), clock.today()
        if percent:
            with morning(begun + timedelta(days=1)):
                tell(world, row, percent)
        with morning(begun + timedelta(days=10)):
            before = found(row)
            send(world, row, 2)
            sent = found(row)
            assert sent.state == "producing"
            assert sent.late_probability <= before.late_probability
            assert sent.expected <= before.expected
            assert sent.late_percent < 90

    def test_a_sample_that_comes_back_is_one_piece_more(self, world: World) -> None:
        order = world.approved([300])
        world.start(order, 0)
        row, begun = first(order, world), clock.today()
        with morning(begun + timedelta(days=10)):
            before = found(row)
            world.receive(send(world, row, 1), rejected=1)
            back = found(row)
        assert before.late_probability <= back.late_probability < before.late_probability + 0.1

    def test_more_sent_never_makes_it_later(self, world: World) -> None:
        order = world.approved([300])
        world.start(order, 0)
        row = first(order, world)
        with morning(clock.today() + timedelta(days=14)):
            chances = [found(row).late_probability]
            for pieces in (1, 4, 15, 30, 40, 9, 1):
                send(world, row, pieces)
                chances.append(found(row).late_probability)
        assert chances == sorted(chances, reverse=True)
        assert chances[-1] < 0.1


def test_a_first_part_on_the_road_leaves_the_rest_to_be_made(world: World) -> None:
    """One of a hundred pieces is sent: the purchase order stands among what is to be made, not only to be sent."""
    order = world.approved([300])
    world.start(order, 0)
    world.ship(order, 0, part=0.01)
    desk = desk_of(world.actor("owner0"))
    assert [one.order_id for one in desk.to_make] == [order.pk]
    assert desk.to_send == []
    world.ship(order, 0)
    desk = desk_of(world.actor("owner0"))
    assert desk.to_make == desk.to_send == []
