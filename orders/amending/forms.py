"""Forms to change an order that is already signed, and to give the reason for refusing or withdrawing the change."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.amending.amend import Move
from orders.forecast.lateness import Helper
from orders.models import Allocation, Amendment
from procurement import clock
from procurement.input.typed import NOT_WHOLE, DayInput, RupiahInput, TypedText, WholeInput


class ProposalForm(forms.Form):
    """Move pieces of one share to another MSME, or move its date."""

    # What is needed depends on the kind, so the browser cannot know.
    use_required_attribute = False
    conditional = ("msme", "quantity", "price")  # needed at times, so never marked as optional

    kind = forms.ChoiceField(
        label=gettext_lazy("Yang diubah"),
        choices=Amendment.Kind.choices,
        widget=forms.RadioSelect,
        initial=Amendment.Kind.MOVE,
    )
    msme = forms.TypedChoiceField(label=gettext_lazy("UMKM penerima"), coerce=int, required=False)
    quantity = WholeInput(
        label=gettext_lazy("Jumlah yang dipindahkan"),
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": NOT_WHOLE},
    )
    price = RupiahInput(label=gettext_lazy("Harga per satuan, sebelum PPN"), required=False)
    ready_on = DayInput(
        label=gettext_lazy("Siap pada tanggal"),
        first=clock.today,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = TypedText(
        label=gettext_lazy("Alasan"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Dibaca oleh pembeli dan oleh UMKM yang bersangkutan."),
    )

    def __init__(
        self,
        *args: Any,
        share: Allocation,
        helpers: Sequence[Helper],
        chosen: Helper | None = None,
        kind: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.share = share
        field: Any = self.fields["msme"]
        field.choices = [("", _("Pilih UMKM …")), *((one.msme.pk, str(one.msme)) for one in helpers)]
        self.fields["quantity"].help_text = _("Paling banyak %(most)s, yaitu yang belum dikirim.") % {
            "most": share.unshipped
        }
        if kind in Amendment.Kind.values:
            self.fields["kind"].initial = kind
        if chosen is not None:
            self.fields["msme"].initial = chosen.msme.pk
            self.fields["price"].initial = chosen.offer.price
            most = share.unshipped if chosen.free is None else min(share.unshipped, chosen.free)
            self.fields["quantity"].initial = most
            self.fields["ready_on"].initial = share.line.needed_by

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("kind") != Amendment.Kind.MOVE:
            for name in ("msme", "quantity", "price"):
                self.errors.pop(name, None)
            return cleaned
        missing = {
            "msme": _("Pilih UMKM yang menerima."),
            "quantity": _("Isi berapa yang dipindahkan."),
            "price": _("Isi harga per satuan dalam rupiah bulat."),
        }
        for name, sentence in missing.items():
            if name not in self.errors and cleaned.get(name) in (None, ""):
                self.add_error(name, sentence)
        return cleaned

    def move(self) -> Move:
        said = self.cleaned_data
        return Move(
            allocation_id=self.share.pk,
            msme_id=said["msme"],
            quantity=said["quantity"],
            price=said["price"],
            ready_on=said["ready_on"],
        )
