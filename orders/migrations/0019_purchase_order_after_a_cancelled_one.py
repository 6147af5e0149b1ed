from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0018_questions_set_aside"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="purchaseorder", name="orders_po_one_per_msme"),
        migrations.AddConstraint(
            model_name="purchaseorder",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "cancelled"), _negated=True),
                fields=("order", "msme"),
                name="orders_po_one_per_msme",
            ),
        ),
    ]
