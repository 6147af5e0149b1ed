"""What was covered and is no longer: rounds go on by their rules, or the coordinator is told. Nobody is asked twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from accounts.models import Organisation
from msmes.models import Offer
from orders.asking import asking, links, sourcing
from orders.models import Allocation, Order, Sourcing
from orders.quoting import quote
from orders.requesting import request
from orders.requesting.lines import LineInput
from procurement import clock
from procurement.errors import InvalidInput
from procurement.models import OutboxMessage
from tests.factories import World

MONDAY = datetime(2022, 9, 5, 9, 0, tzinfo=clock.JAKARTA)

pytestmark = pytest.mark.database


def answer(world: World, row: Allocation, quantity: int) -> None:
    index = [msme.pk for msme in world.msmes].index(row.msme_id)
    asking.answer_requests(
        order_id=row.order_id,
        answers=[
            asking.Answer(
                allocation_id=row.pk,
                quantity=quantity,
                price=Decimal(90_000),
                ready_on=clock.today() + timedelta(days=20),
                reason="" if quantity else "Sedang penuh",
            )
        ],
        actor=world.actor(f"owner{index}"),
    )


def deliver_wakes(order: Order) -> int:
    """What the outbox would do now for the rounds of this order; returns how many looks were asked for."""
    rows = list(OutboxMessage.objects.filter(topic="orders.advance_sourcing", done_at__isnull=True))
    for row in rows:
        assert row.payload == {"order_id": order.pk}
        sourcing.advance_sourcing(**row.payload)
    OutboxMessage.objects.filter(pk__in=[row.pk for row in rows]).update(done_at=clock.now())
    return len(rows)


def start(world: World, order: Order, **more: int) -> None:
    sourcing.start_sourcing(
        order_id=order.pk,
        rules=sourcing.RoundRules(until=clock.today() + timedelta(days=40), **more),  # type: ignore[arg-type]
        actor=world.actor("coordinator"),
    )


def covered(world: World, quantities: list[int] | None = None, **more: int) -> Order:
    """An order that rounds have covered, each line by the cheapest MSME alone."""
    for index, msme in enumerate(world.msmes):
        Offer.objects.filter(msme=msme).update(price=80_000 + index)
    order = world.requested(quantities or [100])
    start(world, order, **more)
    for row in order.allocations.all():
        answer(world, row, row.asked)
    deliver_wakes(order)
    assert Sourcing.objects.get(order=order).status == "covered"
    return order


def lines_of(order: Order) -> list[LineInput]:
    return [
        LineInput(
            line_id=line.pk,
            product_id=line.product_id,
            quantity=line.quantity,
            needed_by=line.needed_by,
            site_id=line.site_id,
            target_price=line.target_price,
        )
        for line in order.lines.order_by("position")
    ]


def change(world: World, order: Order, lines: list[LineInput]) -> None:
    request.change_order(
        order_id=order.pk, actor=world.actor("requester"), heading=world.heading(), lines=lines
    )


def enlarge(world: World, order: Order) -> None:
    (line,) = lines_of(order)
    change(world, order, [replace(line, quantity=150)])


def add_a_line(world: World, order: Order) -> None:
    change(world, order, [*lines_of(order), world.lines([10, 50])[1]])


def give_less(world: World, order: Order) -> None:
    answer(world, order.allocations.get(), 40)


def say_no(world: World, order: Order) -> None:
    answer(world, order.allocations.get(), 0)


def release(world: World, order: Order) -> None:
    asking.release_allocations(
        order_id=order.pk, allocation_ids=[order.allocations.get().pk], actor=world.actor("coordinator")
    )


def ask_again(world: World, order: Order) -> None:
    row = order.allocations.get()
    asking.ask_msmes(
        order_id=order.pk,
        asks=[asking.Ask(line_id=row.line_id, msme_id=row.msme_id, quantity=30)],
        deadline=clock.now() + timedelta(days=1),
        actor=world.actor("coordinator"),
    )


def lose_the_maker_while_quoted(world: World, order: Order) -> None:
    quoted = world.quote(order)
    deactivate(world, order)
    quote.ask_revision(order_id=quoted.pk, reason="Harga lain", actor=world.actor("approver"))


def deactivate(world: World, order: Order) -> None:
    Organisation.objects.filter(pk=order.allocations.get().msme_id).update(is_active=False)


UNCOVERED: list[tuple[Callable[[World, Order], None], int]] = [
    (enlarge, 150),
    (add_a_line, 50),
    (give_less, 60),
    (say_no, 100),
    (release, 100),
    (ask_again, 100),
    (lose_the_maker_while_quoted, 100),
]


def asked_for(order: Order) -> int:
    rows = order.allocations.filter(status="asked")
    return sum(rows.values_list("asked", flat=True))


@pytest.mark.parametrize(("act", "short"), UNCOVERED)
def test_what_is_no_longer_covered_is_offered_on(
    world: World, act: Callable[[World, Order], None], short: int
) -> None:
    with clock.at(MONDAY):
        order = covered(world)
        act(world, order)
        assert deliver_wakes(order) >= 1
        assert Sourcing.objects.get(order=order).status == "running"
        assert asked_for(order) == short


@pytest.mark.parametrize(("act", "short"), UNCOVERED)
def test_what_the_rules_do_not_allow_is_told_to_the_coordinator(
    world: World, act: Callable[[World, Order], None], short: int
) -> None:
    with clock.at(MONDAY):
        order = covered(world, most_rounds=1)
        told = len(escalations())
        act(world, order)
        deliver_wakes(order)
        row = Sourcing.objects.get(order=order)
        if act is ask_again:
            assert row.status == "running", "somebody may still answer, so its last round goes on"
            assert asked_for(order) == short
            return
        assert row.status == "escalated"
        assert [line["remaining"] for line in row.summary] == [short]
        assert len(escalations()) == told + 1


def escalations() -> list[str]:
    rows = OutboxMessage.objects.filter(topic="accounts.tell")
    return [row.key for row in rows if "belum terpenuhi" in row.payload["sentence"]]


def test_beat_finds_what_no_act_on_the_order_told(world: World) -> None:
    with clock.at(MONDAY):
        order = covered(world)
        assert sourcing.advance_due() == 0
        deactivate(world, order)
        assert deliver_wakes(order) == 0, "the MSME is no part of the order"
        assert sourcing.advance_due() == 1
        assert Sourcing.objects.get(order=order).status == "running"
        assert order.allocations.get(status="asked").msme_id == world.msmes[1].pk
        assert sourcing.advance_due() == 0


def test_the_coordinator_reads_why_a_yes_does_not_count(world: World) -> None:
    with clock.at(MONDAY):
        order = covered(world, most_rounds=1)
        deactivate(world, order)
        sourcing.advance_due()
        (line,) = Sourcing.objects.get(order=order).summary
        assert [(one["confirmed"], one["reason"]) for one in line["refused"]] == [
            (100, "UMKM ini tidak aktif lagi.")
        ]
        with pytest.raises(InvalidInput, match="tidak aktif lagi"):
            world.quote(order)


def test_a_change_that_uncovers_nothing_asks_nobody(world: World) -> None:
    with clock.at(MONDAY):
        order = covered(world)
        request.change_order(
            order_id=order.pk,
            actor=world.actor("requester"),
            heading=world.heading("Nama lain"),
            lines=lines_of(order),
        )
        deliver_wakes(order)
        assert Sourcing.objects.get(order=order).status == "covered"
        assert order.allocations.count() == 1


def test_running_rounds_go_on_at_once_after_the_line_grew(world: World) -> None:
    with clock.at(MONDAY):
        order = world.requested([100])
        start(world, order)
        enlarge(world, order)
        deliver_wakes(order)
        assert asked_for(order) == 150


def test_after_stopping_by_hand_nothing_goes_on(world: World) -> None:
    with clock.at(MONDAY):
        order = world.requested([100])
        start(world, order)
        sourcing.stop_sourcing(order_id=order.pk, actor=world.actor("coordinator"))
        enlarge(world, order)
        deliver_wakes(order)
        assert asked_for(order) == 0
        assert sourcing.advance_due() == 0


def test_rounds_of_a_lost_order_are_over_and_its_reopening_is_told(world: World) -> None:
    with clock.at(MONDAY):
        order = covered(world)
        request.withdraw_order(order_id=order.pk, reason="Anggaran ditunda", actor=world.actor("requester"))
        assert Sourcing.objects.get(order=order).status == "stopped"
        request.reopen_order(order_id=order.pk, actor=world.actor("requester"))
        deliver_wakes(order)
        assert asked_for(order) == 0
        told = OutboxMessage.objects.filter(topic="accounts.tell").order_by("-pk")[0].payload
        assert told["roles"] == ["coordinator"]
        assert told["sentence"] == "%(buyer)s membuka kembali pesanan %(order)s."
        start(world, order)
        assert order.allocations.get(status="asked").msme_id == world.msmes[0].pk


# --- Nobody twice --------------------------------------------------------------------------------------------


def test_whom_the_coordinator_released_is_not_asked_by_rounds_again(world: World) -> None:
    with clock.at(MONDAY):
        order = covered(world)
        release(world, order)
        for _round in range(6):
            deliver_wakes(order)
            open_ = order.allocations.filter(status="asked").first()
            if open_ is None:
                break
            assert open_.msme_id != world.msmes[0].pk
            answer(world, open_, 0)
        assert Sourcing.objects.get(order=order).status == "escalated"
        assert order.allocations.get(msme=world.msmes[0]).status == "released"
        assert order.allocations.count() == 4, "everybody was asked once"


def test_it_stays_so_after_the_line_changed_and_the_rounds_began_anew(world: World) -> None:
    with clock.at(MONDAY):
        order = covered(world)
        release(world, order)
        enlarge(world, order)
        deliver_wakes(order)
        start(world, order)
        assert not order.allocations.filter(msme=world.msmes[0], status="asked").exists()


def test_by_hand_a_coordinator_may_and_then_it_counts_as_asked(world: World) -> None:
    with clock.at(MONDAY):
        order = covered(world)
        release(world, order)
        ask_again(world, order)
        row = order.allocations.get(msme=world.msmes[0])
        assert (row.status, row.is_set_aside) == ("asked", False)


def test_whose_line_changed_is_asked_what_it_says_now(world: World) -> None:
    """Its yes was to something else; it is the cheapest and may make the larger line as well."""
    with clock.at(MONDAY):
        order = covered(world)
        enlarge(world, order)
        deliver_wakes(order)
        assert order.allocations.get(status="asked").msme_id == world.msmes[0].pk


def test_the_link_of_an_msme_that_is_no_longer_active_is_over(world: World) -> None:
    with clock.at(MONDAY):
        order = world.requested([100])
        start(world, order)
        link = order.answer_links.get()
        deactivate(world, order)
        with pytest.raises(links.LinkOver):
            links.open_link(links.token_of(link))
