"""Which purchase orders are foreseen and how late they are: from the issue to the last piece, whatever came between."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from msmes.capacity import capacity
from msmes.models import Product
from orders.amending import amend
from orders.delivering import deliver
from orders.delivering.shipment_pieces import Load
from orders.desks.queues import likely_late_for_staff
from orders.forecast.lateness import forecasts, late_rows
from orders.models import PurchaseOrder
from orders.producing import produce
from procurement import clock
from procurement.working_days import add_working_days, working_days_between
from tests.factories import World
from tests.orders.forecast.mornings import first, found, morning, on, tell


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


class TestBeforeTheWork:
    def test_not_begun_counts_by_the_days_that_are_left(self, world: World) -> None:
        row = first(world.approved([300]), world)
        days = working_days_between(clock.today(), row.due_on)
        chances = [on(add_working_days(clock.today(), day), row) for day in (0, days // 2, days - 3, days)]
        assert chances == sorted(chances)
        assert chances[0] < 0.7
        assert chances[1] > chances[0] + 0.1
        assert chances[-1] > 0.99
        assert on(row.due_on + timedelta(days=1), row) == 1.0

    def test_issued_acknowledged_begun(self, world: World) -> None:
        """Each of them is foreseen, and none is later for having come further."""
        row = first(world.approved([300]), world)
        day = add_working_days(clock.today(), working_days_between(clock.today(), row.due_on) // 2)
        chances = []
        with morning(day):
            chances.append(found(row).late_probability)
            assert found(row).state == "waiting"
            produce.acknowledge(purchase_order_id=row.pk, actor=world.actor("owner0"))
            chances.append(found(row).late_probability)
            assert found(row).state == "waiting"
            produce.start_production(purchase_order_id=row.pk, actor=world.actor("owner0"))
            chances.append(found(row).late_probability)
            assert found(row).state == "producing"
        assert chances == sorted(chances, reverse=True)

    def test_others_were_slow_so_this_one_is(self, world: World) -> None:
        """The same question before and after others took twice what they promised."""
        row = first(world.approved([300]), world)
        before = on(clock.today(), row)
        order = world.approved([300])
        world.start(order, 1)
        other = order.purchase_orders.get(msme=world.msmes[1])
        late = add_working_days(clock.today(), 2 * working_days_between(clock.today(), other.due_on))
        with morning(late):
            produce.finish_production(purchase_order_id=other.pk, actor=world.actor("owner1"))
        cache.clear()
        assert on(clock.today(), row) > before

    def test_an_msme_that_rests_until_then_is_late(self, world: World) -> None:
        row = first(world.approved([300]), world)
        before = found(row).late_probability
        for day in range(5):
            capacity.set_day_off(
                msme_id=row.msme_id,
                day=add_working_days(clock.today(), 2 + day),
                actor=world.actor("owner0"),
            )
        some = found(row).late_probability
        capacity.pause(
            msme_id=row.msme_id, first_day=clock.today(), last_day=row.due_on, actor=world.actor("owner0")
        )
        assert before < some < found(row).late_probability
        assert found(row).late_percent == 99
        assert found(row).expected > row.due_on

    def test_a_pause_of_another_product_changes_nothing(self, world: World) -> None:
        row = first(world.approved([300]), world)
        before = found(row)
        mine = row.allocations.get().line.product_id
        assert mine is not None
        other = Product.objects.exclude(pk=mine).values_list("pk", flat=True)[0]
        for product_id, changes in ((other, False), (mine, True)):
            capacity.pause(
                msme_id=row.msme_id,
                product_id=product_id,
                first_day=clock.today(),
                last_day=row.due_on,
                actor=world.actor("owner0"),
            )
            assert (found(row).late_probability != before.late_probability) == changes


class TestOnTheDueDay:
    def test_almost_finished_is_not_late_before_the_day_has_ended(self, world: World) -> None:
        order = world.approved([300])
        world.start(order, 0)
        row = first(order, world)
        seen = {}
        before = max(
            day
            for step in range(1, 9)
            if (day := row.due_on - timedelta(days=step)) and working_days_between(day, row.due_on) == 1
        )
        for day in (before, row.due_on, row.due_on + timedelta(days=1)):
            with morning(day):
                if day <= row.due_on:
                    tell(world, row, 99)
                seen[day] = found(row)
        day_before, due_day, after = seen.values()
        assert not day_before.is_likely_late
        assert not due_day.is_likely_late
        assert due_day.late_probability >= day_before.late_probability
        assert due_day.late_probability - day_before.late_probability < 0.5
        assert due_day.expected == row.due_on
        assert (after.late_probability, after.is_overdue, after.days_left) == (1.0, True, -1)

    def test_every_list_agrees(self, world: World, client: Client) -> None:
        """Before, on and after the due day: staff list, staff home, buyer home, order, MSME, progress."""
        order = world.approved([300])
        world.start(order, 0)
        row = first(order, world)
        others = order.purchase_orders.exclude(pk=row.pk)
        for one in others:
            index = next(place for place, msme in enumerate(world.msmes) if msme.pk == one.msme_id)
            world.start(order, index)
            world.receive(world.ship(order, index))
        for day, percent, is_late in (
            (row.due_on - timedelta(days=7), 15, True),
            (row.due_on, 99, False),
            (row.due_on + timedelta(days=1), None, True),
        ):
            with morning(day):
                if percent:
                    tell(world, row, percent)
                assert found(row).is_likely_late is is_late
                pages: dict[str, list[tuple[str, list[int]]]] = {
                    "coordinator": [("orders:late", []), ("expo:home", [])],
                    "requester": [("buyers:home", []), ("orders:detail", [order.pk])],
                    "owner0": [("orders:purchase_order", [row.pk]), ("orders:progress", [row.pk])],
                }
                for who, addresses in pages.items():
                    client.force_login(world.people[who])
                    for name, args in addresses:
                        shown = client.get(reverse(name, args=args)).content.decode()
                        if name == "orders:late":
                            assert (row.number in shown) is is_late, (day, name)
                        elif name == "expo:home":
                            staff = world.actor("coordinator")
                            (queue,) = likely_late_for_staff(staff, world.edition)
                            assert queue.count == len(late_rows(staff)) == int(is_late)
                            assert ("Surat pesanan yang mungkin terlambat" in shown) or not is_late
                        elif name == "buyers:home":
                            assert (reverse("orders:progress", args=[row.pk]) in shown) is is_late, day
                        elif name == "orders:detail":
                            assert ("mungkin terlambat" in shown or "Terlambat" in shown) is is_late, day
                        else:
                            assert ("Diperkirakan tepat waktu" in shown) is not is_late, (day, name)


class TestPieces:
    def test_it_stays_until_the_last_piece_is_received(self, world: World) -> None:
        """Step by step through every state; each time something is still to come it is foreseen."""
        order = world.approved([300])
        row = first(order, world)
        world.start(order, 0)
        share = row.allocations.get()
        owner = world.actor("owner0")
        with morning(row.due_on - timedelta(days=1)):
            one = deliver.prepare_shipment(
                purchase_order_id=row.pk,
                loads=[Load(allocation_id=share.pk, quantity=1)],
                actor=owner,
            )
            deliver.dispatch_shipment(shipment_id=one.pk, actor=owner)
            assert found(row).state == "producing", "1 of 100 was sent"
            assert found(row).is_likely_late
            assert row.pk in {late.pk for late, _forecast in late_rows(world.actor("coordinator"))}
            world.receive(one.pk)
            assert found(row).is_likely_late
        with morning(row.due_on + timedelta(days=1)):
            assert found(row).is_overdue
            rest = world.ship(order, 0)
            assert found(row).state == "made"
            assert found(row).is_overdue, "it is on the road when it should be there"
            world.receive(rest)
            assert forecasts([PurchaseOrder.objects.get(pk=row.pk)]) == {}
            assert late_rows(world.actor("coordinator")) == [] or row.pk not in {
                late.pk for late, _forecast in late_rows(world.actor("coordinator"))
            }

    def test_what_was_sent_is_made_though_nothing_was_reported(self, world: World) -> None:
        order = world.approved([300])
        row = first(order, world)
        world.start(order, 0)
        half = add_working_days(clock.today(), working_days_between(clock.today(), row.due_on) // 2)
        with morning(half):
            silent = found(row)
            world.receive(world.ship(order, 0, part=0.9))
            assert found(row).late_probability < silent.late_probability
            assert found(row).expected <= silent.expected

    def test_ready_and_not_sent_is_foreseen(self, world: World) -> None:
        order = world.approved([300])
        row = first(order, world)
        world.start(order, 0)
        produce.finish_production(purchase_order_id=row.pk, actor=world.actor("owner0"))
        assert found(row).state == "made"
        assert found(row).late_probability < 0.05
        chances = [on(row.due_on + timedelta(days=step), row) for step in (-7, -3, 0, 1)]
        assert chances == sorted(chances)
        assert chances[-2] < 0.6
        assert chances[-1] == 1.0

    def test_what_came_back_is_to_be_made_again(self, world: World) -> None:
        order = world.approved([300])
        row = first(order, world)
        world.start(order, 0)
        produce.finish_production(purchase_order_id=row.pk, actor=world.actor("owner0"))
        shipment = world.ship(order, 0)
        day = row.due_on - timedelta(days=1)
        with morning(day):
            on_the_road = found(row)
            world.receive(shipment, rejected=90)
            back = found(row)
        assert not on_the_road.is_likely_late
        assert back.state == "producing"
        assert back.late_probability > on_the_road.late_probability
        assert back.expected > on_the_road.expected
        with morning(row.due_on + timedelta(days=1)):
            assert found(row).is_overdue

    def test_a_report_after_the_rejection_counts_for_the_whole(self, world: World) -> None:
        order = world.approved([300])
        row = first(order, world)
        world.start(order, 0)
        world.receive(world.ship(order, 0), rejected=90)
        day = add_working_days(clock.today(), 3)
        with morning(day):
            before = found(row)
            tell(world, row, 95)
            assert found(row).late_probability < before.late_probability

    def test_a_later_day_by_addendum_makes_it_less_late(self, world: World) -> None:
        order = world.approved([300])
        row = first(order, world)
        world.start(order, 0)
        half = add_working_days(clock.today(), working_days_between(clock.today(), row.due_on) * 3 // 4)
        with morning(half):
            before = found(row)
            later = amend.propose_date(
                order_id=order.pk,
                allocation_id=row.allocations.get().pk,
                ready_on=min(row.due_on + timedelta(days=21), row.allocations.get().line.needed_by),
                reason="Kain datang terlambat",
                actor=world.actor("coordinator"),
            )
            for who in ("owner0", "approver"):
                amend.agree(amendment_id=later.pk, actor=world.actor(who))
            moved = PurchaseOrder.objects.get(pk=row.pk)
            assert moved.due_on > row.due_on
            assert found(moved).late_probability < before.late_probability
