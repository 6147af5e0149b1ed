"""What pledges became is summed too. Sums made before know nothing of it: they are thrown away and made anew."""

from typing import Any

from django.db import migrations, models


def begin_anew(apps: Any, editor: Any) -> None:
    apps.get_model("expo", "LedgerRollup").objects.all().delete()
    apps.get_model("expo", "LedgerHorizon").objects.update(through=0)


class Migration(migrations.Migration):
    dependencies = [("expo", "0010_reports_append_only")]
    operations = [
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
                ],
                max_length=11,
            ),
        ),
        migrations.RunPython(begin_anew, migrations.RunPython.noop),
    ]
