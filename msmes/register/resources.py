"""The sheet of MSMEs with what they offer: one line per MSME and product, the MSME's columns repeated."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db.models.functions import Upper
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import Organisation
from accounts.organisers import not_in_care
from msmes.models import District, Msme, Offer, Product
from msmes.register.importing import MsmeLine, MsmeSheet, save_lines
from msmes.register.regencies import made_of
from msmes.validity import LONGEST_LEAD_DAYS, check_bank, checked_phone
from procurement.errors import InvalidInput
from procurement.input import written
from procurement.models import Job
from procurement.money import LARGEST_QUANTITY
from procurement.reference.places import Places
from procurement.spreadsheets.reading import Sheet
from procurement.spreadsheets.resource import Checked, SheetResource
from procurement.spreadsheets.values import (
    ChoiceWidget,
    CodeWidget,
    DigitsWidget,
    LookupWidget,
    RupiahWidget,
    SheetField,
    TextWidget,
    WholeWidget,
    YesNoWidget,
)
from procurement.spreadsheets.work import list_address, write_in_one_transaction

_SIZES = {
    "mikro": Msme.Class.MICRO.value,
    "kecil": Msme.Class.SMALL.value,
    "menengah": Msme.Class.MEDIUM.value,
}
_MSME, _OFFER = "msme", "offer"


class DistrictWidget(LookupWidget):
    """A district by its name, else any regency or city of the country: its district is made with the first MSME."""

    def __init__(self) -> None:
        super().__init__("", "name")

    def know(self, rows: Iterable[District]) -> None:
        super().know(rows)
        self.places = Places.load()
        self.of_regency = {row.regency_id: row for row in self.rows.values() if row.regency_id}

    def read(self, value: Any) -> District:
        text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        known = self.rows.get(written.key(text))
        if known is None:
            place = self.places.find(text)
            known = self.of_regency.get(place.code) or self.rows.get(written.key(place.full_name))
            if known is None:
                known = self.of_regency[place.code] = District(name=place.full_name, **made_of(place))
        return cast(District, known)


class MsmeResource(SheetResource):
    """Natural keys: the organisation's code, and the product's code within it."""

    file_name = "umkm"

    code = SheetField(
        "Kode UMKM", "organisation__code", CodeWidget(), needed=True, example="UMKM-001",
        hint=gettext_lazy("Kode singkat yang tetap; baris dengan kode yang sama adalah UMKM yang sama."),
    )  # fmt: skip
    name = SheetField(
        "Nama usaha", "organisation__name", TextWidget(160), group=_MSME, needed=True, width=28,
        example="Contoh Batik Sekar Jagad",
        hint=gettext_lazy("Diulang pada setiap baris produk, atau cukup pada baris pertama."),
    )  # fmt: skip
    size = SheetField(
        "Kelas usaha", "msme__size", ChoiceWidget(_SIZES), group=_MSME, example="mikro",
        hint=gettext_lazy("Menurut PP 7/2021; kosong berarti mikro."),
    )  # fmt: skip
    district = SheetField(
        "Kabupaten/Kota", "msme__district", DistrictWidget(), group=_MSME, needed=True, width=24,
        example="Kabupaten Contoh",
        hint=gettext_lazy("Seperti pada lembar Daftar, atau kabupaten atau kota lain di Indonesia."),
    )  # fmt: skip
    owner_name = SheetField(
        "Nama pemilik", "msme__owner_name", TextWidget(120), group=_MSME, needed=True, width=22,
        example="Siti Contoh",
    )  # fmt: skip
    address = SheetField(
        "Alamat", "msme__address", TextWidget(500, lines=True), group=_MSME, needed=True, width=32,
        example="Jalan Contoh 1, Desa Contoh",
    )  # fmt: skip
    phone = SheetField(
        "Nomor WhatsApp", "msme__phone", DigitsWidget(20, bare=True, leading_zero=True), group=_MSME, needed=True,
        example="081200000000", width=18,
    )  # fmt: skip
    nib = SheetField(
        "NIB", "msme__nib", DigitsWidget(20, bare=True, counted=True), group=_MSME, example="0000000000001",
        hint=gettext_lazy("13 angka."), width=18,
    )  # fmt: skip
    npwp = SheetField(
        "NPWP", "msme__npwp", DigitsWidget(24, bare=True), group=_MSME, example="0123456789012345",
        hint=gettext_lazy("15 atau 16 angka, ditulis sebagai teks agar angka nol di depan tidak hilang."), width=20,
    )  # fmt: skip
    is_taxable = SheetField(
        "PKP", "msme__is_taxable", YesNoWidget(), group=_MSME, example="tidak",
        hint=gettext_lazy("Pengusaha Kena Pajak; kosong berarti tidak."), width=10,
    )  # fmt: skip
    bank_name = SheetField("Nama bank", "msme__bank_name", TextWidget(80), group=_MSME, example="Bank Contoh")
    bank_account = SheetField(
        "Nomor rekening", "msme__bank_account", DigitsWidget(30), group=_MSME, example="0012345678", width=20
    )
    bank_holder = SheetField(
        "Nama pemilik rekening",
        "msme__bank_holder",
        TextWidget(120),
        group=_MSME,
        example="Siti Contoh",
        width=22,
    )
    product = SheetField(
        "Kode produk", "product",
        LookupWidget(gettext_lazy("“%(text)s” tidak ada dalam katalog. Lihat lembar Daftar pada templat."), "code"),
        example="CONTOH-01", hint=gettext_lazy("Dari katalog; kosong bila UMKM belum menawarkan produk."),
    )  # fmt: skip
    price = SheetField(
        "Harga", "offer__price", RupiahWidget(), group=_OFFER, needed=True, example=85000,
        hint=gettext_lazy("Rupiah bulat per satuan, sebelum PPN."),
    )  # fmt: skip
    minimum = SheetField(
        "Jumlah minimum", "offer__minimum", WholeWidget(1, LARGEST_QUANTITY), group=_OFFER, example=10,
        hint=gettext_lazy("Kosong berarti 1."),
    )  # fmt: skip
    lead_time_days = SheetField(
        "Waktu pengerjaan (hari)", "offer__lead_time_days", WholeWidget(1, LONGEST_LEAD_DAYS), group=_OFFER,
        example=14, hint=gettext_lazy("Kosong berarti 14."),
    )  # fmt: skip
    is_active = SheetField(
        "Ditawarkan", "offer__is_active", YesNoWidget(), group=_OFFER, example="ya",
        hint=gettext_lazy("Tulis tidak untuk berhenti menawarkan; kosong berarti ya."), width=12,
    )  # fmt: skip

    class Meta(SheetResource.Meta):
        pass

    def prepare(self, rows: Sequence[dict[str, Any]]) -> None:
        codes = {self.value("code", row) for row in rows} - {None}
        nibs = {self.value("nib", row) for row in rows} - {None}
        organisations = Organisation.objects.annotate(key=Upper("code")).filter(key__in=codes)
        self.organisations = {str(row.code).upper(): row for row in organisations}
        msmes = Msme.objects.visible_to(self.actor).select_related("organisation", "district")
        msmes = msmes.filter(organisation__in=[row.pk for row in self.organisations.values()])
        if self.locking:
            msmes = msmes.select_for_update(of=("self", "organisation"), no_key=True)
        self.msmes = {row.organisation.code.upper(): row for row in msmes.order_by("pk")}
        offers = Offer.objects.filter(msme__in=[row.pk for row in self.msmes.values()])
        self.offers = {(row.msme_id, row.product_id): row for row in offers}
        self.owner_of_nib = dict(Msme.objects.filter(nib__in=nibs).values_list("nib", "organisation__code"))
        self._lookup("district").know(District.objects.all())
        self._lookup("product").know(Product.objects.all())
        self.register = MsmeSheet()
        for msme in self.msmes.values():
            self.register.remember(msme)
        for offer in self.offers.values():
            self.register.remember(offer)
        self.said: dict[tuple[str, str], tuple[Any, int]] = {}
        self.lines: dict[tuple[str, int | None], int] = {}

    def find(self, row: dict[str, Any], number: int) -> tuple[MsmeLine, bool]:
        column = self.columns["code"]
        try:
            code = column.clean(row)
        except ValueError as error:
            raise ValidationError({column.attribute: str(error)}) from error
        if code is None:
            raise ValidationError({column.attribute: _("wajib diisi.")})
        msme = self.msmes.get(code)
        if msme is None:
            if other := self.organisations.get(code):
                raise ValidationError({column.attribute: not_in_care(other, Organisation.Kind.MSME)})
            organisation = Organisation(kind=Organisation.Kind.MSME, code=code)
            msme = self.msmes[code] = Msme(organisation=organisation)
        line = MsmeLine(msme, msme.organisation)
        product = self.value("product", row)
        if product is None:
            return line, msme._state.adding
        key = (msme.pk or -id(msme), product.pk)
        line.offer = self.offers.get(key)
        if line.offer is None:
            line.offer = self.offers[key] = Offer(msme=msme, product=product)
        line.offer.product = product
        return line, line.offer._state.adding

    def import_field(
        self, field: Any, instance: MsmeLine, row: Any, is_m2m: bool = False, **kwargs: Any
    ) -> None:
        if field is self.columns["code"]:
            return  # the key: found, never written
        if field.group == _OFFER and instance.offer is None:
            field.clean(row) if field.column_name in row else None
            return
        super().import_field(field, instance, row, is_m2m, **kwargs)

    def check(self, instance: MsmeLine, row: dict[str, Any], number: int) -> Iterator[tuple[str, str]]:
        code = instance.organisation.code.upper()
        key = (code, instance.product.pk if instance.product else None)
        first = self.lines.setdefault(key, number)
        if first != number:
            yield (
                "product",
                _("UMKM dan produk ini sudah ada pada baris %(row)d. Hapus salah satu.") % {"row": first},
            )
        yield from self._contradictions(code, row, number)
        if instance.msme._state.adding:
            yield from self.missing(instance, _MSME)
        if instance.offer is None:
            filled = [
                name
                for name, column in self.columns.items()
                if column.group == _OFFER and self._filled(name, row)
            ]
            if filled and not self._filled("product", row):
                yield "product", _("isi kode produk, atau kosongkan kolom harga dan waktunya.")
        else:
            if instance.offer._state.adding:
                yield from self.missing(instance, _OFFER)
                if instance.product is not None and not instance.product.is_active:
                    yield "product", _("produk ini sudah tidak aktif dalam katalog. Pilih produk lain.")
        yield from self._rules(instance, row)

    def _contradictions(self, code: str, row: dict[str, Any], number: int) -> Iterator[tuple[str, str]]:
        for name, column in self.columns.items():
            if column.group != _MSME:
                continue
            value = self.value(name, row)
            if value is None:
                continue
            said, where = self.said.setdefault((code, name), (value, number))
            if said != value:
                yield (
                    name,
                    _("berbeda dengan baris %(row)d untuk UMKM yang sama. Samakan isinya.") % {"row": where},
                )

    def _rules(self, instance: MsmeLine, row: dict[str, Any]) -> Iterator[tuple[str, str]]:
        msme = instance.msme
        if not self.register.is_changed(msme):
            return
        changes = self.register.changes(msme)
        if "phone" in changes and msme.phone:
            try:
                msme.phone = checked_phone(msme.phone)
            except InvalidInput as refusal:
                yield "phone", refusal.short
        if changes.keys() & {"bank_name", "bank_account", "bank_holder"}:
            try:
                check_bank(msme.bank_name, msme.bank_account, msme.bank_holder)
            except InvalidInput as refusal:
                yield refusal.field, refusal.short
        if "nib" in changes and msme.nib:
            owner = self.owner_of_nib.setdefault(msme.nib, instance.organisation.code)
            if owner != instance.organisation.code:
                known = owner if owner in self.msmes else pgettext("sebuah UMKM", "lain")
                yield (
                    "nib",
                    _("NIB ini sudah terdaftar pada UMKM %(code)s. Periksa nomornya.") % {"code": known},
                )
        try:
            msme.clean_fields(exclude={"organisation", "district", "owner_name", "address", "phone"})
        except ValidationError as error:
            for name, sentences in error.message_dict.items():
                yield name, sentences[0]

    def _filled(self, name: str, row: dict[str, Any]) -> bool:
        value = row.get(self.columns[name].column_name)
        return value is not None and str(value).strip() != ""

    def _lookup(self, name: str) -> LookupWidget:
        widget = self.columns[name].widget
        assert isinstance(widget, LookupWidget)  # noqa: S101 - declared above
        return widget

    def is_changed(self, instance: MsmeLine) -> bool:
        return bool(
            self.register.is_changed(instance.msme)
            or (instance.offer is not None and self.register.is_changed(instance.offer))
        )

    def describe(self, instance: MsmeLine) -> str:
        parts = [instance.organisation.code, instance.organisation.name]
        if instance.product is not None:
            parts.append(instance.product.name)
        return " · ".join(parts)

    def references(self) -> list[tuple[str, list[str]]]:
        products = Product.objects.filter(is_active=True).order_by("code")
        return [
            (_("Kabupaten/Kota"), list(District.objects.order_by("name").values_list("name", flat=True))),
            (_("Kode produk"), [row.code for row in products]),
            (_("Nama produk"), [f"{row.name} ({row.unit})" for row in products]),
        ]

    def apply(self, *, job: Job, sheet: Sheet, checked: Checked) -> dict[str, Any]:
        fresh = MsmeResource(actor=self.actor, parameters=self.parameters, locking=True)

        def write() -> None:
            lines = [instance for _number, instance, _is_new in fresh.kept]
            save_lines(lines=lines, register=fresh.register, actor=self.actor)

        return write_in_one_transaction(job, sheet, fresh, write, list_address("msmes:directory"))


def stored_lines(actor: Any) -> Iterable[MsmeLine]:
    """What the register holds, as lines of the sheet, for an export that can be imported again."""
    msmes = (
        Msme.objects.visible_to(actor)
        .select_related("organisation", "district")
        .order_by("organisation__code")
    )
    offers: dict[int, list[Offer]] = {}
    for offer in (
        Offer.objects.filter(msme__in=msmes.order_by()).select_related("product").order_by("product__code")
    ):
        offers.setdefault(offer.msme_id, []).append(offer)
    for msme in msmes:
        rows = offers.get(msme.pk)
        if not rows:
            yield MsmeLine(msme, msme.organisation)
        for offer in rows or ():
            yield MsmeLine(msme, msme.organisation, offer.product, offer)
