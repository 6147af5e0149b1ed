"""The address of an invitation: its nonce, and a proof of it that only the secret key of the installation can make.

Sending it again changes the nonce, so the link before opens nothing. A worker makes the link when it writes the mail,
so no secret lies in the outbox. Addresses are hidden in the log (``procurement/web/logs.py``).
"""

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from accounts.models import Invitation
from procurement.errors import NotFound

_MAC_LENGTH = 32
_LONGEST = 100


def token_of(row: Invitation) -> str:
    """The secret part of the address."""
    return f"{row.nonce}.{_mac(row)}"


def address_of(row: Invitation) -> str:
    return f"{settings.BASE_URL}{reverse('accounts:invitation', args=[token_of(row)])}"


def found(token: str) -> Invitation:
    """The invitation of an address. Raises :class:`NotFound` for a forged one, and for one from before a resend."""
    nonce, _dot, mac = token.partition(".")
    row = None
    if len(token) <= _LONGEST:
        rows = Invitation.objects.select_related("organisation", "inviter", "inviting_for")
        row = rows.filter(nonce=nonce).first()
    if row is None or not constant_time_compare(mac, _mac(row)):
        raise NotFound(
            _(
                "Tautan undangan ini tidak berlaku. Bila undangannya dikirim lagi, pakailah tautan dalam surel yang "
                "terakhir; bila tidak, mintalah undangan baru kepada yang mengundang."
            )
        )
    return row


def _mac(row: Invitation) -> str:
    said = f"{row.pk}:{row.nonce}"
    return salted_hmac("accounts.inviting.address", said, algorithm="sha256").hexdigest()[:_MAC_LENGTH]
