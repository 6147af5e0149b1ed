"""A field of an order line is written once: whatever prints, signs, compares or copies a line derives it from there."""

from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from documents.issuing import contents
from orders.authority.signed import content_hash
from orders.loading import allocations_of
from orders.models import Order, OrderLine
from orders.papers import parties
from orders.requesting import lines as lines_module
from orders.requesting.forms.drafting import LINE_FIELDS, LineForm
from orders.requesting.lines import LineInput
from orders.requesting.resources import LineResource, SheetLine
from orders.requesting.versions import version_of
from orders.value.taxes import ppn_on
from procurement import clock
from tests.factories import World, make_world

SAID = {
    field.attname
    for field in OrderLine._meta.concrete_fields
    if field.name not in ("id", "order", "position")
}
OTHER: dict[str, Any] = {
    "product_id": None,
    "category_id": None,
    "name": "Tas anyam",
    "specification": "Warna hijau",
    "unit": "lusin",
    "quantity": 7,
    "target_price": Decimal(123),
    "needed_by": date(2030, 1, 2),
    "site_id": 987_654,
}

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


def hashed(order: Order, lines: list[OrderLine]) -> str:
    return content_hash(order, lines, allocations_of(order, lines), rule=ppn_on(clock.today()))


def test_all_that_a_line_says_is_typed_imported_and_copied() -> None:
    """A field that is added to the model alone is missed by name here."""
    assert {field.name for field in fields(LineInput)} - {"line_id"} == SAID
    plain = {name.removesuffix("_id") for name in SAID}
    assert set(LineForm.base_fields) - {"line_id"} == plain == set(LINE_FIELDS) - {"line_id"}
    assert {field.name for field in fields(SheetLine)} - {"before"} == plain == set(LineResource.fields)
    assert set(OTHER) == SAID


def test_a_line_is_written_again_as_it_is(world: World) -> None:
    order = world.requested()
    old = {line.pk: line for line in order.lines.all()}
    inputs = [LineInput.of(line) for line in old.values()]
    for row in lines_module.checked_lines(order, inputs, old):
        assert not lines_module.differs(old[row.pk], row)
        assert row.pk in old


@pytest.mark.parametrize("name", sorted(OTHER))
def test_two_tabs_notice_every_field(world: World, name: str) -> None:
    order = world.requested()
    lines = list(order.lines.all())
    before = version_of(order, lines)
    setattr(lines[0], name, OTHER[name])
    assert version_of(order, lines) != before


@pytest.mark.parametrize("name", parties.GOODS)
def test_a_signature_binds_to_all_that_papers_print(world: World, name: str) -> None:
    order = world.quoted()
    lines = list(order.lines.select_related("site"))
    assert hashed(order, lines) == order.content_hash
    setattr(lines[0], name, OTHER[name])
    assert hashed(order, lines) != order.content_hash


def test_every_paper_with_goods_prints_all_of_them(world: World) -> None:
    kinds = [
        contents.QuotationLine,
        contents.PurchaseOrderLine,
        contents.DeliveryNoteLine,
        contents.HandoverLine,
    ]
    assert all(issubclass(kind, contents.Goods) for kind in kinds)
    line = world.requested().lines.all()[0]
    assert parties.goods(line) == {"name": line.name, "unit": line.unit, "specification": line.specification}


def test_a_new_field_is_signed_and_voids_no_quote_that_is_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = world.quoted()
    lines = list(order.lines.select_related("site"))
    monkeypatch.setattr(parties, "GOODS", (*parties.GOODS, "packing"))
    monkeypatch.setattr(OrderLine, "packing", "", raising=False)
    assert hashed(order, lines) == order.content_hash
    lines[0].packing = "dus isi 12"  # type: ignore[attr-defined]
    once = hashed(order, lines)
    assert once != order.content_hash
    lines[0].packing = "peti"  # type: ignore[attr-defined]
    assert hashed(order, lines) not in (once, order.content_hash)
