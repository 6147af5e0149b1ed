"""Saving many rows at once at a cost that hardly grows with their number."""

from collections.abc import Sequence
from typing import Any

from django.db import models


def save_rows(rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Write ``fields`` of rows that exist already, in one statement.

    An upsert on the primary key: ``bulk_update`` writes a CASE per row and field, whose cost grows with the square
    of the number of rows.
    """
    if not rows:
        return
    model: Any = type(rows[0])
    model._default_manager.bulk_create(
        rows, update_conflicts=True, unique_fields=[model._meta.pk.attname], update_fields=list(fields)
    )
