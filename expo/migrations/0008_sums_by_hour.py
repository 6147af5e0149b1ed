"""The total is summed by hour too. Sums made before have no hours: they are thrown away, and the next roll makes all."""

from typing import Any

from django.db import migrations, models


def begin_anew(apps: Any, editor: Any) -> None:
    apps.get_model("expo", "LedgerRollup").objects.all().delete()
    apps.get_model("expo", "LedgerHorizon").objects.update(through=0)


class Migration(migrations.Migration):
    dependencies = [("expo", "0007_reports")]
    operations = [
        migrations.AlterField(
            model_name="ledgerrollup",
            name="level",
            field=models.CharField(
                choices=[("all", "All"), ("month", "Month"), ("day", "Day"), ("hour", "Hour")], max_length=5
            ),
        ),
        migrations.AlterField(
            model_name="ledgerrollup", name="period", field=models.CharField(blank=True, max_length=13)
        ),
        migrations.RunPython(begin_anew, migrations.RunPython.noop),
    ]
