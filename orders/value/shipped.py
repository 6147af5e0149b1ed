"""The dated tax rows that ship (``orders/migrations/0002_ppn_rates.py``), to tell what became of them."""

from datetime import date
from decimal import Decimal

from orders.models import StampDuty, TaxRate
from procurement.reference.loading import Loaded

PPN = {
    date(1985, 4, 1): (Decimal("0.10"), 1, 1),
    date(2022, 4, 1): (Decimal("0.11"), 1, 1),
    date(2025, 1, 1): (Decimal("0.12"), 11, 12),
}
"""Rate and base by the first day: UU 8/1983, UU 7/2021 and PMK 131/2024."""


def report_taxes() -> list[Loaded]:
    """Which rates are as they shipped, which somebody changed, and how many were added since."""
    rows = {row.valid_from: row for row in TaxRate.objects.all()}
    ppn = Loaded(str(TaxRate._meta.verbose_name_plural), "UU 8/1983, UU 7/2021, PMK 131/2024")
    for day, shipped in PPN.items():
        row = rows.get(day)
        if row is not None and (row.rate, row.base_numerator, row.base_denominator) == shipped:
            ppn.found += 1
        else:
            ppn.differ.append(f"{day} {row or '-'}")
    ppn.note = f"{len(rows.keys() - PPN.keys())} added here"
    stamps = list(StampDuty.objects.order_by("valid_from").values_list("source", flat=True))
    stamp_duty = Loaded(str(StampDuty._meta.verbose_name_plural), "; ".join(stamps) or "-")
    stamp_duty.found = len(stamps)
    return [ppn, stamp_duty]
