"""What people type about weeks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from msmes.models import Product
from msmes.register.forms import _DIGITS
from procurement.input.typed import NOT_WHOLE, DayInput, RowChoice, TypedText, WholeInput


class UsualWeekForm(forms.Form):
    """How many pieces of one product an MSME makes in a normal week."""

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
