"""What an addendum that cannot be says to each side: its own figures to the one that takes, nobody's to the others."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override

from accounts.acting import SYSTEM
from accounts.models import Organisation
from msmes.capacity import capacity
from orders.act import act_on
from orders.amending import amend
from orders.amending.addenda import addendum_for, for_page
from orders.ending.ending import end_impossible_addenda
from orders.models import Amendment, Order
from procurement import clock
from procurement.errors import InvalidInput, WrongState
from procurement.language.said import read_values
from procurement.models import OutboxMessage
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


def told_of(person: str, world: World) -> list[str]:
    """The reasons of ended addenda that this person was told."""
    org = world.actor(person).organisation_id
    rows = OutboxMessage.objects.filter(topic="accounts.tell", payload__organisation_id=org)
    return [
        read_values(row.payload["values"])["reason"]
        for row in rows
        if "tidak jadi" in row.payload["sentence"] and "Adendum" in row.payload["sentence"]
    ]


@pytest.mark.parametrize(("ends", "sides"), [("giver", ("owner3",)), ("taker", ("owner0",))])
def test_an_msme_reads_nothing_of_the_state_of_another(
    world: World, ends: str, sides: tuple[str, ...]
) -> None:
    order, row = proposed(world)
    if ends == "giver":
        part = order.purchase_orders.get(msme=world.msmes[0])
        world.start(order, 0)
        world.ship(order, 0)
        words: tuple[str, ...] = ("dikirim", "sent")
        assert part.order_id == order.pk
    else:
        Organisation.objects.filter(pk=world.msmes[3].pk).update(is_active=False)
        words = ("tidak aktif", "penerima", "inactive")
        with act_on("order.expire", actor=SYSTEM, order_id=order.pk) as act:
            end_impossible_addenda(act)
            act.save()
    row.refresh_from_db()
    assert row.status == "withdrawn"
    for person in ("owner0", "owner3", "coordinator", "approver"):
        actor = world.actor(person)
        seen = addendum_for(for_page(Amendment.objects.filter(pk=row.pk)).get(), actor)
        said = [*told_of(person, world), *(str(value) for _label, value in seen.facts), *seen.consequences]
        assert any(word in text for word in words for text in said) == (person not in sides), (person, said)


def test_the_reason_of_an_end_is_read_in_the_language_of_the_reader(world: World) -> None:
    order, row = proposed(world)
    world.start(order, 0)
    world.ship(order, 0)
    row = for_page(Amendment.objects.filter(pk=row.pk)).get()
    with override("en"):
        facts = [value for _label, value in addendum_for(row, world.actor("coordinator")).facts]
    assert "All goods of this share have been sent." in facts
