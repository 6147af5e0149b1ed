"""What people type about MSMEs and their owners."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from msmes.banking.forms import AccountForm
from msmes.models import Msme
from msmes.register.regencies import district_named, own_names
from msmes.register.registry import Contact, Identity
from procurement.input.typed import TypedText
from procurement.models import Regency
from procurement.reference.fields import PlaceField

_DIGITS = {"inputmode": "numeric", "autocomplete": "off"}


class ReachForm(forms.Form):
    """How an MSME is reached: what its owner keeps up to date. The account has a page of its own."""

    phone = TypedText(
        label=_("Nomor WhatsApp"),
        max_length=25,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        help_text=_("Contoh: 081234567890. Dipakai bila ada pertanyaan tentang pesanan."),
    )
    address = TypedText(
        label=_("Alamat usaha"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )


class ContactForm(ReachForm, AccountForm):
    """How an MSME is reached and paid, as staff write it down."""

    def contact(self) -> Contact:
        return Contact(**{name: self.cleaned_data[name] for name in Contact.__dataclass_fields__})


def reached_at(msme: Msme) -> dict[str, Any]:
    """What the register says of the way to reach an MSME, as the form begins with it."""
    return {"address": msme.address, "phone": msme.phone}


def contact_of(msme: Msme) -> dict[str, Any]:
    """What the register says, as the form begins with it."""
    return {name: getattr(msme, name) for name in Contact.__dataclass_fields__}


class MsmeForm(ContactForm):
    """All that the register says of an MSME."""

    name = TypedText(label=_("Nama usaha"), max_length=160)
    code = TypedText(
        label=_("Kode"),
        max_length=24,
        help_text=_("Singkat dan huruf besar; tampil pada nomor dokumennya, misalnya BTK-SIDOARJO."),
    )
    size = forms.ChoiceField(label=_("Kelas usaha"), choices=Msme.Class.choices)
    district = PlaceField(
        label=_("Kabupaten/kota"),
        also=own_names,
        help_text=_("Ketik namanya, lalu pilih. Semua kabupaten dan kota di Indonesia dapat dipilih."),
    )
    owner_name = TypedText(label=_("Nama pemilik"), max_length=120)
    nib = TypedText(
        label="NIB",
        max_length=13,
        required=False,
        widget=forms.TextInput(attrs=_DIGITS),
        help_text=_("13 angka, tanpa titik."),
    )
    npwp = TypedText(
        label="NPWP",
        max_length=16,
        required=False,
        widget=forms.TextInput(attrs=_DIGITS),
        help_text=_("15 atau 16 angka, tanpa titik."),
    )
    is_taxable = forms.BooleanField(
        label=_("Pengusaha Kena Pajak (PKP)"),
        required=False,
        help_text=_("Hanya UMKM PKP yang menambahkan PPN pada surat pesanannya."),
    )
    is_example = forms.BooleanField(label=_("Data contoh"), required=False)
    is_active = forms.BooleanField(
        label=_("Aktif"),
        required=False,
        initial=True,
        help_text=_("UMKM yang tidak aktif tidak dapat ditanyai dan pemiliknya tidak dapat masuk."),
    )

    field_order = (
        "name",
        "code",
        "size",
        "district",
        "owner_name",
        "nib",
        "npwp",
        "is_taxable",
        "phone",
        "address",
        "bank_name",
        "bank_account",
        "bank_holder",
        "is_example",
        "is_active",
    )

    def identity(self) -> Identity:
        elsewhere = ("district_id", "regency")
        said = {
            name: self.cleaned_data[name] for name in Identity.__dataclass_fields__ if name not in elsewhere
        }
        place = self.cleaned_data["district"]
        if isinstance(place, Regency):
            return Identity(regency=place.code, **said)
        district = district_named(place)
        return Identity(district_id=district.pk if district else 0, **said)


def msme_as_typed(msme: Msme) -> dict[str, Any]:
    """What the register says of an MSME, as the form begins with it."""
    of_organisation = {name: getattr(msme.organisation, name) for name in ("name", "code", "is_active")}
    of_msme = ("size", "owner_name", "nib", "npwp", "is_taxable", "is_example")
    of_organisation["district"] = msme.district.name
    return of_organisation | {name: getattr(msme, name) for name in of_msme} | contact_of(msme)


class OwnerForm(forms.Form):
    """A person who is to act for an MSME."""

    name = TypedText(label=_("Nama"), max_length=120, help_text=_("Nama lengkap orangnya."))
    email = forms.EmailField(
        label=_("Surel"),
        max_length=254,
        help_text=_("Untuk masuk. Orang yang sudah terdaftar dikenali dari surelnya."),
    )
    phone = TypedText(label=_("Nomor telepon"), max_length=25, required=False)
