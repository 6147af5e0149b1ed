"""What an addendum does once everybody has agreed: a date or pieces move, within the act of the last yes.

Only the purchase orders that it touches get a new revision; every other purchase order, document and hash of the order
stays as it was.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from documents.issuing.numbering import next_numbers
from documents.models import Document, DocumentKind
from orders import reservations, standing
from orders.act import Act, change_state
from orders.amending.sign import ask_again_where_totals_changed
from orders.ending import ending
from orders.following import follow
from orders.loading import shares_of
from orders.messages import tell
from orders.models import Allocation, Amendment, PurchaseOrder
from orders.papers.purchase_order import purchase_order_draft
from orders.permissions import officer_of
from orders.producing.produce import part_of
from orders.value.taxes import ppn_on, stamp_duty_on_agreements, tax_of
from orders.value.worth import check_whole
from orders.workflow import UNDELIVERED, AllocationStatus
from procurement import clock
from procurement.rows.bulk import insert_rows, save_row, save_rows

_SHARE_FIELDS = [
    "status", "asked", "confirmed", "quantity", "price", "ready_on", "purchase_order", "answered_at", "reason",
    "made",
]  # fmt: skip


def apply_locked(act: Act, row: Amendment) -> None:
    """Make the change; the caller holds the order."""
    before, row.status = row.status, Amendment.Status.APPLIED
    row.ended_at = act.now
    # First, so that it does not count among those that the change makes impossible.
    save_row(row)
    giver = part_of(act, row.allocation.purchase_order_id or 0)
    if row.kind == Amendment.Kind.DATE:
        _move_date(act, row, giver)
    else:
        _move_pieces(act, row, giver)
    ending.end_impossible_addenda(act)
    ask_again_where_totals_changed(act)
    tell(act, "addendum applies to the buyer", amendment=row, reason=row.reason)
    tell(act, "addendum applies to the expo", amendment=row, reason=row.reason)
    act.record("amendment.apply", subject=row, from_state=before, to_state=row.status, note=row.reason)


def _move_date(act: Act, row: Amendment, giver: PurchaseOrder) -> None:
    shares = shares_of(giver)
    share = next(one for one in shares if one.pk == row.allocation_id)
    before, share.ready_on = share.ready_on, row.ready_on
    save_rows([share], ["ready_on"])
    reservations.move_date(act.order, share)
    changes: dict[str, object] = {
        "ready_on": [before.isoformat() if before else "", row.ready_on.isoformat()]
    }
    _revise(act, row, giver, shares, changes)


def _move_pieces(act: Act, row: Amendment, giver: PurchaseOrder) -> None:
    given = list(shares_of(giver))
    share = next(one for one in given if one.pk == row.allocation_id)
    taker = _taker(act, row)
    taken = list(shares_of(taker)) if taker else []
    before = standing.in_work([*given, *taken])
    share.quantity -= row.quantity
    share.made = min(share.made, share.quantity)
    if not share.quantity:
        state, released = change_state(share, "release")
        act.record(
            "allocation.release",
            subject=share,
            from_state=state,
            to_state=released,
            party_id=share.msme_id,
            note=row.reason,
        )
    target = _target(act, row, share)
    if taker is None:
        taker = _new_purchase_order(act, row, target)
    target.purchase_order = taker
    save_rows([share, target], _SHARE_FIELDS)
    taken = [target, *(one for one in taken if one.pk != target.pk)]
    standing.post_change(act.posting, before, standing.in_work([*given, *taken]))
    reservations.move(act.order, share, target, target.line.product_id)
    if any(one.quantity for one in given):
        _revise(act, row, giver, given, {"moved_out": row.quantity})
    else:
        tell(act, "purchase order moved away", part=giver)
    _revise(act, row, taker, taken, {"moved_in": row.quantity})
    ending.discard_overloaded_shipments(act, giver)
    follow(act, [giver, taker], more={taker.pk: row.quantity}, note=row.reason)
    live = act.order.allocations.filter(purchase_order__isnull=False)
    act.order.value = sum((one.amount for one in live), Decimal(0))
    # Another addendum may have made the order dearer since this one was proposed.
    check_whole(act.order.value, field="price")


def _taker(act: Act, row: Amendment) -> PurchaseOrder | None:
    """The purchase order that grows, if the MSME that takes has one already."""
    existing = act.order.purchase_orders.filter(msme_id=row.msme_id, status__in=UNDELIVERED).first()
    return part_of(act, existing.pk) if existing else None


def _target(act: Act, row: Amendment, share: Allocation) -> Allocation:
    """The share of the MSME that takes: a new one, one that was not needed before, or one that grows."""
    assert row.msme is not None and row.price is not None  # noqa: S101, PT018 - the database holds it for a move
    target: Any = act.order.allocations.filter(line_id=share.line_id, msme_id=row.msme_id).first()
    if target is not None and target.status == AllocationStatus.ORDERED:
        target.asked += row.quantity
        target.confirmed += row.quantity
        target.quantity += row.quantity
        target.ready_on = max(target.ready_on or row.ready_on, row.ready_on)
    else:
        if target is None:
            target = Allocation(order=act.order, line=share.line, asked_at=act.now, deadline=act.now)
        else:
            change_state(target, "ask_again")
        target.asked = target.confirmed = target.quantity = row.quantity
        target.price, target.ready_on, target.reason = row.price, row.ready_on, ""
        change_state(target, "confirm")
        change_state(target, "book")
    target.line, target.msme, target.answered_at = share.line, row.msme, act.now
    if target.pk is None:
        insert_rows([target])
    return cast(Allocation, target)


def _new_purchase_order(act: Act, row: Amendment, target: Allocation) -> PurchaseOrder:
    order, on = act.order, clock.local_date(act.now)
    number = next_numbers(
        organisation_id=order.institution_id,
        owner_code=order.institution.organisation.code,
        code="SP",
        count=1,
        on=on,
    )[0]
    made = PurchaseOrder(
        order=order,
        msme=target.msme,
        number=number,
        value=target.amount,
        issued_at=act.now,
        status_since=act.now,
        due_on=row.ready_on,
        revision=0,
    )
    made.tax = tax_of(target.msme, ppn_on(on))
    insert_rows([made])
    act.record("purchase_order.issue", subject=made, to_state=made.status, party_id=made.msme_id)
    return made


def _revise(
    act: Act,
    row: Amendment,
    purchase_order: PurchaseOrder,
    shares: Sequence[Allocation],
    changes: dict[str, object],
) -> None:
    """The next revision of one purchase order and its paper; the older paper is superseded, never overwritten.

    Its signer is the person who gave the buyer's last signature under the addendum.
    """
    order, on = act.order, clock.local_date(act.now)
    live = [share for share in shares if share.quantity]
    purchase_order.be_worth(sum((share.amount for share in live), Decimal(0)))
    purchase_order.due_on = max(
        (share.ready_on for share in live if share.ready_on), default=purchase_order.due_on
    )
    purchase_order.revision += 1
    # The purchase order has changed, so an MSME that refused it is asked again.
    purchase_order.refused_at, purchase_order.refused_reason = None, ""
    save_row(purchase_order)
    signature = row.signatures.filter(is_void=False).select_related("signed_by").order_by("-level").first()
    signer = signature.signed_by if signature else None
    act.issue(
        purchase_order_draft(
            order=order,
            purchase_order=purchase_order,
            shares=live,
            quotation=Document.objects.current()
            .filter(kind=DocumentKind.QUOTATION, subject=order.stream)
            .first(),
            signer=signer,
            officer=officer_of(order.institution_id, signer.pk if signer else None),
            stamp_duty=stamp_duty_on_agreements(on),
            on=clock.local_date(purchase_order.issued_at),
        )
    )
    act.record(
        "purchase_order.revise",
        subject=purchase_order,
        to_state=purchase_order.status,
        party_id=purchase_order.msme_id,
        changes={"revision": purchase_order.revision, "value": str(purchase_order.value), **changes},
    )
    tell(act, "purchase order revised", part=purchase_order)
