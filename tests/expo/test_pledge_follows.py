"""A pledge stands for its orders at every moment: what they gain it gives, what they lose comes back, until it ends."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from buyers.models import Unit
from expo.figures.asked import Asked
from expo.figures.figures import pledged_by
from expo.figures.names import all_names
from expo.figures.overview import overview
from expo.ledger.balances import Cell, balances_of, standing_of
from expo.models import Dimension, Origin, Pledge, Stage
from expo.pledges.pledges import end_pledge
from orders.delivering import deliver
from orders.models import Order
from orders.quoting import approve, quote
from orders.reconcile import differences
from orders.requesting import request
from orders.requesting.pledged import link_pledge
from procurement.errors import InvalidInput
from tests.expo.now_and_then import nothing_below_zero, same_now_and_then
from tests.expo.test_ledger_moves import change
from tests.factories import World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.database]

MILLION = Decimal(1_000_000)


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def submitted(world: World, pledge: Pledge | None, pieces: int, **heading: Any) -> Order:
    """An order of so many shirts at Rp100,000 that refers to the pledge."""
    draft = request.draft_order(
        actor=world.actor("requester"),
        heading=replace(world.heading(), pledge_id=pledge.pk if pledge else None, **heading),
        lines=world.lines([pieces]),
    )
    return request.submit_order(order_id=draft.pk, actor=world.actor("requester"))


def lapse(world: World, pledge: Pledge, status: str = "lapsed") -> None:
    end_pledge(pledge_id=pledge.pk, actor=world.actor("coordinator"), status=status, reason="Anggaran habis")


def withdraw(world: World, order: Order) -> None:
    request.withdraw_order(order_id=order.pk, reason="Tidak jadi", actor=world.actor("requester"))


def has(
    world: World, pledge: Pledge, *, remaining: int, orders: list[int], lost: int = 0, status: str
) -> None:
    """What the pledge, its orders and the ledger say, in millions; and that all of it is what was announced."""
    row = Pledge.objects.get(pk=pledge.pk)
    taken = [order.pledged for order in Order.objects.filter(pledge=row).order_by("pk")]
    assert (row.remaining, taken, row.status) == (
        remaining * MILLION, [one * MILLION for one in orders], status
    )  # fmt: skip
    shown = balances_of(world.edition.pk)
    assert shown.by_stage[Stage.ANNOUNCED] == Cell(remaining * MILLION, 1 if remaining else 0)
    assert shown.lost_by_origin()[Origin.ANNOUNCED].amount == lost * MILLION
    assert row.taken == sum(taken)
    assert row.amount is not None
    assert row.amount == row.remaining + row.taken + lost * MILLION
    assert pledged_by(shown).announced == Cell(row.amount, 1)
    assert pledged_by(shown).converted == Cell(row.taken, 1 if status == "converted" else 0)
    nothing_below_zero()
    same_now_and_then(world.actor("coordinator"), world.edition, narrowed=False)
    assert [str(difference) for difference in differences()] == []


# --- Value that changes ------------------------------------------------------------------------------------------


def test_an_order_that_outgrows_its_pledge_takes_more(world: World) -> None:
    pledge = world.pledge(100 * MILLION)
    order = submitted(world, pledge, 200)
    has(world, pledge, remaining=80, orders=[20], status="open")
    change(world, order, quantity=1_000)
    has(world, pledge, remaining=0, orders=[100], status="converted")
    assert balances_of(world.edition.pk).by_stage.not_yet_booked.amount == 100 * MILLION
    change(world, Order.objects.get(pk=order.pk), quantity=1_500)
    has(world, pledge, remaining=0, orders=[100], status="converted")
    assert balances_of(world.edition.pk).by_stage.not_yet_booked.amount == 150 * MILLION


def test_an_order_that_shrinks_gives_back(world: World) -> None:
    pledge = world.pledge(100 * MILLION)
    order = submitted(world, pledge, 1_000)
    has(world, pledge, remaining=0, orders=[100], status="converted")
    change(world, order, quantity=10)
    has(world, pledge, remaining=99, orders=[1], status="open")
    assert balances_of(world.edition.pk).by_stage.not_yet_booked.amount == 100 * MILLION


def test_the_quote_its_revision_and_its_end_move_the_pledge(world: World) -> None:
    pledge = world.pledge(100 * MILLION)
    order = submitted(world, pledge, 400)
    has(world, pledge, remaining=60, orders=[40], status="open")
    world.ask_everybody(order)
    world.quote(order)  # at 90,000
    has(world, pledge, remaining=64, orders=[36], status="open")
    quote.ask_revision(order_id=order.pk, reason="Terlalu mahal", actor=world.actor("approver"))
    has(world, pledge, remaining=60, orders=[40], status="open")
    world.quote(Order.objects.get(pk=order.pk))
    approve.reject_quote(order_id=order.pk, reason="Anggaran dialihkan", actor=world.actor("approver"))
    has(world, pledge, remaining=100, orders=[0], status="open")
    request.reopen_order(order_id=order.pk, actor=world.actor("requester"))
    has(world, pledge, remaining=60, orders=[40], status="open")


def test_a_cancelled_order_gives_everything_back(world: World) -> None:
    pledge = world.pledge(20 * MILLION)
    order = submitted(world, pledge, 400)
    has(world, pledge, remaining=0, orders=[20], status="converted")
    world.ask_everybody(order)
    world.approve(world.quote(order))
    has(world, pledge, remaining=0, orders=[20], status="converted")
    approve.cancel_order(
        order_id=order.pk, reason="Proyek batal", cost_bearer="buyer", actor=world.actor("approver")
    )
    has(world, pledge, remaining=20, orders=[0], status="open")


def test_what_a_short_close_leaves_out_comes_back(world: World) -> None:
    pledge = world.pledge(100 * MILLION)
    order = submitted(world, pledge, 1_000)
    world.ask_everybody(order, world.msmes[:1])
    world.approve(world.quote(order))
    has(world, pledge, remaining=10, orders=[90], status="open")
    world.start(order, 0)
    world.receive(world.ship(order, 0, part=0.4))
    deliver.short_close_order(order_id=order.pk, reason="Cukup sekian", actor=world.actor("approver"))
    has(world, pledge, remaining=64, orders=[36], status="open")


# --- A pledge that has ended -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["lapsed", "withdrawn"])
def test_what_comes_back_to_an_ended_pledge_is_lost(world: World, status: str) -> None:
    pledge = world.pledge(100 * MILLION)
    order = submitted(world, pledge, 600)
    lapse(world, pledge, status)
    has(world, pledge, remaining=0, orders=[60], lost=40, status=status)
    change(world, order, quantity=500)
    has(world, pledge, remaining=0, orders=[50], lost=50, status=status)
    change(world, Order.objects.get(pk=order.pk), quantity=900)
    has(world, pledge, remaining=0, orders=[50], lost=50, status=status)
    withdraw(world, order)
    has(world, pledge, remaining=0, orders=[0], lost=100, status=status)
    request.reopen_order(order_id=order.pk, actor=world.actor("requester"))
    has(world, pledge, remaining=0, orders=[0], lost=100, status=status)


def test_the_funnel_says_the_same_now_and_as_of_now_after_a_lapse(world: World) -> None:
    pledge = world.pledge(100 * MILLION)
    submitted(world, pledge, 600)
    lapse(world, pledge)
    names = all_names(world.actor("coordinator"))
    now = overview(Asked(world.edition), names)
    assert next(step for step in now.steps if step.stage == Stage.REQUESTED).value_share == 60
    has(world, pledge, remaining=0, orders=[60], lost=40, status="lapsed")


# --- Two orders of one pledge, and a pledge that changes --------------------------------------------------------


def test_a_raised_pledge_stands_for_more_of_its_orders(world: World) -> None:
    pledge = world.pledge(80 * MILLION)
    order = submitted(world, pledge, 1_000)
    has(world, pledge, remaining=0, orders=[80], status="converted")
    world.change_pledge(pledge, 90 * MILLION)
    has(world, pledge, remaining=0, orders=[90], status="converted")
    world.change_pledge(pledge, 120 * MILLION)
    has(world, pledge, remaining=20, orders=[100], status="open")
    assert balances_of(world.edition.pk).by_stage.not_yet_booked.amount == 120 * MILLION
    world.change_pledge(pledge, 100 * MILLION, was_mistaken=True)
    has(world, pledge, remaining=0, orders=[100], status="converted")
    withdraw(world, order)
    has(world, pledge, remaining=100, orders=[0], status="open")


def test_an_amount_that_is_said_later_stands_for_the_orders_that_refer_to_it(world: World) -> None:
    pledge = world.pledge(None)
    submitted(world, pledge, 600)
    assert balances_of(world.edition.pk).by_stage[Stage.ANNOUNCED] == Cell()
    world.change_pledge(pledge, 100 * MILLION)
    has(world, pledge, remaining=40, orders=[60], status="open")


def test_an_open_pledge_that_is_raised_goes_to_orders_that_could_take_more(world: World) -> None:
    pledge = world.pledge(100 * MILLION)
    first = submitted(world, pledge, 600)
    second = submitted(world, None, 700)
    link_pledge(
        order_id=second.pk, pledge_id=pledge.pk, amount=30 * MILLION, actor=world.actor("coordinator")
    )
    has(world, pledge, remaining=10, orders=[60, 30], status="open")
    change(world, first, quantity=900)
    has(world, pledge, remaining=0, orders=[70, 30], status="converted")
    change(world, Order.objects.get(pk=second.pk), quantity=100)
    has(world, pledge, remaining=0, orders=[90, 10], status="converted")
    change(world, Order.objects.get(pk=first.pk), quantity=800)
    has(world, pledge, remaining=10, orders=[80, 10], status="open")
    world.change_pledge(pledge, 120 * MILLION)
    has(world, pledge, remaining=30, orders=[80, 10], status="open")
    with pytest.raises(InvalidInput):
        world.change_pledge(pledge, 90 * MILLION - 1)
    world.change_pledge(pledge, 90 * MILLION, was_mistaken=True)
    has(world, pledge, remaining=0, orders=[80, 10], status="converted")


def test_what_one_order_gives_back_the_other_takes(world: World) -> None:
    pledge = world.pledge(100 * MILLION)
    first, second = submitted(world, pledge, 800), submitted(world, pledge, 600)
    has(world, pledge, remaining=0, orders=[80, 20], status="converted")
    assert balances_of(world.edition.pk).by_stage.not_yet_booked.amount == 140 * MILLION
    withdraw(world, first)
    has(world, pledge, remaining=40, orders=[0, 60], status="open")
    assert balances_of(world.edition.pk).by_stage.not_yet_booked.amount == 100 * MILLION
    request.reopen_order(order_id=first.pk, actor=world.actor("requester"))
    has(world, pledge, remaining=0, orders=[40, 60], status="converted")
    withdraw(world, second)
    has(world, pledge, remaining=20, orders=[80, 0], status="open")


def test_what_was_said_of_an_order_is_the_most_that_it_takes(world: World) -> None:
    pledge, order = world.pledge(100 * MILLION), world.requested([100])
    order = link_pledge(
        order_id=order.pk, pledge_id=pledge.pk, amount=4 * MILLION, actor=world.actor("coordinator")
    )
    change(world, order, quantity=500)
    has(world, pledge, remaining=96, orders=[4], status="open")
    change(world, Order.objects.get(pk=order.pk), quantity=30)
    has(world, pledge, remaining=97, orders=[3], status="open")
    change(world, Order.objects.get(pk=order.pk), quantity=600)
    has(world, pledge, remaining=96, orders=[4], status="open")


def test_an_order_that_was_closed_short_is_linked_by_what_it_still_is_worth(world: World) -> None:
    pledge, order = world.pledge(100 * MILLION), world.approved([1_000], world.msmes[:1])
    world.start(order, 0)
    world.receive(world.ship(order, 0, part=0.4))
    deliver.short_close_order(order_id=order.pk, reason="Cukup sekian", actor=world.actor("approver"))
    with pytest.raises(InvalidInput) as refusal:
        link_pledge(
            order_id=order.pk, pledge_id=pledge.pk, amount=37 * MILLION, actor=world.actor("coordinator")
        )
    assert refusal.value.field == "amount"
    link_pledge(order_id=order.pk, pledge_id=pledge.pk, actor=world.actor("coordinator"))
    has(world, pledge, remaining=64, orders=[36], status="open")


# --- Whose the pledge is -----------------------------------------------------------------------------------------


def test_a_pledge_is_of_its_institution_and_of_no_unit(world: World) -> None:
    unit = Unit.objects.get(institution=world.institution)
    pledge = world.pledge(100 * MILLION)
    order = submitted(world, pledge, 600, unit_id=unit.pk)
    assert dict(standing_of(world.edition.pk, Dimension.UNIT, unit.pk)) == {
        Stage.REQUESTED: Cell(60 * MILLION, 1)
    }
    assert dict(standing_of(world.edition.pk, Dimension.UNIT, 0)) == {Stage.ANNOUNCED: Cell(40 * MILLION, 1)}
    change(world, order, unit_id=None)
    withdraw(world, order)
    has(world, pledge, remaining=100, orders=[0], status="open")
    assert standing_of(world.edition.pk, Dimension.UNIT, unit.pk) == {}


def test_the_database_keeps_what_orders_took_within_the_pledge(world: World) -> None:
    pledge = world.pledge(100 * MILLION)
    submitted(world, pledge, 600)
    for changes in ({"taken": 61 * MILLION}, {"remaining": 41 * MILLION}, {"taken": -1}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Pledge.objects.filter(pk=pledge.pk).update(**changes)


@pytest.mark.parametrize("first_grows", [True, False])
def test_a_raised_pledge_gives_all_of_the_rest_to_the_order_that_did_not_take_last(
    world: World, first_grows: bool
) -> None:
    """The count that comes back to the pledge is written before the one that leaves it, whoever takes."""
    pledge = world.pledge(20 * MILLION)
    orders = [submitted(world, pledge, 100), submitted(world, pledge, 100)]
    grown = orders[0] if first_grows else orders[1]
    if not first_grows:
        change(world, orders[0], quantity=50)
        change(world, Order.objects.get(pk=orders[0].pk), quantity=100)
    change(world, Order.objects.get(pk=grown.pk), quantity=200)
    world.change_pledge(pledge, 25 * MILLION)
    taken = [15, 10] if first_grows else [10, 15]
    has(world, pledge, remaining=0, orders=taken, status="converted")
