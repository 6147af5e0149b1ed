"""Fields that forms of the expo share: a day, and the choice of an edition that is open."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.acting import Actor
from expo.models import Edition
from procurement.input.typed import DayInput, RowChoice


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> DayInput:
    """A calendar day, typed or picked."""
    return DayInput(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class OpenEditions(RowChoice):
    """Editions of the organiser that still take something new."""

    def __init__(self) -> None:
        super().__init__(
            Edition.objects.none(),
            label=_("Penyelenggaraan"),
            error_messages={"invalid_choice": _("Pilih penyelenggaraan yang masih terbuka dari daftar.")},
        )

    def offer_to(self, actor: Actor) -> None:
        self.queryset = Edition.objects.visible_to(actor).open().order_by("-starts_on")
        first = self.queryset.first()
        self.initial = first.pk if first else None
