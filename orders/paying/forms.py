"""What a treasurer types about a payment."""

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement.input.typed import TypedText


class SettleForm(forms.Form):
    """The proof that an MSME is paid."""

    reference = TypedText(
        label=_("Nomor bukti pembayaran"),
        max_length=120,
        help_text=_("Misalnya nomor SP2D atau nomor transfer."),
    )
