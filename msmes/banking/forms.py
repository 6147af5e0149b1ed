"""What people type about the account of an MSME."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from msmes.banking.account import FIELDS, Account, account_of
from msmes.models import Msme
from procurement.input.typed import TypedText

_DIGITS = {"inputmode": "numeric", "autocomplete": "off"}


class AccountForm(forms.Form):
    """Bank, number and holder: all of it or nothing."""

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

    def account(self) -> Account:
        return Account(**{name: self.cleaned_data[name] for name in FIELDS})


def account_as_typed(msme: Msme) -> dict[str, Any]:
    """What the register says, as the form begins with it."""
    now = account_of(msme)
    return {name: getattr(now, name) for name in FIELDS}


class BankCodeForm(forms.Form):
    """The code that was sent to the telephone."""

    code = TypedText(
        label=_("Kode enam angka"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("Masukkan kode enam angka yang dikirim ke telepon Anda.")},
    )
