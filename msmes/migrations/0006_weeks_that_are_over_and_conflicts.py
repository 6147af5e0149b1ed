"""Which days of a week are its capacity, and weeks of which more is promised than can be made."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("msmes", "0005_find_sealed_reservations"),
    ]

    operations = [
        migrations.CreateModel(
            name="CapacityConflict",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("week", models.DateField(verbose_name="minggu")),
                ("figure", models.PositiveIntegerField(verbose_name="kapasitas")),
                ("reserved", models.PositiveIntegerField(verbose_name="sudah dipesan")),
                ("since", models.DateTimeField(verbose_name="sejak")),
                ("told_at", models.DateTimeField(null=True)),
                ("resolved_at", models.DateTimeField(null=True, verbose_name="selesai")),
            ],
            options={
                "verbose_name": "janji melebihi kapasitas",
                "verbose_name_plural": "janji melebihi kapasitas",
            },
        ),
        migrations.AddField(
            model_name="capacityweek",
            name="beyond",
            field=models.PositiveIntegerField(db_default=0, default=0, verbose_name="melebihi kapasitas"),
        ),
        migrations.AddField(
            model_name="capacityweek",
            name="days",
            field=models.PositiveSmallIntegerField(db_default=63, default=63, verbose_name="hari produksi"),
        ),
        migrations.AddField(
            model_name="weekexception",
            name="declared_on",
            field=models.DateField(null=True, verbose_name="diisi pada"),
        ),
        migrations.AddIndex(
            model_name="capacityweek",
            index=models.Index(
                condition=models.Q(("reserved__gt", 0)),
                fields=["week", "msme"],
                name="msmes_week_holding_anything",
            ),
        ),
        migrations.AddConstraint(
            model_name="capacityweek",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("beyond", 0),
                    models.Q(("available", models.F("reserved")), ("beyond__lte", models.F("available"))),
                    _connector="OR",
                ),
                name="msmes_week_beyond_is_promised",
            ),
        ),
        migrations.AddConstraint(
            model_name="capacityweek",
            constraint=models.CheckConstraint(
                condition=models.Q(("days__lte", 127)), name="msmes_week_days_of_a_week"
            ),
        ),
        migrations.AddField(
            model_name="capacityconflict",
            name="msme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="capacity_conflicts",
                to="msmes.msme",
            ),
        ),
        migrations.AddField(
            model_name="capacityconflict",
            name="product",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="msmes.product"
            ),
        ),
        migrations.AddConstraint(
            model_name="capacityconflict",
            constraint=models.UniqueConstraint(
                condition=models.Q(("resolved_at__isnull", True)),
                fields=("msme", "product", "week"),
                name="msmes_conflict_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="capacityconflict",
            constraint=models.CheckConstraint(
                condition=models.Q(("reserved__gt", models.F("figure"))), name="msmes_conflict_is_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="capacityconflict",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("resolved_at__isnull", True), ("resolved_at__gte", models.F("since")), _connector="OR"
                ),
                name="msmes_conflict_ends_after_it_began",
            ),
        ),
    ]
