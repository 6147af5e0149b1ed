"""The steps in which progress is told: they belong to how the goods are made, not to every purchase order alike."""

from collections.abc import Iterable
from typing import Any

from msmes.models import Category
from orders.models import Allocation, ProductionReport, PurchaseOrder

Process = Category.Process
Step, OtherStep = ProductionReport.Step, ProductionReport.OtherStep

STEPS: dict[str, tuple[str, ...]] = {
    Process.SEWING: (Step.CUT, Step.SEWN, Step.FINISHED),
    Process.WEAVING: (OtherStep.WOVEN, Step.FINISHED),
    Process.FOOD: (OtherStep.COOKED, OtherStep.PACKED, Step.FINISHED),
    Process.CRAFT: (OtherStep.SHAPED, OtherStep.SMOOTHED, Step.FINISHED),
    Process.OTHER: (Step.FINISHED,),
}
"""The steps of each way of making, in their order."""

PERCENT_OF_STEP: dict[str, int] = {
    Step.CUT: 30,
    Step.SEWN: 75,
    Step.FINISHED: 100,
    OtherStep.WOVEN: 70,
    OtherStep.COOKED: 50,
    OtherStep.PACKED: 90,
    OtherStep.SHAPED: 50,
    OtherStep.SMOOTHED: 80,
}
"""What a named step counts as when no percentage is typed."""

LABELS: dict[str, Any] = dict(ProductionReport.STEP_CHOICES)


def steps_of(purchase_order: PurchaseOrder, shares: Iterable[Allocation] | None = None) -> tuple[str, ...]:
    """The steps of a purchase order. Of goods that are made in different ways, only the step that all know.

    ``shares`` are its own, with their categories, where they are read already.
    """
    if shares is None:
        shares = purchase_order.allocations.select_related("line__category")
    ways = {
        row.line.category.made_by if row.line.category else Process.OTHER for row in shares if row.quantity
    }
    if len(ways) != 1:
        return STEPS[Process.OTHER]
    return STEPS[ways.pop()]


def choices_of(steps: Iterable[str]) -> list[tuple[str, str]]:
    """The steps as a form offers them."""
    return [(step, LABELS[step]) for step in steps]
