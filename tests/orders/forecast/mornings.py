"""What is foreseen on a morning of a day that has not come."""

from datetime import date, datetime, time
from typing import Any

from django.core.cache import cache

from orders.forecast.lateness import forecasts
from orders.forecast.pace import Forecast
from orders.models import Order, PurchaseOrder
from orders.producing import produce
from procurement import clock
from tests.factories import World


def first(order: Order, world: World) -> PurchaseOrder:
    return order.purchase_orders.get(msme=world.msmes[0])


def morning(day: date) -> Any:
    """The clock stands at nine o'clock of a day."""
    cache.clear()
    return clock.at(datetime.combine(day, time(9), tzinfo=clock.JAKARTA))


def found(row: PurchaseOrder) -> Forecast:
    return forecasts([PurchaseOrder.objects.get(pk=row.pk)])[row.pk]


def on(day: date, row: PurchaseOrder) -> float:
    with morning(day):
        return found(row).late_probability


def tell(world: World, row: PurchaseOrder, percent: int) -> None:
    produce.report_progress(purchase_order_id=row.pk, percent=percent, actor=world.actor("owner0"))
