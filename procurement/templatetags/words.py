"""Filters that turn values into what people read: money, numbers, dates. Built in to every template.

Each comes twice: as HTML that keeps the exact value beside the shown one (``rupiah``, ``tanggal``), and as plain
text for attributes, mails and sentences (``rupiah_text``, ``tanggal_text``).
"""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from procurement import clock, money
from procurement.language.terbilang import MONTHS

register = template.Library()

NOTHING = "–"
ENGLISH_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _safe(drawn: str) -> SafeString:
    """HTML made of numbers and dates alone. A page has hundreds of them, and escaping digits took a tenth of it."""
    return SafeString(drawn)


def _is_english() -> bool:
    return (get_language() or "id").startswith("en")


def _local(moment: datetime) -> datetime:
    return clock.local(moment) if moment.tzinfo else moment


def _day(value: date | datetime) -> date:
    return _local(value).date() if isinstance(value, datetime) else value


@register.filter
def rupiah_text(amount: Decimal | int | None) -> str:
    """``Rp1.250.000`` as plain text."""
    return money.rupiah(None if amount == "" else amount)


@register.filter
def rupiah(amount: Decimal | int | None) -> SafeString | str:
    """The exact amount, never broken over two lines, with its value for copying and for screen readers."""
    if amount is None or amount == "":
        return NOTHING
    number = int(amount)
    return _safe(f'<data class="money" value="{number}">{money.rupiah(number)}</data>')


@register.filter
def rupiah_short(amount: Decimal | int | None) -> SafeString | str:
    """``Rp2,5 M`` with the exact figure on hover; for dashboards and cards, never where an amount is decided."""
    if amount is None or amount == "":
        return NOTHING
    number = int(amount)
    exact, short = money.rupiah(number), money.rupiah_short(number)
    return _safe(f'<data class="money" value="{number}" title="{exact}">{short}</data>')


@register.filter
def angka(value: Decimal | int | float | str | None) -> str:
    """A number with thousand separators: ``5.000``, ``1.250,5``; in English ``5,000``, ``1,250.5``."""
    if value is None or value == "":
        return NOTHING
    if type(value) is int and -1_000 < value < 1_000:
        return str(value)
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return str(value)
    if not number.is_finite():
        return str(value)
    text = f"{number:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if _is_english() else text.translate(str.maketrans(",.", ".,"))


@register.filter
def tanggal_text(value: date | datetime | None) -> str:
    """``31 Juli 2022`` as plain text, the Jakarta day."""
    if not value:
        return NOTHING
    day = _day(value)
    months = ENGLISH_MONTHS if _is_english() else MONTHS
    return f"{day.day} {months[day.month - 1]} {day.year}"


@register.filter
def tanggal(value: date | datetime | None) -> SafeString | str:
    """``31 Juli 2022`` in a ``<time>``."""
    if not value:
        return NOTHING
    return _safe(f'<time datetime="{_day(value).isoformat()}">{tanggal_text(value)}</time>')


@register.filter
def waktu_text(value: datetime | None) -> str:
    """``31 Juli 2022 pukul 14.05 WIB`` as plain text."""
    if not value:
        return NOTHING
    local = _local(value)
    if _is_english():
        return f"{tanggal_text(value)}, {local:%H:%M} WIB"
    return f"{tanggal_text(value)} pukul {local:%H.%M} WIB"


@register.filter
def waktu(value: datetime | None) -> SafeString | str:
    """Day and time of day in Jakarta in a ``<time>``."""
    if not value:
        return NOTHING
    return _safe(f'<time datetime="{_local(value).isoformat()}">{waktu_text(value)}</time>')


def _together(text: str) -> SafeString:
    """Words that stay on one line."""
    return format_html('<span class="together">{}</span>', text)


_LONGEST_TOGETHER = 28
_PIECE = re.compile(
    r'(?P<kept><span class="together">[^<]*</span>|<[^>]*>)|(?<![\w/.-])[^\W_][\w.]*(?:[/-][\w.]+)+'
)
"""A tag, or what is together already: they stay as they are; or a word with hyphens or slashes, at which it breaks."""


@register.filter
def utuh(value: Any) -> SafeString:
    """Text or HTML in which no number of an order or paper breaks at its hyphens; what is copied stays the number.

    The layout does it for the name of the page, a list for its cells, and so do the tags for facts and rows of links.
    """
    return _safe(_PIECE.sub(_whole, conditional_escape(value)))


def _whole(found: re.Match[str]) -> str:
    text = found[0]
    is_number = any(one.isdigit() for one in text) and len(text) <= _LONGEST_TOGETHER
    return text if found["kept"] or not is_number else f'<span class="together">{text}</span>'


@register.filter
def sisa_hari(value: date | datetime | None) -> SafeString | str:
    """How far a day is from today: ``hari ini``, ``besok``, ``3 hari lagi``, ``2 hari yang lalu``. Beside the date."""
    if not value:
        return ""
    days = (_day(value) - clock.today()) // timedelta(days=1)
    if days == 0:
        return _together(_("hari ini"))
    if days == 1:
        return _("besok")
    if days == -1:
        return _("kemarin")
    if days > 0:
        return _together(ngettext("%(days)s hari lagi", "%(days)s hari lagi", days) % {"days": angka(days)})
    said = ngettext("%(days)s hari yang lalu", "%(days)s hari yang lalu", -days)
    return _together(said % {"days": angka(-days)})


@register.filter
def hari(count: int) -> SafeString:
    """``3 hari``; in English ``1 day``, ``3 days``."""
    return _together(ngettext("%(days)s hari", "%(days)s hari", count) % {"days": angka(count)})


@register.filter
def hari_kerja(count: int) -> SafeString:
    """``3 hari kerja``; in English ``1 working day``."""
    return _together(ngettext("%(days)s hari kerja", "%(days)s hari kerja", count) % {"days": angka(count)})


@register.filter
def baris(count: int) -> str:
    """``12 baris``; in English ``1 row``."""
    return ngettext("%(count)s baris", "%(count)s baris", count) % {"count": angka(count)}


@register.filter
def sudah_lewat(value: date | datetime | None) -> bool:
    """Whether the day lies before today."""
    return bool(value) and _day(value) < clock.today()  # type: ignore[arg-type]
