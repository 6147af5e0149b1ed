"""Surat Pesanan: what the buyer orders from one MSME."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from accounts.models import User
from buyers.models import Officer
from documents.issuing.contents import PurchaseOrderContent, PurchaseOrderLine
from documents.issuing.issue import Draft
from documents.models import Document, DocumentKind
from orders.models import Allocation, Order, PurchaseOrder
from orders.papers import parties
from orders.stored import stored
from procurement.clock import local_date


def purchase_order_draft(
    *,
    order: Order,
    purchase_order: PurchaseOrder,
    shares: Sequence[Allocation],
    quotation: Document | None,
    signer: User | None,
    officer: Officer | None,
    stamp_duty: Decimal,
    on: date,
) -> Draft:
    """The paper of one purchase order. ``shares`` are its allocations with ``line.site`` and ``msme`` loaded."""

    institution, msme = order.institution, purchase_order.msme
    tax = purchase_order.tax
    content = PurchaseOrderContent(
        letterhead=parties.buyer_letterhead(institution),
        buyer=parties.buyer_party(institution, signer, officer),
        supplier=parties.msme_party(msme),
        package=order.title,
        order_number=order.number,
        quotation_number=quotation.number if quotation else "",
        quotation_date=local_date(quotation.issued_at) if quotation else None,
        budget_source=order.budget_source,
        period_start=on,
        period_end=purchase_order.due_on,
        places=parties.places(row.line.site for row in shares),
        late_fine=institution.late_fine,
        payment_terms=institution.payment_terms,
        ppn_status=parties.TAXED if tax.is_taxed else parties.NOT_TAXED,
        lines=tuple(
            PurchaseOrderLine(
                position=number,
                **parties.goods(row.line),
                brand=msme.organisation.name,
                quantity=row.quantity,
                price=int(row.price or 0),
                amount=int(row.amount),
                site=row.line.site.name,
                due_date=row.ready_on,
            )
            for number, row in enumerate(sorted(shares, key=lambda row: row.line.position), start=1)
        ),
        totals=parties.totals(tax.of(purchase_order.value), tax.rule),
        buyer_signature=parties.buyer_signature(institution, signer, officer, "Untuk dan atas nama pembeli,"),
        supplier_signature=parties.msme_signature(msme, "Menerima dan menyetujui,"),
        stamp_duty=int(stamp_duty),
    )
    return Draft(
        kind=DocumentKind.PURCHASE_ORDER,
        subject=stored(f"purchase_order:{purchase_order.pk}"),
        stream=order.stream,
        number=purchase_order.number,
        title=order.title,
        issuer_id=institution.pk,
        recipient_id=msme.pk,
        overseer_id=order.edition.organiser_id,
        content=content,
    )
