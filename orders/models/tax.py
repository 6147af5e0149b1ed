"""Tax rates as dated rows, so that a change of law is a new row and not a new release."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from procurement.money import RupiahField


class Rounding(models.TextChoices):
    """How a tax becomes whole rupiah; the values are those of :mod:`decimal`."""

    HALF_UP = "ROUND_HALF_UP", _("terdekat")
    DOWN = "ROUND_DOWN", _("ke bawah")
    UP = "ROUND_UP", _("ke atas")


class TaxRate(models.Model):
    """PPN by date: ``rate`` on ``base_numerator/base_denominator`` of the price (11/12 since 2025 for goods that
    are not luxury). Rates and their confidence are in the shared domain notes; the rows are configuration."""

    valid_from = models.DateField(_("berlaku mulai"), unique=True)
    rate = models.DecimalField(_("tarif"), max_digits=5, decimal_places=4)
    base_numerator = models.PositiveSmallIntegerField(_("pembilang dasar"), default=1)
    base_denominator = models.PositiveSmallIntegerField(_("penyebut dasar"), default=1)
    rounding = models.CharField(
        _("pembulatan ke rupiah"), max_length=16, choices=Rounding.choices, default=Rounding.HALF_UP
    )
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


class StampDuty(models.Model):
    """*Bea meterai* by date: ``amount`` rupiah on agreements, and on money documents above ``threshold``."""

    valid_from = models.DateField(_("berlaku mulai"), unique=True)
    amount = RupiahField(_("tarif"))
    threshold = RupiahField(_("di atas nilai"))
    on_agreements = models.BooleanField(_("juga pada surat perjanjian dan surat pesanan"), default=True)
    source = models.CharField(_("sumber"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("bea meterai")
        verbose_name_plural = _("bea meterai")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(amount__gte=0, threshold__gte=0), name="orders_stampduty_not_negative"
            ),
        )

    def __str__(self) -> str:
        return f"{self.amount} ({self.valid_from})"
