"""A run of reconcile goes in bounded steps, keeps what each found, and goes on after a stop where it was."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.db.models import F

from expo.models import LedgerEntry, ReconcileRun
from orders import reconcile
from orders.models import Order
from orders.reconcile import pledges, reading, runs, steps, sums, weeks
from orders.requesting import request
from procurement import clock
from tests.orders.living import END, Living

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows so small that a small world has many."""
    monkeypatch.setattr(reading, "ORDERS", 2)
    monkeypatch.setattr(reading, "LEGS", 30)
    monkeypatch.setattr(pledges, "PLEDGES", 1)
    monkeypatch.setattr(weeks, "WEEKS", 7)
    monkeypatch.setattr(sums, "LEGS", 20)


def spoil(living: Living, name: str) -> str:
    order = living.order(name)
    Order.objects.filter(pk=order.pk).update(value=F("value") + 1)
    return order.number


def test_windows_take_every_order_once_and_no_more_than_they_may(living: Living, narrow: None) -> None:
    order_ids, after, windows = [], 0, 0
    while after < reading.NO_END:
        window = reading.next_window(after)
        taken = list(window.of(Order.objects.order_by("pk"), "pk").values_list("pk", flat=True))
        legs = window.of(LedgerEntry.objects.all(), "order_id").count()
        assert len(taken) <= 2
        assert legs <= 30 or len(taken) == 1
        order_ids += taken
        after, windows = window.upto, windows + 1
    assert order_ids == list(Order.objects.order_by("pk").values_list("pk", flat=True))
    assert windows > 5


def test_narrow_windows_find_the_same(living: Living, narrow: None) -> None:
    with clock.at(END):
        assert list(reconcile.differences()) == []
        number = spoil(living, "closed")
        (found,) = reconcile.differences()
    assert str(found).startswith(f"{number}, nilai pesanan: ")


def test_window_costs_the_same_for_many_orders(living: Living, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(20) as few:
        reading.read(reading.Window(0, living.orders["requested"]))
    with django_assert_max_num_queries(20) as many:
        reading.read(reading.Window(0, reading.NO_END))
    assert len(many) <= 20
    assert len(few) <= len(many)


def test_a_run_that_was_killed_goes_on_where_it_stopped(
    living: Living, narrow: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = spoil(living, "requested")
    whole, calls = reading.read, 0

    def dying(window: reading.Window) -> reading.Read:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise SystemExit
        return whole(window)

    with clock.at(END):
        monkeypatch.setattr(steps, "read", dying)
        with pytest.raises(SystemExit):
            reconcile.run()
        stopped = ReconcileRun.objects.get()
        assert (stopped.phase, stopped.differences, stopped.orders) == ("orders", 1, 6)
        assert int(stopped.through) >= living.orders["requested"]
        assert stopped.first.startswith(number)
        clock.advance(timedelta(minutes=1))
        over = reconcile.run()
    assert over.pk == stopped.pk
    assert (over.phase, over.differences, over.orders) == ("", 1, Order.objects.count())
    assert over.first == stopped.first
    assert over.started_at == stopped.started_at
    assert over.at > stopped.at


def test_a_task_takes_a_few_steps_and_the_next_minute_goes_on(living: Living, narrow: None) -> None:
    with clock.at(END):
        run = reconcile.begin()
        assert reconcile.advance(run, seconds=0) is False
        assert (run.steps, run.phase) == (1, "orders")
        assert reconcile.begin().pk == run.pk
        reconcile.go_on()
        assert ReconcileRun.objects.get().phase == ""


def test_two_processes_on_one_run_count_nothing_twice(living: Living, narrow: None) -> None:
    spoil(living, "draft")
    with clock.at(END):
        mine = reconcile.begin()
        theirs = ReconcileRun.objects.get()
        assert runs.step(theirs) is not None
        assert reconcile.advance(mine) is False
        kept = ReconcileRun.objects.get()
        assert (kept.steps, kept.differences) == (1, 1)


@pytest.mark.parametrize(("hours", "begun"), [(24, 1), (26, 2)])
def test_a_night_that_was_missed_is_made_up_for(living: Living, hours: int, begun: int) -> None:
    with clock.at(END):
        reconcile.go_on()
        assert not ReconcileRun.objects.exists(), "the first run is the night's"
        reconcile.run()
        clock.advance(timedelta(hours=hours))
        reconcile.go_on()
        assert ReconcileRun.objects.count() == begun


def test_only_one_run_is_under_way(db: None) -> None:
    now = clock.now()
    ReconcileRun.objects.create(at=now, started_at=now, phase="orders", differences=0)
    for wrong in ({"phase": "sums"}, {"phase": "elsewhere"}, {"phase": "", "differences": 0, "first": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReconcileRun.objects.create(**{"at": now, "started_at": now, "differences": 1, **wrong})
    with pytest.raises(IntegrityError), transaction.atomic():
        ReconcileRun.objects.update(started_at=None)


# --- Verbs that run meanwhile ------------------------------------------------------------------------------------


def test_a_verb_between_two_reads_is_no_difference(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    order, world = living.order("requested"), living.world
    booked = reading._booked
    looks: list[reading.Window] = []

    def with_a_verb(window: reading.Window) -> Any:
        """Rows were read already when somebody asks for more, and the entries are read after that."""
        if not looks:
            with clock.at(END - timedelta(hours=1)):
                world.requested([1])
                request.withdraw_order(
                    order_id=order.pk, reason="Anggaran dialihkan", actor=world.actor("requester")
                )
        looks.append(window)
        return booked(window)

    monkeypatch.setattr(reading, "_booked", with_a_verb)
    with clock.at(END):
        assert list(reconcile.differences()) == []
    assert len(looks) > 1, "nothing differed at the first look: then this test shows nothing"


def test_without_the_second_look_the_same_verb_would_be_named(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the race is real."""
    order, world = living.order("quoted"), living.world
    booked = reading._booked

    def with_a_verb(window: reading.Window) -> Any:
        with clock.at(END - timedelta(hours=1)):
            request.withdraw_order(
                order_id=order.pk, reason="Anggaran dialihkan", actor=world.actor("requester")
            )
        return booked(window)

    monkeypatch.setattr(reading, "_booked", with_a_verb)
    seen = reading.read(reading.Window(0, reading.NO_END))
    assert {order_id for order_id, _difference in steps.compared(seen)} == {order.pk}


# --- By hand -----------------------------------------------------------------------------------------------------


def test_the_command_goes_on_names_each_difference_and_fails(living: Living, narrow: None) -> None:
    number = spoil(living, "requested")
    out, errors = StringIO(), StringIO()
    with clock.at(END):
        run = reconcile.begin()
        for _ in range(3):
            runs.step(run)
        with pytest.raises(CommandError, match=r"1 perbedaan"):
            call_command("reconcile", stdout=out, stderr=errors)
    assert "Melanjutkan pemeriksaan" in out.getvalue()
    assert "langkah 20," in out.getvalue()
    assert errors.getvalue().startswith(f"{number}, nilai pesanan")
    assert ReconcileRun.objects.get().phase == ""
