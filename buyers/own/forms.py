"""What administrators type about their institution: why not, which logo, which numbers, what if."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from buyers.models import Institution
from buyers.own.letterhead import NumberInput, format_of
from documents.issuing.numbering import CODES_OF_BUYERS
from documents.issuing.patterns import MAX_PATTERN
from documents.models import NumberFormat
from procurement.errors import InvalidInput
from procurement.files.pictures import logo
from procurement.input.typed import RupiahInput, TypedText


class RefusalForm(forms.Form):
    """Why a proposal is refused."""

    reason = TypedText(
        label=_("Alasan"),
        max_length=300,
        help_text=_("Pengusulnya membacanya."),
        error_messages={"required": _("Tulis alasannya, agar pengusul tahu apa yang harus diperbaiki.")},
    )


class LogoForm(forms.Form):
    """A picture for the letterhead; what is kept is drawn anew."""

    logo = forms.FileField(
        label=_("Logo"),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=_(
            "PNG, JPEG, atau WebP, paling besar 5 MB dan 4.000 piksel tiap sisi. Disimpan paling besar 600 piksel."
        ),
        error_messages={
            "required": _("Pilih berkas logonya."),
            "empty": _("Berkas logo itu kosong. Pilih berkas lain."),
        },
    )

    def clean_logo(self) -> bytes:
        upload = self.cleaned_data["logo"]
        try:
            return logo(upload.file, upload.size)
        except InvalidInput as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal


PAPERS = {"SP": _("surat pesanan"), "BAST": _("berita acara serah terima")}


class NumbersForm(forms.Form):
    """How the numbers of each paper of the institution are written."""

    def __init__(self, *args: Any, institution: Institution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in CODES_OF_BUYERS:
            found = format_of(institution, code)
            self.fields[f"{code}-pattern"] = TypedText(
                label=_("Pola nomor %(paper)s") % {"paper": PAPERS[code]},
                max_length=MAX_PATTERN,
                initial=found.pattern,
            )
            self.fields[f"{code}-resets"] = forms.ChoiceField(
                label=_("Penomoran %(paper)s") % {"paper": PAPERS[code]},
                choices=NumberFormat.Resets.choices,
                initial=found.resets,
            )

    def input_of(self, row: int, field: str) -> str:
        """The verb counts the codes."""
        return f"{CODES_OF_BUYERS[row]}-{field}"

    def asked(self) -> list[NumberInput]:
        said = self.cleaned_data
        return [
            NumberInput(code=code, pattern=said[f"{code}-pattern"], resets=said[f"{code}-resets"])
            for code in CODES_OF_BUYERS
        ]


class DryRunForm(forms.Form):
    """A value to try the rules on."""

    nilai = RupiahInput(label=_("Nilai pesanan"), help_text=_("Misalnya 240.000.000."))
