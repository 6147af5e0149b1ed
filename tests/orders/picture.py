"""What the tables say at one moment, to see that a refused command changed none of them."""

from collections.abc import Iterable
from typing import Any

from django.db import connection

Picture = dict[str, Any]

GROWING = ("expo_ledgerentry", "procurement_event", "procurement_outboxmessage", "documents_document")
"""Tables to which rows are only added: their number says whether any were."""


def picture(whole: Iterable[str]) -> Picture:
    """The tables of ``whole`` row by row, and how many rows those have that only grow."""
    taken: Picture = {}
    with connection.cursor() as cursor:
        for table in whole:
            cursor.execute(f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608 - named in the tests
            taken[table] = cursor.fetchall()
        for table in GROWING:
            cursor.execute(f"SELECT COUNT(*) FROM {table}")  # noqa: S608
            taken[table] = cursor.fetchone()
    return taken
