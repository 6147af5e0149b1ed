"""What orders have taken of a pledge stands on the pledge itself, so that it is known of those that have ended too."""

from typing import Any

from django.db import migrations, models
from django.db.models import F, Q, Sum

import procurement.money

WITHIN = "expo_pledge_remaining_within"


def fill_in(apps: Any, editor: Any) -> None:
    """From the ledger: what orders took out of *announced*."""
    taken = (
        apps.get_model("expo", "LedgerEntry")
        .objects.filter(stage="announced", order_id__isnull=False, pledge__isnull=False)
        .values_list("pledge_id")
        .annotate(total=Sum("amount"))
    )
    pledges = apps.get_model("expo", "Pledge").objects
    for pledge_id, total in taken.order_by():
        pledges.filter(pk=pledge_id).update(taken=-total)


class Migration(migrations.Migration):
    dependencies = [("expo", "0014_indexes_of_moments_and_totals")]
    operations = [
        migrations.RemoveConstraint(model_name="pledge", name=WITHIN),
        migrations.AddField(
            model_name="pledge",
            name="taken",
            field=procurement.money.RupiahField(
                decimal_places=0, default=0, editable=False, max_digits=15, verbose_name="menjadi pesanan"
            ),
        ),
        migrations.RunPython(fill_in, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="pledge",
            constraint=models.CheckConstraint(
                condition=Q(remaining__gte=0, taken__gte=0)
                & (Q(amount__isnull=True) | Q(remaining__lte=F("amount") - F("taken"))),
                name=WITHIN,
            ),
        ),
    ]
