"""Append-only tables, held by the database itself: UPDATE and DELETE are always refused.

Both databases get the same refusals. ``remove`` and ``install`` exist for migrations and for test suites, which
must empty tables between tests; the application never calls them.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

APPEND_ONLY_TABLES = (
    "procurement_event",
    "expo_ledgerentry",
    "expo_snapshot",
    "expo_report",
    "orders_chasenote",
    "accounts_privacyconsent",
)
_MESSAGE = "append-only table {table}: rows are never changed or deleted"


def _postgresql_install(table: str) -> list[str]:
    message = _MESSAGE.format(table=table)
    return [
        f"""CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger AS $$
        BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation'; END $$ LANGUAGE plpgsql""",
        f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}",
        f"""CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION {table}_refuse()""",
        f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}",
        f"""CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()""",
    ]


def _postgresql_remove(table: str) -> list[str]:
    return [
        f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}",
        f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}",
    ]


def _sqlite_install(table: str) -> list[str]:
    message = _MESSAGE.format(table=table)
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{act.lower()} BEFORE {act} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        for act in ("UPDATE", "DELETE")
    ]


def _sqlite_remove(table: str) -> list[str]:
    return [f"DROP TRIGGER IF EXISTS {table}_no_{act}" for act in ("update", "delete")]


_STATEMENTS = {
    ("postgresql", True): _postgresql_install,
    ("postgresql", False): _postgresql_remove,
    ("sqlite", True): _sqlite_install,
    ("sqlite", False): _sqlite_remove,
}


def _run(connection: "BaseDatabaseWrapper", *, installing: bool, tables: tuple[str, ...]) -> None:
    statements = _STATEMENTS[connection.vendor, installing]
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in tables:
            if table in existing:
                for statement in statements(table):
                    cursor.execute(statement)


def install(connection: "BaseDatabaseWrapper", tables: tuple[str, ...] = APPEND_ONLY_TABLES) -> None:
    """Make ``tables`` refuse UPDATE and DELETE (and TRUNCATE on PostgreSQL)."""
    _run(connection, installing=True, tables=tables)


def remove(connection: "BaseDatabaseWrapper", tables: tuple[str, ...] = APPEND_ONLY_TABLES) -> None:
    """Take the refusals away again: for a reversed migration, and for emptying a test database."""
    _run(connection, installing=False, tables=tables)


def migration_operation(table: str) -> Any:
    """The migration step that makes one table append-only."""
    from django.db import migrations

    return migrations.RunPython(
        lambda apps, editor: install(editor.connection, (table,)),
        lambda apps, editor: remove(editor.connection, (table,)),
    )
