"""Words inside subjects, and rows without a date last, are found by index on PostgreSQL; SQLite knows neither.

``icontains`` asks in capitals.

``pg_trgm`` comes with PostgreSQL and is trusted: whoever may create tables in a database may add it.
"""

from typing import Any

from django.db import migrations

INSTALL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX orders_order_title_words ON orders_order USING gin (UPPER(title) gin_trgm_ops)",
    "CREATE INDEX orders_order_by_need_desc ON orders_order (needed_by DESC NULLS LAST, id DESC)",
)
REMOVE = (
    "DROP INDEX IF EXISTS orders_order_title_words",
    "DROP INDEX IF EXISTS orders_order_by_need_desc",
)


def _run(editor: Any, statements: tuple[str, ...]) -> None:
    if editor.connection.vendor == "postgresql":
        for statement in statements:
            editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("orders", "0009_find_any_page_of_orders")]
    operations = [
        migrations.RunPython(
            lambda apps, editor: _run(editor, INSTALL), lambda apps, editor: _run(editor, REMOVE)
        )
    ]
