"""Surat Jalan: travels with the goods and never shows a price."""

from collections.abc import Sequence

from documents.issuing.contents import DeliveryNoteContent, DeliveryNoteLine, SignatureBlock
from documents.issuing.issue import Draft
from documents.models import DocumentKind
from orders.models import Order, Shipment, ShipmentLine
from orders.papers import parties
from procurement.clock import local_date


def delivery_note_draft(*, order: Order, shipment: Shipment, lines: Sequence[ShipmentLine]) -> Draft:
    """The paper of one dispatched shipment. Needs ``purchase_order.msme``, ``site`` and ``allocation.line``."""
    purchase_order = shipment.purchase_order
    institution, msme = order.institution, purchase_order.msme
    assert shipment.dispatched_at is not None  # noqa: S101 - the verb has just set it
    content = DeliveryNoteContent(
        letterhead=parties.msme_letterhead(msme),
        sender=parties.msme_party(msme),
        receiver=parties.buyer_party(institution),
        place=parties.place(shipment.site),
        order_number=order.number,
        purchase_order_number=purchase_order.number,
        shipment=shipment.ordinal,
        shipment_count=shipment.of_total or 0,
        dispatched_on=local_date(shipment.dispatched_at),
        vehicle=shipment.vehicle,
        plate=shipment.plate,
        driver=shipment.driver,
        lines=tuple(
            DeliveryNoteLine(
                position=number,
                **parties.goods(line.allocation.line),
                quantity=line.quantity,
            )
            for number, line in enumerate(lines, start=1)
        ),
        sender_signature=parties.msme_signature(msme, "Pengirim,"),
        driver_signature=SignatureBlock(caption="Pengemudi,", name=shipment.driver),
        receiver_signature=SignatureBlock(caption="Penerima,", organisation=institution.organisation.name),
    )
    return Draft(
        kind=DocumentKind.DELIVERY_NOTE,
        subject=f"shipment:{shipment.pk}",
        stream=order.stream,
        number=shipment.number,
        title=order.title,
        issuer_id=msme.pk,
        recipient_id=institution.pk,
        overseer_id=order.edition.organiser_id,
        content=content,
    )
