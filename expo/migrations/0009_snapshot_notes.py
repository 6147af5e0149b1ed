"""What was said when figures were told. SQLite may make the table anew, so its refusals are laid down again."""

from typing import Any

from django.db import migrations, models

from procurement.rows import triggers

TABLE = ("expo_snapshot",)


def lift(apps: Any, editor: Any) -> None:
    triggers.remove(editor.connection, TABLE)


def hold(apps: Any, editor: Any) -> None:
    triggers.install(editor.connection, TABLE)


class Migration(migrations.Migration):
    dependencies = [("expo", "0008_sums_by_hour")]
    operations = [
        migrations.RunPython(lift, hold),
        migrations.AddField(
            model_name="snapshot",
            name="note",
            field=models.CharField(blank=True, default="", max_length=2000, verbose_name="catatan"),
        ),
        migrations.RunPython(hold, lift),
    ]
