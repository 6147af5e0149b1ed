"""How values are written on papers. Never by locale: a decimal comma from the system would break a page."""

from collections.abc import Iterable
from datetime import date

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from procurement import money
from procurement.language import terbilang

register = template.Library()


@register.filter
def amount(value: int | None) -> str:
    """``1.250.000``: a figure in a column whose head says Rp."""
    return "–" if value is None else f"{int(value):,}".replace(",", ".")


@register.filter
def rp(value: int | None) -> str:
    """``Rp1.250.000``."""
    return money.rupiah(value)


@register.filter
def figure(value: str | int | None, language: str = "id") -> str:
    """A cell of a table: a whole number with its thousands set apart, a text as it is."""
    if value is None:
        return "–"
    if not isinstance(value, int):
        return str(value)
    return f"{value:,}" if language == "en" else f"{value:,}".replace(",", ".")


@register.filter
def with_kinds(row: Iterable[object], kinds: Iterable[str]) -> list[tuple[object, str]]:
    """The cells of a row, each with the kind of its column: figures are aligned right, also where one is missing."""
    return list(zip(row, kinds, strict=True))


@register.simple_tag
def fact_row(label: object, value: object, optional: bool = False) -> SafeString:
    """A row of ``<table class="facts">``; an optional one is not there without a value."""
    if optional and not value:
        return SafeString("")
    return format_html("<tr><th>{}</th><td>{}</td></tr>", label, value)


@register.filter
def long_date(value: str | date | None) -> str:
    """``23 Agustus 2022`` from an ISO day."""
    return terbilang.long_date(_day(value)) if value else "–"


@register.filter
def short_date(value: str | date | None) -> str:
    """``23-08-2022``: for narrow columns."""
    return f"{_day(value):%d-%m-%Y}" if value else "–"


@register.filter
def day_in_words(value: str | date) -> str:
    """``Selasa, tanggal dua puluh tiga bulan Agustus tahun dua ribu dua puluh dua``."""
    return terbilang.date_in_words(_day(value))


@register.filter
def sentence(value: str) -> str:
    """The first letter large, the rest as it is."""
    return value[:1].upper() + value[1:]


def _day(value: str | date) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
