"""Goods that are not of the catalogue need a category, from which the steps of production follow."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from msmes.models import Category
from orders.doubts import about_lines
from orders.models import Order, OrderLine
from orders.requesting import reorder, request
from orders.requesting.lines import Known, LineInput, checked_line
from procurement import clock
from procurement.errors import InvalidInput
from tests.factories import World, make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


def free(world: World, **said: object) -> LineInput:
    line = LineInput(
        name="Tas anyaman",
        unit="buah",
        target_price=Decimal(7_000),
        quantity=5,
        needed_by=clock.today() + timedelta(days=60),
        site_id=world.site.pk,
    )
    return replace(line, **said)  # type: ignore[arg-type]


def draft(world: World, *lines: LineInput) -> Order:
    return request.draft_order(actor=world.actor("requester"), heading=world.heading(), lines=lines)


def old_draft(world: World) -> Order:
    """A draft of before, whose line has no category."""
    order = draft(world, free(world, category_id=Category.objects.get(code="BATIK").pk))
    OrderLine.objects.filter(order=order).update(category=None)
    return order


def test_a_new_line_without_category_is_refused_with_those_there_are(world: World) -> None:
    with pytest.raises(InvalidInput) as refusal:
        draft(world, free(world))
    assert (refusal.value.field, refusal.value.row) == ("category", 0)
    assert refusal.value.sentence.endswith("bukan dari katalog: Batik, Pangan.")
    category = Category.objects.get(code="BATIK")
    assert draft(world, free(world, category_id=category.pk)).lines.get().category == category


def test_the_form_says_it_beside_the_field_and_keeps_what_was_typed(world: World, client: Client) -> None:
    client.force_login(world.people["requester"])
    line = free(world)
    said = {
        "title": "Tas peserta",
        "edition": world.edition.pk,
        "lines-TOTAL_FORMS": "1",
        "lines-0-name": line.name,
        "lines-0-unit": line.unit,
        "lines-0-quantity": "5",
        "lines-0-target_price": "7000",
        "lines-0-needed_by": line.needed_by.isoformat(),
        "lines-0-site": line.site_id,
        "act": "save",
    }
    answer = client.post(reverse("orders:new"), said)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Pilih kategori barang yang bukan dari katalog: Batik, Pangan." in shown
    assert 'value="Tas anyaman"' in shown
    assert '<details class="line-more" open>' in shown
    said["lines-0-category"] = Category.objects.get(code="PANGAN").pk
    assert client.post(reverse("orders:new"), said).status_code == 302


def test_a_line_of_before_goes_on_without_one_and_says_so(world: World) -> None:
    order = old_draft(world)
    line = LineInput.of(order.lines.get())
    changed = request.change_order(
        order_id=order.pk,
        actor=world.actor("requester"),
        heading=world.heading(),
        lines=[replace(line, quantity=6)],
    )
    assert changed.lines.get().quantity == 6
    said = about_lines(changed.lines.select_related("product"))
    assert said == ["Baris 1 (Tas anyaman) tidak berkategori: kemajuannya dilaporkan tanpa tahap produksi."]
    with pytest.raises(InvalidInput):
        request.change_order(
            order_id=order.pk,
            actor=world.actor("requester"),
            heading=world.heading(),
            lines=[line, free(world, name="Topi")],
        )


def test_a_category_that_a_line_has_is_not_taken_away(world: World) -> None:
    order = draft(world, free(world, category_id=Category.objects.get(code="BATIK").pk))
    with pytest.raises(InvalidInput) as refusal:
        request.change_order(
            order_id=order.pk,
            actor=world.actor("requester"),
            heading=world.heading(),
            lines=[replace(LineInput.of(order.lines.get()), category_id=None)],
        )
    assert refusal.value.field == "category"


def test_an_old_order_can_be_ordered_again(world: World) -> None:
    copy = reorder.copy_order(
        order_id=old_draft(world).pk,
        title="Sekali lagi",
        needed_by=clock.today() + timedelta(days=50),
        actor=world.actor("requester"),
    )
    assert copy.lines.get().category is None


def test_where_there_are_no_categories_none_is_asked_for(world: World) -> None:
    line = free(world)
    order = Order(institution=world.institution)
    known = Known(sites=frozenset({world.site.pk}), products={}, categories=frozenset())
    assert checked_line(order, line, known=known, old={}).category_id is None
