"""Amounts and dates in Indonesian words, as legal papers write them.

Our own, because the library that exists is wrong for 1.001.691 and adds "koma nol nol" to whole rupiah.
"""

from datetime import date
from decimal import Decimal

from procurement.money import LARGEST_RUPIAH

UNITS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
SCALES = ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"), (10**3, "ribu"))
LIMIT = int(LARGEST_RUPIAH) + 1

DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def _below_thousand(number: int) -> list[str]:
    """1 … 999 in words; *se-* means one before belas, puluh and ratus."""
    words: list[str] = []
    hundreds, rest = divmod(number, 100)
    if hundreds:
        words += ["seratus"] if hundreds == 1 else [UNITS[hundreds], "ratus"]
    tens, ones = divmod(rest, 10)
    if rest == 10:
        words.append("sepuluh")
    elif rest == 11:
        words.append("sebelas")
    elif tens == 1:
        words += [UNITS[ones], "belas"]
    else:
        if tens:
            words += [UNITS[tens], "puluh"]
        if ones:
            words.append(UNITS[ones])
    return words


def in_words(number: int) -> str:
    """A whole number from 0 to 999 trillion in words.

    *Seribu* is used only for exactly one thousand: 1.001.000 is "satu juta seribu", 21.000 is
    "dua puluh satu ribu", and a million is always "satu juta".
    """
    if number < 0 or number >= LIMIT:
        raise ValueError("only whole numbers from 0 up to 999.999.999.999.999 can be written in words")
    if number == 0:
        return UNITS[0]
    words: list[str] = []
    for size, name in SCALES:
        group, number = divmod(number, size)
        if group == 1 and name == "ribu":
            words.append("seribu")
        elif group:
            words += [*_below_thousand(group), name]
    return " ".join(words + _below_thousand(number))


def rupiah_in_words(amount: Decimal | int) -> str:
    """The *terbilang* line: ``satu juta seribu enam ratus sembilan puluh satu rupiah``."""
    if amount != int(amount):
        raise ValueError("rupiah on papers are whole")
    return f"{in_words(int(amount))} rupiah"


def day_name(day: date) -> str:
    """``Selasa``."""
    return DAYS[day.weekday()]


def month_name(day: date) -> str:
    """``Agustus``."""
    return MONTHS[day.month - 1]


def roman_month(day: date) -> str:
    """``VIII``: the month as document numbers write it."""
    return ROMAN_MONTHS[day.month - 1]


def long_date(day: date) -> str:
    """``23 Agustus 2022``."""
    return f"{day.day} {month_name(day)} {day.year}"


def date_in_words(day: date) -> str:
    """The opening of minutes: ``Selasa, tanggal dua puluh tiga bulan Agustus tahun dua ribu dua puluh dua``."""
    return f"{day_name(day)}, tanggal {in_words(day.day)} bulan {month_name(day)} tahun {in_words(day.year)}"
