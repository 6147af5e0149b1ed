"""The database refuses legs that would leave an order, or a pledge, below zero anywhere (``expo/ledger/guards.py``)."""

from django.db import migrations

from expo.ledger import guards


class Migration(migrations.Migration):
    dependencies = [("expo", "0015_what_orders_took")]
    operations = [
        migrations.RunPython(
            lambda apps, editor: guards.install(editor.connection),
            lambda apps, editor: guards.remove(editor.connection),
        )
    ]
