"""What an addendum that cannot be says to each side: its own figures to the one that takes, nobody's to the others."""

from datetime import timedelta
from decimal import Decimal

import pytest

from msmes import capacity
from orders import amend
from orders.models import Amendment, Order
from procurement import clock
from procurement.errors import InvalidInput, WrongState
from tests.factories import World

pytestmark = pytest.mark.database

SIDES = ("owner0", "owner3", "approver")
"""Who gives, who takes, and the buyer."""


def declare(world: World, usual: int) -> None:
    capacity.set_usual_week(
        msme_id=world.msmes[3].pk, product_id=world.products[0].pk, usual=usual, actor=world.actor("owner3")
    )


def proposed(world: World) -> tuple[Order, Amendment]:
    order = world.approved([300, 60])
    share = order.allocations.get(msme=world.msmes[0], line__position=1)
    row = amend.propose_move(
        order_id=order.pk,
        move=amend.Move(
            allocation_id=share.pk,
            msme_id=world.msmes[3].pk,
            quantity=40,
            price=Decimal(91_500),
            ready_on=clock.today() + timedelta(days=40),
        ),
        reason="Perajin pertama terlambat",
        actor=world.actor("coordinator"),
    )
    return order, row


@pytest.mark.parametrize("last", ["owner0", "approver"])
def test_whoever_says_the_last_yes_learns_no_figure_of_the_one_that_takes(world: World, last: str) -> None:
    declare(world, 60)
    _order, row = proposed(world)
    for side in SIDES:
        if side != last:
            amend.agree(amendment_id=row.pk, actor=world.actor(side))
    declare(world, 1)
    with pytest.raises(WrongState) as refusal:
        amend.agree(amendment_id=row.pk, actor=world.actor(last))
    assert not any(character.isdigit() for character in refusal.value.sentence)
    assert refusal.value.field == ""
    assert Amendment.objects.get(pk=row.pk).status == "proposed"


@pytest.mark.parametrize("before", [(), ("owner0",), ("owner0", "approver")])
def test_the_one_that_takes_reads_its_own_figure(world: World, before: tuple[str, ...]) -> None:
    declare(world, 1)
    _order, row = proposed(world)
    for side in before:
        amend.agree(amendment_id=row.pk, actor=world.actor(side))
    with pytest.raises(InvalidInput, match=r"hanya cukup untuk \d+\.") as refusal:
        amend.agree(amendment_id=row.pk, actor=world.actor("owner3"))
    assert refusal.value.field == "", "the page of an addendum has no field for it"
