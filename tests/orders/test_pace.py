"""The forecast: what it says before, during and late in the work, and how well it warns."""

import random
from datetime import date, timedelta

import pytest

from orders.pace import Experience, Forecast, Kept, Report, forecast
from procurement.working_days import add_working_days, working_days_between

START = date(2022, 9, 5)
DUE = add_working_days(START, 20)
NOBODY = Experience.of([])


def told(day: int, *reports: tuple[int, int], experience: Experience = NOBODY, msme_id: int = 1) -> Forecast:
    """The forecast after ``day`` working days with reports ``(working day, percent)``."""
    return forecast(
        msme_id=msme_id,
        start=START,
        due=DUE,
        today=add_working_days(START, day),
        reports=[Report(add_working_days(START, at), percent) for at, percent in reports],
        experience=experience,
    )


def test_without_any_knowledge_the_plan_is_expected() -> None:
    found = told(0)
    assert abs((found.expected - DUE).days) <= 1
    assert found.earliest < found.expected < found.latest


def test_a_slow_pace_warns_before_the_due_date() -> None:
    found = told(10, (10, 25))
    assert found.is_likely_late
    assert found.days_left == 10
    assert found.days_late > 0


def test_a_good_pace_does_not_warn() -> None:
    assert not told(10, (10, 60)).is_likely_late


def test_reports_narrow_the_range() -> None:
    early, late = told(4, (4, 20)), told(16, (16, 80))
    assert (late.latest - late.earliest) < (early.latest - early.earliest)


def test_an_msme_that_was_always_late_is_not_believed() -> None:
    known = Experience.of([Kept(1, 20, 32)] * 6 + [Kept(2, 20, 19)] * 6)
    assert told(0, experience=known, msme_id=1).is_likely_late
    assert not told(0, experience=known, msme_id=2).is_likely_late


def test_it_is_never_expected_in_the_past() -> None:
    today = add_working_days(START, 30)
    found = told(30, (3, 90))
    assert found.expected >= today
    assert found.late_probability == 1.0
    assert found.days_left == -10


@pytest.mark.parametrize("percent", [0, 100])
def test_the_ends_of_the_scale_are_harmless(percent: int) -> None:
    assert told(5, (5, percent)).expected >= add_working_days(START, 5)


def test_warnings_in_a_simulation() -> None:
    """Two hundred orders of forty MSMEs of known pace, reported every four days with noise, judged at half time."""
    dice = random.Random(7)  # noqa: S311 - a simulation that must repeat
    paces = {msme_id: dice.lognormvariate(0.05, 0.25) for msme_id in range(40)}
    kept = [
        Kept(msme_id, 20, max(1, round(20 * pace * dice.lognormvariate(0, 0.1))))
        for msme_id, pace in paces.items()
        for _order in range(4)
    ]
    known = Experience.of(kept)
    right = warned = late = 0
    for number in range(200):
        msme_id = number % 40
        actual = 20 * paces[msme_id] * dice.lognormvariate(0, 0.1)
        reports = [
            (day, min(99, max(1, round(100 * day / actual * dice.uniform(0.85, 1.15))))) for day in (4, 8)
        ]
        found = told(10, *reports, experience=known, msme_id=msme_id)
        is_late = round(actual) > working_days_between(START, DUE)
        late += is_late
        warned += found.is_likely_late
        right += is_late and found.is_likely_late
    assert right / warned > 0.75, "precision"
    assert right / late > 0.75, "recall"


def test_the_range_holds_the_day_four_times_of_five() -> None:
    dice = random.Random(11)  # noqa: S311 - a simulation that must repeat
    inside = 0
    for _order in range(300):
        actual = max(9.0, 20 * dice.lognormvariate(0, 0.3))
        percent = min(99, max(1, round(100 * 8 / actual)))
        found = told(8, (8, percent))
        inside += found.earliest <= add_working_days(START, round(actual)) <= found.latest + timedelta(days=1)
    assert 0.7 < inside / 300 <= 1.0


def test_knowing_an_msme_takes_away_what_sets_msmes_apart_and_no_more() -> None:
    known = Experience.of(
        [Kept(msme_id, 20, 12 + 4 * msme_id) for msme_id in range(5) for _order in range(6)]
    )
    mean, spread = known.expected(4)
    _common, unknown = known.expected(99)
    assert spread < unknown / 2
    assert abs(mean - Kept(4, 20, 28).log_ratio) < 0.05
    restless = Experience.of([Kept(msme_id, 20, days) for msme_id in range(5) for days in (14, 20, 28)])
    assert restless.expected(4)[1] > 0.8 * restless.expected(99)[1]


def test_the_range_of_a_known_msme_is_not_too_wide() -> None:
    """Two hundred orders of forty MSMEs that differ more from each other than from themselves, before any report."""
    dice = random.Random(13)  # noqa: S311 - a simulation that must repeat
    paces = {msme_id: dice.lognormvariate(0, 0.3) for msme_id in range(40)}

    def days(msme_id: int) -> int:
        return max(1, round(20 * paces[msme_id] * dice.lognormvariate(0, 0.15)))

    known = Experience.of(Kept(msme_id, 20, days(msme_id)) for msme_id in paces for _order in range(5))
    inside = 0
    for number in range(200):
        found = told(0, experience=known, msme_id=number % 40)
        inside += found.earliest <= add_working_days(START, days(number % 40)) <= found.latest
    assert 0.72 < inside / 200 < 0.9
