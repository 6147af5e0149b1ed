"""Products of two inputs, and sums of them: bounded where they are typed, named, and bounded again in the quote.

What they may be worth stands in ``procurement.money``.
"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from orders.amending import amend
from orders.asking import asking
from orders.models import Order, PurchaseOrder
from orders.quoting import quote
from orders.requesting import request
from orders.requesting.lines import LineInput
from procurement import clock
from procurement.errors import InvalidInput
from procurement.money import LARGEST_PRICE, LARGEST_QUANTITY, LARGEST_VALUE
from tests.factories import World

MOST = r"Rp10\.000\.000\.000\.000"


def beside_the_catalogue(world: World, line: LineInput) -> LineInput:
    """As many pieces of goods that no catalogue has, at one rupiah each."""
    category = world.products[0].category_id
    return replace(
        line, product_id=None, category_id=category, name="Tas", unit="buah", target_price=Decimal(1)
    )


def dear(world: World, quantity: int) -> Order:
    """A request of so many pieces at one rupiah each, of which two MSMEs are asked for all."""
    (line,) = world.lines([quantity])
    order = request.draft_order(
        actor=world.actor("requester"),
        heading=world.heading(),
        lines=[beside_the_catalogue(world, line)],
    )
    request.submit_order(order_id=order.pk, actor=world.actor("requester"))
    asks = [
        asking.Ask(line_id=order.lines.get().pk, msme_id=msme.pk, quantity=quantity)
        for msme in world.msmes[:2]
    ]
    asking.ask_msmes(
        order_id=order.pk,
        asks=asks,
        deadline=clock.now() + timedelta(days=3),
        actor=world.actor("coordinator"),
    )
    return order


def answered(world: World, order: Order, index: int, quantity: int, price: Decimal) -> None:
    row = order.allocations.get(msme=world.msmes[index])
    asking.answer_requests(
        order_id=order.pk,
        answers=[
            asking.Answer(
                allocation_id=row.pk,
                quantity=quantity,
                price=price,
                ready_on=clock.today() + timedelta(days=30),
            )
        ],
        actor=world.actor(f"owner{index}"),
    )


@pytest.mark.database
def test_a_line_of_a_request_is_bounded_and_named(world: World) -> None:
    first, second = world.lines([1, LARGEST_QUANTITY])
    lines = [first, replace(second, target_price=LARGEST_PRICE)]
    with pytest.raises(InvalidInput, match="Baris 2") as refusal:
        request.draft_order(actor=world.actor("requester"), heading=world.heading(), lines=lines)
    assert (refusal.value.row, refusal.value.field) == (1, "target_price")
    most = [
        replace(first, quantity=1000, target_price=LARGEST_PRICE),
        replace(second, quantity=1, target_price=Decimal(1)),
    ]
    with pytest.raises(InvalidInput, match=MOST) as refusal:
        request.draft_order(actor=world.actor("requester"), heading=world.heading(), lines=most)
    assert refusal.value.field == "lines"
    request.draft_order(actor=world.actor("requester"), heading=world.heading(), lines=most[:1])


@pytest.mark.database
def test_an_answer_is_bounded_where_it_is_typed(world: World) -> None:
    """One MSME may promise all, each piece at the highest price: the value of that is refused, not an error later."""
    order = dear(world, LARGEST_QUANTITY)
    row = order.allocations.get(msme=world.msmes[0])
    with pytest.raises(InvalidInput, match="Baris 1") as refusal:
        answered(world, order, 0, LARGEST_QUANTITY, LARGEST_PRICE)
    assert (refusal.value.row, refusal.value.field) == (row.pk, "price")
    assert order.allocations.get(pk=row.pk).status == "asked"
    answered(world, order, 0, LARGEST_QUANTITY, LARGEST_VALUE / LARGEST_QUANTITY)
    with pytest.raises(InvalidInput, match="Baris 1"):
        answered(world, order, 0, LARGEST_QUANTITY, LARGEST_VALUE / LARGEST_QUANTITY + 1)


def test_the_page_shows_the_refusal_at_the_price(world: World) -> None:
    order = dear(world, LARGEST_QUANTITY)
    row = order.allocations.get(msme=world.msmes[0])
    client = Client()
    client.force_login(world.people["owner0"], backend="django.contrib.auth.backends.ModelBackend")
    said = {
        f"answer-{row.pk}-say": "all",
        f"answer-{row.pk}-price": "10.000.000.000",
        f"answer-{row.pk}-ready_on": (clock.today() + timedelta(days=30)).isoformat(),
    }
    page = client.post(reverse("orders:request", args=[order.pk]), said)
    assert page.status_code == 422
    assert page.context["form"].errors[f"answer-{row.pk}-price"] == [
        "10000000 kali Rp10.000.000.000 melebihi Rp10.000.000.000.000. Periksa jumlah dan harganya."
    ]


@pytest.mark.database
def test_a_quote_is_bounded_also_where_its_answers_are_old(world: World) -> None:
    order = dear(world, LARGEST_QUANTITY)
    answered(world, order, 0, LARGEST_QUANTITY, LARGEST_VALUE / LARGEST_QUANTITY)
    order.allocations.update(price=LARGEST_PRICE)  # as the former program took it
    shares = [
        quote.Share(allocation_id=order.allocations.get(msme=world.msmes[0]).pk, quantity=LARGEST_QUANTITY)
    ]
    with pytest.raises(InvalidInput, match="Baris 1") as refusal:
        quote.issue_quote(
            order_id=order.pk, shares=shares, valid_until=clock.today(), actor=world.actor("coordinator")
        )
    assert (refusal.value.row, refusal.value.field) == (shares[0].allocation_id, "quantity")
    assert Order.objects.get(pk=order.pk).status == "requested"


@pytest.mark.database
def test_the_sum_of_answers_is_bounded_in_the_quote(world: World) -> None:
    """Each part is within the bound; the lines together are not."""
    lines = [beside_the_catalogue(world, line) for line in world.lines([600, 600])]
    order = request.draft_order(actor=world.actor("requester"), heading=world.heading(), lines=lines)
    request.submit_order(order_id=order.pk, actor=world.actor("requester"))
    world.ask_everybody(order, world.msmes[:1])
    world.answer(order, 0, price=int(LARGEST_PRICE))
    with pytest.raises(InvalidInput, match=MOST):
        world.quote(order)


@pytest.mark.database
def test_a_tax_on_the_largest_value_still_fits(world: World) -> None:
    type(world.msmes[0]).objects.filter(pk=world.msmes[0].pk).update(is_taxable=True)
    order = dear(world, 1000)
    answered(world, order, 0, 1000, LARGEST_PRICE)
    row = order.allocations.get(msme=world.msmes[0])
    quote.issue_quote(
        order_id=order.pk,
        shares=[quote.Share(allocation_id=row.pk, quantity=1000)],
        valid_until=clock.today(),
        actor=world.actor("coordinator"),
    )
    order = Order.objects.get(pk=order.pk)
    assert order.value == LARGEST_VALUE
    world.approve(order)
    part = PurchaseOrder.objects.get(order=order)
    assert part.value == LARGEST_VALUE
    assert part.ppn == LARGEST_VALUE * 11 / 100
    # Every rupiah of it goes all the way.
    world.start(order, 0)
    world.receive(world.ship(order, 0))
    assert Order.objects.get(pk=order.pk).status == "delivered"


@pytest.mark.database
def test_an_addendum_is_bounded(world: World) -> None:
    order = dear(world, 2000)
    answered(world, order, 0, 2000, Decimal(1))
    row = order.allocations.get(msme=world.msmes[0])
    quote.issue_quote(
        order_id=order.pk,
        shares=[quote.Share(allocation_id=row.pk, quantity=2000)],
        valid_until=clock.today(),
        actor=world.actor("coordinator"),
    )
    world.approve(Order.objects.get(pk=order.pk))
    move = amend.Move(
        allocation_id=row.pk,
        msme_id=world.msmes[1].pk,
        quantity=1500,
        price=LARGEST_PRICE,
        ready_on=clock.today() + timedelta(days=30),
    )
    with pytest.raises(InvalidInput, match=MOST) as refusal:
        amend.propose_move(
            order_id=order.pk, move=move, reason="Mesin rusak", actor=world.actor("coordinator")
        )
    assert refusal.value.field == "price"
    with pytest.raises(InvalidInput, match=MOST):
        amend.propose_move(
            order_id=order.pk,
            move=replace(move, quantity=1000),
            reason="Mesin rusak",
            actor=world.actor("coordinator"),
        )
