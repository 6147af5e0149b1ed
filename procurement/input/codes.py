"""Codes of six digits: whoever types one reads the phone or the mail box to which it was sent.

The row keeps a salt, from which only the secret key works out the code. Sends and guesses are counted for the whole
life of the row, so that a new code gives no new guesses.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from procurement import clock
from procurement.errors import InvalidInput
from procurement.models.code import Coded

CODE_LIVES = timedelta(minutes=10)
MOST_TRIES = 5
"""Guesses of one code."""
MOST_GUESSES = 10
"""Guesses in the whole life of a row, whatever codes were sent in between."""
MOST_CODES = 5
"""Messages with a code in the whole life of a row."""
FIELDS = ("code_salt", "code_until", "code_tries", "codes_sent", "guesses")


class CodeNeeded(InvalidInput):
    """The code is missing, wrong or too old; the sentence says which."""


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of one kind of row. ``purpose`` keeps the codes of two kinds apart that have the same number."""

    purpose: str

    def of(self, row: Coded) -> str:
        """The present code of a row: what a worker sends."""
        mac = salted_hmac(self.purpose, f"{row.pk}:{row.code_salt}", algorithm="sha256")
        return f"{int.from_bytes(mac.digest()[:8]) % 10**6:06d}"

    def renew(self, row: Coded) -> bool:
        """Make the code before worthless and a new one due. False when the row has had all that it gets.

        The caller holds the lock, and has the code sent in the same transaction.
        """
        if not self.may_send(row):
            return False
        row.code_salt, row.code_tries = secrets.token_hex(16), 0
        row.code_until = clock.now() + CODE_LIVES
        row.codes_sent += 1
        row.save(update_fields=FIELDS)
        return True

    def may_send(self, row: Coded) -> bool:
        """Whether :meth:`renew` would still make a new code of this row, as it was read."""
        return row.codes_sent < MOST_CODES and row.guesses < MOST_GUESSES

    def may_try(self, row: Coded) -> bool:
        """Whether a code typed now could be right, as the row was read: without that no field asks for one."""
        return bool(
            row.code_salt
            and row.code_tries < MOST_TRIES
            and row.guesses < MOST_GUESSES
            and row.code_until
            and row.code_until > clock.now()
        )

    def is_spent(self, row: Coded) -> bool:
        """Whether the row has had all guesses of its life."""
        return type(row)._base_manager.filter(pk=row.pk, guesses__gte=MOST_GUESSES).exists()

    def check(self, row: Coded, code: str) -> None:
        """Raise :class:`CodeNeeded` unless ``code`` is the present one.

        A try is counted before it is judged, so that trying in parallel gains nothing. Call it before the transaction
        of the verb: what is rolled back with a refusal would not be counted.
        """
        code = "".join(character for character in code if character.isdigit())
        if not code or not row.code_salt:
            raise CodeNeeded(_("Masukkan kode enam angka yang dikirim ke telepon Anda."), field="code")
        counted = (
            type(row)
            ._base_manager.filter(
                pk=row.pk,
                code_salt=row.code_salt,
                code_tries__lt=MOST_TRIES,
                guesses__lt=MOST_GUESSES,
                code_until__gt=clock.now(),
            )
            .update(code_tries=F("code_tries") + 1, guesses=F("guesses") + 1)
        )
        if not counted:
            raise CodeNeeded(_("Kode itu sudah tidak berlaku. Mintalah kode baru."), field="code")
        if not constant_time_compare(self.of(row), code):
            raise CodeNeeded(_("Kode itu salah. Periksa pesan terakhir yang Anda terima."), field="code")
