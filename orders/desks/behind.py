"""The orders behind a figure: the value of each in some stages, now or as of a moment.

The figure may be of one institution, MSME, district or category alone; then so is the value of each row, and the
rows add up to the figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import DateField, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from expo.figures.asked import Asked
from expo.models import BOOKED, Dimension, LedgerEntry, Origin, Stage
from orders.models import Order
from orders.standing import STATUSES_WITH
from procurement.money import RupiahField


@dataclass(frozen=True, slots=True)
class Behind:
    """Stages whose value is asked for; with ``origins`` also what was lost after it had come that far."""

    label: "str | Promise"
    stages: tuple[Stage, ...]
    origins: tuple[Origin, ...] = ()

    @property
    def entries(self) -> Q:
        return Q(stage__in=self.stages) | Q(stage=Stage.LOST, origin__in=self.origins)

    @property
    def statuses(self) -> set[str]:
        """The statuses in which an order can have such value now."""
        stages: Sequence[Stage] = (*self.stages, Stage.LOST) if self.origins else self.stages
        return {status for stage in stages for status in STATUSES_WITH[stage]}


_COUNTED = (Stage.REQUESTED, Stage.QUOTED, *BOOKED, Stage.LOST)

SETS: dict[str, Behind] = {
    **{stage.value: Behind(stage.label, (stage,)) for stage in _COUNTED},
    "unbooked": Behind(_("belum dibukukan"), (Stage.REQUESTED, Stage.QUOTED)),
    "all-booked": Behind(_("sudah dibukukan seluruhnya"), BOOKED),
    "reached-requested": Behind(
        _("pernah diminta"),
        (Stage.REQUESTED, Stage.QUOTED, *BOOKED),
        (Origin.REQUESTED, Origin.QUOTED, Origin.BOOKED),
    ),
    "reached-quoted": Behind(_("pernah ditawarkan"), (Stage.QUOTED, *BOOKED), (Origin.QUOTED, Origin.BOOKED)),
    "reached-booked": Behind(_("pernah dibukukan"), BOOKED, (Origin.BOOKED,)),
}
"""What can be asked for, by its name in the address."""


def rows_behind(orders: QuerySet[Order], asked: Asked, wanted: Behind) -> QuerySet[Any]:
    """Those of ``orders`` that have such value, with ``in_stage`` (rupiah) and ``since`` (the day, while unbooked)."""
    entries = LedgerEntry.objects.filter(wanted.entries, order_id=OuterRef("pk")).order_by()
    orders = orders.filter(edition=asked.edition)
    if asked.as_of is None:
        orders = orders.filter(status__in=wanted.statuses)
    else:
        entries = entries.filter(happened_at__lte=asked.as_of)
        orders = orders.filter(submitted_at__lte=asked.as_of)
    for dimension, key in asked.chosen.items():
        if dimension == Dimension.INSTITUTION:
            orders = orders.filter(institution_id=key)
        else:
            entries = entries.filter(**{f"{dimension.value}_id": key or None})
    of_order = entries.values("order_id")
    balance = of_order.annotate(balance=Sum("amount")).values("balance")
    latest = of_order.annotate(latest=Max("since")).values("latest")
    return orders.annotate(in_stage=Subquery(balance, output_field=RupiahField())).filter(
        in_stage__gt=0
    ).annotate(since=Subquery(latest, output_field=DateField()))  # fmt: skip
