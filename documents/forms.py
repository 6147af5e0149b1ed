"""Forms of documents."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.proving import checking
from procurement.input.typed import TypedText


class CheckForm(forms.Form):
    """What the footer of a paper prints."""

    code = TypedText(
        label=_("Kode cek"),
        max_length=80,
        strip=True,
        help_text=_(
            "Dua belas huruf dan angka di kaki setiap halaman, misalnya 1A2B-3C4D-5E6F, atau SHA-256 berkas."
        ),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    number = TypedText(label=_("Nomor dokumen"), max_length=120, required=False, strip=True)

    def clean_code(self) -> str:
        code = checking.normal_code(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(
                _(
                    "Kode cek terdiri atas 12 angka 0–9 dan huruf A–F (atau 64 untuk SHA-256). Periksa lagi ketikannya."
                )
            )
        return code

    def clean(self) -> dict[str, Any]:
        return super().clean() or {}
