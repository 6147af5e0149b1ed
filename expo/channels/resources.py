"""The sheet of channel sales: one line per day, channel and MSME."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from expo.channels.channels import SaleInput, check_sale
from expo.models import ChannelSale, Edition, Pledge
from expo.permissions import may, require
from msmes.models import Msme
from procurement.errors import InvalidInput, NotFound
from procurement.models import Job
from procurement.money import LARGEST_VALUE
from procurement.rows.recording import Recorder
from procurement.spreadsheets.reading import Sheet
from procurement.spreadsheets.resource import Checked, SheetResource
from procurement.spreadsheets.values import (
    ChoiceWidget,
    CodeWidget,
    DayWidget,
    RupiahWidget,
    SheetField,
    TextWidget,
)
from procurement.spreadsheets.work import list_address, write_in_one_transaction

_CHANNELS = {
    "langsung": ChannelSale.Channel.DIRECT.value,
    "live shopping": ChannelSale.Channel.LIVE_SHOPPING.value,
}
CONFIDENCE = "A"
"""What was counted by day and MSME is as sure as a sale can be known."""

Key = tuple[str, date, int]


@dataclass(slots=True)
class SaleLine:
    """One line; ``before`` is the row that says the same day, channel and MSME already."""

    before: ChannelSale | None = None
    day: date | None = None
    channel: str | None = None
    msme: Msme | None = None
    code: str | None = None
    amount: Decimal | None = None
    source: str | None = None

    def full_clean(self, exclude: Any = None, validate_unique: bool = True) -> None:
        """No checks of its own: the resource has the rules."""

    @property
    def pk(self) -> int | None:
        return self.before.pk if self.before else None


class SaleResource(SheetResource):
    """Natural key: day, channel and MSME within the edition."""

    file_name = "penjualan-kanal"

    day = SheetField(
        "Tanggal", "day", DayWidget(), needed=True, example="2022-07-27",
        hint=gettext_lazy("Hari penjualan, dalam masa penyelenggaraan."),
    )  # fmt: skip
    channel = SheetField(
        "Kanal", "channel", ChoiceWidget(_CHANNELS), needed=True, example="langsung",
        hint=gettext_lazy("Transaksi di stan: langsung. Penjualan siaran: live shopping."),
    )  # fmt: skip
    code = SheetField(
        "Kode UMKM", "code", CodeWidget(), needed=True, example="UMKM-001",
        hint=gettext_lazy("Seperti pada daftar UMKM."),
    )  # fmt: skip
    amount = SheetField(
        "Nilai", "amount", RupiahWidget(LARGEST_VALUE), needed=True, example=1500000,
        hint=gettext_lazy("Rupiah bulat, seluruh penjualan hari itu."), width=18,
    )  # fmt: skip
    source = SheetField(
        "Sumber", "source", TextWidget(200), example="Rekap kasir stan contoh",
        hint=gettext_lazy("Kosong berarti nama berkas."), width=30,
    )  # fmt: skip

    class Meta(SheetResource.Meta):
        pass

    def prepare(self, rows: Sequence[dict[str, Any]]) -> None:
        editions = Edition.objects.visible_to(self.actor).filter(pk=self.parameters.get("edition_id", 0))
        if self.locking:
            editions = editions.select_for_update(of=("self",))
        edition = editions.first()
        if self.parameters and edition is None:
            raise NotFound(_("Penyelenggaraan itu tidak ada."))
        self.edition = edition
        if edition is not None and edition.closed_at:
            raise InvalidInput(
                _("Penyelenggaraan ini sudah ditutup dan tidak menerima penjualan baru."), field="edition"
            )
        codes = {self.value("code", row) for row in rows} - {None}
        found = Msme.objects.in_directory_of(self.actor).filter(organisation__code__in=codes)
        self.msmes = {row.organisation.code.upper(): row for row in found.select_related("organisation")}
        sales = ChannelSale.objects.filter(
            edition=edition, msme__in=[row.pk for row in self.msmes.values()], day__isnull=False
        )
        self.stored: dict[Key, list[ChannelSale]] = {}
        for sale in sales.order_by("pk"):
            if sale.day is not None and sale.msme_id is not None:
                self.stored.setdefault((sale.channel, sale.day, sale.msme_id), []).append(sale)
        self.seen: dict[Key, int] = {}

    def find(self, row: dict[str, Any], number: int) -> tuple[SaleLine, bool]:
        column = self.columns["code"]
        try:
            code = column.clean(row)
        except ValueError as error:
            raise ValidationError({"code": str(error)}) from error
        if code is None:
            raise ValidationError({"code": _("wajib diisi.")})
        msme = self.msmes.get(code)
        if msme is None:
            raise ValidationError(
                {"code": _("UMKM dengan kode “%(code)s” tidak terdaftar.") % {"code": code[:40]}}
            )
        line = SaleLine(msme=msme)
        day, channel = self.value("day", row), self.value("channel", row)
        if day is not None and channel is not None:
            rows = self.stored.get((channel, day, msme.pk), [])
            if len(rows) == 1:
                line.before = rows[0]
        return line, line.before is None

    def check(self, instance: SaleLine, row: dict[str, Any], number: int) -> Iterator[tuple[str, str]]:
        yield from self.missing(instance, "")
        if not self.row_is_readable or instance.amount is None:
            return
        if instance.day is None or instance.channel is None or instance.msme is None:
            return
        key = (instance.channel, instance.day, instance.msme.pk)
        first = self.seen.setdefault(key, number)
        if first != number:
            yield (
                "code",
                _("hari, kanal, dan UMKM ini sudah ada pada baris %(row)d. Jumlahkan nilainya.")
                % {"row": first},
            )
            return
        if len(self.stored.get(key, [])) > 1:
            yield (
                "code",
                _(
                    "hari, kanal, dan UMKM ini sudah tercatat lebih dari sekali. Perbaiki pada daftar penjualan."
                ),
            )
            return
        if self.edition is not None:
            try:
                check_sale(self.as_input(instance, self.edition), self.edition)
            except InvalidInput as refusal:
                yield "code" if refusal.field == "msme" else refusal.field, refusal.short

    def source_of(self, instance: SaleLine) -> str:
        return instance.source or str(self.parameters.get("file_name") or _("lembar penjualan"))[:200]

    def as_input(self, instance: SaleLine, edition: Edition) -> SaleInput:
        return SaleInput(
            edition_id=edition.pk,
            channel=instance.channel or "",
            amount_kind=Pledge.AmountKind.EXACT,
            source=self.source_of(instance),
            confidence=CONFIDENCE,
            amount=instance.amount,
            day=instance.day,
            msme_id=instance.msme.pk if instance.msme else None,
        )

    def is_changed(self, instance: SaleLine) -> bool:
        before = instance.before
        if before is None:
            return True
        is_named = bool(instance.source) and instance.source != before.source
        return before.amount != instance.amount or before.amount_kind != Pledge.AmountKind.EXACT or is_named

    def describe(self, instance: SaleLine) -> str:
        name = instance.msme.organisation.name if instance.msme else ""
        return f"{instance.day} · {name} · {instance.amount:,}".replace(",", ".")

    def apply(self, *, job: Job, sheet: Sheet, checked: Checked) -> dict[str, Any]:
        require(may("channel.record", self.actor))
        fresh = SaleResource(actor=self.actor, parameters=self.parameters, locking=True)

        def write() -> None:
            fresh.write(str(job.parameters.get("file_name", "")))

        return write_in_one_transaction(job, sheet, fresh, write, list_address("expo:channels"))

    def write(self, name: str) -> None:
        """New and changed rows in two statements, and one event that says how many."""
        assert self.edition is not None  # noqa: S101 - prepared with one
        made: list[ChannelSale] = []
        changed: list[ChannelSale] = []
        for _number, instance, is_new in self.kept:
            row = instance.before or ChannelSale(
                edition=self.edition, channel=instance.channel, day=instance.day, msme=instance.msme
            )
            row.amount, row.amount_kind = instance.amount, Pledge.AmountKind.EXACT
            if is_new or instance.source:
                row.source = self.source_of(instance)
            row.confidence = CONFIDENCE
            (made if is_new else changed).append(row)
        ChannelSale.objects.bulk_create(made)
        ChannelSale.objects.bulk_update(
            changed, ["amount", "amount_kind", "source", "confidence"], batch_size=500
        )
        recorder = Recorder(root=self.edition, actor=self.actor)
        recorder.record(
            "channel.import",
            note=name[:160],
            changes={
                "new": [None, len(made)],
                "changed": [None, len(changed)],
                "amount": [None, str(sum((row.amount or Decimal(0) for row in made + changed), Decimal(0)))],
            },
        )
        recorder.flush()
