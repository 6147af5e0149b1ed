"""Form fields for what people type.

What a text means is said once, in ``procurement.input.written``, for sheets as well.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.utils import from_current_timezone
from django.utils.translation import gettext_lazy as _

from procurement.generics import AnyModelChoiceField
from procurement.input import written
from procurement.input.written import Unclear


def _refusal(field: forms.Field, unclear: Unclear) -> ValidationError:
    """The field's own sentence where it has one for this kind, else the reader's."""
    own = field.error_messages.get(unclear.code)
    return ValidationError(own or unclear.sentence[:1].upper() + unclear.sentence[1:], code=unclear.code)


_LONGEST_NUMBER = 18
"""Digits that every number of a row fits in."""


class TypedText(forms.CharField):
    """Text on one line, or on several in a ``Textarea``: composed, without signs that nobody sees."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if text in self.empty_values:
            return text
        try:
            return written.text(str(text), lines=isinstance(self.widget, forms.Textarea)) or self.empty_value
        except Unclear as unclear:
            raise _refusal(self, unclear) from unclear


class WholeInput(forms.IntegerField):
    """A whole number as ``5000`` or ``5.000``; what could be misread, like ``5,5`` or ``5,000``, is refused.

    Django's own field takes ``1.000`` for one. A browser's number box would empty what it does not understand, so the
    box is one for text with the digits of a telephone.
    """

    default_error_messages = {
        "invalid": _("Tulis bilangan bulat, misalnya 5000 atau 5.000."),
        "min_value": _("Tulis angka paling sedikit %(limit_value)s."),
        "max_value": _("Tulis angka paling banyak %(limit_value)s."),
    }
    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        given = kwargs.get("widget")
        if isinstance(given, forms.NumberInput):
            kwargs["widget"] = forms.TextInput(attrs=given.attrs)
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "numeric", "autocomplete": "off", **super().widget_attrs(widget)}

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values or (isinstance(value, str) and not value.strip()):
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        try:
            return written.whole(str(value))
        except Unclear as unclear:
            raise _refusal(self, unclear) from unclear


class RupiahInput(forms.Field):
    """Whole rupiah as ``1250000``, ``1.250.000`` or ``Rp 1.250.000,00``; anything else is refused, never guessed."""

    default_error_messages = {
        "invalid": _("Tulislah rupiah bulat dengan angka saja, misalnya 1250000 atau 1.250.000."),
        "too_large": _("Nilai itu terlalu besar. Periksa banyaknya angka nol."),
        "negative": _("Tulislah rupiah bulat paling sedikit 0, tanpa tanda minus."),
    }
    widget = forms.TextInput

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "numeric", "autocomplete": "off", "class": "money", "maxlength": "32"}

    def to_python(self, value: Any) -> Decimal | None:
        text = str(value).strip() if value is not None else ""
        if not text:
            return None
        try:
            found = written.amount(text)
        except Unclear as unclear:
            raise _refusal(self, unclear) from unclear
        if found < 0:
            raise ValidationError(self.error_messages["negative"], code="negative")
        return found

    def prepare_value(self, value: Any) -> Any:
        return str(int(value)) if isinstance(value, Decimal) else value


Bound = Callable[[], date]
"""The first or last day that a field takes, as of now."""


class _Bounded:
    """The days that a field takes, for the sentence about a day that cannot be; the verb judges by them."""

    first: Bound | None
    last: Bound | None

    def bounds(self) -> dict[str, date | None]:
        return {
            "first": self.first() if self.first else None,
            "last": self.last() if self.last else None,
        }


class DayInput(_Bounded, forms.DateField):
    """A calendar day; browsers send ISO, people without a date picker write ``31-12-2026`` or ``31 Desember 2026``."""

    default_error_messages = {"invalid": _("Tulis tanggal yang benar, misalnya 31-12-2026.")}

    def __init__(self, *, first: Bound | None = None, last: Bound | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.first, self.last = first, last

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or (isinstance(value, str) and not value.strip()):
            return None
        try:
            if isinstance(value, datetime):
                return written.within_years(value.date(), **self.bounds())
            if isinstance(value, date):
                return written.within_years(value, **self.bounds())
            return written.day(str(value), **self.bounds())
        except Unclear as unclear:
            raise _refusal(self, unclear) from unclear


class MomentInput(_Bounded, forms.DateTimeField):
    """A day and its hour in Jakarta; browsers send ISO, people write ``31-12-2026 17.00``.

    Django's own field takes a week (``2026-W50``) for its Monday, and a day alone for its midnight.
    """

    default_error_messages = {"invalid": _("Tulis tanggal dan jam yang benar, misalnya 31-12-2026 17.00.")}

    def __init__(self, *, first: Bound | None = None, last: Bound | None = None, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        )
        super().__init__(**kwargs)
        self.first, self.last = first, last

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values or (isinstance(value, str) and not value.strip()):
            return None
        if isinstance(value, datetime):
            return from_current_timezone(value)
        try:
            return from_current_timezone(written.moment(str(value), **self.bounds()))
        except Unclear as unclear:
            raise _refusal(self, unclear) from unclear


class RowChoice(AnyModelChoiceField):
    """One row out of a list. A number that no column holds is no row: the database would raise at it."""

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, models.Model) and len(str(value)) > _LONGEST_NUMBER:
            raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": value})
        return super().to_python(value)


NOT_WHOLE = _("Isilah bilangan bulat, misalnya 40.")
