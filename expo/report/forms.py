"""What staff type to ask for a report, now or regularly."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from expo.figures.forms import moment_of
from expo.models import ReportLanguage, ReportSchedule
from procurement.input.typed import TypedText


class ExpoReportForm(forms.Form):
    """The moment and the language of a report."""

    as_of = TypedText(
        label=_("Keadaan per (WIB)"),
        required=False,
        max_length=40,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("Kosong berarti sekarang."),
    )
    language = forms.ChoiceField(label=_("Bahasa"), choices=ReportLanguage.choices)

    def clean_as_of(self) -> datetime | None:
        return moment_of(self.cleaned_data["as_of"])


class ReportScheduleForm(forms.Form):
    """The weekday and the language of reports that are made by themselves."""

    weekday = forms.TypedChoiceField(
        label=pgettext_lazy("satu", "Hari"), choices=ReportSchedule.Weekday.choices, coerce=int
    )
    language = forms.ChoiceField(label=_("Bahasa"), choices=ReportLanguage.choices)
    is_active = forms.BooleanField(label=_("Buat laporan setiap minggu"), required=False)
