"""Queries that are compiled once and then only filled in.

The ORM writes the SQL of a query anew each time it runs; for one row with its related rows that takes ten times as
long as the database needs to find them. Verbs read the same few shapes again and again: they keep them here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=models.Model)

_FIRST_MARK = -2_000_000_000


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
    """A query whose parameters are whole numbers given by name.

    ``build(**numbers)`` returns the queryset; it must not look at the numbers, only pass them on. Related rows come
    with ``select_related``; annotations, deferred columns and prefetching are not supported. Not lazy: it runs when
    it is called, and each call gives fresh objects.
    """

    def __init__(self, build: Callable[..., models.QuerySet[M]], *names: str) -> None:
        self.build = build
        self.names = names
        self._plans: dict[str, _Plan | None] = {}

    def all(self, **numbers: int) -> list[M]:
        """The rows for these numbers."""
        if connection.vendor not in self._plans:
            self._plans[connection.vendor] = self._compile()
        plan = self._plans[connection.vendor]
        if plan is None:
            return []
        parameters = list(plan.parameters)
        for place, name in plan.names.items():
            parameters[place] = numbers[name]
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, parameters)
            rows = cursor.fetchall()
        return [_object(plan, row) for row in rows]

    def first(self, **numbers: int) -> M | None:
        """The first row, or None."""
        rows = self.all(**numbers)
        return rows[0] if rows else None

    def one(self, **numbers: int) -> M:
        """The one row that there must be."""
        (row,) = self.all(**numbers)
        return row

    def _compile(self) -> _Plan | None:
        """None when no row can ever match."""
        marks = {name: _FIRST_MARK - place for place, name in enumerate(self.names)}
        by_mark = {mark: name for name, mark in marks.items()}
        compiler = self.build(**marks).query.get_compiler(connection=connection)
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet:
            return None
        names = {
            place: by_mark[value] for place, value in enumerate(parameters) if type(value) is int and value in by_mark
        }
        if set(names.values()) != set(self.names):
            raise ValueError(f"the query does not use {sorted(set(self.names) - set(names.values()))}")
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
            populators=get_related_populators(info, select, connection.alias),
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
