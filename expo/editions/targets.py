"""What an edition wants to reach, in rupiah before PPN for each channel. Parts for the verbs of the edition."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from expo.models import Edition, EditionTarget
from procurement.errors import InvalidInput
from procurement.money import is_whole

LARGEST = 10**15 - 1
"""What a column of rupiah holds: just under a thousand million million."""

Targets = Mapping[str, Decimal | None]
"""Rupiah by channel; None, or a channel that is not named, has no target."""


def field_of(channel: str) -> str:
    """The name of a channel's target in forms, refusals and events."""
    return f"target_{channel}"


def targets_of(edition: Edition) -> dict[str, Decimal]:
    """The targets of an edition by channel."""
    return dict(EditionTarget.objects.filter(edition=edition).values_list("channel", "amount"))


def check_targets(targets: Targets) -> None:
    """Raise :class:`InvalidInput` on the field of a target that is no whole amount above nothing."""
    for channel, amount in targets.items():
        if amount is not None and not is_whole(amount, 1, LARGEST):
            raise InvalidInput(
                _("Target harus rupiah bulat di atas nol. Kosongkan bila belum ada target."),
                field=field_of(channel),
            )


def write_targets(edition: Edition, targets: Targets) -> None:
    """Make the targets exactly these; the caller holds the lock on the edition and has checked them."""
    EditionTarget.objects.filter(edition=edition).exclude(
        channel__in=[channel for channel, amount in targets.items() if amount]
    ).delete()
    for channel in EditionTarget.TargetChannel.values:
        amount = targets.get(channel)
        if amount:
            EditionTarget.objects.update_or_create(
                edition=edition, channel=channel, defaults={"amount": amount}
            )
