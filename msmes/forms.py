"""What people type about MSMEs, offers and the catalogue."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from msmes.catalogue import ProductInput
from msmes.models import Category, District, Msme, Product
from msmes.offers import OfferInput
from msmes.registry import Contact, Identity
from msmes.validity import LONGEST_LEAD_DAYS
from procurement.money import LARGEST_QUANTITY
from procurement.typed import DayInput, RowChoice, RupiahInput, TypedText, WholeInput

NOT_WHOLE = _("Isilah bilangan bulat, misalnya 40.")

_DIGITS = {"inputmode": "numeric", "autocomplete": "off"}


class ContactForm(forms.Form):
    """How an MSME is reached and paid."""

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
    bank_name = TypedText(
        label=_("Nama bank"), max_length=80, required=False, help_text=_("Contoh: Bank Jatim.")
    )
    bank_account = TypedText(
        label=_("Nomor rekening"), max_length=30, required=False, widget=forms.TextInput(attrs=_DIGITS)
    )
    bank_holder = TypedText(
        label=_("Nama pemilik rekening"),
        max_length=120,
        required=False,
        help_text=_("Persis seperti pada buku tabungan; pembayaran pesanan ditujukan ke rekening ini."),
    )

    def contact(self) -> Contact:
        return Contact(**{name: self.cleaned_data[name] for name in Contact.__dataclass_fields__})


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
    district = RowChoice(
        label=_("Kabupaten/kota"), queryset=District.objects.order_by("name"), empty_label=_("Pilih …")
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
        said = {
            name: self.cleaned_data[name] for name in Identity.__dataclass_fields__ if name != "district_id"
        }
        return Identity(district_id=self.cleaned_data["district"].pk, **said)


def msme_as_typed(msme: Msme) -> dict[str, Any]:
    """What the register says of an MSME, as the form begins with it."""
    of_organisation = {name: getattr(msme.organisation, name) for name in ("name", "code", "is_active")}
    of_msme = ("size", "district", "owner_name", "nib", "npwp", "is_taxable", "is_example")
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


class OfferForm(forms.Form):
    """What an MSME offers of one product."""

    product = RowChoice(label=_("Produk"), queryset=Product.objects.none(), empty_label=_("Pilih produk …"))
    price = RupiahInput(
        label=_("Harga per satuan, sebelum PPN"),
    )
    minimum = WholeInput(
        label=_("Jumlah minimum"),
        min_value=1,
        max_value=LARGEST_QUANTITY,
        initial=1,
        widget=forms.NumberInput(attrs=_DIGITS),
        error_messages={"invalid": NOT_WHOLE},
        help_text=_("Pesanan yang lebih kecil masih dapat ditanyakan, tetapi ditandai."),
    )
    lead_time_days = WholeInput(
        label=_("Waktu pengerjaan"),
        min_value=1,
        max_value=LONGEST_LEAD_DAYS,
        initial=14,
        widget=forms.NumberInput(attrs=_DIGITS),
        error_messages={"invalid": NOT_WHOLE},
        help_text=_("Berapa hari sejak dipesan sampai siap dikirim."),
    )

    def __init__(self, *args: Any, products: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if products is None:
            del self.fields["product"]
        else:
            field: Any = self.fields["product"]
            field.queryset = products

    def offer(self, product_id: int | None = None) -> OfferInput:
        said = self.cleaned_data
        return OfferInput(
            product_id=product_id or said["product"].pk,
            price=said["price"],
            minimum=said["minimum"],
            lead_time_days=said["lead_time_days"],
        )


class ProductForm(forms.Form):
    """A product of the catalogue."""

    code = TypedText(label=_("Kode produk"), max_length=24)
    name = TypedText(label=_("Nama produk"), max_length=120)
    category = RowChoice(
        label=_("Kategori"), queryset=Category.objects.order_by("name"), empty_label=_("Pilih …")
    )
    unit = TypedText(label=_("Satuan"), max_length=20, help_text=_("Misalnya potong, lembar, bungkus."))
    specification = TypedText(
        label=_("Spesifikasi"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Bahan, ukuran, mutu: cukup jelas agar beberapa UMKM membuat barang yang sama."),
    )
    reference_price = RupiahInput(
        label=_("Harga acuan"),
        help_text=_("Rupiah per satuan, sebelum PPN; menjadi usulan harga pada pesanan baru."),
    )
    is_active = forms.BooleanField(
        label=_("Aktif"),
        required=False,
        initial=True,
        help_text=_("Produk yang tidak aktif tidak dapat dipilih lagi; pesanan lama tidak berubah."),
    )

    def product(self) -> ProductInput:
        said = {name: self.cleaned_data[name] for name in self.fields if name != "category"}
        return ProductInput(category_id=self.cleaned_data["category"].pk, **said)


def product_as_typed(product: Product) -> dict[str, Any]:
    """What the catalogue says of a product, as the form begins with it."""
    return {name: getattr(product, name) for name in ProductForm.base_fields}


class CategoryForm(forms.Form):
    """A category of the catalogue."""

    code = TypedText(label=_("Kode"), max_length=16)
    name = TypedText(label=_("Nama kategori"), max_length=80)
    process = forms.ChoiceField(
        label=_("Tahap produksi"),
        required=False,
        choices=Category.Process.choices,
        help_text=_("Tahap yang dipilih UMKM saat melaporkan kemajuan."),
    )


class UsualWeekForm(forms.Form):
    """How many pieces of one product an MSME makes in a week when nothing stands in the way."""

    product = RowChoice(label=_("Produk"), queryset=Product.objects.none(), empty_label=_("Pilih produk …"))
    usual = WholeInput(
        label=_("Kapasitas per minggu"),
        widget=forms.NumberInput(attrs=_DIGITS),
        error_messages={"invalid": NOT_WHOLE},
        help_text=_("Berapa satuan yang selesai dalam satu minggu biasa, untuk semua pembeli bersama-sama."),
    )
    work_days = forms.TypedChoiceField(
        label=_("Hari kerja per minggu"),
        coerce=int,
        choices=[(days, str(days)) for days in range(1, 8)],
        initial=6,
        help_text=_("Dihitung dari Senin. Libur nasional mengurangi minggunya dengan sendirinya."),
    )

    def __init__(self, *args: Any, products: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["product"]
        field.queryset = products


class WeekForm(forms.Form):
    """A figure of its own for one week; empty lets the usual week count again."""

    product = RowChoice(label=_("Produk"), queryset=Product.objects.none(), empty_label=_("Pilih produk …"))
    week = DayInput(
        label=_("Minggu"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Hari apa pun dalam minggu itu."),
    )
    available = WholeInput(
        label=_("Kapasitas minggu itu"),
        required=False,
        widget=forms.NumberInput(attrs=_DIGITS),
        error_messages={"invalid": NOT_WHOLE},
        help_text=_("Isi 0 bila tidak berproduksi. Kosongkan agar minggu itu kembali seperti biasa."),
    )
    reason = TypedText(label=_("Alasan"), max_length=120, required=False)

    def __init__(self, *args: Any, products: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["product"]
        field.queryset = products


class DayOffForm(forms.Form):
    """A day on which nothing is made."""

    day = DayInput(label=_("Hari libur"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = TypedText(
        label=_("Alasan"), max_length=120, required=False, help_text=_("Misalnya “hajatan keluarga”.")
    )


class PauseForm(forms.Form):
    """Days on which nothing is made, of one product or at all."""

    first_day = DayInput(label=_("Mulai"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last_day = DayInput(label=_("Sampai"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    product = RowChoice(
        label=_("Produk"), queryset=Product.objects.none(), required=False, empty_label=_("Semua produk")
    )
    reason = TypedText(
        label=_("Alasan"), max_length=120, required=False, help_text=_("Misalnya “mesin diperbaiki”.")
    )

    def __init__(self, *args: Any, products: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["product"]
        field.queryset = products
