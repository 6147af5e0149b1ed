"""An expo in the middle of its work: one order in each state that a page shows differently, and a pledge."""

from dataclasses import dataclass
from datetime import timedelta

from accounts.models import Membership, Role
from buyers.models import ProposedChange
from buyers.own.proposing import propose_terms
from buyers.register.registry import TermsInput
from expo.models import Pledge
from orders.asking import asking
from orders.delivering import deliver
from orders.delivering.shipment_pieces import Load
from orders.models import Order, PurchaseOrder, Shipment
from orders.requesting import request
from procurement import clock
from tests.factories import OPENING, World, make_world


@dataclass
class Stock:
    """The world, and its orders by the state in which they are. ``asked`` waits for answers, ``answered`` has them."""

    world: World
    draft: Order
    asked: Order
    answered: Order
    quoted: Order
    approved: Order
    producing: Order
    sent: Order
    rejected: Order
    closed: Order
    lost: Order
    prepared_shipment: Shipment
    pledge: Pledge
    proposal: ProposedChange

    def purchase_order(self, order: Order, index: int = 0) -> PurchaseOrder:
        return PurchaseOrder.objects.get(order=order, msme=self.world.msmes[index])

    def shipment(self, order: Order) -> Shipment:
        return Shipment.objects.filter(purchase_order__order=order).order_by("pk")[0]


def ask_without_answer(world: World, order: Order) -> None:
    """Three MSMEs are asked for a third of each line."""
    asking.ask_msmes(
        order_id=order.pk,
        asks=[
            asking.Ask(line_id=line.pk, msme_id=msme.pk, quantity=line.quantity // 3)
            for line in order.lines.all()
            for msme in world.msmes[:3]
        ],
        deadline=clock.now() + timedelta(days=3),
        actor=world.actor("coordinator"),
    )


def make_stock() -> Stock:
    """Everything by the verbs. The approver has every role of the institution, so that one person sees it all."""
    world = make_world()
    for role in (Role.REQUESTER, Role.RECEIVER, Role.TREASURER, Role.ADMINISTRATOR):
        organisation = world.institution.organisation
        Membership.objects.create(user=world.people["approver"], organisation=organisation, role=role)
    pledge = world.pledge(amount_kind="more_than", announced_on=OPENING.date())
    asked = world.requested()
    ask_without_answer(world, asked)
    answered = world.requested()
    world.ask_everybody(answered)
    producing = world.approved()
    world.start(producing, 0)
    sent = world.approved()
    world.start(sent, 0)
    world.ship(sent, 0)
    rejected = world.approved()
    world.start(rejected, 0)
    world.receive(world.ship(rejected, 0), rejected=5)
    lost = world.requested()
    request.withdraw_order(order_id=lost.pk, reason="Anggaran dialihkan", actor=world.actor("requester"))
    purchase_order = rejected.purchase_orders.get(msme=world.msmes[0])
    prepared = deliver.prepare_shipment(
        purchase_order_id=purchase_order.pk,
        loads=[
            Load(allocation_id=row.pk, quantity=1)
            for row in purchase_order.allocations.all()
            if row.unshipped
        ],
        actor=world.actor("owner0"),
    )
    return Stock(
        world=world,
        draft=world.draft(),
        asked=asked,
        answered=answered,
        quoted=world.quoted(),
        approved=world.approved(),
        producing=producing,
        sent=sent,
        rejected=rejected,
        closed=world.closed(),
        lost=lost,
        prepared_shipment=prepared,
        pledge=pledge,
        proposal=propose_terms(
            institution_id=world.institution.pk,
            terms=TermsInput(npwp="", payment_terms="Bayar 30 hari", late_fine="Tanpa denda"),
            actor=world.actor("admin"),
        ),
    )
