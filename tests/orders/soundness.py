"""What must hold after every verb, and how tests see where an order stands."""

from expo.ledger.ledger import totals
from orders.models import Order
from orders.reconcile import differences
from procurement.rows.events import verify
from tests.factories import World


def fresh(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def by_stage(world: World) -> dict[str, int]:
    found = totals(edition_id=world.edition.pk).by_stage
    return {str(stage): int(amount) for stage, amount in found.items() if amount}


def assert_sound() -> None:
    """The ledger equals the rows, and the trail is whole."""
    assert [str(difference) for difference in differences()] == []
    assert list(verify()) == []
