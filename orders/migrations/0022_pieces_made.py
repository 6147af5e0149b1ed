"""How many pieces of a share are known to be made, as far as the rows of before tell it."""

from django.db import migrations, models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Greatest


def know_what_was_made(apps, schema_editor):
    allocations = apps.get_model("orders", "Allocation").objects.filter(purchase_order__isnull=False)
    orders = apps.get_model("orders", "PurchaseOrder").objects.filter(pk=OuterRef("purchase_order"))
    share = F("quantity") - F("released")
    done = allocations.filter(purchase_order__status__in=["ready", "received", "settled"])
    done.update(made=share)
    # Whoever had finished and makes something again has nothing but what was sent.
    again = Q(purchase_order__finished_at__isnull=False)
    at_work = allocations.filter(purchase_order__status__in=["producing", "shipped"])
    at_work.filter(again).update(made=F("shipped"))
    percent = Subquery(orders.values("percent")[:1])
    at_work.exclude(again).update(made=Greatest(F("shipped"), share * percent / 100))


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0021_value_where_it_belongs"),
    ]

    operations = [
        migrations.AddField(
            model_name="allocation",
            name="made",
            field=models.PositiveIntegerField(db_default=0, default=0, verbose_name="sudah dibuat"),
        ),
        migrations.RunPython(know_what_was_made, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.CheckConstraint(
                condition=models.Q(("made__lte", models.F("quantity"))),
                name="orders_allocation_made_within_share",
            ),
        ),
    ]
