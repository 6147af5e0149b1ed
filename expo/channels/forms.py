"""What staff type about sales of channels."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.acting import Actor
from expo.channels.channels import AMOUNT_KINDS, SaleInput
from expo.editions.fields import OpenEditions, day_field
from expo.models import ChannelSale, Pledge
from msmes.models import Msme
from procurement.input.typed import RowChoice, RupiahInput, TypedText


class ChannelSaleForm(forms.Form):
    """One figure of one channel."""

    conditional = ("amount",)  # needed at times, so never marked as optional

    edition = OpenEditions()
    channel = forms.ChoiceField(label=_("Kanal"), choices=ChannelSale.Channel.choices)
    day = day_field(
        _("Tanggal"), required=False, help_text=_("Kosongkan bila angkanya untuk seluruh penyelenggaraan.")
    )
    msme = RowChoice(
        Msme.objects.none(),
        label=_("UMKM"),
        required=False,
        help_text=_("Kosongkan bila angkanya untuk semua UMKM."),
    )
    amount_kind = forms.ChoiceField(
        label=_("Sifat nilai"), choices=[(one.value, one.label) for one in AMOUNT_KINDS]
    )
    amount = RupiahInput(label=_("Nilai"), required=False)
    source = TypedText(
        label=_("Sumber"), max_length=200, help_text=_("Siapa yang mengatakan, di mana, kapan.")
    )
    confidence = forms.ChoiceField(label=_("Keyakinan"), choices=Pledge.Confidence.choices)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        edition: Any = self.fields["edition"]
        edition.offer_to(actor)
        msme: Any = self.fields["msme"]
        msme.queryset = (
            Msme.objects.in_directory_of(actor).select_related("organisation").order_by("organisation__name")
        )

    def asked(self) -> SaleInput:
        data = self.cleaned_data
        msme = data["msme"]
        return SaleInput(
            edition_id=data["edition"].pk,
            channel=data["channel"],
            day=data["day"],
            msme_id=msme.pk if msme else None,
            amount_kind=data["amount_kind"],
            amount=data["amount"],
            source=data["source"],
            confidence=data["confidence"],
        )
