"""The ledger counts orders too, and knows since when value waits and how far lost value had come.

No edition was run on the ledger of before. Of a trial ledger only what the new constraints ask is filled in: begin
such a trial anew, or ``manage.py reconcile`` names what differs. SQLite makes the table anew and so loses its
refusals: they are lifted first and laid down again at the end.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import TruncDate

from procurement.rows import triggers

TABLE = ("expo_ledgerentry",)


def lift(apps: Any, editor: Any) -> None:
    triggers.remove(editor.connection, TABLE)


def hold(apps: Any, editor: Any) -> None:
    triggers.install(editor.connection, TABLE)


def fill_in(apps: Any, editor: Any) -> None:
    entries = apps.get_model("expo", "LedgerEntry").objects
    entries.filter(stage__in=["announced", "requested", "quoted"]).update(since=TruncDate("happened_at"))
    entries.filter(stage="lost").update(origin="booked")


class Migration(migrations.Migration):
    dependencies = [("expo", "0002_ledger_append_only")]
    operations = [
        migrations.RunPython(lift, hold),
        migrations.RemoveConstraint(
            model_name="ledgerentry",
            name="expo_ledger_amount_not_zero",
        ),
        migrations.AddField(
            model_name="ledgerentry",
            name="dwell_days",
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="ledgerentry",
            name="orders",
            field=models.SmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="ledgerentry",
            name="origin",
            field=models.CharField(
                blank=True,
                choices=[
                    ("announced", "diumumkan"),
                    ("requested", "diminta"),
                    ("quoted", "ditawarkan"),
                    ("booked", "sudah dibukukan"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="ledgerentry",
            name="since",
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="edition",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="expo.edition",
            ),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="posting",
            field=models.UUIDField(),
        ),
        migrations.AddIndex(
            model_name="ledgerentry",
            index=models.Index(fields=["institution", "edition"], name="expo_ledger_of_buyer"),
        ),
        migrations.AddIndex(
            model_name="ledgerentry",
            index=models.Index(
                condition=models.Q(("msme__isnull", False)),
                fields=["msme", "edition"],
                name="expo_ledger_of_msme",
            ),
        ),
        migrations.AddIndex(
            model_name="ledgerentry",
            index=models.Index(
                condition=models.Q(("pledge__isnull", False)), fields=["pledge"], name="expo_ledger_of_pledge"
            ),
        ),
        migrations.RunPython(fill_in, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount", 0), _negated=True),
                    models.Q(("orders", 0), _negated=True),
                    _connector="OR",
                ),
                name="expo_ledger_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("origin__in", ["announced", "requested", "quoted", "booked"]), ("stage", "lost")
                    ),
                    models.Q(models.Q(("stage", "lost"), _negated=True), ("origin", "")),
                    _connector="OR",
                ),
                name="expo_ledger_lost_has_origin",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("since__isnull", False), ("stage__in", ["announced", "requested", "quoted"])),
                    models.Q(
                        models.Q(("stage__in", ["announced", "requested", "quoted"]), _negated=True),
                        ("since__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="expo_ledger_unbooked_has_since",
            ),
        ),
        migrations.RunPython(hold, lift),
    ]
