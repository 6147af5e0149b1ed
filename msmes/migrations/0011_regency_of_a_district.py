import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Which regency a district is, is filled in by name after migrating (``msmes.register.regencies.link_districts``):
    the list of regencies is loaded then, by the versions of the tables that the program speaks of."""

    dependencies = [
        ("msmes", "0010_who_keeps_a_category"),
        ("procurement", "0011_places"),
    ]

    operations = [
        migrations.AddField(
            model_name="district",
            name="regency",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="district",
                to="procurement.regency",
                verbose_name="daerah menurut Kemendagri",
            ),
        ),
    ]
