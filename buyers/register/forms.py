"""What coordinators type into the register of institutions; the verbs decide what can be accepted."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import ROLES_OF_KIND, Organisation
from buyers.authority import HIGHEST_LEVEL, LONGEST_WINDOW, OfficerInput, RuleInput, SimilarInput
from buyers.models import ApprovalRule, Institution, Officer
from buyers.register.registry import TERMS, InstitutionInput, SiteInput, TermsInput, UnitInput
from procurement.input.typed import DayInput, RupiahInput, TypedText, WholeInput
from procurement.reference.fields import PlaceField, city_of, province_of

RULE_ROWS = 5
PLACE_HELP = _("Ketik namanya, lalu pilih; provinsinya terisi sendiri.")


def _lines(label: Any, *, required: bool = True, rows: int = 2, help_text: Any = "") -> forms.CharField:
    return TypedText(
        label=label,
        required=required,
        max_length=1000,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class InstitutionForm(forms.Form):
    """What an institution is."""

    name = TypedText(label=_("Nama instansi"), max_length=160)
    code = TypedText(
        label=_("Kode"),
        max_length=24,
        help_text=_("Tampil pada nomor dokumen dan tidak dapat diubah kemudian."),
    )
    kind = forms.ChoiceField(label=_("Jenis instansi"), choices=Institution.Kind.choices)
    parent_name = TypedText(
        label=_("Induk instansi"),
        max_length=160,
        required=False,
        help_text=_("Baris pertama pada kop surat, bila ada."),
    )
    address = _lines(_("Alamat"))
    city = PlaceField(label=_("Kota/kabupaten"), help_text=PLACE_HELP)
    npwp = TypedText(label="NPWP", max_length=24, required=False)
    phone = TypedText(label=_("Telepon"), max_length=30, required=False)
    email = forms.EmailField(label=_("Surel"), required=False)
    legal_basis = _lines(
        _("Dasar hukum"), required=False, help_text=_("Disebut pada berita acara serah terima.")
    )
    payment_terms = TypedText(label=_("Cara pembayaran"), max_length=200, required=False)

    def __init__(
        self, *args: Any, institution: Institution | None = None, is_own: bool = False, **kwargs: Any
    ) -> None:
        """``is_own``: for the institution's own administrator, who says on another page what touches money."""
        if institution is not None:
            known = {name: getattr(institution, name, "") for name in self.base_fields}
            kwargs["initial"] = {**known, "name": institution.organisation.name}
        super().__init__(*args, **kwargs)
        if institution is not None:
            del self.fields["code"]
        for name in TERMS if is_own else ():
            self.fields.pop(name, None)
        self.is_example = institution.is_example if institution is not None else False
        self.province = institution.province if institution is not None else ""

    def asked(self) -> InstitutionInput:
        said, place = dict(self.cleaned_data), self.cleaned_data["city"]
        said |= {"city": city_of(place), "province": province_of(place, self.province)}
        return InstitutionInput(**said, is_example=self.is_example)


class TermsForm(forms.Form):
    """Under which tax number an institution pays, when, and what a late delivery costs."""

    npwp = TypedText(label="NPWP", max_length=24, required=False)
    payment_terms = TypedText(
        label=_("Cara pembayaran"),
        max_length=200,
        required=False,
        help_text=_("Dicetak pada surat penawaran dan surat pesanan."),
    )
    late_fine = _lines(
        _("Ketentuan denda keterlambatan"),
        required=False,
        rows=4,
        help_text=_("Dicetak pada surat pesanan. Kosong berarti tanpa denda."),
    )

    def asked(self) -> TermsInput:
        return TermsInput(**self.cleaned_data)


class UnitForm(forms.Form):
    """A work unit."""

    code = TypedText(label=_("Kode satuan kerja"), max_length=24)
    name = TypedText(label=_("Nama satuan kerja"), max_length=160)
    is_active = forms.BooleanField(label=_("Aktif"), required=False, initial=True)

    def asked(self) -> UnitInput:
        return UnitInput(**self.cleaned_data)


class SiteForm(forms.Form):
    """A delivery site."""

    name = TypedText(label=_("Nama lokasi"), max_length=120)
    address = _lines(_("Alamat"))
    city = PlaceField(label=_("Kota/kabupaten"), help_text=PLACE_HELP)
    contact = TypedText(label=_("Narahubung"), max_length=120, required=False)
    phone = TypedText(label=_("Telepon"), max_length=30, required=False)
    opening_hours = TypedText(
        label=_("Jam buka"),
        max_length=120,
        required=False,
        help_text=_("Kapan barang diterima, misalnya Senin sampai Jumat pukul 08.00 sampai 15.00."),
    )
    is_active = forms.BooleanField(label=_("Aktif"), required=False, initial=True)

    def asked(self) -> SiteInput:
        return SiteInput(**{**self.cleaned_data, "city": city_of(self.cleaned_data["city"])})


class OfficerForm(forms.Form):
    """A person of the institution, with roles and limit."""

    name = TypedText(label=_("Nama"), max_length=120)
    email = forms.EmailField(label=_("Alamat surel"), help_text=_("Dipakai untuk masuk."))
    roles = forms.MultipleChoiceField(
        label=_("Peran"),
        choices=[(role.value, role.label) for role in ROLES_OF_KIND[Organisation.Kind.INSTITUTION]],
        widget=forms.CheckboxSelectMultiple,
    )
    conditional = ("limit",)  # needed at times, so never marked as optional

    post = TypedText(label=_("Jabatan"), max_length=120)
    nip = TypedText(label="NIP", max_length=18, required=False)
    decree = TypedText(label=_("Surat keputusan"), max_length=120, required=False)
    level = WholeInput(
        label=_("Tingkat persetujuan"),
        min_value=1,
        max_value=HIGHEST_LEVEL,
        initial=1,
        help_text=_("Tingkat tertinggi yang boleh ditandatangani."),
    )
    limit = RupiahInput(
        label=_("Batas nilai persetujuan"),
        required=False,
        help_text=_("Nilai pesanan terbesar yang boleh ditandatangani; wajib untuk penyetuju."),
    )
    is_unlimited = forms.BooleanField(
        label=_("Tanpa batas nilai"),
        required=False,
        help_text=_("Centang hanya bila surat keputusannya memang tidak membatasi nilai."),
    )
    valid_from = DayInput(
        label=_("Berwenang mulai"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    valid_until = DayInput(
        label=_("Berwenang sampai"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Untuk pelaksana harian (Plh.) atau pelaksana tugas (Plt.); sesudahnya tidak berwenang."),
    )

    def __init__(
        self, *args: Any, officer: Officer | None = None, roles: Sequence[str] = (), **kwargs: Any
    ) -> None:
        if officer is not None:
            kwargs["initial"] = {
                "name": officer.user.name,
                "email": officer.user.email,
                "roles": list(roles),
                "post": officer.post,
                "nip": officer.nip,
                "decree": officer.decree,
                "level": officer.level,
                "limit": officer.limit,
                "is_unlimited": officer.is_unlimited,
                "valid_from": officer.valid_from,
                "valid_until": officer.valid_until,
            }
        super().__init__(*args, **kwargs)
        if officer is not None:
            # Who a post belongs to is not changed by renaming the person.
            for name in ("name", "email"):
                self.fields[name].disabled = True

    def asked(self) -> OfficerInput:
        return OfficerInput(**self.cleaned_data)


class ApprovalRulesForm(forms.Form):
    """All approval rules of an institution at once, and what counts as one purchase; rows left empty are no rules."""

    conditional = ("rules",)  # needed at times, so never marked as optional

    similar_days = WholeInput(
        label=_("Jendela pesanan serupa (hari)"),
        required=False,
        min_value=1,
        max_value=LONGEST_WINDOW,
        help_text=_(
            "Pesanan terbuka dengan barang atau kategori yang sama, yang diajukan atau disetujui dalam sekian hari, "
            "dijumlahkan."
        ),
    )
    similar_rule = forms.ChoiceField(
        label=_("Bila jumlah pesanan serupa melampaui batas"),
        required=False,
        choices=Institution.SimilarRule.choices,
        widget=forms.RadioSelect,
    )
    limits_with_ppn = forms.BooleanField(
        label=_("Batas nilai termasuk PPN"),
        required=False,
        help_text=_("Nilai yang dibandingkan dengan batas dan aturan persetujuan dihitung dengan PPN."),
    )

    def __init__(
        self,
        *args: Any,
        institution: Institution,
        rules: Sequence[ApprovalRule] = (),
        **kwargs: Any,
    ) -> None:
        self.institution = institution
        names = ("similar_days", "similar_rule", "limits_with_ppn")
        kwargs["initial"] = {name: getattr(institution, name) for name in names}
        super().__init__(*args, **kwargs)
        for index in range(max(RULE_ROWS, len(rules))):
            known = rules[index] if index < len(rules) else None
            row = {"row": index + 1}
            self.fields[f"rules-{index}-level"] = WholeInput(
                label=_("Tingkat, baris %(row)d") % row,
                required=False,
                min_value=1,
                max_value=HIGHEST_LEVEL,
                initial=known.level if known else None,
            )
            self.fields[f"rules-{index}-post"] = TypedText(
                label=_("Jabatan penyetuju, baris %(row)d") % row,
                required=False,
                max_length=120,
                initial=known.post if known else "",
            )
            self.fields[f"rules-{index}-minimum_value"] = RupiahInput(
                label=_("Mulai dari nilai, baris %(row)d") % row,
                required=False,
                initial=known.minimum_value if known else None,
            )
        self.row_count = max(RULE_ROWS, len(rules))

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """The fields of each row, as the page draws them."""
        return [
            (self[f"rules-{index}-level"], self[f"rules-{index}-post"], self[f"rules-{index}-minimum_value"])
            for index in range(self.row_count)
        ]

    def filled(self) -> list[int]:
        """The rows that are filled in; the verb counts these from 0."""
        return [
            index
            for index in range(self.row_count)
            if self.cleaned_data.get(f"rules-{index}-level") is not None
            or self.cleaned_data.get(f"rules-{index}-post")
            or self.cleaned_data.get(f"rules-{index}-minimum_value") is not None
        ]

    def input_of(self, row: int, field: str) -> str:
        """The verb counts the rules that it was given, the page the rows that it shows."""
        return f"rules-{self.filled()[row]}-{field}"

    def clean(self) -> dict[str, Any]:
        """A row says level, post and value, or nothing."""
        data: dict[str, Any] = super().clean() or {}
        for index in self.filled():
            for name in ("level", "minimum_value"):
                key = f"rules-{index}-{name}"
                if data.get(key) is None and key not in self.errors:
                    self.add_error(key, _("Lengkapi baris ini, atau kosongkan seluruhnya."))
        return data

    def similar(self) -> SimilarInput:
        """What counts as one purchase; a field that was left empty stays as it is."""
        said = self.cleaned_data
        return SimilarInput(
            similar_days=said["similar_days"] or self.institution.similar_days,
            similar_rule=said["similar_rule"] or self.institution.similar_rule,
            limits_with_ppn=said["limits_with_ppn"],
        )

    def asked(self) -> list[RuleInput]:
        return [
            RuleInput(
                level=self.cleaned_data[f"rules-{index}-level"],
                minimum_value=self.cleaned_data[f"rules-{index}-minimum_value"],
                post=self.cleaned_data[f"rules-{index}-post"],
            )
            for index in self.filled()
        ]
