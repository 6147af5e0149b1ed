"""The forms of sign-in and account with our labels: the summary of errors names fields before a page draws them."""

from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as second_step
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.sign_in_words import TwicePassword

_EMAIL = gettext_lazy("Alamat surel")
_PASSWORD = gettext_lazy("Kata sandi")
_NEW_PASSWORD: dict[str, str | Promise] = {
    "password1": gettext_lazy("Kata sandi baru"),
    "password2": gettext_lazy("Kata sandi baru, sekali lagi"),
}


class _OurLabels:
    labels: ClassVar[dict[str, str | Promise]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = vars(self)["fields"]
        for name, label in self.labels.items():
            if name in fields:
                fields[name].label = label


class LoginForm(_OurLabels, account.LoginForm):  # type: ignore[misc]  # allauth has no types
    labels: ClassVar = {"login": _EMAIL, "password": _PASSWORD}


class ReauthenticateForm(_OurLabels, account.ReauthenticateForm):  # type: ignore[misc]
    labels: ClassVar = {"password": _PASSWORD}


class AddEmailForm(_OurLabels, account.AddEmailForm):  # type: ignore[misc]
    labels: ClassVar = {"email": _EMAIL}


class ResetPasswordForm(_OurLabels, account.ResetPasswordForm):  # type: ignore[misc]
    labels: ClassVar = {"email": _EMAIL}


class ChangePasswordForm(TwicePassword, _OurLabels, account.ChangePasswordForm):  # type: ignore[misc]
    labels: ClassVar = {"oldpassword": gettext_lazy("Kata sandi sekarang"), **_NEW_PASSWORD}


class SetPasswordForm(TwicePassword, _OurLabels, account.SetPasswordForm):  # type: ignore[misc]
    labels: ClassVar = _NEW_PASSWORD


class ResetPasswordKeyForm(TwicePassword, _OurLabels, account.ResetPasswordKeyForm):  # type: ignore[misc]
    labels: ClassVar = _NEW_PASSWORD


class SecondStepForm(_OurLabels, second_step.AuthenticateForm):  # type: ignore[misc]
    labels: ClassVar = {"code": gettext_lazy("Kode")}


class SecondStepAgainForm(_OurLabels, second_step.ReauthenticateForm):  # type: ignore[misc]
    labels: ClassVar = {"code": gettext_lazy("Kode dari aplikasi, atau kode pemulihan")}


class ActivateAppForm(_OurLabels, totp.ActivateTOTPForm):  # type: ignore[misc]
    labels: ClassVar = {"code": gettext_lazy("Kode enam angka")}


class AddPasskeyForm(_OurLabels, webauthn.AddWebAuthnForm):  # type: ignore[misc]
    labels: ClassVar = {
        "name": gettext_lazy("Nama kunci"),
        "passwordless": gettext_lazy("Boleh masuk tanpa kata sandi"),
    }
