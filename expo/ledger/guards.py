"""Legs that the database itself refuses: those below zero, and an MSME's value in a former district.

No stage of an order or of a pledge is ever below zero, however finely it is cut; the count of orders neither. Whoever
writes an entry is held to it on both databases. On PostgreSQL, where acts run beside each other, legs of an MSME lock
its row against a change of the register, and are refused when that came first: the act has read the old district.
Judged are only legs that take away, each by what its order has there.
"""

# ruff: noqa: S608 - every part of these statements is written here

from typing import TYPE_CHECKING

from expo.ledger.ledger import BELOW_ZERO, STALE_DISTRICT

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "expo_ledgerentry"

_WHOSE = ("stage", "edition_id", "institution_id", "unit_id", "since", "origin")
_FINE = (*_WHOSE, "msme_id", "category_id", "district_id")

CELLS = (
    ("amount", "order_id", _FINE, "pledge_id IS NULL"),
    ("orders", "order_id", _WHOSE, "pledge_id IS NULL"),
    ("amount", "pledge_id", _WHOSE, "pledge_id IS NOT NULL"),
    ("orders", "pledge_id", _WHOSE, "pledge_id IS NOT NULL"),
)
"""What is summed, of whom, as finely as this, of these entries. A count belongs to no MSME, category or district."""


def _postgresql_below(what: str, owner: str, cut: tuple[str, ...], of: str) -> str:
    """Whether ``what`` is below zero where legs took away; sums all legs of their owners."""
    places = ", ".join((owner, *cut))
    alike = " AND ".join(f"legs.{name} IS NOT DISTINCT FROM below.{name}" for name in cut)
    return (
        f"EXISTS (SELECT 1 FROM (SELECT {places} FROM {TABLE} WHERE {of} AND stage <> 'outside' AND {owner} IN "
        f"(SELECT {owner} FROM legs WHERE {what} < 0 AND {owner} IS NOT NULL AND {of} AND stage <> 'outside') "
        f"GROUP BY {places} HAVING SUM({what}) < 0) AS below "
        f"JOIN legs ON legs.{what} < 0 AND legs.{owner} = below.{owner} AND legs.{of} AND {alike})"
    )


def _sqlite_below(what: str, owner: str, cut: tuple[str, ...], of: str) -> str:
    """The same of the leg that was written last."""
    alike = " AND ".join(f"{name} IS NEW.{name}" for name in cut)
    return f"(SELECT SUM({what}) FROM {TABLE} WHERE {owner} = NEW.{owner} AND {of} AND {alike}) < 0"


def _postgresql_install() -> list[str]:
    checks = " OR ".join(_postgresql_below(*cell) for cell in CELLS)
    alike = " AND ".join(
        f"other.{name} IS NOT DISTINCT FROM legs.{name}" for name in ("order_id", *_FINE[:-1])
    )
    return [
        f"""CREATE OR REPLACE FUNCTION {TABLE}_not_below_zero() RETURNS trigger AS $$
        BEGIN
            IF {checks} THEN
                RAISE EXCEPTION '{TABLE}: {BELOW_ZERO}' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        END $$ LANGUAGE plpgsql""",
        f"""CREATE TRIGGER {TABLE}_not_below_zero AFTER INSERT ON {TABLE}
        REFERENCING NEW TABLE AS legs FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_not_below_zero()""",
        f"""CREATE OR REPLACE FUNCTION {TABLE}_district() RETURNS trigger AS $$
        BEGIN
            PERFORM 1 FROM msmes_msme WHERE organisation_id IN (SELECT msme_id FROM legs)
                ORDER BY organisation_id FOR KEY SHARE;
            IF EXISTS (
                SELECT 1 FROM legs JOIN msmes_msme AS msme ON msme.organisation_id = legs.msme_id
                WHERE legs.district_id IS DISTINCT FROM msme.district_id AND NOT EXISTS (
                    SELECT 1 FROM legs AS other WHERE other.posting = legs.posting AND {alike}
                        AND other.amount = -legs.amount AND other.district_id = msme.district_id
                )
            ) THEN
                RAISE EXCEPTION '{TABLE}: {STALE_DISTRICT}' USING ERRCODE = 'serialization_failure';
            END IF;
            RETURN NULL;
        END $$ LANGUAGE plpgsql""",
        f"""CREATE TRIGGER {TABLE}_district AFTER INSERT ON {TABLE}
        REFERENCING NEW TABLE AS legs FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_district()""",
    ]


def _sqlite_install() -> list[str]:
    """Nobody else writes meanwhile. Legs are judged one by one, because no two of a posting are of the same place."""
    return [
        f"""CREATE TRIGGER {TABLE}_not_below_zero_{number} AFTER INSERT ON {TABLE}
        WHEN NEW.{what} < 0 AND NEW.{owner} IS NOT NULL AND NEW.{of} AND NEW.stage <> 'outside'
        BEGIN SELECT RAISE(ABORT, '{TABLE}: {BELOW_ZERO}')
        WHERE {_sqlite_below(what, owner, cut, of)}; END"""
        for number, (what, owner, cut, of) in enumerate(CELLS)
    ]


def install(connection: "BaseDatabaseWrapper") -> None:
    """Let the database refuse."""
    statements = _postgresql_install() if connection.vendor == "postgresql" else _sqlite_install()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def remove(connection: "BaseDatabaseWrapper") -> None:
    """For a migration that is reversed, and for one in which SQLite rebuilds the table."""
    names = ["not_below_zero", "district"]
    on_table = f" ON {TABLE}"
    if connection.vendor != "postgresql":
        names, on_table = [f"not_below_zero_{number}" for number in range(len(CELLS))], ""
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_{name}{on_table}")
