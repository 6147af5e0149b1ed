"""The figures of the dashboard: order value from the ledger, and beside it, never added, what else was said."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.urls import NoReverseMatch, reverse

from expo.ledger import ZERO, Totals
from expo.models import BOOKED, NOT_YET_BOOKED, ChannelSale, Edition, Pledge, Stage
from expo.wording import amount_said

FUNNEL = (*NOT_YET_BOOKED, *BOOKED, Stage.LOST)
"""The stages in the order in which value runs through them."""


@dataclass(frozen=True, slots=True)
class StageFigure:
    """The value of one stage; ``share`` in per cent of the largest stage, ``url`` leads to the rows behind it."""

    stage: Stage
    amount: Decimal
    share: int
    url: str

    @property
    def is_booked(self) -> bool:
        return self.stage in BOOKED


def rows_behind(stage: Stage, edition: Edition) -> str:
    """Where the rows of a stage are: pledges here, orders on their own page, by its name alone."""
    if stage == Stage.ANNOUNCED:
        return f"{reverse('expo:pledges')}?penyelenggaraan={edition.pk}&sisa=1"
    try:
        return f"{reverse('orders:stage', args=[stage.value])}?penyelenggaraan={edition.pk}"
    except NoReverseMatch:
        return ""


def funnel(totals: Totals, edition: Edition) -> list[StageFigure]:
    """Every stage with its value."""
    largest = max((totals[stage] for stage in FUNNEL), default=ZERO)
    return [
        StageFigure(
            stage=stage,
            amount=totals[stage],
            share=int(totals[stage] * 100 / largest) if largest > 0 else 0,
            url=rows_behind(stage, edition),
        )
        for stage in FUNNEL
    ]


@dataclass(frozen=True, slots=True)
class ChannelFigure:
    """One channel: what was said of it as a whole, and the sum of what was recorded per day or MSME.

    The two are different sayings about the same money, so they stand beside each other and are never summed.
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


def channel_figures(edition: Edition) -> list[ChannelFigure]:
    """Every channel of the edition, in two queries."""
    whole = Q(day__isnull=True, msme__isnull=True)
    statements = list(ChannelSale.objects.filter(whole, edition=edition).order_by("pk"))
    sums = {
        channel: (total or ZERO, count)
        for channel, total, count in ChannelSale.objects.filter(~whole, edition=edition)
        .values_list("channel")
        .annotate(total=Sum("amount"), count=Count("pk"))
        .order_by()
    }
    return [
        ChannelFigure(
            channel=channel.value,
            label=str(channel.label),
            said=[row for row in statements if row.channel == channel],
            recorded=sums.get(channel.value, (ZERO, 0))[0],
            recorded_count=sums.get(channel.value, (ZERO, 0))[1],
            url=f"{reverse('expo:channels')}?penyelenggaraan={edition.pk}&kanal={channel.value}",
        )
        for channel in ChannelSale.Channel
    ]


def other_pledges(edition: Edition, *, most: int = 6) -> Iterable[Pledge]:
    """Open pledges that are no order value: financing, MoUs, and those whose kind is not clear."""
    return (
        Pledge.objects.filter(edition=edition, status=Pledge.Status.OPEN)
        .exclude(kind=Pledge.Kind.ORDER)
        .order_by("kind", "-announced_on", "pk")[:most]
    )
