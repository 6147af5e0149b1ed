"""How well it was foreseen which purchase orders would be late: precision, recall, lead time, and the range."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import quantiles

from orders.forecast.pace import Forecast
from procurement.working_days import add_working_days, is_working_day, working_days_between

HORIZONS = (10, 5, 1)
"""Working days before the due date at which the standing warnings are judged."""


@dataclass(slots=True)
class Course:
    """What was foreseen of one purchase order, evening by evening, and when it was finished."""

    pk: int
    due: date
    is_judged: bool
    finished_on: date = date.max
    warned: set[date] = field(default_factory=set)
    """Evenings on which the system counted it as likely late."""
    extrapolated: set[date] = field(default_factory=set)
    """Evenings on which the mean pace so far, carried on, would have been too slow."""
    ranges: dict[date, tuple[date, date]] = field(default_factory=dict)
    half_way: date = date.max

    @property
    def is_late(self) -> bool:
        return self.finished_on > self.due

    def look(
        self,
        today: date,
        found: Forecast,
        *,
        is_warned: bool,
        start: date | None,
        last: tuple[date, int] | None,
    ) -> None:
        """Write down one evening."""
        if is_warned:
            self.warned.add(today)
        if start is None:
            return
        if is_working_day(today):
            self.ranges[today] = (found.earliest, found.latest)
        self.half_way = add_working_days(start, working_days_between(start, self.due) // 2)
        if last and last[1]:
            whole = working_days_between(start, last[0]) * 100 / last[1]
            if whole > working_days_between(start, self.due):
                self.extrapolated.add(today)

    def before(self, working_days: int) -> date:
        """The last working day that is so many before the due date."""
        day = self.due
        while working_days_between(day, self.due) < working_days:
            day -= timedelta(days=1)
        return day

    def lead(self, days: Collection[date]) -> int | None:
        """Days from the first evening of the warning that stood at the due date, or None if none stood."""
        day = self.before(1)
        if day not in days:
            return None
        while day - timedelta(days=1) in days:
            day -= timedelta(days=1)
        return (self.due - day).days


Warned = Callable[[Course], bool]


def rates(courses: Sequence[Course], warned: Warned) -> tuple[float, float, float]:
    """Precision, recall and the share of those in time that were warned of."""
    late = sum(course.is_late for course in courses)
    told = sum(warned(course) for course in courses)
    right = sum(warned(course) and course.is_late for course in courses)
    return right / max(1, told), right / max(1, late), (told - right) / max(1, len(courses) - late)


def within(courses: Sequence[Course], evenings: Callable[[Course], Collection[date]]) -> float:
    """Share of the evenings whose range held the day on which it was finished."""
    held = [
        course.ranges[day][0] <= course.finished_on <= course.ranges[day][1]
        for course in courses
        for day in evenings(course)
        if day in course.ranges
    ]
    return sum(held) / max(1, len(held))


def report(courses: Sequence[Course]) -> str:
    """Ours beside the plain extrapolation; waiting for the due date warns of nothing before it."""
    late = sum(course.is_late for course in courses)
    rows = [
        f"{len(courses)} purchase orders judged, {late} late ({late / len(courses):.0%})",
        f"{'warned':<34}{'precision':>10}{'recall':>8}{'false':>8}    extrapolated: the same",
    ]
    for horizon in (None, *HORIZONS):
        name = f"{horizon} working days before" if horizon else "at least once before the due date"
        ours = _rates_at(courses, "warned", horizon)
        rows.append(f"{name:<34}  {ours}  {_rates_at(courses, 'extrapolated', horizon)}")
    rows.append(f"{'days from warning to due date':<34}{_leads(courses, 'warned')}")
    rows.append(f"{'  extrapolated':<34}{_leads(courses, 'extrapolated')}")
    rows.append(f"{'range holds the day: all evenings':<34}{within(courses, lambda one: one.ranges):.2f}")
    rows.append(f"{'  first evening':<34}{within(courses, lambda one: sorted(one.ranges)[:1]):.2f}")
    rows.append(f"{'  half-way of the plan':<34}{within(courses, lambda one: [one.half_way]):.2f}")
    return "\n".join(rows)


def _rates_at(courses: Sequence[Course], which: str, horizon: int | None) -> str:
    def warned(course: Course) -> bool:
        days: set[date] = getattr(course, which)
        return course.before(horizon) in days if horizon else any(day < course.due for day in days)

    return "".join(f"{part:>8.2f}" for part in rates(courses, warned))


def _leads(courses: Sequence[Course], which: str) -> str:
    found = [
        lead
        for course in courses
        if course.is_late and (lead := course.lead(getattr(course, which))) is not None
    ]
    if len(found) < 2:
        return "-"
    low, middle, high = quantiles(found, n=4)
    return f"median {middle:.0f}, quartiles {low:.0f} and {high:.0f}, of {len(found)} late ones"
