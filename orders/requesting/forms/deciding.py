"""Forms of a buyer's decisions about a request. Field names are those of the verbs that they feed."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.models import Order
from orders.requesting.forms.fields import DayField
from procurement import clock
from procurement.input.typed import TypedText


class NothingForm(forms.Form):
    """An act that needs no more than a yes."""


class ReasonForm(forms.Form):
    """An act that needs its reason."""

    reason = TypedText(
        label=_("Alasan"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Tersimpan dalam riwayat pesanan dan dibaca pihak yang terkait."),
    )


class ReopenForm(forms.Form):
    """A lost order whose days have passed is asked for again for another day."""

    needed_by = DayField(
        label=_("Dibutuhkan paling lambat"),
        help_text=_("Untuk baris yang tanggal dibutuhkannya sudah lewat."),
        required=False,
    )


def ask_no_day(form: forms.Form) -> None:
    """No line of the order needs another day."""
    del form.fields["needed_by"]


class CopyForm(forms.Form):
    """Ordering the same again needs a new day."""

    title = TypedText(label=_("Perihal"), max_length=160)
    needed_by = DayField(label=_("Dibutuhkan paling lambat"))

    @staticmethod
    def initial_of(order: Order) -> dict[str, Any]:
        return {"title": order.title, "needed_by": clock.today() + timedelta(days=30)}
