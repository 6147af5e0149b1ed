"""What a document number looks like: a pattern with named fields and nothing else.

Real ones differ (``001/SP/KUMKM/VII/2022``, ``10/SPK/PPK.05/11/2021``), so the pattern is a setting of each
organisation. It is checked before it is kept: an unknown field, an attribute look-up or a wild width is refused.
"""

import re
from dataclasses import dataclass
from datetime import date
from string import Formatter

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from procurement.language.terbilang import roman_month

DEFAULT_PATTERN = "{sequence:03d}/{code}/{owner}/{roman_month}/{year}"
MAX_PATTERN = 80

# Field → the widths it may be given. Only numbers take one, and only zero-padded up to nine digits.
_PADDED = re.compile(r"(0[1-9]d)?\Z")
_PLAIN = re.compile(r"\Z")
FIELDS = {
    "sequence": _PADDED,
    "code": _PLAIN,
    "owner": _PLAIN,
    "roman_month": _PLAIN,
    "month": _PADDED,
    "year": _PLAIN,
}


@dataclass(frozen=True, slots=True)
class NumberParts:
    """What fills a pattern."""

    sequence: int
    code: str
    owner: str
    on: date

    def fill(self, pattern: str) -> str:
        """The number; ``pattern`` has been checked."""
        return pattern.format(
            sequence=self.sequence,
            code=self.code,
            owner=self.owner,
            roman_month=roman_month(self.on),
            month=self.on.month,
            year=self.on.year,
        )


def fields_of(pattern: str) -> set[str]:
    """The fields a pattern names; raises ``ValidationError`` for anything that is not one of :data:`FIELDS`."""
    try:
        pieces = list(Formatter().parse(pattern))
    except ValueError as error:
        raise ValidationError(
            _("Pola nomor tidak dapat dibaca. Periksa pasangan tanda kurung kurawal.")
        ) from error
    used: set[str] = set()
    for _literal, name, spec, conversion in pieces:
        if name is None:
            continue
        if name not in FIELDS or conversion or not FIELDS[name].match(spec or ""):
            known = ", ".join(f"{{{field}}}" for field in FIELDS)
            raise ValidationError(
                _("Pola nomor hanya boleh memakai %(known)s, misalnya {sequence:03d}.") % {"known": known}
            )
        used.add(name)
    return used


def text_of(pattern: str, code: str) -> str:
    """What a pattern of this code always writes, with a mark for each field that varies: equal ones may clash."""
    try:
        pieces = list(Formatter().parse(pattern))
    except ValueError:
        return pattern
    return "".join(
        literal + (code if name == "code" else "" if name is None else f"\0{name}\0")
        for literal, name, _spec, _conversion in pieces
    )


def validate_pattern(pattern: str) -> None:
    """Refuse a pattern that could give two papers the same number, or that does not look like a number."""
    used = fields_of(pattern)
    if "sequence" not in used:
        raise ValidationError(_("Pola nomor harus memuat {sequence} agar setiap nomor berbeda."))
    if any(ord(letter) < 32 for letter in pattern):
        raise ValidationError(_("Pola nomor tidak boleh memuat karakter kendali."))
