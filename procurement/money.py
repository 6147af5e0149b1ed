"""Rupiah: whole, never floating point. The bounds of what is typed, formatting, and the model field that holds it.

Every bound of an amount or a quantity is here. A price times a quantity can exceed what a column holds although
each of them is allowed, so the value of an order, a part, a pledge or a sale has a bound of its own, which leaves room
for tax on it: code that takes both asks :func:`is_too_much` of their product, and of the sum of products.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import get_language

ZERO = Decimal(0)

DIGITS = 15
"""Of the widest amount that a column holds."""
LARGEST_RUPIAH = Decimal(10) ** DIGITS - 1

LARGEST_VALUE = Decimal(10) ** 13
"""Of one order, of one part of it, of a pledge, of a sale."""
LARGEST_LIMIT = Decimal(10) ** 14
"""Up to which somebody may be allowed to sign."""
LARGEST_PRICE = Decimal(10) ** 10
"""Of one piece."""
LARGEST_QUANTITY = 10_000_000
"""Of pieces on one line."""


def is_whole(amount: Decimal | int | None, least: Decimal | int, most: Decimal | int) -> bool:
    """Whether this is a whole amount within bounds; infinity and what is no number are not."""
    if amount is None or not Decimal(amount).is_finite():
        return False
    return bool(least <= amount <= most and amount == int(amount))


def is_too_much(value: Decimal | int) -> bool:
    """Whether a value, a product of price and quantity or a sum of such, exceeds what one order may be worth."""
    return value > LARGEST_VALUE


if TYPE_CHECKING:
    _DecimalField = models.DecimalField[Any, Any]
else:
    _DecimalField = models.DecimalField


class RupiahField(_DecimalField):
    """Whole rupiah up to 999 trillion: enough for any budget, small enough to catch a typing slip."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_digits"] = DIGITS
        kwargs["decimal_places"] = 0
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        return name, path, args, kwargs


def whole(amount: Decimal, *, rounding: str = ROUND_HALF_UP) -> Decimal:
    """Round to whole rupiah."""
    return amount.quantize(Decimal(1), rounding=rounding)


def rupiah(amount: Decimal | int | None) -> str:
    """``Rp1.250.000``, in English ``Rp1,250,000`` like every other number there; a dash for nothing known."""
    if amount is None:
        return "–"
    sign = "-" if amount < 0 else ""
    return f"{sign}Rp{_grouped(abs(int(amount)))}"


def _grouped(number: int) -> str:
    text = f"{number:,}"
    return text if (get_language() or "id").startswith("en") else text.replace(",", ".")


def short_words() -> tuple[tuple[int, str], ...]:
    """The words behind short amounts in the reader's language: an English reader takes *M* for a million."""
    words = ("tn", "bn", "m") if (get_language() or "id").startswith("en") else ("T", "M", "jt")
    return tuple(zip((10**12, 10**9, 10**6), words, strict=True))


def rupiah_short(amount: Decimal | int | None) -> str:
    """``Rp2,5 M`` (miliar), ``Rp750 jt`` (juta), ``Rp1,2 T`` (triliun); in English ``Rp2.5 bn``, ``m``, ``tn``.

    Exact below a million.
    """
    if amount is None:
        return "–"
    sign = "-" if amount < 0 else ""
    size = abs(int(amount))
    if size < 10**6:
        return rupiah(amount)
    point = "." if (get_language() or "id").startswith("en") else ","
    for limit, word in short_words():
        if size >= limit - limit // 20_000:  # what rounds up to the next word takes it
            whole_part, tenth = divmod((size * 20 + limit) // (limit * 2), 10)
            return f"{sign}Rp{whole_part}{point}{tenth} {word}" if tenth else f"{sign}Rp{whole_part} {word}"
    raise AssertionError("a million is a million")
