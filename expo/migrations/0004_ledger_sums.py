"""Sums of the ledger that reads begin with."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("expo", "0003_ledger_counts_and_ageing")]
    operations = [
        migrations.CreateModel(
            name="LedgerHorizon",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("through", models.BigIntegerField(default=0)),
                ("rolled_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "batas jumlah buku nilai",
                "verbose_name_plural": "batas jumlah buku nilai",
            },
        ),
        migrations.CreateModel(
            name="LedgerRollup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[("all", "All"), ("month", "Month"), ("day", "Day")], max_length=5
                    ),
                ),
                ("period", models.CharField(blank=True, max_length=10)),
                (
                    "dimension",
                    models.CharField(
                        choices=[
                            ("total", "Total"),
                            ("institution", "Institution"),
                            ("unit", "Unit"),
                            ("msme", "Msme"),
                            ("category", "Category"),
                            ("district", "District"),
                            ("since", "Since"),
                            ("origin", "Origin"),
                            ("dwell", "Dwell"),
                        ],
                        max_length=11,
                    ),
                ),
                ("key", models.BigIntegerField()),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("outside", "di luar"),
                            ("announced", "diumumkan"),
                            ("requested", "diminta"),
                            ("quoted", "ditawarkan"),
                            ("booked", "sudah dibukukan"),
                            ("in_production", "dalam produksi"),
                            ("in_delivery", "dalam pengiriman"),
                            ("delivered", "diterima"),
                            ("lost", "tidak jadi"),
                        ],
                        max_length=14,
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("orders", models.BigIntegerField()),
            ],
            options={
                "verbose_name": "jumlah buku nilai",
                "verbose_name_plural": "jumlah buku nilai",
            },
        ),
        migrations.AddConstraint(
            model_name="ledgerhorizon",
            constraint=models.CheckConstraint(condition=models.Q(("pk", 1)), name="expo_horizon_is_one"),
        ),
        migrations.AddField(
            model_name="ledgerrollup",
            name="edition",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="expo.edition",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerrollup",
            constraint=models.UniqueConstraint(
                fields=("edition", "level", "dimension", "period", "key", "stage"), name="expo_rollup_once"
            ),
        ),
    ]
