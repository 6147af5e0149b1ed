"""Everything that the dashboard and the report say of an edition: its figures from the ledger, and their charts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from expo.figures import ageing, breakdown, charts
from expo.figures.asked import Asked, end_of, written
from expo.figures.breakdown import Breakdown, Concentration
from expo.figures.chart_themes import Spec
from expo.figures.expected import MOST_HISTORY, WEEK, Expected, expected_bookings
from expo.figures.figures import (
    Change,
    FunnelStep,
    StageFigure,
    changes,
    daily,
    pledges_of,
    stage_figures,
    steps_of,
)
from expo.figures.names import Names
from expo.ledger.balances import EVERY, SHORT, Balances, ByStage, series
from expo.ledger.balances import balances_of as balances
from expo.ledger.dimensions import SIZES
from expo.ledger.sources import first_day, one_look
from expo.models import NOT_YET_BOOKED, Dimension, Pledge, Stage

MOST_POINTS = 40
"""Bars of the chart over time: days while they are few, else weeks."""

Point = tuple[date, ByStage, str]
"""A day, what stood in each stage at its end, and that moment as the address says it (empty: now)."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What comes from the ledger. ``charts`` are Vega-Lite specifications by name, those with something to show."""

    figures: Balances
    stages: list[StageFigure]
    changes: list[Change]
    steps: list[FunnelStep]
    other_pledges: list[Pledge]
    points: list[Point]
    buckets: list[ageing.Bucket]
    breakdowns: list[Breakdown]
    concentration: Concentration | None
    expected: Expected
    charts: dict[str, Spec]

    @property
    def unbooked(self) -> list[StageFigure]:
        """The parts of what is not yet booked."""
        return [one for one in self.stages if one.stage in NOT_YET_BOOKED]


def overview(asked: Asked, names: Names) -> Overview:
    """Everything about an edition that comes from the ledger, now or as of a moment, whole or narrowed."""
    with one_look():
        return _overview(asked, names)


def _overview(asked: Asked, names: Names) -> Overview:
    if asked.chosen:
        found = balances(asked.edition.pk, asked.as_of, dimensions=EVERY, leading=SIZES, **asked.lookups)
        days = daily(asked)
    else:
        found = balances(asked.edition.pk, asked.as_of, dimensions=SHORT, leading=SIZES)
        days = _days(asked, found)
    stages = stage_figures(found, asked)
    pledged, others = pledges_of(found, asked)
    steps = steps_of(found, pledged, asked)
    buckets = ageing.buckets(found.ageing(), asked)
    divided, shares = _divided(asked, names, found)
    expected = expected_bookings(days, today=asked.day)
    points = _points(days, asked)
    return Overview(
        figures=found,
        stages=stages,
        changes=changes(found, days, asked),
        steps=steps,
        other_pledges=others,
        points=points,
        buckets=buckets,
        breakdowns=divided,
        concentration=shares,
        expected=expected,
        charts=_charts(asked, steps, points, buckets, divided, expected),
    )


def _divided(asked: Asked, names: Names, found: Balances) -> tuple[list[Breakdown], Concentration | None]:
    """Every breakdown, and how unevenly the value of MSMEs is shared."""
    largest = found.leaders
    divided = [
        breakdown.breakdown_by_leaders(asked, names, Dimension.INSTITUTION, largest[Dimension.INSTITUTION]),
        breakdown.breakdown_by_leaders(asked, names, Dimension.MSME, largest[Dimension.MSME]),
        breakdown.breakdown_of(asked, names, Dimension.DISTRICT, found.by(Dimension.DISTRICT)),
        breakdown.breakdown_of(asked, names, Dimension.CATEGORY, found.by(Dimension.CATEGORY)),
    ]
    return divided, breakdown.concentration(largest[Dimension.MSME])


def _days(asked: Asked, found: Balances) -> list[tuple[Any, ByStage]]:
    """The balances of the days that the page needs: its points, the weeks of the estimate among them, and yesterday."""
    first = first_day(asked.edition.pk)
    if first is None or first > asked.day:
        return []
    wanted = {*_spaced(first, asked.day), asked.day - timedelta(days=1), max(first, _earliest(asked.day))}
    earlier = sorted(day for day in wanted if first <= day < asked.day)
    return [*series(asked.edition.pk, earlier), (asked.day, found.by_stage)]


def _earliest(day: date) -> date:
    return day - WEEK * MOST_HISTORY


def _spaced(first: date, day: date) -> list[date]:
    """Days that end with ``day``, evenly spaced: each day while they are few, else weeks."""
    first = max(first, _earliest(day))
    step = 1 if (day - first).days < MOST_POINTS else 7
    return [day - timedelta(days=step * back) for back in reversed(range((day - first).days // step + 1))]


def _points(days: list[tuple[Any, ByStage]], asked: Asked) -> list[Point]:
    """The balances of some days, evenly spaced and ending with the day asked for, oldest first."""
    if not days:
        return []
    points = []
    place, standing = 0, ByStage()
    for day in _spaced(days[0][0], asked.day):
        while place < len(days) and days[place][0] <= day:
            standing = days[place][1]
            place += 1
        at = asked.query.get("as_of", "") if day == asked.day else written(end_of(day))
        points.append((day, standing, at))
    return points


def _charts(
    asked: Asked,
    steps: list[FunnelStep],
    points: list[Point],
    buckets: list[ageing.Bucket],
    divided: list[Breakdown],
    expected: Expected,
) -> dict[str, Spec]:
    """The specification of each chart that has something to show, by the id of its place in the page."""
    made: dict[str, Spec] = {}
    if any(step.reached.amount for step in steps):
        made["funnel"] = charts.funnel(
            {step.stage: step.reached for step in steps}, {step.stage: step.url for step in steps}
        )
    if points:
        made["over_time"] = charts.over_time(points, _stage_url(asked))
    if any(bucket.parts for bucket in buckets):
        made["ageing"] = charts.ageing(buckets)
    for one in divided:
        if one.slices:
            made[f"by_{one.slug}"] = charts.by_dimension(one.slices, title=str(one.title))
    if expected.history:
        urls: Mapping[date, str] = {
            week.last_day: asked.at(end_of(week.last_day)).rows("all-booked")
            for week in expected.history
            if week.last_day < asked.day
        }
        made["expected"] = charts.expected(expected.history[-12:], expected.weeks, urls)
    return made


def _stage_url(asked: Asked) -> str:
    """The address of the rows of a stage at the end of a day, to be completed in the chart."""
    address = asked.at(None).rows(Stage.REQUESTED.value, as_of="MOMENT")
    return address.replace("/requested/", "/STAGE/")
