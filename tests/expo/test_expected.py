"""The estimate of bookings on series whose answer is known beforehand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from expo.balances import ByStage, Cell
from expo.expected import LEAST_HISTORY, PastWeek, Series, expected_bookings, past_weeks
from expo.models import Stage

TODAY = date(2022, 11, 30)


def weekly(*balances: tuple[int, int, int]) -> Series:
    """Requested, booked and lost at the end of each week, the last of them today."""
    weeks = len(balances) - 1
    return [
        (
            TODAY - timedelta(weeks=weeks - place),
            ByStage(
                {
                    Stage.REQUESTED: Cell(Decimal(requested)),
                    Stage.BOOKED: Cell(Decimal(booked)),
                    Stage.LOST: Cell(Decimal(lost)),
                }
            ),
        )
        for place, (requested, booked, lost) in enumerate(balances)
    ]


def steady(weeks: int) -> Series:
    """Each week a tenth of 1,000,000 is booked, and as much new demand comes."""
    return weekly(*((1_000_000, 100_000 * place, 0) for place in range(weeks + 1)))


def test_steady_history_is_continued_exactly() -> None:
    found = expected_bookings(steady(10), today=TODAY, ahead=3)
    assert [week.middle for week in found.weeks] == [100_000, 90_000, 81_000]
    assert all(week.low == week.middle == week.high for week in found.weeks)
    assert (found.weeks[0].first_day, found.weeks[0].last_day) == (date(2022, 12, 1), date(2022, 12, 7))
    assert found.total == 271_000


def test_steady_history_was_foreseen_exactly() -> None:
    found = expected_bookings(steady(10), today=TODAY)
    assert len(found.tested) == 10 - LEAST_HISTORY
    assert found.within == len(found.tested)
    assert found.mean_error == 0


def test_what_is_lost_is_no_longer_expected() -> None:
    series = weekly(*((1_000_000, 100_000 * place, 400_000 * place) for place in range(7)))
    found = expected_bookings(series, today=TODAY, ahead=2)
    assert [week.middle for week in found.weeks] == [100_000, 50_000]


def test_uneven_weeks_give_an_interval_around_their_mean() -> None:
    booked, balances = 0, [(1_000_000, 0, 0)]
    for place in range(12):
        booked += 400_000 if place % 4 == 0 else 0
        balances.append((1_000_000, booked, 0))
    first = expected_bookings(weekly(*balances), today=TODAY).weeks[0]
    assert (first.low, first.middle, first.high) == (0, 100_000, 400_000)


def test_week_that_weighs_more_counts_more() -> None:
    balances = [
        (9_000_000, 0, 0),
        (9_000_000, 0, 0),
        (9_000_000, 0, 0),
        (1_000_000, 0, 0),
        (1_000_000, 500_000, 0),
    ]
    first = expected_bookings(weekly(*balances), today=TODAY).weeks[0]
    # 500,000 of 28,000,000 that stood unbooked when the four weeks began.
    assert first.middle == round(1_000_000 * 500_000 / 28_000_000)


def test_wrong_estimate_is_admitted() -> None:
    balances = [(1_000_000, 0, 0)] * 5 + [(1_000_000, 800_000, 0)]
    found = expected_bookings(weekly(*balances), today=TODAY)
    assert [(one.estimate.high, one.actual, one.is_within) for one in found.tested] == [(0, 800_000, False)]
    assert (found.within, found.mean_error) == (0, 100)


@pytest.mark.parametrize("weeks", range(LEAST_HISTORY))
def test_nothing_is_claimed_without_history(weeks: int) -> None:
    found = expected_bookings(steady(weeks), today=TODAY)
    assert not found.is_possible
    assert found.tested == []


def test_nothing_is_expected_of_nothing() -> None:
    assert expected_bookings([], today=TODAY).weeks == []
    everything_booked = weekly(*[(1_000_000, 100_000 * place, 0) for place in range(6)], (0, 1_600_000, 0))
    assert expected_bookings(everything_booked, today=TODAY).weeks == []


def test_cancelled_order_is_no_negative_booking() -> None:
    week = PastWeek(TODAY, unbooked=1_000_000, booked=-300_000, lost=300_000)
    assert (week.booked_share, week.lost_share) == (0.0, 0.3)
    more_than_all = PastWeek(TODAY, unbooked=1_000, booked=5_000, lost=5_000)
    assert (more_than_all.booked_share, more_than_all.lost_share) == (1.0, 0.0)


def test_weeks_end_with_the_day_asked_for_and_begin_with_the_first_entry() -> None:
    weeks = past_weeks(steady(3), today=TODAY)
    assert [week.last_day for week in weeks] == [TODAY - timedelta(weeks=back) for back in (2, 1, 0)]
    assert [week.booked for week in weeks] == [100_000] * 3
    assert past_weeks(steady(3), today=TODAY - timedelta(days=1))[-1].booked == 100_000


def test_same_question_has_the_same_answer() -> None:
    balances = [(1_000_000, 70_000 * place * (place % 3), 0) for place in range(9)]
    assert expected_bookings(weekly(*balances), today=TODAY) == expected_bookings(
        weekly(*balances), today=TODAY
    )
