"""Past moments are read from closings instead of months, and the largest are found by sums of several stages.

Sums made before have neither: they are thrown away, and the next rolls make all.
"""

from typing import Any

from django.db import migrations, models


def begin_anew(apps: Any, editor: Any) -> None:
    apps.get_model("expo", "LedgerRollup").objects.all().delete()
    apps.get_model("expo", "LedgerHorizon").objects.update(through=0)


class Migration(migrations.Migration):
    dependencies = [("expo", "0011_sums_of_pledges")]
    operations = [
        migrations.AlterField(
            model_name="ledgerrollup",
            name="level",
            field=models.CharField(
                choices=[("all", "All"), ("close", "Close"), ("day", "Day"), ("hour", "Hour")], max_length=5
            ),
        ),
        migrations.AlterField(
            model_name="ledgerrollup",
            name="dimension",
            field=models.CharField(
                choices=[
                    ("total", "Total"),
                    ("institution", "Institution"),
                    ("unit", "Unit"),
                    ("msme", "Msme"),
                    ("category", "Category"),
                    ("district", "District"),
                    ("since", "Since"),
                    ("origin", "Origin"),
                    ("dwell", "Dwell"),
                    ("pledged", "Pledged"),
                    ("institution_size", "Institution Size"),
                    ("msme_size", "Msme Size"),
                ],
                max_length=16,
            ),
        ),
        migrations.RunPython(begin_anew, migrations.RunPython.noop),
    ]
