"""The PPN rates that are known today, as dated rows."""

from datetime import date
from decimal import Decimal

from django.db import migrations

RATES = [
    (date(1985, 4, 1), Decimal("0.10"), 1, 1, "UU 8/1983; berlaku sampai 31 Maret 2022"),
    (date(2022, 4, 1), Decimal("0.11"), 1, 1, "UU 7/2021 (HPP)"),
    (date(2025, 1, 1), Decimal("0.12"), 11, 12, "PMK 131/2024: dasar 11/12 untuk barang tidak mewah"),
]


def add(apps, schema_editor):
    TaxRate = apps.get_model("orders", "TaxRate")
    for valid_from, rate, numerator, denominator, source in RATES:
        TaxRate.objects.get_or_create(
            valid_from=valid_from,
            defaults={
                "rate": rate,
                "base_numerator": numerator,
                "base_denominator": denominator,
                "source": source,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_order_to_delivery")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
