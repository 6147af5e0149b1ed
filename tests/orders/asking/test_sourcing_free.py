"""Rounds ask for what is free until each line's own day, and nobody twice for the same line."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import product
from random import Random

import pytest

from msmes.capacity import capacity
from msmes.capacity.free import free_until
from msmes.models import Offer
from orders.asking import sourcing
from orders.models import Order, OrderLine
from orders.requesting import request
from orders.requesting.lines import LineInput
from procurement import clock
from tests.factories import World

MONDAY = datetime(2022, 9, 5, 9, 0, tzinfo=clock.JAKARTA)

pytestmark = pytest.mark.database


def declare(world: World, usual: int, msme: int = 0, item: int = 0) -> None:
    capacity.set_usual_week(
        msme_id=world.msmes[msme].pk,
        product_id=world.products[item].pk,
        usual=usual,
        work_days=5,
        actor=world.actor(f"owner{msme}"),
    )


def only(world: World, *places: int) -> None:
    """Nobody else offers anything."""
    Offer.objects.exclude(msme__in=[world.msmes[place] for place in places]).update(is_active=False)


def requested(world: World, lines: Sequence[tuple[int, int, int]]) -> Order:
    """``lines`` are product, quantity, and days until it is needed."""
    order = request.draft_order(
        actor=world.actor("requester"),
        heading=world.heading(),
        lines=[
            LineInput(
                product_id=world.products[item].pk,
                quantity=quantity,
                needed_by=clock.today() + timedelta(days=days),
                site_id=world.site.pk,
            )
            for item, quantity, days in lines
        ],
    )
    return request.submit_order(order_id=order.pk, actor=world.actor("requester"))


def start(world: World, order: Order, days: int = 60) -> None:
    sourcing.start_sourcing(
        order_id=order.pk,
        rules=sourcing.RoundRules(until=clock.today() + timedelta(days=days)),
        actor=world.actor("coordinator"),
    )


def asked(order: Order) -> dict[int, int]:
    """Pieces by the line's position."""
    found = dict.fromkeys(order.lines.values_list("position", flat=True), 0)
    for position, pieces in order.allocations.values_list("line__position", "asked"):
        found[position] += pieces
    return found


def test_each_line_is_asked_for_what_is_free_until_its_own_day(world: World) -> None:
    with clock.at(MONDAY):
        only(world, 0)
        declare(world, 40)
        declare(world, 40, item=1)
        order = requested(world, [(0, 400, 20), (1, 400, 90)])
        start(world, order)
        assert asked(order) == {1: 120, 2: 400}


@pytest.mark.parametrize("later_first", [False, True])
def test_lines_of_one_product_share_its_weeks(world: World, later_first: bool) -> None:
    """Three weeks until the earlier day hold 120 pieces, five until the later one 200."""
    with clock.at(MONDAY):
        only(world, 0)
        declare(world, 40)
        lines = [(0, 90, 20), (0, 150, 34)]
        order = requested(world, lines[::-1] if later_first else lines)
        start(world, order)
        found = asked(order)
    assert found == ({1: 150, 2: 50} if later_first else {1: 90, 2: 110})


def test_what_is_asked_already_is_not_free_for_another_line(world: World) -> None:
    with clock.at(MONDAY):
        only(world, 0)
        declare(world, 40)
        order = requested(world, [(0, 100, 20), (0, 100, 20)])
        start(world, order)
        assert asked(order) == {1: 100, 2: 20}


def test_a_line_whose_day_has_passed_is_asked_of_nobody_with_weeks(world: World) -> None:
    with clock.at(MONDAY):
        only(world, 0, 1)
        declare(world, 40)
        Offer.objects.filter(msme=world.msmes[0]).update(price=1)
        order = requested(world, [(0, 30, 5)])
    with clock.at(MONDAY + timedelta(days=8)):
        start(world, order)
        assert list(order.allocations.values_list("msme", flat=True)) == [world.msmes[1].pk]


@pytest.mark.parametrize("seed", range(12))
def test_no_line_is_ever_asked_for_more_than_weeks_hold(world: World, seed: int) -> None:
    dice = Random(seed)  # noqa: S311 - the same orders each time
    with clock.at(MONDAY):
        for place, item in product(range(4), range(2)):
            if dice.random() < 0.7:
                declare(world, dice.randint(1, 60), place, item)
        order = requested(
            world, [(dice.randint(0, 1), dice.randint(1, 500), dice.randint(0, 80)) for _line in range(6)]
        )
        start(world, order)
        assert_weeks_hold(world, order)


def assert_weeks_hold(world: World, order: Order) -> None:
    """Up to every day and for every MSME, what is asked until then is free until then."""
    lines = list(order.lines.all())
    for day in {line.needed_by for line in lines}:
        free = free_until(
            msme_ids=[msme.pk for msme in world.msmes],
            product_ids=[one.pk for one in world.products],
            until=day,
        )
        for (msme_id, product_id), pieces in free.items():
            wanted = _asked_by(order, [line for line in lines if line.needed_by <= day], msme_id, product_id)
            assert wanted <= pieces


def _asked_by(order: Order, lines: Sequence[OrderLine], msme_id: int, product_id: int) -> int:
    rows = order.allocations.filter(line__in=lines, msme=msme_id, line__product=product_id)
    return sum(rows.values_list("asked", flat=True))
