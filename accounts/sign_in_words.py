"""What sign-in says when it refuses. The library behind it has words of its own, of another tone and only partly in
Indonesian; here they are ours, in both languages. ``tests/accounts/test_sign_in_words.py`` finds a new one.
"""

from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Words = dict[str, str | Promise]

_WRONG_PASSWORD = gettext_lazy("Alamat surel atau kata sandi salah. Periksa keduanya, lalu coba lagi.")
_TAKEN = gettext_lazy("Isian ini sudah dipakai akun lain.")
_UNKNOWN = gettext_lazy("Tidak ada akun dengan isian ini.")
_WRONG_CODE = gettext_lazy("Kode itu salah atau sudah tidak berlaku. Masukkan kode yang tampil sekarang.")

ACCOUNT: Final[Words] = {
    "account_inactive": gettext_lazy(
        "Akun ini tidak aktif. Hubungi administrator Anda atau koordinator expo."
    ),
    "cannot_remove_primary_email": gettext_lazy(
        "Alamat surel utama tidak dapat dihapus. Jadikan alamat lain utama dahulu."
    ),
    "duplicate_email": gettext_lazy("Alamat surel ini sudah ada pada akun Anda."),
    "email_password_mismatch": _WRONG_PASSWORD,
    "phone_password_mismatch": _WRONG_PASSWORD,
    "username_password_mismatch": _WRONG_PASSWORD,
    "email_taken": _TAKEN,
    "phone_taken": _TAKEN,
    "username_taken": _TAKEN,
    "username_blacklisted": _TAKEN,
    "unknown_email": _UNKNOWN,
    "unknown_phone": _UNKNOWN,
    "enter_current_password": gettext_lazy("Kata sandi sekarang salah. Tulis yang Anda pakai untuk masuk."),
    "incorrect_password": gettext_lazy("Kata sandi salah. Coba lagi."),
    "incorrect_code": _WRONG_CODE,
    "invalid_or_expired_key": gettext_lazy("Tautan atau kode ini tidak berlaku lagi. Mintalah yang baru."),
    "invalid_login": gettext_lazy("Tidak dapat masuk dengan cara ini. Masuklah dengan surel dan kata sandi."),
    "invalid_password_reset": gettext_lazy("Tautan kata sandi ini tidak berlaku lagi. Mintalah yang baru."),
    "max_email_addresses": gettext_lazy("Satu akun paling banyak mempunyai %d alamat surel."),
    "too_many_login_attempts": gettext_lazy(
        "Terlalu banyak percobaan masuk yang gagal. Tunggu beberapa menit, lalu coba lagi."
    ),
    "unverified_primary_email": gettext_lazy("Buktikan alamat surel utama Anda dahulu."),
    "select_only_one": gettext_lazy("Pilih satu saja."),
    "same_as_current": gettext_lazy("Isian baru harus berbeda dari yang sekarang."),
    "rate_limited": gettext_lazy("Terlalu banyak permintaan. Tunggu beberapa menit, lalu coba lagi."),
}

SECOND_STEP: Final[Words] = {
    "add_email_blocked": gettext_lazy(
        "Akun dengan verifikasi dua langkah tidak dapat menambah alamat surel. Matikan verifikasinya dahulu."
    ),
    "cannot_delete_authenticator": gettext_lazy("Verifikasi dua langkah akun ini tidak dapat dimatikan."),
    "cannot_generate_recovery_codes": gettext_lazy(
        "Aktifkan verifikasi dua langkah dahulu; kode pemulihan dibuat sesudahnya."
    ),
    "incorrect_code": _WRONG_CODE,
    "unverified_email": gettext_lazy(
        "Buktikan alamat surel Anda dahulu; verifikasi dua langkah diaktifkan sesudahnya."
    ),
}


class TwicePassword:
    """Mixin for a form that asks for a new password twice: what it says when the two differ."""

    def add_error(self, field: str | None, error: Any) -> None:
        # Errors of the field itself are no strings; the form's own comparison is one, or will be.
        if field == "password2" and isinstance(error, str | Promise):
            error = _("Kedua kata sandi tidak sama. Tulis kata sandi baru yang sama dua kali.")
        super().add_error(field, error)  # type: ignore[misc]
