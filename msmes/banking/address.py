"""The address by which the telephone of before stops a change: the key of the change, and a proof of it that only the
secret key of the installation can work out.
"""

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from msmes.models import BankChange
from procurement.errors import NotFound

_MAC_LENGTH = 20


def of_address(token: str) -> BankChange:
    """The change that an address of :func:`address_token` means. Raises :class:`NotFound`."""
    number, _dash, mac = token.partition("-")
    change = None
    if number.isascii() and number.isdigit() and len(number) < 18:
        change = BankChange.objects.select_related("msme__organisation").filter(pk=int(number)).first()
    if change is None or not constant_time_compare(mac, _mac(change)):
        raise NotFound(_("Tautan ini tidak dikenal. Periksa apakah alamatnya tersalin seluruhnya."))
    return change


def address_token(change: BankChange) -> str:
    """The secret part of the address by which the old telephone stops a change."""
    return f"{change.pk}-{_mac(change)}"


def _mac(change: BankChange) -> str:
    said = f"{change.pk}:{change.msme_id}:{change.asked_at.isoformat()}"
    return salted_hmac("msmes.banking.changes.stop", said, algorithm="sha256").hexdigest()[:_MAC_LENGTH]
