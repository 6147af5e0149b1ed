"""How charts look: the colours on white and on dark ground, and how numbers and dates are written."""

from typing import Any

from django.utils.translation import get_language

from procurement.language.terbilang import MONTHS
from procurement.templatetags.words import ENGLISH_MONTHS

Spec = dict[str, Any]

_INK = {"light": "#17212e", "dark": "#e4e9f0"}
_MUTED = {"light": "#55616f", "dark": "#a3afbd"}
_LINE = {"light": "#dfe4ea", "dark": "#2c3745"}
_STRONG = {"light": "#b9c2cd", "dark": "#47566a"}
_BLUE = {"light": "#123f7b", "dark": "#93bbf2"}
_STAGES = {
    "light": ["#f2cf8b", "#dc9a2c", "#a5610b", "#a9c3e6", "#6f9ad0", "#3a6db1", "#17603a", "#9aa4b0"],
    "dark": ["#6f5420", "#b58432", "#f3c26b", "#2f5688", "#5287c9", "#93bbf2", "#85d5a6", "#6b7787"],
}
"""In the order of the stages: amber waits, blue is at work, green is done; as the states of orders are coloured."""


def _theme(mode: str) -> Spec:
    return {
        "background": None,
        "font": "Inter, system-ui, sans-serif",
        "view": {"stroke": None},
        "range": {"category": _STAGES[mode]},
        # The table beside the chart has what axes and legends say; Vega would describe them in English.
        "axis": {
            "aria": False,
            "labelColor": _MUTED[mode],
            "titleColor": _MUTED[mode],
            "gridColor": _LINE[mode],
            "domainColor": _STRONG[mode],
            "tickColor": _STRONG[mode],
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
        },
        "legend": {
            "aria": False,
            "labelColor": _INK[mode],
            "labelFontSize": 12,
            "orient": "top",
            "direction": "horizontal",
            "title": None,
            "symbolType": "square",
            "columns": 4,
        },
        "text": {"color": _INK[mode], "fontSize": 12},
        "bar": {"color": _BLUE[mode]},
        "rule": {"color": _INK[mode]},
    }


THEMES: dict[str, Spec] = {mode: _theme(mode) for mode in ("light", "dark")}
"""``config`` of a chart on white and on dark ground; the colours of ``static/site.css``."""


def locale() -> dict[str, Spec]:
    """Numbers and dates as the reader's language writes them: ``formatLocale`` and ``timeFormatLocale`` of d3."""
    english = (get_language() or "id").startswith("en")
    months = list(ENGLISH_MONTHS if english else MONTHS)
    days = (
        ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
        if english
        else ["Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"]
    )
    decimal, thousands = (".", ",") if english else (",", ".")
    return {
        "formatLocale": {
            "decimal": decimal,
            "thousands": thousands,
            "grouping": [3],
            "currency": ["Rp", ""],
        },
        "timeFormatLocale": {
            "dateTime": "%A %e %B %Y %H.%M",
            "date": "%d/%m/%Y",
            "time": "%H.%M",
            "periods": ["AM", "PM"],
            "days": days,
            "shortDays": [day[:3] for day in days],
            "months": months,
            "shortMonths": [month[:3] for month in months],
        },
    }
