"""What goes to the telephone of an MSME about its account: the code, and that it changes, with the way to stop it.

Texts are always in Indonesian and name no more of an account than its last digits.
"""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from msmes.banking.account import digits_of
from msmes.banking.address import address_token
from msmes.banking.changes import CODES
from msmes.models import BankChange
from procurement.language import texts
from procurement.models import Event

PHONE_TOPIC = "msmes.send_phone_notice"


def text_code(*, change_id: int) -> None:
    """The worker's part of asking for a change; nothing for one that waits no more."""
    change = BankChange.objects.select_related("msme__organisation").get(pk=change_id)
    if change.status != BankChange.Status.ASKED or not change.code_salt:
        return
    texts.send_text(
        to=change.told_to,
        text=(
            f"Kode untuk mengubah rekening {change.msme} menjadi {digits_of(change.bank_account)}: "
            f"{CODES.of(change)}. Berlaku 10 menit. Jangan berikan kepada siapa pun. Bukan Anda yang meminta? "
            f"Hentikan di {stop_address(change)}"
        ),
    )


def text_notice(*, change_id: int) -> None:
    """Tell the telephone of before that staff wrote another account down, and how to stop it."""
    change = BankChange.objects.select_related("msme__organisation").get(pk=change_id)
    if change.is_open and change.effective_on:
        texts.send_text(
            to=change.told_to,
            text=(
                f"Petugas expo mencatat rekening baru untuk {change.msme}: {digits_of(change.bank_account)}, berlaku "
                f"mulai {change.effective_on:%d-%m-%Y}. Bila tidak benar, hentikan di {stop_address(change)}"
            ),
        )


def text_phone_changed(*, msme_id: int, happened_at: str) -> None:
    """Tell a number that it is the number of an MSME no more; the event knows both."""
    event = Event.objects.filter(
        party=msme_id, happened_at=datetime.fromisoformat(happened_at), changes__has_key="phone"
    ).first()
    if event is not None and event.changes["phone"][0]:
        old, new = event.changes["phone"]
        texts.send_text(
            to=old,
            text=(
                f"Nomor WhatsApp usaha Anda pada sistem pesanan expo diubah menjadi nomor berakhiran {new[-3:]}. Bila "
                "bukan Anda yang mengubahnya, hubungi koordinator expo hari ini juga."
            ),
        )


def stop_address(change: BankChange) -> str:
    """The whole address by which a change is stopped without signing in."""
    return f"{settings.BASE_URL}{reverse('msmes:bank_stop', args=[address_token(change)])}"
