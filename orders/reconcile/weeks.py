"""Weeks of producers: what is promised of each, against what reservations say and what shares may hold."""

from collections.abc import Iterator

from django.db import connection

from orders.reconcile.found import Difference
from orders.reconcile.reading import Window

WEEKS = 5_000

_COUNTED = """
    SELECT w.id, o.name, p.name, w.week, w.available, w.reserved, COALESCE(SUM(r.quantity), 0) AS promised
    FROM msmes_capacityweek w JOIN accounts_organisation o ON o.id = w.msme_id
    JOIN msmes_product p ON p.id = w.product_id
    LEFT JOIN msmes_capacityreservation r ON r.week_id = w.id
    WHERE w.id > %s AND w.id <= %s
    GROUP BY w.id, o.name, p.name, w.week, w.available, w.reserved
    HAVING w.reserved <> COALESCE(SUM(r.quantity), 0) OR w.reserved > w.available
    ORDER BY w.id LIMIT 100
"""

_HELD = """
    SELECT w.id, o.name, w.week, r.label, r.quantity, a.id, a.status, ord.status,
        a.msme_id = w.msme_id AND l.product_id = w.product_id
    FROM msmes_capacityreservation r JOIN msmes_capacityweek w ON w.id = r.week_id
    JOIN accounts_organisation o ON o.id = w.msme_id
    LEFT JOIN orders_allocation a ON a.id = r.allocation_id
    LEFT JOIN orders_order ord ON ord.id = a.order_id
    LEFT JOIN orders_orderline l ON l.id = a.line_id
    WHERE w.id > %s AND w.id <= %s AND (
        a.id IS NULL OR a.msme_id <> w.msme_id OR l.product_id IS NULL OR l.product_id <> w.product_id
        OR a.status NOT IN ('confirmed', 'partly_confirmed', 'ordered')
        OR ord.status NOT IN ('requested', 'quoted', 'approved', 'in_production', 'in_delivery')
    )
    ORDER BY w.id LIMIT 100
"""


def next_window(after: int) -> Window:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM msmes_capacityweek WHERE id > %s ORDER BY id LIMIT 1 OFFSET %s",
            [after, WEEKS - 1],
        )
        found = cursor.fetchone()
    return Window(after, found[0] if found else 2**62)


def of_window(window: Window) -> Iterator[Difference]:
    """Each week whose counter is not the sum of its reservations or more than it has, and what holds it in vain."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [window.after, window.upto])
        for _pk, msme, product, week, available, reserved, promised in cursor.fetchall():
            said = f"dipesan {reserved}, menurut janji {promised}, kapasitas {available}"
            yield Difference(f"minggu {week} {msme} ({product})", "", said=said)
        cursor.execute(_HELD, [window.after, window.upto])
        for _pk, msme, week, label, quantity, share, status, order, is_its_own in cursor.fetchall():
            if share is None:
                said = f"{quantity} ditahan alokasi yang tidak ada"
            elif not is_its_own:
                said = f"{quantity} ditahan alokasi {share} dari UMKM atau produk lain"
            else:
                said = f"{quantity} masih ditahan alokasi {share} “{status}” dari pesanan “{order}”"
            yield Difference(f"minggu {week} {msme}, {label}", "", said=said)
