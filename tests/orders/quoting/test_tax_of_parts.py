"""Whatever a sum is split into, and however it is taxed and rounded: the parts add up, and none is negative."""

from decimal import Decimal
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.authority import signed
from orders.loading import allocations_of
from orders.models.tax import Ppn, Rounding, Tax, Taxed
from orders.value.taxes import ppn_on
from procurement import clock
from procurement.money import LARGEST_VALUE
from tests.factories import make_world

RULES = st.builds(
    Ppn,
    rate=st.decimals(0, "0.9999", places=4),
    numerator=st.integers(1, 12),
    denominator=st.integers(1, 12),
    rounding=st.sampled_from(Rounding.values),
)
TAXES = st.builds(Tax, rule=RULES, is_taxed=st.booleans())
PARTS = st.lists(st.integers(0, int(LARGEST_VALUE) // 20), max_size=20)
FIGURES = ("value", "taxed", "base", "ppn")


@given(tax=TAXES, parts=PARTS)
def test_parts_add_up_to_the_whole(tax: Tax, parts: list[int]) -> None:
    found, before = [], Decimal(0)
    for part in map(Decimal, parts):
        found.append(tax.of_part(part, before=before))
        before += part
    whole = sum(found, Taxed())
    assert whole == tax.of(before)
    for one in found:
        assert one.base >= 0
        assert one.ppn >= 0
        assert one.ppn == one.ppn.to_integral_value()


@given(tax=TAXES, parts=PARTS, first=st.integers(0, 20))
def test_in_any_two_heaps(tax: Tax, parts: list[int], first: int) -> None:
    """Two receptions of any size, in any order, come to the same."""
    one, other = Decimal(sum(parts[:first])), Decimal(sum(parts[first:]))
    both = tax.of(one + other)
    assert tax.of(one) + tax.of_part(other, before=one) == both
    assert tax.of(other) + tax.of_part(one, before=other) == both


@given(tax=TAXES, value=st.integers(0, int(LARGEST_VALUE)))
def test_a_rule_is_told_apart_by_its_text(tax: Tax, value: int) -> None:
    rule = tax.rule
    again = Ppn(
        Decimal(str(rule.rate)).quantize(Decimal("0.0001")), rule.numerator, rule.denominator, rule.rounding
    )
    assert again.text == rule.text
    assert Tax(again, tax.is_taxed).of(Decimal(value)) == tax.of(Decimal(value))


@pytest.mark.django_db(transaction=True)
def test_the_migration_hashes_quotes_as_signatures_do() -> None:
    """Quotes that were open when the hash took in the tax go on to be signed."""
    world = make_world()
    order = world.quoted()
    migration = import_module("orders.migrations.0023_tax_of_purchase_orders")
    rates = list(import_module("orders.models").TaxRate.objects.order_by("valid_from"))
    rule = migration.rule_of(rates, clock.today())
    lines = list(order.lines.select_related("site"))
    said = signed.content_hash(order, lines, allocations_of(order, lines), rule=ppn_on(clock.today()))
    assert migration.content_hash(order, rule) == said == order.content_hash
    value = Decimal(90_005)
    assert migration.ppn(rule, value) == ppn_on(clock.today()).on(value, taxable=True)
