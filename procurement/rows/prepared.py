"""Queries that are compiled to SQL once; later calls only bind parameters.

The ORM builds the SQL of a query each time it runs; for one row with its related rows that takes ten times as
long as the database needs to find them. For the lock of every verb, the loading of allocations, and what each page or
the dashboard reads within its goal (``docs/bench.md``); everything else is a plain queryset.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.query import get_related_populators

from procurement.input.keys import LARGEST_KEY

M = TypeVar("M", bound=models.Model)

_FIRST_MARK = -2_000_000_000
_FIRST_DAY = date(1, 12, 31)
_FIRST_MOMENT = datetime(2, 12, 31, 1, 2, 3, 456789, tzinfo=UTC)


@contextmanager
def planned_anew(wanted: bool = True) -> Iterator[None]:
    """Within the block PostgreSQL plans every statement for its own parameters and keeps no plan, where that is wanted.

    For statements whose best plan depends on what is asked for: those that look for few of very many rows.
    """
    connection.ensure_connection()
    if connection.vendor != "postgresql" or not wanted:
        yield
        return
    session = connection.connection
    before, session.prepare_threshold = session.prepare_threshold, None
    try:
        yield
    finally:
        session.prepare_threshold = before


Value = int | str | date | datetime | None
"""Types of parameters. Comparing with NULL matches no row."""


@dataclass(frozen=True, slots=True)
class _Statement:
    """The SQL of a query, which of its parameters are filled in, and how the values of its rows are read."""

    sql: str
    parameters: tuple[Any, ...]
    names: dict[int, str]
    converters: list[tuple[int, list[Any], Any]]

    def rows(self, values: Mapping[str, Value]) -> list[Any]:
        """The rows for these values; none where a number is beyond what any column holds."""
        if any(isinstance(value, int) and abs(value) > LARGEST_KEY for value in values.values()):
            return []
        parameters = list(self.parameters)
        for place, name in self.names.items():
            parameters[place] = _adapted(values[name])
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            rows = cursor.fetchall()
        if not self.converters:
            return list(rows)
        return [self._read(list(row)) for row in rows]

    def _read(self, row: list[Any]) -> list[Any]:
        for place, functions, expression in self.converters:
            for convert in functions:
                row[place] = convert(row[place], expression, connection)
        return row


def _adapted(value: Value) -> Any:
    """A value as the driver of the database takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return value


class _Marks:
    """Placeholder values for the parameters while a query is compiled, by which they are found in its SQL."""

    def __init__(
        self,
        names: Sequence[str],
        texts: Sequence[str],
        days: Sequence[str] = (),
        moments: Sequence[str] = (),
    ) -> None:
        self.by_name: dict[str, Any] = {
            **{name: _FIRST_MARK - place for place, name in enumerate(names)},
            **{name: f"\x1a{name}\x1a" for name in texts},
            **{name: _FIRST_DAY - timedelta(days=place) for place, name in enumerate(days)},
            **{name: _FIRST_MOMENT - timedelta(days=place) for place, name in enumerate(moments)},
        }

    def compiled(
        self, build: Callable[..., models.QuerySet[Any]]
    ) -> tuple[Any, str, tuple[Any, ...], dict[int, str]]:
        """The compiler of the query, its SQL and parameters, and the places of those that are filled in.

        Raises ``EmptyResultSet`` when no row can ever match.
        """
        by_mark = {(type(value), value): name for name, value in self._adapted()}
        compiler = build(**self.by_name).query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        names = {
            place: by_mark[type(value), value]
            for place, value in enumerate(parameters)
            if isinstance(value, (int, str, date)) and (type(value), value) in by_mark
        }
        if set(names.values()) != set(self.by_name):
            raise ValueError(f"the query does not use {sorted(set(self.by_name) - set(names.values()))}")
        return compiler, sql, tuple(parameters), names

    def _adapted(self) -> Iterator[tuple[str, Any]]:
        return ((name, _adapted(value)) for name, value in self.by_name.items())


def _converters(compiler: Any, expressions: list[Any]) -> list[tuple[int, list[Any], Any]]:
    found = compiler.get_converters(expressions)
    return [(place, functions, expression) for place, (functions, expression) in found.items()]


@dataclass(frozen=True, slots=True)
class _Plan:
    """A statement, and how its rows become objects."""

    statement: _Statement
    model: type[models.Model]
    init_list: list[str]
    start: int
    end: int
    annotations: dict[str, int]
    populators: list[Any]


class Prepared(Generic[M]):
    """A query for objects, whose parameters are whole numbers (``names``) and texts (``texts``), given by name.

    ``build(**parameters)`` returns the queryset; it must not look at the parameters, only pass them on. Related
    rows come with ``select_related``, annotations as attributes; deferred columns and prefetching are not
    supported. Not lazy: it runs when it is called, and each call gives fresh objects.
    """

    def __init__(
        self, build: Callable[..., models.QuerySet[M]], *names: str, texts: tuple[str, ...] = ()
    ) -> None:
        self.build = build
        self.marks = _Marks(names, texts)
        self._plans: dict[str, _Plan | None] = {}

    def all(self, **values: int | str | None) -> list[M]:
        """The rows for these parameters."""
        if connection.vendor not in self._plans:
            self._plans[connection.vendor] = self._compile()
        plan = self._plans[connection.vendor]
        return [] if plan is None else [_object(plan, row) for row in plan.statement.rows(values)]

    def first(self, **values: int | str | None) -> M | None:
        """The first row, or None."""
        rows = self.all(**values)
        return rows[0] if rows else None

    def one(self, **values: int | str | None) -> M:
        """The one row that there must be."""
        (row,) = self.all(**values)
        return row

    def _compile(self) -> _Plan | None:
        """None when no row can ever match."""
        try:
            compiler, sql, parameters, names = self.marks.compiled(self.build)
        except EmptyResultSet:
            return None
        select, info = compiler.select, compiler.klass_info
        start, end = info["select_fields"][0], info["select_fields"][-1] + 1
        return _Plan(
            statement=_Statement(
                sql, parameters, names, _converters(compiler, [column[0] for column in select])
            ),
            model=info["model"],
            init_list=[column[0].target.attname for column in select[start:end]],
            start=start,
            end=end,
            annotations=dict(compiler.annotation_col_map or {}),
            # The stubs are those of Django 6, which has one parameter more.
            populators=get_related_populators(info, select, connection.alias),  # type: ignore[call-arg]
        )


def _object(plan: _Plan, row: Any) -> Any:
    made = plan.model.from_db(connection.alias, plan.init_list, row[plan.start : plan.end])
    for populator in plan.populators:
        populator.populate(row, made)
    for name, place in plan.annotations.items():
        setattr(made, name, row[place])
    return made


class PreparedValues:
    """A query for values (``values_list``), also of several queries in one (``union``).

    Its parameters may be days and moments too; what else is said of :class:`Prepared` holds here.
    """

    def __init__(
        self,
        build: Callable[..., models.QuerySet[Any, Any]],
        *names: str,
        texts: tuple[str, ...] = (),
        days: tuple[str, ...] = (),
        moments: tuple[str, ...] = (),
    ) -> None:
        self.build = build
        self.marks = _Marks(names, texts, days, moments)
        self._statements: dict[str, _Statement | None] = {}

    def all(self, **values: Value) -> list[Any]:
        """The rows for these parameters."""
        if connection.vendor not in self._statements:
            self._statements[connection.vendor] = self._compile()
        statement = self._statements[connection.vendor]
        return [] if statement is None else statement.rows(values)

    def _compile(self) -> _Statement | None:
        """None when no row can ever match."""
        try:
            compiler, sql, parameters, names = self.marks.compiled(self.build)
        except EmptyResultSet:
            return None
        columns = [column[0] for column in compiler.select[: compiler.col_count]]
        return _Statement(sql, parameters, names, _converters(compiler, columns))
