"""PPN by date. Only a seller that is PKP adds it; rates are rows of ``TaxRate``."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from msmes.models import Msme
from orders.models import Allocation, StampDuty, TaxRate
from orders.models.tax import Ppn, Tax, Taxed
from procurement.errors import InvalidInput

__all__ = [
    "Ppn",
    "Rates",
    "Tax",
    "Taxed",
    "known_rates",
    "ppn_on",
    "quoted_parts",
    "stamp_duty_on_agreements",
    "tax_of",
]

Rates = Callable[[date], Ppn]
"""The PPN rule in force on a day."""


def ppn_on(day: date) -> Ppn:
    """The rule in force on a day. Raises :class:`InvalidInput` when no rate is configured for it."""
    rate = TaxRate.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    return _rule_of(rate, day)


def known_rates() -> Rates:
    """The same as :func:`ppn_on` out of one query, for pages that ask it of many orders."""
    rows = list(TaxRate.objects.order_by("-valid_from"))
    return lambda day: _rule_of(next((row for row in rows if row.valid_from <= day), None), day)


def _rule_of(rate: TaxRate | None, day: date) -> Ppn:
    if rate is None:
        raise InvalidInput(
            _("Belum ada tarif PPN untuk tanggal %(day)s. Tambahkan pada halaman admin.")
            % {"day": day.isoformat()}
        )
    return Ppn(rate.rate, rate.base_numerator, rate.base_denominator, rate.rounding)


def tax_of(msme: Msme, rule: Ppn) -> Tax:
    """What this MSME would add to its prices by its mark of this moment; what binds already says so itself."""
    return Tax(rule, msme.is_taxable)


def quoted_parts(shares: Iterable[Allocation], rule: Ppn) -> Mapping[int, Taxed]:
    """What each MSME's part of a quote comes to, by its id: the purchase orders that a signature makes.

    PPN is rounded for each purchase order, so the sum of the parts is that of the papers to the rupiah. Needs ``msme``.
    """
    values: dict[int, Decimal] = defaultdict(Decimal)
    msmes: dict[int, Msme] = {}
    for row in shares:
        if row.quantity:
            values[row.msme_id] += row.amount
            msmes[row.msme_id] = row.msme
    return {pk: tax_of(msmes[pk], rule).of(value) for pk, value in values.items()}


def stamp_duty_on_agreements(day: date) -> Decimal:
    """*Bea meterai* in rupiah that an agreement of that day carries; 0 when none is configured."""
    duty = StampDuty.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    return duty.amount if duty and duty.on_agreements else Decimal(0)
