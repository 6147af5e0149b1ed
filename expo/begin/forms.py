"""What is typed in the set-up."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from expo.begin.choices import categories, provinces
from expo.begin.coordinator import PersonInput
from expo.begin.office import SAID, OrganiserInput
from procurement.errors import InvalidInput
from procurement.files import pictures
from procurement.input.typed import TypedText
from procurement.reference.fields import PlaceField, city_of


class OrganiserForm(forms.Form):
    """The organiser: who it is, and what its letterhead prints."""

    name = TypedText(
        label=gettext_lazy("Nama penyelenggara"),
        max_length=160,
        help_text=gettext_lazy("Nama resmi, misalnya Dinas Koperasi dan UKM Provinsi Jawa Timur."),
    )
    code = TypedText(
        label=gettext_lazy("Kode"),
        max_length=24,
        help_text=gettext_lazy("Singkat, tanpa spasi; menjadi bagian nomor dokumen. Misalnya KUMKM-JATIM."),
    )
    city = PlaceField(label=gettext_lazy("Kota"))
    address = TypedText(
        label=gettext_lazy("Alamat kantor"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    parent_name = TypedText(
        label=gettext_lazy("Induk instansi"),
        required=False,
        max_length=160,
        help_text=gettext_lazy("Tercetak di atas nama, misalnya Pemerintah Provinsi Jawa Timur."),
    )
    phone = TypedText(label=gettext_lazy("Telepon"), required=False, max_length=30)
    email = forms.EmailField(label=gettext_lazy("Surel kantor"), required=False)
    signatory_name = TypedText(label=gettext_lazy("Penanda tangan"), required=False, max_length=120)
    signatory_post = TypedText(label=gettext_lazy("Jabatan penanda tangan"), required=False, max_length=120)
    signatory_nip = TypedText(label=gettext_lazy("NIP penanda tangan"), required=False, max_length=18)
    logo = forms.FileField(
        label=gettext_lazy("Logo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=gettext_lazy("JPEG, PNG, atau WebP, paling besar 5 MB dan 4.000 piksel."),
        error_messages={"empty": gettext_lazy("Berkas logo itu kosong. Pilih gambar lain.")},
    )
    removes_logo = forms.BooleanField(label=gettext_lazy("Hapus logo yang sekarang"), required=False)

    def __init__(self, *args: Any, has_logo: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_logo:
            del self.fields["removes_logo"]

    def clean_logo(self) -> bytes | None:
        upload = self.cleaned_data["logo"]
        if not upload:
            return None
        try:
            return pictures.logo(upload.file, upload.size)
        except InvalidInput as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal

    def asked(self) -> OrganiserInput:
        said = {name: self.cleaned_data[name] or "" for name in SAID}
        return OrganiserInput(**{**said, "city": city_of(said["city"])})

    def picture(self) -> dict[str, Any]:
        """The logo as the verbs take it."""
        return {
            "logo": self.cleaned_data["logo"],
            "removes_logo": bool(self.cleaned_data.get("removes_logo")),
        }


class CoordinatorForm(forms.Form):
    """The first person who signs in."""

    name = TypedText(
        label=gettext_lazy("Nama Anda"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Alamat surel"),
        help_text=gettext_lazy("Dengan alamat ini Anda masuk, dan ke sini pemberitahuan dikirim."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Kata sandi"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Paling sedikit 12 huruf atau angka, dan tidak mudah ditebak."),
    )
    again = forms.CharField(
        label=gettext_lazy("Kata sandi, sekali lagi"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if "password" in said and "again" in said and said["password"] != said["again"]:
            self.add_error("again", _("Kedua kata sandi tidak sama. Tuliskan sekali lagi."))
        return said

    def asked(self) -> PersonInput:
        said = self.cleaned_data
        return PersonInput(name=said["name"], email=said["email"], password=said["password"])


class ChoicesForm(forms.Form):
    """Provinces in which MSMEs work, and what they make, out of what ships."""

    categories = forms.MultipleChoiceField(
        label=gettext_lazy("Kategori barang"), required=False, widget=forms.CheckboxSelectMultiple
    )
    provinces = forms.MultipleChoiceField(
        label=gettext_lazy("Provinsi"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Pilih paling sedikit satu provinsi dari daftar.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choosing: Any = self.fields
        choosing["categories"].choices = categories()
        choosing["provinces"].choices = provinces()


class MailTrialForm(forms.Form):
    """Where the test mail goes."""

    email = forms.EmailField(label=gettext_lazy("Surel uji dikirim ke"))


class TextTrialForm(forms.Form):
    """Where the test message goes."""

    phone = TypedText(
        label=gettext_lazy("Pesan uji dikirim ke nomor"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        help_text=gettext_lazy("Contoh: 081234567890."),
    )
