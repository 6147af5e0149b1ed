"""Tax rates as dated rows, so that a change of law is a new row and not a new release."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TaxRate(models.Model):
    """PPN by date: ``rate`` on ``base_numerator/base_denominator`` of the price (11/12 since 2025 for goods that
    are not luxury). Rates and their confidence are in the shared domain notes; the rows are configuration."""

    valid_from = models.DateField(_("berlaku mulai"), unique=True)
    rate = models.DecimalField(_("tarif"), max_digits=5, decimal_places=4)
    base_numerator = models.PositiveSmallIntegerField(_("pembilang dasar"), default=1)
    base_denominator = models.PositiveSmallIntegerField(_("penyebut dasar"), default=1)
    source = models.CharField(_("sumber"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("tarif PPN")
        verbose_name_plural = _("tarif PPN")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(rate__gte=0, rate__lt=1), name="orders_taxrate_rate_is_fraction"
            ),
            models.CheckConstraint(
                condition=models.Q(base_denominator__gte=1), name="orders_taxrate_denominator_from_one"
            ),
        )

    def __str__(self) -> str:
        return f"{self.rate} ({self.valid_from})"
