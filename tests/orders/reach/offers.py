"""What the pages offer to each person, read from the pages themselves, and whether anybody is asked for anything."""

import re
from collections.abc import Iterator

from django.db.models import Q
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from expo.figures.desk import queues
from msmes.models import CapacityReservation
from orders.amending.addenda import addendum_for, waiting_for
from orders.asking import links
from orders.chasing.chase import recipients
from orders.chasing.stuck import stuck
from orders.desks.buyer_desk import read_desk
from orders.desks.workload import desk_of
from orders.models import (
    Allocation,
    Amendment,
    AnswerLink,
    ApprovalStep,
    Order,
    PurchaseOrder,
    Shipment,
    Sourcing,
)
from orders.next_acts import next_act
from procurement.errors import Refused
from tests.factories import World
from tests.orders.reach.moves_of_one import Offer

ACTS = {
    "submit", "discard", "reopen", "withdraw", "decline", "reject", "ask_revision", "cancel",
    "short_close", "close", "approve", "edit", "ask", "release", "quote", "sourcing",
    "sourcing_stop", "acknowledge", "start", "finish", "report", "settle", "prepare", "dispatch",
    "discard_shipment", "receive", "amendment_choose", "amendment_agree", "amendment_refuse",
    "amendment_withdraw",
}  # fmt: skip
"""Names of pages on which something is done to an order; ``request`` as well, when it has a form."""

_ADDRESS = re.compile(r"""(?:href|action)="(/[^"?#]*)[^"]*\"""")
_TYPED = re.compile(r"""<form[^>]*method="post"[^>]*>""")


class Readers:
    """Everybody who has to do with the order, signed in."""

    def __init__(self, world: World, order_id: int, owners: list[str]) -> None:
        self.world, self.order_id, self.owners = world, order_id, owners
        self.read = 0
        buyers = ("requester", "approver", "approver2", "receiver", "treasurer")
        self.buyers = [name for name in buyers if name in world.people]
        self.clients: dict[str, Client] = {}
        for name in (*self.buyers, "coordinator", *owners):
            self.clients[name] = Client(SERVER_NAME="localhost")
            self.clients[name].force_login(world.people[name])

    def offers(self, people: set[str]) -> tuple[set[Offer], list[str]]:
        """What is offered to these people on all their pages, and which of these do not open."""
        found: set[Offer] = set()
        complaints: list[str] = []
        self.read = 0
        for who in sorted(people):
            for page in self._pages(who):
                self.read += 1
                answer = self.clients[who].get(page)
                if answer.status_code != 200:
                    complaints.append(f"{who} cannot open {resolve(page).url_name}: {answer.status_code}")
                    continue
                found |= self._read(who, page, answer.content.decode())
        return found, complaints

    def _pages(self, who: str) -> Iterator[str]:
        order = Order.objects.get(pk=self.order_id)
        actor = self.world.actor(who)
        if who in ("approver", "coordinator", *self.owners):
            addenda = Amendment.objects.visible_to(actor).filter(order=order)
            yield from (reverse("orders:amendment", args=[one.pk]) for one in addenda)
        if who in self.owners:
            if Allocation.objects.visible_to(actor).filter(order=order).exists():
                yield reverse("orders:request", args=[order.pk])
            for one in PurchaseOrder.objects.visible_to(actor).filter(order=order):
                yield reverse("orders:purchase_order", args=[one.pk])
            shipments = Shipment.objects.visible_to(actor).filter(purchase_order__order=order)
            for shipment in shipments.filter(status__in=["prepared", "dispatched"]):
                yield reverse("orders:shipment", args=[shipment.pk])
        elif who != "coordinator" or "draft" not in (order.status, order.lost_from):
            yield reverse("orders:detail", args=[order.pk])
            if who == "coordinator":
                yield reverse("orders:workbench", args=[order.pk])

    def _read(self, who: str, page: str, text: str) -> set[Offer]:
        found: set[Offer] = set()
        here = resolve(page)
        main = text[text.index("<main") :]
        for address in _ADDRESS.findall(main):
            try:
                match = resolve(address)
            except Resolver404:
                continue
            if match.app_names == ["orders"] and match.url_name in ACTS:
                found.add((who, match.url_name, next(iter(match.kwargs.values()))))
        if here.url_name == "request" and any('action="' not in form for form in _TYPED.findall(main)):
            found.add((who, "request", self.order_id))
        return found


def still_asked(world: World, order_id: int) -> list[str]:
    """Whatever is still open of an order that has ended; nothing when nobody is asked for anything."""
    order = Order.objects.get(pk=order_id)
    found = []
    open_rows = {
        "an addendum": order.amendments.filter(status="proposed"),
        "a shipment": Shipment.objects.filter(
            purchase_order__order=order, status__in=["prepared", "dispatched"]
        ),
        "a purchase order": order.purchase_orders.exclude(status__in=["settled", "cancelled"]),
        "a question": order.allocations.filter(
            status__in=["asked", "confirmed", "partly_confirmed", "ordered"]
        ),
        "a signature": ApprovalStep.objects.filter(order=order, decision="pending"),
        "rounds": Sourcing.objects.filter(
            Q(status__in=["running", "covered", "escalated"]) | Q(advance_at__isnull=False), order=order
        ),
        "weeks": CapacityReservation.objects.filter(allocation_id__in=order.allocations.values("pk")),
        "a place on the list of what is stuck": stuck(Order.objects.filter(pk=order.pk)),
    }
    found += [f"{what} is still open" for what, rows in open_rows.items() if rows.exists()]
    if next_act(order) is not None or recipients(order):
        found.append("somebody owes a step")
    for name in world.people:
        found += _asked_of(world, order, name)
    for link in AnswerLink.objects.filter(order=order):
        try:
            links.open_link(links.token_of(link))
        except Refused:
            continue
        found.append("a personal link is still to be answered")
    return found


def _asked_of(world: World, order: Order, name: str) -> list[str]:
    """What one person is still asked for."""
    actor, found = world.actor(name), []
    if waiting_for(actor).exists():
        found.append(f"{name} is asked about an addendum")
    for row in Amendment.objects.visible_to(actor).filter(order=order):
        seen = addendum_for(row, actor)
        if seen.may_agree or seen.may_refuse or seen.may_withdraw:
            found.append(f"{name} is offered an addendum")
    if actor.kind == "msme":
        desk = desk_of(actor)
        busy = bool(desk.waiting or desk.to_make or desk.sending)
    elif actor.kind == "institution":
        mine = read_desk(actor)
        busy = bool(not mine.is_clear or mine.late_count or mine.deliveries.rows or mine.likely_late)
    else:
        busy = False
        found += [f"staff see “{pile.label}”" for pile in queues(actor, world.edition) if pile.count]
    return [*found, f"{name} has something on the desk"] if busy else found
