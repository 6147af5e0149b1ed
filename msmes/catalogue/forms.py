"""What people type about the catalogue and offers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from msmes.catalogue.catalogue import ProductInput
from msmes.catalogue.offers import OfferInput
from msmes.catalogue.shipped import UNITS
from msmes.models import Category, Product
from msmes.register.forms import _DIGITS
from msmes.validity import LONGEST_LEAD_DAYS
from procurement.input.typed import NOT_WHOLE, RowChoice, RupiahInput, TypedText, WholeInput
from procurement.money import LARGEST_QUANTITY


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
    unit = TypedText(
        label=_("Satuan"),
        max_length=20,
        widget=forms.TextInput(attrs={"list": "satuan"}),
        help_text=_("Misalnya potong, lembar, bungkus."),
    )
    usual_units = UNITS
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


class StepsForm(forms.Form):
    """The steps in which goods of a category are made."""

    process = forms.ChoiceField(
        label=_("Tahap produksi"),
        required=False,
        choices=Category.Process.choices,
        help_text=_("Tahap yang dipilih UMKM saat melaporkan kemajuan."),
    )


class CategoryForm(StepsForm):
    """A category of the catalogue."""

    code = TypedText(label=_("Kode"), max_length=16)
    name = TypedText(label=_("Nama kategori"), max_length=80)

    field_order = ("code", "name", "process")
