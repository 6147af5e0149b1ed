"""An order and the pledge that it came out of, when that became known only after the order was asked for."""

from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.acting import Actor
from expo.ledger.ledger import in_play
from expo.models import Pledge
from expo.pledges.pledges import take_from_pledge
from orders.act import act_on
from orders.models import Order
from orders.requesting.queries import may_be_linked, pledges_for, why_not_linked
from procurement.errors import InvalidInput, NotFound, WrongState
from procurement.input.opened import Unchanged, anything
from procurement.money import is_whole, rupiah


def require_linkable(order: Order) -> None:
    """Raise :class:`WrongState` when the order can be linked to no pledge: for the page and for its verb."""
    if sentence := why_not_linked(order):
        raise WrongState(sentence)


def require_open_pledge(order: Order) -> None:
    """Raise :class:`WrongState` when no pledge is open for an order that was read for its page."""
    if not may_be_linked(order):
        raise WrongState(_("Instansi ini tidak mempunyai komitmen pesanan yang masih terbuka."))


def link_pledge(
    *,
    order_id: int,
    pledge_id: int,
    actor: Actor,
    amount: Decimal | None = None,
    unchanged: Unchanged = anything,
) -> Order:
    """Say that an order came out of a pledge: that part leaves *announced*, because the order already counts it.

    ``amount`` says how much of the pledge it is, now and when the order grows; without it as much as both have. Raises
    :class:`NotFound` for a pledge that is not of this institution and edition, :class:`InvalidInput` when the pledge
    has ended or the amount is more than remains of it or than the order is worth, and :class:`WrongState` when the
    order has a pledge already, does not run, or its edition has closed.
    """
    with act_on("order.link_pledge", actor=actor, order_id=order_id, pledge_id=pledge_id) as act:
        order = act.order
        require_linkable(order)
        pledge = pledges_for(order, actor).filter(pk=pledge_id).first()
        if pledge is None:
            raise NotFound(_("Pilih komitmen pesanan dari instansi dan penyelenggaraan yang sama."))
        if pledge.status != Pledge.Status.OPEN:
            raise InvalidInput(
                _("Komitmen ini sudah berakhir atau sudah menjadi pesanan seluruhnya."), field="pledge"
            )
        if pledge.amount is None and amount is not None:
            raise InvalidInput(
                _("Nilai komitmen ini belum disebut. Kosongkan nilainya; yang diambil mengikutinya kelak."),
                field="amount",
            )
        unchanged()
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
