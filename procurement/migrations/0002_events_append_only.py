"""Events are never changed or deleted: the database refuses."""

from django.db import migrations

from procurement.rows.triggers import migration_operation


class Migration(migrations.Migration):
    dependencies = [("procurement", "0001_ground_floor")]
    operations = [migration_operation("procurement_event")]
