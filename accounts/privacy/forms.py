"""The first password comes with the notice on personal data; and the form of a breach."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.acting import Actor
from accounts.models import PrivacyConsent
from accounts.privacy import notice
from accounts.privacy.consent import accept_notice
from accounts.sign_in_forms import ResetPasswordKeyForm
from procurement.input.typed import MomentInput, TypedText, WholeInput


class ChoosePasswordForm(ResetPasswordKeyForm):
    """A password by a link. Who has none yet was invited, and reads first what is kept about them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_first = self.user is not None and not self.user.has_usable_password()
        self.is_asked = is_first and notice.in_force() is not None
        if self.is_asked:
            self.fields["consent"] = forms.BooleanField(
                label=_("Saya sudah membaca pemberitahuan data pribadi dan menyetujuinya"),
                error_messages={"required": _("Baca pemberitahuan data pribadi, lalu centang persetujuan.")},
            )

    def save(self) -> None:
        if self.is_asked:
            accept_notice(
                actor=Actor(user=self.user, organisation=None), given_by=PrivacyConsent.GivenBy.PASSWORD
            )
        super().save()


def _long(label: Any, help_text: Any = "") -> TypedText:
    return TypedText(
        label=label, help_text=help_text, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )


class AskErasureForm(forms.Form):
    """What a person wants to say with the request; nothing is asked for that is not needed."""

    words = TypedText(
        label=_("Keterangan"),
        help_text=_("Boleh dikosongkan. Tidak perlu alasan."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    understood = forms.BooleanField(
        label=_("Saya mengerti bahwa akun saya tidak dapat dipakai lagi"),
        error_messages={"required": _("Centang bahwa Anda mengerti akun tidak dapat dipakai lagi.")},
    )


class RefuseErasureForm(forms.Form):
    """Why a request is refused."""

    reason = TypedText(
        label=_("Alasan"),
        help_text=_("Dikirim kepada pemohon. Sebutkan pasal atau kewajiban yang menghalangi."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class BreachForm(forms.Form):
    """What is known of a breach of personal data, and who was told when."""

    found_at = MomentInput(label=_("Diketahui"), help_text=_("Sejak saat ini berjalan waktu 3 × 24 jam."))
    people = WholeInput(
        label=_("Jumlah orang"),
        min_value=0,
        max_value=999_999_999,
        help_text=_("Perkiraan sudah cukup; perbaiki bila sudah pasti."),
    )
    # Django takes fields off the class, so the form keeps its own ``data``.
    data = _long(_("Data yang terungkap"))  # type: ignore[assignment]
    cause = _long(_("Kapan dan bagaimana terjadi"))
    measures = _long(_("Upaya penanganan dan pemulihan"))
    contact = TypedText(label=_("Narahubung"), max_length=200)
    subjects_told_at = MomentInput(label=_("Orangnya diberi tahu"), required=False)
    authority_told_at = MomentInput(label=_("Lembaga diberi tahu"), required=False)
    is_example = forms.BooleanField(
        label=_("Latihan"), required=False, help_text=_("Bukan kejadian nyata; tidak ada yang diingatkan.")
    )
