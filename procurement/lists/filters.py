"""The filters of a list: what the address says, what the form shows, and which rows remain."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import DateTimeField, Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from procurement import clock
from procurement.input import written

Choices = Iterable[tuple[Any, Any]]


@dataclass(slots=True)
class DrawnFilter:
    """A filter as drawn: its kind and label, the value in the address, and what was wrong with it."""

    kind: str
    key: str
    label: str
    value: str = ""
    until: str = ""
    choices: list[tuple[str, str]] = field(default_factory=list)
    days: tuple[date | None, date | None] = (None, None)
    messages: list[str] = field(default_factory=list)

    @property
    def is_set(self) -> bool:
        return bool(self.value or self.until)


@dataclass(frozen=True, slots=True)
class ChoiceFilter:
    """One of several. ``choices`` are (value, label) pairs or a function that gives them; ``field`` is the database
    path, or ``apply(queryset, value)`` narrows where a choice is more than a column."""

    key: str
    label: "str | Promise"
    choices: "Choices | Callable[[], Choices]"
    field: str = ""
    apply: Callable[[QuerySet[Any], str], QuerySet[Any]] | None = None

    def read(self, query: QueryDict) -> DrawnFilter:
        given = self.choices() if callable(self.choices) else self.choices
        choices = [(str(value), str(label)) for value, label in given if value not in (None, "")]
        value = query.get(self.key, "")
        drawn = DrawnFilter("choice", self.key, str(self.label), choices=choices)
        if value in {known for known, _label in choices}:
            drawn.value = value
        elif value:
            drawn.messages.append(
                _("Pilihan pada saringan “%(label)s” tidak dikenal dan diabaikan.") % {"label": self.label}
            )
        return drawn

    def narrow(self, queryset: QuerySet[Any], drawn: DrawnFilter) -> QuerySet[Any]:
        if not drawn.value:
            return queryset
        if self.apply:
            return self.apply(queryset, drawn.value)
        return queryset.filter(**{self.field or self.key: drawn.value})


@dataclass(frozen=True, slots=True)
class DateRange:
    """From and to, both days included, as ``KEY_dari`` and ``KEY_sampai`` in the address."""

    key: str
    label: "str | Promise"
    field: str

    def read(self, query: QueryDict) -> DrawnFilter:
        drawn = DrawnFilter("dates", self.key, str(self.label))
        days: list[date | None] = []
        for part in ("dari", "sampai"):
            text = query.get(f"{self.key}_{part}", "").strip()
            day: date | None = None
            if text:
                try:
                    day = written.day(text)
                except written.Unclear:
                    drawn.messages.append(
                        _(
                            "Tanggal pada saringan “%(label)s” tidak dikenal dan diabaikan; tulis seperti 31-07-2022."
                        )
                        % {"label": self.label}
                    )
            days.append(day)
        first, last = days
        if first and last and last < first:
            drawn.messages.append(
                _("Pada saringan “%(label)s” tanggal akhir mendahului tanggal awal; keduanya ditukar.")
                % {"label": self.label}
            )
            first, last = last, first
        drawn.days = (first, last)
        drawn.value = first.isoformat() if first else ""
        drawn.until = last.isoformat() if last else ""
        return drawn

    def narrow(self, queryset: QuerySet[Any], drawn: DrawnFilter) -> QuerySet[Any]:
        first, last = drawn.days
        moments = _holds_moments(queryset, self.field)
        if first:
            queryset = queryset.filter(**{f"{self.field}__gte": _begin(first) if moments else first})
        if last:
            if moments:
                return queryset.filter(**{f"{self.field}__lt": _begin(last + timedelta(days=1))})
            return queryset.filter(**{f"{self.field}__lte": last})
        return queryset


@dataclass(frozen=True, slots=True)
class Flag:
    """A tick that keeps only the rows where ``condition`` holds; a function is asked at each request."""

    key: str
    label: "str | Promise"
    condition: "Q | Callable[[], Q]"

    def read(self, query: QueryDict) -> DrawnFilter:
        return DrawnFilter("flag", self.key, str(self.label), value="1" if query.get(self.key) == "1" else "")

    def narrow(self, queryset: QuerySet[Any], drawn: DrawnFilter) -> QuerySet[Any]:
        if not drawn.value:
            return queryset
        return queryset.filter(self.condition() if callable(self.condition) else self.condition)


Filter = ChoiceFilter | DateRange | Flag


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=clock.JAKARTA)


def _holds_moments(queryset: QuerySet[Any], path: str) -> bool:
    annotation = queryset.query.annotations.get(path)
    if annotation is not None:
        return isinstance(annotation.output_field, DateTimeField)
    model = queryset.model
    found: Any = None
    for part in path.split("__"):
        found = model._meta.get_field(part)
        if found.is_relation:
            model = found.related_model
    return isinstance(found, DateTimeField)
