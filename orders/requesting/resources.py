"""The sheet of order lines: into a draft that exists, or as a new draft.

Written by the verbs of ``orders.requesting.request``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from buyers.models import DeliverySite, Institution
from msmes.models import Category, Product
from orders.models import Order, OrderLine
from orders.requesting import request
from orders.requesting.lines import (
    MOST_LINES,
    Known,
    LineInput,
    checked_line,
)
from orders.requesting.request import Heading
from orders.workflow import OrderStatus
from procurement import clock
from procurement.errors import InvalidInput, NotFound, WrongState
from procurement.input import written
from procurement.models import Event, Job
from procurement.money import LARGEST_PRICE, LARGEST_QUANTITY, is_too_much
from procurement.spreadsheets.reading import Sheet
from procurement.spreadsheets.resource import Checked, SheetProblem, SheetResource
from procurement.spreadsheets.values import (
    DayWidget,
    LookupWidget,
    RupiahWidget,
    SheetField,
    TextWidget,
    WholeWidget,
)
from procurement.spreadsheets.work import ProblemsFound, result_of

_LINE = "line"
#: The fields of ``LineInput`` under other names in the sheet.
_COLUMN_OF = {"line_id": "product"}


@dataclass(slots=True)
class SheetLine:
    """One line of the sheet. ``before`` is the line of the draft that it speaks of, if there is one."""

    product: Product | None = None
    name: str = ""
    specification: str = ""
    quantity: int | None = None
    unit: str = ""
    target_price: Decimal | None = None
    category: Category | None = None
    needed_by: date | None = None
    site: DeliverySite | None = None
    before: OrderLine | None = None

    def as_input(self) -> LineInput:
        if self.quantity is None or self.needed_by is None or self.site is None:
            raise ValueError("a line without quantity, day or site was not checked")
        return LineInput(
            quantity=self.quantity,
            needed_by=self.needed_by,
            site_id=self.site.pk,
            product_id=self.product.pk if self.product else None,
            name=self.name,
            specification=self.specification,
            unit=self.unit,
            target_price=self.target_price,
            category_id=self.category.pk if self.category else None,
            line_id=self.before.pk if self.before else None,
        )


class LineResource(SheetResource):
    """Natural key: product (or the name of what is not in the catalogue), specification, site and day.

    A line of the draft with the same key is changed, any other is added; nothing is removed. A row that says nothing of
    the specification speaks of the only line of its product, site and day, else of the one as in the catalogue.
    ``parameters`` hold ``order_id``, or ``heading`` for a new draft.
    """

    file_name = "baris-pesanan"

    product = SheetField(
        "Kode produk", "product",
        LookupWidget(gettext_lazy("“%(text)s” tidak ada dalam katalog. Lihat lembar Daftar pada templat."), "code"),
        example="CONTOH-01", hint=gettext_lazy("Dari katalog; kosong bila barangnya tidak ada dalam katalog."),
    )  # fmt: skip
    name = SheetField(
        "Nama barang", "name", TextWidget(120), width=30, example="",
        hint=gettext_lazy("Untuk produk katalog boleh kosong."),
    )  # fmt: skip
    specification = SheetField(
        "Spesifikasi", "specification", TextWidget(lines=True), width=36, example="",
        hint=gettext_lazy("Kosong berarti spesifikasi katalog."),
    )  # fmt: skip
    quantity = SheetField("Jumlah", "quantity", WholeWidget(1, LARGEST_QUANTITY), needed=True, example=250)
    unit = SheetField(
        "Satuan", "unit", TextWidget(20), example="", hint=gettext_lazy("Kosong berarti satuan katalog.")
    )
    target_price = SheetField(
        "Harga perkiraan", "target_price", RupiahWidget(LARGEST_PRICE), example=85000,
        hint=gettext_lazy("Rupiah bulat per satuan, sebelum PPN; kosong berarti harga acuan katalog."),
    )  # fmt: skip
    category = SheetField(
        "Kategori", "category",
        LookupWidget(gettext_lazy("“%(text)s” tidak ada dalam daftar kategori. Lihat lembar Daftar."), "name"),
        example="", hint=gettext_lazy("Wajib untuk barang di luar katalog; selain itu kosong."), width=18,
    )  # fmt: skip
    needed_by = SheetField(
        "Dibutuhkan paling lambat", "needed_by", DayWidget(), needed=True, example=date(2022, 8, 31), width=18,
        hint=gettext_lazy("Tanggal, misalnya 31-12-2026."),
    )  # fmt: skip
    site = SheetField(
        "Lokasi penyerahan", "site",
        LookupWidget(gettext_lazy("“%(text)s” bukan lokasi penyerahan instansi Anda. Lihat lembar Daftar."), "name"),
        group=_LINE, needed=True, example="Gudang Contoh", width=28,
        hint=gettext_lazy("Nama lokasi seperti pada lembar Daftar; boleh kosong bila hanya ada satu."),
    )  # fmt: skip

    class Meta(SheetResource.Meta):
        pass

    def prepare(self, rows: Sequence[dict[str, Any]]) -> None:
        institution = Institution.objects.filter(pk=self.actor.organisation_id).first()
        if institution is None:
            raise NotFound(_("Instansi Anda belum terdaftar sebagai pembeli. Hubungi penyelenggara expo."))
        sites = list(DeliverySite.objects.filter(institution=institution, is_active=True))
        self.only_site = sites[0] if len(sites) == 1 else None
        products, categories = list(Product.objects.all()), list(Category.objects.all())
        self._lookup("site").know(sites)
        self._lookup("product").know(products)
        self._lookup("category").know(categories)
        self.known = Known(
            sites=frozenset(site.pk for site in sites),
            products={product.pk: product for product in products},
            categories=frozenset(category.pk for category in categories),
            category_names=tuple(sorted(category.name for category in categories)),
        )
        self.order = self._draft() or Order(institution=institution)
        self.old = (
            list(self.order.lines.select_related("product", "category", "site")) if self.order.pk else []
        )
        self.old_by_id = {line.pk: line for line in self.old}
        self.waiting: dict[Any, list[OrderLine]] = {}
        for line in self.old:
            self.waiting.setdefault(
                _key(line.product_id, line.name, line.site_id, line.needed_by), []
            ).append(line)
        self.seen: dict[Any, int] = {}
        self.line_count = len(self.old)
        self.total = sum((line.target_amount for line in self.old), Decimal(0))

    def _draft(self) -> Order | None:
        order_id = self.parameters.get("order_id")
        if order_id is None:
            return None
        order = (
            Order.objects.visible_to(self.actor)
            .select_related("institution", "edition")
            .filter(pk=order_id)
            .first()
        )
        if order is None:
            raise NotFound(_("Yang Anda cari tidak ada atau tidak dapat Anda lihat."))
        if order.status != OrderStatus.DRAFT:
            raise WrongState(
                _("Hanya konsep pesanan yang dapat diisi dari lembar. Pesanan ini sudah diajukan.")
            )
        return order

    def find(self, row: dict[str, Any], number: int) -> tuple[SheetLine, bool]:
        product, site, day = (
            self.value("product", row),
            self.value("site", row) or self.only_site,
            self.value("needed_by", row),
        )
        specification = self.value("specification", row) or ""
        place = _key(
            product.pk if product else None, self.value("name", row) or "", site.pk if site else None, day
        )
        candidates = self.waiting.get(place, [])
        old = _meant(candidates, specification, product)
        self.is_unclear = old is None and not specification and len(candidates) > 1
        key = old.pk if old else (place, written.key(specification or _specification(product)))
        self.duplicate_of = self.seen.setdefault(key, number)
        if old is not None and self.duplicate_of == number:
            line = SheetLine(
                old.product, old.name, old.specification, old.quantity, old.unit, old.target_price, old.category,
                old.needed_by, old.site, old,
            )  # fmt: skip
            return line, False
        return SheetLine(site=site), True

    def check(self, instance: SheetLine, row: dict[str, Any], number: int) -> Iterator[tuple[str, str]]:
        if self.is_unclear:
            yield (
                "specification",
                _("pesanan ini memuat beberapa baris barang itu. Tulis spesifikasi baris yang dimaksud."),
            )
            return
        if self.duplicate_of != number:
            sentence = _(
                "barang, spesifikasi, tanggal, dan lokasi ini sama dengan baris %(row)d. Gabungkan jumlahnya di satu"
                " baris."
            )
            yield "product", sentence % {"row": self.duplicate_of}
            return
        yield from self.missing(instance, "")
        yield from self.missing(instance, _LINE)
        if instance.quantity is None or instance.needed_by is None or instance.site is None:
            return
        if not self.row_is_readable:
            return
        try:
            checked = checked_line(self.order, instance.as_input(), known=self.known, old=self.old_by_id)
        except InvalidInput as refusal:
            yield _COLUMN_OF.get(refusal.field, refusal.field), refusal.sentence
            return
        before = instance.before.target_amount if instance.before else Decimal(0)
        self.total += checked.target_amount - before
        if is_too_much(self.total):
            yield "quantity", _("nilai pesanan terlalu besar. Periksa jumlah dan harga setiap baris.")
        if instance.before is None:
            self.line_count += 1
            if self.line_count > MOST_LINES:
                sentence = _("satu pesanan paling banyak %(most)d baris. Bagilah menjadi beberapa pesanan.")
                yield "", sentence % {"most": MOST_LINES}

    def is_changed(self, instance: SheetLine) -> bool:
        return instance.before is None or instance.as_input() != LineInput.of(instance.before)

    def describe(self, instance: SheetLine) -> str:
        name = instance.name or (instance.product.name if instance.product else "")
        unit = instance.unit or (instance.product.unit if instance.product else "")
        return f"{name} · {instance.quantity:,} {unit}".replace(",", ".")

    def example(self) -> list[Any]:
        day = clock.today() + timedelta(days=60)
        return [day if name == "needed_by" else column.example for name, column in self.columns.items()]

    def _is_example(self, row: dict[str, Any]) -> bool:
        """The day in the example moves, so it does not count."""
        heading = str(self.columns["needed_by"].column_name)
        return super()._is_example({**row, heading: self.example()[list(self.columns).index("needed_by")]})

    def references(self) -> list[tuple[str, list[str]]]:
        products = Product.objects.filter(is_active=True).order_by("code")
        sites = DeliverySite.objects.filter(institution_id=self.actor.organisation_id, is_active=True)
        return [
            (_("Kode produk"), [product.code for product in products]),
            (_("Nama produk"), [f"{product.name} ({product.unit})" for product in products]),
            (_("Lokasi penyerahan"), list(sites.order_by("name").values_list("name", flat=True))),
            (_("Kategori"), list(Category.objects.order_by("name").values_list("name", flat=True))),
        ]

    def _lookup(self, name: str) -> LookupWidget:
        widget = self.columns[name].widget
        assert isinstance(widget, LookupWidget)  # noqa: S101 - declared above
        return widget

    def apply(self, *, job: Job, sheet: Sheet, checked: Checked) -> dict[str, Any]:
        """Call the verb once. A job that died between the verb and its own end finds the verb's event."""
        order_id = _order_of_event(self.actor.organisation_id, self.actor.request_id)
        if order_id is None:
            order_id = self._write(checked) if checked.has_changes else self.order.pk
        url = reverse("orders:detail", args=[order_id]) if order_id else ""
        return result_of(self, checked, url)

    def _write(self, checked: Checked) -> int:
        inputs = {line.pk: LineInput.of(line) for line in self.old}
        numbers: dict[int, int] = {}
        added: list[LineInput] = []
        places = {line.pk: index for index, line in enumerate(self.old)}
        for number, instance, is_new in self.kept:
            line = instance.as_input()
            if is_new:
                numbers[len(self.old) + len(added)] = number
                added.append(line)
            else:
                numbers[places[instance.before.pk]] = number
                inputs[instance.before.pk] = line
        lines = [*inputs.values(), *added]
        try:
            if self.order.pk:
                written = request.change_order(
                    order_id=self.order.pk, actor=self.actor, heading=_heading_of(self.order), lines=lines
                )
            else:
                heading = Heading(**self.parameters["heading"])
                written = request.draft_order(actor=self.actor, heading=heading, lines=lines)
        except InvalidInput as refusal:
            raise self._in_sheet(refusal, numbers, checked) from refusal
        return int(written.pk)

    def _in_sheet(self, refusal: InvalidInput, numbers: dict[int, int], checked: Checked) -> InvalidInput:
        """The verb's refusal, which speaks of a line by its place, as the row and column of the sheet."""
        if not isinstance(refusal.row, int) or refusal.row not in numbers:
            return refusal
        cause = refusal.__cause__
        sentence = cause.sentence if isinstance(cause, InvalidInput) else refusal.short
        checked.add(
            SheetProblem(
                numbers[refusal.row],
                self._heading_of(_COLUMN_OF.get(refusal.field, refusal.field)),
                sentence,
            )
        )
        return ProblemsFound(checked)


def _key(product_id: int | None, name: str, site_id: int | None, day: date | None) -> Any:
    what = product_id if product_id is not None else written.key(name)
    return what, site_id, day


def _specification(product: Product | None) -> str:
    return product.specification if product else ""


def _meant(candidates: Sequence[OrderLine], specification: str, product: Product | None) -> OrderLine | None:
    """The line of the draft that a row speaks of, of those of its product, site and day."""
    if not specification and len(candidates) == 1:
        return candidates[0]
    wanted = written.key(specification or _specification(product))
    return next((line for line in candidates if written.key(line.specification) == wanted), None)


def _heading_of(order: Order) -> Heading:
    return Heading(
        title=order.title,
        edition_id=order.edition_id,
        unit_id=order.unit_id,
        pledge_id=order.pledge_id,
        note=order.note,
        budget_source=order.budget_source,
    )


def _order_of_event(organisation_id: int | None, request_id: str) -> int | None:
    """The order that this very job wrote already."""
    event = Event.objects.filter(
        acting_for_id=organisation_id, request_id=request_id, verb__in=("order.draft", "order.change")
    ).first()
    return int(event.stream.removeprefix("order:")) if event else None
