"""What the tables say at one moment, to see that a refused command changed none of them."""

from collections.abc import Iterable
from typing import Any

from django.db import connection

from orders.authority.authority import SignatureRefused
from procurement.errors import ContentChanged, Refused
from procurement.models import Event

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


def with_refused_signature(before: Picture, after: Picture, refusal: Refused) -> Picture:
    """What was there before, and the event that a refused signature leaves in the trail of its order."""
    last = Event.objects.order_by("pk").last()
    if after["procurement_event"] == before["procurement_event"] or last is None:
        return before
    assert isinstance(refusal, SignatureRefused | ContentChanged)
    assert after["procurement_event"][0] == before["procurement_event"][0] + 1
    assert last.verb.endswith(".signature_refused")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM orders_order LIMIT 0")
        columns = [column[0] for column in cursor.description]
    ends = {"event_count": last.sequence, "event_head": last.hash}
    rows = [
        tuple(ends.get(name, value) for name, value in zip(columns, row, strict=True))
        if f"order:{row[columns.index('id')]}" == last.stream
        else row
        for row in before["orders_order"]
    ]
    return {**before, "orders_order": rows, "procurement_event": after["procurement_event"]}
