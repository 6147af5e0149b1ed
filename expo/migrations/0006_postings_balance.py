"""PostgreSQL refuses legs that do not sum to zero, in rupiah and in orders.

One posting is one INSERT, so it is judged by statement: once for all its legs, not once for each. SQLite knows
neither such a trigger nor a deferred one; there ``Posting.write`` and ``manage.py reconcile`` hold it.
"""

from typing import Any

from django.db import migrations

INSTALL = (
    """CREATE OR REPLACE FUNCTION expo_ledgerentry_balance() RETURNS trigger AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM legs GROUP BY posting HAVING SUM(amount) <> 0 OR SUM(orders) <> 0) THEN
            RAISE EXCEPTION 'expo_ledgerentry: the legs of a posting do not sum to zero'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$ LANGUAGE plpgsql""",
    """CREATE TRIGGER expo_ledgerentry_balanced AFTER INSERT ON expo_ledgerentry
    REFERENCING NEW TABLE AS legs FOR EACH STATEMENT EXECUTE FUNCTION expo_ledgerentry_balance()""",
)
REMOVE = (
    "DROP TRIGGER IF EXISTS expo_ledgerentry_balanced ON expo_ledgerentry",
    "DROP FUNCTION IF EXISTS expo_ledgerentry_balance()",
)


def _run(editor: Any, statements: tuple[str, ...]) -> None:
    if editor.connection.vendor == "postgresql":
        for statement in statements:
            editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("expo", "0005_snapshots_and_reconcile_runs")]
    operations = [
        migrations.RunPython(
            lambda apps, editor: _run(editor, INSTALL), lambda apps, editor: _run(editor, REMOVE)
        )
    ]
