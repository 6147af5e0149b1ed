"""The calendar of an MSME's weeks: who sees it, what it says, and refusals that keep what was typed."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from msmes.capacity import capacity
from msmes.models import CapacityPause, CapacityPlan, CapacityWeek, DayOff, WeekException
from orders.asking import asking
from orders.models import Order
from procurement import clock
from procurement.working_days import monday_of
from tests.factories import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def declare(world: World, usual: int = 400, msme: int = 0) -> None:
    capacity.set_usual_week(
        msme_id=world.msmes[msme].pk,
        product_id=world.products[0].pk,
        usual=usual,
        work_days=5,
        actor=world.actor(f"owner{msme}"),
    )


def promised(world: World, quantity: int = 30) -> Order:
    """An order of which the first MSME said yes to a quantity, ready in four weeks."""
    order = world.requested([quantity])
    line = order.lines.get()
    asking.ask_msmes(
        order_id=order.pk,
        asks=[asking.Ask(line_id=line.pk, msme_id=world.msmes[0].pk, quantity=quantity)],
        deadline=clock.now() + timedelta(days=2),
        actor=world.actor("coordinator"),
    )
    asking.answer_requests(
        order_id=order.pk,
        answers=[
            asking.Answer(
                allocation_id=order.allocations.get().pk,
                quantity=quantity,
                price=Decimal(90_000),
                ready_on=monday_of(clock.today()) + timedelta(weeks=4, days=4),
            )
        ],
        actor=world.actor("owner0"),
    )
    return order


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


class TestCalendar:
    def test_it_shows_free_and_reserved_weeks_and_for_which_order(self, world: World, client: Client) -> None:
        declare(world)
        order = promised(world)
        client.force_login(world.people["owner0"])
        shown = page(client, reverse("msmes:capacity"))
        assert shown.count('<li class="week') == 12
        assert f'<a href="{reverse("orders:request", args=[order.pk])}">{order.number}</a>: 30' in shown
        week = CapacityWeek.objects.get(reserved__gt=0)
        assert f"<b>{week.free}</b>" in shown

    def test_a_smaller_week_says_why(self, world: World, client: Client) -> None:
        declare(world)
        day = monday_of(clock.today()) + timedelta(weeks=2)
        capacity.set_day_off(
            msme_id=world.msmes[0].pk, day=day, reason="Hajatan keluarga", actor=world.actor("owner0")
        )
        client.force_login(world.people["owner0"])
        assert f"{day:%d-%m}: Hajatan keluarga" in page(client, reverse("msmes:capacity"))

    def test_more_weeks_on_demand(self, world: World, client: Client) -> None:
        declare(world)
        client.force_login(world.people["owner0"])
        address = reverse("msmes:capacity")
        assert "minggu=26#minggu-13" in page(client, address)
        assert page(client, f"{address}?minggu=26").count('<li class="week') == 26
        assert page(client, f"{address}?minggu=99999").count('<li class="week') == 12

    def test_without_a_usual_week_it_says_what_to_do(self, world: World, client: Client) -> None:
        client.force_login(world.people["owner0"])
        shown = page(client, reverse("msmes:capacity"))
        assert "Isi minggu biasa" in shown
        assert '<li class="week' not in shown

    def test_cost_does_not_grow_with_weeks_and_reservations(
        self, world: World, client: Client, django_assert_max_num_queries: Any
    ) -> None:
        declare(world, 200)
        for _number in range(3):
            promised(world)
        client.force_login(world.people["owner0"])
        with django_assert_max_num_queries(16):
            page(client, reverse("msmes:capacity"))
        with django_assert_max_num_queries(16):
            page(client, reverse("msmes:capacity") + "?minggu=52")

    def test_staff_read_it_and_only_coordinators_change_it(self, world: World, client: Client) -> None:
        declare(world)
        pk = world.msmes[0].pk
        client.force_login(world.people["viewer"])
        shown = page(client, reverse("msmes:capacity_of", args=[pk]))
        assert '<li class="week' in shown
        assert reverse("msmes:capacity_usual_of", args=[pk]) not in shown
        for name in ("usual", "week", "day_off", "pause"):
            assert client.get(reverse(f"msmes:capacity_{name}_of", args=[pk])).status_code == 403
        assert client.post(reverse("msmes:capacity_remove_of", args=[pk])).status_code == 403
        client.force_login(world.people["coordinator"])
        response = client.post(
            reverse("msmes:capacity_usual_of", args=[pk]),
            {"product": world.products[0].pk, "usual": "55", "work_days": "6"},
        )
        assert response.status_code == 302
        assert CapacityPlan.objects.get(msme_id=pk).usual == 55

    @pytest.mark.parametrize("name", ["", "_usual", "_week", "_day_off", "_pause"])
    def test_for_others_the_pages_do_not_exist(self, world: World, client: Client, name: str) -> None:
        of_other = reverse(f"msmes:capacity{name}_of", args=[world.msmes[0].pk])
        own = reverse(f"msmes:capacity{name}")
        for who in ("owner1", "requester"):
            client.force_login(world.people[who])
            assert client.get(of_other).status_code == 404
        for who in ("requester", "coordinator"):
            client.force_login(world.people[who])
            assert client.get(own).status_code == 404
        client.force_login(world.people["owner0"])
        assert client.get(own).status_code == 200


class TestDeclaring:
    def test_the_usual_week(self, world: World, client: Client) -> None:
        client.force_login(world.people["owner0"])
        response = client.post(
            reverse("msmes:capacity_usual"),
            {"product": world.products[0].pk, "usual": "40", "work_days": "5"},
            follow=True,
        )
        assert "disimpan" in response.content.decode()
        assert CapacityPlan.objects.get().usual == 40

    def test_a_broken_promise_is_refused_with_the_order_and_what_was_typed_stays(
        self, world: World, client: Client
    ) -> None:
        declare(world)
        order = promised(world)
        client.force_login(world.people["owner0"])
        response = client.post(
            reverse("msmes:capacity_usual"),
            {"product": world.products[0].pk, "usual": "7", "work_days": "5"},
        )
        shown = response.content.decode()
        assert response.status_code == 422
        assert f"{order.number} (30)" in shown
        assert 'value="7"' in shown
        assert CapacityPlan.objects.get().usual == 400

    def test_one_week_and_back_to_the_usual(self, world: World, client: Client) -> None:
        declare(world)
        client.force_login(world.people["owner0"])
        day = monday_of(clock.today()) + timedelta(weeks=3)
        typed = {
            "product": world.products[0].pk,
            "week": day.isoformat(),
            "available": "5",
            "reason": "Panen",
        }
        assert client.post(reverse("msmes:capacity_week"), typed).status_code == 302
        assert CapacityWeek.objects.get(week=day).available == 5
        again = page(
            client,
            f"{reverse('msmes:capacity_week')}?produk={world.products[0].pk}&mulai={day.isoformat()}",
        )
        assert 'value="5"' in again
        assert client.post(reverse("msmes:capacity_week"), typed | {"available": ""}).status_code == 302
        assert not WeekException.objects.exists()

    def test_days_off_and_pauses_come_and_go(self, world: World, client: Client) -> None:
        declare(world)
        client.force_login(world.people["owner0"])
        day = clock.today() + timedelta(days=9)
        client.post(reverse("msmes:capacity_day_off"), {"day": day.isoformat(), "reason": "Libur"})
        last = day + timedelta(days=3)
        client.post(
            reverse("msmes:capacity_pause"), {"first_day": day.isoformat(), "last_day": last.isoformat()}
        )
        assert DayOff.objects.get().day == day
        client.post(reverse("msmes:capacity_remove"), {"hari": day.isoformat()})
        client.post(reverse("msmes:capacity_remove"), {"jeda": CapacityPause.objects.get().pk})
        assert not DayOff.objects.exists()
        assert not CapacityPause.objects.exists()

    @pytest.mark.parametrize(
        ("name", "typed", "sentence"),
        [
            ("usual", {"usual": "-1", "work_days": "5"}, "bilangan bulat dari 0"),
            ("usual", {"usual": "1,5", "work_days": "5"}, "bilangan bulat"),
            ("week", {"week": "2020-01-06", "available": "3"}, "sudah lewat"),
            ("day_off", {"day": "2020-01-06"}, "sudah lewat"),
            ("pause", {"first_day": "2020-01-06", "last_day": "2020-01-05"}, "sebelum awalnya"),
        ],
    )
    def test_what_is_wrong_is_named_at_its_field(
        self, world: World, client: Client, name: str, typed: dict[str, str], sentence: str
    ) -> None:
        client.force_login(world.people["owner0"])
        product = {"product": str(world.products[0].pk)} if name != "day_off" else {}
        response = client.post(reverse(f"msmes:capacity_{name}"), typed | product)
        shown = response.content.decode()
        assert response.status_code == 422
        assert sentence in shown
        assert next(iter(typed.values())) in shown

    def test_the_pause_of_another_msme_is_not_there(self, world: World, client: Client) -> None:
        capacity.pause(
            msme_id=world.msmes[1].pk,
            first_day=clock.today(),
            last_day=clock.today(),
            actor=world.actor("owner1"),
        )
        client.force_login(world.people["owner0"])
        response = client.post(reverse("msmes:capacity_remove"), {"jeda": CapacityPause.objects.get().pk})
        assert response.status_code == 404
        assert CapacityPause.objects.exists()

    def test_only_what_one_offers_can_be_declared(self, world: World, client: Client) -> None:
        world.msmes[0].offers.filter(product=world.products[1]).delete()
        client.force_login(world.people["owner0"])
        response = client.post(
            reverse("msmes:capacity_usual"),
            {"product": world.products[1].pk, "usual": "40", "work_days": "5"},
        )
        assert response.status_code == 422
        assert not CapacityPlan.objects.exists()


class TestOverview:
    def test_free_pieces_over_all_msmes_and_per_msme(
        self, world: World, client: Client, django_assert_max_num_queries: Any
    ) -> None:
        declare(world, 50, 0)
        declare(world, 30, 1)
        client.force_login(world.people["viewer"])
        address = reverse("msmes:capacity_overview")
        with django_assert_max_num_queries(12):
            shown = page(client, address)
        assert world.products[0].name in shown
        week = monday_of(clock.today()) + timedelta(weeks=1)
        both = sum(row.free for row in CapacityWeek.objects.filter(week=week))
        assert re.search(rf">\s*{both}\s*</td>", shown)
        one = page(client, f"{address}?produk={world.products[0].pk}")
        assert world.msmes[0].organisation.name in one
        assert reverse("msmes:capacity_of", args=[world.msmes[1].pk]) in one
        nowhere = page(client, f"{address}?kategori={world.products[1].category_id}")
        assert "Belum ada kapasitas" in nowhere

    def test_it_is_for_staff(self, world: World, client: Client) -> None:
        for who in ("owner0", "requester"):
            client.force_login(world.people[who])
            assert client.get(reverse("msmes:capacity_overview")).status_code == 404


class TestRequestPage:
    def test_my_free_weeks_stand_beside_each_line(self, world: World, client: Client) -> None:
        declare(world, 40)
        order = world.requested([30])
        asking.ask_msmes(
            order_id=order.pk,
            asks=[asking.Ask(line_id=order.lines.get().pk, msme_id=world.msmes[0].pk, quantity=30)],
            deadline=clock.now() + timedelta(days=2),
            actor=world.actor("coordinator"),
        )
        client.force_login(world.people["owner0"])
        shown = page(client, reverse("orders:request", args=[order.pk]))
        free = sum(row.free for row in CapacityWeek.objects.filter(week__lte=order.lines.get().needed_by))
        assert f"<b>{free} potong</b>" in shown

    def test_too_little_capacity_is_said_at_the_quantity(self, world: World, client: Client) -> None:
        declare(world, 3)
        order = world.requested([30])
        asking.ask_msmes(
            order_id=order.pk,
            asks=[asking.Ask(line_id=order.lines.get().pk, msme_id=world.msmes[0].pk, quantity=30)],
            deadline=clock.now() + timedelta(days=2),
            actor=world.actor("coordinator"),
        )
        row = order.allocations.get()
        client.force_login(world.people["owner0"])
        ready = (clock.today() + timedelta(days=14)).isoformat()
        response = client.post(
            reverse("orders:request", args=[order.pk]),
            {
                f"answer-{row.pk}-say": "all",
                f"answer-{row.pk}-price": "91000",
                f"answer-{row.pk}-ready_on": ready,
            },
        )
        shown = response.content.decode()
        assert response.status_code == 422
        assert "hanya cukup untuk" in shown
        assert "only-part always" in shown
        assert 'value="91000"' in shown
        assert order.allocations.get().status == "asked"
