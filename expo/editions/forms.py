"""What staff type about an edition."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from expo.editions.catalogue import CatalogueInput
from expo.editions.editions import EditionInput, OfficeInput
from expo.editions.fields import day_field
from expo.editions.targets import field_of
from expo.models import Edition, EditionTarget
from procurement.input.typed import RupiahInput, TypedText, WholeInput
from procurement.reference.fields import PlaceField, city_of

SAID = ("number", "name", "venue", "starts_on", "ends_on")
"""What an edition itself says; its targets are rows of their own."""


class EditionForm(forms.Form):
    """Name, place, dates and targets of an edition."""

    number = WholeInput(label=_("Penyelenggaraan ke-"), min_value=1, max_value=999)
    name = TypedText(label=_("Nama"), max_length=120)
    venue = TypedText(label=_("Tempat"), max_length=160)
    starts_on = day_field(_("Tanggal mulai"))
    ends_on = day_field(_("Tanggal selesai"))
    target_orders = RupiahInput(label=_("Target pesanan"), required=False)
    target_direct = RupiahInput(label=_("Target transaksi langsung"), required=False)
    target_live = RupiahInput(label=_("Target live shopping"), required=False)

    def asked(self) -> EditionInput:
        said = self.cleaned_data
        wanted: dict[str, Decimal | None] = {
            channel: said[field_of(channel)] for channel in EditionTarget.TargetChannel.values
        }
        return EditionInput(**{name: said[name] for name in SAID}, targets=wanted)

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


class CatalogueForm(forms.Form):
    """What is read in the catalogue, and by whom."""

    shows_makers = forms.BooleanField(
        label=_("Instansi melihat nama UMKM pembuat sebelum ada penawaran"),
        required=False,
        help_text=_("Tanpa ini instansi hanya melihat berapa UMKM membuatnya dan di kabupaten/kota mana."),
    )
    is_public = forms.BooleanField(
        label=_("Katalog umum, tanpa masuk"),
        required=False,
        help_text=_(
            "Siapa pun dapat melihat produk penyelenggaraan ini, tanpa nama UMKM, dan membagikannya."
        ),
    )
    has_public_prices = forms.BooleanField(
        label=_("Katalog umum menyebut kisaran harga"),
        required=False,
        help_text=_("Hanya berlaku bila katalog umum dinyalakan."),
    )

    def catalogue(self) -> CatalogueInput:
        return CatalogueInput(**self.cleaned_data)


def catalogue_as_typed(edition: Edition) -> dict[str, Any]:
    """What the form of the catalogue begins with."""
    return {name: getattr(edition, name) for name in CatalogueForm.base_fields}


def as_typed(edition: Edition, wanted: dict[str, Decimal]) -> dict[str, Any]:
    """What the form of an edition begins with; ``wanted`` are its targets by channel."""
    return {name: getattr(edition, name) for name in SAID} | {
        field_of(channel): wanted.get(channel) for channel in EditionTarget.TargetChannel.values
    }
