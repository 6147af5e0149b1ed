"""What is typed for a quote: who makes how many, the signature, the reason of a cancellation."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from orders.asking.asking import latest_deadline
from orders.asking.coverage import LineCoverage, proposed_shares, value_of
from orders.asking.forms.asking import pieces_field
from orders.models import Allocation, Order
from orders.quoting.quote import Share
from orders.requesting.forms.deciding import ReasonForm
from procurement import clock
from procurement.input.typed import DayInput, TypedText


class CancelForm(ReasonForm):
    """Cancelling also says who bears the cost."""

    cost_bearer = forms.ChoiceField(
        label=_("Penanggung biaya pembatalan"), choices=Order.CostBearer.choices, widget=forms.RadioSelect
    )


class SignForm(forms.Form):
    """A signature binds to what was read: revision and content travel with the page."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    content_hash = TypedText(max_length=64, widget=forms.HiddenInput)
    accounts = TypedText(max_length=64, required=False, widget=forms.HiddenInput)
    note = TypedText(
        label=_("Catatan"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


QUOTE_DAYS = 14


class QuoteForm(forms.Form):
    """Who makes how many of each line, the last day of the quote, and its note.

    Only lines with something to decide have inputs: where everybody is needed in full, the share is what was
    confirmed. Shares begin as the split that was followed, else the cheapest first.
    """

    valid_until = DayInput(
        label=_("Penawaran berlaku sampai"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        first=clock.today,
        last=latest_deadline,
    )
    note = TypedText(
        label=_("Catatan pada penawaran"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen_total = TypedText(required=False, widget=forms.HiddenInput, max_length=20)

    def __init__(
        self,
        *args: Any,
        lines: Sequence[LineCoverage],
        wanted: Mapping[tuple[int, int], int] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        self.proposal = proposed_shares(lines, wanted)
        self.sent: dict[int, int] = {}
        self.fields["valid_until"].initial = lambda: clock.today() + timedelta(days=QUOTE_DAYS)
        for one in lines:
            for row in self.choosable(one):
                self.fields[share_name(row)] = pieces_field(
                    _("Baris %(row)s, %(msme)s") % {"row": one.line.position, "msme": row.msme},
                    initial=self.proposal[row.pk],
                )

    def input_of(self, row: int, field: str) -> str:
        """The input of a share; a line as a whole has none."""
        return f"share-{row}" if field == "quantity" else ""

    @staticmethod
    def choosable(one: LineCoverage) -> list[Allocation]:
        """The rows of a line whose share somebody decides."""
        return [] if one.confirmed == one.line.quantity else one.willing

    def clean(self) -> dict[str, Any]:
        """Keep what was typed apart from ``cleaned_data``, which loses a share when the verb refuses it."""
        data: dict[str, Any] = super().clean() or {}
        for one in self.lines:
            for row in self.choosable(one):
                self.sent[row.pk] = data.get(share_name(row)) or 0
        return data

    def chosen(self) -> dict[int, int]:
        """``{allocation id: pieces}``: as typed, else as proposed; what is not a number counts as 0."""
        return {**self.proposal, **self.sent}

    def shares(self) -> list[Share]:
        return [Share(allocation_id=pk, quantity=quantity) for pk, quantity in self.chosen().items()]

    @property
    def total(self) -> Decimal:
        """The value of the quote as typed, in rupiah before PPN."""
        return value_of(self.lines, self.chosen())

    @property
    def last_day(self) -> date | None:
        """The last day of the quote as typed, if it is known."""
        if not self.is_bound:
            return clock.today() + timedelta(days=QUOTE_DAYS)
        return self.cleaned_data.get("valid_until") if hasattr(self, "cleaned_data") else None

    @property
    def shown_total(self) -> str:
        """What the page sends back as ``seen_total``."""
        return str(self.total)

    @property
    def total_was_seen(self) -> bool:
        """The sum on the page that was sent is the sum of what was sent: nothing was changed since it was shown."""
        return bool(self.cleaned_data.get("seen_total") == self.shown_total)

    def rows(self) -> list[tuple[LineCoverage, int, list[tuple[Allocation, int, BoundField | None]]]]:
        """Per line: what the shares add up to, and each willing MSME with its share and, if any, its input."""
        chosen = self.chosen()
        drawn = []
        for one in self.lines:
            inputs = {row.pk for row in self.choosable(one)}
            rows = [
                (row, chosen.get(row.pk, 0), self[share_name(row)] if row.pk in inputs else None)
                for row in one.willing
            ]
            drawn.append((one, sum(share for _row, share, _input in rows), rows))
        return drawn


def share_name(row: Allocation) -> str:
    """The name of the input for one share."""
    return f"share-{row.pk}"
