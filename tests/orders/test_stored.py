"""Acts and subjects: one spelling in the code, one in the rows, and one map between them."""

import pytest

from orders.stored import flow_of, spelled, stored
from orders.workflow import FLOWS
from procurement.models import Event
from procurement.rows import events
from tests.factories import World


@pytest.mark.parametrize(
    ("code", "row"),
    [
        ("purchase_order.issue", "purchaseorder.issue"),
        ("purchase_order:5", "purchaseorder:5"),
        ("purchase_order", "purchaseorder"),
        ("order.draft", "order.draft"),
        ("order:12", "order:12"),
    ],
)
def test_a_name_is_stored_and_read_back(code: str, row: str) -> None:
    assert stored(code) == row
    assert spelled(row) == code


@pytest.mark.django_db
def test_a_chain_keeps_its_spelling_and_holds(world: World) -> None:
    """What was recorded before this map existed is spelled as what is recorded now, and the chains are whole."""
    order = world.closed()
    part = order.purchase_orders.first()
    assert part is not None
    assert flow_of(part) in FLOWS
    verbs = set(Event.objects.filter(stream=order.stream).values_list("verb", flat=True))
    assert {"purchaseorder.issue", "purchaseorder.acknowledge", "purchaseorder.settle"} <= verbs
    assert not {verb for verb in verbs if verb.startswith("purchase_order.")}
    assert list(events.verify()) == []
