"""Queries that are compiled once and then only filled in.

The ORM writes the SQL of a query anew each time it runs; for one row with its related rows that takes ten times as
long as the database needs to find them. Verbs read the same few shapes again and again: they keep them here.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=models.Model)

_FIRST_MARK = -2_000_000_000


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


@dataclass(frozen=True, slots=True)
class _Plan:
    """The SQL of a query, which of its parameters are filled in, and how its rows become objects."""

    sql: str
    parameters: tuple[Any, ...]
    names: dict[int, str]
    model: type[models.Model]
    init_list: list[str]
    start: int
    end: int
    converters: list[tuple[int, list[Any], Any]]
    populators: list[Any]


class Prepared(Generic[M]):
    """A query whose parameters are whole numbers (``names``) and texts (``texts``), given by name.

    ``build(**parameters)`` returns the queryset; it must not look at the parameters, only pass them on. Related
    rows come with ``select_related``; annotations, deferred columns and prefetching are not supported. Not lazy:
    it runs when it is called, and each call gives fresh objects.
    """

    def __init__(
        self, build: Callable[..., models.QuerySet[M]], *names: str, texts: tuple[str, ...] = ()
    ) -> None:
        self.build = build
        self.marks: dict[str, int | str] = {
            **{name: _FIRST_MARK - place for place, name in enumerate(names)},
            **{name: f"\x1a{name}\x1a" for name in texts},
        }
        self._plans: dict[str, _Plan | None] = {}

    def all(self, **values: int | str) -> list[M]:
        """The rows for these parameters."""
        if connection.vendor not in self._plans:
            self._plans[connection.vendor] = self._compile()
        plan = self._plans[connection.vendor]
        if plan is None:
            return []
        parameters = list(plan.parameters)
        for place, name in plan.names.items():
            parameters[place] = values[name]
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, parameters)
            rows = cursor.fetchall()
        return [_object(plan, row) for row in rows]

    def first(self, **values: int | str) -> M | None:
        """The first row, or None."""
        rows = self.all(**values)
        return rows[0] if rows else None

    def one(self, **values: int | str) -> M:
        """The one row that there must be."""
        (row,) = self.all(**values)
        return row

    def _compile(self) -> _Plan | None:
        """None when no row can ever match."""
        by_mark = {mark: name for name, mark in self.marks.items()}
        compiler = self.build(**self.marks).query.get_compiler(connection=connection)
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet:
            return None
        names = {
            place: by_mark[value]
            for place, value in enumerate(parameters)
            if type(value) in (int, str) and value in by_mark
        }
        if set(names.values()) != set(self.marks):
            raise ValueError(f"the query does not use {sorted(set(self.marks) - set(names.values()))}")
        select, info = compiler.select, compiler.klass_info
        start, end = info["select_fields"][0], info["select_fields"][-1] + 1
        return _Plan(
            sql=sql,
            parameters=tuple(parameters),
            names=names,
            model=info["model"],
            init_list=[column[0].target.attname for column in select[start:end]],
            start=start,
            end=end,
            converters=[
                (place, functions, expression)
                for place, (functions, expression) in compiler.get_converters(
                    [column[0] for column in select]
                ).items()
            ],
            # The stubs are those of Django 6, which has one parameter more.
            populators=get_related_populators(info, select, connection.alias),  # type: ignore[call-arg]
        )


def _object(plan: _Plan, row: Any) -> Any:
    if plan.converters:
        row = list(row)
        for place, functions, expression in plan.converters:
            for convert in functions:
                row[place] = convert(row[place], expression, connection)
    made = plan.model.from_db(connection.alias, plan.init_list, row[plan.start : plan.end])
    for populator in plan.populators:
        populator.populate(row, made)
    return made
