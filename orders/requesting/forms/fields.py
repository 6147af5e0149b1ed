"""Fields that forms of orders share: whole numbers as people write them, days, and drop-downs drawn once."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from procurement import clock
from procurement.input.keys import keys_of
from procurement.input.typed import DayInput, WholeInput


class QuickInput(forms.TextInput):
    """An ``<input>`` drawn without a template: a form of hundreds of lines has thousands of them."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        final = self.build_attrs({"type": self.input_type, **self.attrs}, {**(attrs or {}), "name": name})
        shown = self.format_value(value)
        if shown is not None:
            final["value"] = shown
        return format_html("<input{}>", flatatt(final))


class QuickDay(QuickInput):
    """The same for a calendar day."""

    input_type = "date"

    def format_value(self, value: Any) -> str | None:
        return value.isoformat() if isinstance(value, date) else super().format_value(value)


class QuickArea(forms.Textarea):
    """The same for longer text."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        final = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        return format_html("<textarea{}>\n{}</textarea>", flatatt(final), self.format_value(value) or "")


class WholeNumberField(WholeInput):
    """A whole number in a box that is drawn without a template."""

    widget = QuickInput


class DayField(DayInput):
    """A calendar day; browsers send ISO, people without a date picker may write day-month-year."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", QuickDay)
        kwargs.setdefault("first", clock.today)
        super().__init__(**kwargs)


class SharedOptions:
    """The options of a drop-down that every line repeats: rendered once, selected per line.

    ``groups`` are (heading, [(key, label)]); an empty heading makes no group.
    """

    def __init__(self, groups: Iterable[tuple[str, Sequence[tuple[int, str]]]], empty: str = "") -> None:
        groups = [(heading, list(options)) for heading, options in groups]
        self.keys = frozenset(key for _heading, options in groups for key, _label in options)
        parts = [format_html('<option value="">{}</option>', empty)]
        for heading, options in groups:
            drawn = format_html_join("", '<option value="{}">{}</option>', options)
            parts.append(
                format_html('<optgroup label="{}">{}</optgroup>', heading, drawn) if heading else drawn
            )
        self._html = "".join(parts)

    def html(self, selected: Any) -> SafeString:
        """The options, the selected one marked; an unknown key marks none."""
        text = self._html
        key = next(iter(keys_of([str(selected or "")])), None)
        if key in self.keys:
            text = text.replace(f'<option value="{key}">', f'<option value="{key}" selected>', 1)
        return mark_safe(text)  # noqa: S308 - built by format_html above


class SharedSelect(forms.Select):
    """A ``<select>`` whose options come from :class:`SharedOptions`."""

    shared = SharedOptions([])

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        final = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        return format_html("<select{}>{}</select>", flatatt(final), self.shared.html(value))


class PickField(forms.Field):
    """One key of a :class:`SharedOptions`, or None; costs no query."""

    widget = SharedSelect

    def offer(self, options: SharedOptions) -> None:
        """Let the person choose from these."""
        self.options = options
        self.widget.shared = options

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 16 and int(text) in self.options.keys):
            raise ValidationError(_("Pilihan ini tidak ada. Pilih dari daftar."))
        return int(text)
