"""A refused signature, cancellation or short close leaves its trace: an event, written after the act is undone."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from accounts.acting import Actor
from orders.authority.authority import SignatureRefused
from orders.models import Amendment, Order
from procurement.errors import ContentChanged
from procurement.rows.recording import Recorder
from procurement.web.idempotency import not_its_act


@contextmanager
def noting_refusal(
    verb: str, *, actor: Actor, order_id: int | None = None, amendment_id: int | None = None
) -> Iterator[None]:
    """Let a refusal of the block pass, once it is written down; ``verb`` is the event.

    Only that an approver may not sign this, or had read something else: not that the state does not allow it, nor that
    somebody is no approver at all, who could else write into a trail at will. The block must be the outermost
    transaction.
    """
    try:
        yield
    except (SignatureRefused, ContentChanged) as refusal:
        _note(verb, refusal, actor=actor, order_id=order_id, amendment_id=amendment_id)
        raise


def _note(
    verb: str,
    refusal: SignatureRefused | ContentChanged,
    *,
    actor: Actor,
    order_id: int | None,
    amendment_id: int | None,
) -> None:
    with not_its_act(), transaction.atomic(durable=True):
        amendment = None
        if amendment_id is not None:
            amendment = Amendment.objects.get(pk=amendment_id)
            order_id = amendment.order_id
        order = Order.objects.select_for_update(of=("self",)).get(pk=order_id or 0)
        recorder = Recorder(root=order, actor=actor)
        recorder.record(
            verb,
            subject=amendment or order,
            changes={"why": why_of(refusal), "value": str(order.value)},
        )
        recorder.flush()


def why_of(refusal: SignatureRefused | ContentChanged) -> str:
    """The word for it, of those that ``orders.history`` tells."""
    return refusal.why if isinstance(refusal, SignatureRefused) else "stale"
