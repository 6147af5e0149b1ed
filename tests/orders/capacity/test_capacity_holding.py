"""What is held of weeks, and in what order it is locked: cases that random walks found."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from msmes.capacity import capacity
from msmes.models import CapacityReservation, CapacityWeek, Msme
from orders.amending import amend
from orders.asking import asking
from orders.models import Allocation, Order
from orders.producing import produce
from orders.quoting import quote
from orders.requesting import request
from orders.requesting.lines import LineInput
from procurement import clock
from procurement.errors import InvalidInput, WrongState
from procurement.working_days import monday_of
from tests.factories import OPENING, World
from tests.orders.capacity.capacity_acts import make_scarce_world
from tests.orders.capacity.capacity_truth import wrongs

pytestmark = pytest.mark.database


def ask(world: World, order: Order, *asks: tuple[int, int, int]) -> None:
    """``(position of the line, place of the MSME, pieces)`` each."""
    lines = {line.position: line.pk for line in order.lines.all()}
    asking.ask_msmes(
        order_id=order.pk,
        asks=[
            asking.Ask(line_id=lines[position], msme_id=world.msmes[place].pk, quantity=quantity)
            for position, place, quantity in asks
        ],
        deadline=clock.now() + timedelta(days=3),
        actor=world.actor("coordinator"),
    )


def say(world: World, row: Allocation, quantity: int, days: int = 20) -> None:
    place = [msme.pk for msme in world.msmes].index(row.msme_id)
    asking.answer_requests(
        order_id=row.order_id,
        answers=[
            asking.Answer(
                allocation_id=row.pk,
                quantity=quantity,
                price=Decimal(90_000),
                ready_on=clock.today() + timedelta(days=days),
            )
        ],
        actor=world.actor(f"owner{place}"),
    )


def share_of(order: Order, world: World, place: int, position: int = 1) -> Allocation:
    return order.allocations.get(msme=world.msmes[place], line__position=position)


def held(row: Allocation) -> int:
    found = CapacityReservation.objects.filter(allocation_id=row.pk).aggregate(held=Sum("quantity"))["held"]
    return found or 0


def in_two_parts(world: World, giver: int, taker: int) -> Order:
    """An approved order of 30 pieces; the MSME that will take said yes to 20 and got 10 of them."""
    order = world.requested([30])
    ask(world, order, (1, giver, 20), (1, taker, 20))
    for place in (giver, taker):
        say(world, share_of(order, world, place), 20)
    quote.issue_quote(
        order_id=order.pk,
        shares=[
            quote.Share(allocation_id=share_of(order, world, giver).pk, quantity=20),
            quote.Share(allocation_id=share_of(order, world, taker).pk, quantity=10),
        ],
        valid_until=clock.today() + timedelta(days=14),
        actor=world.actor("coordinator"),
    )
    return world.approve(Order.objects.get(pk=order.pk))


def move_five(world: World, order: Order, giver: int, taker: int) -> Callable[[], object]:
    """Everybody but the buyer has agreed; returns the last yes."""
    row = amend.propose_move(
        order_id=order.pk,
        move=amend.Move(
            allocation_id=share_of(order, world, giver).pk,
            msme_id=world.msmes[taker].pk,
            quantity=5,
            price=Decimal(90_000),
            ready_on=clock.today() + timedelta(days=20),
        ),
        reason="Terlambat",
        actor=world.actor("coordinator"),
    )
    for place in (giver, taker):
        amend.agree(amendment_id=row.pk, actor=world.actor(f"owner{place}"))
    buyer = world.actor("approver")
    return lambda: amend.agree(amendment_id=row.pk, actor=buyer)


# --- What is held --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_whoever_takes_pieces_holds_its_share_not_all_that_it_once_confirmed() -> None:
    with clock.at(OPENING):
        world = make_scarce_world()
        order = in_two_parts(world, giver=0, taker=1)
        move_five(world, order, giver=0, taker=1)()
        assert (held(share_of(order, world, 0)), held(share_of(order, world, 1))) == (15, 15)
        assert wrongs() == []


@pytest.mark.django_db
def test_whoever_takes_pieces_after_it_had_finished_holds_only_those() -> None:
    with clock.at(OPENING):
        world = make_scarce_world()
        order = in_two_parts(world, giver=0, taker=1)
        produce.finish_production(purchase_order_id=world.start(order, 1), actor=world.actor("owner1"))
        assert held(share_of(order, world, 1)) == 0
        move_five(world, order, giver=0, taker=1)()
        assert held(share_of(order, world, 1)) == 5
        assert wrongs() == []


@pytest.mark.django_db
def test_a_round_is_not_counted_twice_when_its_line_is_taken_out() -> None:
    with clock.at(OPENING):
        world = make_scarce_world()
        order = world.requested([30, 30])
        ask(world, order, (1, 0, 30))
        ask(world, order, (2, 0, 30))
        change(world, order, keep=[1])
        ask(world, order, (1, 0, 20))
        assert list(order.answer_links.order_by("round").values_list("round", flat=True)) == [1, 2, 3]


def change(world: World, order: Order, keep: list[int], more: int = 0) -> None:
    request.change_order(
        order_id=order.pk,
        actor=world.actor("requester"),
        heading=world.heading(),
        lines=[
            LineInput(
                line_id=line.pk,
                product_id=line.product_id,
                quantity=line.quantity + more,
                needed_by=line.needed_by,
                site_id=line.site_id,
                target_price=line.target_price,
                specification=line.specification,
            )
            for line in order.lines.filter(position__in=keep)
        ],
    )


# --- In what order it is locked --------------------------------------------------------------------------------


def week(world: World, place: int, day: date, product: int = 0) -> CapacityWeek:
    return CapacityWeek.objects.get(
        msme=world.msmes[place],
        product=world.products[product],
        week__gt=day - timedelta(days=7),
        week__lte=day,
    )


def while_it_waits(act: Callable[[], object], first: CapacityWeek, look: Callable[[], None]) -> None:
    """Hold ``first``, begin ``act`` beside, and when it waits for us look what it holds already."""
    failures: list[BaseException] = []

    def beside() -> None:
        try:
            with clock.at(OPENING):
                act()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    thread = threading.Thread(target=beside)
    try:
        with transaction.atomic():
            CapacityWeek.objects.select_for_update().get(pk=first.pk)
            thread.start()
            while not failures and not _somebody_waits():
                pass
            look()
    finally:
        thread.join()
    assert failures == []


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid() "
            "AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database()))"
        )
        return bool(cursor.fetchone()[0])


def is_free(row: CapacityWeek) -> Callable[[], None]:
    """Looks whether nobody else holds this week; raises at once when somebody does."""
    return lambda: assert_week(CapacityWeek.objects.select_for_update(nowait=True).get(pk=row.pk), row)


def assert_week(found: CapacityWeek, row: CapacityWeek) -> None:
    assert found == row


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_who_revises_an_answer_holds_no_week_while_it_waits_for_an_earlier_one() -> None:
    with clock.at(OPENING):
        world = make_scarce_world()
        order = world.requested([30])
        ask(world, order, (1, 0, 30))
        row = share_of(order, world, 0)
        say(world, row, 10)
        first = week(world, 0, clock.today())
        (last,) = CapacityWeek.objects.filter(reserved__gt=0)
    while_it_waits(lambda: say(world, row, 30), first, is_free(last))
    assert (held(row), wrongs()) == (30, [])


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_who_moves_pieces_locks_giver_and_taker_at_once() -> None:
    with clock.at(OPENING):
        world = make_scarce_world()
        order = in_two_parts(world, giver=1, taker=0)
        last_yes = move_five(world, order, giver=1, taker=0)
        first = week(world, 0, clock.today())
        given = CapacityReservation.objects.get(allocation_id=share_of(order, world, 1).pk).week
    while_it_waits(last_yes, first, is_free(given))
    assert (held(share_of(order, world, 0)), wrongs()) == (15, [])


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_who_takes_a_line_out_and_changes_another_locks_the_weeks_of_both_at_once() -> None:
    with clock.at(OPENING):
        world = make_scarce_world()
        order = world.requested([30, 30])
        ask(world, order, (1, 0, 10), (2, 1, 10))
        changed, removed = share_of(order, world, 0), share_of(order, world, 1, position=2)
        for row in (changed, removed):
            say(world, row, 10)
        first = CapacityReservation.objects.get(allocation_id=changed.pk).week
        later = CapacityReservation.objects.get(allocation_id=removed.pk).week
    while_it_waits(lambda: change(world, order, keep=[1], more=1), first, is_free(later))
    assert not CapacityReservation.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_who_declares_a_week_lets_orders_refer_to_the_msme_meanwhile() -> None:
    """An order that holds weeks still writes links, purchase orders and ledger legs of that MSME."""
    with clock.at(OPENING):
        world = make_scarce_world()
        msme, today = world.msmes[0], clock.today()
        first = week(world, 0, today)
        owner = world.actor("owner0")

    def refer() -> None:
        with connection.cursor() as cursor:
            table = Msme._meta.db_table
            cursor.execute(
                f"SELECT 1 FROM {table} WHERE organisation_id = %s FOR KEY SHARE NOWAIT",  # noqa: S608
                [msme.pk],
            )
            assert cursor.fetchone() == (1,)

    while_it_waits(
        lambda: capacity.set_week(
            msme_id=msme.pk, product_id=first.product_id, week=today, available=5, actor=owner
        ),
        first,
        refer,
    )
    first.refresh_from_db()
    assert first.available == 5


# --- Dates: every promise holds weeks that are still to come ------------------------------------------------------


def held_weeks(row: Allocation) -> dict[date, int]:
    rows = CapacityReservation.objects.filter(allocation_id=row.pk, quantity__gt=0)
    return dict(rows.values_list("week__week", "quantity"))


def booked_by(world: World, days: int, quantity: int = 10) -> Order:
    """An approved order of which the first MSME makes everything, ready after so many days."""
    order = world.requested([quantity])
    ask(world, order, (1, 0, quantity))
    say(world, share_of(order, world, 0), quantity, days)
    world.quote(Order.objects.get(pk=order.pk))
    return world.approve(Order.objects.get(pk=order.pk))


def to_later_day(world: World, order: Order, days: int) -> Callable[[], object]:
    row = amend.propose_date(
        order_id=order.pk,
        allocation_id=share_of(order, world, 0).pk,
        ready_on=clock.today() + timedelta(days=days),
        reason="Bahan terlambat",
        actor=world.actor("coordinator"),
    )
    amend.agree(amendment_id=row.pk, actor=world.actor("owner0"))
    return lambda: amend.agree(amendment_id=row.pk, actor=world.actor("approver"))


@pytest.mark.django_db
@pytest.mark.parametrize("days", [21, 26, 34, 90])
def test_a_later_date_moves_the_weeks(days: int) -> None:
    with clock.at(OPENING):
        world = make_scarce_world()
        order = booked_by(world, 20)
        before = held_weeks(share_of(order, world, 0))
        to_later_day(world, order, days)()
        last = monday_of(clock.today() + timedelta(days=days))
        assert held_weeks(share_of(order, world, 0)) == {last: 10}
        assert last == monday_of(clock.today() + timedelta(days=20)) or not set(before) & {last}
        assert wrongs() == []


@pytest.mark.django_db
def test_weeks_that_a_later_date_needs_are_not_free_for_others_and_the_old_ones_are() -> None:
    with clock.at(OPENING):
        world = make_scarce_world()
        order = booked_by(world, 20, quantity=25)  # 25 of the usual 30, because of 17 August
        to_later_day(world, order, 27)()
        other = world.requested([25])
        ask(world, other, (1, 0, 25))
        say(world, share_of(other, world, 0), 25, 20)
        first = monday_of(clock.today() + timedelta(days=20))
        assert held_weeks(share_of(other, world, 0)) == {first: 25}
        assert held_weeks(share_of(order, world, 0)) == {first + timedelta(weeks=1): 25}


@pytest.mark.django_db
@pytest.mark.parametrize("late", [1, 7, 60])
def test_a_ready_date_that_has_passed_is_neither_quoted_nor_signed(late: int) -> None:
    with clock.at(OPENING):
        world = make_scarce_world()
        asked, quoted = world.requested([10]), world.requested([10])
        for order in (asked, quoted):
            ask(world, order, (1, 0, 10))
            say(world, share_of(order, world, 0), 10, days=6)
        world.quote(Order.objects.get(pk=quoted.pk), valid_until=clock.today() + timedelta(days=90))
    with clock.at(OPENING + timedelta(days=6 + late)):
        names = rf"Baris 1 \(.*\), {world.msmes[0].organisation.name}: tanggal siap"
        with pytest.raises(InvalidInput, match=names) as refusal:
            world.quote(Order.objects.get(pk=asked.pk))
        assert (refusal.value.row, refusal.value.field) == (share_of(asked, world, 0).pk, "quantity")
        with pytest.raises(WrongState, match=names):
            world.approve(Order.objects.get(pk=quoted.pk))
        # What it says to do is possible.
        quote.ask_revision(order_id=quoted.pk, reason="Tanggal baru", actor=world.actor("requester"))
        for order in (asked, quoted):
            ask(world, order, (1, 0, 10))
            say(world, share_of(order, world, 0), 10, days=20)
            world.quote(Order.objects.get(pk=order.pk))
            assert world.approve(Order.objects.get(pk=order.pk)).status == "approved"
        assert wrongs() == []


@pytest.mark.django_db
def test_on_the_ready_date_itself_it_is_quoted_and_signed() -> None:
    with clock.at(OPENING):
        world = make_scarce_world()
        order = world.requested([10])
        ask(world, order, (1, 0, 10))
        say(world, share_of(order, world, 0), 10, days=6)
    with clock.at(OPENING + timedelta(days=6)):
        world.quote(Order.objects.get(pk=order.pk))
        assert world.approve(Order.objects.get(pk=order.pk)).status == "approved"


@pytest.mark.django_db
def test_an_addendum_whose_day_has_passed_is_not_applied() -> None:
    with clock.at(OPENING):
        world = make_scarce_world()
        order = booked_by(world, 20)
        last_yes = to_later_day(world, order, 27)
    with clock.at(OPENING + timedelta(days=28)), pytest.raises(WrongState, match="sudah lewat"):
        last_yes()
