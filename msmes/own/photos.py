"""Photos of what an MSME offers: at most six of an offer, in the order in which they are shown."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.acting import Actor
from msmes.models import Msme, Offer, OfferPhoto
from msmes.own import keeping
from msmes.permissions import may, require
from procurement.errors import InvalidInput, NotFound, WrongState
from procurement.files.pictures import thumbnail_of
from procurement.input.letters import kept
from procurement.rows.bulk import save_rows
from procurement.rows.recording import Recorder

MOST = 6
LARGEST_BYTES = 10 * 1024 * 1024
"""A telephone's photo as it comes; what is kept is a tenth of it."""


def add_photo(*, offer_id: int, picture: bytes, text: str, actor: Actor) -> OfferPhoto:
    """Show one more photo, as the last. ``picture`` is one that :mod:`procurement.files.pictures` drew."""
    text = kept(text, field="text")[:160]
    if not text:
        raise InvalidInput(_("Tulislah apa yang terlihat pada foto."), field="text")
    offer, _msme_unlocked = _offer(offer_id, actor)
    require(may("offer.set", actor))
    file = keeping.keep(keeping.PHOTOS, offer.msme_id, picture, "jpg")
    small = keeping.keep(keeping.PHOTOS, offer.msme_id, thumbnail_of(picture), "jpg")
    with transaction.atomic(durable=True):
        offer, msme = _offer(offer_id, actor, lock=True)
        rows = _photos(offer)
        if len(rows) >= MOST:
            raise WrongState(_("Paling banyak %(most)d foto. Hapus satu lebih dahulu.") % {"most": MOST})
        if any(keeping.is_of(row.file, picture) for row in rows):
            raise InvalidInput(_("Foto itu sudah ada. Pilih foto lain."), field="photo")
        photo = OfferPhoto.objects.create(
            offer=offer, position=len(rows), text=text, file=file, thumbnail=small
        )
        _record(msme, photo, "offer.photo_add", actor)
        return photo


def lead_with(*, photo_id: int, actor: Actor) -> OfferPhoto:
    """Show this one first; the others keep their order."""
    with transaction.atomic(durable=True):
        photo, msme = _photo(photo_id, actor)
        rows = _photos(photo.offer)
        if rows[0].pk == photo.pk:
            return photo
        _put_in_order([photo, *(row for row in rows if row.pk != photo.pk)])
        _record(msme, photo, "offer.photo_lead", actor)
        return photo


def remove_photo(*, photo_id: int, actor: Actor) -> Offer:
    """Take one away; its files are swept at night."""
    with transaction.atomic(durable=True):
        photo, msme = _photo(photo_id, actor)
        offer: Offer = photo.offer
        _record(msme, photo, "offer.photo_remove", actor)
        photo.delete()
        _put_in_order(_photos(offer))
        return offer


def _photos(offer: Offer) -> list[OfferPhoto]:
    return list(OfferPhoto.objects.filter(offer=offer).order_by("position", "pk"))


def _put_in_order(rows: Sequence[OfferPhoto]) -> None:
    for place, row in enumerate(rows):
        row.position = place
    save_rows(rows, ["position"])


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
