"""What a producer types: answers to a request, progress, and shipments."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from msmes.forms import NOT_WHOLE
from msmes.models import Offer
from orders.asking import LONGEST_HOW, check_answer
from orders.deliver import Load, Transport
from orders.models import Allocation
from orders.photos import redrawn
from orders.produce import first_reported_day
from orders.quote import Answer
from orders.steps import LABELS, PERCENT_OF_STEP, choices_of
from orders.workflow import AllocationStatus
from procurement import clock
from procurement.errors import InvalidInput
from procurement.forms import put
from procurement.typed import DayInput, RupiahInput, TypedText, WholeInput

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

    Fields are called ``answer-ID-quantity`` and so on, as the verb names them in its refusals. Price and ready date
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


class ReportForm(forms.Form):
    """How far the work is: a named step, a percentage, or both; then the percentage counts.

    ``steps`` are those of the goods (``orders/steps.py``).
    """

    conditional = ("step", "percent")  # needed at times, so never marked as optional

    step = forms.ChoiceField(label=gettext_lazy("Tahap"), required=False)
    percent = WholeInput(
        label=gettext_lazy("Sudah berapa persen"),
        required=False,
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=gettext_lazy("Dari seluruh surat pesanan, 0 sampai 100."),
        error_messages={"invalid": NOT_WHOLE},
    )
    reported_on = DayInput(
        label=gettext_lazy("Keadaan pada tanggal"),
        first=first_reported_day,
        last=clock.today,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Hari ini, atau paling lama 14 hari yang lalu."),
    )
    photo = forms.FileField(
        label=gettext_lazy("Foto"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=gettext_lazy("JPEG, PNG, atau WebP, paling besar 5 MB."),
        error_messages={"empty": gettext_lazy("Berkas foto itu kosong. Pilih foto lain.")},
    )
    note = TypedText(
        label=gettext_lazy("Catatan"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Misalnya “kain sudah dipotong”, atau mengapa terlambat."),
    )

    def __init__(self, *args: Any, steps: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reported_on"].initial = clock.today
        step: Any = self.fields["step"]
        step.choices = [("", gettext_lazy("Tanpa tahap")), *choices_of(steps)]
        step.help_text = _("Bila persen kosong: %(steps)s.") % {
            "steps": ", ".join(f"{LABELS[one]} {PERCENT_OF_STEP[one]} %" for one in steps)
        }

    def clean_photo(self) -> bytes | None:
        upload = self.cleaned_data["photo"]
        if not upload:
            return None
        try:
            return redrawn(upload.file, upload.size)
        except InvalidInput as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("percent") is None and "percent" not in self.errors:
            step = cleaned.get("step")
            if step:
                cleaned["percent"] = PERCENT_OF_STEP[step]
            else:
                self.add_error("percent", _("Isi persennya, atau pilih tahapnya."))
        return cleaned


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

    Fields of lines are called ``load-ID``, as the verb names them; a row is ``(allocation, pieces left)``.
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

    def lines(self) -> list[tuple[Allocation, int, BoundField]]:
        return [(row, left, self[f"load-{row.pk}"]) for row, left in self.rows]

    def loads(self) -> list[Load]:
        return [
            Load(allocation_id=row.pk, quantity=self.cleaned_data[f"load-{row.pk}"])
            for row, _left in self.rows
            if self.cleaned_data[f"load-{row.pk}"]
        ]
