"""The columns of a list: how a value is shown in a cell, and what an export writes for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString

from procurement import clock
from procurement.templatetags.page import state_badge
from procurement.templatetags.states import look_of
from procurement.templatetags.words import angka, rupiah, tanggal, utuh, waktu

MEASURES = ("money", "number", "date", "moment")


@dataclass(frozen=True, slots=True)
class ListCell:
    """A cell as drawn: ``html`` is safe; on a phone ``label`` is shown beside it."""

    label: str
    html: "SafeString | str"
    css: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    ``value`` is an attribute path (``institution.name``, methods are called) or a function of the row; by default
    the ``key``. ``kind`` is ``text``, ``money``, ``number``, ``date``, ``moment`` or ``state`` (with ``flow``).
    ``sort`` is the database path that sorts by it. ``link`` gives the address that the cell leads to. ``html``
    draws the whole cell (a function of the row that gives safe HTML); ``note`` a second, smaller line. ``export``
    gives what a file holds instead of the value. ``lead`` is the title of the card on a phone; ``phone=False``
    leaves it out there; ``shown=False`` keeps it for exports only.
    """

    key: str
    label: "str | Promise"
    value: "str | Callable[[Any], Any]" = ""
    kind: str = "text"
    flow: str = ""
    sort: str = ""
    link: Callable[[Any], str] | None = None
    html: "Callable[[Any], SafeString | str] | None" = None
    note: "str | Callable[[Any], Any]" = ""
    export: Callable[[Any], Any] | None = None
    lead: bool = False
    phone: bool = True
    shown: bool = True

    @property
    def is_measure(self) -> bool:
        return self.kind in MEASURES

    @property
    def css_classes(self) -> str:
        names = [self.kind if self.is_measure else ""]
        names += ["lead-cell"] if self.lead else []
        names += [] if self.phone else ["phone-hide"]
        return " ".join(name for name in names if name)

    def value_of(self, row: Any) -> Any:
        return _resolve(row, self.value or self.key)

    def cell(self, row: Any, *, label: str, css: str) -> ListCell:
        """The cell of a row; ``label`` and ``css`` are those of the column, which a list works out once."""
        if self.html:
            drawn: SafeString | str = self.html(row)
        else:
            drawn = self._drawn(row)
            address = self.link(row) if self.link else ""
            if address:
                drawn = format_html('<a href="{}">{}</a>', address, drawn)
        note = _resolve(row, self.note) if self.note else None
        if note not in (None, ""):
            drawn = format_html("<span>{}<small>{}</small></span>", drawn, utuh(note))
        is_blank = drawn in ("", "–") and not self.lead
        return ListCell(label, drawn, f"{css} blank".strip() if is_blank else css)

    def _drawn(self, row: Any) -> "SafeString | str":
        value = self.value_of(row)
        if self.kind == "state":
            return state_badge(self.flow, value) if value not in (None, "") else "–"
        if value is None or value == "":
            return "–"
        if self.kind == "money":
            return rupiah(value)
        if self.kind == "number":
            return angka(value)
        if self.kind == "date":
            return tanggal(value)
        if self.kind == "moment":
            return waktu(value)
        return utuh(value)

    def export_of(self, row: Any) -> Any:
        """What a file holds: numbers and dates as such, a state by its word, everything else as text."""
        value = self.export(row) if self.export else self.value_of(row)
        if value is None:
            return None
        if self.kind == "state" and not self.export:
            return str(look_of(self.flow, value).word) if value != "" else None
        if isinstance(value, datetime):
            local = value.astimezone(clock.JAKARTA) if value.tzinfo else value
            return local.replace(tzinfo=None, microsecond=0)
        if isinstance(value, bool) or (not isinstance(value, (int, float, date)) and not _is_decimal(value)):
            return str(value)
        return value


def _is_decimal(value: Any) -> bool:
    return type(value).__name__ == "Decimal"


def _resolve(row: Any, what: "str | Callable[[Any], Any]") -> Any:
    if callable(what):
        return what(row)
    value = row
    for part in what.split("."):
        if value is None:
            return None
        value = value.get(part) if isinstance(value, dict) else getattr(value, part)
        if callable(value):
            value = value()
    return value
