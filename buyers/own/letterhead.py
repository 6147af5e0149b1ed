"""How the papers of an institution look from the next one on: the logo on its letterhead, and its numbers.

What was issued keeps the letterhead and the number that it has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.acting import Actor
from buyers.models import Institution
from buyers.register.changing import change
from documents.issuing.logos import keep_logo
from documents.issuing.numbering import sample_number
from documents.models import MAX_NUMBER, NumberFormat
from procurement import clock
from procurement.errors import InvalidInput
from procurement.input.opened import Unchanged, anything
from procurement.rows.recording import differences

SPARE_DIGITS = 5
"""By which a number may still grow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberInput:
    """How the numbers of one code are written."""

    code: str
    pattern: str
    resets: str = NumberFormat.Resets.YEARLY


def set_logo(*, institution_id: int, png: bytes | None, actor: Actor) -> Institution:
    """Print this picture on the letterhead from the next paper on; None takes it away.

    ``png`` was drawn by us (``procurement.files.pictures.logo``).
    """
    with change("institution.letterhead", institution_id, actor) as (row, recorder):
        before = row.logo_id
        row.logo = keep_logo(png) if png else None
        if row.logo_id != before:
            changes = {"logo": [before and before[:12], row.logo_id and row.logo_id[:12]]}
            recorder.record("institution.logo", changes=changes)
        return row


def set_numbers(
    *,
    institution_id: int,
    formats: Sequence[NumberInput],
    actor: Actor,
    unchanged: Unchanged = anything,
) -> list[NumberFormat]:
    """Write the numbers of each code by this pattern from the next one on.

    A number is given out once, whatever becomes of its pattern (``documents.issuing.numbering``). Raises
    :class:`InvalidInput` on ``pattern`` with the place of the format as its row.
    """
    with change("institution.letterhead", institution_id, actor, unchanged) as (row, recorder):
        rows: list[NumberFormat] = []
        for place, given in enumerate(formats):
            found = format_of(row, given.code)
            before = {"pattern": found.pattern, "resets": found.resets}
            sample(row, given, on=clock.local_date(recorder.now), place=place)
            found.pattern, found.resets = given.pattern.strip(), given.resets
            changes = differences(before, {"pattern": found.pattern, "resets": found.resets})
            if changes:
                found.save()
                recorder.record("institution.numbers", note=given.code, changes=changes)
            rows.append(found)
        return rows


def format_of(row: Institution, code: str) -> NumberFormat:
    """As it is stored; unsaved with the usual pattern when nobody ever said one."""
    return NumberFormat.objects.filter(organisation_id=row.pk, code=code).first() or NumberFormat(
        organisation_id=row.pk, code=code
    )


def sample(row: Institution, given: NumberInput, *, on: date, place: int = 0) -> str:
    """How the next number would read. Raises :class:`InvalidInput` on ``pattern``, ``place`` as its row."""
    found = format_of(row, given.code)
    found.pattern, found.resets = given.pattern.strip(), given.resets
    try:
        found.full_clean(exclude=["organisation"], validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages), field="pattern", row=place) from error
    number = sample_number(
        organisation_id=row.pk,
        owner_code=row.organisation.code,
        code=given.code,
        pattern=found.pattern,
        resets=found.resets,
        on=on,
    )
    if len(number) + SPARE_DIGITS > MAX_NUMBER:
        raise InvalidInput(
            _("Nomor %(code)s menjadi lebih panjang dari %(limit)d huruf. Pendekkan pola nomornya.")
            % {"code": given.code, "limit": MAX_NUMBER},
            field="pattern",
            row=place,
        )
    return number
