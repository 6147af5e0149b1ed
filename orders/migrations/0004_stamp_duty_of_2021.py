"""The stamp duty that is known today, as a dated row."""

from datetime import date

from django.db import migrations


def add(apps, schema_editor):
    apps.get_model("orders", "StampDuty").objects.get_or_create(
        valid_from=date(2021, 1, 1),
        defaults={"amount": 10_000, "threshold": 5_000_000, "source": "UU 10/2020"},
    )


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_stamp_duty_and_rounding")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
