"""What somebody types who decides about a proposal."""

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement.input.typed import TypedText


class RefusalForm(forms.Form):
    """Why a proposal is refused."""

    reason = TypedText(
        label=_("Alasan"),
        max_length=300,
        help_text=_("Pengusulnya membacanya."),
        error_messages={"required": _("Tulis alasannya, agar pengusul tahu apa yang harus diperbaiki.")},
    )
