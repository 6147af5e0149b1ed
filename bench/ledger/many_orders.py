"""Orders by the hundred thousand, with the ledger that their lives would have left, through INSERT … SELECT.

Every invariant of the ledger holds: legs sum to zero (the database's own trigger looks at each), counts, ageing and
origin are those of ``orders.standing``, and ``manage.py reconcile`` finds no difference. What is left out: events,
papers and shipments. The same seed makes the same orders.
"""

# ruff: noqa: S608 - every part of these statements is written here; values are parameters

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models, transaction

from accounts.models import Organisation
from buyers.models import Institution, Unit
from expo.models import LedgerEntry, LedgerHorizon, LedgerRollup, Pledge, Snapshot
from msmes.models import Category, District, Msme
from orders.models import Allocation, Order, OrderLine, PurchaseOrder
from procurement import clock
from procurement.rows import triggers
from tests.factories import World

DAYS = 365
WINDOW = 60_000
"""Orders whose steps are posted in one statement; about half a million legs."""

FILLED = (LedgerEntry, Order, OrderLine, Allocation, PurchaseOrder)

BUYERS, MAKERS, CATEGORIES, DISTRICTS = 200, 500, 20, 38


def people_the_expo(world: World) -> None:
    """Institutions with two units each, MSMEs, categories and districts: as many at every size."""
    organisations = Organisation.objects.bulk_create(
        [
            *(
                Organisation(kind="institution", name=f"Instansi contoh {n:03d}", code=f"INS-{n:03d}")
                for n in range(BUYERS)
            ),
            *(
                Organisation(kind="msme", name=f"UMKM contoh {n:03d}", code=f"UMK-{n:03d}")
                for n in range(MAKERS)
            ),
        ]
    )
    districts = District.objects.bulk_create(District(name=f"Kabupaten {n:02d}") for n in range(DISTRICTS))
    Category.objects.bulk_create(
        Category(code=f"KAT-{n:02d}", name=f"Kategori {n:02d}") for n in range(CATEGORIES)
    )
    Institution.objects.bulk_create(
        Institution(
            organisation=one, kind=world.institution.kind, address="-", city="Surabaya", province="Jawa Timur"
        )
        for one in organisations[:BUYERS]
    )
    Unit.objects.bulk_create(
        Unit(institution_id=one.pk, code=code, name=f"Satuan {code}")
        for one in organisations[:BUYERS]
        for code in ("A", "B")
    )
    Msme.objects.bulk_create(
        Msme(
            organisation=one,
            district=districts[number % DISTRICTS],
            owner_name="-",
            address="-",
            phone="0",
            is_example=True,
        )
        for number, one in enumerate(organisations[BUYERS:])
    )


def empty() -> None:
    """Take all orders and the whole ledger away; only here may the refusals be lifted."""
    tables = ", ".join(
        model._meta.db_table
        for model in (
            Snapshot, LedgerEntry, LedgerRollup, LedgerHorizon, Allocation, PurchaseOrder, OrderLine, Order, Pledge
        )
    )  # fmt: skip
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
    triggers.install(connection)


def fill(world: World, orders: int) -> None:
    """Make ``orders`` orders of the year that ends now, and vacuum."""
    with transaction.atomic(), connection.cursor() as cursor:
        # Foreign keys hold by construction; the balance of each posting is judged all the same.
        cursor.execute("ALTER TABLE expo_ledgerentry ENABLE ALWAYS TRIGGER expo_ledgerentry_balanced")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute("SELECT setseed(0.2022)")
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        _lives(cursor, orders, end=clock.now())
        indexes = _without_indexes(cursor)
        _rows(cursor, world)
        for first in range(1, orders + 1, WINDOW):
            _postings(cursor, world, first, first + WINDOW)
        for definition in indexes:
            cursor.execute(definition)
        cursor.execute("ALTER TABLE expo_ledgerentry ENABLE TRIGGER expo_ledgerentry_balanced")
        for model in (Order, OrderLine):
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM {table}))"
            )
        cursor.execute("DROP TABLE life, part, step")
    with connection.cursor() as cursor:
        for filled in FILLED:
            cursor.execute(f"VACUUM ANALYZE {filled._meta.db_table}")
        cursor.execute("ANALYZE")  # as every night


def _without_indexes(cursor: Any) -> list[str]:
    """Drop the indexes that hold no constraint, and return how to make them again: once is quicker than piecemeal."""
    cursor.execute(
        """SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)
        AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexname::regclass)""",
        [[model._meta.db_table for model in FILLED]],
    )
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in found]


def _lives(cursor: Any, orders: int, *, end: datetime) -> None:
    """What becomes of each order and when: ``life``; its one to three shares: ``part``; what happened: ``step``."""
    cursor.execute(
        """CREATE TEMPORARY TABLE life AS
        WITH dice AS (
            SELECT id, random() AS fate, CASE WHEN random() < 0.1 THEN 6 ELSE 1 END AS slow,
                1 + floor(random() * %(buyers)s)::int AS buyer, floor(random() * 2)::int AS desk,
                CASE WHEN random() < 0.6 THEN 1 WHEN random() < 0.75 THEN 2 ELSE 3 END AS parts,
                floor(random() * random() * %(makers)s)::int AS maker, floor(random() * %(kinds)s)::int AS kind,
                random() AS a, random() AS b, random() AS c, random() AS d, random() AS e
            FROM generate_series(1, %(orders)s) AS id
        ), buyers AS (
            SELECT organisation_id, row_number() OVER (ORDER BY organisation_id) AS place
            FROM buyers_institution JOIN accounts_organisation o ON o.id = organisation_id AND o.code LIKE 'INS-%%'
        ), units AS (
            SELECT id AS unit_id, institution_id,
                row_number() OVER (PARTITION BY institution_id ORDER BY id) - 1 AS desk
            FROM buyers_unit
        ), days AS (
            SELECT dice.*, organisation_id AS institution_id, unit_id,
                %(start)s::timestamptz + (id::float / %(orders)s) * %(span)s::interval AS t0,
                slow * interval '1 day' * (1 + 12 * a * a) AS d1, slow * interval '1 day' * (0.2 + 16 * b * b) AS d2,
                interval '1 day' * (0.5 + 5 * c) AS d3, interval '1 day' * (8 + 30 * d) AS d4,
                interval '1 day' * (1 + 6 * e) AS d5
            FROM dice JOIN buyers ON place = buyer JOIN units USING (desk)
            WHERE units.institution_id = organisation_id
        )
        SELECT id, institution_id, unit_id, parts, maker, kind,
            t0, t0 + d1 AS t1, t0 + d1 + d2 AS t2, t0 + d1 + d2 + d3 AS t3,
            t0 + d1 + d2 + d3 + d4 AS t4, t0 + d1 + d2 + d3 + d4 + d5 AS t5,
            CASE WHEN fate < 0.10 THEN 1 WHEN fate < 0.20 THEN 2 WHEN fate < 0.23 THEN 3 ELSE 9 END AS ends_at
        FROM days ORDER BY id""",
        {
            "orders": orders,
            "buyers": BUYERS,
            "makers": MAKERS,
            "kinds": CATEGORIES,
            "start": end - timedelta(days=DAYS),
            "span": timedelta(days=DAYS),
        },
    )
    # Only what has happened by now, and only until the order is lost.
    cursor.execute(
        """CREATE TEMPORARY TABLE step AS
        SELECT id AS order_id, number, at, before_at, source, CASE WHEN number = ends_at THEN 'lost' ELSE target END
            AS target, verb, CASE WHEN number = ends_at THEN source ELSE '' END AS origin, gen_random_uuid() AS posting
        FROM life CROSS JOIN LATERAL (VALUES
            (0, t0, t0, 'outside', 'requested', 'order.submit'),
            (1, t1, t0, 'requested', 'quoted', CASE WHEN ends_at = 1 THEN 'order.decline' ELSE 'order.quote' END),
            (2, t2, t1, 'quoted', 'booked', CASE WHEN ends_at = 2 THEN 'order.reject' ELSE 'order.approve' END),
            (3, t3, t2, 'booked', 'in_production',
                CASE WHEN ends_at = 3 THEN 'order.cancel' ELSE 'purchase_order.start' END),
            (4, t4, t3, 'in_production', 'in_delivery', 'shipment.dispatch'),
            (5, t5, t4, 'in_delivery', 'delivered', 'shipment.receive')
        ) AS steps (number, at, before_at, source, target, verb)
        WHERE number <= ends_at AND at <= %s""",
        [end],
    )
    cursor.execute("CREATE INDEX ON step (order_id)")
    cursor.execute(
        """CREATE TEMPORARY TABLE part AS
        WITH makers AS (
            SELECT organisation_id AS msme_id, district_id, row_number() OVER (ORDER BY organisation_id) - 1 AS place
            FROM msmes_msme JOIN accounts_organisation o ON o.id = organisation_id AND o.code LIKE 'UMK-%%'
        ), kinds AS (
            SELECT id AS category_id, row_number() OVER (ORDER BY id) - 1 AS place
            FROM msmes_category WHERE code LIKE 'KAT-%%'
        ), dice AS (
            SELECT id AS order_id, number, maker, kind, 20 + floor(random() * 480)::int AS quantity,
                5000 * (4 + floor(random() * 40)) AS target_price
            FROM life CROSS JOIN LATERAL generate_series(1, parts) AS number
        )
        SELECT order_id, number, quantity,
            target_price::bigint AS target_price,
            (target_price * (CASE quantity %% 4 WHEN 0 THEN 0.9 WHEN 1 THEN 1.1 ELSE 1 END))::bigint AS price,
            msme_id, district_id, category_id
        FROM dice JOIN makers ON makers.place = (maker + 7 * number) %% %s
            JOIN kinds ON kinds.place = (kind + number) %% %s""",
        [MAKERS, CATEGORIES],
    )
    cursor.execute("CREATE INDEX ON part (order_id)")
    for table in ("life", "step", "part"):
        cursor.execute(f"ANALYZE {table}")


_STATUS = {
    "requested": "requested",
    "quoted": "quoted",
    "booked": "approved",
    "in_production": "in_production",
    "in_delivery": "in_delivery",
    "delivered": "delivered",
}
_NOW = """(SELECT DISTINCT ON (order_id) * FROM step ORDER BY order_id, number DESC)"""


PAID = "(target = 'delivered' AND at < CURRENT_TIMESTAMP - interval '20 days')"
"""An order is paid and closed twenty days after all of it was received, which moves no value."""


def _case(column: str, values: Mapping[str, str]) -> str:
    return (
        f"CASE {column} " + " ".join(f"WHEN '{key}' THEN '{value}'" for key, value in values.items()) + " END"
    )


def _rows(cursor: Any, world: World) -> None:
    """Orders, lines, and from the quote on shares and purchase orders, as the last step leaves them."""
    running = _case("target", _STATUS)
    status = (
        f"CASE WHEN origin = 'booked' THEN 'cancelled' WHEN target = 'lost' THEN 'lost' ELSE {running} END"
    )
    _insert(
        cursor,
        Order,
        {
            "id": "life.id",
            "institution_id": "institution_id",
            "unit_id": "unit_id",
            "edition_id": str(world.edition.pk),
            "requester_id": str(world.people["requester"].pk),
            "submitted_by_id": str(world.people["requester"].pk),
            "title": "'Pesanan contoh ' || life.id",
            "status": f"CASE WHEN {PAID} THEN 'closed' ELSE {status} END",
            "status_since": f"CASE WHEN {PAID} THEN at + interval '20 days' ELSE at END",
            "lost_from": "CASE WHEN origin IN ('requested', 'quoted') THEN origin ELSE '' END",
            "value": "CASE WHEN target = 'requested' OR origin = 'requested' THEN asked ELSE quoted END",
            "needed_by": "(t0 + interval '75 days')::date",
            "quote_valid_until": "(t1 + interval '120 days')::date",
            "created_at": "t0",
            "submitted_at": "t0",
            "ended_reason": "CASE WHEN target = 'lost' THEN 'Anggaran dialihkan' ELSE '' END",
        },
        f"""life JOIN {_NOW} AS last ON last.order_id = life.id JOIN (
            SELECT order_id, SUM(quantity * target_price) AS asked, SUM(quantity * price) AS quoted
            FROM part GROUP BY order_id
        ) AS worth ON worth.order_id = life.id ORDER BY life.id""",
    )
    _insert(
        cursor,
        OrderLine,
        {
            "id": "row_number() OVER (ORDER BY order_id, number)",
            "order_id": "order_id",
            "position": "number",
            "category_id": "category_id",
            "name": "'Barang contoh ' || category_id",
            "quantity": "quantity",
            "unit": "'buah'",
            "target_price": "target_price",
            "needed_by": "(t0 + interval '75 days')::date",
            "site_id": str(world.site.pk),
        },
        "part JOIN life ON life.id = order_id ORDER BY order_id, number",
    )
    cursor.execute(
        f"""CREATE TEMPORARY TABLE share AS
        SELECT part.*, institution_id, last.at, last.target, last.origin, t0, t1, t2, line.id AS line_id
        FROM part JOIN life ON life.id = order_id JOIN {_NOW} AS last USING (order_id)
        JOIN orders_orderline line ON line.order_id = part.order_id AND line.position = part.number
        WHERE last.target <> 'requested' AND last.origin <> 'requested' """
    )
    bound = "target NOT IN ('quoted', 'lost') OR origin = 'booked'"
    status = _case(
        "target",
        {
            "booked": "acknowledged",
            "in_production": "producing",
            "in_delivery": "shipped",
            "delivered": "received",
            "lost": "cancelled",
        },
    )
    _insert(
        cursor,
        PurchaseOrder,
        {
            "order_id": "order_id",
            "msme_id": "msme_id",
            "issuer_id": "institution_id",
            "number": "'SP-' || order_id || '-' || number",
            "status": f"CASE WHEN {PAID} THEN 'settled' ELSE {status} END",
            "status_since": f"CASE WHEN {PAID} THEN at + interval '20 days' ELSE at END",
            "value": "quantity * price",
            "accepted_value": "CASE WHEN target = 'delivered' THEN quantity * price ELSE 0 END",
            "issued_at": "t2",
            "due_on": "(t2 + interval '45 days')::date",
        },
        f"share WHERE {bound}",
    )
    ordered = _case("target", {"quoted": "confirmed", "lost": "released", "delivered": "fulfilled"})
    _insert(
        cursor,
        Allocation,
        {
            "order_id": "share.order_id",
            "line_id": "line_id",
            "msme_id": "share.msme_id",
            "purchase_order_id": "po.id",
            "status": f"COALESCE({ordered}, 'ordered')",
            "asked": "quantity",
            "asked_at": "t0",
            "deadline": "t1",
            "confirmed": "quantity",
            "price": "price",
            "ready_on": "(t1 + interval '30 days')::date",
            "answered_at": "t1",
            "quantity": "quantity",
            "shipped": "CASE WHEN target IN ('in_delivery', 'delivered') THEN quantity ELSE 0 END",
            "accepted": "CASE WHEN target = 'delivered' THEN quantity ELSE 0 END",
            "released": "CASE WHEN origin = 'booked' THEN quantity ELSE 0 END",
        },
        "share LEFT JOIN orders_purchaseorder po ON po.order_id = share.order_id AND po.msme_id = share.msme_id",
    )
    cursor.execute("DROP TABLE share")


def _insert(cursor: Any, model: type[models.Model], columns: Mapping[str, str], source: str) -> None:
    """INSERT … SELECT that fills the columns not named with the defaults that Django would."""
    names, values = list(columns), list(columns.values())
    parameters: list[Any] = []
    for field in model._meta.concrete_fields:
        if field.column is None or field.column in columns or field.primary_key or field.has_db_default():
            continue
        names.append(field.column)
        values.append("%s")
        parameters.append(field.get_db_prep_save(field.get_default(), connection))
    cursor.execute(
        f"INSERT INTO {model._meta.db_table} ({', '.join(names)}) "
        f"SELECT {', '.join(value if value == '%s' else value.replace('%', '%%') for value in values)} FROM {source}",
        parameters,
    )


def _postings(cursor: Any, world: World, first: int, end: int) -> None:
    """The legs of every step of the orders ``first <= id < end``, in the order in which they happened."""
    day = "({} AT TIME ZONE 'Asia/Jakarta')::date"
    unbooked = "('announced', 'requested', 'quoted')"
    cursor.execute(
        f"""INSERT INTO expo_ledgerentry (posting, stage, amount, orders, origin, since, dwell_days, edition_id,
            institution_id, unit_id, msme_id, category_id, district_id, order_id, verb, happened_at)
        WITH chosen AS (
            SELECT step.*, institution_id, unit_id, part.number AS place, msme_id, category_id, district_id,
                quantity * target_price AS asked, quantity * price AS offered
            FROM step JOIN life ON life.id = step.order_id JOIN part ON part.order_id = step.order_id
            WHERE step.order_id >= %s AND step.order_id < %s
        ), legs AS (
            SELECT posting, source AS stage, -(CASE source WHEN 'requested' THEN asked ELSE offered END) AS amount,
                CASE place WHEN 1 THEN -1 ELSE 0 END AS orders, '' AS origin,
                CASE WHEN source IN {unbooked} THEN {day.format("before_at")} END AS since,
                CASE place WHEN 1 THEN {day.format("at")} - {day.format("before_at")} END AS dwell_days,
                institution_id, unit_id,
                CASE source WHEN 'requested' THEN NULL ELSE msme_id END AS msme_id, category_id,
                CASE source WHEN 'requested' THEN NULL ELSE district_id END AS district_id, order_id, verb, at
            FROM chosen WHERE source <> 'outside'
            UNION ALL
            SELECT posting, target,
                CASE WHEN target = 'requested' OR origin = 'requested' THEN asked ELSE offered END,
                CASE place WHEN 1 THEN 1 ELSE 0 END, origin,
                CASE WHEN target IN {unbooked} THEN {day.format("at")} END, NULL, institution_id, unit_id,
                CASE WHEN target = 'requested' OR origin = 'requested' THEN NULL ELSE msme_id END, category_id,
                CASE WHEN target = 'requested' OR origin = 'requested' THEN NULL ELSE district_id END,
                order_id, verb, at
            FROM chosen
            UNION ALL
            SELECT posting, 'outside', SUM(CASE source WHEN 'outside' THEN -asked ELSE asked - offered END),
                CASE source WHEN 'outside' THEN -1 ELSE 0 END, '', NULL, NULL, institution_id, unit_id,
                NULL, NULL, NULL, order_id, verb, at
            FROM chosen WHERE target = 'requested' OR target = 'quoted'
            GROUP BY posting, source, institution_id, unit_id, order_id, verb, at
            HAVING SUM(CASE source WHEN 'outside' THEN -asked ELSE asked - offered END) <> 0
        )
        SELECT posting, stage, amount, orders, origin, since, dwell_days, %s, institution_id, unit_id, msme_id,
            category_id, district_id, order_id, verb, at
        FROM legs ORDER BY at, order_id""",
        [first, end, world.edition.pk],
    )
