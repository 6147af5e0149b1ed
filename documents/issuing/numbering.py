"""Gapless numbers: taken inside the transaction that makes the document binding, given back if it fails.

A number is given out once per organisation, for ever: :class:`documents.models.GivenNumber` holds every one, and the
database refuses a second. A sequence goes on from the highest that was given out, whatever became of its format: the
rule by which it starts again, its pattern, or the code of its owner.
"""

from collections.abc import Callable, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from documents.issuing.patterns import DEFAULT_PATTERN, NumberParts, validate_pattern
from documents.models import MAX_NUMBER, GivenNumber, NumberFormat, NumberSequence
from procurement.errors import WrongState

CODES_OF_BUYERS = ("SP", "BAST")
"""What institutions issue: purchase orders and handover records."""

WINDOW = 1_000
"""How many numbers are tried at once when a changed format repeats numbers that were given out before."""

# Transactions that take numbers of one sequence wait here for each other, also across the turn of a year.
_HOLD = "SELECT pg_advisory_xact_lock(hashtextextended('documents.number:' || %s || ':' || %s, 0))"

# One statement on both databases: it makes the row of the year at first use, and goes on from the highest number of
# that year, or of all years when the sequence never starts again. A rollback leaves no gap.
_ADVANCE = """
    INSERT INTO {sequences} (organisation_id, code, year, last_number)
    VALUES (%s, %s, %s, %s + COALESCE((
        SELECT MAX(earlier.last_number) FROM {sequences} earlier
        WHERE earlier.organisation_id = %s AND earlier.code = %s AND (earlier.year = %s OR EXISTS (
            SELECT 1 FROM {formats} f WHERE f.organisation_id = %s AND f.code = %s AND f.resets = 'never'
        ))
    ), 0))
    ON CONFLICT (organisation_id, code, year) DO UPDATE SET last_number = excluded.last_number
    RETURNING last_number, (SELECT f.pattern FROM {formats} f WHERE f.organisation_id = %s AND f.code = %s)
"""

# Waits for another transaction that is giving out the same text, and leaves out what is given out already.
_GIVE = """
    INSERT INTO {given} (organisation_id, number) VALUES {rows}
    ON CONFLICT (organisation_id, number) DO NOTHING RETURNING number
"""


def next_numbers(*, organisation_id: int, owner_code: str, code: str, count: int, on: date) -> list[str]:
    """The next ``count`` numbers of the organisation's sequence ``code``, in two queries whatever ``count``.

    ``on`` is the Jakarta day of issue: it gives the month and year that the number shows. The sequence stays
    locked until the caller's transaction ends, therefore a transaction is required. Raises :class:`WrongState` with
    a sentence when the format that was set cannot write a number.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("document numbers are taken inside a transaction only")
    if count < 1:
        return []
    last, pattern = _advance(organisation_id=organisation_id, code=code, year=on.year, count=count)
    _require_sound(pattern, code)

    def written(first: int, many: int) -> list[str]:
        return [
            NumberParts(sequence=number, code=code, owner=owner_code, on=on).fill(pattern)
            for number in range(first, first + many)
        ]

    first = last - count + 1
    numbers = written(first, count)
    if max(map(len, numbers)) > MAX_NUMBER:
        raise WrongState(
            _("Nomor %(code)s menjadi lebih panjang dari %(limit)d huruf. Pendekkan pola nomornya.")
            % {"code": code, "limit": MAX_NUMBER}
        )
    while not _give(organisation_id, numbers):
        first = _first_free(organisation_id, first, count, written)
        numbers = written(first, count)
        NumberSequence.objects.filter(organisation_id=organisation_id, code=code, year=on.year).update(
            last_number=first + count - 1
        )
    return numbers


def _advance(*, organisation_id: int, code: str, year: int, count: int) -> tuple[int, str]:
    """The last number after the sequence went on by ``count``, and the pattern that writes it."""
    statement = _ADVANCE.format(sequences=NumberSequence._meta.db_table, formats=NumberFormat._meta.db_table)
    which = (organisation_id, code)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_HOLD, [str(organisation_id), code])
        cursor.execute(statement, [*which, year, count, *which, year, *which, *which])
        last, pattern = cursor.fetchone()
    return int(last), pattern or DEFAULT_PATTERN


def _require_sound(pattern: str, code: str) -> None:
    """Formats are checked where they are set; one that came another way is refused with a sentence."""
    try:
        validate_pattern(pattern)
    except ValidationError as error:
        raise WrongState(
            _("Pola nomor %(code)s tidak dapat dipakai: %(reason)s")
            % {"code": code, "reason": " ".join(error.messages)}
        ) from error


def _give(organisation_id: int, numbers: Sequence[str]) -> bool:
    """Write the numbers down as given out; nothing is written when one of them was given out before."""
    rows = ", ".join(["(%s, %s)"] * len(numbers))
    statement = _GIVE.format(given=GivenNumber._meta.db_table, rows=rows)
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for number in numbers for value in (organisation_id, number)])
        written = [row[0] for row in cursor.fetchall()]
    if len(written) == len(numbers):
        return True
    GivenNumber.objects.filter(organisation_id=organisation_id, number__in=written).delete()
    return False


def _first_free(
    organisation_id: int, first: int, count: int, written: Callable[[int, int], list[str]]
) -> int:
    """The first number above the highest given out of those that begin with ``first`` and read the same."""
    while True:
        texts = written(first, WINDOW + count)
        used = set(
            GivenNumber.objects.filter(organisation_id=organisation_id, number__in=texts).values_list(
                "number", flat=True
            )
        )
        highest = max((place for place, text in enumerate(texts) if text in used), default=-1)
        if highest < WINDOW:
            return first + highest + 1
        first += highest + 1


def sample_number(
    *, organisation_id: int, owner_code: str, code: str, pattern: str, resets: str, on: date
) -> str:
    """How the next number would read by a pattern that is only thought of; nothing is given out."""
    sequences = NumberSequence.objects.filter(organisation_id=organisation_id, code=code)
    if resets == NumberFormat.Resets.YEARLY:
        sequences = sequences.filter(year=on.year)
    last = max(sequences.values_list("last_number", flat=True), default=0)
    return NumberParts(sequence=last + 1, code=code, owner=owner_code, on=on).fill(pattern)
