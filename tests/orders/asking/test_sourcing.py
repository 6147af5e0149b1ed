"""Rounds: a shortfall is offered on until the order is covered or a person must decide."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from msmes.capacity import capacity
from msmes.models import Offer
from orders.act import Act
from orders.asking import asking, sourcing
from orders.models import Allocation, Order, Sourcing
from orders.requesting import request
from procurement import clock
from procurement.errors import InvalidInput, NotPermitted, WrongState
from procurement.models import OutboxMessage
from procurement.working_days import is_working_day
from tests.factories import World

MONDAY = datetime(2022, 9, 5, 9, 0, tzinfo=clock.JAKARTA)

pytestmark = pytest.mark.database


def rules(days: int = 40, **more: int) -> sourcing.RoundRules:
    return sourcing.RoundRules(until=clock.today() + timedelta(days=days), **more)  # type: ignore[arg-type]


def start(world: World, order: Order, **more: int) -> Sourcing:
    return sourcing.start_sourcing(order_id=order.pk, rules=rules(**more), actor=world.actor("coordinator"))


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


def cheapest_first(world: World) -> None:
    """MSME 0 is the cheapest, then 1, 2, 3."""
    for index, msme in enumerate(world.msmes):
        Offer.objects.filter(msme=msme).update(price=80_000 + index)


def open_ask(order: Order) -> Allocation:
    return order.allocations.get(status="asked")


def test_a_shortfall_goes_to_the_next_by_rank(world: World) -> None:
    cheapest_first(world)
    with clock.at(MONDAY):
        order = world.requested([100])
        start(world, order)
        first = open_ask(order)
        assert (first.msme_id, first.asked, first.round) == (world.msmes[0].pk, 100, 1)
        answer(world, first, 60)
        sourcing.advance_sourcing(order_id=order.pk)
        second = open_ask(order)
        assert (second.msme_id, second.asked, second.round) == (world.msmes[1].pk, 40, 2)
        answer(world, second, 0)
        sourcing.advance_sourcing(order_id=order.pk)
        third = open_ask(order)
        assert (third.msme_id, third.asked) == (world.msmes[2].pk, 40)
        answer(world, third, 40)
        row = sourcing.advance_sourcing(order_id=order.pk)
        assert row is not None
        assert row.status == "covered"
        world.quote(order)


def test_silence_until_the_deadline_counts_as_no(world: World) -> None:
    cheapest_first(world)
    with clock.at(MONDAY):
        order = world.requested([100])
        start(world, order)
        deadline = open_ask(order).deadline
        assert sourcing.advance_due() == 0
    with clock.at(deadline + timedelta(minutes=1)):
        assert sourcing.advance_due() == 1
        statuses = dict(order.allocations.values_list("msme_id", "status"))
        assert statuses == {world.msmes[0].pk: "expired", world.msmes[1].pk: "asked"}
        assert sourcing.advance_due() == 0, "running a step twice asks nobody twice"


def test_when_nobody_is_left_the_coordinator_is_told_what_remains_and_why(world: World) -> None:
    with clock.at(MONDAY):
        order = world.requested([100])
        start(world, order)
        for quantity in (30, 0, 0, 20):
            answer(world, open_ask(order), quantity)
            row = sourcing.advance_sourcing(order_id=order.pk)
        assert row is not None
        assert row.status == "escalated"
        (line,) = row.summary
        assert line["remaining"] == 50
        assert sorted(one["reason"] for one in line["refused"]) == ["", "", "Sedang penuh", "Sedang penuh"]
        told = [
            message.payload["sentence"] for message in OutboxMessage.objects.filter(topic="accounts.tell")
        ]
        assert any("belum terpenuhi" in sentence for sentence in told)


def test_it_ends_by_its_last_day(world: World) -> None:
    with clock.at(MONDAY):
        order = world.requested([100])
        row = start(world, order, days=3)
    moment = MONDAY
    for _step in range(20):
        row = Sourcing.objects.get(order=order)
        if row.status != "running" or row.advance_at is None:
            break
        moment = row.advance_at + timedelta(minutes=1)
        with clock.at(moment):
            sourcing.advance_due()
    assert row.status == "escalated"
    assert moment.date() <= (MONDAY + timedelta(days=4)).date()


def test_deadlines_skip_weekends_and_holidays(world: World) -> None:
    friday_before_independence = datetime(2022, 8, 12, 9, 0, tzinfo=clock.JAKARTA)
    with clock.at(friday_before_independence):
        order = world.requested([100])
        start(world, order, answer_days=3)
        deadline = open_ask(order).deadline.astimezone(clock.JAKARTA)
    assert (deadline.month, deadline.day, deadline.hour) == (8, 18, 17)
    assert is_working_day(deadline.date())


def test_free_capacity_limits_what_is_asked(world: World) -> None:
    cheapest_first(world)
    with clock.at(MONDAY):
        capacity.set_usual_week(
            msme_id=world.msmes[0].pk, product_id=world.products[0].pk, usual=2, actor=world.actor("owner0")
        )
        order = world.requested([100])
        start(world, order)
        asked = {row.msme_id: row.asked for row in order.allocations.all()}
        free = capacity.free_until(
            msme_ids=[world.msmes[0].pk],
            product_ids=[world.products[0].pk],
            until=order.lines.get().needed_by,
        )
        assert asked[world.msmes[0].pk] == free[world.msmes[0].pk, world.products[0].pk]
        assert sum(asked.values()) == 100


def test_a_reminder_goes_only_to_who_has_not_answered(world: World) -> None:
    cheapest_first(world)
    with clock.at(MONDAY):
        order = world.requested([100])
        start(world, order, remind_hours=6)
        reminder = OutboxMessage.objects.get(topic="orders.remind_ask")
        assert reminder.due_at == open_ask(order).deadline - timedelta(hours=6)
        assert sourcing.remind_ask(**reminder.payload)
        answer(world, open_ask(order), 100)
        assert not sourcing.remind_ask(**reminder.payload)


def test_reminders_of_the_demonstration_wait_as_well(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its clock is years behind; the outbox, which goes by real time, would find them long due."""
    monkeypatch.setattr(clock, "_behind", lambda: timezone.now() - MONDAY)
    order = world.requested([100])
    start(world, order, remind_hours=6)
    reminder = OutboxMessage.objects.get(topic="orders.remind_ask")
    assert reminder.due_at > timezone.now()


def test_what_is_declined_while_others_may_still_answer_stays_within_the_round(world: World) -> None:
    cheapest_first(world)
    with clock.at(MONDAY):
        capacity.set_usual_week(
            msme_id=world.msmes[0].pk, product_id=world.products[0].pk, usual=2, actor=world.actor("owner0")
        )
        order = world.requested([100])
        first_end = start(world, order, most_rounds=1).advance_at
    with clock.at(MONDAY + timedelta(days=1)):
        answer(world, order.allocations.get(msme=world.msmes[0]), 0)
        row = sourcing.advance_sourcing(order_id=order.pk)
        assert row is not None
        assert dict(order.allocations.values_list("msme_id", "status")) == {
            world.msmes[0].pk: "declined",
            world.msmes[1].pk: "asked",
            world.msmes[2].pk: "asked",
        }
        assert row.round == 1
        assert row.advance_at == first_end, "who is silent longest does not hold up the others"


def test_an_msme_that_backs_out_after_the_end_is_replaced(world: World) -> None:
    cheapest_first(world)
    with clock.at(MONDAY):
        order = world.requested([100])
        start(world, order)
        answer(world, open_ask(order), 100)
        row = sourcing.advance_sourcing(order_id=order.pk)
        assert row is not None
        assert row.status == "covered"
        assert sourcing.advance_sourcing(order_id=order.pk) is None, "nothing has changed"
        answer(world, order.allocations.get(), 30)
        row = sourcing.advance_sourcing(order_id=order.pk)
        assert row is not None
        assert row.status == "running"
        assert (open_ask(order).msme_id, open_ask(order).asked) == (world.msmes[1].pk, 70)


def test_what_changes_after_a_person_was_called_is_told_to_them(world: World) -> None:
    with clock.at(MONDAY):
        order = world.requested([100])
        start(world, order, most_rounds=1)
        first = open_ask(order)
        for confirmed, remaining in ((60, [40]), (20, [80]), (100, [])):
            answer(world, first, confirmed)
            row = sourcing.advance_sourcing(order_id=order.pk)
            assert row is not None
            assert row.status == ("escalated" if remaining else "covered")
            assert [line["remaining"] for line in row.summary] == remaining
        assert order.allocations.count() == 1, "it is left to the person"


def test_a_closed_edition_calls_a_person_and_holds_up_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.at(MONDAY):
        order, other = world.requested([100]), world.requested([100])
        start(world, order, answer_days=1)
        start(world, other, answer_days=1)
        world.edition.closed_at = clock.now()
        world.edition.save()
    step = sourcing._step

    def fails(act: Act, row: Sourcing) -> None:
        if act.order == order:
            raise RuntimeError("a fault of this order")
        step(act, row)

    monkeypatch.setattr(sourcing, "_step", fails)
    with clock.at(MONDAY + timedelta(days=1, hours=9)):
        assert sourcing.advance_due() == 2
    statuses = dict(Sourcing.objects.values_list("order_id", "status"))
    assert statuses == {order.pk: "running", other.pk: "escalated"}


def test_it_stops_with_the_order_and_by_hand(world: World) -> None:
    with clock.at(MONDAY):
        order = world.requested([100])
        start(world, order)
        sourcing.stop_sourcing(order_id=order.pk, actor=world.actor("coordinator"))
        assert sourcing.advance_sourcing(order_id=order.pk) is None
        with pytest.raises(WrongState):
            sourcing.stop_sourcing(order_id=order.pk, actor=world.actor("coordinator"))
        start(world, order)
        request.withdraw_order(order_id=order.pk, reason="Tidak jadi", actor=world.actor("requester"))
        row = sourcing.advance_sourcing(order_id=order.pk)
        assert row is not None
        assert row.status == "stopped"


@pytest.mark.parametrize(
    ("change", "field"),
    [({"days": -1}, "until"), ({"answer_days": 0}, "answer_days"), ({"most_rounds": 0}, "most_rounds")],
)
def test_impossible_rules_are_refused(world: World, change: dict[str, int], field: str) -> None:
    order = world.requested([100])
    with pytest.raises(InvalidInput) as refusal:
        start(world, order, **change)
    assert refusal.value.field == field
    assert not Sourcing.objects.exists()


def test_only_the_coordinator_starts_it(world: World) -> None:
    order = world.requested([100])
    with pytest.raises(NotPermitted):
        sourcing.start_sourcing(order_id=order.pk, rules=rules(), actor=world.actor("requester"))
