"""What people type to ask whether it can be made by then."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.acting import Actor
from msmes.available.available import Availability, available_by, organisers_for
from msmes.models import Product
from procurement import clock
from procurement.input.forms import run_verb
from procurement.input.typed import DayInput, WholeInput
from procurement.money import LARGEST_QUANTITY


class WishForm(forms.Form):
    """How many, and by when; of whose MSMEs only where there are several organisers."""

    quantity = WholeInput(label=_("Jumlah"), min_value=1, max_value=LARGEST_QUANTITY)
    wanted_on = DayInput(
        label=_("Dibutuhkan paling lambat"),
        first=clock.today,
        last=clock.latest_day,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    organiser = forms.TypedChoiceField(label=_("Penyelenggara expo"), coerce=int, required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        actor: Actor,
        product: Product,
        organiser_id: int | None = None,
    ) -> None:
        super().__init__(data, auto_id="dapat-%s")
        self.actor, self.product = actor, product
        field: Any = self.fields["organiser"]
        if organiser_id is not None:
            # A page that knows whose MSMEs are meant offers no other, and need not read which there are.
            field.widget, field.initial = forms.HiddenInput(), organiser_id
            return
        field.choices = [(one.pk, one.name) for one in organisers_for(actor)]
        if len(field.choices) < 2:
            del self.fields["organiser"]

    def answer(self) -> Availability | None:
        """What the verb says to what was typed; None when it refuses, and the form says why."""
        said = self.cleaned_data
        return run_verb(
            self,
            available_by,
            product_id=self.product.pk,
            quantity=said["quantity"],
            wanted_on=said["wanted_on"],
            organiser_id=said.get("organiser") or None,
            actor=self.actor,
        )
