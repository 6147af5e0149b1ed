"""Forms for one's own profile, and for members."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from procurement.generics import AnyModelForm
from procurement.input.typed import TypedText

_PHONE = re.compile(r"\+?[0-9]{8,15}")


class ProfileForm(AnyModelForm):
    """Name, telephone and language; the e-mail address is the identity and is changed on its own page."""

    class Meta:
        model = User
        fields = ("name", "phone", "language", "wants_mail")
        labels = {"wants_mail": _("Kirim pemberitahuan juga lewat surel")}
        help_texts = {
            "name": _("Nama lengkap seperti pada dokumen."),
            "phone": _("Contoh: 081234567890. Dipakai bila ada pertanyaan tentang pesanan."),
            "language": _(
                "Bahasa halaman dan surel untuk Anda. Dokumen pembelian tetap berbahasa Indonesia."
            ),
            "wants_mail": _("Di dalam sistem Anda tetap diberi tahu, pada lonceng di atas halaman."),
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
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class LanguageForm(forms.Form):
    """The language that one wants to read."""

    language = forms.ChoiceField(choices=User.Language.choices)


class NotificationForm(forms.Form):
    """One notification, or all of them when none is named."""

    notification = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)


class RolesForm(forms.Form):
    """The roles of a member, among those that whoever fills it in may give (``accounts.members.roles_given_by``)."""

    roles = forms.MultipleChoiceField(
        label=_("Peran"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Pilih paling sedikit satu peran.")},
    )

    def __init__(self, *args: Any, given: Iterable[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(role.value, role.label) for role in given]
        field = self.fields["roles"]
        field.choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            field.initial = [choices[0][0]]


class InviteForm(RolesForm):
    """Whom to invite, and to which roles."""

    email = forms.EmailField(
        label=_("Alamat surel"),
        max_length=254,
        help_text=_("Undangan dikirim ke alamat ini, dan dengan alamat ini orangnya masuk."),
        error_messages={
            "required": _("Isilah alamat surel orang yang diundang."),
            "invalid": _("Alamat surel tidak lengkap. Contoh: nama@contoh.id."),
        },
    )
    name = TypedText(
        label=_("Nama lengkap"),
        max_length=120,
        help_text=_("Seperti pada dokumen. Bila orangnya sudah punya akun, nama di akunnya yang berlaku."),
        error_messages={"required": _("Isilah nama orang yang diundang.")},
    )
    purpose = TypedText(
        label=_("Untuk apa"),
        max_length=200,
        required=False,
        help_text=_("Dibaca oleh yang diundang. Contoh: menerima kiriman di Gudang Rungkut."),
    )
    field_order = ("email", "name", "roles", "purpose")
