"""Writing rows with SQL that is built once, not each time.

The ORM builds the SQL of every INSERT and UPDATE each time, which for one row takes longer than the database needs to
write it. Verbs write the same few shapes again and again. On PostgreSQL a statement takes one array per column, so
that its text, and the plan that the database keeps of it, is the same for one row and for a thousand; SQLite has no
arrays and goes through the ORM. Signals are not sent and ``save()`` is not called: no model here has either.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models.expressions import DatabaseDefault

FEW = 4
"""Up to this many rows use VALUES: an array of long JSON texts costs more than the statement saves."""


def save_row(row: models.Model) -> None:
    """Write every column of a row that exists already, like ``row.save(force_update=True)``."""
    model = type(row)
    if connection.vendor != "postgresql":
        row.save(force_update=True)
        return
    columns = _writable(model)
    key = _key(model)
    database = connections[DEFAULT_DB_ALIAS]
    values = [column.get_db_prep_save(column.pre_save(row, False), database) for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(_update_one(model), [*values, row.pk])
        if cursor.rowcount != 1:
            raise ObjectDoesNotExist(f"{model.__name__} {key.column} {row.pk} is gone")


def save_rows(rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Write ``fields`` of rows that exist already, in one statement.

    ``bulk_update`` writes a CASE per row and field, whose cost grows with the square of the number of rows; on
    SQLite it is an upsert on the primary key instead.
    """
    if not rows:
        return
    model = type(rows[0])
    if connection.vendor != "postgresql":
        manager: Any = model._default_manager
        manager.bulk_create(
            rows, update_conflicts=True, unique_fields=[_key(model).attname], update_fields=list(fields)
        )
        return
    columns = [_key(model), *(model._meta.get_field(name) for name in fields)]
    with connection.cursor() as cursor:
        cursor.execute(_update_many(model, tuple(fields)), _arrays(rows, columns))
        if cursor.rowcount != len(rows):
            raise ObjectDoesNotExist(f"{len(rows) - cursor.rowcount} rows of {model.__name__} are gone")


def add_to_rows(model: type[models.Model], field: str, amounts: Mapping[int, int]) -> None:
    """Add to a counter of rows that exist already, by key, in one statement.

    The database adds to the present value, so its checks judge the sum of everybody who adds, also of
    those who read the counter before.
    """
    if not amounts:
        return
    if connection.vendor != "postgresql":
        parts = [models.When(pk=key, then=models.Value(amount)) for key, amount in amounts.items()]
        manager: Any = model._default_manager
        changed = manager.filter(pk__in=amounts).update(**{field: models.F(field) + models.Case(*parts)})
    else:
        with connection.cursor() as cursor:
            cursor.execute(_add(model, field), [list(amounts), list(amounts.values())])
            changed = cursor.rowcount
    if changed != len(amounts):
        raise ObjectDoesNotExist(f"{len(amounts) - changed} rows of {model.__name__} are gone")


def insert_rows(rows: Iterable[models.Model], *, ignore_conflicts: bool = False) -> None:
    """Insert new rows of one model in one statement and give them their keys, like ``bulk_create``.

    With ``ignore_conflicts`` a row that breaks a unique constraint is left out, and keys are not set.
    """
    rows = list(rows)
    if not rows:
        return
    model = type(rows[0])
    if connection.vendor != "postgresql":
        manager: Any = model._default_manager
        manager.bulk_create(rows, ignore_conflicts=ignore_conflicts)
        return
    columns = _insertable(model)
    values: list[Any] = _arrays(rows, columns, adding=True)
    is_few = len(rows) <= FEW
    if is_few:
        values = [array[place] for place in range(len(rows)) for array in values]
    with connection.cursor() as cursor:
        cursor.execute(_insert(model, len(rows) if is_few else 0, ignore_conflicts), values)
        keys = [] if ignore_conflicts else cursor.fetchall()
    for row, (key,) in zip(rows, keys, strict=not ignore_conflicts):
        row.pk = key
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _arrays(rows: Sequence[models.Model], columns: Sequence[Any], *, adding: bool = False) -> list[list[Any]]:
    """One list per column, in the form that the database takes."""
    database = connections[DEFAULT_DB_ALIAS]
    if adding:
        return [
            [column.get_db_prep_save(column.pre_save(row, True), database) for row in rows]
            for column in columns
        ]
    return [
        [column.get_db_prep_save(getattr(row, column.attname), database) for row in rows]
        for column in columns
    ]


def _key(model: type[models.Model]) -> Any:
    key = model._meta.pk
    if key is None:
        raise TypeError(f"{model.__name__} has no primary key")
    return key


@cache
def _writable(model: type[models.Model]) -> tuple[Any, ...]:
    return tuple(column for column in model._meta.concrete_fields if not column.primary_key)


@cache
def _insertable(model: type[models.Model]) -> tuple[Any, ...]:
    """Without the key, which the database gives, and without what has its default there."""
    return tuple(
        column
        for column in model._meta.concrete_fields
        if not isinstance(column, models.AutoField) and not isinstance(column.get_default(), DatabaseDefault)
    )


@cache
def _update_one(model: type[models.Model]) -> str:
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(column.column)} = %s" for column in _writable(model))
    return f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {quote(_key(model).column)} = %s"  # noqa: S608


@cache
def _update_many(model: type[models.Model], fields: tuple[str, ...]) -> str:
    quote = connection.ops.quote_name
    columns = [_key(model), *(model._meta.get_field(name) for name in fields)]
    names = [quote(column.column) for column in columns]
    sets = ", ".join(f"{name} = v.{name}" for name in names[1:])
    table = quote(model._meta.db_table)
    return (
        f"UPDATE {table} SET {sets} FROM {_unnest(columns)} AS v({', '.join(names)}) "  # noqa: S608
        f"WHERE {table}.{names[0]} = v.{names[0]}"
    )


@cache
def _add(model: type[models.Model], field: str) -> str:
    quote = connection.ops.quote_name
    columns = [_key(model), model._meta.get_field(field)]
    key, counter = (quote(column.column) for column in columns)
    table = quote(model._meta.db_table)
    return (
        f"UPDATE {table} SET {counter} = {table}.{counter} + v.amount "  # noqa: S608
        f"FROM {_unnest(columns)} AS v({key}, amount) WHERE {table}.{key} = v.{key}"
    )


@cache
def _insert(model: type[models.Model], count: int, ignore_conflicts: bool) -> str:
    """For ``count`` rows, or with arrays for any number when ``count`` is 0."""
    quote = connection.ops.quote_name
    columns = _insertable(model)
    names = ", ".join(quote(column.column) for column in columns)
    ending = "ON CONFLICT DO NOTHING" if ignore_conflicts else f"RETURNING {quote(_key(model).column)}"
    one = f"({', '.join(['%s'] * len(columns))})"
    rows = f"VALUES {', '.join([one] * count)}" if count else f"SELECT * FROM {_unnest(columns)}"  # noqa: S608
    return f"INSERT INTO {quote(model._meta.db_table)} ({names}) {rows} {ending}"


def _unnest(columns: Sequence[Any]) -> str:
    return f"unnest({', '.join(f'%s::{_array_type(column)}' for column in columns)})"


def _array_type(column: Any) -> str:
    """Texts without their length: a cast to ``varchar(20)`` cuts off silently what the column would refuse."""
    kind = column.rel_db_type(connection) if column.is_relation else column.cast_db_type(connection)
    return "text[]" if kind.startswith("varchar") else f"{kind}[]"
