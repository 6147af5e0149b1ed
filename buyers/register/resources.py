"""The sheet of institutions with their units: one line per unit, the institution's columns repeated."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models.functions import Upper
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from accounts.organisers import not_in_care
from buyers.models import Institution, Unit
from buyers.register.importing import InstitutionLine, InstitutionSheet, save_lines
from procurement.models import Job
from procurement.reference.places import NoSuchPlace, Places, province_key
from procurement.spreadsheets.reading import Sheet
from procurement.spreadsheets.resource import Checked, SheetResource
from procurement.spreadsheets.values import (
    ChoiceWidget,
    CodeWidget,
    DigitsWidget,
    SheetField,
    TextWidget,
    YesNoWidget,
)
from procurement.spreadsheets.work import list_address, write_in_one_transaction

_KINDS = {
    "kantor perwakilan bank sentral": Institution.Kind.CENTRAL_BANK_BRANCH.value,
    "pemerintah provinsi": Institution.Kind.PROVINCIAL_GOVERNMENT.value,
    "lembaga keuangan": Institution.Kind.FINANCIAL_INSTITUTION.value,
    "BUMN/BUMD": Institution.Kind.STATE_FIRM.value,
    "swasta": Institution.Kind.PRIVATE.value,
}
_INSTITUTION, _UNIT = "institution", "unit"


class InstitutionResource(SheetResource):
    """Natural keys: the organisation's code, and the unit's code within it."""

    file_name = "instansi"

    code = SheetField(
        "Kode instansi", "organisation__code", CodeWidget(), needed=True, example="INSTANSI-01",
        hint=gettext_lazy("Kode singkat yang tampil pada nomor dokumen; tidak berubah sesudahnya."),
    )  # fmt: skip
    name = SheetField(
        "Nama instansi", "organisation__name", TextWidget(160), group=_INSTITUTION, needed=True, width=34,
        example="Contoh Kantor Perwakilan",
        hint=gettext_lazy("Diulang pada setiap baris satuan kerja, atau cukup pada baris pertama."),
    )  # fmt: skip
    kind = SheetField(
        "Jenis instansi", "institution__kind", ChoiceWidget(_KINDS), group=_INSTITUTION, needed=True, width=28,
        example="pemerintah provinsi",
    )  # fmt: skip
    address = SheetField(
        "Alamat", "institution__address", TextWidget(500, lines=True), group=_INSTITUTION, needed=True, width=34,
        example="Jalan Contoh 1",
    )  # fmt: skip
    city = SheetField(
        "Kota/Kabupaten", "institution__city", TextWidget(80), group=_INSTITUTION, needed=True, width=20,
        example="Surabaya", hint=gettext_lazy("Kabupaten atau kota di Indonesia; provinsinya terisi sendiri."),
    )  # fmt: skip
    province = SheetField(
        "Provinsi", "institution__province", TextWidget(80), group=_INSTITUTION, width=18,
        example="Jawa Timur", hint=gettext_lazy("Opsional; terisi dari kota atau kabupaten."),
    )  # fmt: skip
    npwp = SheetField(
        "NPWP", "institution__npwp", DigitsWidget(24, bare=True), group=_INSTITUTION, width=20,
        example="0123456789012345", hint=gettext_lazy("15 atau 16 angka, ditulis sebagai teks."),
    )  # fmt: skip
    phone = SheetField(
        "Telepon", "institution__phone", DigitsWidget(30), group=_INSTITUTION, example="0310000000"
    )
    email = SheetField(
        "Surel", "institution__email", TextWidget(254), group=_INSTITUTION, width=24, example="umum@contoh.id"
    )
    parent_name = SheetField(
        "Induk instansi", "institution__parent_name", TextWidget(160), group=_INSTITUTION, width=24,
        example="", hint=gettext_lazy("Baris pertama pada kop surat, bila ada."),
    )  # fmt: skip
    legal_basis = SheetField(
        "Dasar hukum", "institution__legal_basis", TextWidget(1000, lines=True), group=_INSTITUTION, width=24,
        example="", hint=gettext_lazy("Disebut pada berita acara serah terima."),
    )  # fmt: skip
    unit_code = SheetField(
        "Kode satuan kerja", "unit__code", CodeWidget(), example="UMUM",
        hint=gettext_lazy("Kosong bila instansi belum punya satuan kerja."),
    )  # fmt: skip
    unit_name = SheetField(
        "Nama satuan kerja", "unit__name", TextWidget(160), group=_UNIT, needed=True, width=28,
        example="Satuan Kerja Umum",
    )  # fmt: skip
    unit_is_active = SheetField(
        "Satuan kerja aktif", "unit__is_active", YesNoWidget(), group=_UNIT, example="ya",
        hint=gettext_lazy("Tulis tidak untuk menutup satuan kerja; kosong berarti ya."), width=12,
    )  # fmt: skip

    class Meta(SheetResource.Meta):
        pass

    def prepare(self, rows: Sequence[dict[str, Any]]) -> None:
        codes = {self.value("code", row) for row in rows} - {None}
        organisations = Organisation.objects.annotate(key=Upper("code")).filter(key__in=codes)
        self.organisations = {str(row.code).upper(): row for row in organisations}
        institutions = Institution.objects.visible_to(self.actor).select_related("organisation")
        institutions = institutions.filter(organisation__in=[row.pk for row in self.organisations.values()])
        if self.locking:
            institutions = institutions.select_for_update(of=("self", "organisation"), no_key=True)
        self.institutions = {row.organisation.code.upper(): row for row in institutions.order_by("pk")}
        units = Unit.objects.filter(institution__in=[row.pk for row in self.institutions.values()])
        self.units = {(row.institution_id, row.code.upper()): row for row in units}
        self.places = Places.load()
        self.register = InstitutionSheet()
        for institution in self.institutions.values():
            self.register.remember(institution)
        for unit in self.units.values():
            self.register.remember(unit)
        self.said: dict[tuple[str, str], tuple[Any, int]] = {}
        self.lines: dict[tuple[str, str], int] = {}

    def find(self, row: dict[str, Any], number: int) -> tuple[InstitutionLine, bool]:
        column = self.columns["code"]
        try:
            code = column.clean(row)
        except ValueError as error:
            raise ValidationError({column.attribute: str(error)}) from error
        if code is None:
            raise ValidationError({column.attribute: _("wajib diisi.")})
        institution = self.institutions.get(code)
        if institution is None:
            if other := self.organisations.get(code):
                raise ValidationError({column.attribute: not_in_care(other, Organisation.Kind.INSTITUTION)})
            organisation = Organisation(kind=Organisation.Kind.INSTITUTION, code=code)
            institution = self.institutions[code] = Institution(organisation=organisation)
        line = InstitutionLine(institution, institution.organisation)
        unit_code = self.value("unit_code", row)
        if unit_code is None:
            return line, institution._state.adding
        key = (institution.pk or -id(institution), unit_code)
        line.unit = self.units.get(key)
        if line.unit is None:
            line.unit = self.units[key] = Unit(institution=institution, code=unit_code)
        return line, line.unit._state.adding

    def import_field(
        self, field: Any, instance: InstitutionLine, row: Any, is_m2m: bool = False, **kwargs: Any
    ) -> None:
        if field is self.columns["code"]:
            return  # the key: found, never written
        if field is self.columns["unit_code"] or (field.group == _UNIT and instance.unit is None):
            field.clean(row) if field.column_name in row else None
            return
        super().import_field(field, instance, row, is_m2m, **kwargs)

    def check(self, instance: InstitutionLine, row: dict[str, Any], number: int) -> Iterator[tuple[str, str]]:
        code = instance.organisation.code.upper()
        first = self.lines.setdefault((code, instance.unit.code.upper() if instance.unit else ""), number)
        if first != number:
            sentence = _("instansi dan satuan kerja ini sudah ada pada baris %(row)d. Hapus salah satu.")
            yield "unit_code", sentence % {"row": first}
        for name, column in self.columns.items():
            value = self.value(name, row) if column.group == _INSTITUTION else None
            if value is not None:
                said, where = self.said.setdefault((code, name), (value, number))
                if said != value:
                    sentence = _("berbeda dengan baris %(row)d untuk instansi yang sama. Samakan isinya.")
                    yield name, sentence % {"row": where}
        if instance.institution._state.adding:
            yield from self.missing(instance, _INSTITUTION)
        if instance.unit is None:
            filled = any(self.value(name, row) is not None for name in ("unit_name", "unit_is_active"))
            if filled and self.value("unit_code", row) is None:
                yield "unit_code", _("isi kode satuan kerja, atau kosongkan kolom satuan kerja lainnya.")
        elif instance.unit._state.adding:
            yield from self.missing(instance, _UNIT)
        yield from self._rules(instance.institution, row)

    def _rules(self, institution: Institution, row: dict[str, Any]) -> Iterator[tuple[str, str]]:
        changes = self.register.changes(institution)
        if changes.keys() & {"city", "province"} and institution.city:
            yield from self._place(institution, changes, self.value("province", row))
        npwp = institution.npwp
        if "npwp" in changes and npwp and not (npwp.isascii() and npwp.isdigit() and len(npwp) in (15, 16)):
            yield "npwp", _("NPWP terdiri dari 15 atau 16 angka.")
        if "email" in changes and institution.email:
            try:
                validate_email(institution.email)
            except ValidationError:
                yield "email", _("Isilah alamat surel yang benar.")

    def _place(
        self, institution: Institution, changes: Mapping[str, Any], said: str | None
    ) -> Iterator[tuple[str, str]]:
        """What the sheet says of city or province becomes one place of the list; words that stood there stay."""
        try:
            place = self.places.find(institution.city)
        except NoSuchPlace as unclear:
            if "city" in changes:
                yield "city", unclear.sentence
            return
        if said and province_key(said) != province_key(place.province.name):
            yield (
                "province",
                _("%(place)s ada di %(province)s. Betulkan, atau kosongkan kolom ini.")
                % {"place": place, "province": place.province},
            )
            return
        if "city" in changes:
            institution.city = place.short
        institution.province = place.province.name

    def is_changed(self, instance: InstitutionLine) -> bool:
        return bool(
            self.register.is_changed(instance.institution)
            or (instance.unit is not None and self.register.is_changed(instance.unit))
        )

    def describe(self, instance: InstitutionLine) -> str:
        parts = [instance.organisation.code, instance.organisation.name]
        if instance.unit is not None:
            parts.append(instance.unit.name or instance.unit.code)
        return " · ".join(parts)

    def apply(self, *, job: Job, sheet: Sheet, checked: Checked) -> dict[str, Any]:
        fresh = InstitutionResource(actor=self.actor, parameters=self.parameters, locking=True)

        def write() -> None:
            lines = [instance for _number, instance, _is_new in fresh.kept]
            save_lines(lines=lines, register=fresh.register, actor=self.actor)

        return write_in_one_transaction(job, sheet, fresh, write, list_address("buyers:institutions"))


def stored_lines(actor: Any) -> Iterable[InstitutionLine]:
    """What the register holds, as lines of the sheet, for an export that can be imported again."""
    institutions = (
        Institution.objects.visible_to(actor).select_related("organisation").order_by("organisation__code")
    )
    units: dict[int, list[Unit]] = {}
    for unit in Unit.objects.filter(institution__in=institutions.order_by()).order_by("code"):
        units.setdefault(unit.institution_id, []).append(unit)
    for institution in institutions:
        rows = units.get(institution.pk)
        if not rows:
            yield InstitutionLine(institution, institution.organisation)
        for unit in rows or ():
            yield InstitutionLine(institution, institution.organisation, unit)
