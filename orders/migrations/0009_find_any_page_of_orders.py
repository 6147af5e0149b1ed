"""An index for each order in which lists are shown, so that any page of them is found and none is sorted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0008_report_steps_and_photos")]
    operations = [
        migrations.AddIndex(
            model_name="order", index=models.Index(fields=["status", "id"], name="orders_order_by_status")
        ),
        migrations.AddIndex(
            model_name="order", index=models.Index(fields=["value", "id"], name="orders_order_by_value")
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["status_since", "id"], name="orders_order_by_since"),
        ),
        migrations.AddIndex(
            model_name="order", index=models.Index(fields=["needed_by", "id"], name="orders_order_by_need")
        ),
        migrations.AddIndex(
            model_name="purchaseorder",
            index=models.Index(fields=["status", "order"], name="orders_po_by_status"),
        ),
    ]
