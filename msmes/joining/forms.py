"""What an MSME that applies types, on a phone."""

import re
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.joining.forms import NEW, AcceptForm, BeginningForm, DetailsForm
from msmes.joining.photos import PLACES
from msmes.models import Msme
from msmes.register.regencies import district_named, own_names
from msmes.validity import checked_phone
from procurement.errors import InvalidInput
from procurement.input.typed import TypedText
from procurement.models import Regency
from procurement.reference.fields import PlaceField
from procurement.reference.places import NoSuchPlace, Places

_DIGITS = {"inputmode": "numeric", "autocomplete": "off"}


class MsmeBeginningForm(BeginningForm):
    """The first screen: who, and a phone that the code is sent to."""

    name = TypedText(label=gettext_lazy("Nama usaha"), max_length=160)
    person = TypedText(
        label=gettext_lazy("Nama pemilik"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = TypedText(
        label=gettext_lazy("Nomor WhatsApp"),
        max_length=25,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        help_text=gettext_lazy("Kode enam angka dikirim ke sana. Contoh: 081234567890."),
    )
    field_order = ("organiser", "name", "person", "phone", "consent")

    def clean_phone(self) -> str:
        try:
            return checked_phone(self.cleaned_data["phone"])
        except InvalidInput as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal


def _photo(number: int) -> forms.FileField:
    return forms.FileField(
        label=(gettext_lazy("Foto 1"), gettext_lazy("Foto 2"), gettext_lazy("Foto 3"))[number - 1],
        required=False,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=gettext_lazy("Barang yang Anda buat. JPEG, PNG, atau WebP, paling besar 5 MB.")
        if number == 1
        else "",
        error_messages={"empty": gettext_lazy("Berkas foto itu kosong. Pilih foto lain.")},
    )


class MsmeDetailsForm(DetailsForm):
    """The last screen: number, district, what is made, and photos of it."""

    begun: ClassVar[tuple[str, ...]] = ("name", "person")
    uploads: ClassVar[tuple[str, ...]] = PLACES
    conditional = ("photo_1",)

    name = TypedText(label=gettext_lazy("Nama usaha"), max_length=160)
    person = TypedText(label=gettext_lazy("Nama pemilik"), max_length=120)
    nib = TypedText(
        label="NIB",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs=_DIGITS),
        help_text=gettext_lazy("13 angka. Kosongkan bila belum punya."),
    )
    district_name = PlaceField(label=gettext_lazy("Kabupaten/kota"), also=own_names)
    address = TypedText(
        label=gettext_lazy("Alamat usaha"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "street-address"}),
    )
    makes = TypedText(
        label=gettext_lazy("Apa yang Anda buat"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Misalnya: kemeja batik tulis, 40 potong seminggu."),
    )
    photo_1, photo_2, photo_3 = _photo(1), _photo(2), _photo(3)
    email = forms.EmailField(
        label=gettext_lazy("Surel"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("Untuk masuk ke akun. Tanpa surel Anda menjawab lewat tautan di WhatsApp."),
        error_messages={"invalid": gettext_lazy("Alamat surel tidak lengkap. Contoh: nama@contoh.id.")},
    )
    npwp = TypedText(
        label="NPWP",
        max_length=24,
        required=False,
        widget=forms.TextInput(attrs=_DIGITS),
        help_text=gettext_lazy("15 atau 16 angka."),
    )
    field_order = (
        "answer",
        "name",
        "person",
        "nib",
        "district_name",
        "address",
        "makes",
        *PLACES,
        "email",
        "npwp",
    )

    def values(self) -> dict[str, Any]:
        said, place = super().values(), self.cleaned_data["district_name"]
        return said | {"district_name": place.label if isinstance(place, Regency) else place}

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

    def clean_nib(self) -> str:
        return self._digits("nib", (13,), _("NIB terdiri dari 13 angka, tanpa titik atau spasi."))

    def clean_npwp(self) -> str:
        return self._digits("npwp", (15, 16), _("NPWP terdiri dari 15 atau 16 angka."))

    def _digits(self, name: str, lengths: tuple[int, ...], sentence: str) -> str:
        bare = re.sub(r"[\s.-]", "", self.cleaned_data.get(name) or "")
        if bare and not (bare.isascii() and bare.isdigit() and len(bare) in lengths):
            raise forms.ValidationError(sentence)
        return bare


class MsmeAcceptForm(AcceptForm):
    """As what an MSME is accepted; a new one needs what only staff can say."""

    conditional = ("code", "district", "size")

    district = PlaceField(label=gettext_lazy("Kabupaten/kota"), also=own_names, required=False)
    size = forms.ChoiceField(label=gettext_lazy("Kelas usaha"), required=False, choices=Msme.Class.choices)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("become") == NEW and data.get("district") is None and "district" not in self.errors:
            self.add_error("district", _("Pilih kabupaten atau kota dari daftar."))
        return data

    def place(self) -> dict[str, Any]:
        """The district as the register takes it: a regency of the list, or a district of the operator's own."""
        place = self.cleaned_data["district"]
        if isinstance(place, Regency):
            return {"regency": place.code}
        district = district_named(place) if place else None
        return {"district_id": district.pk if district else 0}


def place_written(text: str) -> Regency | str:
    """What an applicant wrote, as the form of acceptance begins with it; the coordinator may correct it."""
    try:
        return Places.load().find(text)
    except NoSuchPlace:
        return text
