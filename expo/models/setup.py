"""The setting up of an organiser: how far it has come, and the addresses that open it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from procurement.models import Audited


class Setup(Audited):
    """The setting up of one organiser, from a printed address to a checklist that is done.

    Its first steps are made by whoever holds the address, before anybody can sign in; from the first coordinator on,
    by coordinators. Each step is kept by itself, so that it can be left and taken up again. At most one set-up of an
    installation is open; the next organiser begins when it is finished.
    """

    organisation = models.OneToOneField(
        Organisation,
        verbose_name=_("organisasi"),
        null=True,
        on_delete=models.PROTECT,
        related_name="setup",
    )
    coordinator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("koordinator pertama"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    opens_back_office = models.BooleanField(_("koordinator pertama boleh masuk halaman admin"), default=False)
    chosen_at = models.DateTimeField(_("wilayah dan kategori dipilih"), null=True)
    tried_at = models.DateTimeField(_("pengiriman diuji"), null=True)
    is_open = models.BooleanField(_("belum selesai"), default=True)
    finished_at = models.DateTimeField(_("selesai"), null=True)
    dismissed_at = models.DateTimeField(_("daftar langkah ditutup"), null=True)

    class Meta:
        verbose_name = _("penyiapan")
        verbose_name_plural = _("penyiapan")
        constraints = (
            models.UniqueConstraint(
                fields=["is_open"], condition=models.Q(is_open=True), name="expo_setup_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(is_open=True, finished_at__isnull=True)
                | models.Q(is_open=False, finished_at__isnull=False),
                name="expo_setup_finished_at",
            ),
            models.CheckConstraint(
                condition=models.Q(coordinator__isnull=True) | models.Q(organisation__isnull=False),
                name="expo_setup_organiser_first",
            ),
        )

    def __str__(self) -> str:
        return str(self.organisation) if self.organisation else str(_("penyiapan"))


class SetupKey(models.Model):
    """One printed address. It opens the set-up in one browser; only the hash of its secret is stored.

    ``expires_at`` also ends the browser's way in, until the first coordinator signs in.
    """

    setup = models.ForeignKey(Setup, on_delete=models.CASCADE, related_name="keys")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("dibuat"))
    expires_at = models.DateTimeField(_("berlaku sampai"))
    used_at = models.DateTimeField(_("dipakai"), null=True)

    class Meta:
        verbose_name = _("alamat penyiapan")
        verbose_name_plural = _("alamat penyiapan")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(expires_at__gte=models.F("made_at")), name="expo_setup_key_days_in_order"
            ),
        )

    def __str__(self) -> str:
        return f"{self.setup} {self.made_at}"
