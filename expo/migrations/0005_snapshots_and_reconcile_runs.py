"""Figures as they were told, never changed; and what the nightly check found."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from procurement.rows.triggers import migration_operation


class Migration(migrations.Migration):
    dependencies = [
        ("expo", "0004_ledger_sums"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="ReconcileRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="waktu")),
                ("orders", models.PositiveIntegerField(default=0, verbose_name="pesanan diperiksa")),
                ("differences", models.PositiveIntegerField(verbose_name="perbedaan")),
                ("first", models.TextField(blank=True, verbose_name="perbedaan pertama")),
            ],
            options={
                "verbose_name": "pemeriksaan buku nilai",
                "verbose_name_plural": "pemeriksaan buku nilai",
            },
        ),
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=160, verbose_name="keterangan")),
                ("as_of", models.DateTimeField(verbose_name="keadaan per")),
                ("through", models.BigIntegerField()),
                ("figures", models.JSONField()),
                ("content_hash", models.CharField(max_length=64)),
                (
                    "recorded_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "verbose_name": "potret angka",
                "verbose_name_plural": "potret angka",
            },
        ),
        migrations.AddIndex(
            model_name="reconcilerun",
            index=models.Index(fields=["-at"], name="expo_reconcile_latest"),
        ),
        migrations.AddField(
            model_name="snapshot",
            name="edition",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="snapshots", to="expo.edition"
            ),
        ),
        migrations.AddField(
            model_name="snapshot",
            name="made_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="snapshot",
            index=models.Index(fields=["edition", "-id"], name="expo_snapshot_of_edition"),
        ),
        migration_operation("expo_snapshot"),
    ]
