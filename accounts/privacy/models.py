"""The rows that the law on personal data asks for. They know people by their table's name alone, so that
``accounts.models`` can hold them too."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PrivacyConsent(models.Model):
    """One person accepted one version of the notice on personal data; kept as the proof of it, never changed.

    Nothing of the network or device is stored with it: the person was signed in, or held the link sent to their
    address, and more would be personal data without a purpose.
    """

    class GivenBy(models.TextChoices):
        BANNER = "banner", _("tombol pada halaman")
        PASSWORD = "password", _("kata sandi pertama")
        APPLICATION = "application", _("pendaftaran")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="consents")
    version = models.CharField(_("versi"), max_length=20)
    given_by = models.CharField(_("cara"), max_length=12, choices=GivenBy.choices)
    at = models.DateTimeField(_("waktu"))

    class Meta:
        verbose_name = _("persetujuan data pribadi")
        verbose_name_plural = _("persetujuan data pribadi")
        constraints: ClassVar = (
            models.UniqueConstraint(fields=["user", "version"], name="accounts_consent_once_each_version"),
            models.CheckConstraint(
                condition=models.Q(given_by__in=["banner", "password", "application"]),
                name="accounts_consent_given_by_known",
            ),
            models.CheckConstraint(condition=~models.Q(version=""), name="accounts_consent_names_version"),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.version}"
