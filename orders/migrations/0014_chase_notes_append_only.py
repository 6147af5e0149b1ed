"""What was done to get an order moving is never changed; broken promises are found by their day."""

from django.db import migrations, models

from procurement.rows.triggers import migration_operation


class Migration(migrations.Migration):
    dependencies = [("orders", "0013_find_what_is_asked")]
    operations = [
        migrations.AddIndex(
            model_name="chasenote",
            index=models.Index(
                condition=models.Q(("kind", "promise")), fields=["promised_on"], name="orders_chase_promises"
            ),
        ),
        migration_operation("orders_chasenote"),
    ]
