"""Every text of the database, and a person taken out of it.

The tables are found by themselves, so that a new one is not forgotten: what is *not* changed is named here
(:data:`KEPT`), with the reason.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from accounts.models import Organisation, User
from accounts.privacy.erasure.known import PersonMarks
from procurement.models import Event, EventMask
from procurement.rows.triggers import APPEND_ONLY_TABLES

KEPT = {
    "accounts.Organisation": "the name of a business or an office, as orders and papers call it",
    "auth.Permission": "words of the framework",
    "contenttypes.ContentType": "words of the framework",
    "sessions.Session": "one's own sessions are ended; nobody is named in those of others",
    "procurement.Province": "names of places",
    "procurement.Regency": "names of places",
}
"""Tables whose texts stay, with the reason; beside them what the database itself never changes."""

KEPT_COLUMNS: dict[str, str] = {}
"""Columns that stay while others of their table do not; apps above add theirs with :func:`keep`."""

_REGISTERS_END = ("admin", "account", "mfa", "usersessions", "procurement")
"""Apps whose rows tell of acts. A text there that is a whole name is not the entry of a namesake in a register."""


@dataclass(frozen=True, slots=True)
class Trail:
    """A table that is never changed, and the table that says what people read instead; ``key`` is its way back."""

    model: type[models.Model]
    mask: type[models.Model]
    key: str
    columns: tuple[str, ...]


_trails: list[Trail] = [Trail(Event, EventMask, "event", ("changes", "note"))]
_paths: dict[str, str] = {}


def mask(trail: Trail) -> None:
    """Let an app add a table that is never changed and read through masks."""
    _trails.append(trail)


def keep(reasons: Mapping[str, str]) -> None:
    """Let an app add what stays: tables (``documents.Document``) or columns (``orders.OrderLine.name``)."""
    for label, reason in reasons.items():
        (KEPT_COLUMNS if label.count(".") == 2 else KEPT)[label] = reason


def belongs(label: str, path: str) -> None:
    """Let an app say by which path to the key of an organisation rows of a table are that organisation's."""
    _paths[label] = path


def take_out(known: PersonMarks) -> int:
    """Replace the person in every text, and mask what is never changed. Returns how many rows still say the name."""
    left = sum(_take_out_of(model, columns, known) for model, columns in texts())
    for trail in _trails:
        _mask_in(trail, known)
    return left


def texts() -> Iterator[tuple[type[models.Model], list[str]]]:
    """Every table whose texts are changed, with those columns."""
    for model in apps.get_models():
        if model._meta.label in KEPT or model._meta.db_table in APPEND_ONLY_TABLES:
            continue
        columns = [
            field.name
            for field in text_fields(model)
            if f"{model._meta.label}.{field.name}" not in KEPT_COLUMNS
        ]
        if columns:
            yield model, columns


def text_fields(model: type[models.Model]) -> list[Any]:
    """The columns in which somebody could have typed a name: no choices, no keys, no addresses of files."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField)
        and not field.choices
        and not field.primary_key
        and not field.is_relation
    ]


def _take_out_of(model: type[models.Model], columns: list[str], known: PersonMarks) -> int:
    is_register = model._meta.app_label not in _REGISTERS_END
    left = 0
    found = _found(model, columns, known)
    theirs = _theirs(model, found, known)
    for row in found:
        is_theirs = row.pk in theirs
        changed = {}
        for name in columns:
            before = getattr(row, name)
            after = known.out_of(before, is_theirs=is_theirs, is_register=is_register)
            left += known.is_named(after)
            if after != before:
                changed[name] = _fitting(model._meta.get_field(name), after, known)
        if changed:
            model._base_manager.filter(pk=row.pk).update(**changed)
    return left


def _mask_in(trail: Trail, known: PersonMarks) -> None:
    masks = trail.mask._base_manager
    found = _found(trail.model, trail.columns, known)
    theirs = _theirs(trail.model, found, known)
    masked = masks.in_bulk([row.pk for row in found])
    for row in found:
        said = masked.get(row.pk, row)
        before = {name: getattr(said, name) for name in trail.columns}
        after = {
            name: known.out_of(value, is_theirs=row.pk in theirs, is_register=False)
            for name, value in before.items()
        }
        if after != before:
            masks.update_or_create(pk=row.pk, defaults=after)


def _found(model: type[models.Model], columns: Iterable[str], known: PersonMarks) -> list[Any]:
    """The rows that might have to be changed, with these columns."""
    rows = model._base_manager.all()
    condition = Q()
    for name in columns:
        if isinstance(model._meta.get_field(name), models.JSONField):
            rows = rows.annotate(**{f"{name}_text": Cast(name, TextField())})
            condition |= Q(**{f"{name}_text__iregex": known.search})
        else:
            condition |= Q(**{f"{name}__iregex": known.search})
    return list(rows.filter(condition).only("pk", *columns).order_by("pk"))


def _theirs(model: type[models.Model], found: Sequence[Any], known: PersonMarks) -> frozenset[Any]:
    """The keys of those rows found that name the person, or one of their organisations, by a foreign key."""
    condition = Q(pk__in=[])
    for field in model._meta.concrete_fields:
        target = field.related_model
        if target is User:
            condition |= Q(**{field.attname: known.user_id})
        elif isinstance(target, type) and is_organisation(target):
            condition |= Q(**{f"{field.attname}__in": known.organisations})
    if path := _paths.get(model._meta.label):
        condition |= Q(**{f"{path}__in": known.organisations})
    keys = [row.pk for row in found]
    return frozenset(model._base_manager.filter(condition, pk__in=keys).values_list("pk", flat=True))


def is_organisation(model: type[models.Model]) -> bool:
    """Whether the key of its rows is that of an organisation."""
    key = model._meta.pk
    return model is Organisation or bool(key and key.related_model is Organisation)


def _fitting(field: Any, value: Any, known: PersonMarks) -> Any:
    """What was an address or a number and nothing else becomes empty: a pseudonym is neither."""
    if value == known.pseudonym and (isinstance(field, models.EmailField) or "phone" in field.name):
        return ""
    return value[: field.max_length] if isinstance(value, str) and field.max_length else value
