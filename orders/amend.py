"""Addenda: what to do when a purchase order will be late. Only whom a change touches is asked, and only their papers
get a new revision; every other purchase order, document and hash of the order stays as it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.acting import Actor
from accounts.models import Role
from documents.models import Document, Kind
from documents.numbering import next_numbers
from msmes import capacity
from msmes.models import Msme
from orders import reservations, standing
from orders.act import Act, act_on, change_state
from orders.loading import shares_of
from orders.models import Allocation, Amendment, ApprovalStep, PurchaseOrder
from orders.papers.parties import officer_of
from orders.papers.purchase_order import purchase_order_draft
from orders.produce import part_of
from orders.request import LARGEST_PRICE, required_reason
from orders.taxes import ppn_on, stamp_duty_on_agreements
from orders.workflow import RUNNING, AllocationStatus, PurchaseOrderStatus
from procurement import clock
from procurement.bulk import save_rows
from procurement.errors import InvalidInput, NotFound, WrongState

OPEN = (
    PurchaseOrderStatus.ISSUED,
    PurchaseOrderStatus.ACKNOWLEDGED,
    PurchaseOrderStatus.PRODUCING,
    PurchaseOrderStatus.READY,
    PurchaseOrderStatus.SHIPPED,
)
LONGEST_REASON = 300
_SHARE_FIELDS = [
    "status", "asked", "confirmed", "quantity", "price", "ready_on", "purchase_order", "answered_at",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Move ``quantity`` pieces of an allocation to another MSME, ready on a day, at a price before PPN."""

    allocation_id: int
    msme_id: int
    quantity: int
    price: Decimal
    ready_on: date


def propose_move(*, order_id: int, move: Move, reason: str, actor: Actor) -> Amendment:
    """Ask both MSMEs and the buyer to move pieces. Raises :class:`InvalidInput` naming what cannot be moved."""
    reason = required_reason(reason)[:LONGEST_REASON]
    with act_on("amendment.propose", actor=actor, order_id=order_id) as act:
        row = _allocation(act, move.allocation_id)
        if not 1 <= move.quantity <= row.unshipped:
            raise InvalidInput(
                _("Yang dapat dipindahkan 1 sampai %(most)d, yaitu yang belum dikirim.")
                % {"most": row.unshipped},
                field="quantity",
            )
        if move.price != int(move.price) or not 1 <= move.price <= LARGEST_PRICE:
            raise InvalidInput(_("Isi harga per satuan dalam rupiah bulat, lebih dari 0."), field="price")
        _future(move.ready_on, act)
        taker = Msme.objects.filter(pk=move.msme_id, organisation__is_active=True).first()
        if taker is None or taker.pk == row.msme_id:
            raise InvalidInput(_("Pilih UMKM lain yang aktif."), field="msme")
        same = act.order.allocations.filter(line=row.line, msme=taker, quantity__gt=0).first()
        if same is not None and same.price != move.price:
            raise InvalidInput(
                _("UMKM itu sudah membuat barang ini seharga %(price)s; pakailah harga yang sama.")
                % {"price": same.price},
                field="price",
            )
        return _propose(
            act,
            Amendment(
                kind=Amendment.Kind.MOVE,
                allocation=row,
                msme=taker,
                quantity=move.quantity,
                price=move.price,
                ready_on=move.ready_on,
                reason=reason,
            ),
        )


def propose_date(
    *, order_id: int, allocation_id: int, ready_on: date, reason: str, actor: Actor
) -> Amendment:
    """Ask the MSME and the buyer to let a purchase order be due later."""
    reason = required_reason(reason)[:LONGEST_REASON]
    with act_on("amendment.propose", actor=actor, order_id=order_id) as act:
        row = _allocation(act, allocation_id)
        _future(ready_on, act)
        return _propose(
            act, Amendment(kind=Amendment.Kind.DATE, allocation=row, ready_on=ready_on, reason=reason)
        )


def agree(*, amendment_id: int, actor: Actor) -> Amendment:
    """One of those whom it touches says yes; the last yes applies the change."""
    with act_on("amendment.agree", actor=actor, amendment_id=amendment_id) as act:
        row = _open(act, amendment_id)
        side = _side(row, actor)
        if getattr(row, side) is not None:
            raise WrongState(_("Anda sudah menyetujui adendum ini; tunggu persetujuan yang lain."))
        if side == "taker_agreed_at":
            _can_take(row)
        setattr(row, side, act.now)
        act.record("amendment.agree", subject=row, party_id=_party(actor), note=row.reason)
        if row.is_agreed:
            _apply(act, row)
        row.save()
        return row


def refuse(*, amendment_id: int, reason: str, actor: Actor) -> Amendment:
    """One no ends it; nothing changes."""
    reason = required_reason(reason)[:LONGEST_REASON]
    with act_on("amendment.refuse", actor=actor, amendment_id=amendment_id) as act:
        return _end(act, _open(act, amendment_id), Amendment.Status.REFUSED, reason, actor)


def withdraw(*, amendment_id: int, reason: str, actor: Actor) -> Amendment:
    """The coordinator takes the proposal back."""
    reason = required_reason(reason)[:LONGEST_REASON]
    with act_on("amendment.withdraw", actor=actor, amendment_id=amendment_id) as act:
        return _end(act, _open(act, amendment_id), Amendment.Status.WITHDRAWN, reason, actor)


# --- Proposing -----------------------------------------------------------------------------------------------


def _allocation(act: Act, allocation_id: int) -> Allocation:
    if act.order.status not in RUNNING:
        raise WrongState(_("Adendum hanya untuk pesanan yang sudah disetujui dan belum selesai."))
    row = (
        act.order.allocations.select_related("line", "purchase_order", "msme")
        .filter(pk=allocation_id, purchase_order__isnull=False)
        .first()
    )
    if row is None or row.purchase_order is None:
        raise NotFound(_("Bagian itu tidak ada."))
    if row.purchase_order.status not in OPEN:
        raise WrongState(_("Surat pesanan itu sudah selesai atau batal."))
    return row


def _future(day: date, act: Act) -> None:
    if day < clock.local_date(act.now):
        raise InvalidInput(
            _("Tanggal siap sudah lewat. Isi tanggal hari ini atau sesudahnya."), field="ready_on"
        )


def _propose(act: Act, row: Amendment) -> Amendment:
    if act.order.amendments.filter(allocation=row.allocation, status=Amendment.Status.PROPOSED).exists():
        raise WrongState(_("Bagian ini sudah mempunyai adendum yang menunggu jawaban."))
    row.order, row.proposed_at = act.order, act.now
    row.proposed_by = getattr(act.actor, "user", None)
    row.save()
    act.record(
        "amendment.propose",
        subject=row,
        to_state=row.status,
        note=row.reason,
        changes={"kind": row.kind, "quantity": row.quantity, "ready_on": row.ready_on.isoformat()},
    )
    url = reverse("orders:amendment", args=[row.pk])
    sentence = gettext_noop("Adendum untuk pesanan %(order)s menunggu jawaban Anda: %(reason)s")
    values = {"order": act.order.number, "reason": row.reason}
    act.tell(act.order.institution_id, (Role.APPROVER,), sentence, url, **values)
    for msme_id in {row.allocation.msme_id, row.msme_id} - {None}:
        act.tell(int(msme_id or 0), (Role.OWNER,), sentence, url, **values)
    return row


def _open(act: Act, amendment_id: int) -> Amendment:
    row = act.order.amendments.select_related("allocation__line", "msme__organisation", "msme__district").get(
        pk=amendment_id
    )
    if row.status != Amendment.Status.PROPOSED:
        raise WrongState(
            _("Adendum ini tidak menunggu jawaban lagi; keadaannya “%(state)s”.")
            % {"state": row.get_status_display()}
        )
    return row


def _side(row: Amendment, actor: Actor) -> str:
    """The field that holds this actor's yes."""
    if actor.kind == "institution":
        return "buyer_agreed_at"
    return "giver_agreed_at" if row.allocation.msme_id == actor.organisation_id else "taker_agreed_at"


def _party(actor: Actor) -> int | None:
    return actor.organisation_id if actor.kind == "msme" else None


def _end(act: Act, row: Amendment, status: str, reason: str, actor: Actor) -> Amendment:
    row.status, row.ended_at, row.ended_reason = status, act.now, reason
    row.save()
    act.record(
        f"amendment.{'refuse' if status == 'refused' else 'withdraw'}",
        subject=row,
        note=reason,
        party_id=_party(actor),
    )
    act.tell(
        act.order.edition.organiser_id,
        (Role.COORDINATOR,),
        gettext_noop("Adendum untuk pesanan %(order)s tidak jadi: %(reason)s"),
        reverse("orders:amendment", args=[row.pk]),
        order=act.order.number,
        reason=reason,
    )
    return row


# --- Applying ------------------------------------------------------------------------------------------------


def _apply(act: Act, row: Amendment) -> None:
    row.status, row.ended_at = Amendment.Status.APPLIED, act.now
    giver = part_of(act, row.allocation.purchase_order_id or 0)
    if giver.status not in OPEN:
        raise WrongState(_("Surat pesanan itu sudah selesai atau batal."))
    if row.kind == Amendment.Kind.DATE:
        _move_date(act, row, giver)
    else:
        _move_pieces(act, row, giver)
    act.record("amendment.apply", subject=row, to_state=row.status, note=row.reason)


def _move_date(act: Act, row: Amendment, giver: PurchaseOrder) -> None:
    shares = shares_of(giver)
    share = next(one for one in shares if one.pk == row.allocation_id)
    before, share.ready_on = share.ready_on, row.ready_on
    save_rows([share], ["ready_on"])
    changes: dict[str, object] = {
        "ready_on": [before.isoformat() if before else "", row.ready_on.isoformat()]
    }
    _revise(act, giver, shares, changes)


def _move_pieces(act: Act, row: Amendment, giver: PurchaseOrder) -> None:
    given = list(shares_of(giver))
    share = next(one for one in given if one.pk == row.allocation_id)
    if row.quantity > share.unshipped:
        raise WrongState(_("Sebagian barang itu sudah dikirim, sehingga tidak dapat dipindahkan lagi."))
    taker = _taker(act, row)
    taken = list(shares_of(taker)) if taker else []
    before = standing.in_work([*given, *taken])
    share.quantity -= row.quantity
    if not share.quantity:
        change_state(share, "release")
    target = _target(act, row, share)
    if taker is None:
        taker = _new_purchase_order(act, row, target)
    target.purchase_order = taker
    save_rows([share, target], _SHARE_FIELDS)
    taken = [target, *(one for one in taken if one.pk != target.pk)]
    standing.post_change(act.posting, before, standing.in_work([*given, *taken]))
    reservations.move(act.order, share, target, target.line.product_id, row.quantity)
    _revise_or_cancel(act, giver, given, row)
    _revise(act, taker, taken, {"moved_in": row.quantity})
    live = act.order.allocations.filter(purchase_order__isnull=False)
    act.order.value = sum((one.amount for one in live), Decimal(0))


def _taker(act: Act, row: Amendment) -> PurchaseOrder | None:
    """The purchase order that grows, if the MSME that takes has one already."""
    existing = act.order.purchase_orders.filter(msme_id=row.msme_id).first()
    if existing is None:
        return None
    if existing.status not in OPEN:
        raise WrongState(_("UMKM penerima sudah menyelesaikan bagiannya; pilihlah UMKM lain."))
    return part_of(act, existing.pk)


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
        target.price, target.ready_on = row.price, row.ready_on
        change_state(target, "confirm")
        change_state(target, "book")
    target.line, target.msme, target.answered_at = share.line, row.msme, act.now
    if target.pk is None:
        target.save()
    return cast(Allocation, target)


def _can_take(row: Amendment) -> None:
    """The taker says yes only to what its free weeks hold."""
    line = row.allocation.line
    if row.msme_id is None or line.product_id is None:
        return
    free = capacity.free_until(
        msme_ids=[row.msme_id], product_ids=[line.product_id], until=row.ready_on, is_own=True
    )
    most = free.get((row.msme_id, line.product_id), row.quantity)
    if most < row.quantity:
        raise InvalidInput(
            _("Kapasitas bebas Anda sampai tanggal itu hanya cukup untuk %(most)d.") % {"most": most},
            field="quantity",
        )


def _new_purchase_order(act: Act, row: Amendment, target: Allocation) -> PurchaseOrder:
    order, on = act.order, clock.local_date(act.now)
    number = next_numbers(
        organisation_id=order.institution_id,
        owner_code=order.institution.organisation.code,
        code="SP",
        count=1,
        on=on,
    )[0]
    made = PurchaseOrder.objects.create(
        order=order,
        msme=target.msme,
        number=number,
        value=target.amount,
        issued_at=act.now,
        status_since=act.now,
        due_on=row.ready_on,
        revision=0,
    )
    act.record("purchaseorder.issue", subject=made, to_state=made.status, party_id=made.msme_id)
    return made


def _revise_or_cancel(act: Act, giver: PurchaseOrder, shares: list[Allocation], row: Amendment) -> None:
    if any(share.quantity for share in shares):
        _revise(act, giver, shares, {"moved_out": row.quantity})
    else:
        act.take(giver, "cancel", note=row.reason, party_id=giver.msme_id)
        giver.save()


def _revise(
    act: Act, purchase_order: PurchaseOrder, shares: Sequence[Allocation], changes: dict[str, object]
) -> None:
    """The next revision of one purchase order and its paper; the older paper is superseded, never overwritten."""
    order, on = act.order, clock.local_date(act.now)
    rule = ppn_on(clock.local_date(purchase_order.issued_at))
    live = [share for share in shares if share.quantity]
    purchase_order.value = sum((share.amount for share in live), Decimal(0))
    purchase_order.ppn = rule.on(purchase_order.value, taxable=purchase_order.msme.is_taxable)
    purchase_order.due_on = max(
        (share.ready_on for share in live if share.ready_on), default=purchase_order.due_on
    )
    purchase_order.revision += 1
    purchase_order.save()
    signature = (
        order.approval_steps.filter(decision=ApprovalStep.Decision.APPROVED)
        .select_related("decided_by")
        .order_by("-revision", "-level")
        .first()
    )
    signer = signature.decided_by if signature else None
    act.issue(
        purchase_order_draft(
            order=order,
            purchase_order=purchase_order,
            shares=live,
            quotation=Document.objects.current().filter(kind=Kind.QUOTATION, subject=order.stream).first(),
            signer=signer,
            officer=officer_of(order.institution_id, signer.pk if signer else None),
            rule=rule,
            stamp_duty=stamp_duty_on_agreements(on),
            on=clock.local_date(purchase_order.issued_at),
        )
    )
    act.record(
        "purchaseorder.revise",
        subject=purchase_order,
        to_state=purchase_order.status,
        party_id=purchase_order.msme_id,
        changes={"revision": purchase_order.revision, "value": str(purchase_order.value), **changes},
    )
    act.tell(
        purchase_order.msme_id,
        (Role.OWNER,),
        gettext_noop("Surat pesanan %(number)s berubah dengan adendum; bacalah revisinya."),
        reverse("orders:purchase_order", args=[purchase_order.pk]),
        number=purchase_order.number,
    )
