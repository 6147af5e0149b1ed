"""The forecast on purchase orders that are made day by day at hidden paces, and how that is judged."""

from datetime import date, timedelta

import pytest

from bench.simulated.forecast import BEGIN, ForecastScale, simulate
from bench.simulated.foreseen import Course, rates, report, within
from procurement import clock
from tests.factories import make_world

DUE = date(2022, 3, 18)


@pytest.mark.django_db
def test_most_late_orders_are_foreseen_and_few_others() -> None:
    scale = ForecastScale(makers=8, orders=9, history=6, seed=3, shortest=8, longest=18, days_between=2)
    with clock.at(BEGIN):
        courses = simulate(scale, make_world())
    assert len(courses) == 21
    assert all(course.finished_on < date.max for course in courses)
    precision, recall, _false = rates(courses, lambda course: course.before(1) in course.warned)
    assert precision > 0.7
    assert recall > 0.7
    assert within(courses, lambda course: course.ranges) > 0.7
    assert "precision" in report(courses)


def course(warned: list[int], finished: int) -> Course:
    """Warned so many days before the due date; finished so many days after it."""
    return Course(
        1,
        DUE,
        is_judged=True,
        finished_on=DUE + timedelta(days=finished),
        warned={DUE - timedelta(days=days) for days in warned},
    )


def test_a_warning_counts_from_the_day_on_which_it_stayed() -> None:
    assert course([9, 5, 4, 3, 2, 1], 3).lead({DUE - timedelta(days=days) for days in (9, 3, 2, 1)}) == 3
    assert course([], 3).lead({DUE - timedelta(days=4)}) is None, "it did not stand at the end"


def test_precision_recall_and_false_alarms() -> None:
    courses = [course([3], 1), course([], 1), course([2], 0), course([], 0), course([], -1)]
    assert rates(courses, lambda one: bool(one.warned)) == (1 / 2, 1 / 2, 1 / 3)
