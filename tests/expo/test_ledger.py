"""The ledger's promises one by one: what is refused, what pledges do, what was told, and what reconcile names."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from expo.editions.editions import close_edition
from expo.ledger.balances import balances_of, standing_of
from expo.ledger.ledger import Dimensions, Posting
from expo.ledger.rollup import roll
from expo.models import (
    Dimension,
    LedgerEntry,
    Origin,
    Pledge,
    Stage,
)
from expo.pledges.pledges import NewAmount, change_pledge, end_pledge
from orders.reconcile import differences
from orders.requesting import request
from orders.requesting.pledged import link_pledge
from procurement import clock
from procurement.errors import InvalidInput, NotFound, NotPermitted, WrongState
from tests.expo.entries import entry
from tests.factories import OPENING, World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.database]

MILLION = Decimal(1_000_000)


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def standing(world: World, *stages: Stage) -> list[tuple[Decimal, int]]:
    by_stage = balances_of(world.edition.pk).by_stage
    return [(by_stage[stage].amount, by_stage[stage].orders) for stage in stages]


# --- Postings ----------------------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.parametrize(("amount", "orders"), [(4, 0), (5, 1)])
def test_postgresql_refuses_legs_that_do_not_sum_to_zero(world: World, amount: int, orders: int) -> None:
    one = uuid4()
    LedgerEntry.objects.bulk_create(
        [entry(world, one, Stage.OUTSIDE, -5), entry(world, one, Stage.BOOKED, 5)]
    )
    with pytest.raises(DatabaseError, match="do not sum to zero"), transaction.atomic():
        LedgerEntry.objects.bulk_create(
            [entry(world, one, Stage.OUTSIDE, -5), entry(world, one, Stage.BOOKED, amount, orders=orders)]
        )
    assert LedgerEntry.objects.count() == 2


def test_a_posting_out_of_balance_is_a_fault_of_ours(world: World) -> None:
    posting = Posting(
        verb="x",
        actor=world.actor("coordinator"),
        happened_at=clock.now(),
        edition_id=world.edition.pk,
        institution_id=None,
    )
    posting.leg(Stage.BOOKED, Decimal(5))
    with pytest.raises(ValueError, match="not to zero"):
        posting.write()


@pytest.mark.parametrize(
    ("stage", "changes"),
    [
        (Stage.LOST, {}),
        (Stage.BOOKED, {"origin": "quoted"}),
        (Stage.QUOTED, {}),
        (Stage.BOOKED, {"since": date(2022, 7, 27)}),
        (Stage.BOOKED, {"amount": 0}),
    ],
)
def test_an_entry_that_says_too_little_or_too_much_is_refused(
    world: World, stage: Stage, changes: dict[str, Any]
) -> None:
    one, amount = uuid4(), changes.pop("amount", 5)
    with pytest.raises(DatabaseError), transaction.atomic():
        LedgerEntry.objects.bulk_create(
            [entry(world, one, stage, amount, **changes), entry(world, one, Stage.OUTSIDE, -amount)]
        )


def test_a_count_joins_a_leg_of_its_day_and_stands_alone_without_one(world: World) -> None:
    order = world.requested([5])
    legs = LedgerEntry.objects.filter(order_id=order.pk)
    assert {(leg.stage, int(leg.amount), leg.orders) for leg in legs} == {
        ("outside", -500_000, -1),
        ("requested", 500_000, 1),
    }
    posting = Posting(
        verb="x",
        actor=world.actor("coordinator"),
        happened_at=clock.now(),
        edition_id=world.edition.pk,
        institution_id=None,
    )
    posting.count(Stage.BOOKED, Stage.LOST, given=Dimensions(origin=Origin.BOOKED), dwell_days=3)
    posting.write()
    alone = LedgerEntry.objects.filter(verb="x").order_by("orders")
    assert [(leg.stage, leg.amount, leg.orders, leg.dwell_days) for leg in alone] == [
        ("booked", Decimal(0), -1, 3),
        ("lost", Decimal(0), 1, None),
    ]


# --- Orders in the figures ---------------------------------------------------------------------------------------


def test_ageing_dwell_and_origin_follow_an_order(world: World) -> None:
    with clock.at(OPENING):
        order = world.requested([10])
        clock.advance(timedelta(days=4))
        world.ask_everybody(order, world.msmes[:1])
        world.quote(order)
        shown = balances_of(world.edition.pk)
        assert [(row.stage, row.since) for row in shown.ageing()] == [(Stage.QUOTED, date(2022, 7, 31))]
        assert shown.median_days(Stage.REQUESTED) == 4
        clock.advance(timedelta(days=2))
        request.withdraw_order(order_id=order.pk, reason="Anggaran dialihkan", actor=world.actor("requester"))
        shown = balances_of(world.edition.pk)
        assert shown.ageing() == []
        assert shown.median_days(Stage.QUOTED) == 2
        assert shown.lost_by_origin()[Origin.QUOTED].orders == 1
        assert {stage: cell.orders for stage, cell in shown.reached().items()} == {
            Stage.ANNOUNCED: 0, Stage.REQUESTED: 1, Stage.QUOTED: 1, Stage.BOOKED: 0, Stage.DELIVERED: 0
        }  # fmt: skip
        earlier = balances_of(world.edition.pk, OPENING + timedelta(days=1))
        assert earlier.by_stage.not_yet_booked.orders == 1
        assert earlier.by_stage[Stage.LOST].orders == 0


def test_leaders_are_the_largest_and_one_msme_has_what_it_has(world: World) -> None:
    world.approved([40], world.msmes[:1])
    world.approved([10], world.msmes[1:2])
    roll()
    found = balances_of(world.edition.pk, leading=[Dimension.MSME], most=1).leaders[Dimension.MSME]
    assert [(leader.key, leader.size) for leader in found.rows] == [(world.msmes[0].pk, Decimal(40 * 90_000))]
    assert (found.count, found.total) == (2, Decimal(50 * 90_000))
    assert found.concentration == pytest.approx(0.8**2 + 0.2**2)
    one = standing_of(world.edition.pk, Dimension.MSME, world.msmes[1].pk)
    assert one[Stage.BOOKED].amount == 10 * 90_000
    filtered = balances_of(world.edition.pk, msme=world.msmes[1].pk)
    assert filtered.by_stage[Stage.BOOKED].amount == 10 * 90_000


# --- Pledges -----------------------------------------------------------------------------------------------------


def test_a_raised_pledge_is_announced_and_a_lowered_one_partly_lost(world: World) -> None:
    pledge = world.pledge()
    world.change_pledge(pledge, 700 * MILLION)
    assert standing(world, Stage.ANNOUNCED, Stage.LOST) == [(700 * MILLION, 1), (Decimal(0), 0)]
    world.change_pledge(pledge, 400 * MILLION)
    assert standing(world, Stage.ANNOUNCED, Stage.LOST) == [(400 * MILLION, 1), (300 * MILLION, 0)]
    world.change_pledge(pledge, 100 * MILLION, was_mistaken=True)
    assert standing(world, Stage.ANNOUNCED, Stage.LOST) == [(100 * MILLION, 1), (300 * MILLION, 0)]
    assert list(differences()) == []


def test_a_pledge_is_not_lowered_below_what_orders_have_taken(world: World) -> None:
    pledge, order = world.pledge(), world.requested([100])
    link_pledge(order_id=order.pk, pledge_id=pledge.pk, actor=world.actor("coordinator"))
    with pytest.raises(InvalidInput) as refusal:
        world.change_pledge(pledge, 10 * MILLION - 1)
    assert refusal.value.field == "amount"
    assert world.change_pledge(pledge, 10 * MILLION).status == Pledge.Status.CONVERTED
    assert standing(world, Stage.ANNOUNCED) == [(Decimal(0), 0)]


@pytest.mark.parametrize("amount", [Decimal(0), Decimal(-5), Decimal("10.5"), Decimal(10) ** 13 + 1])
def test_an_absurd_amount_is_refused(world: World, amount: Decimal) -> None:
    pledge = world.pledge()
    with pytest.raises(InvalidInput):
        world.change_pledge(pledge, amount)
    with pytest.raises(InvalidInput):
        world.pledge(amount, amount_kind="exact")
    assert standing(world, Stage.ANNOUNCED) == [(500 * MILLION, 1)]


def test_a_closed_edition_takes_no_more(world: World) -> None:
    pledge = world.pledge()
    close_edition(edition_id=world.edition.pk, actor=world.actor("coordinator"))
    with pytest.raises(WrongState):
        world.change_pledge(pledge, 600 * MILLION)
    with pytest.raises(InvalidInput):
        world.pledge()
    world.change_pledge(pledge, 400 * MILLION)


def test_only_a_coordinator_changes_a_pledge_and_only_an_open_one(world: World) -> None:
    pledge = world.pledge()
    with pytest.raises(NotPermitted):
        change_pledge(
            pledge_id=pledge.pk,
            actor=world.actor("viewer"),
            new=NewAmount(amount_kind="exact", amount=MILLION),
            reason="Ralat",
        )
    end_pledge(
        pledge_id=pledge.pk, actor=world.actor("coordinator"), status="lapsed", reason="Tidak ada kabar"
    )
    assert standing(world, Stage.LOST) == [(500 * MILLION, 1)]
    with pytest.raises(WrongState):
        world.change_pledge(pledge, MILLION)


def test_an_order_is_linked_to_its_pledge_afterwards(world: World) -> None:
    pledge, order = world.pledge(), world.requested([100])
    before = balances_of(world.edition.pk).by_stage[Stage.OUTSIDE].amount
    link_pledge(order_id=order.pk, pledge_id=pledge.pk, amount=4 * MILLION, actor=world.actor("coordinator"))
    assert standing(world, Stage.ANNOUNCED, Stage.REQUESTED) == [
        (496 * MILLION, 1),
        (10 * MILLION, 1),
    ]
    assert balances_of(world.edition.pk).by_stage[Stage.OUTSIDE].amount == before + 4 * MILLION
    with pytest.raises(WrongState):
        link_pledge(order_id=order.pk, pledge_id=pledge.pk, actor=world.actor("coordinator"))
    assert list(differences()) == []


@pytest.mark.parametrize("amount", [3 * MILLION + 1, Decimal(0), Decimal("1.5"), 11 * MILLION])
def test_a_conversion_above_the_pledge_or_the_order_is_refused(world: World, amount: Decimal) -> None:
    pledge, order = world.pledge(3 * MILLION), world.requested([100])
    with pytest.raises(InvalidInput) as refusal:
        link_pledge(order_id=order.pk, pledge_id=pledge.pk, amount=amount, actor=world.actor("coordinator"))
    assert refusal.value.field == "amount"
    assert standing(world, Stage.ANNOUNCED) == [(3 * MILLION, 1)]


def test_a_pledge_of_another_institution_is_not_linked(world: World) -> None:
    pledge, order = world.pledge(institution_id=world.other_institution.pk), world.requested([1])
    with pytest.raises(NotFound):
        link_pledge(order_id=order.pk, pledge_id=pledge.pk, actor=world.actor("coordinator"))
