"""The form to save a snapshot: a figure that was told to somebody."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from expo.figures.asked import read_moment
from expo.figures.snapshots import LONGEST_NOTE
from procurement.errors import InvalidInput
from procurement.input.typed import TypedText


class SnapshotForm(forms.Form):
    """To whom figures are told, and of which moment they are."""

    label = TypedText(
        label=_("Sebagaimana disampaikan kepada"),
        max_length=160,
        help_text=_("Misalnya: pers pada penutupan, 31 Juli 2022."),
    )
    note = TypedText(
        label=_("Catatan"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Apa yang disampaikan, oleh siapa, dan kepada siapa. Ikut tersimpan dan tidak dapat diubah."
        ),
    )
    as_of = TypedText(
        label=_("Keadaan per (WIB)"),
        required=False,
        max_length=40,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("Kosong berarti sekarang."),
    )

    def clean_as_of(self) -> datetime | None:
        return moment_of(self.cleaned_data["as_of"])


def moment_of(typed: str) -> datetime | None:
    """A typed moment, None when nothing was typed; a malformed one is an error of its field."""
    if not typed:
        return None
    try:
        return read_moment(typed)
    except InvalidInput as refusal:
        raise forms.ValidationError(refusal.sentence) from refusal
