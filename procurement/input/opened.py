"""Which content of a row somebody saw when they opened its form: two tabs must not overwrite each other in silence.

The page of every form that changes a row carries a short word for what it showed (``versi``). The verb asks, once it
holds the row, whether the row still says the same; if not, nothing is written, and the page shows what is stored beside
what was typed. The same form sent again after that replaces what is stored, knowingly.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _

from procurement.errors import ContentChanged
from procurement.models import Event
from procurement.templatetags.words import rupiah, tanggal_text, waktu_text

VERSION = "versi"
"""The hidden input that carries it; ``components/error_summary.html`` draws it."""

Unchanged = Callable[[], None]
"""Raises :class:`ContentChanged` unless the row still says what its form showed; called under the row's lock."""


def anything() -> None:
    """For callers of a verb that did not read the row in a form: a sheet, a program, a command."""


class Opened:
    """A form of a row, and what stood in it when the page was opened. It is an :data:`Unchanged`."""

    do_not_call_in_templates = True  # a template would ask the verb's question instead of reading the version

    def __init__(
        self,
        request: HttpRequest,
        form: forms.BaseForm,
        again: Callable[[], forms.BaseForm],
        *,
        stream: str = "",
        others: Iterable[str] = (),
    ) -> None:
        """``again`` is the form as it would be opened now, ``stream`` the trail that says who changed the row.

        ``others`` are those of further rows that the form shows.
        """
        self.form, self.again, self.streams = form, again, [stream, *others]
        self.is_sent = request.method == "POST"
        self.version = request.POST.get(VERSION, "") if self.is_sent else version_of(form)
        self.stored: list[tuple[str, str]] = []
        # ``components/error_summary.html`` draws the version of any form; only those of rows have one.
        form.opened = self  # type: ignore[attr-defined]

    def __call__(self) -> None:
        now = self.again()
        version = version_of(now)
        if self.version == version:
            return
        is_missing, self.version = not self.version, version
        self.stored = [
            (str(field.label), _shown(field, now.get_initial_for_field(field, name)))
            for name, field in now.fields.items()
            if not field.disabled
            and name in self.form.fields
            and _plain(now.get_initial_for_field(field, name)) != _plain(self.form.cleaned_data.get(name))
        ]
        raise ContentChanged(self._sentence(is_missing=is_missing))

    def _sentence(self, *, is_missing: bool) -> str:
        if is_missing:
            return _(
                "Isian ini tidak menyebut data mana yang Anda baca. Periksa yang tersimpan, lalu simpan lagi."
            )
        events = Event.objects.filter(stream__in=self.streams).select_related("actor")
        last = events.order_by("-happened_at", "-sequence").first()
        if last is None or last.actor is None:
            return _("Data ini sudah diubah di tempat lain sejak Anda membukanya.")
        return _("Data ini sudah diubah oleh %(name)s, %(moment)s, sejak Anda membukanya.") % {
            "name": last.actor,
            "moment": waktu_text(last.happened_at),
        }


def version_of(form: forms.BaseForm) -> str:
    """A short word that changes when anything changes that the form begins with, and with nothing else."""
    said = {name: _plain(form.get_initial_for_field(field, name)) for name, field in form.fields.items()}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    """The same for what is stored and for what was typed, as long as they say the same."""
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, Decimal):
        return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
    if isinstance(value, bool):
        return value
    if isinstance(value, str) or not isinstance(value, Iterable):
        return "" if value is None else "\n".join(str(value).splitlines()).strip()
    return sorted(str(one) for one in value)


def _shown(field: forms.Field, value: Any) -> str:
    """What is stored, as the page shows it beside the form."""
    if isinstance(value, bool):
        return _("Ya") if value else _("Tidak")
    if isinstance(value, Decimal):
        return rupiah(value)
    if isinstance(value, date):
        return tanggal_text(value)
    if isinstance(field, forms.ChoiceField) and not isinstance(value, models.Model):
        choices: Any = field.choices
        labels = {str(key): str(label) for key, label in choices if not isinstance(label, list | tuple)}
        chosen = (
            [str(value)] if isinstance(value, str) or not isinstance(value, Iterable) else map(str, value)
        )
        return ", ".join(labels.get(key, key) for key in chosen) or _("(kosong)")
    return str(value if value is not None else "") or _("(kosong)")
