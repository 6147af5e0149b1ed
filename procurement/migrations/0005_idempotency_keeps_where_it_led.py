from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("procurement", "0004_notification_mailed_once"),
    ]

    operations = [
        migrations.RemoveField(model_name="idempotencyrecord", name="body"),
        migrations.RemoveField(model_name="idempotencyrecord", name="content_type"),
        migrations.AlterField(
            model_name="idempotencyrecord",
            name="location",
            field=models.TextField(blank=True),
        ),
    ]
