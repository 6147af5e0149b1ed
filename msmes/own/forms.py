"""What owners type about their certificates and photos, and the files that they send."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from msmes.models import Certificate, Product
from msmes.own.certificates import CertificateInput, Scan
from msmes.photos import LARGEST_BYTES, suggestions
from procurement.errors import InvalidInput
from procurement.files.letters import checked_pdf
from procurement.files.pictures import redrawn
from procurement.input.typed import DayInput, RowChoice, TypedText

_PICTURES = "image/jpeg,image/png,image/webp"
_A_PDF = b"%PDF"


class CertificateForm(forms.Form):
    """What the paper says, and its scan."""

    kind = forms.ChoiceField(label=gettext_lazy("Jenis"), choices=Certificate.Kind.choices)
    number = TypedText(label=gettext_lazy("Nomor sertifikat"), max_length=60)
    issuer = TypedText(
        label=gettext_lazy("Penerbit"),
        max_length=120,
        help_text=gettext_lazy("Misalnya Dinas Kesehatan, BPJPH, BPOM, atau BSN."),
    )
    product = RowChoice(
        label=gettext_lazy("Produk"),
        queryset=Product.objects.none(),
        required=False,
        empty_label=gettext_lazy("Semua produk"),
    )
    issued_on = DayInput(label=gettext_lazy("Tanggal terbit"))
    valid_until = DayInput(
        label=gettext_lazy("Berlaku sampai"),
        required=False,
        help_text=gettext_lazy("Kosongkan bila tanpa batas waktu, seperti sertifikat halal."),
    )
    scan = forms.FileField(
        label=gettext_lazy("Foto atau PDF sertifikat"),
        required=False,
        widget=forms.FileInput(attrs={"accept": f"{_PICTURES},application/pdf"}),
        help_text=gettext_lazy("JPEG, PNG, WebP, atau PDF, paling besar 5 MB."),
        error_messages={"empty": gettext_lazy("Berkas itu kosong. Pilih berkas lain.")},
    )

    def __init__(self, *args: Any, products: QuerySet[Product], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["product"]
        choice.queryset = products

    def clean_scan(self) -> Scan | None:
        upload = self.cleaned_data["scan"]
        if not upload:
            return None
        begins = upload.file.read(len(_A_PDF))
        upload.file.seek(0)
        try:
            if begins == _A_PDF:
                return Scan(checked_pdf(upload.file, upload.size, field="scan"), "pdf")
            return Scan(redrawn(upload.file, upload.size, field="scan"), "jpg")
        except InvalidInput as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal

    def certificate(self) -> CertificateInput:
        said = self.cleaned_data
        product = said["product"]
        names = ("kind", "number", "issuer", "issued_on", "valid_until")
        return CertificateInput(
            **{name: said[name] for name in names}, product_id=product.pk if product else None
        )


def certificate_as_typed(row: Certificate) -> dict[str, Any]:
    """What is stored, as the form begins with it."""
    names = ("kind", "number", "issuer", "issued_on", "valid_until")
    return {name: getattr(row, name) for name in names} | {"product": row.product_id}


PHOTO_SENT = gettext_lazy(
    "Foto diterima dan tampil begitu ukurannya selesai dibuat, biasanya dalam satu menit."
)


class PhotoForm(forms.Form):
    """One photo of what is offered, or of a product, and what is on it."""

    photo = forms.FileField(
        label=gettext_lazy("Foto"),
        widget=forms.FileInput(attrs={"accept": _PICTURES}),
        help_text=gettext_lazy("JPEG, PNG, atau WebP, paling besar 10 MB dan 16 megapiksel."),
        error_messages={
            "required": gettext_lazy("Pilih fotonya."),
            "empty": gettext_lazy("Berkas foto itu kosong. Pilih foto lain."),
        },
    )
    text = TypedText(
        label=gettext_lazy("Apa yang terlihat"),
        max_length=160,
        help_text=gettext_lazy(
            "Dibacakan bagi yang tidak melihat fotonya, misalnya “Kemeja batik parang cokelat”."
        ),
    )

    def __init__(self, *args: Any, of: str, count: int, **kwargs: Any) -> None:
        """``of`` is the name of what is shown, ``count`` how many photos it has: the first one is named for it."""
        super().__init__(*args, **kwargs)
        self.suggestions = suggestions(of)
        self.fields["text"].widget.attrs["list"] = "keterangan-foto"
        if not count:
            self.fields["text"].initial = of

    def clean_photo(self) -> bytes:
        upload = self.cleaned_data["photo"]
        try:
            return redrawn(upload.file, upload.size, largest=LARGEST_BYTES)
        except InvalidInput as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal


def place_sent(text: str) -> int:
    """The place that a button sent, the first being 0; anything else is the first."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
