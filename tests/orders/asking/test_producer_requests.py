"""The producer's home and requests: what is asked, the answer, and nothing of any rival."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from msmes.models import Offer
from orders.asking import asking
from orders.models import Allocation, Order
from orders.quoting import quote
from procurement import clock
from procurement.models import Event
from tests.factories import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def ask(world: World, order: Order, parts: dict[int, int], *, days: int = 3) -> None:
    """Ask MSMEs (by their index) for a quantity of every line."""
    asks = [
        asking.Ask(line_id=line.pk, msme_id=world.msmes[index].pk, quantity=quantity)
        for line in order.lines.all()
        for index, quantity in parts.items()
    ]
    asking.ask_msmes(
        order_id=order.pk,
        asks=asks,
        deadline=clock.now() + timedelta(days=days),
        actor=world.actor("coordinator"),
    )


def page(client: Client, name: str, *args: int) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return response.content.decode()


def typed(row: Allocation, **said: object) -> dict[str, object]:
    return {f"answer-{row.pk}-{name}": value for name, value in said.items()}


class TestHome:
    def test_everything_that_waits_stands_on_it_with_date_and_rupiah(
        self, world: World, client: Client
    ) -> None:
        asked = world.requested([20])
        ask(world, asked, {0: 20})
        to_make = world.approved([300])
        client.force_login(world.people["owner0"])
        shown = page(client, "msmes:home")
        assert asked.number in shown
        assert "Rp1.800.000" in shown  # 20 pieces at the 90.000 that this MSME offers
        purchase_order = to_make.purchase_orders.get(msme=world.msmes[0])
        assert purchase_order.number in shown
        assert reverse("orders:acknowledge", args=[purchase_order.pk]) in shown

    def test_lists_move_with_the_work(self, world: World, client: Client) -> None:
        order = world.approved([300])
        client.force_login(world.people["owner0"])
        pk = world.start(order, 0)
        assert reverse("orders:finish", args=[pk]) in page(client, "msmes:home")
        client.post(reverse("orders:finish", args=[pk]))
        assert reverse("orders:prepare", args=[pk]) in page(client, "msmes:home")
        shipment_id = world.ship(order, 0)
        shown = page(client, "msmes:home")
        assert reverse("orders:prepare", args=[pk]) not in shown
        world.receive(shipment_id)
        assert "Rp9 jt" in page(client, "msmes:home")  # 100 pieces delivered, not paid yet

    def test_what_is_late_is_marked_with_a_word(self, world: World, client: Client) -> None:
        world.approved([300])
        client.force_login(world.people["owner0"])
        assert "Terlambat" not in page(client, "msmes:home")
        with clock.at(clock.now() + timedelta(days=90)):
            assert "Terlambat" in page(client, "msmes:home")

    @pytest.mark.parametrize("role", ["requester", "coordinator"])
    def test_other_organisations_have_no_such_page(self, world: World, client: Client, role: str) -> None:
        client.force_login(world.people[role])
        for name in ("msmes:home", "orders:requests", "orders:purchase_orders", "orders:shipments"):
            assert client.get(reverse(name)).status_code == 404

    def test_sign_in_comes_first(self, world: World, client: Client) -> None:
        assert client.get(reverse("msmes:home")).status_code == 302

    def test_cost_does_not_grow_with_the_work(
        self, world: World, client: Client, django_assert_max_num_queries: object
    ) -> None:
        client.force_login(world.people["owner0"])
        client.get(reverse("msmes:home"))
        for _number in range(4):
            ask(world, world.requested([20, 5]), {0: 5})
            world.start(world.approved([30]), 0)
        with django_assert_max_num_queries(10):  # type: ignore[operator]
            client.get(reverse("msmes:home"))


class TestRequest:
    def test_price_and_date_begin_with_the_offer(self, world: World, client: Client) -> None:
        Offer.objects.filter(msme=world.msmes[0]).update(price=77_000, lead_time_days=9)
        order = world.requested([300])
        ask(world, order, {0: 100})
        client.force_login(world.people["owner0"])
        shown = page(client, "orders:request", order.pk)
        assert 'value="77000"' in shown
        assert f'value="{(clock.today() + timedelta(days=9)).isoformat()}"' in shown
        assert "Rp7.700.000" in shown

    def test_one_tap_says_yes_to_all_lines(self, world: World, client: Client) -> None:
        order = world.requested([300, 60])
        ask(world, order, {0: 50})
        rows = list(Allocation.objects.filter(order=order))
        client.force_login(world.people["owner0"])
        data: dict[str, object] = {"everything": "1"}
        for row in rows:
            data |= typed(
                row, say="none", quantity="rusak", price="90.000", ready_on=clock.today().isoformat()
            )
        response = client.post(reverse("orders:request", args=[order.pk]), data)
        assert response.status_code == 302
        for row in Allocation.objects.filter(order=order):
            assert (row.status, row.confirmed, row.price) == ("confirmed", 50, Decimal(90_000))

    def test_part_no_and_later_in_one_answer(self, world: World, client: Client) -> None:
        order = world.requested([300, 60, 20])
        ask(world, order, {0: 20})
        first, second, third = Allocation.objects.filter(order=order).order_by("line__position")
        client.force_login(world.people["owner0"])
        day = clock.today().isoformat()
        data = {
            **typed(first, say="part", quantity=7, price=80_000, ready_on=day),
            **typed(second, say="none", reason="Sedang penuh"),
            **typed(third, say="later"),
        }
        assert client.post(reverse("orders:request", args=[order.pk]), data).status_code == 302
        states = list(
            Allocation.objects.filter(order=order)
            .order_by("line__position")
            .values_list("status", "confirmed", "reason")
        )
        assert states == [("partly_confirmed", 7, ""), ("declined", 0, "Sedang penuh"), ("asked", 0, "")]

    def test_an_answer_can_be_changed_until_the_quote_and_not_after(
        self, world: World, client: Client
    ) -> None:
        order = world.requested([300])
        ask(world, order, {0: 100})
        row = Allocation.objects.get(order=order)
        client.force_login(world.people["owner0"])
        address = reverse("orders:request", args=[order.pk])
        day = clock.today().isoformat()
        client.post(address, typed(row, say="all", price=80_000, ready_on=day))
        client.post(address, typed(row, say="part", quantity=40, price=85_000, ready_on=day))
        row = Allocation.objects.get(pk=row.pk)
        assert (row.confirmed, row.price) == (40, Decimal(85_000))
        world.ask_everybody(order, [world.msmes[1]])
        quote.issue_quote(
            order_id=order.pk,
            shares=[
                quote.Share(allocation_id=one.pk, quantity=300)
                for one in order.allocations.filter(msme=world.msmes[1])
            ],
            valid_until=clock.today() + timedelta(days=5),
            actor=world.actor("coordinator"),
        )
        response = client.post(address, typed(row, say="all", price=80_000, ready_on=day))
        assert response.status_code == 409
        row = Allocation.objects.get(pk=row.pk)
        assert row.confirmed == 40

    @pytest.mark.parametrize(
        ("said", "sentence"),
        [
            ({"say": "part", "quantity": "101"}, "100"),
            ({"say": "part", "quantity": "0"}, "Isilah jumlah"),
            ({"say": "part", "quantity": "1,5"}, "bilangan bulat"),
            ({"say": "all", "price": "0"}, "1"),
            ({"say": "all", "price": "tujuh"}, "rupiah bulat"),
            ({"say": "all", "ready_on": "2001-01-01"}, "tanggal siap"),
            ({"say": "all", "ready_on": ""}, "Isilah tanggal"),
            ({"say": "none"}, "alasan"),
            ({"say": "mungkin"}, "answer-"),
        ],
    )
    def test_what_is_wrong_is_named_and_what_was_typed_stays(
        self, world: World, client: Client, said: dict[str, str], sentence: str
    ) -> None:
        order = world.requested([300])
        ask(world, order, {0: 100})
        row = Allocation.objects.get(order=order)
        client.force_login(world.people["owner0"])
        data = {"price": "81234", "ready_on": clock.today().isoformat()} | said
        events = Event.objects.count()
        response = client.post(reverse("orders:request", args=[order.pk]), typed(row, **data))
        assert response.status_code == 422
        shown = response.content.decode()
        assert sentence in shown
        assert f'value="{data["price"]}"' in shown
        row = Allocation.objects.get(pk=row.pk)
        assert row.status == "asked"
        assert Event.objects.count() == events

    def test_after_the_deadline_only_a_sentence_is_left(self, world: World, client: Client) -> None:
        order = world.requested([300])
        ask(world, order, {0: 100})
        row = Allocation.objects.get(order=order)
        client.force_login(world.people["owner0"])
        address = reverse("orders:request", args=[order.pk])
        with clock.at(clock.now() + timedelta(days=4)):
            assert "Tenggat jawaban sudah lewat" in page(client, "orders:request", order.pk)
            late = typed(row, say="all", price=1, ready_on=clock.today().isoformat())
            assert client.post(address, late).status_code == 409

    def test_not_asked_means_not_there(self, world: World, client: Client) -> None:
        order = world.requested([300])
        ask(world, order, {0: 100})
        row = Allocation.objects.get(order=order)
        data = typed(row, say="all", price=1, ready_on=clock.today().isoformat())
        for person in ("owner1", "requester", "coordinator"):
            client.force_login(world.people[person])
            for response in (
                client.get(reverse("orders:request", args=[order.pk])),
                client.post(reverse("orders:request", args=[order.pk]), data),
            ):
                assert response.status_code == 404
        row = Allocation.objects.get(pk=row.pk)
        assert row.status == "asked"

    def test_cost_is_constant_in_lines(
        self, world: World, client: Client, django_assert_max_num_queries: object
    ) -> None:
        order = world.requested([20] * 50)
        ask(world, order, {0: 5})
        client.force_login(world.people["owner0"])
        with django_assert_max_num_queries(8):  # type: ignore[operator]
            client.get(reverse("orders:request", args=[order.pk]))

    def test_the_list_is_searched_by_the_number_that_people_read(self, world: World, client: Client) -> None:
        first, second = world.requested([300]), world.requested([300])
        for order in (first, second):
            ask(world, order, {0: 10})
        client.force_login(world.people["owner0"])
        shown = client.get(reverse("orders:requests"), {"q": first.number}).content.decode()
        assert reverse("orders:request", args=[first.pk]) in shown
        assert reverse("orders:request", args=[second.pk]) not in shown

    def test_the_list_filters_exports_and_is_cheap(
        self, world: World, client: Client, django_assert_max_num_queries: object
    ) -> None:
        answered, waiting = world.requested([300]), world.requested([300])
        for order in (answered, waiting):
            ask(world, order, {0: 10})
        world.answer(answered, 0)
        client.force_login(world.people["owner0"])
        with django_assert_max_num_queries(8):  # type: ignore[operator]
            shown = client.get(reverse("orders:requests"), {"jawaban": "asked"}).content.decode()
        assert reverse("orders:request", args=[waiting.pk]) in shown
        assert reverse("orders:request", args=[answered.pk]) not in shown
        export = client.get(reverse("orders:requests"), {"export": "csv"})
        assert answered.number in b"".join(export).decode()


class TestRivals:
    """Two MSMEs on every line: nothing of the other, its price or its quantity anywhere."""

    NAME, PRICE, PIECES = "KANARI SAINGAN", 71_347, 133

    @pytest.fixture
    def order(self, world: World) -> Order:
        rival = world.msmes[1].organisation
        rival.name = self.NAME
        rival.save()
        order = world.requested([233])
        ask(world, order, {0: 100, 1: self.PIECES})
        world.answer(order, 0)
        world.answer(order, 1, price=self.PRICE)
        return order

    def addresses(self, world: World, order: Order) -> list[str]:
        found = [
            reverse("msmes:home"),
            reverse("msmes:offers"),
            reverse("msmes:profile"),
            reverse("orders:requests"),
            reverse("orders:requests") + "?export=csv",
            reverse("orders:request", args=[order.pk]),
            reverse("orders:purchase_orders"),
            reverse("orders:purchase_orders") + "?export=csv",
            reverse("orders:shipments"),
            reverse("orders:shipments") + "?export=csv",
            reverse("documents:list"),
        ]
        for purchase_order in order.purchase_orders.filter(msme=world.msmes[0]):
            found += [
                reverse(f"orders:{name}", args=[purchase_order.pk]) for name in ("purchase_order", "prepare")
            ]
            for shipment in purchase_order.shipments.all():
                found.append(reverse("orders:shipment", args=[shipment.pk]))
        return found

    def read(self, client: Client, address: str) -> str:
        response = client.get(address)
        assert response.status_code in (200, 409), address
        body = b"".join(response) if response.streaming else response.content
        return body.decode()

    def test_nothing_of_the_rival_appears(self, world: World, client: Client, order: Order) -> None:
        order = world.approve(world.quote(order))
        for index in (0, 1):
            world.start(order, index)
            world.ship(order, index, 0.5)
        client.force_login(world.people["owner0"])
        other = order.purchase_orders.get(msme=world.msmes[1])
        seen = 0
        for address in self.addresses(world, order):
            shown = self.read(client, address)
            for secret in (self.NAME, "71.347", "71347", f"{self.PIECES * self.PRICE}", other.number):
                assert secret not in shown, (address, secret)
            assert not re.search(r">\s*133\b|\b133 potong", shown), (
                address
            )  # a bare number may be part of a time
            seen += "Kemeja batik" in shown
        assert seen >= 2  # the walk did read pages with this order's goods on them
        assert client.get(reverse("orders:purchase_order", args=[other.pk])).status_code == 404
        assert client.get(reverse("orders:shipment", args=[other.shipments.get().pk])).status_code == 404

    def test_the_same_walk_finds_the_rival_when_it_is_the_rival(
        self, world: World, client: Client, order: Order
    ) -> None:
        client.force_login(world.people["owner1"])
        shown = self.read(client, reverse("orders:request", args=[order.pk]))
        assert self.NAME in shown
        assert "71347" in shown
        assert "133" in shown
