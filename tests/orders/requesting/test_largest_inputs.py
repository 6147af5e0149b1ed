"""Every verb that takes a number, given numbers that no column holds: refused with a sentence, never an error.

What a product of two inputs may be worth stands in ``procurement.money``; the products themselves are tried below.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from buyers.register import registry
from expo.channels import channels
from expo.editions import editions
from msmes.capacity import capacity
from msmes.catalogue import catalogue, offers
from msmes.models import Category, Offer
from orders.amending import amend
from orders.asking import asking, sourcing
from orders.delivering import deliver
from orders.delivering.shipment_pieces import Count, Load
from orders.models import Order, PurchaseOrder, Shipment
from orders.producing import produce
from orders.quoting import approve, quote
from orders.requesting import pledged, request
from orders.split import propose
from orders.split.problem import SplitRules
from procurement import clock
from procurement.errors import InvalidInput, Refused
from procurement.money import LARGEST_PRICE, LARGEST_QUANTITY, LARGEST_VALUE
from tests.factories import World

WHOLE = (-(2**63), -1, 0, 2**15, 2**31 - 1, 2**31, 2**63 - 1, 2**63, 10**30)
AMOUNTS = tuple(
    Decimal(text)
    for text in ("-1", "0", "0.5", "1E10", "999999999999999", "1E15", "1E30", "NaN", "Infinity", "-Infinity")
)

MOST = r"Rp10\.000\.000\.000\.000"

Try = Callable[[Any], object]


@contextmanager
def undone() -> Iterator[None]:
    """The block, and nothing of it left."""
    saved = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(saved)


def never_an_error(name: str, attempt: Try, values: Iterable[Any]) -> None:
    for value in values:
        with undone():
            try:
                with contextlib.suppress(Refused):
                    attempt(value)
            except Exception as error:
                raise AssertionError(f"{name} with {value} is no refusal: {error!r}") from error


@pytest.mark.database
def test_what_a_buyer_types(world: World) -> None:
    actor, heading = world.actor("requester"), world.heading()
    (line,) = world.lines([5])

    def with_line(**changes: Any) -> object:
        return request.draft_order(actor=actor, heading=heading, lines=[replace(line, **changes)])

    never_an_error("quantity", lambda value: with_line(quantity=value), WHOLE)
    never_an_error("target price", lambda value: with_line(target_price=value), AMOUNTS)
    for field in ("site_id", "product_id", "category_id", "line_id"):
        never_an_error(field, lambda value, field=field: with_line(**{field: value}), WHOLE)  # type: ignore[misc]
    order = world.quoted()
    never_an_error(
        "revision",
        lambda value: approve.approve_order(
            order_id=order.pk, revision=value, content_hash=order.content_hash, actor=world.actor("approver")
        ),
        WHOLE,
    )
    pledge = world.pledge()
    never_an_error(
        "amount of a pledge",
        lambda value: pledged.link_pledge(
            order_id=order.pk, pledge_id=pledge.pk, amount=value, actor=world.actor("coordinator")
        ),
        AMOUNTS,
    )


@pytest.mark.database
def test_what_is_asked_answered_and_quoted(world: World) -> None:
    order = world.requested()
    coordinator, owner = world.actor("coordinator"), world.actor("owner0")
    line = order.lines.all()[0]
    deadline = clock.now() + timedelta(days=3)

    def ask(quantity: int) -> object:
        asks = [asking.Ask(line_id=line.pk, msme_id=world.msmes[0].pk, quantity=quantity)]
        return asking.ask_msmes(order_id=order.pk, asks=asks, deadline=deadline, actor=coordinator)

    never_an_error("asked", ask, WHOLE)
    for name, highest in (("answer_days", WHOLE), ("most_rounds", WHOLE), ("remind_hours", WHOLE)):
        never_an_error(
            name,
            lambda value, name=name: sourcing.start_sourcing(  # type: ignore[misc]
                order_id=order.pk,
                rules=replace(sourcing.RoundRules(until=clock.today() + timedelta(days=9)), **{name: value}),
                actor=coordinator,
            ),
            highest,
        )
    for name in SplitRules.__dataclass_fields__:
        never_an_error(
            name,
            lambda value, name=name: propose.propose_split(  # type: ignore[misc]
                order_id=order.pk, rules=replace(SplitRules(), **{name: value}), actor=coordinator
            ),
            WHOLE,
        )
    world.ask_everybody(order, world.msmes[:2])
    row = order.allocations.get(line=line, msme=world.msmes[0])

    def answer(**said: Any) -> object:
        given = asking.Answer(
            **{
                "allocation_id": row.pk,
                "quantity": row.asked,
                "price": Decimal(90_000),
                "ready_on": clock.today() + timedelta(days=30),
                **said,
            }
        )
        return asking.answer_requests(order_id=order.pk, answers=[given], actor=owner)

    never_an_error("confirmed", lambda value: answer(quantity=value), WHOLE)
    never_an_error("price", lambda value: answer(price=value), AMOUNTS)

    def share(quantity: int) -> object:
        return quote.issue_quote(
            order_id=order.pk,
            shares=[quote.Share(allocation_id=row.pk, quantity=quantity)],
            valid_until=clock.today(),
            actor=coordinator,
        )

    never_an_error("share", share, WHOLE)


@pytest.mark.database
def test_what_is_moved_made_and_delivered(world: World) -> None:
    order = world.approved(msmes=world.msmes[:2])
    coordinator, owner = world.actor("coordinator"), world.actor("owner0")
    part = world.start(order, 0)
    row = order.allocations.filter(purchase_order_id=part)[0]
    move = amend.Move(
        allocation_id=row.pk,
        msme_id=world.msmes[2].pk,
        quantity=2,
        price=Decimal(100),
        ready_on=clock.today() + timedelta(days=30),
    )

    def moved(**changes: Any) -> object:
        return amend.propose_move(
            order_id=order.pk, move=replace(move, **changes), reason="Mesin rusak", actor=coordinator
        )

    never_an_error("moved", lambda value: moved(quantity=value), WHOLE)
    never_an_error("price of what is moved", lambda value: moved(price=value), AMOUNTS)
    never_an_error(
        "percent",
        lambda value: produce.report_progress(purchase_order_id=part, percent=value, actor=owner),
        WHOLE,
    )

    def prepare(quantity: int, of_total: int | None = None) -> Shipment:
        loads = [Load(allocation_id=row.pk, quantity=quantity)]
        return deliver.prepare_shipment(purchase_order_id=part, loads=loads, of_total=of_total, actor=owner)

    never_an_error("loaded", prepare, WHOLE)
    never_an_error("number of shipments", lambda value: prepare(1, value), WHOLE)
    sent = world.ship(order, 0)
    lines = Shipment.objects.get(pk=sent).lines.all()

    def counted(accepted: int, rejected: int) -> object:
        counts = [
            Count(line_id=line.pk, accepted=accepted, rejected=rejected, reason="Rusak") for line in lines
        ]
        return deliver.receive_shipment(shipment_id=sent, counts=counts, actor=world.actor("receiver"))

    never_an_error("accepted", lambda value: counted(value, 0), WHOLE)
    never_an_error("rejected", lambda value: counted(lines[0].quantity - value, value), WHOLE)


@pytest.mark.database
def test_what_staff_write_down_of_the_expo(world: World) -> None:
    coordinator = world.actor("coordinator")
    never_an_error("pledged", lambda value: world.pledge(value), AMOUNTS)
    never_an_error("range", lambda value: world.pledge(10, amount_kind="range", amount_to=value), AMOUNTS)
    pledge = world.pledge()
    never_an_error("new amount", lambda value: world.change_pledge(pledge, value), AMOUNTS)
    sale = channels.SaleInput(
        edition_id=world.edition.pk, channel="direct", amount_kind="exact", source="Kasir", confidence="B"
    )
    never_an_error(
        "sale",
        lambda value: channels.record_channel_sale(actor=coordinator, sale=replace(sale, amount=value)),
        AMOUNTS,
    )
    edition = editions.EditionInput(
        number=10, name="Expo", venue="Surabaya", starts_on=date(2023, 7, 1), ends_on=date(2023, 7, 5)
    )
    never_an_error(
        "edition",
        lambda value: editions.open_edition(actor=coordinator, edition=replace(edition, number=value)),
        WHOLE,
    )
    product = catalogue.ProductInput(
        code="BARU",
        name="Tas",
        category_id=Category.objects.earliest("pk").pk,
        unit="buah",
        specification="Kain",
        reference_price=Decimal(1),
    )
    never_an_error(
        "reference price",
        lambda value: catalogue.add_product(
            actor=coordinator, product=replace(product, reference_price=value)
        ),
        AMOUNTS,
    )
    never_an_error(
        "category",
        lambda value: catalogue.add_product(actor=coordinator, product=replace(product, category_id=value)),
        WHOLE,
    )


@pytest.mark.database
def test_what_msmes_and_institutions_declare(world: World) -> None:
    owner, msme, product = world.actor("owner0"), world.msmes[0].pk, world.products[0].pk
    offer = offers.OfferInput(product_id=product, price=Decimal(1))

    def offered(**changes: Any) -> object:
        Offer.objects.filter(msme_id=msme).delete()
        return offers.set_offer(msme_id=msme, offer=replace(offer, **changes), actor=owner)

    never_an_error("price", lambda value: offered(price=value), AMOUNTS)
    never_an_error("minimum", lambda value: offered(minimum=value), WHOLE)
    never_an_error("lead time", lambda value: offered(lead_time_days=value), WHOLE)
    never_an_error("product", lambda value: offered(product_id=value), WHOLE)
    never_an_error(
        "usual week",
        lambda value: capacity.set_usual_week(msme_id=msme, product_id=product, usual=value, actor=owner),
        WHOLE,
    )
    never_an_error(
        "work days",
        lambda value: capacity.set_usual_week(
            msme_id=msme, product_id=product, usual=1, work_days=value, actor=owner
        ),
        WHOLE,
    )
    never_an_error(
        "one week",
        lambda value: capacity.set_week(
            msme_id=msme, product_id=product, week=clock.today(), available=value, actor=owner
        ),
        WHOLE,
    )
    coordinator, institution = world.actor("coordinator"), world.institution.pk
    officer = registry.OfficerInput(
        email="baru@contoh.id", name="Pejabat", post="PPK", roles=("approver",), limit=Decimal(1_000_000)
    )
    never_an_error(
        "level",
        lambda value: registry.set_officer(
            institution_id=institution, officer=replace(officer, level=value), actor=coordinator
        ),
        WHOLE,
    )
    never_an_error(
        "limit",
        lambda value: registry.set_officer(
            institution_id=institution, officer=replace(officer, limit=value), actor=coordinator
        ),
        AMOUNTS,
    )
    for field, values in (("level", WHOLE), ("minimum_value", AMOUNTS)):
        rule = registry.RuleInput(level=1, minimum_value=Decimal(0), post="PPK")
        never_an_error(
            field,
            lambda value, field=field, rule=rule: registry.set_rules(  # type: ignore[misc]
                institution_id=institution, rules=[replace(rule, **{field: value})], actor=coordinator
            ),
            values,
        )


# --- Products of two inputs, and sums of them ------------------------------------------------------------------


def dear(world: World, quantity: int) -> Order:
    """A request of so many pieces at one rupiah each, of which two MSMEs are asked for all."""
    (line,) = world.lines([quantity])
    order = request.draft_order(
        actor=world.actor("requester"),
        heading=world.heading(),
        lines=[replace(line, product_id=None, name="Tas", unit="buah", target_price=Decimal(1))],
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
    lines = [
        replace(line, product_id=None, name="Tas", unit="buah", target_price=Decimal(1))
        for line in world.lines([600, 600])
    ]
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
