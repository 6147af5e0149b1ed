"""The table of amounts in words: each row is a rule that is easy to get wrong."""

from datetime import date
from decimal import Decimal

import pytest

from procurement.language import terbilang

AMOUNTS = {
    0: "nol",
    1: "satu",
    9: "sembilan",
    10: "sepuluh",
    11: "sebelas",
    12: "dua belas",
    19: "sembilan belas",
    20: "dua puluh",
    21: "dua puluh satu",
    99: "sembilan puluh sembilan",
    100: "seratus",
    101: "seratus satu",
    110: "seratus sepuluh",
    111: "seratus sebelas",
    200: "dua ratus",
    999: "sembilan ratus sembilan puluh sembilan",
    1_000: "seribu",
    1_001: "seribu satu",
    1_100: "seribu seratus",
    2_000: "dua ribu",
    11_000: "sebelas ribu",
    21_000: "dua puluh satu ribu",
    100_000: "seratus ribu",
    101_000: "seratus satu ribu",
    1_000_000: "satu juta",
    1_001_000: "satu juta seribu",
    1_001_691: "satu juta seribu enam ratus sembilan puluh satu",
    11_100_000: "sebelas juta seratus ribu",
    100_000_000: "seratus juta",
    1_000_000_000: "satu miliar",
    2_500_000_000: "dua miliar lima ratus juta",
    1_000_000_000_000: "satu triliun",
    1_001_001_001_001: "satu triliun satu miliar satu juta seribu satu",
    999_999_999_999_999: (
        "sembilan ratus sembilan puluh sembilan triliun sembilan ratus sembilan puluh sembilan miliar "
        "sembilan ratus sembilan puluh sembilan juta sembilan ratus sembilan puluh sembilan ribu "
        "sembilan ratus sembilan puluh sembilan"
    ),
}


@pytest.mark.parametrize(("number", "words"), AMOUNTS.items())
def test_in_words(number: int, words: str) -> None:
    assert terbilang.in_words(number) == words


@pytest.mark.parametrize("number", [-1, 10**15])
def test_out_of_range_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        terbilang.in_words(number)


def _back_to_number(words: str) -> int:
    """Read the words again, by an independent rule: units add, scales multiply what was gathered."""
    total = group = 0
    small = {name: value for value, name in enumerate(terbilang.UNITS)}
    scales = {name: size for size, name in terbilang.SCALES}
    pending = 0
    for word in words.split():
        if word in small:
            pending = small[word]
        elif word == "belas":
            group, pending = group + 10 + pending, 0
        elif word == "puluh":
            group, pending = group + 10 * pending, 0
        elif word == "ratus":
            group, pending = group + 100 * pending, 0
        elif word in ("sepuluh", "sebelas"):
            group += 10 if word == "sepuluh" else 11
        elif word == "seratus":
            group += 100
        elif word == "seribu":
            total += 1_000
        else:
            total, group, pending = total + (group + pending) * scales[word], 0, 0
    return total + group + pending


def test_every_number_reads_back() -> None:
    numbers = [*range(12_000), *(7_654_321 * step * step for step in range(1, 3_000))]
    assert [number for number in numbers if _back_to_number(terbilang.in_words(number)) != number] == []


def test_rupiah_in_words() -> None:
    assert terbilang.rupiah_in_words(Decimal(11_100_000)) == "sebelas juta seratus ribu rupiah"
    with pytest.raises(ValueError, match="whole"):
        terbilang.rupiah_in_words(Decimal("0.5"))


def test_dates() -> None:
    day = date(2022, 8, 23)
    assert terbilang.date_in_words(day) == (
        "Selasa, tanggal dua puluh tiga bulan Agustus tahun dua ribu dua puluh dua"
    )
    assert terbilang.long_date(date(2022, 7, 1)) == "1 Juli 2022"
    assert terbilang.day_name(date(2022, 7, 31)) == "Minggu"
    assert [terbilang.roman_month(date(2022, month, 1)) for month in range(1, 13)] == [
        *("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
    ]
