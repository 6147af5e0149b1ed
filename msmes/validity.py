"""The rules of the fields as refusals, so that a page, an import and a command refuse with the same sentence."""

import re
from collections.abc import Iterable
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from procurement.errors import InvalidInput
from procurement.money import LARGEST_PRICE, is_whole

LONGEST_LEAD_DAYS = 730

_PHONE = re.compile(r"\+?[0-9]{8,15}")


def check_fields(row: models.Model, *, exclude: Iterable[str] = ()) -> None:
    """Raise :class:`InvalidInput` at the first field of ``row`` that its model does not accept."""
    try:
        row.clean_fields(exclude=set(exclude))
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        label = row._meta.get_field(field).verbose_name  # type: ignore[union-attr]
        raise InvalidInput(sentences[0], field=field, place=str(label).capitalize()) from error


def bare_phone(phone: str) -> str:
    """The number without spaces, dots and dashes, as it is stored."""
    return re.sub(r"[\s().-]", "", phone)


def checked_phone(phone: str) -> str:
    """The number without spaces, dots and dashes. Raises :class:`InvalidInput` when it cannot be called."""
    bare = bare_phone(phone)
    if not _PHONE.fullmatch(bare):
        raise InvalidInput(
            _("Nomor WhatsApp terdiri atas 8 sampai 15 angka, boleh diawali +. Contoh: 081234567890."),
            field="phone",
        )
    return bare


def checked_price(price: Decimal, *, field: str = "price") -> Decimal:
    """Whole rupiah from 1 to ten thousand million per unit."""
    if not is_whole(price, 1, LARGEST_PRICE):
        raise InvalidInput(_("Harga harus rupiah bulat dari 1 sampai 10 miliar per satuan."), field=field)
    return price


def check_bank(name: str, account: str, holder: str) -> None:
    """All of a bank account or nothing of it; payment to half an account fails at the treasurer."""
    given = {"bank_name": name, "bank_account": account, "bank_holder": holder}
    missing = [field for field, value in given.items() if not value]
    if missing and len(missing) < len(given):
        raise InvalidInput(
            _("Rekening harus lengkap: nama bank, nomor rekening, dan nama pemilik rekening."),
            field=missing[0],
        )
    if account and not re.fullmatch(r"[0-9][0-9 .-]{2,28}[0-9]", account):
        raise InvalidInput(
            _("Nomor rekening terdiri atas angka, boleh dengan spasi, titik, atau strip."),
            field="bank_account",
        )
