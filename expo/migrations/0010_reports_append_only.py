"""A report that was made is never changed: its paper and its workbook are named once, with their hashes."""

from django.db import migrations

from procurement.rows.triggers import migration_operation


class Migration(migrations.Migration):
    dependencies = [("expo", "0009_snapshot_notes")]
    operations = [migration_operation("expo_report")]
