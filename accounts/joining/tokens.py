"""The address of the applicant's own page: a reference and a proof of it that only the secret key can work out.

The row keeps a nonce and no address, so the table alone opens nothing; a worker makes the link when it writes the mail.
Addresses are hidden in the log (``procurement/web/logs.py``).
"""

from typing import Any, TypeVar

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from accounts.joining.application import Application
from procurement.errors import NotFound

AnyApplication = TypeVar("AnyApplication", bound=Application)

_MAC_LENGTH = 32


def token_of(row: Application) -> str:
    """The secret part of the address."""
    return f"{row.reference}-{_mac(row)}"


def path_of(row: Application) -> str:
    return reverse(f"{row.space}:join_own", args=[token_of(row)])


def address_of(row: Application) -> str:
    return f"{settings.BASE_URL}{path_of(row)}"


def found(model: type[AnyApplication], token: str, *, locked: bool = False) -> AnyApplication:
    """The application of an address. Raises :class:`NotFound` for a forged one and for one that was erased."""
    reference, _dash, mac = token.partition("-")
    rows: Any = model._default_manager.filter(reference=reference)
    row: AnyApplication | None = None
    if len(reference) <= 12:
        row = (rows.select_for_update() if locked else rows).first()
    if row is None or not constant_time_compare(mac, _mac(row)):
        raise NotFound(_("Pendaftaran ini tidak ada, atau sudah dihapus karena masanya berakhir."))
    return row


def _mac(row: Application) -> str:
    said = f"{row._meta.label_lower}:{row.reference}:{row.nonce}"
    return salted_hmac("accounts.joining.address", said, algorithm="sha256").hexdigest()[:_MAC_LENGTH]
