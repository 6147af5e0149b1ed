"""Every verb that takes a number, given numbers that no column holds: refused with a sentence, never an error.

Products of two inputs, and sums of them, are tried in ``test_largest_products``.
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
from orders.models import Shipment
from orders.producing import produce
from orders.quoting import approve, quote
from orders.requesting import pledged, request
from orders.split import propose
from orders.split.problem import SplitRules
from procurement import clock
from procurement.errors import Refused
from tests.factories import World

WHOLE = (-(2**63), -1, 0, 2**15, 2**31 - 1, 2**31, 2**63 - 1, 2**63, 10**30)
AMOUNTS = tuple(
    Decimal(text)
    for text in ("-1", "0", "0.5", "1E10", "999999999999999", "1E15", "1E30", "NaN", "Infinity", "-Infinity")
)


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
