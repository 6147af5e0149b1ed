"""What a person says about themselves."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User

_PHONE = re.compile(r"\+?[0-9]{8,15}")


class ProfileForm(forms.ModelForm):
    """Name, telephone and language; the e-mail address is the identity and is changed on its own page."""

    class Meta:
        model = User
        fields = ("name", "phone", "language")
        help_texts = {
            "name": _("Nama lengkap seperti pada dokumen."),
            "phone": _("Contoh: 081234567890. Dipakai bila ada pertanyaan tentang pesanan."),
            "language": _(
                "Bahasa halaman dan surel untuk Anda. Dokumen pembelian tetap berbahasa Indonesia."
            ),
        }

    def clean_phone(self) -> str:
        phone = re.sub(r"[\s().-]", "", self.cleaned_data["phone"])
        if phone and not _PHONE.fullmatch(phone):
            raise forms.ValidationError(
                _("Nomor telepon terdiri atas 8 sampai 15 angka, boleh diawali +. Contoh: 081234567890.")
            )
        return phone


class ActForForm(forms.Form):
    """The organisation that one wants to act for."""

    organisation = forms.IntegerField(min_value=1, max_value=2**63 - 1)


class LanguageForm(forms.Form):
    """The language that one wants to read."""

    language = forms.ChoiceField(choices=User.Language.choices)
