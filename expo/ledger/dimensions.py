"""The dimensions of the ledger: the SQL of each, the same on both databases but for its dates."""

# ruff: noqa: S608 - every part of these statements is written here; values are parameters

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import TextChoices

from expo.models import ACTIVE, SHARED_OUT, Dimension, Origin, Stage

ORIGINS = tuple(Origin)

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Cut:
    """One dimension: its key as SQL over the columns of an entry, and which entries it sums.

    ``column`` is the column that the key is, where it is 0 for NULL.
    """

    dimension: Dimension
    key: str
    condition: str = "stage <> 'outside'"
    counts: bool = True
    stage: str = "stage"
    column: str = ""

    def among(self, keys: Iterable[int]) -> str:
        """The condition that an entry has one of the ``keys``, said so that an index on the column is of use."""
        wanted = sorted({int(key) for key in keys})
        listed = ", ".join(map(str, wanted))
        if not self.column:
            return f"{self.key} IN ({listed})"
        unknown = f" OR {self.column} IS NULL" if 0 in wanted else ""
        return f"{self.column} IN ({listed}){unknown}"

    def sums(self, source: str, *, grouped: tuple[str, ...] = ()) -> str:
        """A SELECT of ``grouped``, dimension, key, stage, amount and orders over the rows of ``source``.

        Sums are bigint like those that are ready, which would else be made numeric one by one to be added to them.
        MSME, category and district sum rupiah only: one order has many of them, so its count belongs to none.
        """
        others = "".join(f"{name}, " for name in grouped)
        orders = "SUM(orders)" if self.counts else "0"
        rows = "" if self.counts else " AND amount <> 0"
        places = ", ".join(str(place + 1) for place in range(len(grouped)))
        by = f"{places}, " if places else ""
        return (
            f"SELECT {others}'{self.dimension.value}' AS dimension, {self.key} AS key, {self.stage} AS stage, "
            f"CAST(SUM(amount) AS bigint) AS amount, CAST({orders} AS bigint) AS orders "
            f"FROM {source} WHERE {self.condition}{rows} "
            f"GROUP BY {by}{len(grouped) + 2}, {len(grouped) + 3}"
        )


def cuts() -> tuple[Cut, ...]:
    """Every dimension in the SQL of the present database."""
    if connection.vendor == "postgresql":
        since = f"(since - DATE '1970-01-01') + {_EPOCH}"
    else:
        since = f"CAST(julianday(since) - 2440587.5 AS INTEGER) + {_EPOCH}"
    places = " ".join(f"WHEN '{origin.value}' THEN {place + 1}" for place, origin in enumerate(ORIGINS))
    return (
        Cut(Dimension.TOTAL, "0", condition="1 = 1"),
        _of(Dimension.INSTITUTION, "institution_id"),
        _of(Dimension.UNIT, "unit_id"),
        _of(Dimension.MSME, "msme_id", counts=False),
        _of(Dimension.CATEGORY, "category_id", counts=False),
        _of(Dimension.DISTRICT, "district_id", counts=False),
        Cut(Dimension.SINCE, since, condition="since IS NOT NULL"),
        Cut(Dimension.ORIGIN, f"CASE origin {places} END", condition=f"stage = '{Stage.LOST.value}'"),
        Cut(Dimension.DWELL, "dwell_days", condition="dwell_days IS NOT NULL"),
        Cut(Dimension.PLEDGED, "pledged", condition=f"stage = '{Stage.ANNOUNCED.value}'"),
        _size(Dimension.INSTITUTION_SIZE, "COALESCE(institution_id, 0)", ACTIVE),
        _size(Dimension.MSME_SIZE, "COALESCE(msme_id, 0)", SHARED_OUT),
    )


def _of(dimension: Dimension, column: str, *, counts: bool = True) -> Cut:
    return Cut(dimension, f"COALESCE({column}, 0)", counts=counts, column=column)


SIZES = {Dimension.INSTITUTION: Dimension.INSTITUTION_SIZE, Dimension.MSME: Dimension.MSME_SIZE}
"""The dimensions that can have very many keys, and by which others their largest are found."""

SIZE = "size"
"""Used instead of a stage where several are taken together."""


def _size(dimension: Dimension, key: str, stages: tuple[Stage, ...]) -> Cut:
    condition = f"stage IN ({quoted(stages)})"
    return Cut(dimension, key, condition=condition, counts=False, stage=f"'{SIZE}'")


def quoted(values: Iterable[TextChoices]) -> str:
    """Values as SQL writes them, with commas."""
    return ", ".join(f"'{value.value}'" for value in values)


ANNOUNCING, TAKEN_BY_ORDERS, GIVEN_UP = 1, 2, 3
"""The keys of *pledged*: what was ever announced, what orders took of it, and what was lowered or ended."""

COLUMNS = (
    "stage, CAST(amount AS bigint) AS amount, orders, origin, since, dwell_days, "
    "institution_id, unit_id, msme_id, category_id, district_id, "
    f"CASE WHEN order_id IS NOT NULL THEN {TAKEN_BY_ORDERS} "
    f"WHEN amount > 0 OR orders > 0 THEN {ANNOUNCING} ELSE {GIVEN_UP} END AS pledged"
)
"""What the dimensions need of an entry. A bigint is summed in half the time of a numeric."""


_WHOLE_SECONDS = "substr(happened_at, 1, 19)"
"""SQLite rounds to milliseconds: the last microsecond of a day would become the next day."""


def jakarta_day() -> str:
    """The Jakarta day of ``happened_at`` as SQL. Jakarta has kept UTC+7 without summer time since 1964."""
    if connection.vendor == "postgresql":
        return "CAST(happened_at AT TIME ZONE 'Asia/Jakarta' AS date)"
    return f"date({_WHOLE_SECONDS}, '+7 hours')"


def jakarta_hour() -> str:
    """The Jakarta hour of ``happened_at``, like ``2022-07-31T18``, as SQL of a statement with parameters."""
    if connection.vendor == "postgresql":
        return """to_char(happened_at AT TIME ZONE 'Asia/Jakarta', 'YYYY-MM-DD"T"HH24')"""
    return f"strftime('%%Y-%%m-%%dT%%H', {_WHOLE_SECONDS}, '+7 hours')"


@dataclass(frozen=True, slots=True)
class Counting:
    """An expression with its parameters."""

    sql: str
    parameters: list[Any]


def count_until(text: str, limits: Sequence[str]) -> Counting:
    """How many of ``limits``, which ascend, are not beyond a text."""
    if connection.vendor == "postgresql":
        return Counting(f"width_bucket({text}, CAST(%s AS text[]))", [list(limits)])
    return Counting(f"(SELECT COUNT(*) FROM json_each(%s) WHERE value <= {text})", [json.dumps(limits)])


def moment(value: Any) -> Any:
    """An aware datetime as the database compares it."""
    return connection.ops.adapt_datetimefield_value(value)
