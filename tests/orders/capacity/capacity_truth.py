"""What must hold of weeks, reservations and shares, worked out from the tables without the code that keeps it.

Plain SQL on purpose: a mistake in a verb, a manager or a cached query must not be made here a second time. Only
:func:`wrong_free` asks the code, because what it answers is what is looked at.
"""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection

from msmes.capacity.free import free_until
from procurement.clock import local_date

_WEEKS = """
    SELECT w.id, w.msme_id, w.product_id, w.week, w.available, w.reserved, COALESCE(SUM(r.quantity), 0)
    FROM msmes_capacityweek w LEFT JOIN msmes_capacityreservation r ON r.week_id = w.id
    GROUP BY w.id, w.msme_id, w.product_id, w.week, w.available, w.reserved
"""

_RESERVATIONS = """
    SELECT r.allocation_id, r.quantity, w.week, w.msme_id, w.product_id,
           a.id, a.msme_id, a.ready_on, l.product_id
    FROM msmes_capacityreservation r
    JOIN msmes_capacityweek w ON w.id = r.week_id
    LEFT JOIN orders_allocation a ON a.id = r.allocation_id
    LEFT JOIN orders_orderline l ON l.id = a.line_id
"""

_ALLOCATIONS = """
    SELECT a.id, a.status, a.confirmed, a.quantity - a.released, o.status, pl.id IS NOT NULL, a.shipped, a.made,
           p.id, p.finished_at,
           (SELECT COALESCE(SUM(s.rejected), 0)
            FROM orders_shipmentline s JOIN orders_shipment h ON h.id = s.shipment_id
            WHERE s.allocation_id = a.id AND h.received_at >= p.finished_at),
           (SELECT COALESCE(SUM(m.quantity), 0)
            FROM orders_amendment m JOIN orders_allocation g ON g.id = m.allocation_id
            WHERE m.kind = 'move' AND m.status = 'applied' AND m.ended_at >= p.finished_at
              AND m.msme_id = a.msme_id AND g.line_id = a.line_id)
    FROM orders_allocation a
    JOIN orders_order o ON o.id = a.order_id
    JOIN orders_orderline l ON l.id = a.line_id
    LEFT JOIN orders_purchaseorder p ON p.id = a.purchase_order_id
    LEFT JOIN msmes_capacityplan pl ON pl.msme_id = a.msme_id AND pl.product_id = l.product_id
"""

_REPORTS = """
    SELECT r.purchase_order_id, r.percent, r.reported_on, r.reported_at
    FROM orders_productionreport r ORDER BY r.reported_on, r.id
"""

_RECEPTIONS = "SELECT purchase_order_id, received_at FROM orders_shipment WHERE received_at IS NOT NULL"

_LINES = """
    SELECT l.id, l.quantity, CASE WHEN o.status = 'lost' THEN o.lost_from ELSE o.status END,
           COALESCE(SUM(a.quantity), 0)
    FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
    LEFT JOIN orders_allocation a ON a.line_id = l.id
    GROUP BY l.id, l.quantity, o.status, o.lost_from
"""

_LIVE = {"requested", "quoted", "approved", "in_production", "in_delivery"}
"""States of an order in which anything may be held for it."""

_UNSHARED = {"draft", "requested"}
"""States of an order in which nobody has a share yet; from the quote on the shares are the line."""


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def wrongs(today: date | None = None) -> list[str]:
    """Everything that is not as it must be, in words; nothing when all is well.

    With ``today``, after the night's work, no week that is over holds anything.
    """
    return [*_wrong_weeks(), *_wrong_holdings(today), *_wrong_lines()]


def _day(found: date | str) -> date:
    """SQLite gives days as texts."""
    return date.fromisoformat(found) if isinstance(found, str) else found


def _moment(found: datetime | str) -> datetime:
    moment = datetime.fromisoformat(found) if isinstance(found, str) else found
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _said_of_work() -> dict[int, tuple[int, datetime, date]]:
    """What was reported last of each purchase order, and when. A report of a day before a reception that it came
    after says nothing any more."""
    received: dict[int, list[datetime]] = defaultdict(list)
    for part, at in _rows(_RECEPTIONS):
        received[part].append(_moment(at))
    said = {}
    for part, percent, on, reported_at in _rows(_REPORTS):
        at = _moment(reported_at)
        if not any(one <= at and local_date(one) > _day(on) for one in received[part]):
            said[part] = percent, at, _day(on)
    return said


_COMING = """
    SELECT w.msme_id, w.product_id, w.week, w.available - w.beyond, w.days, w.reserved
    FROM msmes_capacityweek w
    JOIN msmes_capacityplan p ON p.msme_id = w.msme_id AND p.product_id = w.product_id
    ORDER BY w.msme_id, w.product_id, w.week
"""


def wrong_free(today: date) -> list[str]:
    """Where what is read as free is not what can still be made, less what is still to be made of promises."""
    rows = [(msme, product, _day(week), *rest) for msme, product, week, *rest in _rows(_COMING)]
    pairs = sorted({row[:2] for row in rows})
    found = []
    for weeks_ahead in (0, 1, 4, 20):
        until = today + timedelta(days=6 - today.weekday(), weeks=weeks_ahead)
        read = free_until(
            msme_ids=[pair[0] for pair in pairs], product_ids=[p for _m, p in pairs], until=until, is_own=True
        )
        for pair in pairs:
            free = overdue = 0
            for *_pair, week, figure, days, reserved in (row for row in rows if row[:2] == pair):
                worked = [step for step in range(7) if days & 1 << step]
                coming = [step for step in worked if week + timedelta(days=step) >= today]
                left = (figure * len(coming) // len(worked) if worked else 0) - reserved
                left = figure - reserved if week > today else left
                free += max(0, left) if week <= until else 0
                overdue += max(0, -left) if week <= today else 0
            if read[pair] != max(0, free - overdue):
                found.append(
                    f"{pair} until {until}: {read[pair]} read as free, {free} less {overdue} overdue"
                )
    return found


def full_weeks() -> int:
    """How many weeks have nothing left, so that somebody may be refused."""
    return sum(1 for row in _rows(_WEEKS) if row[4] == row[5] > 0)


def _wrong_weeks() -> list[str]:
    found = []
    for pk, msme, product, week, available, reserved, promised in _rows(_WEEKS):
        name = f"week {pk} ({msme}, {product}, {week})"
        if max(reserved, promised) > available:
            found.append(f"{name}: {reserved} reserved, {promised} promised, only {available} available")
        if reserved != promised:
            found.append(f"{name}: counts {reserved}, its reservations sum to {promised}")
    return found


def _wrong_holdings(today: date | None) -> list[str]:
    """``today`` when what is overdue must have been moved already, None between two nights."""
    found = []
    held: Counter[int] = Counter()
    for allocation, quantity, week, msme, product, pk, its_msme, ready_on, its_product in _rows(
        _RESERVATIONS
    ):
        held[allocation] += quantity
        if pk is None:
            found.append(f"allocation {allocation} is gone and holds {quantity} of {week}")
        elif (msme, product) != (its_msme, its_product):
            found.append(f"allocation {allocation} holds a week of another MSME or product")
        elif ready_on is None:
            found.append(f"allocation {allocation} holds {week} and has no ready date")
        elif today is not None and _day(week) + timedelta(days=6) < today:
            found.append(f"allocation {allocation} holds {quantity} of {week}, which is over")
    said = _said_of_work()
    for pk, status, confirmed, share, order, is_tracked, sent, made, part, finished_at, *since in _rows(
        _ALLOCATIONS
    ):
        reported, at, on = said.get(part, (None, datetime.min.replace(tzinfo=UTC), date.min))
        is_finished = finished_at is not None and not (
            at > _moment(finished_at) and on >= local_date(_moment(finished_at))
        )
        work = [sent, made, reported, is_finished, *since]
        least = most = 0
        if not is_tracked or order not in _LIVE:
            pass
        elif status in ("confirmed", "partly_confirmed"):
            least = most = confirmed
        elif status == "ordered":
            least, most = _still_to_make(share, *work)
            if held[pk] != share - max(work[:2]):
                found.append(
                    f"allocation {pk} holds {held[pk]} of {share}, of which {work[:2]} are sent and made"
                )
        if not least <= held[pk] <= most:
            found.append(
                f"allocation {pk} ({status}, order {order}, confirmed {confirmed}, share {share}, {work}) "
                f"holds {held[pk]}, not {least} to {most}"
            )
    return found


def _still_to_make(
    share: int,
    shipped: int,
    _made: int,
    reported: int | None,
    is_finished: bool,
    rejected: int,
    moved_in: int,
) -> tuple[int, int]:
    """What was sent is made, so is what was reported; all was when work was finished, but for what came since.

    Whoever reports again after finishing says that it was not, and is believed.
    """
    unsent = share - shipped
    if is_finished:
        # Since then pieces were rejected or moved in, and some of those may have been made and sent again.
        return 0, min(unsent, rejected + moved_in)
    made = (reported or 0) * share // 100
    return max(0, min(unsent, share - made)) if not reported else 0, unsent


def _wrong_lines() -> list[str]:
    found = []
    for pk, quantity, order, shares in _rows(_LINES):
        if shares != (0 if order in _UNSHARED else quantity):
            found.append(f"line {pk} ({order}): shares of {shares} for {quantity} pieces")
    return found
