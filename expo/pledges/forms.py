"""What staff type about pledges."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.acting import Actor
from buyers.models import Institution
from expo.editions.fields import OpenEditions, day_field
from expo.models import Pledge
from expo.pledges.pledges import PledgeInput
from procurement.input.typed import RowChoice, RupiahInput, TypedText


class PledgeForm(forms.Form):
    """A pledge as it was announced."""

    conditional = ("amount", "amount_to")  # needed at times, so never marked as optional

    edition = OpenEditions()
    party_name = TypedText(label=_("Pihak"), max_length=160, help_text=_("Sebagaimana disebut oleh sumber."))
    institution = RowChoice(
        Institution.objects.none(),
        label=_("Instansi"),
        required=False,
        help_text=_("Bila sudah terdaftar; pesanannya kelak dapat merujuk komitmen ini."),
    )
    kind = forms.ChoiceField(
        label=_("Jenis komitmen"),
        choices=Pledge.Kind.choices,
        help_text=_("Hanya jenis “pesanan” masuk nilai pesanan. Ragu? Pilih “belum jelas”."),
    )
    amount_kind = forms.ChoiceField(label=_("Sifat nilai"), choices=Pledge.AmountKind.choices)
    amount = RupiahInput(label=_("Nilai"), required=False)
    amount_to = RupiahInput(label=_("Nilai sampai"), required=False, help_text=_("Hanya untuk kisaran."))
    announced_on = day_field(_("Tanggal diumumkan"))
    source = TypedText(
        label=_("Sumber"), max_length=200, help_text=_("Siapa yang mengatakan, di mana, kapan.")
    )
    confidence = forms.ChoiceField(label=_("Keyakinan"), choices=Pledge.Confidence.choices)
    note = TypedText(
        label=_("Catatan"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        edition: Any = self.fields["edition"]
        edition.offer_to(actor)
        institution: Any = self.fields["institution"]
        institution.queryset = (
            Institution.objects.in_directory_of(actor)
            .select_related("organisation")
            .order_by("organisation__name")
        )

    def asked(self) -> PledgeInput:
        data = self.cleaned_data
        institution = data["institution"]
        return PledgeInput(
            edition_id=data["edition"].pk,
            party_name=data["party_name"],
            institution_id=institution.pk if institution else None,
            kind=data["kind"],
            amount_kind=data["amount_kind"],
            amount=data["amount"],
            amount_to=data["amount_to"],
            source=data["source"],
            announced_on=data["announced_on"],
            confidence=data["confidence"],
            note=data["note"],
        )


class PledgeEndForm(forms.Form):
    """How a pledge ends without becoming an order."""

    status = forms.ChoiceField(
        label=_("Bagaimana berakhirnya"),
        choices=[
            (Pledge.Status.LAPSED, _("Gugur: tidak ada pesanan lagi yang diharapkan")),
            (Pledge.Status.WITHDRAWN, _("Ditarik oleh pihak yang berkomitmen")),
        ],
        widget=forms.RadioSelect,
    )
    reason = TypedText(label=_("Alasan"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
