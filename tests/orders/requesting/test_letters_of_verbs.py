"""Verbs refuse letters that no paper prints, whoever calls them: with the field, and nothing is written."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from msmes.catalogue import catalogue
from orders.delivering import deliver
from orders.delivering.shipment_pieces import Load
from orders.models import Order, OrderLine
from orders.requesting import request
from procurement.errors import InvalidInput
from procurement.input import written
from procurement.input.typed import TypedText
from procurement.spreadsheets.values import TextWidget
from tests.factories import World, make_world

pytestmark = pytest.mark.django_db
ODD = "Batik 😀"


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def _draft(world: World, row: int | None, field: str) -> object:
    heading, (line, *_rest) = world.heading(), world.lines()
    said: dict[str, Any] = {field: ODD}
    if row is None:
        heading = replace(heading, **said)
    else:
        line = replace(line, **said)
    return request.draft_order(actor=world.actor("requester"), heading=heading, lines=[line])


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (None, "title"),
        (None, "note"),
        (None, "budget_source"),
        (0, "name"),
        (0, "unit"),
        (0, "specification"),
    ],
)
def test_a_draft(world: World, row: int | None, field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _draft(world, row, field)
    assert (refusal.value.row, refusal.value.field) == (row, field)
    assert "GRINNING FACE" in refusal.value.sentence
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("field", "call"),
    [
        (
            "reason",
            lambda world: request.withdraw_order(
                order_id=world.requested().pk, reason=ODD, actor=world.actor("requester")
            ),
        ),
        (
            "driver",
            lambda world: _dispatch(world, deliver.Transport(vehicle="", plate="", driver=ODD)),
        ),
        (
            "name",
            lambda world: catalogue.add_category(code="X", name=ODD, actor=world.actor("coordinator")),
        ),
    ],
)
def test_reasons_drivers_names(world: World, field: str, call: Callable[[World], object]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        call(world)
    assert refusal.value.field == field
    assert "U+1F600" in refusal.value.sentence


def _dispatch(world: World, transport: deliver.Transport) -> object:
    order = world.approved([150], world.msmes[:1])
    world.start(order, 0)
    part = order.purchase_orders.get()
    loads = [Load(allocation_id=part.allocations.get().pk, quantity=10)]
    return deliver.prepare_shipment(
        purchase_order_id=part.pk, loads=loads, transport=transport, actor=world.actor("owner0")
    )


def test_what_a_draft_had_already_is_not_judged_again(world: World) -> None:
    order = world.draft()
    Order.objects.filter(pk=order.pk).update(title=ODD)
    line = order.lines.order_by("position")[0]
    OrderLine.objects.filter(pk=line.pk).update(specification=ODD)
    lines = [
        replace(
            said,
            line_id=row.pk,
            specification=OrderLine.objects.get(pk=row.pk).specification,
        )
        for said, row in zip(world.lines(), order.lines.order_by("position"), strict=True)
    ]
    request.change_order(
        order_id=order.pk,
        heading=replace(world.heading(), title=ODD, note="Catatan baru"),
        lines=lines,
        actor=world.actor("requester"),
    )
    assert Order.objects.get(pk=order.pk).note == "Catatan baru"


def test_a_form_and_a_cell_say_the_same() -> None:
    said = []
    for read in (TypedText().clean, TextWidget().clean):
        with pytest.raises(Exception, match="GRINNING FACE") as refusal:
            read(ODD)
        said.append(str(refusal.value))
    assert all("huruf ke-7" in sentence for sentence in said)
    assert written.text("• Batik") == TypedText().clean("\uf0b7 Batik") == TextWidget().clean("\uf0b7 Batik")
