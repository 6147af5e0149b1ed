"""Proof of an address by a code of six digits, sent by mail or text message (``procurement/input/codes.py``).

Beside the limits of one row, nobody fills the mailbox or phone of another: beyond some messages an address gets
no more, from whatever networks they are asked for, and the page does not say so.
"""

import hashlib

from django.utils.translation import gettext as _

from accounts.joining.application import Application
from procurement.errors import WrongState
from procurement.input.codes import CodeNeeded, Codes
from procurement.web.rate_limit import counted
from procurement.work import outbox

CODES = Codes("accounts.joining.code")
MOST_TO_ADDRESS = ((4, 60 * 60), (8, 60 * 60 * 24))
"""How many messages one address gets, in how many seconds, whoever asks."""


class CodesOver(WrongState):
    """The application has had all its codes or all its guesses; one begins anew."""


def renew(row: Application) -> None:
    """Have a new code sent; the one before is worthless. The caller holds the stored row. Raises :class:`CodesOver`.

    An address that has had enough messages gets none; the answer, and what is counted, is the same.
    """
    if not CODES.renew(row):
        raise CodesOver(over())
    if _may_be_sent(row.reached_at):
        payload = {"kind": row.kind, "reference": row.reference, "what": "code"}
        key = f"application:{row.reference}:code:{row.codes_sent}"
        outbox.write([outbox.message("accounts.application", key=key, payload=payload)])


def check(row: Application, code: str) -> None:
    """Raise :class:`CodeNeeded` unless the code is right. Call it outside of any transaction."""
    try:
        CODES.check(row, code)
    except CodeNeeded:
        if CODES.is_spent(row):
            raise CodesOver(over()) from None
        raise


def _may_be_sent(address: str) -> bool:
    box = hashlib.sha256(address.strip().lower().encode()).hexdigest()
    # Every counter is asked, so that none stops counting because another is full.
    over = [counted(f"join:{box}:{seconds}", seconds=seconds) > most for most, seconds in MOST_TO_ADDRESS]
    return not any(over)


def over() -> str:
    """That no code proves this address any more, and what to do."""
    return _(
        "Kode untuk pendaftaran ini sudah terlalu sering diminta atau salah dimasukkan. Mulailah pendaftaran baru, "
        "atau hubungi koordinator expo."
    )
