"""A small expo in full life, by the verbs alone: an order in each state, pledges in each, weeks, sums and a snapshot.

What ``reconcile`` must find nothing in, before a test spoils one thing of it.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest

from buyers.models import Unit
from expo.figures.snapshots import save_snapshot
from expo.ledger import closings, day_parts
from expo.ledger.rollup import roll
from expo.models import Edition, Pledge
from expo.pledges.pledges import end_pledge
from msmes.capacity.capacity import set_usual_week
from orders.amending.amend import Move, agree, propose_move
from orders.delivering import deliver
from orders.models import Order
from orders.quoting import approve
from orders.requesting import request
from orders.requesting.pledged import link_pledge
from procurement import clock
from tests.factories import OPENING, World, make_world

END = OPENING + timedelta(days=20)
"""When everything has happened."""

MILLION = Decimal(1_000_000)


@dataclass
class Living:
    """The world, and its orders by what became of them."""

    world: World
    orders: dict[str, int]
    open_pledge: int
    lapsed_pledge: int
    unit: int
    other_edition: int

    def order(self, name: str) -> Order:
        return Order.objects.get(pk=self.orders[name])

    def number(self, name: str) -> str:
        return self.order(name).number


def live(monkeypatch: pytest.MonkeyPatch) -> Living:
    """Let it all happen, from the opening on, a day after the other."""
    monkeypatch.setattr(closings, "LEAST", 1)
    monkeypatch.setattr(day_parts, "LEAST", 1)
    world = make_world()
    unit = Unit.objects.get(institution=world.institution)
    other = Edition.objects.create(
        organiser=world.edition.organiser,
        number=10,
        name="KUMKM Expo ke-10",
        venue="Grand City, Surabaya",
        starts_on=date(2022, 7, 1),
        ends_on=date(2022, 7, 31),
    )
    with clock.at(OPENING):
        for msme in range(2):
            set_usual_week(
                msme_id=world.msmes[msme].pk,
                product_id=world.products[0].pk,
                usual=500,
                actor=world.actor(f"owner{msme}"),
            )
        pledge, lapsed = world.pledge(500 * MILLION), world.pledge(100 * MILLION)
        made = Living(world, {}, pledge.pk, lapsed.pk, unit.pk, other.pk)
        _requests(made, lapsed)
        _quotes(made)
        _work(made)
        _end(made, lapsed)
        with clock.at(END):
            roll()
    return made


def _hour() -> None:
    clock.advance(timedelta(hours=1))


def _requests(made: Living, lapsed: Pledge) -> None:
    world, requester = made.world, made.world.actor("requester")
    for name in ("draft", "requested", "withdrawn", "discarded", "plain"):
        order = request.draft_order(
            actor=requester,
            heading=request.Heading(title=name, edition_id=world.edition.pk, unit_id=made.unit),
            lines=world.lines([40, 6]),
        )
        made.orders[name] = order.pk
        _hour()
    for name in ("requested", "withdrawn", "plain"):
        request.submit_order(order_id=made.orders[name], actor=requester)
        _hour()
    request.discard_draft(order_id=made.orders["discarded"], actor=requester)
    link_pledge(
        order_id=made.orders["requested"],
        pledge_id=lapsed.pk,
        amount=MILLION,
        actor=world.actor("coordinator"),
    )
    clock.advance(timedelta(days=1))
    request.withdraw_order(order_id=made.orders["withdrawn"], reason="Anggaran dialihkan", actor=requester)


def _quotes(made: Living) -> None:
    world = made.world
    for name in ("quoted", "rejected"):
        order = world.requested([40, 6])
        made.orders[name] = order.pk
        _hour()
        world.ask_everybody(order, world.msmes[:2])
        world.quote(order)
        _hour()
    clock.advance(timedelta(days=1))
    approve.reject_quote(
        order_id=made.orders["rejected"], reason="Terlalu mahal", actor=world.actor("approver")
    )


def _work(made: Living) -> None:
    world = made.world
    two = world.msmes[:2]
    for name in ("approved", "cancelled", "producing", "sending", "short"):
        made.orders[name] = world.approved([40, 6], two).pk
        _hour()
    link_pledge(
        order_id=made.orders["approved"], pledge_id=made.open_pledge, actor=world.actor("coordinator")
    )
    clock.advance(timedelta(days=1))
    approve.cancel_order(
        order_id=made.orders["cancelled"],
        reason="Kegiatan ditunda",
        cost_bearer="nobody",
        actor=world.actor("approver"),
    )
    for name in ("producing", "sending", "short"):
        world.start(made.order(name), 0)
        world.start(made.order(name), 1)
        _hour()
    clock.advance(timedelta(days=2))
    for name in ("sending", "short"):
        first = world.ship(made.order(name), 0, 0.5)
        _hour()
        world.receive(first, rejected=2)
        _hour()
        world.ship(made.order(name), 1)
        _hour()
    _addendum(made)


def _addendum(made: Living) -> None:
    world, order = made.world, made.order("producing")
    share = order.allocations.filter(msme=world.msmes[0]).order_by("pk").first()
    assert share is not None
    row = propose_move(
        order_id=order.pk,
        move=Move(
            allocation_id=share.pk,
            msme_id=world.msmes[2].pk,
            quantity=5,
            price=Decimal(95_000),
            ready_on=clock.today() + timedelta(days=30),
        ),
        reason="Mesin rusak",
        actor=world.actor("coordinator"),
    )
    for role in ("owner0", "owner2", "approver"):
        agree(amendment_id=row.pk, actor=world.actor(role))
        _hour()


def _end(made: Living, lapsed: Pledge) -> None:
    world = made.world
    clock.advance(timedelta(days=2))
    for shipment in made.order("short").purchase_orders.filter(status="shipped"):
        world.receive(shipment.shipments.get(status="dispatched").pk)
        _hour()
    deliver.short_close_order(
        order_id=made.orders["short"], reason="Sisa tidak diperlukan", actor=world.actor("approver")
    )
    made.orders["delivered"] = world.delivered([40, 6], world.msmes[:2]).pk
    clock.advance(timedelta(days=1))
    end_pledge(
        pledge_id=lapsed.pk,
        actor=world.actor("coordinator"),
        status="lapsed",
        reason="Anggaran tidak disetujui",
    )
    _hour()
    made.orders["closed"] = world.closed([6, 6]).pk
    save_snapshot(edition_id=world.edition.pk, label="Jumpa pers", actor=world.actor("coordinator"))
