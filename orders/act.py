"""One act on one order: the lock, the permission, the transitions, and all that is written with them.

Every verb of ``orders`` runs inside :func:`act_on`. It holds the row lock of the *order*, whatever part of the
order it changes, so two acts on one order never interleave; on SQLite the IMMEDIATE transaction does the same.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from accounts.acting import SYSTEM, Actor, somebody_of
from documents.issuing.issue import RENDER_TOPIC, Draft, issue_documents, render_key
from expo.ledger.ledger import Posting, relabel
from expo.models import Pledge
from orders import standing
from orders.acts import require_step, why_not
from orders.models import Allocation, Amendment, Order, PurchaseOrder, Shipment
from orders.permissions import may, require
from orders.stored import flow_of, stored
from orders.value import covered
from orders.workflow import OrderStatus
from procurement.errors import NotFound, WrongState
from procurement.models import Event
from procurement.rows.prepared import Prepared
from procurement.rows.recording import Recorder

ROUNDS_TOPIC = "orders.advance_sourcing"
UNCOVERING = frozenset(
    {
        "order.change",
        "order.reopen",
        "order.ask_revision",
        "allocation.ask",
        "allocation.answer",
        "allocation.answer_for",
        "allocation.release",
        "allocation.expire",
        "split.follow",
    }
)
"""Acts after which something may be missing of a requested order that was not, or no longer: rounds look again.

What changes elsewhere, such as an MSME that is no longer active, ``sourcing.advance_due`` finds.
"""


class Act(Recorder):
    """What one verb does to one locked order; written by :meth:`save` in a constant number of queries.

    At the end of every verb the pledge follows the value of the order, and the ledger follows its heading, so no verb
    can change the one and forget the other.
    """

    def __init__(self, *, verb: str, order: Order, actor: Actor) -> None:
        super().__init__(root=order, actor=actor)
        self.verb = verb
        self.order = order
        self.drafts: list[Draft] = []
        self.posting = Posting(
            verb=verb,
            actor=actor,
            happened_at=self.now,
            edition_id=order.edition_id,
            institution_id=order.institution_id,
            unit_id=order.unit_id,
            order_id=order.pk,
        )
        self.is_saved = False
        self.pledge_is_settled = False
        """Whether the verb itself has said how much of its pledge the order takes."""

    def take(
        self,
        row: Any,
        step: str,
        *,
        note: str = "",
        changes: Mapping[str, Any] | None = None,
        party_id: int | None = None,
    ) -> None:
        """Run a transition of the order, a purchase order or a shipment, and record it as an event.

        Raises :class:`WrongState` (409) with a sentence when the present state does not allow it.
        """
        since = getattr(row, "status_since", None)
        before, after = change_state(row, step)
        if since is not None:
            row.status_since = self.now
        if row is self.order and since is not None:
            standing.post_step(self.posting, self.order, status=before, status_since=since)
        self.record(
            f"{flow_of(row)}.{step}",
            subject=row,
            from_state=before,
            to_state=after,
            changes=changes,
            note=note,
            party_id=party_id,
        )

    def record(self, verb: str, **said: Any) -> Event:
        """Add one event, written as the trail spells its act (``orders.stored``)."""
        return super().record(stored(verb), **said)

    def require_possible(self, row: Any, step: str) -> None:
        """Raise :class:`WrongState` before anything else is judged when the present state does not allow the step."""
        require_step(row, step)

    def issue(self, draft: Draft) -> None:
        """Issue a paper with this act; the worker prints it."""
        self.drafts.append(draft)

    def save(self) -> None:
        """Write the order, and with it its papers, legs, events and outbox rows: the last thing that a verb does."""
        if self.verb in UNCOVERING and self.order.status == OrderStatus.REQUESTED:
            self.enqueue(
                ROUNDS_TOPIC, key=f"sourcing:{self.order.pk}:{self.order.event_count}", order_id=self.order.pk
            )
        documents = issue_documents(drafts=self.drafts, issued_at=self.now) if self.drafts else []
        for document in documents:
            self.enqueue(RENDER_TOPIC, key=render_key(document), document_id=document.pk)
        if not self.pledge_is_settled:
            covered.follow(self.order, self.posting, self.actor)
        self.posting.write()
        self._follow_heading()
        self.flush()
        self.is_saved = True

    def _follow_heading(self) -> None:
        """All value of the order, also what it has lost, is counted under what its heading says now."""
        head = self.posting.head
        now = {
            "edition_id": self.order.edition_id,
            "institution_id": self.order.institution_id,
            "unit_id": self.order.unit_id,
        }
        if any(getattr(head, name) != value for name, value in now.items()):
            relabel(now, verb=self.verb, actor=self.actor, happened_at=self.now, order_id=self.order.pk)


def change_state(row: Any, step: str) -> tuple[str, str]:
    """Run one transition and return ``(from, to)``; :class:`WrongState` when the state does not allow it."""
    before = row.status
    try:
        getattr(row, step)()
    except TransitionNotAllowed as error:
        raise WrongState(why_not(row, step)) from error
    return str(before), str(row.status)


@contextmanager
def act_on(
    verb: str,
    *,
    actor: Actor,
    order_id: int | None = None,
    purchase_order_id: int | None = None,
    shipment_id: int | None = None,
    amendment_id: int | None = None,
    as_producer: bool = False,
    pledge_id: int | None = None,
) -> Iterator[Act]:
    """Lock the order that the id belongs to, check the permission, run the block, which ends with ``act.save()``.

    The row is looked up through ``visible_to(actor)``: what the actor may not see raises :class:`NotFound`, what
    they see but may not do :class:`NotPermitted`. With ``as_producer`` the order is found through the actor's own
    allocations, because an MSME does not see the order itself. ``pledge_id`` is a pledge that the order will be of.
    """
    with transaction.atomic(durable=True):
        if purchase_order_id is not None:
            order = _locked("purchase_order", purchase_order_id, actor)
        elif shipment_id is not None:
            order = _locked("shipment", shipment_id, actor)
        elif amendment_id is not None:
            order = _locked("amendment", amendment_id, actor)
        elif order_id is not None:
            order = _locked("share" if as_producer else "order", order_id, actor)
        else:
            raise TypeError("act_on needs one id")
        if order is None:
            raise NotFound(_("Yang Anda cari tidak ada atau tidak dapat Anda lihat."))
        require(may(verb, actor))
        _hold_pledge(order.pledge_id or pledge_id)
        act = Act(verb=verb, order=order, actor=actor)
        yield act
        if not act.is_saved:
            raise RuntimeError(
                f"{verb} ends without act.save(): the order and what was recorded would be lost"
            )


def _hold_pledge(pledge_id: int | None) -> None:
    """Wait for other acts on the pledge before the moment of this one is taken.

    Else an act that began first could write its legs last, and as of a moment between the pledge would be below zero.
    """
    if pledge_id is not None:
        list(Pledge.objects.select_for_update(of=("self",)).filter(pk=pledge_id).values_list("pk"))


def _locked(what: str, pk: int, actor: Actor) -> Order | None:
    """The order that ``what`` number ``pk`` belongs to, locked; None when the actor does not see it."""
    if actor.is_system:
        return _lock(what, "system").first(pk=pk)
    if not actor.roles or actor.organisation_id is None:
        return None
    return _lock(what, actor.kind).first(pk=pk, organisation=actor.organisation_id)


@cache
def _lock(what: str, kind: str) -> Prepared[Order]:
    """The locking query of one kind of organisation; every verb begins with one of these.

    What one sees depends on the organisation and on holding any role in it, never on which role.
    """

    def build(*, pk: int, organisation: int | None = None) -> models.QuerySet[Order]:
        somebody = SYSTEM if organisation is None else somebody_of(kind, organisation)
        orders = Order.objects.select_for_update(of=("self",)).select_related(
            "edition", "institution__organisation"
        )
        rows: Any
        if what == "purchase_order":
            rows = PurchaseOrder.objects.visible_to(somebody).filter(pk=pk, order=OuterRef("pk"))
        elif what == "shipment":
            rows = Shipment.objects.visible_to(somebody).filter(pk=pk, purchase_order__order=OuterRef("pk"))
        elif what == "amendment":
            rows = Amendment.objects.visible_to(somebody).filter(pk=pk, order=OuterRef("pk"))
        elif what == "share":
            rows = Allocation.objects.visible_to(somebody).filter(order=OuterRef("pk"))
            return orders.filter(Exists(rows), pk=pk)
        else:
            return orders.visible_to(somebody).filter(pk=pk)
        return orders.filter(Exists(rows))

    return Prepared(build, "pk") if kind == "system" else Prepared(build, "pk", "organisation")
