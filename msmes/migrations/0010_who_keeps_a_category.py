import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_accepted_organisers"),
        ("msmes", "0009_who_keeps_a_product"),
    ]

    operations = [
        migrations.AddField(
            model_name="category",
            name="keeper",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="accounts.organisation",
                verbose_name="penyelenggara yang mengelola",
            ),
        ),
    ]
