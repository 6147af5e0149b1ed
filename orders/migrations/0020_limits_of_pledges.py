"""How much of a pledge an order takes at most, where somebody said so."""

from django.db import migrations, models

import procurement.money


class Migration(migrations.Migration):
    dependencies = [("orders", "0019_purchase_order_after_a_cancelled_one")]
    operations = [
        migrations.AddField(
            model_name="order",
            name="pledge_limit",
            field=procurement.money.RupiahField(decimal_places=0, max_digits=15, null=True),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("pledge_limit__isnull", True))
                | models.Q(("pledge_limit__gt", 0), ("pledged__lte", models.F("pledge_limit"))),
                name="orders_order_pledged_within_limit",
            ),
        ),
    ]
