"""What is only told about: tax rows and days off."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from orders.models import TaxRate
from orders.value.shipped import PPN, report_taxes
from procurement.reference.calendar import report_holidays

pytestmark = pytest.mark.django_db


def test_tax_rows_are_found_and_a_changed_one_is_told_and_stays() -> None:
    TaxRate.objects.all().delete()
    for day, (rate, numerator, denominator) in PPN.items():
        TaxRate.objects.create(
            valid_from=day, rate=rate, base_numerator=numerator, base_denominator=denominator
        )
    ppn, _stamp = report_taxes()
    assert (ppn.found, ppn.differ, ppn.added) == (3, [], 0)
    TaxRate.objects.filter(valid_from=date(2025, 1, 1)).update(base_numerator=1, base_denominator=1)
    TaxRate.objects.create(valid_from=date(2030, 1, 1), rate="0.13")
    ppn, _stamp = report_taxes()
    assert (ppn.found, len(ppn.differ), ppn.note) == (2, 1, "1 added here")
    out = StringIO()
    call_command("load_reference", stdout=out)
    assert "left: 2025-01-01" in out.getvalue()
    assert TaxRate.objects.get(valid_from=date(2025, 1, 1)).base_denominator == 1


def test_the_last_year_of_decreed_leave_is_named() -> None:
    (told,) = report_holidays()
    assert told.found > 10
    assert "holidays" in told.source
    assert "known up to" in told.note
