"""Rupiah for people."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from procurement.input.typed import RupiahInput
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


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (1_000_000, "Rp1 m"),
        (750_000_000, "Rp750 m"),
        (1_000_000_000, "Rp1 bn"),
        (2_500_000_000, "Rp2.5 bn"),
        (1_230_000_000_000, "Rp1.2 tn"),
        (-2_500_000_000, "-Rp2.5 bn"),
    ],
)
def test_an_english_reader_does_not_take_a_billion_for_a_million(amount: int, text: str) -> None:
    with override("en"):
        assert rupiah_short(amount) == text


@pytest.mark.parametrize(
    "typed", ["1250000", "1.250.000", "1,250,000", "Rp1.250.000", "rp 1250000,-", "0001250000"]
)
def test_rupiah_are_read_as_people_type_them(typed: str) -> None:
    assert RupiahInput().clean(typed) == Decimal(1_250_000)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("-5", "rupiah bulat"),
        ("1500,5", "rupiah bulat"),
        ("1.25", "rupiah bulat"),
        ("٣٤٥", "rupiah bulat"),
        ("1000000000000000", "terlalu besar"),
        ("99.999.999.999.999.999.999", "terlalu besar"),
    ],
)
def test_what_is_no_amount_is_refused_with_what_is_wrong(typed: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        RupiahInput().clean(typed)
