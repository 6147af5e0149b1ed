"""How wide the columns of a paper's tables are: each takes what its widest figure needs, goods get what is left.

The tables are laid out with fixed columns, which costs the renderer least; so the widths are computed here, from the
advances of the letters that the papers are printed in. Where all columns together need more than the sheet has, the
table is printed in smaller letters, and never is a figure broken.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from documents.models import DocumentKind
from documents.templatetags.papers import amount, figure

SHEET = 172.0
"""Millimetres between the margins."""
SIZES = (8.2, 7.4, 6.6, 5.8, 5.0)
"""Of the letters in points, by the classes ``size0``, ``size1`` … of the style sheet."""
_PADDING = (4.0, 3.4, 2.8, 2.2, 1.8)
"""Millimetres that a cell needs beside its text: padding and rules, by size."""
_POINT = 25.4 / 72
_DIGIT, _SIGN, _LETTER, _CAPITAL = 0.68, 0.34, 0.62, 0.8
"""Advances in em, each a little above that of the heaviest weight in use."""
_WITH_DIGIT = re.compile(r"\S*\d\S*")


def advance(text: str) -> float:
    """About how wide a text is, in em; never less than it is for figures."""
    total = 0.0
    for letter in text:
        if letter.isdigit() or letter in "-+–":
            total += _DIGIT
        elif letter in ".,:;/ '()il|":
            total += _SIGN
        else:
            total += _CAPITAL if letter.isupper() or letter in "mwMW%@" else _LETTER
    return total


@dataclass(frozen=True, slots=True)
class PaperColumn:
    """One column: ``least`` and ``most`` millimetres, and what is printed in it of a row.

    Of a figure everything counts. Of a text only what must not break does: its words that hold a digit.
    """

    least: float
    printed: Callable[[Mapping[str, Any]], str]
    is_figure: bool = True
    most: float = SHEET

    def needs(self, rows: Iterable[Mapping[str, Any]], points: float, padding: float) -> float:
        widest = 0.0
        for row in rows:
            text = self.printed(row)
            for part in (text,) if self.is_figure else _WITH_DIGIT.findall(text):
                widest = max(widest, advance(part))
        return max(self.least, min(self.most, widest * points * _POINT + padding))


@dataclass(frozen=True, slots=True)
class PaperTable:
    """Widths for ``<col>`` in millimetres, as texts that no locale changes; empty for the column of the rest."""

    size: str
    widths: tuple[str, ...]


def _of(name: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda row: amount(row[name])


def _text(*names: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda row: " ".join(str(row.get(name) or "") for name in names)


_NUMBER = PaperColumn(9, lambda row: str(row["position"]))
_UNIT = PaperColumn(17, _text("unit"), most=27)
_PIECES = PaperColumn(16, _of("quantity"))
_PRICE, _AMOUNT = PaperColumn(23.5, _of("price")), PaperColumn(27.5, _of("amount"))
_GOODS = PaperColumn(36, _text("name", "specification", "site"), is_figure=False, most=60)
_BRAND = PaperColumn(19, _text("brand"), is_figure=False, most=40)
_COUNTS = tuple(PaperColumn(15, _of(name)) for name in ("ordered", "delivered", "accepted", "rejected"))

LINES = {
    DocumentKind.QUOTATION: (_NUMBER, _GOODS, _PIECES, _UNIT, _PRICE, _AMOUNT),
    DocumentKind.PURCHASE_ORDER: (_NUMBER, _GOODS, _BRAND, _PIECES, _UNIT, _PRICE, _AMOUNT),
    DocumentKind.DELIVERY_NOTE: (
        _NUMBER,
        _GOODS,
        _PIECES,
        _UNIT,
        PaperColumn(22, _text("condition"), is_figure=False, most=40),
        PaperColumn(31, _text("note"), is_figure=False, most=50),
    ),
    DocumentKind.HANDOVER: (_NUMBER, _GOODS, _UNIT, *_COUNTS, PaperColumn(28, _of("amount"))),
}
"""The columns of the goods on each paper, from left to right."""
_SUPPLIERS = (
    PaperColumn(9, lambda row: str(row["number"])),
    PaperColumn(34, _text("name"), is_figure=False, most=60),
    PaperColumn(30, _text("district"), is_figure=False, most=40),
    PaperColumn(29, _text("nib")),
    PaperColumn(33, _text("npwp")),
    PaperColumn(17, lambda row: "non-PKP"),
)


def of_lines(kind: DocumentKind, content: Mapping[str, Any]) -> PaperTable | None:
    """The columns of the goods; ``None`` for a paper without any."""
    columns = LINES.get(kind)
    return _fitted(columns, content.get("lines", ())) if columns else None


def of_suppliers(content: Mapping[str, Any]) -> PaperTable:
    """The columns of the MSMEs behind a quotation."""
    rows = [row | {"number": number} for number, row in enumerate(content.get("suppliers", ()), 1)]
    return _fitted(_SUPPLIERS, rows)


def _fitted(columns: Sequence[PaperColumn], rows: Sequence[Mapping[str, Any]]) -> PaperTable:
    """The largest letters with which all columns fit side by side; the second column takes what is left."""
    for place, points in enumerate(SIZES):
        needed = [column.needs(rows, points, _PADDING[place]) for column in columns]
        if sum(needed) <= SHEET:
            break
    widths = [f"{width:.1f}" for width in needed]
    widths[1] = ""
    return PaperTable(f"size{place}", tuple(widths))


def size_of_report(table: Mapping[str, Any], language: str) -> str:
    """The class for the letter size of a table in the report; its columns find their own widths."""
    for place, points in enumerate(SIZES):
        columns = zip(*table["rows"], strict=True) if table["rows"] else ()
        total = 0.0
        for heading, kind, cells in zip(table["headings"], table["kinds"], columns, strict=False):
            words = max((advance(word) * 1.05 for word in heading.split()), default=0.0)
            texts = [figure(cell, language) for cell in cells]
            parts = texts if kind != "text" else [word for text in texts for word in text.split()]
            widest = max([words, *map(advance, parts)], default=0.0)
            total += widest * points * _POINT + _PADDING[place]
        if total <= SHEET:
            break
    return f"size{place}"
