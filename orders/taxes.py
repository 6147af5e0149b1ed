"""PPN by date. Only a seller that is PKP adds it; rates are rows of ``TaxRate``."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from orders.models import StampDuty, TaxRate
from procurement.errors import InvalidInput


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


def ppn_on(day: date) -> Ppn:
    """The rule in force on a day. Raises :class:`InvalidInput` when no rate is configured for it."""
    rate = TaxRate.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    if rate is None:
        raise InvalidInput(
            _("Belum ada tarif PPN untuk tanggal %(day)s. Tambahkan pada halaman admin.")
            % {"day": day.isoformat()}
        )
    return Ppn(rate.rate, rate.base_numerator, rate.base_denominator, rate.rounding)


def stamp_duty_on_agreements(day: date) -> Decimal:
    """*Bea meterai* in rupiah that an agreement of that day carries; 0 when none is configured."""
    duty = StampDuty.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    return duty.amount if duty and duty.on_agreements else Decimal(0)
