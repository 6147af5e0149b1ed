"""Rate, base and PKP mark of each purchase order, as they were when it was issued; what was accepted; open quotes anew.

What a quote promises is hashed with its tax from now on. Quotes that wait for a signature get the hash of what they
say, and the signatures that they have already go on to hold.
"""

import hashlib
import json
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import migrations, models

from procurement.money import RupiahField

JAKARTA = ZoneInfo("Asia/Jakarta")
FIELDS = [
    "is_taxed",
    "ppn_rate",
    "ppn_rounding",
    "ppn_numerator",
    "ppn_denominator",
    "accepted_value",
    "accepted_ppn",
]


def rule_of(rates, day):
    known = [one for one in rates if one.valid_from <= day]
    return known[-1] if known else None


def ppn(rule, value):
    base = (value * rule.base_numerator / rule.base_denominator).quantize(Decimal(1), rounding=rule.rounding)
    return (base * rule.rate).quantize(Decimal(1), rounding=rule.rounding)


def keep_what_was_issued(apps, schema_editor):
    rates = list(apps.get_model("orders", "TaxRate").objects.order_by("valid_from"))
    for part in (
        apps.get_model("orders", "PurchaseOrder").objects.prefetch_related("allocations").iterator(500)
    ):
        part.is_taxed = part.ppn > 0
        rule = rule_of(rates, part.issued_at.astimezone(JAKARTA).date())
        if rule is not None:
            part.ppn_rate, part.ppn_rounding = rule.rate, rule.rounding
            part.ppn_numerator, part.ppn_denominator = rule.base_numerator, rule.base_denominator
        accepted = sum((row.accepted * (row.price or 0) for row in part.allocations.all()), Decimal(0))
        part.accepted_value = min(accepted, part.value)
        if part.is_taxed and rule is not None:
            part.accepted_ppn = min(ppn(rule, part.accepted_value), part.ppn)
        part.save(update_fields=FIELDS)


def hash_open_quotes(apps, schema_editor):
    rates = list(apps.get_model("orders", "TaxRate").objects.order_by("valid_from"))
    steps = apps.get_model("orders", "ApprovalStep").objects
    orders = apps.get_model("orders", "Order").objects.filter(status="quoted").exclude(content_hash="")
    for order in orders.select_related("institution"):
        rule = rule_of(rates, order.status_since.astimezone(JAKARTA).date())
        if rule is None:
            continue
        before, order.content_hash = order.content_hash, content_hash(order, rule)
        order.save(update_fields=["content_hash"])
        steps.filter(order=order, revision=order.revision, content_hash=before).update(
            content_hash=order.content_hash
        )


def content_hash(order, rule):
    said = {
        "order": order.pk,
        "revision": order.revision,
        "until": order.quote_valid_until.isoformat() if order.quote_valid_until else "",
        "terms": [order.institution.payment_terms, order.institution.late_fine],
        "ppn": f"{rule.rate.normalize():f} {rule.base_numerator}/{rule.base_denominator} {rule.rounding}",
        "lines": [
            [
                line.pk,
                line.name,
                line.specification,
                line.quantity,
                line.unit,
                line.needed_by.isoformat(),
                line.site_id,
                line.site.name,
                line.site.address,
                line.site.city,
            ]
            for line in order.lines.select_related("site").order_by("pk")
        ],
        "shares": [
            [
                row.line_id,
                row.msme_id,
                row.quantity,
                str(row.price),
                row.ready_on.isoformat() if row.ready_on else "",
                row.msme.is_taxable,
            ]
            for row in order.allocations.select_related("msme").filter(quantity__gt=0).order_by("pk")
        ],
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class Migration(migrations.Migration):
    dependencies = [
        ("buyers", "0002_late_fine_clause"),
        ("msmes", "0007_digits_of_numbers"),
        ("orders", "0022_pieces_made"),
    ]

    operations = [
        migrations.AddField(
            model_name="purchaseorder",
            name="accepted_ppn",
            field=RupiahField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="purchaseorder",
            name="accepted_value",
            field=RupiahField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="purchaseorder",
            name="is_taxed",
            field=models.BooleanField(db_default=False, default=False, verbose_name="dikenai PPN"),
        ),
        migrations.AddField(
            model_name="purchaseorder",
            name="ppn_denominator",
            field=models.PositiveSmallIntegerField(db_default=1, default=1, verbose_name="penyebut dasar"),
        ),
        migrations.AddField(
            model_name="purchaseorder",
            name="ppn_numerator",
            field=models.PositiveSmallIntegerField(db_default=1, default=1, verbose_name="pembilang dasar"),
        ),
        migrations.AddField(
            model_name="purchaseorder",
            name="ppn_rate",
            field=models.DecimalField(
                db_default=0, decimal_places=4, default=0, max_digits=5, verbose_name="tarif PPN"
            ),
        ),
        migrations.AddField(
            model_name="purchaseorder",
            name="ppn_rounding",
            field=models.CharField(
                choices=[("ROUND_HALF_UP", "terdekat"), ("ROUND_DOWN", "ke bawah"), ("ROUND_UP", "ke atas")],
                db_default="ROUND_HALF_UP",
                default="ROUND_HALF_UP",
                max_length=16,
                verbose_name="pembulatan ke rupiah",
            ),
        ),
        migrations.RunPython(keep_what_was_issued, migrations.RunPython.noop),
        migrations.RunPython(hash_open_quotes, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="purchaseorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("ppn_denominator__gte", 1), ("ppn_rate__gte", 0), ("ppn_rate__lt", 1)),
                name="orders_po_rate_is_fraction",
            ),
        ),
        migrations.AddConstraint(
            model_name="purchaseorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_taxed", True), ("ppn", 0), _connector="OR"),
                name="orders_po_untaxed_has_no_ppn",
            ),
        ),
        migrations.AddConstraint(
            model_name="purchaseorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("accepted_ppn__gte", 0),
                    ("accepted_ppn__lte", models.F("ppn")),
                    ("accepted_value__gte", 0),
                    ("accepted_value__lte", models.F("value")),
                ),
                name="orders_po_accepted_within_value",
            ),
        ),
    ]
