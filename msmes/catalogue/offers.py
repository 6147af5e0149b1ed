"""What an MSME offers of the catalogue: add, change, stop and take up again. The only writer of offers."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.acting import Actor
from msmes.models import Msme, Offer, Product
from msmes.permissions import may, require
from msmes.validity import LONGEST_LEAD_DAYS, checked_price
from procurement.errors import InvalidInput, NotFound, WrongState
from procurement.input.opened import Unchanged, anything
from procurement.money import LARGEST_QUANTITY
from procurement.rows.recording import Recorder, differences


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferInput:
    """Price in rupiah per unit before PPN, the smallest quantity, and the days that it takes to make."""

    product_id: int
    price: Decimal
    minimum: int = 1
    lead_time_days: int = 14


def set_offer(*, msme_id: int, offer: OfferInput, actor: Actor, unchanged: Unchanged = anything) -> Offer:
    """Offer a product, or change what is offered of it; a stopped offer is taken up again.

    One MSME offers one product once, so this is an upsert. Saying the same again changes nothing and leaves no
    event. Raises :class:`InvalidInput` naming the field.
    """
    with transaction.atomic(durable=True):
        msme = _locked(msme_id, actor)
        require(may("offer.set", actor))
        unchanged()
        said = _checked(offer)
        product = Product.objects.filter(pk=offer.product_id).first()
        row = Offer.objects.filter(msme=msme, product=product).first() if product else None
        if product is None or not (product.is_active or (row and row.is_active)):
            raise InvalidInput(
                _("Produk itu tidak ada dalam katalog atau sudah tidak aktif."), field="product"
            )
        if row is None:
            verb, before = "offer.add", {}
            row = Offer(msme=msme, product=product)
        else:
            verb = "offer.change" if row.is_active else "offer.resume"
            before = {name: getattr(row, name) for name in said}
        changes = differences(before, said)
        if not changes:
            return row
        for name, value in said.items():
            setattr(row, name, value)
        row.save()
        _record(msme, row, verb, changes={"product": product.name, **changes}, actor=actor)
        return row


def stop_offer(*, msme_id: int, offer_id: int, actor: Actor) -> Offer:
    """Offer it no more. Requests and purchase orders that exist already are not touched."""
    with transaction.atomic(durable=True):
        msme = _locked(msme_id, actor)
        require(may("offer.stop", actor))
        row = Offer.objects.select_related("product").filter(msme=msme, pk=offer_id).first()
        if row is None:
            raise NotFound(_("Produk itu tidak ada dalam daftar Anda."))
        if not row.is_active:
            raise WrongState(_("Produk ini memang sudah tidak ditawarkan. Muat ulang halaman."))
        row.is_active = False
        row.save()
        _record(
            msme,
            row,
            "offer.stop",
            changes={"product": row.product.name, "is_active": [True, False]},
            actor=actor,
        )
        return row


def _locked(msme_id: int, actor: Actor) -> Msme:
    row = Msme.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=msme_id).first()
    if row is None:
        raise NotFound(_("UMKM itu tidak ada."))
    return row


def _checked(offer: OfferInput) -> dict[str, Any]:
    checked_price(offer.price)
    if not 1 <= offer.minimum <= LARGEST_QUANTITY:
        raise InvalidInput(_("Jumlah minimum adalah bilangan bulat mulai dari 1."), field="minimum")
    if not 1 <= offer.lead_time_days <= LONGEST_LEAD_DAYS:
        raise InvalidInput(
            _("Waktu pengerjaan adalah bilangan bulat dari 1 sampai %(most)d hari.")
            % {"most": LONGEST_LEAD_DAYS},
            field="lead_time_days",
        )
    return {
        "price": offer.price,
        "minimum": offer.minimum,
        "lead_time_days": offer.lead_time_days,
        "is_active": True,
    }


def _record(msme: Msme, row: Offer, verb: str, *, changes: dict[str, Any], actor: Actor) -> None:
    recorder = Recorder(root=msme, actor=actor)
    recorder.record(verb, subject=row, party_id=msme.pk, changes=changes)
    recorder.flush()
