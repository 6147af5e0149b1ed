import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("procurement", "0006_duties_of_beat"),
    ]

    operations = [
        migrations.AddField(
            model_name="idempotencyrecord",
            name="acted_on",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="idempotencyrecord",
            name="started_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
    ]
