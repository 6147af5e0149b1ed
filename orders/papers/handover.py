"""BAST (*berita acara serah terima*): what was counted, accepted and rejected of one shipment."""

from collections.abc import Sequence

from accounts.models import User
from buyers.models import Officer
from documents.issuing.contents import HandoverContent, HandoverLine
from documents.issuing.issue import Draft
from documents.models import DocumentKind
from orders.models import Order, Shipment, ShipmentLine
from orders.models.tax import Taxed
from orders.papers import parties
from procurement.clock import local_date


def handover_draft(
    *,
    order: Order,
    shipment: Shipment,
    lines: Sequence[ShipmentLine],
    receiver: User | None,
    officer: Officer | None,
    accepted: Taxed,
) -> Draft:
    """The paper of one received shipment. ``accepted`` is its worth: that of the accepted pieces."""
    purchase_order = shipment.purchase_order
    institution, msme = order.institution, purchase_order.msme
    assert shipment.received_at is not None  # noqa: S101 - the verb has just set it
    content = HandoverContent(
        letterhead=parties.buyer_letterhead(institution),
        on=local_date(shipment.received_at),
        place=parties.place(shipment.site),
        first_party=parties.msme_party(msme),
        second_party=parties.buyer_party(institution, receiver, officer),
        package=order.title,
        order_number=order.number,
        purchase_order_number=purchase_order.number,
        purchase_order_date=local_date(purchase_order.issued_at),
        delivery_note_numbers=(shipment.number,),
        inspection_number="",
        legal_basis=tuple(line for line in institution.legal_basis.splitlines() if line.strip()),
        lines=tuple(
            HandoverLine(
                position=number,
                **parties.goods(line.allocation.line),
                ordered=line.allocation.quantity,
                delivered=line.quantity,
                accepted=line.accepted,
                rejected=line.rejected,
                price=int(line.allocation.price or 0),
                amount=int(line.accepted * (line.allocation.price or 0)),
                reason=line.reason,
            )
            for number, line in enumerate(lines, start=1)
        ),
        totals=parties.totals(accepted, purchase_order.tax.rule),
        first_signature=parties.msme_signature(msme, "PIHAK PERTAMA"),
        second_signature=parties.buyer_signature(institution, receiver, officer, "PIHAK KEDUA"),
    )
    return Draft(
        kind=DocumentKind.HANDOVER,
        subject=f"shipment:{shipment.pk}",
        stream=order.stream,
        number=shipment.handover_number,
        title=order.title,
        issuer_id=institution.pk,
        recipient_id=msme.pk,
        overseer_id=order.edition.organiser_id,
        content=content,
    )
