"""Stories in which people are told something: together they use every row of the table of messages."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from django.test import Client

from accounts.models import Membership
from accounts.notifications import telling
from buyers.models import ApprovalRule
from orders.amending import amend
from orders.asking import asking as questions
from orders.asking import sourcing
from orders.asking.asking import answer_for_msme
from orders.chasing import chase
from orders.delivering import deliver
from orders.delivering.shipment_pieces import Load
from orders.messages import MESSAGES
from orders.models import Allocation, Amendment
from orders.paying import pay
from orders.producing import produce
from orders.quoting import approve, quote
from orders.requesting import request
from orders.requesting.lines import LineInput
from procurement import clock
from procurement.models import Notification, OutboxMessage
from tests.factories import World

REASON = "Mesin rusak"


def read(world: World) -> None:
    """Deliver what waits, as the worker does, and let each reader open what it leads to."""
    clients: dict[int, Client] = {}
    opened: set[tuple[int, str]] = set()
    for message in OutboxMessage.objects.filter(topic="accounts.tell").order_by("pk"):
        payload = message.payload
        before = set(Notification.objects.values_list("pk", flat=True))
        telling.tell(**payload)
        members = Membership.objects.filter(organisation=payload["organisation_id"], is_active=True)
        wanted = (
            {payload["person_id"]}
            if payload["person_id"]
            else set(members.filter(role__in=payload["roles"]).values_list("user", flat=True))
        )
        notes = Notification.objects.exclude(pk__in=before)
        assert {note.user_id for note in notes} == wanted != set(), payload["sentence"]
        for note in notes:
            if note.user_id not in clients:
                clients[note.user_id] = Client()
                clients[note.user_id].force_login(
                    note.user, backend="django.contrib.auth.backends.ModelBackend"
                )
            client = clients[note.user_id]
            if (note.user_id, note.url) not in opened:
                assert client.get(note.url).status_code == 200, (
                    payload["sentence"],
                    note.url,
                    str(note.user),
                )
            opened.add((note.user_id, note.url))
            assert "%(" not in note.sentence
    OutboxMessage.objects.filter(topic="accounts.tell").delete()


def move(world: World, row: Allocation, quantity: int, to: int = 2) -> Amendment:
    return amend.propose_move(
        order_id=row.order_id,
        move=amend.Move(
            allocation_id=row.pk,
            msme_id=world.msmes[to].pk,
            quantity=quantity,
            price=Decimal(90_000),
            ready_on=clock.today() + timedelta(days=40),
        ),
        reason=REASON,
        actor=world.actor("coordinator"),
    )


def agree(world: World, row: Amendment, *who: str) -> None:
    for role in who:
        amend.agree(amendment_id=row.pk, actor=world.actor(role))


# --- Stories: together they use every row ----------------------------------------------------------------------


def requesting(world: World) -> None:
    order = world.requested([300, 60])
    world.ask_everybody(order, world.msmes[:2])
    read(world)
    first, _second = order.lines.order_by("position")
    kept = LineInput(
        line_id=first.pk,
        product_id=first.product_id,
        quantity=310,
        needed_by=first.needed_by,
        site_id=first.site_id,
    )
    request.change_order(
        order_id=order.pk, actor=world.actor("requester"), heading=world.heading(), lines=[kept]
    )
    read(world)
    world.ask_everybody(order, world.msmes[:1])
    row = order.allocations.get(msme=world.msmes[0])
    quote.issue_quote(
        order_id=order.pk,
        shares=[quote.Share(allocation_id=row.pk, quantity=310)],
        valid_until=clock.today() + timedelta(days=5),
        actor=world.actor("coordinator"),
    )
    read(world)
    approve.reject_quote(order_id=order.pk, reason=REASON, actor=world.actor("approver"))
    read(world)
    request.reopen_order(order_id=order.pk, actor=world.actor("requester"))
    read(world)


def asking(world: World) -> None:
    order = world.requested([100])
    coordinator = world.actor("coordinator")
    line = order.lines.get()
    questions.ask_msmes(
        order_id=order.pk,
        asks=[questions.Ask(line_id=line.pk, msme_id=world.msmes[0].pk, quantity=100)],
        deadline=clock.now() + timedelta(days=3),
        actor=coordinator,
    )
    assert sourcing.remind_ask(order_id=order.pk, msme_id=world.msmes[0].pk)
    read(world)
    rows = list(order.allocations.values_list("pk", flat=True))
    answer_for_msme(
        order_id=order.pk,
        msme_id=world.msmes[0].pk,
        answers=[
            questions.Answer(
                allocation_id=rows[0],
                quantity=100,
                price=Decimal(90_000),
                ready_on=clock.today() + timedelta(days=20),
            )
        ],
        how="Telepon",
        actor=coordinator,
    )
    read(world)
    questions.release_allocations(order_id=order.pk, allocation_ids=rows, actor=coordinator)
    read(world)
    for offers, price in ((True, 90_000), (False, 0)):
        other = world.requested([30])
        if not offers:
            for msme in world.msmes:
                msme.offers.update(is_active=False)
        sourcing.start_sourcing(
            order_id=other.pk,
            rules=sourcing.RoundRules(until=clock.today() + timedelta(days=9)),
            actor=coordinator,
        )
        for index, msme in enumerate(world.msmes):
            if price and other.allocations.filter(msme=msme, status="asked").exists():
                world.answer(other, index, price)
        sourcing.advance_sourcing(order_id=other.pk)
        read(world)
        for msme in world.msmes:
            msme.offers.update(is_active=True)


def deciding(world: World) -> None:
    order = world.quoted()
    quote.ask_revision(order_id=order.pk, reason=REASON, actor=world.actor("approver"))
    read(world)
    second = ApprovalRule.objects.create(institution=world.institution, level=2, minimum_value=0, post="KPA")
    world.approve(world.quoted())
    read(world)
    second.delete()
    order = world.requested([30])
    line = order.lines.get()
    questions.ask_msmes(
        order_id=order.pk,
        asks=[questions.Ask(line_id=line.pk, msme_id=msme.pk, quantity=30) for msme in world.msmes[:2]],
        deadline=clock.now() + timedelta(days=3),
        actor=world.actor("coordinator"),
    )
    for index in (0, 1):
        world.answer(order, index)
    chosen = order.allocations.get(msme=world.msmes[0])
    quoted = quote.issue_quote(
        order_id=order.pk,
        shares=[quote.Share(allocation_id=chosen.pk, quantity=30)],
        valid_until=clock.today() + timedelta(days=5),
        actor=world.actor("coordinator"),
    )
    world.approve(quoted)
    read(world)
    approve.cancel_order(
        order_id=order.pk, reason=REASON, cost_bearer="nobody", actor=world.actor("approver")
    )
    read(world)


def delivering(world: World) -> None:
    order = world.approved([60], world.msmes[:1])
    refused = order.purchase_orders.get()
    produce.refuse(purchase_order_id=refused.pk, reason=REASON, actor=world.actor("owner0"))
    read(world)
    part = world.start(order, 0)
    read(world)
    first, second = world.ship(order, 0, 0.3), world.ship(order, 0, 0.5)
    read(world)
    world.receive(first)
    world.receive(second, rejected=1)
    read(world)
    produce.finish_production(purchase_order_id=part, actor=world.actor("owner0"))
    world.receive(world.ship(order, 0))
    read(world)
    pay.settle_purchase_order(purchase_order_id=part, reference="SP2D-1", actor=world.actor("treasurer"))
    read(world)
    other = world.approved([60], world.msmes[:2])
    world.start(other, 0)
    world.receive(world.ship(other, 0, 0.5))
    deliver.short_close_order(order_id=other.pk, reason=REASON, actor=world.actor("approver"))
    read(world)
    none = world.approved([60], world.msmes[:1])
    world.start(none, 0)
    world.receive(world.ship(none, 0), rejected=60)
    deliver.short_close_order(order_id=none.pk, reason=REASON, actor=world.actor("approver"))
    read(world)


def amending(world: World) -> None:
    order = world.approved([60], world.msmes[:2])
    row = order.allocations.get(msme=world.msmes[0])
    proposal = move(world, row, 5)
    read(world)
    amend.refuse(amendment_id=proposal.pk, reason=REASON, actor=world.actor("owner2"))
    read(world)
    part = world.start(order, 0)
    loads = [Load(allocation_id=row.pk, quantity=30)]
    deliver.prepare_shipment(purchase_order_id=part, loads=loads, actor=world.actor("owner0"))
    agree(world, move(world, row, 10), "owner0", "owner2", "approver")
    read(world)
    agree(world, move(world, row, 20), "owner0", "owner2", "approver")
    read(world)
    order = world.approved([60], world.msmes[:2])
    ApprovalRule.objects.create(institution=world.institution, level=2, minimum_value=0, post="KPA")
    agree(world, move(world, order.allocations.get(msme=world.msmes[0]), 5), "approver")
    read(world)


def chasing(world: World) -> None:
    coordinator, viewer = world.actor("coordinator"), world.people["viewer"]
    order = world.requested([60])
    chase.assign(order_id=order.pk, actor=coordinator, user_id=viewer.pk)
    chase.note(order_id=order.pk, actor=coordinator, text="Janji", promised_on=clock.today())
    read(world)

    def remind() -> None:
        chase.remind(order_id=order.pk, actor=coordinator, is_confirmed=True)
        read(world)

    remind()
    world.ask_everybody(order, world.msmes[:2])
    order = world.quote(order)
    remind()
    world.approve(order)
    remind()
    world.start(order, 0)
    remind()
    sent = world.ship(order, 0)
    remind()
    world.receive(sent)
    remind()
    world.start(order, 1)
    world.receive(world.ship(order, 1))
    remind()
    for part in order.purchase_orders.all():
        pay.settle_purchase_order(
            purchase_order_id=part.pk, reference="SP2D-1", actor=world.actor("treasurer")
        )
    remind()
    waiting = world.requested([60])
    with clock.at(clock.now() + timedelta(days=60)):
        assert chase.escalate(order_id=waiting.pk)
    read(world)


STORIES: dict[Callable[[World], None], set[str]] = {
    requesting: {
        "submitted", "changed", "line changed", "line removed", "asked", "answered", "quoted", "reopened",
        "lost to the buyer", "lost to the expo", "lost to an MSME",
    },
    asking: {"reminded of a question", "answered for", "taken back", "covered", "not covered"},
    deciding: {
        "revision asked", "signed", "approved to the buyer", "approved to the expo", "ordered", "not chosen",
        "cancelled to the buyer", "cancelled to the expo", "cancelled to an MSME",
    },
    delivering: {
        "acknowledged", "refused to the expo", "started", "finished", "dispatched", "all received", "rest to make",
        "one received",
        "all here", "paid", "closed short to the buyer", "closed short to the expo", "closed short to an MSME",
        "closed empty to the buyer", "closed empty to the expo",
    },
    amending: {
        "addendum to the buyer", "addendum to an MSME", "addendum signed", "no addendum to the buyer",
        "no addendum to the expo", "no addendum to an MSME", "addendum applies to the buyer",
        "addendum applies to the expo",
        "purchase order revised", "purchase order moved away", "shipment discarded",
    },
    chasing: {"assigned", "promised", "escalated", *(key for key in MESSAGES if key.startswith("remind "))},
}  # fmt: skip
