"""Which purchase orders will be late, before they are, and who could help. The estimate itself is ``pace.py``."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from accounts.acting import Actor
from msmes import capacity
from msmes.models import Msme, Offer
from orders.models import Allocation, ProductionReport, PurchaseOrder
from orders.pace import Experience, Forecast, Kept, Report, forecast
from orders.workflow import PurchaseOrderStatus
from procurement import clock
from procurement.working_days import working_days_between

IN_WORK = (PurchaseOrderStatus.ISSUED, PurchaseOrderStatus.ACKNOWLEDGED, PurchaseOrderStatus.PRODUCING)
_REMEMBERED = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Helper:
    """An MSME that could take pieces over: free weeks until the due date, and its price."""

    msme: Msme
    free: int | None
    """Pieces; None where it declared no capacity."""
    offer: Offer


def experience() -> Experience:
    """How plans were kept in the last two years, in one query."""
    rows = PurchaseOrder.objects.filter(
        started_at__isnull=False, finished_at__isnull=False, finished_at__gte=clock.now() - _REMEMBERED
    ).exclude(status=PurchaseOrderStatus.CANCELLED)
    return Experience.of(
        Kept(
            msme_id,
            working_days_between(clock.local_date(started), due),
            working_days_between(clock.local_date(started), clock.local_date(finished)),
        )
        for msme_id, started, finished, due in rows.values_list(
            "msme_id", "started_at", "finished_at", "due_on"
        )
    )


def forecasts(
    purchase_orders: Iterable[PurchaseOrder], known: Experience | None = None
) -> dict[int, Forecast]:
    """``{purchase order id: forecast}`` of those that are not finished yet, in two queries."""
    rows = [one for one in purchase_orders if one.status in IN_WORK]
    if not rows:
        return {}
    known = known or experience()
    reports: dict[int, list[Report]] = defaultdict(list)
    for pk, day, at, percent in ProductionReport.objects.filter(purchase_order__in=rows).values_list(
        "purchase_order_id", "reported_on", "reported_at", "percent"
    ):
        reports[pk].append(Report(day or clock.local_date(at), percent))
    today = clock.today()
    return {
        one.pk: forecast(
            msme_id=one.msme_id,
            start=clock.local_date(one.started_at) if one.started_at else today,
            due=one.due_on,
            today=today,
            reports=reports[one.pk],
            experience=known,
        )
        for one in rows
    }


def helpers(allocation: Allocation, most: int = 5) -> list[Helper]:
    """Who could take pieces of a late share over, most free capacity first; for the coordinator's proposal."""
    line = allocation.line
    if line.product_id is None:
        return []
    offers = (
        Offer.objects.filter(product_id=line.product_id, is_active=True, msme__organisation__is_active=True)
        .exclude(msme_id=allocation.msme_id)
        .select_related("msme__organisation", "msme__district")
    )
    found = list(offers)
    free = capacity.free_until(
        msme_ids=[offer.msme_id for offer in found], product_ids=[line.product_id], until=line.needed_by
    )
    able = [
        Helper(offer.msme, free.get((offer.msme_id, line.product_id)), offer)
        for offer in found
        if free.get((offer.msme_id, line.product_id), 1) > 0
    ]
    return sorted(able, key=lambda one: (one.free is None, -(one.free or 0), one.offer.price))[:most]


def likely_late(purchase_orders: Sequence[PurchaseOrder]) -> list[tuple[PurchaseOrder, Forecast]]:
    """Those that are more likely late than not, the one with the least time left first."""
    found = forecasts(purchase_orders)
    late = [
        (one, found[one.pk]) for one in purchase_orders if one.pk in found and found[one.pk].is_likely_late
    ]
    return sorted(late, key=lambda pair: (pair[1].days_left, -pair[1].days_late, pair[0].pk))


def late_rows(actor: Actor) -> list[tuple[PurchaseOrder, Forecast]]:
    """Those that the actor sees and that are likely late, in three queries."""
    rows = PurchaseOrder.objects.visible_to(actor).for_list().filter(status__in=IN_WORK)
    return likely_late(list(rows.order_by("due_on", "pk")))
