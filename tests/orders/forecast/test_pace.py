"""The forecast: what it says before, during and late in the work, and how well it warns."""

import math
import random
from datetime import date, timedelta
from itertools import pairwise

import pytest

from orders.forecast.pace import Experience, Forecast, Kept, ToldPercent, WorkLeft, _less, forecast
from procurement.working_days import add_working_days, is_working_day, working_days_between

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
        reports=[ToldPercent(add_working_days(START, at), percent) for at, percent in reports],
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


HISTORIES = {
    "nobody": NOBODY,
    "in time": Experience.of([Kept(1, 20, 18)] * 5),
    "late": Experience.of([Kept(1, 20, 34)] * 5),
    "others only": Experience.of([Kept(msme_id, 20, 15 + 3 * msme_id) for msme_id in range(2, 9)] * 2),
    "restless": Experience.of([Kept(1, 20, days, 5_000_000, 3, 2) for days in (8, 15, 20, 31, 60)]),
}
PERCENTS = (0, 1, 2, 5, 10, 20, 35, 50, 65, 80, 90, 95, 98, 99, 100)
PLANS = (1, 3, 8, 20, 45)


def foreseen(
    *, begun: int | None, now: int, due: int, told: tuple[int, float] | None, plan: int, known: Experience
) -> float:
    """How likely late; all days are working days from one beginning."""
    return forecast(
        msme_id=1,
        start=None if begun is None else add_working_days(START, begun),
        due=add_working_days(START, due),
        today=add_working_days(START, now),
        reports=[ToldPercent(add_working_days(START, told[0]), told[1])] if told else [],
        planned=plan,
        experience=known,
    ).late_probability


def rising(values: list[float], *, strictly: bool = False) -> bool:
    """Never less than before, but for what a float cannot tell."""
    return all(later >= earlier - 1e-6 for earlier, later in pairwise(values)) and (
        not strictly or values[-1] > values[0]
    )


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("plan", PLANS)
class TestOrderOfThings:
    """On a grid of all cases: more progress never makes it later, and less time never makes it earlier."""

    def test_fewer_days_left_never_help_what_has_not_begun(self, plan: int, history: str) -> None:
        known = HISTORIES[history]
        days = [foreseen(begun=None, now=now, due=30, told=None, plan=plan, known=known) for now in range(32)]
        assert rising(days, strictly=True)
        assert days[-1] == 1.0, "the due day has ended"
        assert max(later - earlier for earlier, later in pairwise(days[:-1])) < 0.55, "no cliff"

    def test_fewer_days_left_never_help_what_is_made(self, plan: int, history: str) -> None:
        known = HISTORIES[history]
        for percent in PERCENTS:
            today = [
                foreseen(begun=0, now=now, due=30, told=(now, percent), plan=plan, known=known)
                for now in range(1, 32)
            ]
            assert rising(today, strictly=True), (percent, "as of today")
            silent = [
                foreseen(begun=0, now=now, due=30, told=(4, percent), plan=plan, known=known)
                for now in range(4, 32)
            ]
            assert rising(silent, strictly=True), (percent, "silent since")
            assert today[-1] == silent[-1] == 1.0

    def test_later_due_dates_never_harm(self, plan: int, history: str) -> None:
        known = HISTORIES[history]
        for told in (None, *((5, percent) for percent in PERCENTS)):
            days = [
                foreseen(begun=0, now=6, due=due, told=told, plan=plan, known=known)
                for due in range(45, 5, -1)
            ]
            assert rising(days), told

    def test_more_progress_never_makes_it_later(self, plan: int, history: str) -> None:
        known = HISTORIES[history]
        for now in (1, 2, 5, 12, 25, 30):
            for told in {1, now // 2 or 1, now}:
                by_percent = [
                    foreseen(begun=0, now=now, due=30, told=(told, percent), plan=plan, known=known)
                    for percent in reversed(PERCENTS)
                ]
                assert rising(by_percent), (now, told)

    def test_each_step_of_a_purchase_order_is_progress(self, plan: int, history: str) -> None:
        """Not begun, begun today, half made, all made: none of them is later than the one before."""
        known = HISTORIES[history]
        for now in (1, 3, 10, 19, 20):
            waiting = foreseen(begun=None, now=now, due=20, told=None, plan=plan, known=known)
            begun = foreseen(begun=now, now=now, due=20, told=None, plan=plan, known=known)
            made = forecast(
                msme_id=1,
                start=START,
                due=DUE,
                today=add_working_days(START, now),
                reports=[],
                planned=plan,
                experience=known,
                progress=WorkLeft(add_working_days(START, now), 0.0),
            )
            assert waiting >= begun >= made.late_probability
            assert made.state == "made"

    def test_the_expected_day_agrees_with_the_probability(self, plan: int, history: str) -> None:
        known = HISTORIES[history]
        for now in (0, 5, 15, 20):
            for percent in (10, 60, 95):
                found = forecast(
                    msme_id=1,
                    start=START,
                    due=DUE,
                    today=add_working_days(START, now),
                    reports=[ToldPercent(add_working_days(START, now), percent)],
                    planned=plan,
                    experience=known,
                )
                assert (found.expected > DUE) == (found.late_probability > 0.5)
                assert found.today <= found.earliest <= found.expected <= found.latest


@pytest.mark.parametrize("years", [1, 2, 3, 5, 9, 10, 74])
@pytest.mark.parametrize("percent", [None, 1, 30, 60])
def test_the_expected_day_agrees_with_the_probability_however_far_it_is_due(
    years: int, percent: int | None
) -> None:
    today, due = add_working_days(START, 40), START.replace(year=START.year + years)
    found = forecast(
        msme_id=1,
        start=START if percent else None,
        due=due,
        today=today,
        reports=[ToldPercent(today, percent)] if percent else [],
        planned=working_days_between(START, due),
        experience=NOBODY,
    )
    assert (found.expected > due) == (found.late_probability > 0.5)
    assert found.earliest < found.expected < found.latest


@pytest.mark.parametrize("rests", [0, 3, 400])
@pytest.mark.parametrize(
    "start", [date(2022, 12, 24), date(2026, 3, 2), date(2100, 12, 20), date(2150, 1, 1)]
)
def test_days_are_added_as_a_walk_through_the_calendar_adds_them(start: date, rests: int) -> None:
    chance = random.Random(rests)  # noqa: S311
    near = [start + timedelta(days=step) for step in range(1, 900)]
    resting = sorted(chance.sample([day for day in near if is_working_day(day)], rests))
    day, count, off = start, 0, set(resting)
    while count < 700:
        day += timedelta(days=1)
        if is_working_day(day) and day not in off:
            count += 1
            assert add_working_days(start, count, resting=resting) == day


def test_days_are_added_until_the_calendar_ends() -> None:
    assert add_working_days(date(9999, 12, 1), 10_000) == date.max
    assert add_working_days(START, 0) == START


class TestLate:
    """Late is what is not all there when the due day has ended."""

    def test_not_begun_counts_by_the_time_that_is_left(self) -> None:
        left = {
            days: foreseen(begun=None, now=20 - days, due=20, told=None, plan=20, known=NOBODY)
            for days in (20, 10, 5, 0)
        }
        assert left[20] < 0.65
        assert left[10] > 0.9
        assert left[5] > 0.98
        assert left[0] > 0.99

    def test_almost_finished_on_the_due_day_is_not_late_until_it_has_ended(self) -> None:
        before, on, after = (told(day, (day, 99)) for day in (19, 20, 21))
        assert not before.is_likely_late
        assert not on.is_likely_late
        assert on.late_probability - before.late_probability < 0.4
        assert on.days_left == 0
        assert after.late_probability == 1.0
        assert after.is_overdue
        assert after.late_percent == 100

    def test_half_made_on_the_due_day_is_late_but_not_certainly(self) -> None:
        found = told(20, (20, 50))
        assert found.is_likely_late
        assert found.late_percent == 99

    def test_a_due_day_on_a_weekend_ends_with_that_day(self) -> None:
        saturday = date(2022, 9, 10)

        def on(day: date) -> Forecast:
            return forecast(
                msme_id=1,
                start=START,
                due=saturday,
                today=day,
                reports=[ToldPercent(date(2022, 9, 9), 99)],
                experience=NOBODY,
            )

        assert not on(saturday).is_likely_late
        assert on(saturday).days_left == 0
        sunday = on(date(2022, 9, 11))
        assert (sunday.late_probability, sunday.is_overdue) == (1.0, True)

    def test_days_off_are_no_days_left(self) -> None:
        def late(off: list[date]) -> float:
            return forecast(
                msme_id=1,
                start=START,
                due=DUE,
                today=add_working_days(START, 10),
                reports=[ToldPercent(add_working_days(START, 10), 60)],
                experience=NOBODY,
                off=off,
            ).late_probability

        coming = [add_working_days(START, day) for day in range(11, 21)]
        chances = [late(coming[:count]) for count in range(11)]
        assert rising(chances, strictly=True)
        assert chances[0] < 0.5
        assert chances[-1] > 0.99
        past = [add_working_days(START, day) for day in range(1, 6)]
        assert late(past) < chances[0], "the pace is that of the days on which it worked"

    def test_the_amount_of_work_counts_as_far_as_it_has_counted(self) -> None:
        """Of three kinds of history: time went by the plan, by the amount, or nothing is known."""
        plans = [(10, 5), (20, 40), (15, 60), (30, 8), (12, 12), (25, 25), (18, 45), (22, 6)] * 3
        by_plan = Experience.of([Kept(2, plan, plan, amount * 10**6) for plan, amount in plans])
        by_amount = Experience.of([Kept(2, plan, amount, amount * 10**6) for plan, amount in plans])
        assert by_plan.amount_counts < 0.15
        assert by_amount.amount_counts > 0.85
        for known, low, high in ((by_plan, 15, 25), (by_amount, 50, 75)):
            days, _spread = known.days(1, planned=20, amount=60_000_000)
            assert low < days < high
        assert NOBODY.days(1, planned=20, amount=60_000_000)[0] == pytest.approx(20)

    def test_the_way_to_the_buyer_is_learned(self) -> None:
        near = Experience.of([Kept(1, 20, 20, delivered=0)] * 6)
        far = Experience.of([Kept(1, 20, 20, delivered=5)] * 6)
        made = [
            forecast(
                msme_id=1,
                start=START,
                due=DUE,
                today=add_working_days(START, 18),
                reports=[],
                experience=known,
                progress=WorkLeft(add_working_days(START, 18), 0.0),
            )
            for known in (near, far)
        ]
        assert made[0].late_probability < 0.05
        assert made[1].late_probability > 0.4
        assert made[0].expected < made[1].expected


def test_the_incomplete_beta_function_is_right() -> None:
    """Against sums over the binomial, which it is for whole numbers."""
    for made in range(1, 12):
        for known in range(1, 12):
            for odds in (0.01, 0.3, 1.0, 4.0):
                place, whole = odds / (1 + odds), made + known - 1
                exact = sum(
                    math.comb(whole, hit) * place**hit * (1 - place) ** (whole - hit)
                    for hit in range(made, whole + 1)
                )
                assert _less(made, known, odds) == pytest.approx(exact, abs=1e-9)
