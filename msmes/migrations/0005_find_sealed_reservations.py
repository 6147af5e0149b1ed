"""Reservations of sealed answers are taken out of what staff read as reserved, on every page that shows weeks."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("msmes", "0004_sealed_reservations"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="capacityreservation",
            index=models.Index(
                condition=models.Q(("sealed_until__isnull", False)),
                fields=["sealed_until"],
                name="msmes_reservation_sealed",
            ),
        ),
    ]
