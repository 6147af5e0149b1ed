"""The draft of an order: its heading and its lines, as many as there are, without a query per line."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.acting import Actor
from buyers.models import DeliverySite, Unit
from expo.models import Edition, Pledge
from msmes.models import Category, Product
from orders.models import Order, OrderLine
from orders.requesting.forms.fields import (
    DayField,
    PickField,
    QuickArea,
    QuickInput,
    SharedOptions,
    WholeNumberField,
)
from orders.requesting.lines import MOST_LINES, LineInput
from orders.requesting.request import Heading
from orders.workflow import OrderStatus
from procurement.input.typed import RupiahInput, TypedText
from procurement.money import rupiah

PREFIX = "lines"
COUNT = f"{PREFIX}-TOTAL_FORMS"
LINE_FIELDS = (
    "line_id", "product", "name", "specification", "quantity", "unit", "target_price", "needed_by", "site", "category",
)  # fmt: skip
_DIGITS = 7
_FIELD = re.compile(rf"{PREFIX}-(\d{{1,{_DIGITS - 1}}})-(?:{'|'.join(LINE_FIELDS)})", re.ASCII)
_SAYS_SOMETHING = ("line_id", "product", "name", "specification", "quantity", "target_price")

TypedRow = dict[str, str]


@dataclass(frozen=True)
class DraftChoices:
    """Everything that a draft may refer to, read once."""

    editions: SharedOptions
    units: SharedOptions
    pledges: SharedOptions
    products: SharedOptions
    sites: SharedOptions
    categories: SharedOptions
    catalogue: Mapping[int, Product]
    first_site: str

    @classmethod
    def read(cls, actor: Actor, order: Order | None = None) -> "DraftChoices":
        """Six queries, however many lines there are."""
        editions = _editions(actor, order)
        usable = Q(is_active=True) | Q(pk=order.unit_id if order else None)
        units = Unit.objects.filter(usable, institution_id=actor.organisation_id).order_by("name")
        pledges = Pledge.objects.visible_to(actor).filter(kind=Pledge.Kind.ORDER)
        offered = Q(status=Pledge.Status.OPEN)
        if order and order.pledge_id:
            offered |= Q(pk=order.pledge_id)
        open_pledges = pledges.filter(offered)
        catalogue = {
            product.pk: product
            for product in Product.objects.filter(_still(Q(is_active=True), "product", order))
            .select_related("category")
            .order_by("category__name", "name")
        }
        grouped: dict[str, list[tuple[int, str]]] = {}
        for product in catalogue.values():
            label = f"{product.name} · {rupiah(product.reference_price)}/{product.unit}"
            grouped.setdefault(product.category.name, []).append((product.pk, label))
        sites = DeliverySite.objects.filter(
            _still(Q(is_active=True), "site", order), institution_id=actor.organisation_id
        )
        site_options = [(site.pk, str(site)) for site in sites.order_by("name")]
        return cls(
            editions=SharedOptions(_by_organiser(editions), _("Pilih penyelenggaraan")),
            units=SharedOptions([("", [(one.pk, one.name) for one in units])], _("Tanpa satuan kerja")),
            pledges=SharedOptions(
                [("", [(one.pk, _pledge_label(one)) for one in open_pledges.order_by("announced_on")])],
                _("Tidak merujuk komitmen"),
            ),
            products=SharedOptions(grouped.items(), _("Bukan dari katalog: tulis sendiri")),
            sites=SharedOptions([("", site_options)], _("Pilih lokasi")),
            categories=SharedOptions(
                [("", list(Category.objects.order_by("name").values_list("pk", "name")))],
                _("Belum ditentukan"),
            ),
            catalogue=catalogue,
            first_site=str(site_options[0][0]) if len(site_options) == 1 else "",
        )


def _still(offered: Q, name: str, order: Order | None) -> Q:
    """What is offered, and what the lines of the order have already: they keep it until somebody changes it."""
    if order is None:
        return offered
    return offered | Q(pk__in=order.lines.filter(**{f"{name}__isnull": False}).values(name))


def _editions(actor: Actor, order: Order | None) -> QuerySet[Edition]:
    """Those that still take orders; of an order that was submitted only its own, also when it has closed."""
    editions = (
        Edition.objects.visible_to(actor)
        .select_related("organiser__organisation")
        .order_by("organiser__organisation__name", "-starts_on", "-pk")
    )
    if order is not None and order.status != OrderStatus.DRAFT:
        return editions.filter(pk=order.edition_id)
    return editions.open()


def _by_organiser(editions: Iterable[Edition]) -> list[tuple[str, list[tuple[int, str]]]]:
    """Under the name of who holds them, because two organisers may call an edition the same; one needs no heading."""
    grouped: dict[str, list[tuple[int, str]]] = {}
    for one in editions:
        grouped.setdefault(one.organiser.organisation.name, []).append((one.pk, one.name))
    return [(name if len(grouped) > 1 else "", rows) for name, rows in grouped.items()]


def _pledge_label(pledge: Pledge) -> str:
    return _("%(party)s, sisa %(remaining)s") % {
        "party": pledge.party_name,
        "remaining": rupiah(pledge.remaining),
    }


class HeadingForm(forms.Form):
    """What an order says besides its lines."""

    use_required_attribute = False
    title = TypedText(label=gettext_lazy("Perihal"), max_length=160)
    edition = PickField(label=gettext_lazy("Penyelenggaraan expo"))
    unit = PickField(label=gettext_lazy("Satuan kerja"), required=False)
    pledge = PickField(
        label=gettext_lazy("Komitmen pembelian"),
        required=False,
        help_text=gettext_lazy("Nilai pesanan mengurangi sisa komitmen yang dirujuk."),
    )
    budget_source = TypedText(
        label=gettext_lazy("Sumber anggaran"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Nomor DIPA, DPA, atau mata anggaran."),
    )
    note = TypedText(
        label=gettext_lazy("Catatan untuk penyelenggara"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, choices: DraftChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, options in (
            ("edition", choices.editions),
            ("unit", choices.units),
            ("pledge", choices.pledges),
        ):
            field = self.fields[name]
            assert isinstance(field, PickField)  # noqa: S101 - for the type checker
            field.offer(options)

    def heading(self) -> Heading:
        said = self.cleaned_data
        return Heading(
            title=said["title"],
            edition_id=said["edition"],
            unit_id=said["unit"],
            pledge_id=said["pledge"],
            note=said["note"],
            budget_source=said["budget_source"],
        )

    @staticmethod
    def initial_of(order: Order) -> dict[str, Any]:
        return {
            "title": order.title,
            "edition": order.edition_id,
            "unit": order.unit_id,
            "pledge": order.pledge_id,
            "budget_source": order.budget_source,
            "note": order.note,
        }


class LineForm(forms.Form):
    """One line. With a catalogue product its name, unit, specification and price may stay empty."""

    use_required_attribute = False
    conditional = ("product", "name", "unit")  # needed at times, so never marked as optional

    line_id = WholeNumberField(required=False, widget=forms.HiddenInput)
    product = PickField(label=gettext_lazy("Produk katalog"), required=False)
    name = TypedText(label=gettext_lazy("Nama barang"), max_length=120, required=False, widget=QuickInput)
    quantity = WholeNumberField(label=gettext_lazy("Jumlah"))
    unit = TypedText(label=gettext_lazy("Satuan"), max_length=20, required=False, widget=QuickInput)
    target_price = RupiahInput(
        label=gettext_lazy("Harga perkiraan"),
        required=False,
        widget=QuickInput,
        help_text=gettext_lazy("Per satuan, sebelum PPN. Kosong: harga katalog."),
    )
    needed_by = DayField(label=gettext_lazy("Dibutuhkan paling lambat"))
    site = PickField(label=gettext_lazy("Lokasi penyerahan"))
    specification = TypedText(
        label=gettext_lazy("Spesifikasi"),
        max_length=4000,
        required=False,
        widget=QuickArea(attrs={"rows": 2}),
    )
    category = PickField(
        label=gettext_lazy("Kategori"),
        required=False,
        help_text=gettext_lazy("Wajib bila barangnya bukan dari katalog; menentukan tahap produksi."),
    )

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        choices: DraftChoices,
        index: int,
        initial: TypedRow | None = None,
    ) -> None:
        super().__init__(data, prefix=f"{PREFIX}-{index}", initial=initial)
        self.choices = choices
        self.index = index
        for name, options in (
            ("product", choices.products),
            ("site", choices.sites),
            ("category", choices.categories),
        ):
            field = self.fields[name]
            assert isinstance(field, PickField)  # noqa: S101 - for the type checker
            field.offer(options)
        key = str(self["product"].value() or "")
        product = (
            choices.catalogue.get(int(key)) if key.isascii() and key.isdigit() and len(key) < 16 else None
        )
        if product is not None:
            self.fields["name"].widget.attrs["placeholder"] = product.name
            self.fields["unit"].widget.attrs["placeholder"] = product.unit
        # Only what the product says is swapped: who goes on typing a quantity meanwhile must not lose it.
        filled_in = ("name", "unit", "target_price", "specification", "category")
        self.fields["product"].widget.attrs.update(
            {
                "hx-trigger": "change",
                "hx-vals": f'{{"act": "fill:{index}"}}',
                "hx-swap": "none",
                "hx-select-oob": ",".join(f"#{self[name].id_for_label}" for name in filled_in),
            }
        )

    @property
    def number(self) -> int:
        return self.index + 1

    @property
    def has_details(self) -> bool:
        """Whether specification or category must be in view."""
        names = ("specification", "category")
        is_free = bool(self["name"].value()) and not self["product"].value()
        return is_free or any(self[name].value() or self[name].errors for name in names)

    def line(self) -> LineInput:
        said = self.cleaned_data
        return LineInput(
            line_id=said["line_id"],
            product_id=said["product"],
            name=said["name"],
            unit=said["unit"],
            category_id=said["category"],
            specification=said["specification"],
            quantity=said["quantity"],
            target_price=said["target_price"],
            needed_by=said["needed_by"],
            site_id=said["site"],
        )


def rows_of(lines: Sequence[OrderLine]) -> list[TypedRow]:
    """Lines as the form shows them; what only repeats the catalogue stays empty."""
    rows = []
    for line in lines:
        product = line.product
        rows.append(
            {
                "line_id": str(line.pk),
                "product": str(line.product_id or ""),
                "name": _own(line.name, product.name if product else ""),
                "specification": _own(line.specification, product.specification if product else ""),
                "quantity": str(line.quantity),
                "unit": _own(line.unit, product.unit if product else ""),
                "target_price": f"{line.target_price:f}" if line.target_price is not None else "",
                "needed_by": line.needed_by.isoformat(),
                "site": str(line.site_id),
                "category": "" if product else str(line.category_id or ""),
            }
        )
    return rows


def _own(said: str, in_catalogue: str) -> str:
    return "" if said == in_catalogue else said


@dataclass(frozen=True)
class SentRows:
    """The lines as they were typed, nothing checked yet; one more than allowed is kept so that it is noticed.

    ``doubt`` is a sentence when the form does not say how many lines it has: what is saved would not be what was sent.
    """

    rows: list[TypedRow]
    doubt: str


def rows_sent(data: Mapping[str, str]) -> SentRows:
    """Every line of which a field was sent is among them, whatever the form says of their count."""
    text = str(data.get(COUNT, ""))
    is_count = text.isascii() and text.isdigit() and len(text) < _DIGITS
    said = int(text) if is_count else 0
    seen = max((int(found[1]) + 1 for name in data if (found := _FIELD.fullmatch(name))), default=0)
    doubt = ""
    if not is_count or said < seen or said > MOST_LINES + 1:
        doubt = _("Jumlah baris pada formulir ini tidak terbaca. Periksa barisnya, lalu simpan lagi.")
    count = min(seen if doubt else said, MOST_LINES + 1)
    rows = [
        {name: str(data.get(f"{PREFIX}-{index}-{name}", "")) for name in LINE_FIELDS}
        for index in range(count)
    ]
    return SentRows(rows, doubt)


def without_empty(rows: Sequence[TypedRow]) -> list[TypedRow]:
    """Lines in which somebody wrote something."""
    return [row for row in rows if any(row[name].strip() for name in _SAYS_SOMETHING)]


def one_more(rows: Sequence[TypedRow], choices: DraftChoices) -> list[TypedRow]:
    """The same lines and an empty one, for the day and site of the last."""
    empty = dict.fromkeys(LINE_FIELDS, "")
    last = rows[-1] if rows else empty
    return [*rows, {**empty, "needed_by": last["needed_by"], "site": last["site"] or choices.first_site}]


def filled(rows: Sequence[TypedRow], index: int, choices: DraftChoices) -> list[TypedRow]:
    """The same lines; the one at ``index`` takes its price from the product chosen for it."""
    result = [dict(row) for row in rows]
    if 0 <= index < len(result):
        key = result[index]["product"]
        product = (
            choices.catalogue.get(int(key)) if key.isascii() and key.isdigit() and len(key) < 16 else None
        )
        if product is not None:
            result[index].update(name="", unit="", specification="", category="")
            result[index]["target_price"] = f"{product.reference_price:f}"
    return result


def line_forms(rows: Sequence[TypedRow], choices: DraftChoices, *, check: bool) -> list[LineForm]:
    """The forms of these lines; with ``check`` their errors are worked out and shown."""
    forms_: list[LineForm] = []
    for index, row in enumerate(rows):
        if check:
            data = {f"{PREFIX}-{index}-{name}": value for name, value in row.items()}
            forms_.append(LineForm(data, choices=choices, index=index))
        else:
            forms_.append(LineForm(initial=row, choices=choices, index=index))
    return forms_
