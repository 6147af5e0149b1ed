"""Purchase orders and shipments know whose numbers they bear. A number that was given out twice gets a mark."""

from typing import Any

from django.db import migrations, models

import procurement.rows.copied
from documents.issuing.repeated import marked
from documents.models import MAX_NUMBER


def key(to: str, source: str) -> Any:
    return procurement.rows.copied.CopiedKey(
        db_index=False,
        editable=False,
        null=True,
        on_delete=models.deletion.PROTECT,
        related_name="+",
        source=source,
        to=to,
    )


def copy_keys(apps: Any, editor: Any) -> None:
    orders = apps.get_model("orders", "PurchaseOrder").objects
    shipments = apps.get_model("orders", "Shipment").objects
    above = apps.get_model("orders", "Order").objects
    order = above.filter(pk=models.OuterRef("order_id"))
    orders.update(issuer_id=models.Subquery(order.values("institution_id")))
    part = orders.filter(pk=models.OuterRef("purchase_order_id"))
    shipments.update(
        sender_id=models.Subquery(part.values("msme_id")),
        receiver_id=models.Subquery(part.values("issuer_id")),
    )


def mark_repeated(apps: Any, editor: Any) -> None:
    orders = apps.get_model("orders", "PurchaseOrder")
    shipments = apps.get_model("orders", "Shipment")
    for model, owner, number in (
        (orders, "issuer_id", "number"),
        (shipments, "sender_id", "number"),
        (shipments, "receiver_id", "handover_number"),
    ):
        rows = model.objects.exclude(**{number: ""}).values_list("pk", owner, number)
        for pk, text in marked(rows, limit=MAX_NUMBER).items():
            model.objects.filter(pk=pk).update(**{number: text})
            print(f"{model._meta.model_name} {pk} is now numbered {text}")  # noqa: T201


class Migration(migrations.Migration):
    dependencies = [
        ("buyers", "0002_late_fine_clause"),
        ("documents", "0004_numbers_given_out_once"),
        ("msmes", "0005_find_sealed_reservations"),
        ("orders", "0015_index_of_waiting_orders"),
    ]

    operations = [
        migrations.AddField("purchaseorder", "issuer", key("buyers.institution", "order.institution_id")),
        migrations.AddField("shipment", "sender", key("msmes.msme", "purchase_order.msme_id")),
        migrations.AddField(
            "shipment", "receiver", key("buyers.institution", "purchase_order.order.institution_id")
        ),
        migrations.RunPython(copy_keys, migrations.RunPython.noop),
        migrations.RunPython(mark_repeated, migrations.RunPython.noop),
    ]
