"""The figures of the dashboard: order value from the ledger, and beside it, never added, what else was said."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, Concat, TruncDate
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from expo.figures.asked import Asked, end_of
from expo.figures.wording import amount_said, counted, stage_name
from expo.ledger.balances import NOTHING, ZERO, Balances, ByStage, Cell, balances_of
from expo.ledger.dimensions import ANNOUNCING, TAKEN_BY_ORDERS
from expo.models import (
    BOOKED,
    NOT_YET_BOOKED,
    ChannelSale,
    Dimension,
    Edition,
    LedgerEntry,
    Origin,
    Pledge,
    Stage,
)
from procurement import clock
from procurement.models import Event
from procurement.rows.prepared import PreparedValues

STAGES = (*NOT_YET_BOOKED, *BOOKED, Stage.LOST)
"""The stages in the order in which value runs through them."""

MOST_PLEDGES = 6
"""Pledges beside the order value that are named."""

CLOSING_HOUR = time(18)
"""When the expo closes on its last day, in Jakarta."""


@dataclass(frozen=True, slots=True)
class StageFigure:
    """The value of one stage; ``share`` in per cent of the largest stage, ``url`` leads to the rows behind it."""

    stage: Stage
    amount: Decimal
    orders: int
    share: int
    url: str

    @property
    def name(self) -> str:
        return stage_name(self.stage)

    @property
    def counted(self) -> str:
        return counted(self.stage, self.orders)


def stage_figures(found: Balances, asked: Asked) -> list[StageFigure]:
    """Every stage with its value."""
    stages = found.by_stage
    largest = max((stages[stage].amount for stage in STAGES), default=ZERO)
    return [
        StageFigure(
            stage=stage,
            amount=stages[stage].amount,
            orders=stages[stage].orders,
            share=int(stages[stage].amount * 100 / largest) if largest > 0 else 0,
            url=asked.rows(stage.value),
        )
        for stage in STAGES
    ]


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """How much came at least as far as a stage, by value and by count, and what part of the step before that is.

    ``of`` names what the parts are of. ``days`` is the median that orders stood in the stage before they left it.
    """

    stage: Stage
    reached: Cell
    value_share: int | None
    count_share: int | None
    of: "str | Promise"
    days: int | None
    url: str

    @property
    def name(self) -> str:
        return stage_name(self.stage)

    @property
    def counted(self) -> str:
        return counted(self.stage, self.reached.orders)


@dataclass(frozen=True, slots=True)
class Pledged:
    """Everything that was ever announced as orders, and what of it became orders."""

    announced: Cell
    converted: Cell


def steps_of(found: Balances, pledged: Pledged, asked: Asked) -> list[FunnelStep]:
    """The funnel. Most orders come without a pledge, so the first step compares pledges with their own orders."""
    reached = {**found.reached(), Stage.ANNOUNCED: pledged.announced}
    rows = {
        Stage.ANNOUNCED: asked.rows(Stage.ANNOUNCED.value),
        Stage.DELIVERED: asked.rows(Stage.DELIVERED.value),
        **{
            stage: asked.rows(f"reached-{stage.value}")
            for stage in (Stage.REQUESTED, Stage.QUOTED, Stage.BOOKED)
        },
    }
    made, before = [], NOTHING
    for stage, cell in reached.items():
        part, whole, of = cell, before, _("dari tahap sebelumnya")
        if stage == Stage.REQUESTED:
            part, whole, of = pledged.converted, pledged.announced, _("dari komitmen")
        made.append(
            FunnelStep(
                stage,
                cell,
                _per_cent(part.amount, whole.amount),
                _per_cent(part.orders, whole.orders),
                of,
                found.median_days(stage),
                rows[stage],
            )
        )
        before = cell
    return made


def _per_cent(part: "Decimal | int", whole: "Decimal | int") -> int | None:
    return round(part * 100 / whole) if whole > 0 else None


def pledges_of(found: Balances, asked: Asked) -> tuple[Pledged, list[Pledge]]:
    """What was announced as orders and what became of it; and, beside it, open pledges that are no order value."""
    is_now = asked.as_of is None
    others = _others(asked.edition) if is_now else _other_pledges(asked)
    return pledged_by(found), list(others)


def pledged_by(found: Balances) -> Pledged:
    """What was ever announced and what of it became orders, by the ledger alone, now as at any moment.

    What was announced is still there, was given up, or is in the orders that took it. A pledge was announced once;
    it has become orders when nothing of it is left and nothing of it was given up.
    """
    ways = found.by(Dimension.PLEDGED)
    taken = -ways.get(TAKEN_BY_ORDERS, ByStage())[Stage.ANNOUNCED].amount
    ever = ways.get(ANNOUNCING, ByStage())[Stage.ANNOUNCED].orders
    open_now, given_up = found.by_stage[Stage.ANNOUNCED], found.lost_by_origin()[Origin.ANNOUNCED]
    return Pledged(
        Cell(open_now.amount + given_up.amount + taken, ever),
        Cell(taken, ever - open_now.orders - given_up.orders),
    )


def _others(edition: Edition) -> QuerySet[Pledge]:
    """Financing, MoUs, and pledges whose kind is not clear, that have not ended."""
    return (
        Pledge.objects.filter(edition=edition, status=Pledge.Status.OPEN)
        .exclude(kind=Pledge.Kind.ORDER)
        .order_by("kind", "-announced_on", "pk")[:MOST_PLEDGES]
    )


def _other_pledges(asked: Asked) -> QuerySet[Pledge]:
    """The same as of a moment: announced until then, and not ended then by the history of the pledges."""
    ended = Event.objects.filter(
        stream=Concat(Value("pledge:"), Cast(OuterRef("pk"), CharField())),
        verb="pledge.end",
        happened_at__lte=asked.moment,
    )
    return (
        Pledge.objects.filter(~Exists(ended), edition=asked.edition, announced_on__lte=asked.day)
        .exclude(kind=Pledge.Kind.ORDER)
        .order_by("kind", "-announced_on", "pk")[:MOST_PLEDGES]
    )


def _by_id(lookups: Mapping[str, int | None]) -> dict[str, Any]:
    """The filters of :attr:`Asked.lookups` as lookups of entries."""
    return {
        f"{name}__isnull" if key is None else f"{name}_id": True if key is None else key
        for name, key in lookups.items()
    }


def daily(asked: Asked) -> list[tuple[Any, ByStage]]:
    """The balances of each day of a selection, from its entries; ``expo.ledger.balances.series`` has those of the
    whole."""
    days: dict[Any, ByStage] = {}
    standing = ByStage()
    rows = (
        LedgerEntry.objects.filter(
            edition=asked.edition, happened_at__lte=asked.moment, **_by_id(asked.lookups)
        )
        .annotate(day=TruncDate("happened_at", tzinfo=clock.JAKARTA))
        .values_list("day", "stage")
        .annotate(rupiah=Sum("amount"), count=Sum("orders"))
        .order_by("day")
    )
    for day, stage, amount, count in rows:
        standing[Stage(stage)] = standing[Stage(stage)] + Cell(amount, count)
        days[day] = ByStage(standing)
    return list(days.items())


@dataclass(frozen=True, slots=True)
class Change:
    """How the unbooked differs from what it was at an earlier moment; ``url`` shows the figures of then."""

    label: "str | Promise"
    moment: datetime
    then: ByStage
    difference: Decimal
    parts: list[tuple[Stage, Decimal]]
    url: str


def changes(found: Balances, days: Iterable[tuple[Any, ByStage]], asked: Asked) -> list[Change]:
    """Against the end of yesterday and of the day a week ago, from the daily balances, and against the closing."""
    made = []
    for label, back in ((_("sejak kemarin"), 1), (_("sejak seminggu lalu"), 7)):
        day = asked.day - timedelta(days=back)
        then, first = ByStage(), None
        for on, by_stage in days:
            first = first or on
            if on <= day:
                then = by_stage
        if first is not None and day >= min(first, asked.edition.starts_on):
            made.append(_change(label, end_of(day), then, found, asked))
    closing = closing_of(asked.edition)
    if closing < asked.moment:
        then = balances_of(asked.edition.pk, closing, dimensions=(Dimension.TOTAL,), **asked.lookups).by_stage
        made.append(_change(_("sejak penutupan expo"), closing, then, found, asked))
    return made


def closing_of(edition: Edition) -> datetime:
    return datetime.combine(edition.ends_on, CLOSING_HOUR, tzinfo=clock.JAKARTA)


def _change(label: "str | Promise", moment: datetime, then: ByStage, found: Balances, asked: Asked) -> Change:
    now = found.by_stage
    return Change(
        label,
        moment,
        then,
        now.not_yet_booked.amount - then.not_yet_booked.amount,
        [(stage, now[stage].amount - then[stage].amount) for stage in NOT_YET_BOOKED],
        asked.at(moment).address("expo:home"),
    )


@dataclass(frozen=True, slots=True)
class ChannelFigure:
    """One channel: what was said of it as a whole, and the sum of what was recorded per day or MSME.

    The two are different sayings about the same money, so they are shown beside each other and never summed.
    """

    channel: str
    label: str
    said: list[ChannelSale]
    recorded: Decimal
    recorded_count: int
    url: str

    @property
    def sentences(self) -> list[tuple[str, str]]:
        """What was said, with its source."""
        return [(amount_said(row.amount_kind, row.amount, short=True), row.source) for row in self.said]


def channel_figures(edition: Edition, as_of: datetime | None = None) -> list[ChannelFigure]:
    """Every channel of the edition, in one query; as of a moment only what was sold until its day.

    What was said of the whole edition has no day and is always shown.
    """
    if as_of is None:
        rows = _SALES.all(edition=edition.pk)
    else:
        rows = _SALES_UNTIL.all(edition=edition.pk, day=clock.local_date(as_of))
    statements: dict[str, list[ChannelSale]] = {}
    totals: dict[str, tuple[Decimal, int]] = {}
    for channel, kind, amount, source, number in sorted(rows, key=lambda row: row[4]):
        if kind:
            row = ChannelSale(pk=number, channel=channel, amount_kind=kind, amount=amount, source=source)
            statements.setdefault(channel, []).append(row)
        else:
            totals[channel] = (amount or ZERO, number)
    return [
        ChannelFigure(
            channel=channel.value,
            label=str(channel.label),
            said=statements.get(channel.value, []),
            recorded=totals.get(channel.value, (ZERO, 0))[0],
            recorded_count=totals.get(channel.value, (ZERO, 0))[1],
            url=f"{reverse('expo:channels')}?penyelenggaraan={edition.pk}&kanal={channel.value}",
        )
        for channel in ChannelSale.Channel
    ]


def _sales(edition: int, *until: Q) -> Any:
    """What was said of whole channels, row by row, and what was recorded per day or MSME, summed by channel."""
    whole = Q(day__isnull=True, msme__isnull=True)
    nothing = Value("", output_field=CharField())
    sums = (
        ChannelSale.objects.filter(~whole, *until, edition=edition)
        .order_by()
        .values("channel")
        .annotate(kind=nothing, total=Sum("amount"), said=nothing, number=Count("pk"))
        .values_list("channel", "kind", "total", "said", "number")
    )
    return (
        ChannelSale.objects.filter(whole, edition=edition)
        .order_by()
        .values_list("channel", "amount_kind", "amount", "source", "pk")
        .union(sums, all=True)
    )


_SALES = PreparedValues(_sales, "edition")
_SALES_UNTIL = PreparedValues(
    lambda edition, day: _sales(edition, Q(day__isnull=True) | Q(day__lte=day)), "edition", days=("day",)
)
