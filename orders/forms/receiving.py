"""Counting a shipment: accepted and rejected per line, with the reason of a rejection."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from orders.forms.fields import WholeNumberField
from orders.models import ShipmentLine
from orders.shipment_pieces import Count, judged
from procurement.typed import TypedText


@dataclass(frozen=True, slots=True)
class CountRow:
    """One line with its three fields."""

    line: ShipmentLine
    accepted: BoundField
    rejected: BoundField
    reason: BoundField


class CountForm(forms.Form):
    """What was found of each line. Accepted begins as what was sent; an empty rejected is what is missing to it.

    Fields are called as the verb names them when it refuses: ``count-<id>`` and ``reason-<id>``.
    """

    use_required_attribute = False
    conditional = ("reason",)  # needed at times, so never marked as optional

    def __init__(self, *args: Any, lines: Sequence[ShipmentLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[f"count-{line.pk}"] = WholeNumberField(
                label=_("Diterima baik"), initial=line.quantity
            )
            self.fields[f"rejected-{line.pk}"] = WholeNumberField(label=_("Ditolak"), required=False)
            self.fields[f"reason-{line.pk}"] = TypedText(
                label=_("Alasan penolakan"), max_length=300, required=False
            )

    @property
    def rows(self) -> list[CountRow]:
        return [
            CountRow(line, self[f"count-{line.pk}"], self[f"rejected-{line.pk}"], self[f"reason-{line.pk}"])
            for line in self.lines
        ]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What was typed, as hidden fields of the page that asks once more."""
        typed = ((name, self.data.get(name, "")) for name in self.fields)
        return [(name, value) for name, value in typed if value]

    def summary(self) -> list[tuple[ShipmentLine, Count]]:
        """What would be recorded of each line. Raises what the verb would raise."""
        return list(zip(self.lines, judged(self.lines, self.counts()), strict=True))

    def counts(self) -> list[Count]:
        said = self.cleaned_data
        found = []
        for line in self.lines:
            accepted, rejected = said[f"count-{line.pk}"], said[f"rejected-{line.pk}"]
            if rejected is None:
                rejected = max(line.quantity - accepted, 0)
            found.append(
                Count(line_id=line.pk, accepted=accepted, rejected=rejected, reason=said[f"reason-{line.pk}"])
            )
        return found
