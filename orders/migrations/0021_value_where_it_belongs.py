"""Value that stood under a former heading or district moves to the present one, and pledges follow their orders.

Until now a changed unit or edition, or another district of an MSME, left value behind, and an order that was lost or
worth less kept all it had taken of its pledge. Entries are never changed: what is wrong is posted away, as of now.
"""

# ruff: noqa: S608 - every part of these statements is written here

import uuid
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import migrations
from django.db.models import Sum
from django.utils import timezone

VERB = "ledger.repair"
JAKARTA = ZoneInfo("Asia/Jakarta")
FINE = (
    "edition_id", "institution_id", "unit_id", "order_id", "msme_id", "category_id", "district_id", "pledge_id",
)  # fmt: skip
COARSE = ("edition_id", "institution_id", "unit_id", "order_id", "pledge_id")
HEADING = ("edition_id", "institution_id", "unit_id")
IN_PLAY = ("requested", "quoted", "booked", "in_production", "in_delivery", "delivered")


def relabel(editor: Any, source: str, condition: str, given: dict[str, str], *, counts: bool) -> None:
    """Post what stands under another id than it should out of there and in where it belongs."""

    def standing(cut: tuple[str, ...], amount: str, orders: str) -> str:
        columns = ", ".join(f"entry.{name}" if name in cut else f"NULL AS {name}" for name in FINE)
        grouped = ", ".join(f"entry.{name}" for name in ("stage", "origin", "since", *cut))
        wanted = ", ".join(f"MAX({path}) AS new_{name}" for name, path in given.items())
        return (
            f"SELECT entry.stage, entry.origin, entry.since, {columns}, {wanted}, {amount} AS amount, "
            f"{orders} AS orders FROM {source} WHERE {condition} GROUP BY {grouped} "
            f"HAVING {amount} <> 0 OR {orders} <> 0"
        )

    sums = standing(FINE, "SUM(entry.amount)", "0")
    if counts:
        # NULLs of the first SELECT have the types of their columns, so it stands first.
        sums += " UNION ALL " + standing(COARSE, "0", "SUM(entry.orders)")
    columns = ", ".join(FINE)
    moved = ", ".join(
        f"CASE WHEN sign = 1 THEN new_{name} ELSE {name} END" if name in given else name for name in FINE
    )
    now = editor.connection.ops.adapt_datetimefield_value(timezone.now())
    one = uuid.uuid4()
    with editor.connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO expo_ledgerentry
                (posting, stage, amount, orders, origin, since, {columns}, verb, happened_at)
            SELECT %s, stage, sign * amount, sign * orders, origin, since, {moved}, %s, %s
            FROM ({sums}) AS standing CROSS JOIN (SELECT -1 AS sign UNION ALL SELECT 1) AS sides""",
            [one if editor.connection.vendor == "postgresql" else one.hex, VERB, now],
        )


def move(apps: Any, editor: Any) -> None:
    unlike = "IS DISTINCT FROM" if editor.connection.vendor == "postgresql" else "IS NOT"
    # A pledge is of no unit, whichever unit its orders are of.
    relabel(
        editor, "expo_ledgerentry AS entry", "entry.pledge_id IS NOT NULL AND entry.unit_id IS NOT NULL",
        {"unit_id": "CAST(NULL AS bigint)"}, counts=True,
    )  # fmt: skip
    differs = " OR ".join(f"entry.{name} {unlike} orders_order.{name}" for name in HEADING)
    relabel(
        editor, "expo_ledgerentry AS entry JOIN orders_order ON orders_order.id = entry.order_id",
        f"entry.pledge_id IS NULL AND ({differs})", {name: f"orders_order.{name}" for name in HEADING}, counts=True,
    )  # fmt: skip
    relabel(
        editor, "expo_ledgerentry AS entry JOIN msmes_msme ON msmes_msme.organisation_id = entry.msme_id",
        f"entry.district_id {unlike} msmes_msme.district_id", {"district_id": "msmes_msme.district_id"}, counts=False,
    )  # fmt: skip


def follow(apps: Any, editor: Any) -> None:
    """First what orders give back, then what they take, the oldest first."""
    orders = apps.get_model("orders", "Order").objects.filter(pledge__isnull=False).order_by("pk")
    if not orders.exists():
        return
    entries = apps.get_model("expo", "LedgerEntry").objects
    worth = dict(
        entries.filter(order_id__in=orders.values("pk"), stage__in=IN_PLAY, pledge__isnull=True)
        .order_by()
        .values_list("order_id")
        .annotate(total=Sum("amount"))
    )
    for gives in (True, False):
        for order in orders:
            wants = max(Decimal(0), Decimal(worth.get(order.pk, 0)))
            if (wants < order.pledged) if gives else (wants > order.pledged):
                _settle(apps, order, wants)


def _settle(apps: Any, order: Any, wants: Decimal) -> None:
    entry = apps.get_model("expo", "LedgerEntry")
    pledge = apps.get_model("expo", "Pledge").objects.get(pk=order.pledge_id)
    is_ended = pledge.status in ("lapsed", "withdrawn")
    more = min(wants, order.pledged + (0 if is_ended else pledge.remaining)) - order.pledged
    if not more or pledge.kind != "order" or pledge.amount is None:
        return
    now, one = timezone.now(), uuid.uuid4()
    before = pledge.remaining
    order.pledged += more
    pledge.taken += more
    if not is_ended:
        pledge.remaining -= more
        pledge.status = "open" if pledge.remaining else "converted"
    order.save(update_fields=["pledged"])
    pledge.save(update_fields=["taken", "remaining", "status"])
    count = bool(pledge.remaining) - bool(before)
    waited = max(0, (timezone.localdate(now, JAKARTA) - pledge.announced_on).days)

    def leg(stage: str, amount: Decimal, counted: int, of_order: bool) -> Any:
        return entry(
            posting=one,
            stage=stage,
            amount=amount,
            orders=counted,
            origin="announced" if stage == "lost" else "",
            since=pledge.announced_on if stage == "announced" else None,
            dwell_days=waited if stage == "announced" and counted < 0 else None,
            edition_id=pledge.edition_id,
            institution_id=pledge.institution_id,
            pledge_id=pledge.pk,
            order_id=order.pk if of_order else None,
            verb=VERB,
            happened_at=now,
        )

    legs = [leg("announced", -more, count, True), leg("outside", more, -count, True)]
    if is_ended:
        legs += [leg("announced", more, 0, False), leg("lost", -more, 0, False)]
    entry.objects.bulk_create(legs)


class Migration(migrations.Migration):
    dependencies = [("orders", "0020_limits_of_pledges"), ("expo", "0015_what_orders_took")]
    run_before = [("expo", "0016_never_below_zero")]
    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.RunPython(follow, migrations.RunPython.noop),
    ]
