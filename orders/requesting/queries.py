"""The pledges that an order may be linked to: what the page offers is what the verb accepts."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.acting import Actor
from expo.models import Pledge
from expo.models.pledge import PledgeQuerySet
from orders.models import Order
from orders.workflow import OrderStatus

_NOT_WANTED = (OrderStatus.DRAFT, OrderStatus.LOST, OrderStatus.CANCELLED)


def why_not_linked(order: Order) -> str:
    """Why this order cannot be linked to any pledge, as a sentence; empty when it can."""
    if order.status in _NOT_WANTED:
        return _("Hanya pesanan yang berjalan atau selesai dapat dikaitkan dengan komitmen.")
    if order.pledge_id is not None:
        return _("Pesanan ini sudah dikaitkan dengan sebuah komitmen.")
    if order.edition.closed_at:
        return _("Penyelenggaraan ini sudah ditutup; pesanannya tidak dapat dikaitkan lagi dengan komitmen.")
    return ""


def pledges_for(order: Order, actor: Actor) -> PledgeQuerySet:
    """Announced orders of the same institution and edition that the actor sees, ended ones too."""
    return Pledge.objects.visible_to(actor).filter(
        institution=order.institution_id, edition=order.edition_id, kind=Pledge.Kind.ORDER
    )


def may_be_linked(order: Order) -> bool:
    """Whether there is a pledge that an order, read for its page, can be linked to."""
    read: Any = order
    return not why_not_linked(order) and read.has_open_pledge
