"""What staff type about editions, pledges and channel sales; the verbs decide what can be accepted."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.acting import Actor
from buyers.models import Institution
from expo.asked import read_moment
from expo.channels import AMOUNT_KINDS, SaleInput
from expo.editions import EditionInput, OfficeInput
from expo.models import ChannelSale, Edition, Language, Pledge, ReportSchedule
from expo.pledges import PledgeInput
from expo.snapshots import LONGEST_NOTE
from msmes.models import Msme
from procurement.errors import InvalidInput
from procurement.typed import DayInput, RowChoice, RupiahInput, TypedText, WholeInput


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> DayInput:
    """A calendar day, typed or picked."""
    return DayInput(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class _OpenEditions(RowChoice):
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


class PledgeForm(forms.Form):
    """A pledge as it was announced."""

    conditional = ("amount", "amount_to")  # needed at times, so never marked as optional

    edition = _OpenEditions()
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


class ChannelSaleForm(forms.Form):
    """One figure of one channel."""

    conditional = ("amount",)  # needed at times, so never marked as optional

    edition = _OpenEditions()
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


class EditionForm(forms.Form):
    """Name, place and dates of an edition."""

    number = WholeInput(label=_("Penyelenggaraan ke-"), min_value=1, max_value=999)
    name = TypedText(label=_("Nama"), max_length=120)
    venue = TypedText(label=_("Tempat"), max_length=160)
    starts_on = day_field(_("Tanggal mulai"))
    ends_on = day_field(_("Tanggal selesai"))

    def asked(self) -> EditionInput:
        return EditionInput(**{name: self.cleaned_data[name] for name in EditionForm.base_fields})

    def office(self) -> OfficeInput | None:
        """What was said of the organiser's office; nothing is asked where it is known."""
        return None


class FirstEditionForm(EditionForm):
    """Asks also where the office is, for the letterhead; for an organiser who has not said it yet."""

    address = TypedText(
        label=_("Alamat penyelenggara"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Tercetak pada kop surat penawaran dan laporan. Dapat dilengkapi nanti."),
    )
    city = TypedText(label=_("Kota penyelenggara"), required=False, max_length=80)

    def office(self) -> OfficeInput:
        """What was said of the office."""
        return OfficeInput(address=self.cleaned_data["address"], city=self.cleaned_data["city"])


class SnapshotForm(forms.Form):
    """To whom figures are told, and of which moment they are."""

    label = TypedText(
        label=_("Sebagaimana disampaikan kepada"),
        max_length=160,
        help_text=_("Misalnya: pers pada penutupan, 31 Juli 2022."),
    )
    note = TypedText(
        label=_("Catatan"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Apa yang disampaikan, oleh siapa, dan kepada siapa. Ikut tersimpan dan tidak dapat diubah."
        ),
    )
    as_of = TypedText(
        label=_("Keadaan per (WIB)"),
        required=False,
        max_length=40,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("Kosong berarti sekarang."),
    )

    def clean_as_of(self) -> datetime | None:
        return _moment_of(self.cleaned_data["as_of"])


def _moment_of(typed: str) -> datetime | None:
    """A typed moment, None when nothing was typed; a malformed one is an error of its field."""
    if not typed:
        return None
    try:
        return read_moment(typed)
    except InvalidInput as refusal:
        raise forms.ValidationError(refusal.sentence) from refusal


class ReportForm(forms.Form):
    """The moment and the language of a report."""

    as_of = TypedText(
        label=_("Keadaan per (WIB)"),
        required=False,
        max_length=40,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("Kosong berarti sekarang."),
    )
    language = forms.ChoiceField(label=_("Bahasa"), choices=Language.choices)

    def clean_as_of(self) -> datetime | None:
        return _moment_of(self.cleaned_data["as_of"])


class ReportScheduleForm(forms.Form):
    """The weekday and the language of reports that are made by themselves."""

    weekday = forms.TypedChoiceField(
        label=pgettext_lazy("satu", "Hari"), choices=ReportSchedule.Weekday.choices, coerce=int
    )
    language = forms.ChoiceField(label=_("Bahasa"), choices=Language.choices)
    is_active = forms.BooleanField(label=_("Buat laporan setiap minggu"), required=False)
