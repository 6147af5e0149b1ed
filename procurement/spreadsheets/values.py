"""What a cell means. Each widget gives the value, None for an empty cell, or a ``ValueError`` with the sentence.

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

from procurement.spreadsheets.guard import MAX_TEXT
from procurement.spreadsheets.reading import Formula

_WHOLE = re.compile(r"\d{1,20}")
_DOTTED = re.compile(r"\d{1,3}(\.\d{3})+")
_NO_CENTS = re.compile(r"[,.]0{1,2}$|,-$")
_DAY_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d %H:%M:%S")
_MONTHS = (
    "januari", "februari", "maret", "april", "mei", "juni",
    "juli", "agustus", "september", "oktober", "november", "desember",
)  # fmt: skip
_DIGITS_OF_A_FLOAT = 15
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
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
        if isinstance(value, str):
            value = value.replace("\xa0", " ").strip()
        return None if value is None or value == "" else self.read(value)

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
        text = self.text_of(value)
        text = text.replace("\r\n", "\n").replace("\r", "\n") if self.lines else " ".join(text.split())
        if _UNREADABLE.search(text):
            raise ValueError(_("berisi tanda yang tidak dapat dibaca. Ketik ulang isinya."))
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
    """A number that names something (NIB, NPWP, account, telephone): text, dots and spaces taken out on wish."""

    def __init__(self, most: int, *, bare: bool = False, leading_zero: bool = False) -> None:
        super().__init__(most)
        self.bare, self.leading_zero = bare, leading_zero

    def text_of(self, value: Any) -> str:
        text = super().text_of(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            if len(text) > _DIGITS_OF_A_FLOAT or not text.isdigit():
                raise ValueError(
                    _(
                        "tersimpan sebagai bilangan sehingga angkanya berubah. Jadikan sel itu Teks, lalu ketik ulang."
                    )
                )
            if self.leading_zero and text.startswith("8"):
                text = f"0{text}"  # a spreadsheet took the zero of a telephone number away
        return re.sub(r"[\s.\-]", "", text) if self.bare else text


class CodeWidget(TextWidget):
    """A short code: capitals, digits, dots and dashes."""

    def __init__(self, most: int = 24) -> None:
        super().__init__(most)

    def read(self, value: Any) -> str:
        text = super().read(value).upper()
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
        number = whole_number(value)
        if number is None or not self.least <= number <= self.most:
            raise ValueError(self.sentence())
        return number


class RupiahWidget(WholeWidget):
    """Whole rupiah, as 75000, 75.000 or Rp75.000."""

    def __init__(self, most: int | Decimal = 10**10) -> None:
        super().__init__(1, int(most))

    def sentence(self) -> str:
        return _("harus rupiah bulat dari 1 sampai %(most)s, misalnya 75000 atau 75.000.") % {
            "most": _grouped(self.most)
        }

    def read(self, value: Any) -> Decimal:
        if isinstance(value, str):
            value = re.sub(r"^rp\.?\s*", "", value, flags=re.IGNORECASE)
        return Decimal(super().read(value))

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
        """``words`` maps what stands in the sheet to the stored value."""
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
            return value.date()
        if isinstance(value, date):
            return value
        text = str(value)[:40]
        words = text.casefold().split()
        if len(words) == 3 and words[1] in _MONTHS:
            text = f"{words[0]}/{_MONTHS.index(words[1]) + 1}/{words[2]}"
        for form in _DAY_FORMS:
            try:
                found = datetime.strptime(text, form).date()  # noqa: DTZ007 - a calendar day has no zone
            except ValueError:
                continue
            if 2000 <= found.year <= 2100:
                return found
        raise ValueError(_("tulis tanggal yang benar, misalnya 31/12/2026."))


class LookupWidget(CellWidget):
    """A row of another table by its code or name; the table is read once for the whole sheet."""

    is_text = True

    def __init__(self, unknown: Any, name: str) -> None:
        """``unknown`` is the sentence for a word without a row, with ``%(text)s``; ``name`` what exports write."""
        super().__init__()
        self.unknown, self.name = unknown, name
        self.rows: dict[str, Any] = {}

    def know(self, rows: Iterable[Any]) -> None:
        self.rows = {str(getattr(row, self.name)).casefold(): row for row in rows}

    def read(self, value: Any) -> Any:
        text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        row = self.rows.get(" ".join(text.split()).casefold())
        if row is None:
            raise ValueError(str(self.unknown) % {"text": text[:60]})
        return row

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return None if value is None else getattr(value, self.name)


def whole_number(value: Any) -> int | None:
    """The whole number that a cell means, None when it is none: ``75.000`` is grouped, ``75,000`` could be either."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 10**15 else None
    text = str(value).strip() if isinstance(value, str) else ""
    negative, text = text.startswith("-"), text.removeprefix("-").strip()
    if not _DOTTED.fullmatch(text):
        text = _NO_CENTS.sub("", text)
    if _DOTTED.fullmatch(text):
        text = text.replace(".", "")
    if not text.isascii() or not _WHOLE.fullmatch(text):
        return None
    return -int(text) if negative else int(text)


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")
