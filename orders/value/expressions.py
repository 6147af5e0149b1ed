"""Sums and numbers as expressions of the database, for lists of what an MSME has before it."""

from typing import Any

from django.db.models import (
    CharField,
    DecimalField,
    ExpressionWrapper,
    F,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Concat, LPad

RUPIAH: Any = DecimalField(max_digits=20, decimal_places=0)


UNSHIPPED = F("quantity") - F("released") - F("shipped")


def in_rupiah(expression: Any) -> "ExpressionWrapper[Any]":
    return ExpressionWrapper(expression, output_field=RUPIAH)


def one_figure(rows: Any, figure: Any, output: Any = None, *, by: str = "order") -> Subquery:
    """One aggregate over the rows that belong to the outer one."""
    return Subquery(rows.values(by).annotate(figure=figure).values("figure"), output_field=output)


def order_number(path: str) -> Concat:
    """*PSN-00042* as a database expression, so that search finds the number that people read."""
    return Concat(Value("PSN-"), LPad(Cast(path, CharField()), 5, Value("0")), output_field=CharField())
