"""The database's own refusal to change what was issued: number, content, parties, hash and revision.

Everything that the worker still has to write (file, status, superseded_at) stays open.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "documents_document"
FIXED = (
    *("kind", "number", "title", "issuer_id", "recipient_id", "overseer_id", "stream", "subject", "revision"),
    *("content", "content_hash", "issued_at"),
)
_MESSAGE = "an issued document is never changed: issue a revision"


def _postgresql_install() -> list[str]:
    columns = ", ".join(FIXED)
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in FIXED)
    return [
        (
            f"CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger AS $$ "
            f"BEGIN RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'restrict_violation'; END $$ LANGUAGE plpgsql"
        ),
        (
            f"CREATE TRIGGER {TABLE}_fixed BEFORE UPDATE OF {columns} ON {TABLE} "
            f"FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION {TABLE}_refuse()"
        ),
    ]


def _sqlite_install() -> list[str]:
    columns = ", ".join(FIXED)
    changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in FIXED)
    return [
        (
            f"CREATE TRIGGER {TABLE}_fixed BEFORE UPDATE OF {columns} ON {TABLE} WHEN {changed} "
            f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
        )
    ]


def install(connection: "BaseDatabaseWrapper") -> None:
    """Let the database refuse."""
    statements = _postgresql_install() if connection.vendor == "postgresql" else _sqlite_install()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def remove(connection: "BaseDatabaseWrapper") -> None:
    """For a migration that is taken back."""
    on_table = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_fixed{on_table}")
