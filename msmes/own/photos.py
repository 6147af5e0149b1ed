"""Photos of what an MSME offers: at most six of an offer, in the order in which they are shown."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.acting import Actor
from msmes.models import Msme, Offer, OfferPhoto
from msmes.own import keeping
from msmes.permissions import may, require
from msmes.photos import ask_to_draw, checked_text, moved, put_in_order, require_room
from procurement.errors import InvalidInput, NotFound
from procurement.rows.recording import Recorder


def add_photo(*, offer_id: int, picture: bytes, text: str, actor: Actor) -> OfferPhoto:
    """Show one more photo, as the last, once a worker has drawn its sizes.

    ``picture`` is one that :mod:`procurement.files.pictures` drew.
    """
    text = checked_text(text)
    offer, _msme_unlocked = _offer(offer_id, actor)
    require(may("offer.set", actor))
    file = keeping.keep(keeping.PHOTOS, offer.msme_id, picture, "jpg")
    with transaction.atomic(durable=True):
        offer, msme = _offer(offer_id, actor, lock=True)
        rows = _photos(offer)
        require_room(rows)
        if any(keeping.is_of(row.file, picture) for row in rows):
            raise InvalidInput(_("Foto itu sudah ada. Pilih foto lain."), field="photo")
        photo = OfferPhoto.objects.create(offer=offer, position=len(rows), text=text, file=file)
        ask_to_draw("offer", photo.pk)
        _record(msme, photo, "offer.photo_add", actor)
        return photo


def move_photo(*, photo_id: int, place: int, actor: Actor) -> OfferPhoto:
    """Show it at another place, 0 being the first; the others keep their order."""
    with transaction.atomic(durable=True):
        photo, msme = _photo(photo_id, actor)
        before = _photos(photo.offer)
        after = moved(before, photo.pk, place)
        if after == before:
            return photo
        put_in_order(after)
        verb = "offer.photo_lead" if after[0] != before[0] else "offer.photo_move"
        _record(msme, photo, verb, actor)
        return photo


def remove_photo(*, photo_id: int, actor: Actor) -> Offer:
    """Take one away; its files are swept at night."""
    with transaction.atomic(durable=True):
        photo, msme = _photo(photo_id, actor)
        offer: Offer = photo.offer
        _record(msme, photo, "offer.photo_remove", actor)
        photo.delete()
        put_in_order(_photos(offer))
        return offer


def _photos(offer: Offer) -> list[OfferPhoto]:
    return list(OfferPhoto.objects.filter(offer=offer).order_by("position", "pk"))


def _photo(photo_id: int, actor: Actor) -> tuple[OfferPhoto, Msme]:
    offer_id = (
        OfferPhoto.objects.visible_to(actor).filter(pk=photo_id).values_list("offer", flat=True).first()
    )
    if offer_id is None:
        raise NotFound(_("Foto itu tidak ada."))
    offer, msme = _offer(offer_id, actor, lock=True)
    require(may("offer.set", actor))
    photo = OfferPhoto.objects.filter(pk=photo_id).first()
    if photo is None:
        raise NotFound(_("Foto itu tidak ada."))
    photo.offer = offer
    return photo, msme


def _offer(offer_id: int, actor: Actor, *, lock: bool = False) -> tuple[Offer, Msme]:
    offer = Offer.objects.visible_to(actor).select_related("product").filter(pk=offer_id).first()
    if offer is None:
        raise NotFound(_("Produk itu tidak ada dalam daftar Anda."))
    rows = Msme.objects.visible_to(actor)
    rows = rows.select_for_update(of=("self",), no_key=True) if lock else rows
    return offer, rows.get(pk=offer.msme_id)


def _record(msme: Msme, photo: OfferPhoto, verb: str, actor: Actor) -> None:
    recorder = Recorder(root=msme, actor=actor)
    changes = {"product": photo.offer.product.name, "photo": photo.text}
    recorder.record(verb, subject=photo, party_id=msme.pk, changes=changes)
    recorder.flush()
