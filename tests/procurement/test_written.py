"""One reader of what people write: the same text means the same everywhere, or is refused with how to write it."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement import clock
from procurement.input import written
from procurement.input.written import Unclear

NBSP, THIN, ZERO_WIDTH, BOM = "\u00a0", "\u2009", "\u200b", "\ufeff"


@pytest.mark.parametrize(
    "text",
    [
        "1250000", "1.250.000", "1,250,000", "1 250 000", "Rp1.250.000", "Rp 1.250.000", "Rp. 1.250.000",
        "rp 1250000,-", "IDR 1.250.000", "idr1250000", "Rp 1.250.000,00", "1.250.000,0", "1,250,000.00",
        "1250000.00", "1250000,00", "0001250000", "Rp1.250.000,--", f"1{NBSP}250{NBSP}000", f"Rp{THIN}1.250.000",
        f"{ZERO_WIDTH}1250000{BOM}",
    ],
)  # fmt: skip
def test_one_amount_in_all_the_ways_that_people_write_it(text: str) -> None:
    assert written.amount(text) == Decimal(1_250_000)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("75,000", "ambiguous"), ("Rp 75,000", "ambiguous"), ("75.00", "invalid"), ("75.0", "invalid"),
        ("7,5", "invalid"), ("1.25", "invalid"), ("1.2500", "invalid"), ("12.50.000", "invalid"),
        ("1.250,000", "invalid"), ("12 34", "invalid"), ("5²", "invalid"), ("٣٤٥", "invalid"),
        ("１２", "invalid"), ("१२", "invalid"), ("½", "invalid"), ("1e6", "invalid"),
        ("0x10", "invalid"), ("satu juta", "invalid"), ("USD 5", "invalid"), ("1_000", "invalid"), ("", "invalid"),
        ("Rp", "invalid"), ("--5", "invalid"), ("+5", "invalid"), ("1.250.000.", "invalid"), ("9" * 16, "too_large"),
    ],
)  # fmt: skip
def test_what_is_no_amount_or_could_be_two_is_refused(text: str, code: str) -> None:
    with pytest.raises(Unclear) as refused:
        written.amount(text)
    assert refused.value.code == code


@pytest.mark.parametrize("text", ["-5", "−5", "–5", "- 5"])
def test_a_negative_number_is_read_so_that_the_limit_can_be_named(text: str) -> None:
    assert written.whole(text) == -5
    assert written.amount(f"{text[0]}Rp5") == -5


@given(
    st.integers(0, 10**15 - 1),
    st.sampled_from(["", "Rp", "Rp ", "IDR ", "rp. "]),
    st.sampled_from(["", ",-", ",00"]),
)
def test_every_amount_is_read_as_it_is_shown(number: int, before: str, after: str) -> None:
    shown = f"{number:,}".replace(",", ".")
    assert written.amount(f"{before}{shown}{after}") == number
    assert written.amount(f"{before}{number}") == number


@given(st.text(max_size=20))
def test_whatever_is_typed_is_a_number_a_day_a_text_or_a_sentence(text: str) -> None:
    for read in (written.amount, written.whole, written.day, written.text, written.code, written.digits):
        with suppress(Unclear):
            read(text)


@pytest.mark.parametrize(
    ("value", "number"), [(5, 5), (5.0, 5), (4.999999999999999, 5), (0.1 + 0.2 + 0.7, 1), (1e14, 10**14)]
)
def test_the_noise_of_binary_fractions_is_passed_over(value: Any, number: int) -> None:
    assert written.number_of(value) == number


@pytest.mark.parametrize("value", [5.5, 1e15, 1e300, float("inf"), float("nan"), 10**15, -(10**15), 4.9999])
def test_a_cell_that_is_no_whole_number_is_refused(value: Any) -> None:
    with pytest.raises(Unclear):
        written.number_of(value)


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-31", "31/12/2026", "31-12-2026", "31.12.2026", "31 Desember 2026", "31 desember 2026",
        "31 December 2026", "31 Des 2026", "31-Des-2026", "31 Dec. 2026", "2026-12-31 00:00:00",
        f"31{NBSP}Desember 2026",
    ],
)  # fmt: skip
def test_one_day_in_all_the_ways_that_people_write_it(text: str) -> None:
    assert written.day(text) == date(2026, 12, 31)


@pytest.mark.parametrize(
    "text",
    ["31/12/26", "12/31/2026", "30 Februari 2026", "31/12/9999", "31/12/1026", "0000-00-00", "2026", "besok",
     "31/12-2026", "46387", "٣١/١٢/٢٠٢٦", "2026-12-31 13:30"],
)  # fmt: skip
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(Unclear):
        written.day(text)


@pytest.mark.parametrize(
    "text", ["Kafé", "Kafe\u0301", "  Kafé ", f"Kaf{ZERO_WIDTH}é", f"{BOM}Kafé", "Ka\u00adfé", "Kafé\u202c"]
)
def test_names_that_look_the_same_are_the_same(text: str) -> None:
    assert written.text(text) == "Kafé"
    assert written.key(text) == written.key("KAFÉ")


@pytest.mark.parametrize("text", ["Bаtik", "Вatik", "Kοpi"])
def test_a_letter_of_another_alphabet_in_a_word_is_named(text: str) -> None:
    with pytest.raises(Unclear, match="abjad lain"):
        written.text(text)


@pytest.mark.parametrize("text", ["Батик", "Ω 10 kΩ", "5 µm", "Ελλάδα", "ꦧꦠꦶꦏ꧀", "Sarung “Gajah” – 2×1 m"])
def test_words_of_one_alphabet_stay_as_they_are(text: str) -> None:
    assert written.text(text) == text


def test_lines_stay_lines() -> None:
    assert written.text("a\r\n  b   c \r\r\nd", lines=True) == "a\nb c\n\nd"


@pytest.mark.parametrize("read", [written.code, written.digits])
def test_codes_lose_what_cannot_be_seen(read: Callable[[str], str]) -> None:
    assert read(f"12{ZERO_WIDTH}34 ") == "1234"
    assert written.digits("01.234.567-8 901") == "012345678901"


@pytest.mark.parametrize("read", [written.code, written.digits, written.of_digits])
@pytest.mark.parametrize("text", ["٠١٢", "９１２", "1²"])
def test_digits_of_other_scripts_are_no_codes(read: Callable[[str], str], text: str) -> None:
    with pytest.raises(Unclear, match="aksara lain"):
        read(text)


MOMENT = datetime(2026, 12, 31, 17)  # noqa: DTZ001 - as it is typed


@pytest.mark.parametrize(
    "text",
    ["2026-12-31T17:00", "2026-12-31T17:00:00", "2026-12-31 17:00", "31-12-2026 17.00", "31/12/2026 17:00",
     "31 Desember 2026 17.00", "31 Desember 2026, pukul 17.00 WIB"],
)  # fmt: skip
def test_one_moment_in_all_the_ways_that_people_write_it(text: str) -> None:
    assert written.moment(text) == MOMENT


@pytest.mark.parametrize(
    "text",
    ["2026-W50", "2026-W50-1", "2026W50", "2026-W50-1T17:00", "2026-12", "2026-12-31", "20261231T1700", "17.00",
     "2026-365T17:00", "31-12-2026 24.00", "31-12-2026 17.60", "31-02-2026 17.00", "2026-12-31T17:00+07:00", "T17:00"],
)  # fmt: skip
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(Unclear, match=r"31-12-2026 17\.00"):
        written.moment(text)


@pytest.mark.parametrize("text", ["2026-W50", "2026-W50-1", "2026W501", "20261231", "2026-365", "2026-12"])
def test_a_week_or_a_month_is_no_day(text: str) -> None:
    with pytest.raises(Unclear, match="31-12-2026"):
        written.day(text)


def test_a_year_that_cannot_be_is_told_the_days_that_can() -> None:
    with clock.at(datetime(2026, 11, 26, 9, tzinfo=clock.JAKARTA)):
        with pytest.raises(Unclear, match=r"01-01-2000 sampai 26-11-2036"):
            written.day("31-12-9999")
        with pytest.raises(Unclear, match=r"26-11-2026 sampai 27-11-2027"):
            written.day("31-12-9999", first=date(2026, 11, 26), last=date(2027, 11, 27))
        with pytest.raises(Unclear, match=r"27-11-2036 tidak mungkin"):
            written.day("27-11-2036")
        assert written.day("26-11-2036") == date(2036, 11, 26)
