"""What a newcomer types to accept an invitation."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.inviting.answering import Newcomer
from procurement.input.typed import TypedText


class NewcomerForm(forms.Form):
    """One's name, a password, and that one has read what is kept about oneself."""

    name = TypedText(
        label=gettext_lazy("Nama lengkap Anda"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Isilah nama Anda.")},
    )
    password = forms.CharField(
        label=gettext_lazy("Kata sandi"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Paling sedikit 12 huruf atau angka, dan tidak mudah ditebak."),
    )
    again = forms.CharField(
        label=gettext_lazy("Kata sandi, sekali lagi"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    consent = forms.BooleanField(
        label=gettext_lazy("Saya sudah membaca pemberitahuan data pribadi dan menyetujuinya"),
        error_messages={
            "required": gettext_lazy("Baca pemberitahuan data pribadi, lalu centang persetujuan.")
        },
    )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if "password" in said and "again" in said and said["password"] != said["again"]:
            self.add_error("again", _("Kedua kata sandi tidak sama. Tuliskan sekali lagi."))
        return said

    def asked(self) -> Newcomer:
        return Newcomer(name=self.cleaned_data["name"], password=self.cleaned_data["password"])
