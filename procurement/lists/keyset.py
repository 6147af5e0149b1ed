"""Pages of a list by the value of their last row, and not by counting."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import OrderBy

_SALT = "listing"


@dataclass(frozen=True, slots=True)
class KeysetRows:
    """The rows of a page, or their keys, in its order, and whether others lie before and after them."""

    rows: list[Any]
    has_next: bool
    has_previous: bool


class Keyset:
    """Pages by the value of the last row instead of by counting, so a page costs the same however far it lies.

    Equal values are told apart by the primary key, so a row is never shown twice and never left out. Rows without
    a value come last, in both directions and on both databases.
    """

    def __init__(self, queryset: QuerySet[Any], *, path: str, descending: bool) -> None:
        self.path = "pk" if path in ("pk", "id") else path
        self.descending = descending
        self.output, self.nullable = _field_of(queryset, self.path)

    def order(self, *, backwards: bool = False) -> list[OrderBy]:
        descending = self.descending != backwards
        key = OrderBy(F("pk"), descending=descending)
        if self.path == "pk":
            return [key]
        nulls: dict[str, Any] = {}
        if self.nullable:
            nulls = {"nulls_first": True} if backwards else {"nulls_last": True}
        return [OrderBy(F(self.path), descending=descending, **nulls), key]

    def _beyond(self, value: Any, pk: Any, *, backwards: bool) -> Q:
        """The rows after (or, backwards, before) the one with this value and key, among those of its kind.

        Rows with a value and rows without one are two kinds: together they could not be found by an index. The
        bound on the value alone says nothing new; an index begins with it.
        """
        step = "lt" if self.descending != backwards else "gt"
        same = Q(**{f"pk__{step}": pk})
        if self.path == "pk":
            return same
        if value is None:
            return Q(**{f"{self.path}__isnull": True}) & same
        beyond = Q(**{f"{self.path}__{step}": value}) | (Q(**{self.path: value}) & same)
        return Q(**{f"{self.path}__{step}e": value}) & beyond

    def _rows(self, rows: QuerySet[Any], read: tuple[Any, Any, bool] | None, size: int) -> list[Any]:
        """The rows after the cursor, in page order or, backwards, against it; those of the other kind when too few."""
        backwards = bool(read and read[2])
        order = self.order(backwards=backwards)
        if read is None:
            return list(rows.order_by(*order)[:size])
        value, pk, _backwards = read
        found = list(rows.filter(self._beyond(value, pk, backwards=backwards)).order_by(*order)[:size])
        # Without a value comes last: after the last one with a value, or backwards before the first one without.
        if self.nullable and len(found) < size and (value is None) == backwards:
            others = rows.filter(**{f"{self.path}__isnull": not backwards})
            found += others.order_by(*order)[: size - len(found)]
        return found

    def find(self, rows: QuerySet[Any], cursor: str, *, size: int) -> "KeysetRows":
        """The rows of one page, or their keys."""
        read = self._read(cursor)
        backwards = bool(read and read[2])
        found = self._rows(rows, read, size + 1)
        if read and not found:
            # What was there is gone or filtered away: start at the first page rather than show an empty one.
            return self.find(rows, "", size=size)
        more = len(found) > size
        found = found[:size]
        if backwards:
            found.reverse()
        return KeysetRows(
            found, has_next=backwards or more, has_previous=more if backwards else read is not None
        )

    def cursors(self, found: "KeysetRows", objects: Sequence[Any]) -> tuple[str, str]:
        """The cursors of the next and the previous page where there is one."""
        if not objects:
            return "", ""
        return (
            self._cursor(objects[-1], backwards=False) if found.has_next else "",
            self._cursor(objects[0], backwards=True) if found.has_previous else "",
        )

    def _cursor(self, one: Any, *, backwards: bool) -> str:
        value: Any = one
        for part in () if self.path == "pk" else self.path.split("__"):
            value = getattr(value, part, None) if value is not None else None
        shown = (
            None
            if value is None or self.path == "pk"
            else self.output.value_to_string(_Holder(self.output, value))
        )
        content = [self.path, self.descending, backwards, shown, one.pk]
        return signing.Signer(salt=_SALT).sign_object(content)

    def _read(self, cursor: str) -> tuple[Any, Any, bool] | None:
        """Value, key and direction of a cursor that we made for this order; anything else is no cursor."""
        if not cursor:
            return None
        try:
            path, descending, backwards, shown, pk = signing.Signer(salt=_SALT).unsign_object(cursor)
            if (path, descending) != (self.path, self.descending):
                return None
            value = None if shown is None else self.output.to_python(shown)
        except (signing.BadSignature, ValidationError, ValueError, TypeError):
            return None
        return value, pk, bool(backwards)


def in_order(queryset: QuerySet[Any], keys: Sequence[Any]) -> list[Any]:
    """The rows of some keys, in their order; one that has gone meanwhile is left out."""
    rows = queryset.in_bulk(keys)
    return [rows[key] for key in keys if key in rows]


class _Holder:
    """Lends one value to ``Field.value_to_string``, which wants a row."""

    def __init__(self, output: Any, value: Any) -> None:
        setattr(self, output.attname or "value", value)


def _field_of(queryset: QuerySet[Any], path: str) -> tuple[Any, bool]:
    """The field that a path ends at (an annotation's output field too), and whether it may hold nothing."""
    annotation = queryset.query.annotations.get(path)
    if annotation is not None:
        output = annotation.output_field.clone()
        output.set_attributes_from_name("value")
        return output, True
    model: type[Model] = queryset.model
    nullable = False
    found: Any = model._meta.pk
    for part in path.split("__"):
        found = model._meta.pk if part == "pk" else model._meta.get_field(part)
        nullable = (
            nullable or bool(getattr(found, "null", False)) or (found.is_relation and found.auto_created)
        )
        if found.is_relation:
            model = found.related_model
    if found.is_relation:
        found = model._meta.pk
    return found, nullable
