"""Ledger entries are never changed or deleted: the database refuses."""

from django.db import migrations

from procurement.rows.triggers import migration_operation


class Migration(migrations.Migration):
    dependencies = [("expo", "0001_edition_pledges_ledger")]
    operations = [migration_operation("expo_ledgerentry")]
