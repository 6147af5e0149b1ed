"""The buyer's yes to an addendum: given like a signature under the order with its new total, level by level.

Nothing changes before every level that the new total reaches has signed. A signature is valid for the total that it was
given for; when another addendum makes that a different one, it is asked for again.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.acting import Actor
from orders.act import Act
from orders.authority.authority import Question, Signature, require_authority
from orders.messages import tell
from orders.models import Amendment, AmendmentSignature
from orders.value.taxes import Rates, ppn_on, tax_of
from orders.workflow import PurchaseOrderStatus
from procurement import clock
from procurement.errors import ContentChanged
from procurement.rows.bulk import insert_rows, save_row


@dataclass(frozen=True, slots=True)
class NeededSignature:
    """One signature that the buyer's yes needs; ``signature`` is None while it is missing."""

    level: int
    post: str
    signature: AmendmentSignature | None


def new_total(row: Amendment) -> Decimal:
    """Rupiah before PPN that the order is worth once the addendum applies; needs ``order`` and ``allocation``."""
    before: Decimal = row.order.value
    if row.kind == Amendment.Kind.DATE:
        return before
    return before + row.quantity * ((row.price or Decimal(0)) - (row.allocation.price or Decimal(0)))


def question_of_addendum(row: Amendment, *, now: datetime, rates: Rates = ppn_on) -> Question:
    """The question for the signer of an addendum: the order with its new total."""
    value = new_total(row)
    if row.order.institution.limits_with_ppn:
        value += new_ppn(row, now, rates=rates)
    return Question(row.order, value, now)


def new_ppn(row: Amendment, now: datetime, *, rates: Rates = ppn_on) -> Decimal:
    """PPN of the whole order once the addendum applies: each purchase order by its own mark and rate."""
    parts = {
        one.msme_id: one
        for one in row.order.purchase_orders.all()
        if one.status != PurchaseOrderStatus.CANCELLED
    }
    values = {msme_id: one.value for msme_id, one in parts.items()}
    taxes = {msme_id: one.tax for msme_id, one in parts.items()}
    if row.kind == Amendment.Kind.MOVE and row.msme is not None:
        giver, price = row.allocation.msme_id, row.price or Decimal(0)
        values[giver] = values.get(giver, Decimal(0)) - row.quantity * (row.allocation.price or Decimal(0))
        values[row.msme.pk] = values.get(row.msme.pk, Decimal(0)) + row.quantity * price
        taxes.setdefault(row.msme.pk, tax_of(row.msme, rates(clock.local_date(now))))
    return sum((taxes[pk].of(value).ppn for pk, value in values.items() if pk in taxes), Decimal(0))


def hash_of(row: Amendment, *, rates: Rates = ppn_on) -> str:
    """What a signature under the addendum binds to: the change, and the total that the order would have, with PPN."""
    said = [
        row.pk, row.kind, row.allocation_id, row.msme_id, row.quantity, str(row.price), row.ready_on.isoformat(),
        str(row.order.value), str(new_total(row)), str(new_ppn(row, clock.now(), rates=rates)),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def levels_of(
    row: Amendment,
    question: Question,
    signatures: Sequence[AmendmentSignature] | None = None,
    *,
    rates: Rates = ppn_on,
) -> list[NeededSignature]:
    """Every signature that the buyer's yes needs now, by level, with those that are there."""
    current = hash_of(row, rates=rates)
    if signatures is None:
        signatures = list(row.signatures.filter(is_void=False).select_related("signed_by"))
    given = {one.level: one for one in signatures if one.content_hash == current}
    posts = {**question.levels, **{level: one.post for level, one in given.items()}}
    found = [NeededSignature(level, posts[level], given.get(level)) for level in sorted(posts)]
    last = found[-1].signature
    if last is not None and not last.is_enough:
        found.append(NeededSignature(*question.level_above(last.level), None))
    return found


def sign_for_buyer(act: Act, row: Amendment, *, read: str | None, actor: Actor) -> None:
    """One officer signs; the last missing level is the buyer's yes.

    ``read`` is the hash of what was read; another one raises :class:`ContentChanged`. Raises
    :class:`SignatureRefused` for makers of the order or the addendum, and by level, term and limit.
    """
    question, current = question_of_addendum(row, now=act.now), hash_of(row)
    if read is not None and read != current:
        raise ContentChanged(
            _(
                "Adendum atau nilai pesanan telah berubah sejak Anda membacanya. Periksa kembali, lalu setujui."
            )
        )
    signatures = list(row.signatures.filter(is_void=False))
    for stale in signatures:
        if stale.content_hash != current:
            stale.is_void = True
            save_row(stale)
    levels = levels_of(row, question, [one for one in signatures if not one.is_void])
    missing = next((one for one in levels if one.signature is None), None)
    officer = require_authority(asked_of(question, levels), actor)
    if missing is None:
        # A level that was asked for is not any more: what is there is enough.
        row.buyer_agreed_at = act.now
        return
    above = question.level_after(missing.level, officer) if missing is levels[-1] else None
    insert_rows(
        [
            AmendmentSignature(
                amendment=row,
                level=missing.level,
                post=missing.post,
                signed_by=actor.user,
                signed_at=act.now,
                value=question.value,
                content_hash=current,
                is_enough=above is None,
            )
        ]
    )
    if missing is levels[-1] and above is None:
        row.buyer_agreed_at = act.now
        return
    act.record(
        "amendment.sign",
        subject=row,
        changes={"level": missing.level, "value": str(new_total(row)), "hash": current},
    )
    tell(act, "addendum signed", amendment=row)


def asked_of(question: Question, levels: Sequence[NeededSignature]) -> Signature:
    """The signature that the buyer's yes waits for; the last one again where all are there."""
    missing = [one for one in levels if one.signature is None]
    asked = missing[0] if missing else levels[-1]
    return Signature(
        question,
        asked.level,
        asked.post,
        signed_by=[one.signature.signed_by_id for one in levels if one.signature] if missing else (),
        is_last=len(missing) == 1,
    )


def holds(row: Amendment, *, now: datetime) -> bool:
    """Whether the buyer's agreement is still valid: every level needed now has signed this total."""
    return all(one.signature for one in levels_of(row, question_of_addendum(row, now=now)))


def ask_again(act: Act, row: Amendment) -> None:
    """Ask the buyer again: they agreed to another total, or the rules now ask for more signatures."""
    current = hash_of(row)
    for one in row.signatures.filter(is_void=False).exclude(content_hash=current):
        one.is_void = True
        save_row(one)
    row.buyer_agreed_at = None
    save_row(row)
    act.record("amendment.sign_again", subject=row, changes={"value": str(new_total(row))})
    tell(act, "addendum to the buyer", amendment=row, reason=row.reason)


def ask_again_where_totals_changed(act: Act) -> None:
    """After an addendum changes the total of the order: void the signatures of the other addenda."""
    open_ones = act.order.amendments.filter(
        status=Amendment.Status.PROPOSED, signatures__is_void=False
    ).select_related("allocation")
    for row in open_ones.distinct().order_by("pk"):
        row.order = act.order
        if row.signatures.filter(is_void=False).exclude(content_hash=hash_of(row)).exists():
            ask_again(act, row)
