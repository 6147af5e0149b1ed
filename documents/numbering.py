"""Gapless numbers: taken inside the transaction that makes the document binding, given back if it fails."""

from collections.abc import Sequence
from datetime import date

from django.db import connection, transaction

from documents.models import NumberFormat, NumberSequence
from documents.patterns import DEFAULT_PATTERN, NumberParts
from procurement.prepared import Prepared

_FORMAT = Prepared(
    lambda organisation, code: NumberFormat.objects.filter(organisation_id=organisation, code=code),
    "organisation",
    texts=("code",),
)

# One statement on both databases: it makes the row at first use, and otherwise waits for whoever holds it, so two
# transactions never read the same number and a rollback leaves no gap.
_ADVANCE = """
    INSERT INTO {table} (organisation_id, code, year, last_number) VALUES (%s, %s, %s, %s)
    ON CONFLICT (organisation_id, code, year)
    DO UPDATE SET last_number = {table}.last_number + excluded.last_number
    RETURNING last_number
"""


def next_numbers(*, organisation_id: int, owner_code: str, code: str, count: int, on: date) -> list[str]:
    """The next ``count`` numbers of the organisation's sequence ``code``, in two queries whatever ``count``.

    ``on`` is the Jakarta day of issue: it gives the month and year that the number shows. The sequence stays
    locked until the caller's transaction ends, therefore a transaction is required.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("document numbers are taken inside a transaction only")
    if count < 1:
        return []
    chosen = _FORMAT.first(organisation=organisation_id, code=code)
    pattern = chosen.pattern if chosen else DEFAULT_PATTERN
    year = 0 if chosen and chosen.resets == NumberFormat.Resets.NEVER else on.year
    last = _advance(organisation_id=organisation_id, code=code, year=year, count=count)
    return _written(pattern, range(last - count + 1, last + 1), code=code, owner=owner_code, on=on)


def _advance(*, organisation_id: int, code: str, year: int, count: int) -> int:
    statement = _ADVANCE.format(table=NumberSequence._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(statement, [organisation_id, code, year, count])
        return int(cursor.fetchone()[0])


def _written(pattern: str, sequence: Sequence[int], *, code: str, owner: str, on: date) -> list[str]:
    return [NumberParts(sequence=number, code=code, owner=owner, on=on).fill(pattern) for number in sequence]
