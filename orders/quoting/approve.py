"""Approval: signatures level by level, then one purchase order per MSME. Also rejection and cancellation."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.acting import Actor
from documents.issuing.numbering import next_numbers
from documents.models import Document, DocumentKind
from msmes.banking.changes import apply_before_papers
from orders import reservations, standing
from orders.act import Act, act_on, change_state
from orders.authority.authority import (
    Question,
    missing_levels,
    next_signature,
    question_of,
    require_authority,
    undoing,
)
from orders.authority.signed import ToSign, to_sign, what_changed, what_has_passed
from orders.following import follow
from orders.loading import allocations_of
from orders.messages import tell
from orders.models import Allocation, ApprovalStep, Order, PurchaseOrder
from orders.models.tax import Ppn
from orders.papers.purchase_order import purchase_order_draft
from orders.permissions import officer_of
from orders.quoting.payee import accounts_changed, accounts_hash
from orders.quoting.quote import lay_down_steps
from orders.quoting.refusals import noting_refusal
from orders.requesting.request import lose, required_reason
from orders.value.taxes import stamp_duty_on_agreements, tax_of
from orders.workflow import AllocationStatus, OrderStatus, PurchaseOrderStatus
from procurement import clock
from procurement.errors import ContentChanged, InvalidInput, WrongState
from procurement.input.letters import kept
from procurement.rows.bulk import save_rows


def approve_order(
    *, order_id: int, revision: int, content_hash: str, accounts: str = "", note: str = "", actor: Actor
) -> Order:
    """Sign the next level of the quote that the actor has read; the last signature makes the purchase orders.

    ``revision`` and ``content_hash`` say what was read, and ``accounts`` where the money would go
    (``orders.quoting.payee.accounts_hash``): anything else raises :class:`ContentChanged` (409).
    Maker is not checker, one person signs one level, and levels and limits are those of now, not of the day of the
    quote: :class:`NotPermitted` (403). Both refusals stay in the trail of the order.
    """
    said = kept(note, field="note")
    # So that the papers of the day on which another account applies print that one.
    apply_before_papers(Allocation.objects.filter(order=order_id).values_list("msme", flat=True))
    with noting_refusal("order.signature_refused", actor=actor, order_id=order_id):
        return _sign(order_id=order_id, read=(revision, content_hash, accounts), note=said, actor=actor)


def _sign(*, order_id: int, read: tuple[int, str, str], note: str, actor: Actor) -> Order:
    with act_on("order.approve", actor=actor, order_id=order_id) as act:
        order = act.order
        if order.status != OrderStatus.QUOTED:
            raise WrongState(
                _("Pesanan ini tidak menunggu persetujuan; keadaannya sekarang “%(state)s”.")
                % {"state": order.get_status_display()}
            )
        today, lines = clock.local_date(act.now), list(order.lines.select_related("site"))
        allocations = allocations_of(order, lines)
        signing = to_sign(order, allocations, today)
        accounts = accounts_hash(allocations)
        if read[:2] != (order.revision, signing.hash):
            raise ContentChanged(
                _("Penawaran telah berubah sejak Anda membacanya. Muat ulang halaman, lalu periksa kembali.")
            )
        steps = list(order.approval_steps.filter(revision=order.revision))
        if read[2] and read[2] != accounts:
            raise ContentChanged(
                _(
                    "Rekening UMKM berubah sejak Anda membacanya. Muat ulang halaman, periksa rekeningnya, lalu "
                    "tanda tangani."
                )
            )
        if sentence := what_changed(order, lines, allocations, steps, signing):
            raise ContentChanged(sentence)
        if sentence := accounts_changed(order, steps, accounts):
            raise ContentChanged(sentence)
        quoted = [row for row in allocations if row.quantity]
        if sentence := what_has_passed(order, sorted(quoted, key=_place), today):
            raise WrongState(sentence)
        question = question_of(order, quoted, now=act.now)
        asked = next_signature(steps, question)
        if asked is None:
            raise WrongState(_("Semua tanda tangan untuk penawaran ini sudah lengkap."))
        officer = require_authority(asked, actor)
        steps = complete_steps(order, steps, question)
        step = next(one for one in steps if one.level == asked.level)
        step.decision, step.decided_by, step.decided_at = ApprovalStep.Decision.APPROVED, actor.user, act.now
        step.content_hash, step.note = signing.hash, note
        step.save()
        if not _is_pending(steps) and (more := question.level_after(step.level, officer)):
            steps += lay_down_steps(order, dict([more]))
        if _is_pending(steps):
            act.record(
                "order.sign",
                from_state=order.status,
                to_state=order.status,
                note=note,
                changes={"level": step.level, "hash": signing.hash, "accounts": accounts},
            )
            tell(act, "signed")
        else:
            _book(act, allocations, signing, note=note, level=step.level, accounts=accounts)
        act.save()
        return order


def complete_steps(order: Order, steps: Sequence[ApprovalStep], question: Question) -> list[ApprovalStep]:
    """The signatures of this revision, with those that rules and similar orders ask for by now."""
    missing = missing_levels(steps, question)
    return sorted([*steps, *lay_down_steps(order, missing)], key=lambda step: step.level)


def reject_quote(*, order_id: int, reason: str, actor: Actor) -> Order:
    """The approver does not accept the quote; the order is lost and may be reopened."""
    return lose(verb="order.reject", step="reject", order_id=order_id, actor=actor, reason=reason)


def cancel_order(*, order_id: int, reason: str, cost_bearer: str, actor: Actor) -> Order:
    """Cancel an approved order of which nothing was dispatched, saying who bears the cost.

    Its purchase orders are cancelled, its shares released, and its value goes to *lost*.
    """
    reason = required_reason(reason)
    if cost_bearer not in Order.CostBearer.values:
        raise InvalidInput(_("Pilih siapa yang menanggung biaya pembatalan."), field="cost_bearer")
    with noting_refusal("order.cancel_refused", actor=actor, order_id=order_id):
        return _cancel(order_id=order_id, reason=reason, cost_bearer=cost_bearer, actor=actor)


def _cancel(*, order_id: int, reason: str, cost_bearer: str, actor: Actor) -> Order:
    with act_on("order.cancel", actor=actor, order_id=order_id) as act:
        order = act.order
        act.require_possible(order, "cancel")
        require_authority(undoing(order, now=act.now), actor)
        shares = list(
            order.allocations.filter(purchase_order__isnull=False).select_related(
                "line", "msme", "purchase_order"
            )
        )
        before = standing.in_work(shares)
        act.take(order, "cancel", note=reason, changes={"cost_bearer": cost_bearer})
        order.ended_reason, order.cost_bearer = reason, cost_bearer
        for row in shares:
            row.released = row.quantity
        save_rows(shares, ["released"])
        standing.post_change(act.posting, before, standing.lost(before))
        purchase_orders = list(order.purchase_orders.exclude(status=PurchaseOrderStatus.CANCELLED))
        follow(act, purchase_orders, shares, note=reason)
        for purchase_order in purchase_orders:
            tell(act, "cancelled to an MSME", part=purchase_order, reason=reason)
        tell(act, "cancelled to the buyer", reason=reason)
        tell(act, "cancelled to the expo", reason=reason)
        act.save()
        return order


def _place(row: Allocation) -> tuple[int, int]:
    return row.line.position, row.pk


def _is_pending(steps: Sequence[ApprovalStep]) -> bool:
    return any(step.decision == ApprovalStep.Decision.PENDING for step in steps)


def _book(
    act: Act, allocations: Sequence[Allocation], signing: ToSign, *, note: str, level: int, accounts: str
) -> None:
    """The order binds: purchase orders are numbered and issued, the value is booked, the rest is released."""
    order = act.order
    before = standing.quoted(allocations, since=standing.since(order))
    standing.post_change(act.posting, before, standing.booked(allocations))
    act.take(
        order,
        "approve",
        note=note,
        changes={
            "level": level,
            "revision": order.revision,
            "hash": signing.hash,
            "accounts": accounts,
            "value": str(order.value),
            "total": str(signing.due.total),
        },
    )
    shares = _share_out(act, allocations)
    purchase_orders = _issue(act, shares, signing.rule)
    for row in allocations:
        if row.quantity:
            row.purchase_order = purchase_orders[row.msme_id]
    save_rows(allocations, ["status", "purchase_order"])
    reservations.keep_shares(allocations)


def _share_out(act: Act, allocations: Sequence[Allocation]) -> dict[int, list[Allocation]]:
    shares: dict[int, list[Allocation]] = defaultdict(list)
    spared: set[int] = set()
    for row in allocations:
        if row.quantity:
            change_state(row, "book")
            shares[row.msme_id].append(row)
        elif row.status in (
            AllocationStatus.ASKED,
            AllocationStatus.CONFIRMED,
            AllocationStatus.PARTLY_CONFIRMED,
        ):
            change_state(row, "release")
            act.record("allocation.release", subject=row, to_state=row.status, party_id=row.msme_id)
            spared.add(row.msme_id)
    for msme_id in sorted(spared - set(shares)):
        tell(act, "not chosen", msme_id=msme_id)
    return shares


def _issue(act: Act, shares: dict[int, list[Allocation]], rule: Ppn) -> dict[int, PurchaseOrder]:
    """One numbered purchase order per MSME with its paper; returns them by MSME."""
    order, on = act.order, clock.local_date(act.now)
    stamp_duty = stamp_duty_on_agreements(on)
    numbers = next_numbers(
        organisation_id=order.institution_id,
        owner_code=order.institution.organisation.code,
        code="SP",
        count=len(shares),
        on=on,
    )
    made: dict[int, PurchaseOrder] = {}
    for number, (msme_id, rows) in zip(numbers, sorted(shares.items()), strict=True):
        value = sum((row.amount for row in rows), Decimal(0))
        made[msme_id] = PurchaseOrder(
            order=order,
            msme=rows[0].msme,
            number=number,
            value=value,
            issued_at=act.now,
            status_since=act.now,
            due_on=max((row.ready_on for row in rows if row.ready_on), default=on),
        )
        made[msme_id].tax = tax_of(rows[0].msme, rule)
        made[msme_id].be_worth(value)
    PurchaseOrder.objects.bulk_create(made.values())
    quotation = Document.objects.current().filter(kind=DocumentKind.QUOTATION, subject=order.stream).first()
    officer = officer_of(order.institution_id, act.actor.user_id)
    signer = getattr(act.actor, "user", None)
    for msme_id, purchase_order in made.items():
        act.issue(
            purchase_order_draft(
                order=order,
                purchase_order=purchase_order,
                shares=shares[msme_id],
                quotation=quotation,
                signer=signer,
                officer=officer,
                stamp_duty=stamp_duty,
                on=on,
            )
        )
        act.record(
            "purchase_order.issue",
            subject=purchase_order,
            to_state=purchase_order.status,
            party_id=msme_id,
            changes={"number": purchase_order.number, "value": str(purchase_order.value)},
        )
        tell(act, "ordered", part=purchase_order)
    tell(act, "approved to the buyer")
    tell(act, "approved to the expo")
    return made
