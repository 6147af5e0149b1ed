"""The dry run of an institution says of a value what the signature of a real order would be judged by."""

import itertools
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from buyers.authority import levels_for
from buyers.models import ApprovalRule, Institution, Officer
from buyers.own.dry_run import tried
from orders.authority.authority import Question, Signature, why_not
from orders.models import Order

NOW = datetime(2022, 7, 1, 5, tzinfo=UTC)
DAY = date(2022, 7, 1)
VALUES = (Decimal(0), Decimal(99), Decimal(100), Decimal(101))
LIMITS = (None, Decimal(0), Decimal(100))
RULES = (
    (),
    ((1, 0),),
    ((1, 0), (2, 100)),
    ((2, 101),),
)
TERMS: tuple[tuple[date | None, date | None], ...] = ((None, None), (None, date(2022, 6, 30)), (DAY, DAY))


def officer(
    level: int, limit: Decimal | None, until: tuple[date | None, date | None], active: bool
) -> Officer:
    return Officer(
        user_id=7,
        level=level,
        limit=limit,
        is_unlimited=limit is None,
        valid_from=until[0],
        valid_until=until[1],
        is_active=active,
    )


@pytest.mark.parametrize("said", RULES)
def test_every_small_world_is_judged_alike(said: tuple[tuple[int, int], ...]) -> None:
    """Every value × officer × rules: whoever the dry run names could sign that level, and nobody else could."""
    rules = [ApprovalRule(level=level, minimum_value=minimum, post=f"P{level}") for level, minimum in said]
    order = Order(institution=Institution(similar_days=30))
    seen = set()
    for value, level, limit, term, active in itertools.product(VALUES, (1, 2), LIMITS, TERMS, (True, False)):
        one = officer(level, limit, term, active)
        question = Question(order, value, NOW, rules, is_alone=True)
        levels = levels_for(rules, value)
        assert levels == question.own_levels
        for row in tried(levels, value, [one], on=DAY).levels:
            refusal = why_not(Signature(question, row.level, row.post), one, user_id=7)
            assert (row.officers == [one]) is (refusal is None), (value, level, limit, term, active)
            seen.add(refusal is None)
    assert seen == {True, False}


def test_one_person_signs_one_level() -> None:
    """Two levels need two people: the head alone is too few, with the PPK there are enough."""
    head, ppk = officer(2, None, (None, None), True), officer(1, None, (None, None), True)
    ppk.user_id = 8
    levels = {1: "PPK", 2: "KPA"}
    assert tried(levels, Decimal(5), [head], on=DAY).is_short_of_people
    assert not tried(levels, Decimal(5), [head, ppk], on=DAY).is_short_of_people
    only = tried(levels, Decimal(5), [ppk], on=DAY)
    assert [gap.level for gap in only.gaps] == [2]
    assert not only.is_short_of_people
