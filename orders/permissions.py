"""Who may do what, and who sees which row: everything about permission in ``orders`` is on this page.

``ACTS`` names every act, the kind of organisation and the roles that may do it. Predicates answer with a reason
that the person can read. Being a superuser gives nothing here. What a person may not see answers 404, what they
see but may not do 403, what the state does not allow 409.
"""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.models import Role
from accounts.permissions import ALLOWED, Verdict, Who, judge, require
from buyers.models import Officer
from orders.workflow import OrderStatus
from procurement.models import Event

if TYPE_CHECKING:
    from orders.models import Order

__all__ = [
    "ACTS",
    "ALLOWED",
    "BUYER_SEES_PRODUCERS",
    "Verdict",
    "Who",
    "maker_verdict",
    "makers_of",
    "may",
    "officer_of",
    "require",
    "sees_allocations",
    "sees_orders",
    "sees_purchase_orders",
    "sees_shipments",
]


BUYER_REQUESTER = Who("institution", (Role.REQUESTER,))
BUYER_APPROVER = Who("institution", (Role.APPROVER,))
BUYER_RECEIVER = Who("institution", (Role.RECEIVER,))
BUYER_TREASURER = Who("institution", (Role.TREASURER,))
MSME_OWNER = Who("msme", (Role.OWNER,))
WORKSHOP = Who("msme", (Role.OWNER, Role.HELPER))
"""Who makes and sends what the owner of an MSME has taken on."""
COORDINATOR = Who("expo", (Role.COORDINATOR,))
SYSTEM = Who("system")

ACTS: dict[str, tuple[Who, ...]] = {
    # request and quote
    "order.draft": (BUYER_REQUESTER,),
    "order.change": (BUYER_REQUESTER,),
    "order.discard": (BUYER_REQUESTER,),
    "order.submit": (BUYER_REQUESTER,),
    "order.withdraw": (BUYER_REQUESTER,),
    "order.reopen": (BUYER_REQUESTER,),
    "order.decline": (COORDINATOR,),
    "order.quote": (COORDINATOR,),
    "order.link_pledge": (COORDINATOR,),
    "order.expire": (SYSTEM,),
    "allocation.ask": (COORDINATOR,),
    "allocation.release": (COORDINATOR,),
    "allocation.answer": (MSME_OWNER,),
    # Said by telephone, written down in the MSME's name: an act of its own, so that nobody takes one for the other.
    "allocation.answer_for": (COORDINATOR,),
    "allocation.expire": (SYSTEM,),
    "sourcing.start": (COORDINATOR,),
    "sourcing.stop": (COORDINATOR,),
    "sourcing.advance": (SYSTEM,),
    "link.show": (COORDINATOR,),
    "link.send": (COORDINATOR,),
    "link.revoke": (COORDINATOR,),
    "chase.note": (COORDINATOR,),
    "chase.remind": (COORDINATOR,),
    "chase.assign": (COORDINATOR,),
    "chase.escalate": (SYSTEM,),
    "split.propose": (COORDINATOR,),
    "split.change": (COORDINATOR,),
    "split.follow": (COORDINATOR,),
    # approve
    "order.approve": (BUYER_APPROVER,),
    "order.ask_revision": (BUYER_APPROVER, BUYER_REQUESTER),
    "order.reject": (BUYER_APPROVER,),
    "order.cancel": (BUYER_APPROVER,),
    # produce
    "purchase_order.acknowledge": (MSME_OWNER,),
    "purchase_order.refuse": (MSME_OWNER,),
    "purchase_order.start": (WORKSHOP,),
    "purchase_order.report": (WORKSHOP,),
    "purchase_order.finish": (WORKSHOP,),
    # deliver
    "shipment.prepare": (WORKSHOP,),
    "shipment.dispatch": (WORKSHOP,),
    "shipment.discard": (WORKSHOP,),
    "shipment.receive": (BUYER_RECEIVER,),
    "order.short_close": (BUYER_APPROVER,),
    "purchase_order.settle": (BUYER_TREASURER,),
    # amend what binds already
    "amendment.propose": (COORDINATOR,),
    "amendment.withdraw": (COORDINATOR,),
    "amendment.agree": (MSME_OWNER, BUYER_APPROVER),
    "amendment.refuse": (MSME_OWNER, BUYER_APPROVER),
    "order.close": (BUYER_TREASURER,),
}


def may(act: str, actor: Actor) -> Verdict:
    """Whether the actor's organisation and roles permit the act at all."""
    return judge(ACTS[act], actor)


MAKING = ("order.draft", "order.change", "order.submit", "order.reopen")
"""Who did one of these acts to an order never signs it, in any revision: its content is their work."""


def maker_verdict(actor: Actor, order: "Order") -> Verdict:
    """Whether the actor is no maker of the order: see :func:`makers_of`. Superusers are judged like everybody."""
    if actor.user_id is None:
        return ALLOWED
    reason = makers_of([order], [actor.user_id]).get((order.pk, actor.user_id))
    return Verdict(False, reason) if reason else ALLOWED


def makers_of(orders: Sequence["Order"], user_ids: Collection[int]) -> dict[tuple[int, int], str]:
    """``{(order, user): why}`` of those who may never sign an order, because they made it. One query.

    Those who drafted, changed, submitted or reopened an order, or asked for its present revision, never sign it. Nor
    do those who acted on it for another party: who quoted or answered it does not also accept it. The trail says who
    that was, so no field can be forgotten.
    """
    by_stream = {order.stream: order for order in orders}
    found = {
        (order.pk, user): _("Anda yang mengajukan pesanan ini, sehingga orang lain yang harus menyetujuinya.")
        for order in orders
        for user in (order.requester_id, order.submitted_by_id)
        if user is not None and user in user_ids
    }
    trail = Event.objects.filter(stream__in=list(by_stream), actor_id__in=list(user_ids))
    for event in trail.only("stream", "actor", "acting_for", "verb", "changes").order_by("-sequence"):
        order = by_stream[event.stream]
        if event.actor_id is not None and (reason := _why_maker(event, order)):
            found.setdefault((order.pk, event.actor_id), reason)
    return found


def _why_maker(event: Event, order: "Order") -> str:
    """Why this event makes its actor a maker of the order; empty when it does not."""
    if event.acting_for_id != order.institution_id:
        return _(
            "Anda sudah bertindak untuk pihak lain pada pesanan ini, sehingga orang lain yang harus menyetujuinya."
        )
    if event.verb in MAKING:
        return _("Anda ikut menyusun pesanan ini, sehingga orang lain yang harus menyetujuinya.")
    if event.verb == "order.ask_revision" and event.changes.get("revision", [0, 0])[-1] == order.revision:
        return _("Anda yang meminta revisi ini, sehingga orang lain yang harus menyetujuinya.")
    return ""


def officer_of(institution_id: int, user_id: int | None) -> Officer | None:
    """The post of a person in the register of an institution: how far they sign. None when nothing is registered."""
    if user_id is None:
        return None
    return Officer.objects.filter(institution_id=institution_id, user_id=user_id).first()


BUYER_SEES_PRODUCERS = (
    OrderStatus.QUOTED,
    OrderStatus.APPROVED,
    OrderStatus.IN_PRODUCTION,
    OrderStatus.IN_DELIVERY,
    OrderStatus.DELIVERED,
    OrderStatus.CLOSED,
    OrderStatus.CANCELLED,
)
"""The buyer sees who makes the goods once there is a quote, not while producers are being asked."""

NOTHING = Q(pk__in=())


def sees_orders(actor: Actor) -> Q:
    """Rows of ``Order``: the buyer its own; the organiser all of its editions but drafts; producers none."""
    if actor.is_system:
        return Q()
    if not actor.roles:
        return NOTHING
    if actor.kind == "institution":
        return Q(institution_id=actor.organisation_id)
    if actor.kind == "expo":
        return Q(edition__organiser_id=actor.organisation_id) & ~Q(
            Q(status=OrderStatus.DRAFT) | Q(lost_from=OrderStatus.DRAFT)
        )
    return NOTHING


def _sees_part_of_order(actor: Actor, order: str, msme: str) -> Q:
    if actor.is_system:
        return Q()
    if not actor.roles:
        return NOTHING
    fields: dict[str, Any]
    if actor.kind == "institution":
        fields = {f"{order}institution_id": actor.organisation_id, f"{order}status__in": BUYER_SEES_PRODUCERS}
    elif actor.kind == "expo":
        fields = {f"{order}edition__organiser_id": actor.organisation_id}
    else:
        fields = {msme: actor.organisation_id}
    return Q(**fields)


def sees_allocations(actor: Actor) -> Q:
    """Rows of ``Allocation``: a producer its own and never a rival's."""
    return _sees_part_of_order(actor, "order__", "msme_id")


def sees_purchase_orders(actor: Actor) -> Q:
    """Rows of ``PurchaseOrder``."""
    return _sees_part_of_order(actor, "order__", "msme_id")


def sees_shipments(actor: Actor) -> Q:
    """Rows of ``Shipment``; the buyer sees one when it has left the producer."""
    part = _sees_part_of_order(actor, "purchase_order__order__", "purchase_order__msme_id")
    if actor.kind == "institution" and actor.roles:
        part &= Q(status__in=["dispatched", "received"])
    return part


def sees_amendments(actor: Actor) -> Q:
    """Rows of ``Amendment``: buyer and organiser of the order; the MSME that gives and the one that takes."""
    if actor.kind == "msme" and actor.roles:
        return Q(allocation__msme_id=actor.organisation_id) | Q(msme_id=actor.organisation_id)
    return _sees_part_of_order(actor, "order__", "msme_id")
