"""Everything that anybody can do with one order, with input that makes sense: each a call of the real verb."""

from collections.abc import Iterator

from orders.models import Order, PurchaseOrder, Shipment
from orders.workflow import RUNNING
from tests.orders.reach.moves_after_signing import MovesAfterSigning
from tests.orders.reach.moves_before_signing import MovesBeforeSigning
from tests.orders.reach.moves_of_one import PossibleAct


class Moves(MovesBeforeSigning, MovesAfterSigning):
    """The moves of one order in the state in which the database is now."""

    __slots__ = ()

    def all(self, *, everybody: bool = False) -> Iterator[PossibleAct]:
        """Each move; of MSMEs that are alike only those of one, unless ``everybody`` is wanted."""
        order = Order.objects.get(pk=self.order_id)
        yield from self._decisions(order, everybody)
        if order.status == "requested":
            yield from self._asking(order, everybody)
        if order.status in ("requested", "quoted"):
            yield from self._waiting()
        if order.status in (*RUNNING, "delivered"):
            for one in PurchaseOrder.objects.filter(order=order).order_by("pk"):
                yield from self._making(one, everybody)
            shipments = Shipment.objects.filter(purchase_order__order=order).select_related("purchase_order")
            for shipment in shipments.order_by("pk"):
                yield from self._sending(shipment)
            yield from self._addenda(order, everybody)
