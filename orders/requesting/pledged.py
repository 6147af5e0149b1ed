"""An order and the pledge that it came out of, when that became known only after the order was asked for."""

from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.acting import Actor
from expo.ledger.ledger import in_play
from expo.models import Pledge
from expo.pledges.pledges import take_from_pledge
from orders.act import act_on
from orders.models import Order
from orders.workflow import OrderStatus
from procurement.errors import InvalidInput, WrongState
from procurement.money import is_whole, rupiah

_NOT_WANTED = (OrderStatus.DRAFT, OrderStatus.LOST, OrderStatus.CANCELLED)


def link_pledge(*, order_id: int, pledge_id: int, actor: Actor, amount: Decimal | None = None) -> Order:
    """Say that an order came out of a pledge: that part leaves *announced*, because the order already counts it.

    ``amount`` says how much of the pledge it is, now and when the order grows; without it as much as both have. Raises
    :class:`InvalidInput` when it is more than remains of the pledge or than the order is worth, or when the pledge is
    not this institution's.
    """
    with act_on("order.link_pledge", actor=actor, order_id=order_id, pledge_id=pledge_id) as act:
        order = act.order
        if order.status in _NOT_WANTED:
            raise WrongState(_("Hanya pesanan yang berjalan atau selesai dapat dikaitkan dengan komitmen."))
        if order.pledge_id is not None:
            raise WrongState(_("Pesanan ini sudah dikaitkan dengan sebuah komitmen."))
        pledge = Pledge.objects.filter(
            pk=pledge_id, institution=order.institution_id, edition=order.edition_id, kind=Pledge.Kind.ORDER
        ).first()
        if pledge is None:
            raise InvalidInput(
                _("Pilih komitmen pesanan dari instansi dan penyelenggaraan yang sama."), field="pledge"
            )
        worth = in_play([order.pk]).get(order.pk, Decimal(0))
        if amount is not None and not is_whole(amount, 1, worth):
            raise InvalidInput(
                _("Isilah rupiah bulat dari 1 sampai nilai pesanan, %(value)s.") % {"value": rupiah(worth)},
                field="amount",
            )
        order.pledge, order.pledge_limit, act.pledge_is_settled = pledge, amount, True
        order.pledged = take_from_pledge(
            pledge_id=pledge.pk,
            amount=worth if amount is None else amount,
            posting=act.posting,
            actor=actor,
            order_number=order.number,
            exactly=amount is not None,
        )
        act.record(
            "order.link_pledge",
            from_state=order.status,
            to_state=order.status,
            changes={"pledge": [None, pledge.pk], "pledged": ["0", str(order.pledged)]},
        )
        act.save()
        return order
