"""What coordinators type about a split: rules of the scenarios, other shares of a line, until when to answer."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.asking.asking import latest_deadline
from orders.asking.forms.asking import default_deadline, pieces_field
from orders.split.problem import Problem, SplitRules
from orders.split.propose import MOST_PERCENT
from procurement import clock
from procurement.input.typed import MomentInput, TypedText, WholeInput


def _percent(name: str, label: Any, help_text: Any = "") -> WholeInput:
    least = 1 if name == "cap" else 0
    return WholeInput(
        label=label,
        help_text=help_text,
        min_value=least,
        max_value=MOST_PERCENT[name],
        error_messages={
            "invalid": _("Tulislah bilangan bulat."),
            "required": _("Isi persennya; 0 berarti tidak dihitung."),
        },
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "step": "1", "class": "number"}),
    )


class SplitRulesForm(forms.Form):
    """The percentages that a coordinator may set before asking."""

    cap = _percent(
        "cap",
        _("Batas nilai per UMKM"),
        _("Untuk “tidak ada yang di atas batas”: bagian terbesar satu UMKM dari nilai pesanan."),
    )
    floor = _percent(
        "floor",
        _("Bagian terkecil yang layak"),
        _(
            "Untuk “paling banyak UMKM”: bagian satu UMKM paling sedikit sekian persen dari baris, bila sanggup."
        ),
    )
    late = _percent("late", _("Bobot waktu"), _("Tambahan harga bagi yang baru siap pada hari terakhir."))
    far = _percent("far", _("Bobot jarak"), _("Tambahan harga bagi yang bukan dari kota tujuan."))
    record = _percent(
        "record",
        _("Bobot riwayat"),
        _("Tambahan harga bagi yang tidak pernah tepat waktu; tanpa riwayat separuhnya."),
    )
    had = _percent(
        "had",
        _("Bobot pemerataan"),
        _("Tambahan harga bagi yang paling banyak menerima pesanan pada penyelenggaraan ini."),
    )

    def rules(self) -> SplitRules:
        return SplitRules(**self.cleaned_data)


class SplitLineForm(forms.Form):
    """How many pieces of one line each MSME makes. Empty means none."""

    def __init__(
        self, *args: Any, problem: Problem, line_id: int, makers: Sequence[int], shares: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.line_id, self.makers = line_id, makers
        for maker in makers:
            self.fields[self.name_of(maker)] = pieces_field(
                problem.maker[maker].name, initial=shares.get((line_id, maker))
            )
        self.fields[f"line-{line_id}"] = TypedText(required=False, widget=forms.HiddenInput)

    def name_of(self, maker: int) -> str:
        return f"share-{self.line_id}-{maker}"

    def input_of(self, row: int | tuple[int, int], field: str) -> str:
        """The input of a share, or of a line as a whole."""
        return f"share-{row[0]}-{row[1]}" if isinstance(row, tuple) else f"line-{row}"

    def pieces(self) -> dict[int, int]:
        """What was typed, by MSME; what is no number is left out."""
        data = getattr(self, "cleaned_data", {})
        return {maker: count for maker in self.makers if (count := data.get(self.name_of(maker)))}


class DeadlineForm(forms.Form):
    """Until when the MSMEs answer."""

    deadline = MomentInput(
        label=_("Dijawab paling lambat"),
        help_text=_("Waktu Jakarta (WIB)."),
        initial=default_deadline,
        first=clock.today,
        last=latest_deadline,
    )
