"""How many of a product, by when."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement import clock
from procurement.input.typed import NOT_WHOLE, DayInput, WholeInput
from procurement.money import LARGEST_QUANTITY

USUAL_DAYS = 30
"""By when goods are wanted as long as nobody says a day, if they take no longer to make."""


class AddForm(forms.Form):
    """What goes into the draft."""

    quantity = WholeInput(
        label=_("Jumlah"),
        min_value=1,
        max_value=LARGEST_QUANTITY,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": NOT_WHOLE},
    )
    needed_by = DayInput(
        label=_("Dibutuhkan paling lambat"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def begun(row: Any) -> dict[str, Any]:
    """What the form of a product of ``products_of`` begins with.

    The smallest quantity that somebody makes, on a day by which it can be ready.
    """
    days = max(USUAL_DAYS, (row.soonest or 0) + 7)
    return {"quantity": row.least or 1, "needed_by": clock.today() + timedelta(days=days)}
