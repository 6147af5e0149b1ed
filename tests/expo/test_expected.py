"""The estimate of bookings on series whose answer is known beforehand."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from bench.expected import KINDS, held
from expo.figures.conformal import interval
from expo.figures.expected import LEAST_HISTORY, PastWeek, Series, estimates, expected_bookings, past_weeks
from expo.ledger.balances import ByStage, Cell
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


class TestInterval:
    """It holds the next week eight times of ten, whatever weeks are like and however few are known."""

    def test_the_farthest_of_four_bounds_the_fifth(self) -> None:
        """Each of five is the farthest from their mean once in five times: one can be left out, and no more."""
        figures = [0.2, 0.22, 0.27, 0.3]
        low, high = interval(figures, 0.5)
        for edge, farthest in ((low, 0.3), (high, 0.2)):
            mean = (sum(figures) + edge) / 5
            assert abs(edge - mean) == pytest.approx(abs(farthest - mean))
        assert low == pytest.approx(0.16)
        assert high == pytest.approx(0.98 / 3)

    @pytest.mark.parametrize("count", range(4))
    def test_too_few_weeks_bound_nothing(self, count: int) -> None:
        assert interval([0.1] * count, 0.5) == (0.0, 1.0)

    @pytest.mark.parametrize("lot", [0.0, 0.3, 0.999])
    def test_order_does_not_matter_and_it_stays_a_share(self, lot: float) -> None:
        figures = [0.0, 0.9, 0.0, 0.4, 0.1, 0.2, 0.0]
        low, high = interval(figures, lot)
        assert interval(figures[::-1], lot) == (low, high)
        assert 0 <= low <= sum(figures) / 7 <= high <= 1

    @pytest.mark.parametrize("length", [4, 5, 7, 8, 13, 26])
    def test_a_larger_lot_holds_less(self, length: int) -> None:
        dice = Random(length)  # noqa: S311 - the same weeks each time
        figures = [dice.random() for _week in range(length)]
        spans = [interval(figures, lot / 20) for lot in range(20)]
        widths = [high - low for low, high in spans]
        assert widths == sorted(widths, reverse=True)

    @pytest.mark.parametrize("kind", ["regular", "uneven", "lumpy"])
    def test_it_holds_what_it_promises(self, kind: str) -> None:
        """600 weeks each after 4, 6, 8, 13 and 26; before, regular ones lay within 56 to 74 % of the time."""
        shares = [held(KINDS[kind], length, 600, 5)[0] for length in (4, 6, 8, 13, 26)]
        assert 0.78 <= sum(shares) / 5 <= 0.86
        assert all(0.76 <= share <= 0.88 for share in shares), shares

    def test_rupiah_stay_between_nothing_and_all(self) -> None:
        """Also where a float cannot tell one rupiah: a figure that was exactly reached lies within."""
        unbooked = 9_999_999_999_999
        weeks = tuple(
            PastWeek(TODAY, unbooked, booked, 0) for booked in (0, 1_234_567_890_123, 3, unbooked, 777)
        )
        for one in estimates(weeks, unbooked=unbooked, after=TODAY, ahead=6):
            assert 0 <= one.low <= one.middle <= one.high <= unbooked
        steady = tuple(PastWeek(TODAY, unbooked, 1_234_567_890_123, 0) for _week in range(6))
        (only,) = estimates(steady, unbooked=unbooked, after=TODAY, ahead=1)
        assert only.low == only.middle == only.high == 1_234_567_890_123

    def test_a_week_of_cancellations_booked_nothing(self) -> None:
        balances = [(1_000_000, 0, 0)] * 5 + [(1_000_000, -50_000, 0)]
        found = expected_bookings(weekly(*balances), today=TODAY)
        assert [(one.actual, one.is_within) for one in found.tested] == [(-50_000, True)]
        assert found.within_percent == 100
