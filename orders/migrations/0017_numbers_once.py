"""The database refuses a second purchase order, delivery note or handover of one issuer with the same number."""

from typing import Any

from django.db import migrations, models

import procurement.rows.copied


def key(to: str, source: str) -> Any:
    return procurement.rows.copied.CopiedKey(
        db_index=False,
        editable=False,
        on_delete=models.deletion.PROTECT,
        related_name="+",
        source=source,
        to=to,
    )


class Migration(migrations.Migration):
    dependencies = [("orders", "0016_whose_number_it_is")]

    operations = [
        migrations.AlterField("purchaseorder", "issuer", key("buyers.institution", "order.institution_id")),
        migrations.AlterField("shipment", "sender", key("msmes.msme", "purchase_order.msme_id")),
        migrations.AlterField(
            "shipment", "receiver", key("buyers.institution", "purchase_order.order.institution_id")
        ),
        migrations.AddConstraint(
            model_name="purchaseorder",
            constraint=models.UniqueConstraint(fields=("issuer", "number"), name="orders_po_number_once"),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("number", ""), _negated=True),
                fields=("sender", "number"),
                name="orders_shipment_number_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("handover_number", ""), _negated=True),
                fields=("receiver", "handover_number"),
                name="orders_shipment_handover_once",
            ),
        ),
    ]
