"""Photos of a product, whoever makes it: put up by expo staff, seen by everybody who sees the catalogue."""

import secrets

from django.core.files.storage import storages
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.acting import Actor
from msmes.models import Product, ProductPhoto
from msmes.own.keeping import hash_of, is_of
from msmes.permissions import may, may_change_product, require
from msmes.photos import ask_to_draw, checked_text, moved, put_in_order, require_room
from procurement.errors import InvalidInput, NotFound
from procurement.files import storing
from procurement.rows.recording import Recorder

FOLDER = "product-photos"


def add_product_photo(*, product_id: int, picture: bytes, text: str, actor: Actor) -> ProductPhoto:
    """Show one more photo of a product, as the last, once a worker has drawn its sizes.

    ``picture`` is one that :mod:`procurement.files.pictures` drew.
    """
    text = checked_text(text)
    _product(product_id, actor)
    name = f"{FOLDER}/{product_id}/{hash_of(picture)}-{secrets.token_hex(8)}.jpg"
    file = storing.save_now(storages["documents"], name, picture)
    with transaction.atomic(durable=True):
        product = _product(product_id, actor, lock=True)
        rows = _photos(product)
        require_room(rows)
        if any(is_of(row.file, picture) for row in rows):
            raise InvalidInput(_("Foto itu sudah ada. Pilih foto lain."), field="photo")
        photo = ProductPhoto.objects.create(product=product, position=len(rows), text=text, file=file)
        ask_to_draw("product", photo.pk)
        _record(product, photo, "product.photo_add", actor)
        return photo


def move_product_photo(*, photo_id: int, place: int, actor: Actor) -> ProductPhoto:
    """Show it at another place, 0 being the first; the others keep their order."""
    with transaction.atomic(durable=True):
        photo, product = _photo(photo_id, actor)
        before = _photos(product)
        after = moved(before, photo.pk, place)
        if after == before:
            return photo
        put_in_order(after)
        verb = "product.photo_lead" if after[0] != before[0] else "product.photo_move"
        _record(product, photo, verb, actor)
        return photo


def remove_product_photo(*, photo_id: int, actor: Actor) -> Product:
    """Take one away; its files are swept at night."""
    with transaction.atomic(durable=True):
        photo, product = _photo(photo_id, actor)
        _record(product, photo, "product.photo_remove", actor)
        photo.delete()
        put_in_order(_photos(product))
        return product


def _photos(product: Product) -> list[ProductPhoto]:
    return list(ProductPhoto.objects.filter(product=product).order_by("position", "pk"))


def _photo(photo_id: int, actor: Actor) -> tuple[ProductPhoto, Product]:
    seen = ProductPhoto.objects.visible_to(actor).filter(pk=photo_id)
    product_id = seen.values_list("product", flat=True).first()
    if product_id is None:
        raise NotFound(_("Foto itu tidak ada."))
    product = _product(product_id, actor, lock=True)
    photo = ProductPhoto.objects.filter(pk=photo_id).first()
    if photo is None:
        raise NotFound(_("Foto itu tidak ada."))
    return photo, product


def _product(product_id: int, actor: Actor, *, lock: bool = False) -> Product:
    require(may("catalogue.change", actor))
    rows = Product.objects.select_for_update(of=("self",), no_key=True) if lock else Product.objects.all()
    product = rows.filter(pk=product_id).first()
    if product is None:
        raise NotFound(_("Produk itu tidak ada dalam katalog."))
    require(may_change_product(actor, product))
    return product


def _record(product: Product, photo: ProductPhoto, verb: str, actor: Actor) -> None:
    recorder = Recorder(root=product, actor=actor)
    recorder.record(verb, subject=photo, changes={"photo": photo.text})
    recorder.flush()
