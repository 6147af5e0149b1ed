"""Why a week has the figure it has: the usual week less holidays, days off and pauses, unless it has its own."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Self

from django.utils.translation import gettext as _

from msmes.models import CapacityPause, CapacityPlan, DayOff, WeekException
from procurement.working_days import holiday


@dataclass(frozen=True, slots=True)
class WeekFigure:
    """Pieces that can be made in one week, and the reasons where it is not the usual week.

    ``days`` has a bit for each day on which they are made, Monday the lowest.
    """

    available: int
    reasons: tuple[str, ...] = ()
    days: int = 0


@dataclass(slots=True)
class WeekRules:
    """Everything that one MSME declared, read in four queries."""

    plans: dict[int, CapacityPlan]
    days_off: dict[date, str]
    pauses: list[CapacityPause]
    exceptions: dict[tuple[int, date], WeekException] = field(default_factory=dict)

    @classmethod
    def of(cls, msme_id: int) -> Self:
        return cls(
            plans={plan.product_id: plan for plan in CapacityPlan.objects.filter(msme_id=msme_id)},
            days_off=dict(DayOff.objects.filter(msme_id=msme_id).values_list("day", "reason")),
            pauses=list(CapacityPause.objects.filter(msme_id=msme_id)),
            exceptions={
                (row.product_id, row.week): row for row in WeekException.objects.filter(msme_id=msme_id)
            },
        )

    def products(self) -> list[int]:
        """Products of which anything is declared."""
        return sorted({*self.plans, *(product_id for product_id, _week in self.exceptions)})


def figure_of(rules: WeekRules, product_id: int, week: date) -> WeekFigure:
    """The figure of one product in the week that begins on ``week``, with its reasons."""
    own = rules.exceptions.get((product_id, week))
    plan = rules.plans.get(product_id)
    work_days = plan.work_days if plan is not None else _DAYS_WITHOUT_A_PLAN
    lost: list[str] = []
    worked = 0
    for step in range(work_days):
        day = week + timedelta(days=step)
        why = _why_off(rules, product_id, day)
        if why:
            lost.append(f"{day.strftime('%d-%m')}: {why}")
        else:
            worked |= 1 << step
    if own is not None:
        days = _days_of_own_figure(own, worked or _first(work_days))
        return WeekFigure(own.available, (own.reason or _("kapasitas khusus minggu ini"),), days)
    if plan is None:
        return WeekFigure(0)
    return WeekFigure(plan.usual * worked.bit_count() // plan.work_days, tuple(lost), worked)


_DAYS_WITHOUT_A_PLAN = 6


def _days_of_own_figure(own: WeekException, usual: int) -> int:
    """A figure that is given in the middle of its week speaks of the days from then on, at the latest of Sunday."""
    gone = (own.declared_on - own.week).days if own.declared_on is not None else 0
    if gone <= 0:
        return usual
    to_come = _first(7) & ~_first(min(gone, 6))
    return usual & to_come or to_come


def _first(days: int) -> int:
    return (1 << days) - 1


def _why_off(rules: WeekRules, product_id: int, day: date) -> str:
    if day in rules.days_off:
        return rules.days_off[day] or _("libur usaha")
    for one in rules.pauses:
        if one.first_day <= day <= one.last_day and one.product_id in (None, product_id):
            return one.reason or _("jeda produksi")
    return holiday(day)
