"""What coordinators type on the workbench: whom to ask for how many, by hand or in rounds.

The verbs decide what can be accepted; these forms only turn text into numbers and keep what was typed.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from orders.asking.asking import Ask, latest_deadline
from orders.asking.candidates import Candidate
from orders.asking.coverage import LineCoverage
from orders.asking.sourcing import RoundRules
from procurement import clock
from procurement.input.typed import DayInput, MomentInput, TypedText, WholeInput
from procurement.money import LARGEST_QUANTITY
from procurement.working_days import add_working_days

ANSWER_DAYS = 3


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

    def input_of(self, row: tuple[int, int], field: str) -> str:
        """The input of a question, by its line and MSME."""
        return ask_name(*row) if field == "quantity" else ""

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


_USUAL = RoundRules(until=date.max)


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

    def rules(self) -> RoundRules:
        return RoundRules(**self.cleaned_data)


class DeclineForm(forms.Form):
    """Why the expo cannot serve a request."""

    reason = TypedText(
        label=_("Alasan"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Dibaca oleh instansi pembeli."),
    )
