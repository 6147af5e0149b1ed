"""Payment of each MSME, and the end of an order. The only writer of these steps."""

from django.utils.translation import gettext as _

from accounts.acting import Actor
from orders.act import act_on
from orders.messages import tell
from orders.models import Order, PurchaseOrder
from orders.producing.produce import part_of
from orders.workflow import OrderStatus, PurchaseOrderStatus
from procurement.errors import InvalidInput, WrongState
from procurement.input.letters import kept
from procurement.rows.bulk import save_row


def settle_purchase_order(*, purchase_order_id: int, reference: str, actor: Actor) -> PurchaseOrder:
    """The treasurer notes that the MSME is paid; ``reference`` is the proof of payment."""
    reference = kept(reference, field="reference")
    if not reference:
        raise InvalidInput(_("Isilah nomor bukti pembayaran."), field="reference")
    with act_on("purchase_order.settle", actor=actor, purchase_order_id=purchase_order_id) as act:
        purchase_order = part_of(act, purchase_order_id)
        act.take(
            purchase_order,
            "settle",
            changes={"reference": ["", reference[:120]]},
            party_id=purchase_order.msme_id,
        )
        purchase_order.settled_at, purchase_order.payment_reference = act.now, reference[:120]
        save_row(purchase_order)
        tell(act, "paid", part=purchase_order, reference=reference)
        act.save()
        return purchase_order


def close_order(*, order_id: int, actor: Actor) -> Order:
    """Everything is delivered and every MSME is paid."""
    with act_on("order.close", actor=actor, order_id=order_id) as act:
        unpaid = act.order.purchase_orders.exclude(
            status__in=[PurchaseOrderStatus.SETTLED, PurchaseOrderStatus.CANCELLED]
        ).count()
        if unpaid and act.order.status == OrderStatus.DELIVERED:
            raise WrongState(
                _("Masih ada %(count)d surat pesanan yang belum lunas. Catat pembayarannya lebih dahulu.")
                % {"count": unpaid}
            )
        act.take(act.order, "close")
        act.save()
        return act.order
