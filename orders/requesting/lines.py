"""The lines of an order as the buyer writes them: what is typed, what may be, and how it is written down.

The only writer of lines, for the verbs of ``orders.requesting.request`` and within their transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from buyers.models import DeliverySite, Institution
from msmes.models import Category, Product
from orders.models import Allocation, Order, OrderLine
from orders.value.worth import check_whole, row_name
from procurement import clock
from procurement.errors import InvalidInput
from procurement.input.keys import keys
from procurement.input.letters import kept
from procurement.input.planned import written
from procurement.money import LARGEST_PRICE, LARGEST_QUANTITY, LARGEST_VALUE, is_too_much, is_whole, rupiah
from procurement.rows.bulk import save_rows
from procurement.templatetags.words import angka

MOST_LINES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LineInput:
    """One line as the buyer writes it. With ``product_id`` name, unit, category and price may be left empty.

    ``line_id`` says which existing line this is; without it the line is new.
    """

    quantity: int
    needed_by: date
    site_id: int
    product_id: int | None = None
    name: str = ""
    specification: str = ""
    unit: str = ""
    target_price: Decimal | None = None
    category_id: int | None = None
    line_id: int | None = None

    @classmethod
    def of(cls, line: OrderLine) -> "LineInput":
        """An existing line, as the buyer would write it again."""
        names = {"line_id": "pk"}
        return cls(**{field.name: getattr(line, names.get(field.name, field.name)) for field in fields(cls)})


def checked_lines(
    order: Order,
    lines: Sequence[LineInput],
    old: dict[int, OrderLine] | None = None,
    *,
    is_copy: bool = False,
) -> list[OrderLine]:
    """The rows that ``lines`` make, numbered. Raises :class:`InvalidInput` naming the row and the field of the form.

    ``is_copy``: they are those of an earlier order, which may have had no category.
    """
    if len(lines) > MOST_LINES:
        raise InvalidInput(
            _("Satu pesanan paling banyak %(most)d baris. Bagilah menjadi beberapa pesanan.")
            % {"most": MOST_LINES},
            field="lines",
        )
    known = Known.read(order.institution, lines)
    if is_copy:
        known = replace(known, category_names=())
    rows = [
        _numbered_line(order, index, line, known=known, old=old or {}) for index, line in enumerate(lines)
    ]
    check_whole(sum((row.target_amount for row in rows), Decimal(0)), field="lines")
    return rows


@dataclass(frozen=True, slots=True)
class Known:
    """What the lines of an institution may refer to, read once for all of them."""

    sites: frozenset[int]
    products: dict[int, Product]
    categories: frozenset[int]
    category_names: tuple[str, ...] = ()
    """Those to choose from, where a line needs one and has none."""

    @classmethod
    def read(cls, institution: Institution, lines: Sequence[LineInput]) -> "Known":
        sites = DeliverySite.objects.filter(institution=institution, is_active=True)
        wanted = keys(line.product_id for line in lines if line.product_id is not None)
        free = keys(line.category_id for line in lines if line.category_id is not None)
        categories = Category.objects.filter(pk__in=free).values_list("pk", flat=True) if free else ()
        return cls(
            sites=frozenset(sites.values_list("pk", flat=True)),
            products=Product.objects.in_bulk(wanted) if wanted else {},
            categories=frozenset(categories),
            category_names=category_names() if any(map(_lacks_category, lines)) else (),
        )


def category_names() -> tuple[str, ...]:
    """The categories by name, as a refusal lists them."""
    return tuple(Category.objects.order_by("name").values_list("name", flat=True))


def _lacks_category(line: LineInput | OrderLine) -> bool:
    """Goods of the catalogue have the category of their product; what is written freely needs one of its own."""
    return line.product_id is None and line.category_id is None


def _numbered_line(
    order: Order, index: int, line: LineInput, *, known: Known, old: dict[int, OrderLine]
) -> OrderLine:
    """One line; its refusal names the row, from 0, and the field of :class:`LineInput`."""
    try:
        row = checked_line(order, line, known=known, old=old)
    except InvalidInput as refusal:
        raise InvalidInput(
            refusal.sentence, field=refusal.field, row=index, place=row_name(index + 1)
        ) from refusal
    row.position = index + 1
    return row


def checked_line(order: Order, line: LineInput, *, known: Known, old: dict[int, OrderLine]) -> OrderLine:
    """The row that ``line`` makes. Raises :class:`InvalidInput` whose field is that of :class:`LineInput`."""

    def refuse(sentence: str, field: str) -> InvalidInput:
        return InvalidInput(sentence, field=field)

    before = old.get(line.line_id) if line.line_id is not None else None
    product = known.products.get(line.product_id) if line.product_id is not None else None
    is_kept = before is not None and before.product_id == line.product_id
    # What a line had already is not judged again: a product that left the catalogue must not stop another line.
    if line.product_id is not None and (product is None or not (product.is_active or is_kept)):
        raise refuse(_("produk itu tidak ada di katalog. Pilih dari daftar."), "product")
    said = {
        field: kept(getattr(line, field), field=field, before=getattr(before, field) if before else None)
        for field in ("name", "unit", "specification")
    }
    name = said["name"] or (product.name if product else "")
    unit = said["unit"] or (product.unit if product else "")
    if not name:
        raise refuse(_("pilih produk katalog atau tulis nama barang."), "name")
    if not unit:
        raise refuse(_("tulis satuannya, misalnya “buah” atau “kg”."), "unit")
    if sentence := _quantity_refused(line.quantity):
        raise refuse(sentence, "quantity")
    price = (
        line.target_price if line.target_price is not None else (product.reference_price if product else None)
    )
    if price is not None and not is_whole(price, 1, LARGEST_PRICE):
        raise refuse(_("harga perkiraan harus rupiah bulat dari 1 sampai 10 miliar."), "target_price")
    if price is not None and is_too_much(line.quantity * price):
        raise refuse(
            _("jumlah kali harga melebihi %(most)s. Periksa keduanya.") % {"most": rupiah(LARGEST_VALUE)},
            "target_price",
        )
    if line.site_id not in known.sites and not (before is not None and before.site_id == line.site_id):
        raise refuse(_("lokasi penyerahan itu bukan milik instansi Anda. Pilih dari daftar."), "site")
    if product is None and (sentence := _category_refused(line, before, known)):
        raise refuse(sentence, "category")
    if line.line_id is not None and line.line_id not in old:
        raise refuse(_("baris ini sudah tidak ada. Muat ulang halaman."), "line_id")
    if sentence := _day_refused(line.needed_by, before):
        raise refuse(sentence, "needed_by")
    return OrderLine(
        pk=line.line_id,
        order=order,
        product=product,
        category_id=product.category_id if product else line.category_id,
        name=name[:120],
        specification=said["specification"] or (product.specification if product else ""),
        quantity=line.quantity,
        unit=unit[:20],
        target_price=price,
        needed_by=line.needed_by,
        site_id=line.site_id,
    )


def _category_refused(line: LineInput, before: OrderLine | None, known: Known) -> str:
    """Why goods that are not of the catalogue cannot have this category, or none; empty when they can.

    A line that was written before categories were asked for goes on without one.
    """
    if line.category_id is not None:
        return "" if line.category_id in known.categories else _("kategori itu tidak ada. Pilih dari daftar.")
    if not known.category_names or (before is not None and _lacks_category(before)):
        return ""
    names = ", ".join(known.category_names)
    return _("pilih kategori barang yang bukan dari katalog: %(names)s.") % {"names": names}


def _quantity_refused(quantity: int) -> str:
    if quantity < 1:
        return _("jumlah paling sedikit 1.")
    if quantity > LARGEST_QUANTITY:
        return _("jumlah paling banyak %(most)s.") % {"most": angka(LARGEST_QUANTITY)}
    return ""


def _day_refused(day: date, before: OrderLine | None) -> str:
    """Why nothing can be needed on that day; empty when it can. A day that stays as it was is not judged again."""
    if before is not None and before.needed_by == day:
        return ""
    if day < clock.today():
        return _("tanggal dibutuhkan sudah lewat. Isi tanggal hari ini atau sesudahnya.")
    if day > clock.latest_day():
        return _("tanggal dibutuhkan terlalu jauh. Isi tanggal sampai %(day)s.") % {
            "day": written(clock.latest_day())
        }
    return ""


def require_to_come(lines: Sequence[OrderLine]) -> None:
    """Raise :class:`InvalidInput` naming the first row that is needed on a day that has passed meanwhile."""
    for index, line in enumerate(lines):
        if line.needed_by < clock.today():
            raise InvalidInput(
                _("tanggal dibutuhkan %(day)s sudah lewat. Isi tanggal yang baru.")
                % {"day": written(line.needed_by)},
                field="needed_by",
                row=index,
                place=row_name(line.position, line.name),
            )


def require_complete(lines: Sequence[OrderLine]) -> None:
    """What a draft may lack and a request may not. Raises :class:`InvalidInput` naming the first row."""
    if not lines:
        raise InvalidInput(_("Tambahkan paling sedikit satu baris sebelum mengajukan."), field="lines")
    for index, line in enumerate(lines):
        if line.target_price is None:
            raise InvalidInput(
                _("isi harga perkiraan per satuan sebelum mengajukan."),
                field="target_price",
                row=index,
                place=row_name(index + 1),
            )


_LINE_FIELDS = tuple(
    field.attname
    for field in OrderLine._meta.concrete_fields
    if field.name not in ("id", "order", "position")
)
"""What a line says; its key, its order and its place among the others are not part of that."""


def differs(old: OrderLine, new: OrderLine) -> bool:
    """Whether an MSME that answered the old line would be asked something else now."""
    return any(getattr(old, name) != getattr(new, name) for name in _LINE_FIELDS)


def write_lines(rows: Sequence[OrderLine], removed: set[int]) -> None:
    """Write the lines of one order. Existing lines step aside before they take their new, unique, positions."""
    if removed:
        Allocation.objects.filter(line_id__in=removed).delete()
        OrderLine.objects.filter(pk__in=removed).delete()
    kept = [row for row in rows if row.pk]
    if kept:
        wanted = [row.position for row in kept]
        for number, row in enumerate(kept):
            row.position = 1_000_000 + number
        save_rows(kept, ["position"])
        for position, row in zip(wanted, kept, strict=True):
            row.position = position
        save_rows(kept, [*_LINE_FIELDS, "position"])
    OrderLine.objects.bulk_create([row for row in rows if not row.pk])
