"""What a producer types about its work."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.producing.photos import redrawn
from orders.producing.produce import first_reported_day
from orders.producing.steps import LABELS, PERCENT_OF_STEP, choices_of
from procurement import clock
from procurement.errors import InvalidInput
from procurement.input.typed import NOT_WHOLE, DayInput, TypedText, WholeInput


class ProgressForm(forms.Form):
    """How far the work is: a named step, a percentage, or both; then the percentage counts.

    ``steps`` are those of the goods (``orders/producing/steps.py``).
    """

    conditional = ("step", "percent")  # needed at times, so never marked as optional

    step = forms.ChoiceField(label=gettext_lazy("Tahap"), required=False)
    percent = WholeInput(
        label=gettext_lazy("Sudah berapa persen"),
        required=False,
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=gettext_lazy("Dari seluruh surat pesanan, 0 sampai 100."),
        error_messages={"invalid": NOT_WHOLE},
    )
    reported_on = DayInput(
        label=gettext_lazy("Keadaan pada tanggal"),
        first=first_reported_day,
        last=clock.today,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Hari ini, atau paling lama 14 hari yang lalu."),
    )
    photo = forms.FileField(
        label=gettext_lazy("Foto"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=gettext_lazy("JPEG, PNG, atau WebP, paling besar 5 MB."),
        error_messages={"empty": gettext_lazy("Berkas foto itu kosong. Pilih foto lain.")},
    )
    note = TypedText(
        label=gettext_lazy("Catatan"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Misalnya “kain sudah dipotong”, atau mengapa terlambat."),
    )

    def __init__(self, *args: Any, steps: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reported_on"].initial = clock.today
        step: Any = self.fields["step"]
        step.choices = [("", gettext_lazy("Tanpa tahap")), *choices_of(steps)]
        step.help_text = _("Bila persen kosong: %(steps)s.") % {
            "steps": ", ".join(f"{LABELS[one]} {PERCENT_OF_STEP[one]} %" for one in steps)
        }

    def clean_photo(self) -> bytes | None:
        upload = self.cleaned_data["photo"]
        if not upload:
            return None
        try:
            return redrawn(upload.file, upload.size)
        except InvalidInput as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("percent") is None and "percent" not in self.errors:
            step = cleaned.get("step")
            if step:
                cleaned["percent"] = PERCENT_OF_STEP[step]
            else:
                self.add_error("percent", _("Isi persennya, atau pilih tahapnya."))
        return cleaned


class ShortReasonForm(forms.Form):
    """Why."""

    reason = TypedText(label=gettext_lazy("Alasan"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
