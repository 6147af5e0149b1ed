"""What coordinators type on the workbench: whom to ask for how many, and who makes how many in the quote.

The verbs decide what can be accepted; these forms only turn text into numbers and keep what was typed.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from orders.asking import latest_deadline
from orders.candidates import Candidate
from orders.coverage import LineCoverage, proposed_shares, value_of
from orders.models import Allocation
from orders.quote import Ask, Share
from orders.sourcing import Rules
from procurement import clock
from procurement.money import LARGEST_QUANTITY
from procurement.typed import DayInput, MomentInput, TypedText, WholeInput
from procurement.working_days import add_working_days

ANSWER_DAYS = 3
QUOTE_DAYS = 14


def pieces_field(label: Any, *, initial: int | None = None) -> WholeInput:
    """A count of pieces that may be left empty."""
    return WholeInput(
        label=label,
        required=False,
        min_value=0,
        max_value=LARGEST_QUANTITY,
        initial=initial,
        error_messages={
            "invalid": _("Tulislah bilangan bulat."),
            "min_value": _("Tulislah bilangan bulat dari 0."),
            "max_value": _("Jumlah paling banyak 10.000.000."),
        },
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": "0", "step": "1", "class": "number"}),
    )


class AskForm(forms.Form):
    """How many pieces of which line to ask of which MSME, and until when. Empty and 0 ask nobody."""

    deadline = MomentInput(
        label=_("Dijawab paling lambat"),
        help_text=_("Waktu Jakarta (WIB)."),
        first=clock.today,
        last=latest_deadline,
    )
    sealed = forms.BooleanField(
        label=_("Jawaban tersegel sampai tenggat"),
        required=False,
        help_text=_("Tidak seorang pun membaca jawaban UMKM sebelum tenggat."),
    )
    anyway = forms.BooleanField(
        label=_("Tetap tanyakan di atas kapasitas bebas"),
        required=False,
        help_text=_("UMKM itu baru dapat menyanggupinya sesudah kapasitas mingguannya ditambah."),
    )

    def __init__(
        self,
        *args: Any,
        lines: Sequence[LineCoverage],
        candidates: Mapping[int, Sequence[Candidate]],
        proposal: Mapping[tuple[int, int], int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deadline"].initial = default_deadline
        self.lines, self.candidates = lines, candidates
        for one in lines:
            for candidate in candidates[one.line.pk]:
                self.fields[ask_name(one.line.pk, candidate.msme.pk)] = pieces_field(
                    _("Baris %(row)s, %(msme)s") % {"row": one.line.position, "msme": candidate.msme},
                    initial=proposal.get((one.line.pk, candidate.msme.pk)),
                )

    def clean(self) -> dict[str, Any]:
        """Point out once what is more than the free weeks hold; with ``anyway`` it is asked all the same."""
        data: dict[str, Any] = super().clean() or {}
        self.exceeds = False
        given: dict[tuple[int, int], int] = {}
        for one in self.lines:
            for candidate in self.candidates[one.line.pk]:
                quantity = data.get(ask_name(one.line.pk, candidate.msme.pk)) or 0
                if not quantity or candidate.free is None or one.line.product_id is None:
                    continue
                pool = (candidate.msme.pk, one.line.product_id)
                given[pool] = given.get(pool, 0) + quantity
                if given[pool] > candidate.free:
                    self.exceeds = True
                    if not data.get("anyway"):
                        self.add_error(
                            ask_name(one.line.pk, candidate.msme.pk),
                            _(
                                "Kapasitas bebasnya sampai tanggal dibutuhkan %(free)d, padahal diisi %(given)d."
                            )
                            % {"free": candidate.free, "given": given[pool]},
                        )
        return data

    def asks(self) -> list[Ask]:
        """What was filled in."""
        return [
            Ask(line_id=one.line.pk, msme_id=candidate.msme.pk, quantity=quantity)
            for one in self.lines
            for candidate in self.candidates[one.line.pk]
            if (quantity := self.cleaned_data.get(ask_name(one.line.pk, candidate.msme.pk)))
        ]

    def rows(self) -> list[tuple[LineCoverage, list[tuple[Candidate, BoundField]]]]:
        """The lines with their candidates and inputs, as the page draws them."""
        return [
            (
                one,
                [
                    (candidate, self[ask_name(one.line.pk, candidate.msme.pk)])
                    for candidate in self.candidates[one.line.pk]
                ],
            )
            for one in self.lines
        ]


def ask_name(line_id: int, msme_id: int) -> str:
    """The name of the input for one MSME and one line."""
    return f"ask-{line_id}-{msme_id}"


def default_deadline() -> datetime:
    """Three days from now, or the next working day, at five in the afternoon, Jakarta."""
    # From a day on which somebody works: the first working day that is at least so far away.
    day = add_working_days(clock.today() + timedelta(days=ANSWER_DAYS - 1), 1)
    return datetime.combine(day, time(17), tzinfo=clock.JAKARTA)


_USUAL = Rules(until=date.max)


class SourcingForm(forms.Form):
    """How an order is filled by rounds."""

    until = DayInput(
        label=_("Terpenuhi paling lambat"),
        first=clock.today,
        last=latest_deadline,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Sesudah tanggal ini tidak ada putaran baru; yang masih kurang dilaporkan kepada Anda."),
    )
    answer_days = WholeInput(
        label=_("Hari kerja untuk menjawab"),
        initial=_USUAL.answer_days,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("Tulislah bilangan bulat.")},
        help_text=_("Setiap putaran berakhir pukul 17.00 WIB. Akhir pekan dan hari libur tidak dihitung."),
    )
    most_rounds = WholeInput(
        label=_("Putaran paling banyak"),
        initial=_USUAL.most_rounds,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("Tulislah bilangan bulat.")},
    )
    remind_hours = WholeInput(
        label=_("Ingatkan sebelum tenggat"),
        initial=_USUAL.remind_hours,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("Tulislah bilangan bulat.")},
        help_text=_("0 berarti tanpa pengingat."),
    )
    sealed = forms.BooleanField(
        label=_("Jawaban tersegel sampai tenggat"),
        required=False,
        help_text=_("Tidak seorang pun membaca jawaban UMKM sebelum putarannya berakhir."),
    )

    def rules(self) -> Rules:
        return Rules(**self.cleaned_data)


class QuoteForm(forms.Form):
    """Who makes how many of each line, how long the quote stands, and what it says.

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
        """Rupiah before PPN of what stands on the form."""
        return value_of(self.lines, self.chosen())

    @property
    def last_day(self) -> date | None:
        """The day until which the quote would stand, as far as it is known."""
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
    """The name of the input for one share; the verb names the same field when it refuses."""
    return f"share-{row.pk}"


class DeclineForm(forms.Form):
    """Why the expo cannot serve a request."""

    reason = TypedText(
        label=_("Alasan"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Dibaca oleh instansi pembeli."),
    )
