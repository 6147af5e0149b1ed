"""Rupiah: whole, never floating point. Formatting for people, and the model field that holds it."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import models

ZERO = Decimal(0)


class RupiahField(models.DecimalField):
    """Whole rupiah up to 999 trillion: enough for any budget, small enough to catch a typing slip."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_digits"] = 15
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
    """``Rp1.250.000``; a dash for nothing known."""
    if amount is None:
        return "–"
    sign = "-" if amount < 0 else ""
    return f"{sign}Rp{abs(int(amount)):,}".replace(",", ".")


def rupiah_short(amount: Decimal | int | None) -> str:
    """``Rp2,5 M`` (miliar), ``Rp750 jt`` (juta), ``Rp1,2 T`` (triliun); exact below a million."""
    if amount is None:
        return "–"
    sign = "-" if amount < 0 else ""
    size = abs(int(amount))
    if size < 10**6:
        return f"{sign}Rp{size:,}".replace(",", ".")
    for limit, word in ((10**12, "T"), (10**9, "M"), (10**6, "jt")):
        if size >= limit - limit // 20_000:  # what rounds up to the next word takes it
            whole_part, tenth = divmod((size * 20 + limit) // (limit * 2), 10)
            return f"{sign}Rp{whole_part},{tenth} {word}" if tenth else f"{sign}Rp{whole_part} {word}"
    raise AssertionError("a million is a million")
