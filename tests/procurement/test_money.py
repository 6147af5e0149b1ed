"""Rupiah for people."""

from decimal import Decimal

import pytest

from procurement.money import rupiah, rupiah_short


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "Rp0"),
        (1_250_000, "Rp1.250.000"),
        (Decimal(-5_000), "-Rp5.000"),
        (None, "–"),
    ],
)
def test_rupiah(amount: Decimal | int | None, text: str) -> None:
    assert rupiah(amount) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (999_999, "Rp999.999"),
        (1_000_000, "Rp1 jt"),
        (2_500_000_000, "Rp2,5 M"),
        (10_000_000_000, "Rp10 M"),
        (1_230_000_000_000, "Rp1,2 T"),
        (999_900_000, "Rp999,9 jt"),
        (999_960_000, "Rp1 M"),
        (-2_500_000_000, "-Rp2,5 M"),
    ],
)
def test_rupiah_short(amount: int, text: str) -> None:
    assert rupiah_short(amount) == text
