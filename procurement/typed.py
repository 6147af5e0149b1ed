"""Form fields that read what people type: rupiah with or without its dots."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from procurement.money import DIGITS

_PLAIN = re.compile(r"[0-9]+")
_DOTTED = re.compile(r"[0-9]{1,3}([.,])[0-9]{3}(\1[0-9]{3})*")


class RupiahInput(forms.Field):
    """Whole rupiah as ``1250000``, ``1.250.000`` or ``Rp1.250.000``; anything else is refused, never guessed."""

    default_error_messages = {
        "invalid": _("Tulislah rupiah bulat dengan angka saja, misalnya 1250000 atau 1.250.000."),
        "too_large": _("Nilai itu terlalu besar. Periksa banyaknya angka nol."),
    }
    widget = forms.TextInput

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "numeric", "autocomplete": "off", "class": "money", "maxlength": "24"}

    def to_python(self, value: Any) -> Decimal | None:
        text = str(value).strip() if value is not None else ""
        if not text:
            return None
        digits = re.sub(r"^rp\s*", "", text, flags=re.IGNORECASE).removesuffix(",-").strip()
        if _DOTTED.fullmatch(digits):
            digits = digits.replace(".", "").replace(",", "")
        if not _PLAIN.fullmatch(digits):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if len(digits.lstrip("0")) > DIGITS:
            raise ValidationError(self.error_messages["too_large"], code="too_large")
        return Decimal(digits)

    def prepare_value(self, value: Any) -> Any:
        return str(int(value)) if isinstance(value, Decimal) else value
