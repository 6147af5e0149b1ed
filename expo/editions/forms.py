"""What staff type about an edition."""

from django import forms
from django.utils.translation import gettext_lazy as _

from expo.editions.editions import EditionInput, OfficeInput
from expo.editions.fields import day_field
from procurement.input.typed import TypedText, WholeInput
from procurement.reference.fields import PlaceField, city_of


class EditionForm(forms.Form):
    """Name, place and dates of an edition."""

    number = WholeInput(label=_("Penyelenggaraan ke-"), min_value=1, max_value=999)
    name = TypedText(label=_("Nama"), max_length=120)
    venue = TypedText(label=_("Tempat"), max_length=160)
    starts_on = day_field(_("Tanggal mulai"))
    ends_on = day_field(_("Tanggal selesai"))

    def asked(self) -> EditionInput:
        return EditionInput(**{name: self.cleaned_data[name] for name in EditionForm.base_fields})

    def office(self) -> OfficeInput | None:
        """What was said of the organiser's office; nothing is asked where it is known."""
        return None


class FirstEditionForm(EditionForm):
    """Asks also where the office is, for the letterhead; for an organiser who has not said it yet."""

    address = TypedText(
        label=_("Alamat penyelenggara"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Tercetak pada kop surat penawaran dan laporan. Dapat dilengkapi nanti."),
    )
    city = PlaceField(label=_("Kota penyelenggara"), required=False)

    def office(self) -> OfficeInput:
        """What was said of the office."""
        place = self.cleaned_data["city"]
        return OfficeInput(address=self.cleaned_data["address"], city=city_of(place) if place else "")
