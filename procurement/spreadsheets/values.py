"""Parsing cells. Each widget gives the value, None for an empty cell, or a ``ValueError`` with the sentence.

An import never guesses: a number that can be read two ways is refused with the way to write it.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.widgets import Widget

from procurement.input import written
from procurement.spreadsheets.confinement import Formula
from procurement.spreadsheets.unpacking import MAX_TEXT

_DIGITS_OF_A_FLOAT = 15
#: Where a row keeps the values that were read from it; no heading looks like it.
READ_ALREADY = "\x00values"


class SheetField(Field):
    """A column: its heading, where its value goes, what it means, and what the template says of it.

    An empty cell leaves what is there as it is; so a sheet with few columns filled in erases nothing.
    ``group`` says to which row of the database it belongs, ``needed`` that a new such row cannot be without it.
    """

    def __init__(
        self,
        heading: str,
        attribute: str,
        widget: Widget,
        *,
        group: str = "",
        needed: bool = False,
        hint: Any = "",
        example: Any = None,
        width: int = 16,
    ) -> None:
        super().__init__(attribute=attribute, column_name=heading, widget=widget, saves_null_values=False)
        self.group, self.needed = group, needed
        self.hint, self.example, self.width = hint, example, width

    def clean(self, row: Any, **kwargs: Any) -> Any:
        """The value of the cell; read once per row, however many rules ask for it (see :data:`READ_ALREADY`)."""
        known = row.get(READ_ALREADY)
        if known is None:
            return super().clean(row, **kwargs)
        if self.column_name not in known:
            try:
                known[self.column_name] = (super().clean(row, **kwargs), None)
            except ValueError as error:
                known[self.column_name] = (None, error)
        value, refusal = known[self.column_name]
        if refusal is not None:
            raise refusal
        return value


class CellWidget(Widget):
    """Refuses formulas and errors before anything else; exports plain values."""

    is_text = False
    choices: tuple[str, ...] = ()

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        if isinstance(value, Formula):
            raise ValueError(
                _("sel ini berisi rumus atau galat (%(text)s). Salin lalu tempel sebagai nilai.")
                % {"text": value.text}
            )
        if isinstance(value, str) and not written.text(value):
            value = None
        return None if value is None else self.read(value)

    def read(self, value: Any) -> Any:
        return value

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return value


class TextWidget(CellWidget):
    """Text on one line or several; numbers that a spreadsheet made of digits become text again."""

    is_text = True

    def __init__(self, most: int = MAX_TEXT, *, lines: bool = False) -> None:
        super().__init__()
        self.most, self.lines = most, lines

    def read(self, value: Any) -> str:
        text = written.text(self.text_of(value), lines=self.lines)
        if len(text) > self.most:
            raise ValueError(
                _("paling panjang %(most)d huruf, sekarang %(count)s. Ringkas isinya.")
                % {"most": self.most, "count": len(text) if len(text) <= MAX_TEXT else f"> {MAX_TEXT}"}
            )
        return text

    def text_of(self, value: Any) -> str:
        if isinstance(value, bool):
            return _("ya") if value else _("tidak")
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return value.isoformat() if isinstance(value, date) else str(value)


class DigitsWidget(TextWidget):
    """A number that names something (NIB, NPWP, account, telephone): text, dots and spaces taken out on wish.

    A spreadsheet that took it for a number has dropped its leading zeros, and of a long one the last digits. It is
    taken only where that would be noticed: ``counted`` says that such a number always has the same number of digits,
    which is checked with the row. A telephone number (``leading_zero``) begins with the one zero that can be put back.
    """

    def __init__(
        self, most: int, *, bare: bool = False, leading_zero: bool = False, counted: bool = False
    ) -> None:
        super().__init__(most)
        self.bare, self.leading_zero, self.counted = bare, leading_zero, counted

    def read(self, value: Any) -> str:
        text = written.of_digits(super().read(value))
        return written.digits(text) if self.bare else text

    def text_of(self, value: Any) -> str:
        text = super().text_of(value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return text
        is_whole = text.isdigit() and len(text) <= _DIGITS_OF_A_FLOAT
        if is_whole and self.leading_zero and text.startswith("8"):
            return f"0{text}"
        if is_whole and self.leading_zero and text.startswith("62"):
            return text
        if is_whole and self.counted:
            return text
        raise ValueError(
            _("tersimpan sebagai bilangan sehingga angkanya berubah. Jadikan sel itu Teks, lalu ketik ulang.")
        )


class CodeWidget(TextWidget):
    """A short code: capitals, digits, dots and dashes."""

    def __init__(self, most: int = 24) -> None:
        super().__init__(most)

    def read(self, value: Any) -> str:
        text = written.code(super().read(value))
        if not re.fullmatch(r"[A-Z0-9][A-Z0-9./_-]*", text):
            raise ValueError(
                _("kode hanya memuat huruf, angka, titik, garis miring, dan strip, tanpa spasi.")
            )
        return text


class WholeWidget(CellWidget):
    """A whole number within limits."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__()
        self.least, self.most = least, most

    def sentence(self) -> str:
        return _("harus bilangan bulat dari %(least)s sampai %(most)s, misalnya %(example)s.") % {
            "least": _grouped(self.least),
            "most": _grouped(self.most),
            "example": max(self.least, min(self.most, 250)),
        }

    def read(self, value: Any) -> Any:
        number = self.number(value)
        if not self.least <= number <= self.most:
            raise ValueError(self.sentence())
        return number

    def number(self, value: Any) -> int:
        """The number in the cell, whatever its limits."""
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise ValueError(self.sentence())
        try:
            return written.number_of(value) if not isinstance(value, str) else self.typed(value)
        except written.Unclear as unclear:
            raise ValueError(
                unclear.sentence if unclear.code == "ambiguous" else self.sentence()
            ) from unclear

    def typed(self, value: str) -> int:
        """The number in a cell of text."""
        return written.whole(value)


class RupiahWidget(WholeWidget):
    """Whole rupiah, as 75000, 75.000 or Rp75.000."""

    def __init__(self, most: int | Decimal = 10**10) -> None:
        super().__init__(1, int(most))

    def sentence(self) -> str:
        return _("harus rupiah bulat dari 1 sampai %(most)s, misalnya 75000 atau 75.000.") % {
            "most": _grouped(self.most)
        }

    def read(self, value: Any) -> Decimal:
        return Decimal(super().read(value))

    def typed(self, value: str) -> int:
        return int(written.amount(value))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return int(value) if value is not None else None


class YesNoWidget(CellWidget):
    """*ya* or *tidak*."""

    choices = ("ya", "tidak")
    _WORDS = {"ya": True, "y": True, "yes": True, "1": True, "true": True, "benar": True}
    _NO_WORDS = {
        "tidak": False,
        "t": False,
        "no": False,
        "n": False,
        "0": False,
        "false": False,
        "bukan": False,
    }

    def read(self, value: Any) -> bool:
        if isinstance(value, bool):
            return value
        text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        found = (self._WORDS | self._NO_WORDS).get(text.casefold())
        if found is None:
            raise ValueError(_("tulis “ya” atau “tidak”."))
        return found

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return None if value is None else ("ya" if value else "tidak")


class ChoiceWidget(CellWidget):
    """One of a fixed list, by its word in the sheet."""

    def __init__(self, words: Mapping[str, str]) -> None:
        """``words`` maps a word of the sheet to the stored value."""
        super().__init__()
        self.words = dict(words)
        self.choices = tuple(self.words)

    def read(self, value: Any) -> str:
        text = str(value).casefold()
        for word, stored in self.words.items():
            if text in (word.casefold(), stored.casefold()):
                return stored
        raise ValueError(_("pilih salah satu: %(choices)s.") % {"choices": ", ".join(self.choices)})

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return next((word for word, stored in self.words.items() if stored == value), value)


class DayWidget(CellWidget):
    """A day: a date cell, or text as 2026-12-31, 31/12/2026 or 31 Desember 2026."""

    def read(self, value: Any) -> date:
        if isinstance(value, datetime):
            return written.within_years(value.date())
        if isinstance(value, date):
            return written.within_years(value)
        return written.day(str(value))


class LookupWidget(CellWidget):
    """A row of another table by its code or name; the table is read once for the whole sheet."""

    is_text = True

    def __init__(self, unknown: Any, name: str) -> None:
        """``unknown`` is the sentence for a word without a row, with ``%(text)s``; ``name`` what exports write."""
        super().__init__()
        self.unknown, self.name = unknown, name
        self.rows: dict[str, Any] = {}

    def know(self, rows: Iterable[Any]) -> None:
        self.rows = {written.key(str(getattr(row, self.name))): row for row in rows}

    def read(self, value: Any) -> Any:
        text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        row = self.rows.get(written.key(text))
        if row is None:
            raise ValueError(str(self.unknown) % {"text": text[:60]})
        return row

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return None if value is None else getattr(value, self.name)


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")
