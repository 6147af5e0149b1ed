"""A place chosen by typing. Scripts show suggestions while one types; without them the page asks which one is meant."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from procurement.input import written
from procurement.input.typed import TypedText
from procurement.models import Regency
from procurement.reference.places import NoSuchPlace, Places

CHOSEN, ASKED = "_pilihan", "_ditanya"
"""Beside the text ``name``: the code of the place that was ticked, and the text for which the page had asked."""

_LONGEST = 120


class PlaceInput(forms.TextInput):
    """A box with suggestions; after a text that is unclear also the places that may be meant, to tick one."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "spellcheck": "false", **(attrs or {})})
        self.offers: list[Regency] = []

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        typed = data.get(name)
        chosen = data.get(name + CHOSEN)
        return chosen if chosen and typed == data.get(name + ASKED) else typed

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        known = str((attrs or {}).get("id") or f"id_{name}")
        described = {
            "list": f"{known}_daftar",
            "hx-get": f"{reverse('procurement:places')}?isian={name}",
            "hx-trigger": "input changed delay:200ms",
            "hx-target": f"#{known}_daftar",
            "hx-swap": "innerHTML",
            "hx-params": name,
            "hx-sync": "this:replace",
        }
        return render_to_string(
            "components/place_input.html",
            {
                "control": super().render(name, value, {**(attrs or {}), **described}, renderer),
                "list_id": described["list"],
                "name": name,
                "value": value,
                "offers": self.offers,
                "chosen": name + CHOSEN,
                "asked": name + ASKED,
                "id": known,
            },
        )


class PlaceField(TypedText):
    """A regency or city; the value is a :class:`Regency`, and ``None`` where it may be left empty.

    A row may say a place in words that are older than the list. What stood there (the form's ``initial``, a text) and
    was left as it is remains: the value is that text. ``also`` names further texts that are accepted as they are.
    """

    widget = PlaceInput

    def __init__(self, *, also: Callable[[], Iterable[str]] | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", _LONGEST)
        super().__init__(**{"empty_value": None, **kwargs})
        self.also = also
        self.stood = ""

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        stood = form.get_initial_for_field(self, field_name)
        self.stood = stood if isinstance(stood, str) and not _is_code(stood) else ""
        return super().get_bound_field(form, field_name)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) and _is_code(value):
            value = (
                Regency.objects.select_related("province").filter(pk=value, is_active=True).first() or value
            )
        return value.label if isinstance(value, Regency) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        before, now = (str(self.prepare_value(one) or "").strip() for one in (initial, data))
        return not self.disabled and before != now

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if text in self.empty_values:
            return None
        if self.stood and written.key(text) == written.key(self.stood):
            return self.stood
        known = {written.key(one): one for one in self.also()} if self.also else {}
        if written.key(text) in known:
            return known[written.key(text)]
        try:
            return Places.load().find(text)
        except NoSuchPlace as unclear:
            widget: Any = self.widget
            widget.offers = unclear.choices
            raise ValidationError(unclear.sentence, code=unclear.code) from unclear

    def run_validators(self, value: Any) -> None:
        if isinstance(value, str):
            super().run_validators(value)


def city_of(place: Regency | str) -> str:
    """What is written as the city: *Surabaya*, *Kota Malang*, or the words that stood there."""
    return place.short if isinstance(place, Regency) else place


def province_of(place: Regency | str, stood: str = "") -> str:
    """The name of its province; what stood there where the place was left as it is."""
    return place.province.name if isinstance(place, Regency) else stood


def _is_code(text: str) -> bool:
    return len(text) == len("35.78") and text[2] == "." and text.replace(".", "").isdigit()
