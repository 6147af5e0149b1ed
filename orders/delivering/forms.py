"""What a shipment carries and how it travels; counting it: accepted and rejected per line, with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.delivering.deliver import Transport
from orders.delivering.shipment_pieces import Count, Load, judged
from orders.models import Allocation, ShipmentLine
from orders.requesting.forms.fields import WholeNumberField
from procurement.input.typed import NOT_WHOLE, TypedText, WholeInput


@dataclass(frozen=True, slots=True)
class CountRow:
    """One line with its three fields."""

    line: ShipmentLine
    accepted: BoundField
    rejected: BoundField
    reason: BoundField


class CountForm(forms.Form):
    """What was found of each line. Accepted begins as what was sent; an empty rejected is what is missing to it.

    Inputs are called ``count-<id>``, ``rejected-<id>`` and ``reason-<id>``.
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

    def input_of(self, row: int, field: str) -> str:
        """The input of a line of the shipment."""
        return f"count-{row}" if field == "accepted" else f"{field}-{row}"

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


class TransportForm(forms.Form):
    """How a shipment travels; whatever is not known yet may be empty until it leaves."""

    vehicle = TypedText(
        label=gettext_lazy("Kendaraan"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Misalnya truk boks, pikap, atau nama ekspedisi."),
    )
    plate = TypedText(label=gettext_lazy("Nomor polisi"), required=False, max_length=16)
    driver = TypedText(label=gettext_lazy("Nama pengemudi"), required=False, max_length=80)

    def transport(self) -> Transport:
        return Transport(
            vehicle=self.cleaned_data["vehicle"],
            plate=self.cleaned_data["plate"].upper(),
            driver=self.cleaned_data["driver"],
        )


class ShipmentForm(TransportForm):
    """What a shipment carries: a number per line, and how it travels.

    Fields of lines are called ``load-ID``; a row is ``(allocation, pieces left)``.
    """

    conditional = ("load",)  # needed at times, so never marked as optional

    of_total = WholeInput(
        label=gettext_lazy("Dari berapa pengiriman seluruhnya"),
        required=False,
        min_value=1,
        max_value=999,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=gettext_lazy(
            "Bila sudah tahu; tercetak pada surat jalan sebagai “pengiriman ke-1 dari 3”."
        ),
    )

    def __init__(self, *args: Any, rows: Sequence[tuple[Allocation, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row, left in rows:
            self.fields[f"load-{row.pk}"] = WholeInput(
                label=row.line.name,
                required=False,
                min_value=0,
                max_value=left,
                initial=left,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
                error_messages={
                    "invalid": NOT_WHOLE,
                    "max_value": _("%(name)s: paling banyak %(most)s, yaitu sisa yang belum dikirim.")
                    % {"name": row.line.name, "most": left},
                },
            )

    def input_of(self, row: int, field: str) -> str:
        """The input of a share that is sent."""
        return f"load-{row}"

    def lines(self) -> list[tuple[Allocation, int, BoundField]]:
        return [(row, left, self[f"load-{row.pk}"]) for row, left in self.rows]

    def loads(self) -> list[Load]:
        return [
            Load(allocation_id=row.pk, quantity=self.cleaned_data[f"load-{row.pk}"])
            for row, _left in self.rows
            if self.cleaned_data[f"load-{row.pk}"]
        ]
