"""The first password comes with the notice on personal data."""

from typing import Any

from allauth.account.forms import ResetPasswordKeyForm
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.acting import Actor
from accounts.models import PrivacyConsent
from accounts.privacy.consent import accept_notice


class ChoosePasswordForm(ResetPasswordKeyForm):  # type: ignore[misc]
    """A password by a link. Who has none yet was invited, and reads first what is kept about them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_first = self.user is not None and not self.user.has_usable_password()
        if self.is_first:
            self.fields["consent"] = forms.BooleanField(
                label=_("Saya sudah membaca pemberitahuan data pribadi dan menyetujuinya"),
                error_messages={"required": _("Baca pemberitahuan data pribadi, lalu centang persetujuan.")},
            )

    def save(self) -> None:
        if self.is_first:
            accept_notice(
                actor=Actor(user=self.user, organisation=None), given_by=PrivacyConsent.GivenBy.PASSWORD
            )
        super().save()
