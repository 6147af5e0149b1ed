"""The same rows by hand-made SQL: what each transaction of one order wrote, written again and nothing else.

One order is played by the verbs. After each transaction every table is compared with what it held before, which
gives the rows inserted and the columns changed. They are then written again, with other keys, in the same number of
transactions: one ``INSERT … VALUES`` with all rows per table, one ``UPDATE … FROM (VALUES …)`` per table and set of
columns. No reads, no locks, no checks: it is the least that any program must do to keep these rows.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models
from psycopg.types.json import Jsonb

Rows = dict[Any, tuple[Any, ...]]

# Columns that must differ between two orders: they get a suffix of the same length for each repetition.
_UNIQUE_TEXT = {
    "procurement_event": {"stream"},
    "documents_document": {"subject", "number"},
    "documents_givennumber": {"number"},
    "orders_purchaseorder": {"number"},
    "orders_shipment": {"number", "handover_number"},
    "procurement_outboxmessage": {"key"},
}
_FAR = 10_000_000


@dataclass(frozen=True, slots=True)
class WatchedTable:
    """One table: its columns, the position of the key, and which columns hold JSON or keys of new rows."""

    name: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    key: int
    json: frozenset[int]
    refers: dict[int, str]


def _tables() -> list[WatchedTable]:
    tables = []
    there = set(connection.introspection.table_names())
    for model in apps.get_models():
        if model._meta.db_table not in there:
            continue
        fields = model._meta.concrete_fields
        tables.append(
            WatchedTable(
                name=model._meta.db_table,
                columns=tuple(field.column or "" for field in fields),
                types=tuple(
                    str(
                        field.rel_db_type(connection) if field.is_relation else field.cast_db_type(connection)
                    )
                    for field in fields
                ),
                key=next(place for place, field in enumerate(fields) if field.primary_key),
                json=frozenset(
                    place for place, field in enumerate(fields) if isinstance(field, models.JSONField)
                ),
                refers={
                    place: field.remote_field.model._meta.db_table
                    for place, field in enumerate(fields)
                    if field.remote_field
                },
            )
        )
    return tables


@dataclass(frozen=True, slots=True)
class TableChange:
    """What one transaction did to one table: whole new rows, or some columns of rows that were there."""

    table: WatchedTable
    columns: tuple[int, ...]
    rows: list[tuple[Any, ...]]
    is_new: bool


class TableWatch:
    """Sees what a transaction wrote by comparing tables before and after."""

    def __init__(self) -> None:
        self.tables = _tables()
        self.before = self._read()
        self.new_keys: dict[str, set[Any]] = defaultdict(set)
        self.transactions: list[list[TableChange]] = []

    def look(self) -> None:
        """Note the changes since the last look as one transaction."""
        after = self._read()
        self.transactions.append([change for table in self.tables for change in self._changes(table, after)])
        self.before = after

    def _read(self) -> dict[str, Rows]:
        found = {}
        with connection.cursor() as cursor:
            for table in self.tables:
                names = ", ".join(f'"{name}"' for name in table.columns)
                cursor.execute(f'SELECT {names} FROM "{table.name}"')  # noqa: S608 - names come from the models
                found[table.name] = {row[table.key]: row for row in cursor.fetchall()}
        return found

    def _changes(self, table: WatchedTable, after: dict[str, Rows]) -> list[TableChange]:
        old, new = self.before[table.name], after[table.name]
        added = [row for key, row in new.items() if key not in old]
        self.new_keys[table.name] |= {row[table.key] for row in added}
        changed: dict[tuple[int, ...], list[tuple[Any, ...]]] = defaultdict(list)
        for key, row in new.items():
            if key in old and row != old[key]:
                which = tuple(place for place, value in enumerate(row) if value != old[key][place])
                changed[which].append((row[table.key], *(row[place] for place in which)))
        everything = tuple(range(len(table.columns)))
        changes = [TableChange(table, everything, added, True)] if added else []
        return changes + [TableChange(table, which, rows, False) for which, rows in changed.items()]


def statements(watch: TableWatch, repetition: int) -> list[list[tuple[str, list[Any]]]]:
    """SQL and parameters of each transaction for one more order."""
    return [
        [_statement(watch, change, repetition) for change in transaction]
        for transaction in watch.transactions
    ]


def _statement(watch: TableWatch, change: TableChange, repetition: int) -> tuple[str, list[Any]]:
    table = change.table
    if change.is_new:
        places: Sequence[int] = change.columns
        rows = [
            [_value(watch, table, place, row[place], repetition) for place in places] for row in change.rows
        ]
        names = ", ".join(f'"{table.columns[place]}"' for place in places)
        one = "(" + ", ".join(["%s"] * len(places)) + ")"
        sql = f'INSERT INTO "{table.name}" ({names}) VALUES {", ".join([one] * len(rows))}'  # noqa: S608
        return sql, [value for row in rows for value in row]
    places = (table.key, *change.columns)
    rows = [
        [_value(watch, table, place, value, repetition) for place, value in zip(places, row, strict=True)]
        for row in change.rows
    ]
    if len(rows) == 1:
        sets = ", ".join(f'"{table.columns[place]}" = %s' for place in change.columns)
        sql = f'UPDATE "{table.name}" SET {sets} WHERE "{table.columns[table.key]}" = %s'  # noqa: S608
        return sql, [*rows[0][1:], rows[0][0]]
    sets = ", ".join(f'"{table.columns[place]}" = v."{table.columns[place]}"' for place in change.columns)
    names = ", ".join(f'"{table.columns[place]}"' for place in places)
    first = "(" + ", ".join(f"%s::{table.types[place]}" for place in places) + ")"
    one = "(" + ", ".join(["%s"] * len(places)) + ")"
    key = table.columns[table.key]
    sql = (
        f'UPDATE "{table.name}" SET {sets} FROM (VALUES {", ".join([first] + [one] * (len(rows) - 1))}) '  # noqa: S608
        f'AS v ({names}) WHERE "{table.name}"."{key}" = v."{key}"'
    )
    return sql, [value for row in rows for value in row]


def _value(watch: TableWatch, table: WatchedTable, place: int, value: Any, repetition: int) -> Any:
    if value is None:
        return None
    if place in table.json:
        return Jsonb(json.loads(value) if isinstance(value, str) else value)
    own = table.name if place == table.key else table.refers.get(place)
    if own and value in watch.new_keys[own]:
        return value + _FAR * repetition
    if table.name == "expo_ledgerentry" and table.columns[place] == "order_id":
        return value + _FAR * repetition
    if value and table.columns[place] in _UNIQUE_TEXT.get(table.name, ()):
        return f"{value}~{repetition}"
    return value


def write(transactions: list[list[tuple[str, list[Any]]]]) -> None:
    """The timed part: every statement of every transaction, committed one by one."""
    raw = connection.connection
    for transaction in transactions:
        with raw.transaction(), raw.cursor() as cursor:
            for sql, parameters in transaction:
                cursor.execute(sql, parameters)
