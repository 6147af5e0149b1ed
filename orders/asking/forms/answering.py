"""The answers of a producer to a request, line by line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from msmes.models import Offer
from orders.asking.asking import LONGEST_HOW, Answer, check_answer
from orders.models import Allocation
from orders.workflow import AllocationStatus
from procurement import clock
from procurement.errors import InvalidInput
from procurement.input.forms import put
from procurement.input.typed import NOT_WHOLE, DayInput, RupiahInput, TypedText, WholeInput

ALL, PART, NONE, LATER = "all", "part", "none", "later"
_YES = {ALL: gettext_lazy("Ya, seluruhnya"), PART: gettext_lazy("Ya, sebagian")}
_NO = {NONE: gettext_lazy("Tidak sanggup")}
_LATER = {LATER: gettext_lazy("Jawab nanti")}
_UNUSED = {
    ALL: ("say", "quantity", "reason"),
    PART: ("reason",),
    NONE: ("quantity", "price", "ready_on"),
    LATER: ("quantity", "price", "ready_on", "reason"),
}


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One line of the request with the fields of its answer, as the page draws it."""

    row: Allocation
    offer: Offer | None
    say: BoundField
    quantity: BoundField
    price: BoundField
    ready_on: BoundField
    reason: BoundField
    weeks: Sequence[tuple[date, int, int]] | None = None
    """Monday, free and all pieces of each week up to the needed-by date; None where no capacity is declared."""

    @property
    def free(self) -> int:
        """Pieces that the MSME can still make by the needed-by date."""
        return sum(free for _monday, free, _available in self.weeks or ())

    @property
    def inputs(self) -> tuple[BoundField, ...]:
        """Everything but the choice, in the order in which it is asked."""
        return (self.quantity, self.price, self.ready_on, self.reason)

    @property
    def has_errors(self) -> bool:
        return any(
            field.errors for field in (self.say, self.quantity, self.price, self.ready_on, self.reason)
        )


class AnswerForm(forms.Form):
    """The answer to every line that is still open, all in one form.

    Fields are called ``answer-ID-quantity`` and so on. Price and ready date
    begin with the MSME's own offer, or with what it answered before.
    """

    # Which fields are needed depends on the answer, so the browser cannot know.
    use_required_attribute = False

    def __init__(
        self,
        *args: Any,
        rows: Sequence[Allocation],
        offers: dict[int, Offer],
        weeks: Mapping[int, Sequence[tuple[date, int, int]]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        self.offers = offers
        self.weeks = weeks or {}
        for row in rows:
            self._add_fields(row, offers.get(row.line.product_id or 0))

    def _add_fields(self, row: Allocation, offer: Offer | None) -> None:
        prefix, name = f"answer-{row.pk}", row.line.name
        said = row.status != AllocationStatus.ASKED
        choices = _YES | _NO if row.asked > 1 else {ALL: _("Ya, sanggup"), **_NO}
        if len(self.rows) > 1:
            choices = choices | _LATER
        self.fields[f"{prefix}-say"] = forms.ChoiceField(
            label=_("Jawaban untuk %(name)s") % {"name": name},
            choices=list(choices.items()),
            widget=forms.RadioSelect,
            initial=_said(row),
            error_messages={"required": _("Pilih salah satu jawaban.")},
        )
        self.fields[f"{prefix}-quantity"] = WholeInput(
            label=_("Jumlah yang disanggupi"),
            min_value=1,
            max_value=row.asked,
            initial=row.confirmed if said and 0 < row.confirmed < row.asked else None,
            widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            error_messages={
                "required": _("Isilah jumlah yang Anda sanggupi."),
                "invalid": NOT_WHOLE,
                "min_value": _("Isilah jumlah mulai dari 1, atau pilih “Tidak sanggup”."),
                "max_value": _("Paling banyak %(most)s, sesuai yang diminta.") % {"most": row.asked},
            },
            help_text=_("Paling banyak %(most)s.") % {"most": row.asked},
        )
        self.fields[f"{prefix}-price"] = RupiahInput(
            label=_("Harga per %(unit)s, sebelum PPN") % {"unit": row.line.unit},
            initial=row.price if row.price is not None else (offer.price if offer else None),
            error_messages={"required": _("Isilah harga per satuan dalam rupiah bulat.")},
        )
        self.fields[f"{prefix}-ready_on"] = DayInput(
            label=_("Siap pada tanggal"),
            first=clock.today,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            initial=row.ready_on or _ready_day(offer),
            error_messages={"required": _("Isilah tanggal barang siap.")},
        )
        self.fields[f"{prefix}-reason"] = TypedText(
            label=_("Alasan"),
            max_length=300,
            initial=row.reason,
            error_messages={"required": _("Tulislah alasannya bila Anda tidak sanggup.")},
            help_text=_("Misalnya “sedang penuh sampai September”."),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for row in self.rows:
            prefix, choice = f"answer-{row.pk}", self._choice(row)
            for name in _UNUSED.get(choice, ()):
                # What the chosen answer does not use cannot be wrong.
                self.errors.pop(f"{prefix}-{name}", None)
            if choice and choice != LATER and not any(name.startswith(f"{prefix}-") for name in self.errors):
                self._judge(row)
        return cleaned

    def input_of(self, row: int, field: str) -> str:
        """The input of an answer; a row is the key of what was asked."""
        return f"answer-{row}-{field}"

    def _judge(self, row: Allocation) -> None:
        """Say at once what the verb would refuse in the end, so that no step asks for what cannot be sent."""
        try:
            check_answer(row, self._answer(row), position=row.line.position, today=clock.today())
        except InvalidInput as refusal:
            put(self, refusal)

    @property
    def wants_everything(self) -> bool:
        """The one tap that says yes to all lines."""
        return bool(self.data.get("everything"))

    def answers(self) -> list[Answer]:
        """What the valid form says, without the lines that are left for later."""
        return [self._answer(row) for row in self.rows if self._choice(row) != LATER]

    def _answer(self, row: Allocation) -> Answer:
        choice, prefix = self._choice(row), f"answer-{row.pk}"
        refuses = choice == NONE
        return Answer(
            allocation_id=row.pk,
            quantity={ALL: row.asked, NONE: 0}.get(choice, self.cleaned_data.get(f"{prefix}-quantity", 0)),
            price=None if refuses else self.cleaned_data[f"{prefix}-price"],
            ready_on=None if refuses else self.cleaned_data[f"{prefix}-ready_on"],
            reason=self.cleaned_data[f"{prefix}-reason"] if refuses else "",
        )

    def _choice(self, row: Allocation) -> str:
        return ALL if self.wants_everything else str(self.cleaned_data.get(f"answer-{row.pk}-say", ""))

    def lines(self) -> Iterator[AnswerLine]:
        for row in self.rows:
            fields = {
                name: self[f"answer-{row.pk}-{name}"]
                for name in ("say", "quantity", "price", "ready_on", "reason")
            }
            product_id = row.line.product_id or 0
            weeks = self.weeks.get(product_id)
            yield AnswerLine(
                row=row,
                offer=self.offers.get(product_id),
                weeks=[week for week in weeks if week[0] <= row.line.needed_by]
                if weeks is not None
                else None,
                **fields,
            )


class AnswerForForm(AnswerForm):
    """An answer that a coordinator writes down for an MSME, with how it was given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["how"] = TypedText(
            label=_("Bagaimana jawaban ini diterima"),
            max_length=LONGEST_HOW,
            help_text=_("Misalnya “telepon dari Bu Siti, 26-11 pukul 09.00”."),
            error_messages={"required": _("Tulislah bagaimana dan dari siapa jawaban ini Anda terima.")},
        )


def _said(row: Allocation) -> str:
    """What the MSME answered before; yes to all where it has not answered yet."""
    return {AllocationStatus.DECLINED: NONE, AllocationStatus.PARTLY_CONFIRMED: PART}.get(
        AllocationStatus(row.status), ALL
    )


def _ready_day(offer: Offer | None) -> date | None:
    return clock.today() + timedelta(days=offer.lead_time_days) if offer else None
