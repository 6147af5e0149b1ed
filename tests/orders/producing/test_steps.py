"""Progress is told in the steps of the goods: nobody sews coffee."""

import pytest
from django.test import Client
from django.urls import reverse

from msmes.models import Category
from orders.models import ProductionReport, PurchaseOrder
from orders.producing import produce
from orders.producing.steps import PERCENT_OF_STEP, STEPS, steps_of
from procurement.errors import InvalidInput
from tests.factories import World

pytestmark = pytest.mark.django_db


def started(world: World, *wanted: str) -> PurchaseOrder:
    """A purchase order in production for goods of these categories."""
    products = {product.category.code: product for product in world.products}
    kept, world.products = world.products, [products[code] for code in wanted]
    order = world.approved([30] * len(wanted))
    world.products = kept
    return PurchaseOrder.objects.get(pk=world.start(order, 0))


def offered(client: Client, world: World, row: PurchaseOrder) -> list[str]:
    client.force_login(world.people["owner0"])
    page = client.get(reverse("orders:purchase_order", args=[row.pk]))
    return [value for value, _label in page.context["form"].fields["step"].choices if value]


@pytest.mark.parametrize(
    ("wanted", "steps"),
    [
        (["BATIK"], ["cut", "sewn", "finished"]),
        (["PANGAN"], ["cooked", "packed", "finished"]),
        (["BATIK", "PANGAN"], ["finished"]),
    ],
)
def test_the_steps_are_those_of_the_goods(
    world: World, client: Client, wanted: list[str], steps: list[str]
) -> None:
    row = started(world, *wanted)
    assert offered(client, world, row) == steps
    page = client.get(reverse("orders:purchase_order", args=[row.pk])).content.decode()
    assert ("dijahit" in page) == ("sewn" in steps)


def test_a_step_of_other_goods_is_refused(world: World) -> None:
    row = started(world, "PANGAN")
    with pytest.raises(InvalidInput) as refusal:
        produce.report_progress(
            purchase_order_id=row.pk, percent=75, step="sewn", actor=world.actor("owner0")
        )
    assert refusal.value.field == "step"
    produce.report_progress(purchase_order_id=row.pk, percent=90, step="packed", actor=world.actor("owner0"))
    assert ProductionReport.objects.get().get_step_display() == "dikemas"


def test_what_was_chosen_counts_before_the_name(world: World) -> None:
    row = started(world, "BATIK")
    Category.objects.filter(code="BATIK").update(process="craft")
    assert steps_of(row) == ("shaped", "smoothed", "finished")


@pytest.mark.parametrize(
    ("name", "process"),
    [
        ("Kopi", "food"),
        ("Sarung dan tenun ikat", "weaving"),
        ("Busana muslim", "sewing"),
        ("Kriya kayu", "craft"),
        ("Kertas seni", "other"),
        ("Jasa", "other"),
    ],
)
def test_a_category_is_known_by_its_name(name: str, process: str) -> None:
    assert Category(code="X", name=name).made_by == process


def test_every_way_of_making_has_its_steps_and_every_step_its_percentage() -> None:
    assert set(STEPS) == set(Category.Process) - {Category.Process.BY_NAME}
    assert set(PERCENT_OF_STEP) == {value for value, _label in ProductionReport.STEP_CHOICES}
    for steps in STEPS.values():
        assert [PERCENT_OF_STEP[step] for step in steps] == sorted(PERCENT_OF_STEP[step] for step in steps)
        assert steps[-1] == "finished"
