"""The form of an order that turned out to come from a pledge. Field names are those of the verb."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from expo.models import Pledge
from procurement.input.typed import RupiahInput
from procurement.templatetags.words import rupiah, tanggal


class LinkPledgeForm(forms.Form):
    """Which of the open pledges, and how much of it the order is; filled in with as much as both have.

    ``seen`` stands for the figures that the page shows, so that the check for two tabs notices when they change.
    """

    pledge = forms.TypedChoiceField(
        label=gettext_lazy("Komitmen pembelian"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Pilih komitmen yang menjadi pesanan ini.")},
    )
    amount = RupiahInput(
        label=gettext_lazy("Nilai yang dikaitkan"),
        required=False,
        help_text=gettext_lazy(
            "Batas untuk seterusnya, juga bila pesanan bertambah. Kosong: sebanyak yang ada pada keduanya."
        ),
    )
    seen = forms.CharField(required=False, disabled=True, widget=forms.HiddenInput)

    def __init__(self, *args: Any, pledges: Sequence[Pledge], worth: Decimal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pledges = pledges
        still_open = [row for row in pledges if row.status == Pledge.Status.OPEN]
        field: Any = self.fields["pledge"]
        # One that ended meanwhile is not offered any more, but the verb says why when it is sent.
        field.choices = [(row.pk, row.party_name) for row in pledges]
        field.widget.choices = [(row.pk, _choice(row)) for row in still_open]
        figures = [f"{row.pk}:{row.status}:{row.amount}:{row.taken}:{row.remaining}" for row in pledges]
        self.initial["seen"] = " ".join([str(worth), *figures])
        if still_open:
            most = max(still_open, key=lambda row: row.remaining)
            amount = min(most.remaining, worth) or None
            self.initial.update(pledge=most.pk, amount=amount)

    @property
    def proposed(self) -> Decimal | None:
        """The amount that the page proposes; None where one of the two has no value yet."""
        proposed: Decimal | None = self.initial.get("amount")
        return proposed


def _choice(row: Pledge) -> str:
    """Who pledged when, and how much of it was announced, has become orders and remains."""
    who = format_html("<b>{}</b> · {}", row.party_name, tanggal(row.announced_on))
    if row.amount is None:
        return format_html("{}<br>{}", who, _("Nilainya belum disebut."))
    parts = ((_("Diumumkan"), row.amount), (_("Menjadi pesanan"), row.taken), (_("Sisa"), row.remaining))
    figures = format_html_join(" · ", "{} {}", ((name, rupiah(value)) for name, value in parts))
    return format_html("{}<br>{}", who, figures)
