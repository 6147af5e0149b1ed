"""Form and sheet read the same text as the same, or refuse it both."""

import ast
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from procurement import clock
from procurement.input.typed import DayInput, MomentInput, RupiahInput, TypedText, WholeInput
from procurement.spreadsheets.values import DayWidget, RupiahWidget, TextWidget, WholeWidget

AMOUNTS = [
    "1250000", "1.250.000", "1,250,000", "Rp 1.250.000,00", "Rp. 75.000", "IDR 75.000", "75.00", "75,000", "75,5",
    "1,250,000.00", "-5", "1 250 000", "٧٥٠٠٠", "75.000,-", "1e5", "5²", "", "Rp", "9" * 20, "0075000",
]  # fmt: skip
NUMBERS = [
    "5000",
    "5.000",
    "1.000",
    "5,000",
    "5,5",
    "5.0",
    "5.00",
    "-5",
    "− 5",
    "５",
    "lima",
    "1 000",
    "",
    "9" * 20,
]
DAYS = [
    "2026-12-31",
    "31/12/2026",
    "31 Desember 2026",
    "31/12/9999",
    "31/12/26",
    "12/31/2026",
    "",
    "31-12-2026",
]
TEXTS = ["Kafe\u0301", "Kaf\u200bé", " a  b ", "Bаtik", "a\x07b", "", "ꦧꦠꦶꦏ꧀"]


def by_form(field: forms.Field, text: str) -> Any:
    try:
        return field.clean(text) or None
    except ValidationError:
        return "refused"


def by_sheet(widget: Any, text: str) -> Any:
    try:
        return widget.clean(text) or None
    except ValueError:
        return "refused"


@pytest.mark.parametrize("text", AMOUNTS)
def test_amounts(text: str) -> None:
    found = by_form(RupiahInput(required=False), text)
    assert found == by_sheet(RupiahWidget(10**15), text)


@pytest.mark.parametrize("text", NUMBERS)
def test_whole_numbers(text: str) -> None:
    found = by_form(WholeInput(required=False, min_value=1, max_value=10_000_000), text)
    assert found == by_sheet(WholeWidget(1, 10_000_000), text)


def test_a_thousand_with_its_dot_is_a_thousand() -> None:
    assert WholeInput().clean("1.000") == 1_000


@pytest.mark.parametrize("text", DAYS)
def test_days(text: str) -> None:
    assert by_form(DayInput(required=False), text) == by_sheet(DayWidget(), text)


@pytest.mark.parametrize("text", TEXTS)
def test_texts(text: str) -> None:
    assert by_form(TypedText(required=False), text) == by_sheet(TextWidget(), text)


def test_lines_stay_lines_in_a_large_box() -> None:
    assert TypedText(widget=forms.Textarea()).clean("a\r\n b  c") == "a\nb c"


def test_what_was_typed_stays_in_the_box() -> None:
    class Form(forms.Form):
        amount = RupiahInput()
        pieces = WholeInput(widget=forms.NumberInput(attrs={"class": "x"}))
        day = DayInput()

    form = Form({"amount": "75,000", "pieces": "1,000", "day": "31/12/9999"})
    assert not form.is_valid()
    drawn = str(form)
    assert 'value="75,000"' in drawn
    assert 'value="1,000"' in drawn
    assert 'type="number"' not in drawn
    assert form.errors["day"] == [
        f"Tanggal 31-12-9999 tidak mungkin. Isi tanggal dari 01-01-2000 sampai {clock.latest_day():%d-%m-%Y}."
    ]
    assert "dua cara" in form.errors["amount"][0]


def test_a_day_object_is_bounded_too() -> None:
    with pytest.raises(ValidationError):
        DayInput().clean(date(9999, 12, 31))


def test_a_deadline_is_no_week_and_says_the_days_that_can_be() -> None:
    today = clock.today()
    field = MomentInput(first=lambda: today, last=lambda: today + timedelta(days=366))
    assert field.clean("2026-12-31T17:00") == datetime(2026, 12, 31, 17, tzinfo=clock.JAKARTA)
    for text in ("2026-W50", "2026-W50-1", "2026-12", "2026-12-31"):
        with pytest.raises(ValidationError, match=r"31-12-2026 17\.00"):
            field.clean(text)
    with pytest.raises(ValidationError, match=f"Isi tanggal dari {today:%d-%m-%Y} sampai"):
        field.clean("31-12-9999 17.00")


APPS = ("accounts", "buyers", "documents", "expo", "msmes", "orders")
OWN = {"IntegerField", "DecimalField", "FloatField", "DateField", "DateTimeField", "CharField"}


def test_no_form_reads_numbers_days_or_texts_in_a_way_of_its_own() -> None:
    """Hidden keys and ids of rows are written by us and read by Django; a password is taken letter by letter."""
    found = []
    for path in sorted(path for app in APPS for path in (Path(settings.BASE_DIR) / app).rglob("forms*")):
        for file in [path] if path.suffix == ".py" else sorted(path.glob("*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr in OWN
                    and isinstance(node.func.value, ast.Name)
                    and node.func.value.id == "forms"
                ):
                    text = ast.unparse(node)
                    if not any(own in text for own in ("HiddenInput", "PasswordInput", "2 ** 63")):
                        found.append(f"{file.name}:{node.lineno} {text[:60]}")
    assert found == []
