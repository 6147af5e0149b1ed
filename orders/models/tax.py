"""Tax rates as dated rows, so that a change of law is a new row and not a new release; and the sums they make."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from procurement.money import RupiahField


class Rounding(models.TextChoices):
    """How a tax becomes whole rupiah; the values are those of :mod:`decimal`."""

    HALF_UP = "ROUND_HALF_UP", _("terdekat")
    DOWN = "ROUND_DOWN", _("ke bawah")
    UP = "ROUND_UP", _("ke atas")


@dataclass(frozen=True, slots=True)
class Ppn:
    """The PPN rule of one day."""

    rate: Decimal
    numerator: int
    denominator: int
    rounding: str

    def base(self, price: Decimal) -> Decimal:
        """The tax base (*DPP*) of a price before PPN, in whole rupiah."""
        return (price * self.numerator / self.denominator).quantize(Decimal(1), rounding=self.rounding)

    def on(self, price: Decimal, *, taxable: bool) -> Decimal:
        """PPN in whole rupiah on a price before PPN; nothing when the seller is not PKP."""
        if not taxable:
            return Decimal(0)
        return (self.base(price) * self.rate).quantize(Decimal(1), rounding=self.rounding)

    @property
    def label(self) -> str:
        """``PPN 11%`` or ``PPN 12% × 11/12``."""
        percent = f"{(self.rate * 100).normalize():f}".replace(".", ",")
        base = "" if self.numerator == self.denominator else f" × {self.numerator}/{self.denominator}"
        return f"PPN {percent}%{base}"

    @property
    def text(self) -> str:
        """The rule for a hash: two rules that ever differ in a rupiah have two texts."""
        return f"{self.rate.normalize():f} {self.numerator}/{self.denominator} {self.rounding}"


@dataclass(frozen=True, slots=True)
class Taxed:
    """A price with its tax, in whole rupiah: ``taxed`` is the part of ``value`` on which PPN is, ``base`` its DPP."""

    value: Decimal = Decimal(0)
    taxed: Decimal = Decimal(0)
    base: Decimal = Decimal(0)
    ppn: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        """With PPN."""
        return self.value + self.ppn

    def __add__(self, other: "Taxed") -> "Taxed":
        return Taxed(
            self.value + other.value,
            self.taxed + other.taxed,
            self.base + other.base,
            self.ppn + other.ppn,
        )

    def __sub__(self, other: "Taxed") -> "Taxed":
        return Taxed(
            self.value - other.value,
            self.taxed - other.taxed,
            self.base - other.base,
            self.ppn - other.ppn,
        )


@dataclass(frozen=True, slots=True)
class Tax:
    """What one seller adds to its prices: the rule, and whether it applies to this seller at all (PKP)."""

    rule: Ppn
    is_taxed: bool

    def of(self, value: Decimal) -> Taxed:
        """The tax on one sum. Rounding happens here, and once: parts are told apart by :meth:`of_part`."""
        if not self.is_taxed:
            return Taxed(value)
        return Taxed(value, value, self.rule.base(value), self.rule.on(value, taxable=True))

    def of_part(self, value: Decimal, *, before: Decimal) -> Taxed:
        """The tax on a part that follows parts of ``before`` rupiah.

        Whatever the parts are, each is what the sum has grown by, so that they add up to the tax on the whole and the
        last one takes what rounding has left. None is ever negative.
        """
        return self.of(before + value) - self.of(before)


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
