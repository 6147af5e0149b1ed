"""Moments within a busy day are read from parts of it.

Days that were summed before have none: their sums are thrown away, and the next rolls make all.
"""

from typing import Any

from django.db import migrations, models


def begin_anew(apps: Any, editor: Any) -> None:
    apps.get_model("expo", "LedgerRollup").objects.all().delete()
    apps.get_model("expo", "LedgerHorizon").objects.update(through=0)


class Migration(migrations.Migration):
    dependencies = [("expo", "0012_closings_and_sizes")]
    operations = [
        migrations.AlterField(
            model_name="ledgerrollup",
            name="level",
            field=models.CharField(
                choices=[
                    ("all", "All"),
                    ("close", "Close"),
                    ("day", "Day"),
                    ("hour", "Hour"),
                    ("part", "Part"),
                ],
                max_length=5,
            ),
        ),
        migrations.RunPython(begin_anew, migrations.RunPython.noop),
    ]
