"""Which purchase orders will be late, before they are, and who could help. The estimate itself is ``pace.py``.

A purchase order is foreseen until its last piece is received: what was sent is made, what came back is not, and what is
ready still has to reach the buyer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Exists, F, IntegerField, Max, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, TruncDate

from accounts.acting import Actor
from msmes.free import free_weeks
from msmes.models import CapacityPause, DayOff, Msme, Offer
from orders.models import Allocation, ProductionReport, PurchaseOrder, Shipment, ShipmentLine
from orders.pace import Experience, Forecast, Kept, Progress, Report, forecast
from orders.workflow import UNDELIVERED, PurchaseOrderStatus
from procurement import clock
from procurement.models import Event
from procurement.working_days import working_days_between

IN_WORK = UNDELIVERED
"""Purchase orders of which a piece is still to come: these are foreseen, and no others."""
_FINISHED = (PurchaseOrderStatus.READY, PurchaseOrderStatus.RECEIVED, PurchaseOrderStatus.SETTLED)
_REMEMBERED = timedelta(days=730)
_MOST_REMEMBERED = 5_000
_RESTS_KNOWN = timedelta(days=183)
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
    key = f"orders:experience:2:{clock.today().isoformat()}"
    known = cache.get(key)
    if not isinstance(known, Experience):
        known = _experience()
        cache.set(key, known, _EXPERIENCE_SECONDS)
    return known


def _experience() -> Experience:
    """A work ends with its last piece: pieces that came back and were made anew are part of it."""
    sent = Shipment.objects.filter(purchase_order=OuterRef("pk"), dispatched_at__isnull=False).order_by()
    back = ShipmentLine.objects.filter(shipment__purchase_order=OuterRef("pk"), rejected__gt=0)
    rows = list(
        PurchaseOrder.objects.filter(
            status__in=_FINISHED,
            started_at__isnull=False,
            finished_at__isnull=False,
            finished_at__gte=clock.now() - _REMEMBERED,
        )
        .annotate(
            last_sent=_figure(sent, "purchase_order", Max("dispatched_at")),
            last_received=_figure(sent, "purchase_order", Max("received_at")),
            came_back=Exists(back),
        )
        .order_by("-finished_at", "-pk")[:_MOST_REMEMBERED]
    )
    promised = _first_dates(rows)
    return Experience.of(_kept(row, promised.get(row.pk, row.due_on)) for row in rows)


def _kept(row: Any, promised: date) -> Kept:
    issued, started, made = (
        clock.local_date(moment)
        for moment in (
            row.issued_at,
            row.started_at,
            max(row.finished_at, row.last_sent) if row.came_back and row.last_sent else row.finished_at,
        )
    )
    received = row.last_received if row.status != PurchaseOrderStatus.READY else None
    return Kept(
        row.msme_id,
        working_days_between(issued, promised),
        working_days_between(started, made),
        amount=int(row.value),
        waited=working_days_between(issued, started),
        delivered=working_days_between(made, clock.local_date(received)) if received else None,
    )


def with_last_report(rows: "QuerySet[PurchaseOrder]") -> "QuerySet[Any]":
    """Purchase orders with the newest report, with what was sent and came back, and whether the MSME rests.

    The forecast needs no other query for them, unless an MSME takes days off or an addendum moved one.
    """
    reports = (
        ProductionReport.objects.filter(purchase_order=OuterRef("pk"))
        .annotate(day=Coalesce("reported_on", TruncDate("reported_at")))
        .order_by("-day", "-percent", "-pk")
    )
    shares = Allocation.objects.filter(purchase_order=OuterRef("pk")).order_by()
    sent = Shipment.objects.filter(purchase_order=OuterRef("pk"), dispatched_at__isnull=False).order_by()
    back = ShipmentLine.objects.filter(shipment__purchase_order=OuterRef("pk"), rejected__gt=0).order_by()
    return rows.annotate(
        last_day=Subquery(reports.values("day")[:1]),
        last_percent=Subquery(reports.values("percent")[:1]),
        last_told=Subquery(reports.values("reported_at")[:1]),
        pieces=_figure(shares, "purchase_order", Sum(F("quantity") - F("released")), IntegerField()),
        sent=_figure(shares, "purchase_order", Sum("shipped"), IntegerField()),
        last_sent=_figure(sent, "purchase_order", Max("dispatched_at")),
        last_back=_figure(back, "shipment__purchase_order", Max("shipment__received_at")),
        back=_back(back),
        back_since_told=_back(back.filter(shipment__received_at__gt=OuterRef("last_told"))),
        back_since_made=_back(back.filter(shipment__received_at__gt=OuterRef("finished_at"))),
        has_days_off=Exists(DayOff.objects.filter(msme=OuterRef("msme_id"))),
        has_pauses=Exists(CapacityPause.objects.filter(msme=OuterRef("msme_id"))),
    )


def _figure(rows: Any, by: str, figure: Any, output: Any = None) -> Subquery:
    return Subquery(rows.values(by).annotate(figure=figure).values("figure"), output_field=output)


def _back(lines: Any) -> Subquery:
    return _figure(lines, "shipment__purchase_order", Sum("rejected"), IntegerField())


def forecasts(
    purchase_orders: Iterable[PurchaseOrder], known: Experience | None = None
) -> dict[int, Forecast]:
    """``{purchase order id: forecast}`` of those of which a piece is still to come.

    In one query for rows :func:`with_last_report`, in two for others.
    """
    rows: list[Any] = [one for one in purchase_orders if one.status in IN_WORK]
    if not rows:
        return {}
    known = known or experience()
    if not all(hasattr(one, "has_pauses") for one in rows):
        rows = list(with_last_report(PurchaseOrder.objects.filter(pk__in=[one.pk for one in rows])))
    resting, promised = _resting(rows), _first_dates(rows)
    return {
        one.pk: _foresee(one, known, resting.get(one.pk, set()), promised.get(one.pk, one.due_on))
        for one in rows
    }


def _foresee(row: Any, known: Experience, resting: set[date], promised: date) -> Forecast:
    issued = clock.local_date(row.issued_at)
    report, progress = _standing(row)
    found = forecast(
        msme_id=row.msme_id,
        start=clock.local_date(row.started_at) if row.started_at else None,
        due=row.due_on,
        today=clock.today(),
        reports=[report] if report else [],
        experience=known,
        planned=working_days_between(issued, promised),
        amount=int(row.value),
        progress=progress,
        off=resting,
    )
    return replace(found, reports=0 if row.last_day is None else 1)


def _standing(row: Any) -> tuple[Report | None, Progress | None]:
    """What is known of the pace, and what is still to be made: from the newest word, what was sent, what came back."""
    whole, sent = max(1, row.pieces or 0), row.sent or 0
    report, back = None, row.back or 0
    if row.last_day is not None:
        report, back = Report(row.last_day, min(row.last_percent, 99)), row.back_since_told or 0
    if row.finished_at and (report is None or row.finished_at >= row.last_told):
        report, back = Report(clock.local_date(row.finished_at), 100), row.back_since_made or 0
    made = (report.percent / 100 if report else 0.0) - back / whole
    days = [report.day] if report else []
    if back:
        days.append(clock.local_date(row.last_back))
    if sent / whole > made and row.last_sent:
        made = sent / whole
        days = [max([*days[1:], clock.local_date(row.last_sent)])]
        if report is None or report.percent < 100 * made:
            report = Report(clock.local_date(row.last_sent), 100 * made)
    if row.status == PurchaseOrderStatus.READY or sent >= whole:
        made = 1.0
    return report, Progress(max(days), max(0.0, 1 - made)) if days else None


def _resting(rows: Sequence[Any]) -> dict[int, set[date]]:
    """Days, from the issue to half a year behind the due date, on which the MSME does not make all of it."""
    some = [one for one in rows if one.has_days_off or one.has_pauses]
    if not some:
        return {}
    first = min(clock.local_date(one.issued_at) for one in some)
    last = max(clock.today(), *(one.due_on for one in some)) + _RESTS_KNOWN
    msmes = {one.msme_id for one in some}
    days_off = DayOff.objects.filter(msme__in=msmes, day__gte=first, day__lte=last)
    pauses = CapacityPause.objects.filter(msme__in=msmes, first_day__lte=last, last_day__gte=first)
    off: dict[int, set[date]] = {}
    for msme_id, day in days_off.values_list("msme_id", "day"):
        off.setdefault(msme_id, set()).add(day)
    paused: dict[int, list[tuple[int | None, set[date]]]] = {}
    for pause in pauses:
        begin, end = max(first, pause.first_day), min(last, pause.last_day)
        days = {begin + timedelta(days=step) for step in range((end - begin).days + 1)}
        paused.setdefault(pause.msme_id, []).append((pause.product_id, days))
    products = _products(some) if any(which for ones in paused.values() for which, _days in ones) else {}
    return {
        one.pk: off.get(one.msme_id, set()).union(
            *(
                days
                for which, days in paused.get(one.msme_id, [])
                # The last piece waits for whichever product rests.
                if which is None or which in products.get(one.pk, ())
            )
        )
        for one in some
    }


def _products(rows: Sequence[Any]) -> dict[int, set[int]]:
    """The products of which pieces are still to be sent, by purchase order."""
    found: dict[int, set[int]] = {}
    shares = Allocation.objects.filter(
        purchase_order__in=[one.pk for one in rows], quantity__gt=F("released") + F("shipped")
    )
    for pk, product_id in shares.values_list("purchase_order_id", "line__product_id"):
        found.setdefault(pk, set()).add(product_id)
    return found


def _first_dates(rows: Sequence[Any]) -> dict[int, date]:
    """The day that was promised first, where an addendum moved it: a later day makes no work longer."""
    moved = {f"purchaseorder:{one.pk}": one for one in rows if one.revision > 1}
    if not moved:
        return {}
    events = Event.objects.filter(
        stream__in={f"order:{one.order_id}" for one in moved.values()},
        verb="purchaseorder.revise",
        subject__in=moved,
    )
    found: dict[int, date] = {}
    for subject, changes in events.order_by("stream", "-sequence").values_list("subject", "changes"):
        before, after = changes.get("ready_on") or ("", "")
        due = found.get(moved[subject].pk, moved[subject].due_on)
        if before and after == due.isoformat():
            found[moved[subject].pk] = date.fromisoformat(before)
    return found


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
    return sorted(late, key=lambda pair: (pair[1].days_left, -pair[1].late_probability, pair[0].pk))


def in_work(actor: Actor, *, edition_id: int | None = None) -> "list[PurchaseOrder]":
    """Those that the actor sees (of one edition) and of which a piece is still to come, as forecasts want them."""
    rows = with_last_report(PurchaseOrder.objects.visible_to(actor).for_list().filter(status__in=IN_WORK))
    if edition_id is not None:
        rows = rows.filter(order__edition_id=edition_id)
    return list(rows.order_by("due_on", "pk"))


def late_rows(actor: Actor, *, edition_id: int | None = None) -> list[tuple[PurchaseOrder, Forecast]]:
    """Those that the actor sees (of one edition) and that are likely late."""
    return likely_late(in_work(actor, edition_id=edition_id))
