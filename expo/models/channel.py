"""Sales of channels that are not bulk orders."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from expo.models.edition import Edition
from expo.models.pledge import Pledge
from msmes.models import Msme
from procurement.money import RupiahField


class ChannelSale(models.Model):
    """Sales of a channel that is *not* bulk orders; shown beside order value, never added to it."""

    class Channel(models.TextChoices):
        DIRECT = "direct", _("transaksi langsung")
        LIVE_SHOPPING = "live", _("live shopping")

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="channel_sales")
    channel = models.CharField(_("kanal"), max_length=8, choices=Channel.choices)
    day = models.DateField(_("tanggal"), null=True, blank=True)
    msme = models.ForeignKey(
        Msme, null=True, blank=True, on_delete=models.PROTECT, related_name="channel_sales"
    )
    amount_kind = models.CharField(_("sifat nilai"), max_length=10, choices=Pledge.AmountKind.choices)
    amount = RupiahField(_("nilai"), null=True, blank=True)
    source = models.CharField(_("sumber"), max_length=200)
    confidence = models.CharField(_("keyakinan"), max_length=1, choices=Pledge.Confidence.choices)

    class Meta:
        verbose_name = _("penjualan kanal")
        verbose_name_plural = _("penjualan kanal")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(channel__in=["direct", "live"]), name="expo_sale_channel_known"
            ),
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True) | models.Q(amount__gt=0),
                name="expo_sale_amount_positive",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.day or ''}"
