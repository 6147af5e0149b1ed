"""How far each channel of an edition is on the way to its target. Channels are never summed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from expo.figures.figures import ChannelFigure
from expo.figures.wording import amount_said
from expo.models import EditionTarget
from procurement.money import rupiah_short

CHANNELS = EditionTarget.TargetChannel


@dataclass(frozen=True, slots=True)
class TargetFigure:
    """One channel. ``reached`` is in words, as *more than* is no exact amount; without an amount no ``percent``."""

    label: str
    target: Decimal
    reached: str
    note: str
    percent: int | None
    url: str

    @property
    def share(self) -> int:
        """The length of the bar, of 100."""
        return min(self.percent or 0, 100)


def target_figures(
    targets: Mapping[str, Decimal | None],
    *,
    booked: Decimal,
    booked_url: str,
    channels: Sequence[ChannelFigure],
) -> list[TargetFigure]:
    """Those of the channels that have a target. Of orders only what is booked counts."""
    by_channel = {one.channel: one for one in channels}
    found = []
    for channel in CHANNELS:
        target = targets.get(channel.value)
        if not target:
            continue
        if channel == CHANNELS.ORDERS:
            amount: Decimal | None = booked
            reached, note, url = rupiah_short(booked), _("sudah dibukukan"), booked_url
        else:
            amount, reached, note = _sold(by_channel[channel.value])
            url = by_channel[channel.value].url
        percent = None if amount is None else int(amount * 100 / target)
        found.append(TargetFigure(str(channel.label).capitalize(), target, reached, note, percent, url))
    return found


def _sold(channel: ChannelFigure) -> tuple[Decimal | None, str, str]:
    """What was said last of the whole channel, with an amount; else what was recorded of it, day by day."""
    said = next((row for row in reversed(channel.said) if row.amount is not None), None)
    if said is not None:
        return said.amount, amount_said(said.amount_kind, said.amount, short=True), said.source
    if channel.recorded_count:
        return channel.recorded, rupiah_short(channel.recorded), _("tercatat per hari dan UMKM")
    return None, _("belum ada pernyataan"), ""
