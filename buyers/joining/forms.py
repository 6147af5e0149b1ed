"""What an institution that applies types."""

import re
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.joining.forms import AcceptForm, BeginningForm, DetailsForm
from buyers.models import Institution, InstitutionApplication
from procurement.input.typed import TypedText
from procurement.reference.fields import PlaceField, city_of, province_of

FREE_MAIL = frozenset(
    (
        "gmail.com",
        "googlemail.com",
        "yahoo.com",
        "yahoo.co.id",
        "ymail.com",
        "rocketmail.com",
        "outlook.com",
        "outlook.co.id",
        "hotmail.com",
        "live.com",
        "msn.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "aol.com",
        "gmx.com",
        "gmx.net",
        "mail.com",
        "proton.me",
        "protonmail.com",
        "zoho.com",
        "yandex.com",
        "tutanota.com",
    )
)
"""Where anybody gets an address: it proves nothing about an office."""
_DIGITS = {"inputmode": "numeric", "autocomplete": "off"}
_PHONE = re.compile(r"\+?[0-9]{8,15}")


class InstitutionBeginningForm(BeginningForm):
    """Which institution, and an address at its domain to which the code goes."""

    conditional = ("free_mail_reason",)

    name = TypedText(label=gettext_lazy("Nama instansi"), max_length=160)
    email = forms.EmailField(
        label=gettext_lazy("Surel kantor Anda"),
        max_length=254,
        help_text=gettext_lazy("Di domain resmi instansi. Kode enam angka dikirim ke sana."),
        error_messages={"invalid": gettext_lazy("Alamat surel tidak lengkap. Contoh: nama@contoh.id.")},
    )
    free_mail_reason = TypedText(
        label=gettext_lazy("Mengapa bukan surel kantor"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Hanya bila Anda memakai Gmail, Yahoo, atau sejenisnya."),
    )
    field_order = ("organiser", "name", "email", "free_mail_reason", "consent")

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        is_free = str(data.get("email", "")).rpartition("@")[2] in FREE_MAIL
        if is_free and not data.get("free_mail_reason"):
            self.add_error(
                "free_mail_reason",
                _("Surel ini bukan surel kantor. Tulis alasannya; koordinator akan memeriksanya."),
            )
        elif not is_free and "free_mail_reason" in data:
            data["free_mail_reason"] = ""
        return data


class InstitutionDetailsForm(DetailsForm):
    """What the register needs, and the letter that says who may act for the institution."""

    begun: ClassVar[tuple[str, ...]] = ("name",)
    uploads: ClassVar[tuple[str, ...]] = ("letter",)

    name = TypedText(label=gettext_lazy("Nama instansi"), max_length=160)
    institution_kind = forms.ChoiceField(
        label=gettext_lazy("Jenis instansi"),
        choices=[("", gettext_lazy("Pilih …")), *Institution.Kind.choices],
    )
    address = TypedText(
        label=gettext_lazy("Alamat"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "street-address"}),
    )
    city = PlaceField(label=gettext_lazy("Kota/kabupaten"))
    npwp = TypedText(
        label="NPWP",
        max_length=24,
        widget=forms.TextInput(attrs=_DIGITS),
        help_text=gettext_lazy("15 atau 16 angka."),
    )
    nitku = TypedText(
        label="NITKU",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs=_DIGITS),
        help_text=gettext_lazy("22 angka: nomor tempat kegiatan usaha, bila cabang."),
    )
    person = TypedText(
        label=gettext_lazy("Nama Anda"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    post = TypedText(label=gettext_lazy("Jabatan"), max_length=120)
    phone = TypedText(
        label=gettext_lazy("Telepon"),
        max_length=25,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    letter = forms.FileField(
        label=gettext_lazy("Surat tugas (PDF)"),
        required=False,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
        help_text=gettext_lazy("Ditandatangani atasan Anda, paling besar 5 MB."),
        error_messages={"empty": gettext_lazy("Berkas itu kosong. Pilih berkas lain.")},
    )
    conditional = ("letter",)
    field_order = (
        "answer",
        "name",
        "institution_kind",
        "address",
        "city",
        "npwp",
        "nitku",
        "person",
        "post",
        "phone",
        "letter",
    )

    def __init__(self, *args: Any, row: InstitutionApplication, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        self.province = row.province

    def values(self) -> dict[str, Any]:
        said, place = super().values(), self.cleaned_data["city"]
        return said | {"city": city_of(place), "province": province_of(place, self.province)}

    def clean_npwp(self) -> str:
        return self._digits("npwp", (15, 16), _("NPWP terdiri dari 15 atau 16 angka."))

    def clean_nitku(self) -> str:
        return self._digits("nitku", (22,), _("NITKU terdiri dari 22 angka."))

    def clean_phone(self) -> str:
        bare = re.sub(r"[\s().-]", "", self.cleaned_data["phone"])
        if not _PHONE.fullmatch(bare):
            raise forms.ValidationError(
                _("Nomor telepon terdiri atas 8 sampai 15 angka, boleh diawali +. Contoh: 081234567890.")
            )
        return bare

    def _digits(self, name: str, lengths: tuple[int, ...], sentence: str) -> str:
        bare = re.sub(r"[\s.-]", "", self.cleaned_data.get(name) or "")
        if bare and not (bare.isascii() and bare.isdigit() and len(bare) in lengths):
            raise forms.ValidationError(sentence)
        return bare


class InstitutionAcceptForm(AcceptForm):
    """As what an institution is accepted."""
