"""Which purchase orders will be late, before they are, and who could help. The estimate itself is ``pace.py``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate

from accounts.acting import Actor
from msmes.free import free_weeks
from msmes.models import Msme, Offer
from orders.models import Allocation, ProductionReport, PurchaseOrder
from orders.pace import Experience, Forecast, Kept, Report, forecast
from orders.workflow import PurchaseOrderStatus
from procurement import clock
from procurement.working_days import working_days_between

IN_WORK = (PurchaseOrderStatus.ISSUED, PurchaseOrderStatus.ACKNOWLEDGED, PurchaseOrderStatus.PRODUCING)
_REMEMBERED = timedelta(days=730)
_EXPERIENCE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Helper:
    """An MSME that could take pieces over: free weeks until the due date, and its price."""

    msme: Msme
    free: int | None
    """Pieces; None where it declared no capacity."""
    offer: Offer


def experience() -> Experience:
    """How plans were kept in the last two years; read from all purchase orders once in ten minutes."""
    key = f"orders:experience:{clock.today().isoformat()}"
    known = cache.get(key)
    if not isinstance(known, Experience):
        known = _experience()
        cache.set(key, known, _EXPERIENCE_SECONDS)
    return known


def _experience() -> Experience:
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
        if started is not None and finished is not None
    )


def with_last_report(rows: "QuerySet[PurchaseOrder]") -> "QuerySet[Any]":
    """Purchase orders with the newest report as ``last_day`` and ``last_percent``; the forecast needs no other."""
    reports = (
        ProductionReport.objects.filter(purchase_order=OuterRef("pk"))
        .annotate(day=Coalesce("reported_on", TruncDate("reported_at")))
        .order_by("-day", "-percent", "-pk")
    )
    return rows.annotate(
        last_day=Subquery(reports.values("day")[:1]), last_percent=Subquery(reports.values("percent")[:1])
    )


def forecasts(
    purchase_orders: Iterable[PurchaseOrder], known: Experience | None = None
) -> dict[int, Forecast]:
    """``{purchase order id: forecast}`` of those that are not finished yet.

    In one query for rows :func:`with_last_report`, in two for others.
    """
    rows = [one for one in purchase_orders if one.status in IN_WORK]
    if not rows:
        return {}
    known = known or experience()
    if not all(hasattr(one, "last_day") for one in rows):
        rows = list(with_last_report(PurchaseOrder.objects.filter(pk__in=[one.pk for one in rows])))
    today = clock.today()
    return {
        one.pk: forecast(
            msme_id=one.msme_id,
            start=clock.local_date(one.started_at) if one.started_at else today,
            due=one.due_on,
            today=today,
            reports=_last_report(one),
            experience=known,
        )
        for one in rows
    }


def _last_report(row: Any) -> list[Report]:
    return [] if row.last_day is None else [Report(row.last_day, row.last_percent)]


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
    # Once the needed day has passed, what counts is the earliest day on which a helper can be ready.
    until = {
        offer.msme_id: max(line.needed_by, clock.today() + timedelta(days=offer.lead_time_days))
        for offer in found
    }
    weeks = free_weeks(
        msme_ids=list(until),
        product_ids=[line.product_id],
        until=max(until.values(), default=line.needed_by),
    )
    free = {pk: weeks.until(day).of(pk, line.product_id) for pk, day in until.items()}
    able = [Helper(offer.msme, free[offer.msme_id], offer) for offer in found if free[offer.msme_id] != 0]
    return sorted(able, key=lambda one: (one.free is None, -(one.free or 0), one.offer.price))[:most]


def likely_late(purchase_orders: Sequence[PurchaseOrder]) -> list[tuple[PurchaseOrder, Forecast]]:
    """Those that are more likely late than not, the one with the least time left first."""
    found = forecasts(purchase_orders)
    late = [
        (one, found[one.pk]) for one in purchase_orders if one.pk in found and found[one.pk].is_likely_late
    ]
    return sorted(late, key=lambda pair: (pair[1].days_left, -pair[1].days_late, pair[0].pk))


def late_rows(actor: Actor, *, edition_id: int | None = None) -> list[tuple[PurchaseOrder, Forecast]]:
    """Those that the actor sees (of one edition) and that are likely late, in two queries."""
    rows = with_last_report(PurchaseOrder.objects.visible_to(actor).for_list().filter(status__in=IN_WORK))
    if edition_id is not None:
        rows = rows.filter(order__edition_id=edition_id)
    return likely_late(list(rows.order_by("due_on", "pk")))
