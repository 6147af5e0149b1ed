"""Which purchase orders will be late, before they are, and who could help. The estimate itself is ``pace.py``.

A purchase order is foreseen until its last piece is received: what was sent is made, what came back is not, and what is
ready still has to reach the buyer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Exists, F, IntegerField, Max, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Least, TruncDate

from accounts.acting import Actor
from accounts.models import in_care_of
from msmes.capacity.free import free_weeks
from msmes.models import CapacityPause, DayOff, Msme, Offer
from orders.forecast.pace import Experience, Forecast, Kept, ToldPercent, WorkLeft, forecast
from orders.models import Allocation, ProductionReport, PurchaseOrder, Shipment, ShipmentLine
from orders.stored import stored
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
_RESTS_LOOKED_UP = timedelta(days=3653)
_EXPERIENCE_SECONDS = 600
_ASKED = F("quantity") - F("released")


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
    """A work ends with its last piece: pieces that came back and were made again are part of it."""
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
    moves = _moves(rows)
    return Experience.of(_kept(row, moves[row.pk].promised) for row in rows)


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
    told = shares.filter(made__gt=F("shipped"))
    sent = Shipment.objects.filter(purchase_order=OuterRef("pk"), dispatched_at__isnull=False).order_by()
    back = ShipmentLine.objects.filter(shipment__purchase_order=OuterRef("pk"), rejected__gt=0).order_by()
    return rows.annotate(
        last_day=Subquery(reports.values("day")[:1]),
        last_percent=Subquery(reports.values("percent")[:1]),
        last_told=Subquery(reports.values("reported_at")[:1]),
        pieces=_figure(shares, "purchase_order", Sum(_ASKED), IntegerField()),
        sent=_figure(shares, "purchase_order", Sum("shipped"), IntegerField()),
        made_and_told=_figure(told, "purchase_order", Sum(Least(F("made"), _ASKED)), IntegerField()),
        pieces_told=_figure(told, "purchase_order", Sum(_ASKED), IntegerField()),
        shares_told=_figure(told, "purchase_order", Count("pk"), IntegerField()),
        made_as_sent=_figure(
            shares.filter(made__lte=F("shipped")), "purchase_order", Sum("shipped"), IntegerField()
        ),
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
    resting, moves = _resting(rows), _moves(rows)
    return {one.pk: _foresee(one, known, resting.get(one.pk, set()), moves[one.pk]) for one in rows}


def _foresee(row: Any, known: Experience, resting: set[date], moves: "_Moves") -> Forecast:
    """The reported progress, or the share already sent if that is more: what was sent was made."""
    issued = clock.local_date(row.issued_at)

    def when(report: ToldPercent | None, progress: WorkLeft | None) -> Forecast:
        return forecast(
            msme_id=row.msme_id,
            start=clock.local_date(row.started_at) if row.started_at else None,
            due=row.due_on,
            today=clock.today(),
            reports=[report] if report else [],
            experience=known,
            planned=working_days_between(issued, moves.promised),
            amount=int(row.value),
            progress=progress,
            off=resting,
        )

    standing = _standing(row)
    found = when(standing.report, standing.progress)
    came = [(at, pieces) for at, pieces in moves.came if at > standing.told]
    if came and standing.left:
        # Days without news tell nothing of pieces that came on their last.
        left = min(sum(pieces for _at, pieces in came), standing.left) / standing.whole
        first = clock.local_date(min(at for at, _pieces in came))
        found = max(found, when(standing.report, WorkLeft(first, left)), key=_lateness)
    if standing.sent:
        found = min(found, when(*standing.sent), key=_lateness)
    return replace(found, reports=0 if row.last_day is None else 1)


def _lateness(found: Forecast) -> tuple[float, date]:
    return found.late_probability, found.expected


@dataclass(frozen=True, slots=True)
class _Standing:
    """What is known of one work: ``report`` and ``progress`` as told, ``sent`` the same by what was sent, if more."""

    whole: int
    left: int
    """Pieces of which nobody knows that they are made."""
    told: datetime
    """When the word was given on which ``report`` rests."""
    report: ToldPercent | None
    progress: WorkLeft | None
    sent: tuple[ToldPercent | None, WorkLeft] | None


def _standing(row: Any) -> _Standing:
    """Made is what the shares know as made, whatever came or went since.

    A percentage only adds the parts of a piece that they leave out.
    """
    whole = max(1, row.pieces or 0)
    # A share of which more is made than sent was told of; of another, only what was sent is known for certain.
    made, sent_only = row.made_and_told or 0, row.made_as_sent or 0
    known = min(whole, made + sent_only)
    told, day, percent, back = row.started_at or row.issued_at, None, 0, row.back or 0
    if row.last_day is not None:
        told, day, percent, back = row.last_told, row.last_day, row.last_percent, row.back_since_told or 0
    is_finished = bool(row.finished_at and (day is None or row.finished_at >= told))
    if is_finished:
        told, day, percent = row.finished_at, clock.local_date(row.finished_at), 100
        back = row.back_since_made or 0
    report = progress = None
    returned = [clock.local_date(row.last_back)] if back else []
    spoken = 0.0
    if day is not None:
        spoken = float(made)
        if percent < 100 and not back:
            spoken = max(spoken, min(percent / 100 * (row.pieces_told or 0), made + (row.shares_told or 0)))
        spoken += min(percent / 100 * (whole - (row.pieces_told or 0)), sent_only)
        if not is_finished:
            spoken = min(spoken, 0.99 * whole)
        report = ToldPercent(day, min(percent, 100 * (spoken + back) / whole))
        progress = WorkLeft(max([day, *returned]), max(0.0, 1 - spoken / whole))
    elif back:
        # All of it, and again what came back, since the beginning.
        progress = WorkLeft(clock.local_date(row.started_at or row.issued_at), 1 + back / whole)
    sent = None
    is_all_sent = (row.sent or 0) >= whole
    certain = float(known) if is_finished or is_all_sent else min(known, max(row.sent or 0, 0.99 * whole))
    if row.last_sent and (certain > spoken or (back and day is None)):
        on = clock.local_date(row.last_sent)
        sent = (
            ToldPercent(on, 100 * certain / whole) if certain else None,
            WorkLeft(max([on, *returned]), 1 - certain / whole),
        )
    if sent and is_all_sent:
        (report, progress), sent = sent, None
    return _Standing(whole, whole - known, told, report, progress, sent)


def _resting(rows: Sequence[Any]) -> dict[int, set[date]]:
    """Days, from the issue to half a year behind the due date, on which the MSME does not make all of it."""
    some = [one for one in rows if one.has_days_off or one.has_pauses]
    if not some:
        return {}
    # What is stored may name any day; of more than ten years nobody knows when an MSME rests.
    first = max(min(clock.local_date(one.issued_at) for one in some), clock.today() - _RESTS_LOOKED_UP)
    last = min(max(clock.today(), *(one.due_on for one in some)), clock.latest_day()) + _RESTS_KNOWN
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


@dataclass(slots=True)
class _Moves:
    """What addenda did to one purchase order."""

    promised: date
    """The day that was promised first: a later day makes no work longer."""
    came: list[tuple[datetime, int]] = field(default_factory=list)
    """When pieces came to it, and how many."""


def _moves(rows: Sequence[Any]) -> dict[int, _Moves]:
    found = {one.pk: _Moves(one.due_on) for one in rows}
    moved = {stored(f"purchase_order:{one.pk}"): one for one in rows if one.revision > 1}
    if not moved:
        return found
    events = Event.objects.filter(
        stream__in={f"order:{one.order_id}" for one in moved.values()},
        verb=stored("purchase_order.revise"),
        subject__in=moved,
    )
    for subject, changes, at in events.order_by("stream", "-sequence").values_list(
        "subject", "changes", "happened_at"
    ):
        one = found[moved[subject].pk]
        if pieces := changes.get("moved_in"):
            one.came.append((at, pieces))
        before, after = changes.get("ready_on") or ("", "")
        if before and after == one.promised.isoformat():
            one.promised = date.fromisoformat(before)
    return found


def helpers(allocation: Allocation, most: int = 5) -> list[Helper]:
    """Who could take pieces of a late share over, most free capacity first; for the coordinator's proposal."""
    line = allocation.line
    if line.product_id is None:
        return []
    offers = (
        Offer.objects.filter(
            in_care_of(allocation.order.edition.organiser_id, "msme_id"),
            product_id=line.product_id,
            is_active=True,
            msme__organisation__is_active=True,
        )
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
