"""How many shipments there will be is what the MSME says; what was reckoned before said more than anybody knew."""

from typing import Any

from django.db import migrations, models
from django.db.models import F, Q


def forget_reckoned(apps: Any, _editor: Any) -> None:
    """Where the total is that of this shipment or one more, it was reckoned and not told."""
    shipments = apps.get_model("orders", "Shipment").objects
    shipments.filter(Q(of_total=F("ordinal")) | Q(of_total=F("ordinal") + 1)).update(of_total=None)


def reckon(apps: Any, _editor: Any) -> None:
    apps.get_model("orders", "Shipment").objects.filter(of_total=None).update(of_total=F("ordinal"))


class Migration(migrations.Migration):
    dependencies = [("orders", "0027_who_keeps_whom")]

    operations = [
        migrations.AlterField(
            model_name="shipment",
            name="of_total",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="dari jumlah pengiriman"),
        ),
        migrations.RunPython(forget_reckoned, reckon),
    ]
