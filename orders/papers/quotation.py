"""Surat Penawaran: what the organiser offers the buyer, and which MSMEs will make it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from accounts.acting import Actor
from documents.issuing.contents import QuotationContent, QuotationLine, QuotedMaker, SignatureBlock, Supplier
from documents.issuing.issue import Draft
from documents.models import DocumentKind
from expo.letterhead import letterhead_of
from orders.models import Allocation, Order, OrderLine
from orders.models.tax import Ppn, Taxed
from orders.papers import parties
from orders.value.taxes import quoted_parts
from procurement.clock import local_date
from procurement.language.terbilang import long_date


def quotation_draft(
    *,
    order: Order,
    lines: Sequence[OrderLine],
    allocations: Sequence[Allocation],
    number: str,
    on: date,
    rule: Ppn,
    actor: Actor,
) -> Draft:
    """The paper of one revision of a quote. Needs ``line.site`` and ``allocation.msme`` (organisation, district)."""
    institution, organiser = order.institution, order.edition.organiser
    shares = [row for row in allocations if row.quantity]
    offered = sum(quoted_parts(shares, rule).values(), Taxed())
    ready = max((row.ready_on for row in shares if row.ready_on), default=on)
    status = parties.MIXED
    if offered.taxed in (0, offered.value):
        status = parties.TAXED if offered.taxed else parties.NOT_TAXED
    content = QuotationContent(
        letterhead=letterhead_of(organiser),
        sender=parties.organiser_party(organiser),
        addressee=parties.buyer_party(institution),
        package=order.title,
        order_number=order.number,
        request_reference=order.number,
        request_date=_day(order, on),
        lines=tuple(_lines(lines, shares)),
        totals=parties.totals(offered, rule),
        ppn_status=status,
        valid_until=order.quote_valid_until or on,
        # A day, as on the purchase order: how many days that leaves depends on when the buyer signs.
        lead_time=f"siap paling lambat {long_date(ready)}",
        places=parties.places(line.site for line in lines),
        payment_terms=institution.payment_terms,
        suppliers=tuple(_suppliers(shares)),
        signature=SignatureBlock(
            caption="Hormat kami,",
            organisation=organiser.organisation.name,
            post=organiser.signatory_post,
            name=organiser.signatory_name or (actor.user.name if actor.user else ""),
            nip=organiser.signatory_nip,
        ),
        notes=order.quote_note,
    )
    return Draft(
        kind=DocumentKind.QUOTATION,
        subject=order.stream,
        stream=order.stream,
        number=number,
        title=order.title,
        issuer_id=organiser.pk,
        recipient_id=institution.pk,
        overseer_id=organiser.pk,
        content=content,
    )


def _day(order: Order, otherwise: date) -> date:
    return local_date(order.submitted_at) if order.submitted_at else otherwise


def _lines(lines: Sequence[OrderLine], shares: Iterable[Allocation]) -> Iterable[QuotationLine]:
    """One row per line and price: MSMEs that ask the same price share a row, and every amount is exact."""
    grouped: dict[tuple[int, Decimal], list[Allocation]] = defaultdict(list)
    for row in shares:
        grouped[row.line_id, row.price or Decimal(0)].append(row)
    by_id = {line.pk: line for line in lines}
    ordered = sorted(grouped.items(), key=lambda item: (by_id[item[0][0]].position, item[0][1]))
    for (line_id, price), rows in ordered:
        line, quantity = by_id[line_id], sum(row.quantity for row in rows)
        yield QuotationLine(
            position=line.position,
            **parties.goods(line),
            quantity=quantity,
            price=int(price),
            amount=int(price * quantity),
            site=line.site.name,
            due_date=line.needed_by,
            makers=tuple(
                QuotedMaker(name=row.msme.organisation.name, quantity=row.quantity, ready_on=row.ready_on)
                for row in rows
            ),
        )


def _suppliers(shares: Iterable[Allocation]) -> Iterable[Supplier]:
    seen = {row.msme_id: row.msme for row in shares}
    for msme in sorted(seen.values(), key=lambda msme: msme.organisation.name):
        yield Supplier(
            name=msme.organisation.name,
            district=msme.district.name,
            nib=msme.nib,
            npwp=msme.npwp,
            taxed=msme.is_taxable,
        )
