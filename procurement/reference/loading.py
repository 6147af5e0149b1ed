"""Reading what ships as data into the database: what is new is added, and what somebody changed is never overwritten.

Each row keeps beside it what was loaded (``shipped``). A row that still says the same follows a newer source; one that
says something else was changed by a person, stays as it is, and is reported. A floor adds its part by
:func:`register`, and by :func:`register_report` what ships in another way and is only told about.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models, transaction

from procurement.models import Province, Regency
from procurement.reference import source
from procurement.reference.source import Values


@dataclass(slots=True)
class Loaded:
    """What loading did to one table."""

    title: str
    source: str
    found: int = 0
    """Rows that were there already and say what the source says."""
    added: int = 0
    renewed: int = 0
    """Rows that said what was loaded once, and now say what the source says today."""
    differ: list[str] = field(default_factory=list)
    """Rows that somebody changed; they were left alone."""
    note: str = ""


Loader = Callable[[], list[Loaded]]


@dataclass(frozen=True, slots=True)
class LoadedPart:
    """What one floor loads, and into which tables."""

    loader: Loader
    tables: tuple[type[models.Model], ...]


_parts: dict[str, LoadedPart] = {}


def register(name: str, loader: Loader, *tables: type[models.Model]) -> None:
    """Let ``loader`` bring a part of the data into ``tables``; called once, when the app is loaded."""
    _parts[name] = LoadedPart(loader, tables)


_reports: dict[str, Loader] = {}


def register_report(name: str, reporter: Loader) -> None:
    """Let ``reporter`` say what there is of a part that migrations, packages or people bring; it writes nothing."""
    _reports[name] = reporter


def reports() -> list[Loaded]:
    """What is only told about."""
    return [loaded for reporter in _reports.values() for loaded in reporter()]


def load_reference() -> list[Loaded]:
    """Load every part, all or nothing. A second run adds nothing."""
    with transaction.atomic():
        return [loaded for part in _parts.values() for loaded in part.loader()]


def tables() -> list[type[models.Model]]:
    """Every table that is written, in the order in which parts are loaded."""
    return [table for part in _parts.values() for table in part.tables]


def load_places() -> list[Loaded]:
    """Provinces, regencies and cities."""
    origin = source.described()
    return [
        keep_up(Province, source.provinces(), source=origin),
        keep_up(Regency, source.regencies(), source=origin),
    ]


def keep_up(model: type[models.Model], wanted: Mapping[str, Values], *, source: str) -> Loaded:
    """Add the missing rows, renew those that nobody touched, leave and report the others.

    A row that the source has no more stays: something may point to it. The back office names its successor.
    """
    loaded = Loaded(str(model._meta.verbose_name_plural), source)
    there: dict[Any, Any] = model._default_manager.in_bulk()
    new, other = [], []
    for key, values in wanted.items():
        row = there.get(key)
        if row is None:
            new.append(model(pk=key, shipped=values, **values))
            continue
        said = {name: _plain(getattr(row, name)) for name in values}
        if said != values and said != row.shipped:
            loaded.differ.append(f"{key} {row}")
        elif said == values == row.shipped:
            loaded.found += 1
        else:
            for name, value in values.items():
                setattr(row, name, value)
            row.shipped = values
            other.append(row)
    model._default_manager.bulk_create(new, batch_size=200)
    if other:
        names = [name.removesuffix("_id") for name in next(iter(wanted.values()))]
        model._default_manager.bulk_update(other, [*names, "shipped"], batch_size=50)
    loaded.added, loaded.renewed = len(new), len(other)
    gone = [f"{key} {row}" for key, row in there.items() if row.shipped and key not in wanted]
    if gone:
        loaded.note = f"no longer in the source: {', '.join(sorted(gone))}"
    return loaded


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
