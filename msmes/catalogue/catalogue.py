"""The catalogue: products that several MSMEs can make to one specification. The only writer of it."""

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.acting import Actor
from msmes.catalogue.sharing import require_unshared
from msmes.models import Category, Product
from msmes.permissions import may, may_change_category, may_change_product, require
from msmes.validity import check_fields, checked_price
from procurement.errors import InvalidInput, NotFound
from procurement.input.letters import kept
from procurement.input.opened import Unchanged, anything
from procurement.rows.recording import Recorder, differences


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductInput:
    """A catalogue product as staff write it down; ``reference_price`` is rupiah per unit before PPN."""

    code: str
    name: str
    category_id: int
    unit: str
    specification: str
    reference_price: Decimal
    is_active: bool = True


def add_product(*, actor: Actor, product: ProductInput) -> Product:
    """Put a product into the catalogue. Raises :class:`InvalidInput` naming the field."""
    with transaction.atomic(durable=True):
        require(may("catalogue.add", actor))
        said = _checked(product, product_id=None)
        row = Product.objects.create(**said, keeper_id=actor.organisation_id)
        _record(row, "product.add", differences({}, said), actor)
        return row


def change_product(
    *, product_id: int, actor: Actor, product: ProductInput, unchanged: Unchanged = anything
) -> Product:
    """Correct a product. Orders keep the words and prices that they were made with.

    Taking it out of the catalogue (``is_active``) leaves offers and orders as they are; nobody can begin new ones.
    """
    with transaction.atomic(durable=True):
        require(may("catalogue.change", actor))
        row = Product.objects.select_for_update(of=("self",)).filter(pk=product_id).first()
        if row is None:
            raise NotFound(_("Produk itu tidak ada dalam katalog."))
        require(may_change_product(actor, row))
        unchanged()
        said = _checked(product, product_id=row.pk)
        changes = differences({name: getattr(row, name) for name in said}, said)
        if not changes:
            return row
        for name in changes:
            setattr(row, name, said[name])
        _record(row, "product.change", changes, actor)
        return row


def add_category(*, code: str, name: str, actor: Actor, process: str = "") -> Category:
    """A new category, the level at which the expo reports; ``process`` is how its goods are made."""
    with transaction.atomic(durable=True):
        require(may("catalogue.add", actor))
        return write_category(code=code, name=name, process=process, actor=actor)


def write_category(*, code: str, name: str, process: str, actor: Actor) -> Category:
    """Write one down. The caller holds the transaction and has checked that the actor may."""
    row = Category(
        code=kept(code, field="code").upper(),
        name=kept(name, field="name"),
        process=process,
        keeper_id=actor.organisation_id,
    )
    check_fields(row)
    if Category.objects.filter(code=row.code).exists():
        raise InvalidInput(
            _("Kode kategori %(code)s sudah dipakai. Pilih kode lain.") % {"code": row.code}, field="code"
        )
    row.save()
    _record(row, "category.add", {"code": ["", row.code], "name": ["", row.name]}, actor)
    return row


def change_category(
    *, category_id: int, process: str, actor: Actor, unchanged: Unchanged = anything
) -> Category:
    """Choose the steps in which MSMEs report on goods of a category; what was reported keeps its step."""
    with transaction.atomic(durable=True):
        require(may("catalogue.change", actor))
        row = Category.objects.select_for_update(of=("self",)).filter(pk=category_id).first()
        if row is None:
            raise NotFound(_("Kategori itu tidak ada dalam katalog."))
        require(may_change_category(actor, row))
        require_unshared(row, actor)
        unchanged()
        if process not in Category.Process.values:
            raise InvalidInput(_("Pilih tahap produksi dari daftar."), field="process")
        changes = differences({"process": row.process}, {"process": process})
        if not changes:
            return row
        row.process = process
        _record(row, "category.change", changes, actor)
        return row


def _record(row: Product | Category, verb: str, changes: dict[str, Any], actor: Actor) -> None:
    recorder = Recorder(root=row, actor=actor)
    recorder.record(verb, changes=changes)
    recorder.flush()


def _checked(product: ProductInput, *, product_id: int | None) -> dict[str, Any]:
    said: dict[str, Any] = {
        name: kept(value, field=name) if isinstance(value, str) else value
        for name, value in asdict(product).items()
    }
    said["code"] = said["code"].upper()
    checked_price(said["reference_price"], field="reference_price")
    check_fields(Product(**said), exclude=("category", "event_count", "event_head", "keeper"))
    if not Category.objects.filter(pk=said["category_id"]).exists():
        raise InvalidInput(_("Pilih kategori dari daftar."), field="category")
    same_code = Product.objects.filter(code=said["code"])
    if (same_code.exclude(pk=product_id) if product_id else same_code).exists():
        raise InvalidInput(
            _("Kode produk %(code)s sudah dipakai. Pilih kode lain.") % {"code": said["code"]}, field="code"
        )
    return said
