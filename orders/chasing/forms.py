"""Forms of the chase list."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from orders.chasing.chase import LONGEST_NOTE, latest_promise
from procurement import clock
from procurement.input.typed import DayInput, TypedText


class NoteForm(forms.Form):
    """What was said, and until when something was promised."""

    conditional = ("text", "promised_on")  # needed at times, so never marked as optional

    text = TypedText(
        label=_("Catatan"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    promised_on = DayInput(
        label=_("Dijanjikan pada"),
        first=clock.today,
        last=latest_promise,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Isilah bila pihak yang ditunggu menjanjikan tanggal."),
    )


class AgainForm(forms.Form):
    """What a reminder that is asked about carries along."""

    confirmed = TypedText(required=False, widget=forms.HiddenInput())
    sent = TypedText(required=False, widget=forms.HiddenInput())


class AssignForm(forms.Form):
    """Who looks after the order."""

    user = forms.TypedChoiceField(label=_("Petugas"), coerce=int)

    def __init__(self, *args: Any, staff: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["user"]
        field.choices = [("", _("Pilih petugas")), *((one.pk, one.name) for one in staff)]
