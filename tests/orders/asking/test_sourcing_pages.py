"""The workbench's panel for rounds, sealed answers that nobody reads too early, and the personal links."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from msmes.capacity import capacity
from orders.asking import asking, links, sourcing
from orders.asking.candidates import candidates_of
from orders.asking.coverage import coverage_of
from orders.models import Allocation, AnswerLink, Order, Sourcing
from orders.split.loading import load_problem
from orders.split.problem import SplitRules
from procurement import clock
from procurement.errors import WrongState
from procurement.models import Event
from tests.factories import World

PRICE = "87.654"


def ask(world: World, order: Order, *, sealed: bool = False, msmes: int = 2) -> None:
    line = order.lines.get()
    asking.ask_msmes(
        order_id=order.pk,
        asks=[asking.Ask(line_id=line.pk, msme_id=msme.pk, quantity=30) for msme in world.msmes[:msmes]],
        deadline=clock.now() + timedelta(days=2),
        sealed=sealed,
        actor=world.actor("coordinator"),
    )


def say(world: World, order: Order, index: int, quantity: int) -> None:
    asking.answer_requests(
        order_id=order.pk,
        answers=[
            asking.Answer(
                allocation_id=order.allocations.get(msme=world.msmes[index]).pk,
                quantity=quantity,
                price=Decimal(87_654) if quantity else None,
                ready_on=clock.today() + timedelta(days=20) if quantity else None,
                reason="" if quantity else "Mesin sedang rusak",
            )
        ],
        actor=world.actor(f"owner{index}"),
    )


def page(client: Client, name: str, *args: object) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return response.content.decode()


def rules(**more: Any) -> dict[str, Any]:
    typed = {"answer_days": "2", "most_rounds": "5", "remind_hours": "6"}
    return typed | {"until": (clock.today() + timedelta(days=20)).isoformat()} | more


class TestRounds:
    def test_the_coordinator_starts_and_stops_them(self, world: World, client: Client) -> None:
        order = world.requested([30])
        client.force_login(world.people["coordinator"])
        assert "Mulai pemenuhan otomatis" in page(client, "orders:workbench", order.pk)
        blank = page(client, "orders:sourcing", order.pk)
        for name, value in (("answer_days", 2), ("most_rounds", 5), ("remind_hours", 6)):
            assert f'name="{name}" value="{value}"' in blank
        response = client.post(reverse("orders:sourcing", args=[order.pk]), rules(sealed="on"))
        assert response.status_code == 302
        row = Sourcing.objects.get(order=order)
        assert (row.status, row.sealed, row.round) == ("running", True, 1)
        shown = page(client, "orders:workbench", order.pk)
        assert "Putaran 1 dari paling banyak 5" in shown
        assert "Langkah berikutnya" in shown
        client.post(reverse("orders:sourcing_stop", args=[order.pk]))
        assert "Dihentikan" in page(client, "orders:workbench", order.pk)

    @pytest.mark.parametrize(
        ("field", "value"),
        [("answer_days", "0"), ("most_rounds", "99"), ("remind_hours", "-3"), ("until", "2020-01-01")],
    )
    def test_wrong_rules_are_named_and_kept(
        self, world: World, client: Client, field: str, value: str
    ) -> None:
        order = world.requested([30])
        client.force_login(world.people["coordinator"])
        response = client.post(reverse("orders:sourcing", args=[order.pk]), rules(**{field: value}))
        shown = response.content.decode()
        assert response.status_code == 422
        assert f'value="{value}"' in shown
        assert f'id="id_{field}_error"' in shown or f"#id_{field}" in shown
        assert not Sourcing.objects.exists()

    def test_what_remains_and_who_refused_and_why(self, world: World, client: Client) -> None:
        order = world.requested([30])
        world.msmes[1].offers.all().delete()
        world.msmes[2].offers.all().delete()
        world.msmes[3].offers.all().delete()
        sourcing.start_sourcing(
            order_id=order.pk,
            rules=sourcing.RoundRules(until=clock.today() + timedelta(days=20)),
            actor=world.actor("coordinator"),
        )
        say(world, order, 0, 0)
        sourcing.advance_sourcing(order_id=order.pk)
        client.force_login(world.people["coordinator"])
        shown = page(client, "orders:workbench", order.pk)
        assert "Perlu keputusan koordinator" in shown
        assert "<b>30 potong</b>" in shown
        assert "Mesin sedang rusak" in shown

    def test_who_may(self, world: World, client: Client) -> None:
        order = world.requested([30])
        addresses = {
            "sourcing": reverse("orders:sourcing", args=[order.pk]),
            "links": reverse("orders:links", args=[order.pk]),
        }
        for who, status in (("viewer", 403), ("requester", 404), ("owner0", 404)):
            client.force_login(world.people[who])
            for address in addresses.values():
                assert client.get(address).status_code == status, (who, address)
            assert client.post(reverse("orders:sourcing_stop", args=[order.pk])).status_code == status
        client.force_login(world.people["coordinator"])
        assert client.post(reverse("orders:sourcing_stop", args=[order.pk])).status_code == 409
        quoted = world.quoted([300])
        assert client.get(reverse("orders:sourcing", args=[quoted.pk])).status_code == 409


class TestSealed:
    @pytest.fixture
    def order(self, world: World) -> Order:
        order = world.requested([30])
        ask(world, order, sealed=True)
        say(world, order, 0, 30)
        say(world, order, 1, 0)
        return order

    def addresses(self, order: Order) -> list[str]:
        return [
            reverse("orders:workbench", args=[order.pk]),
            reverse("orders:ask", args=[order.pk]),
            reverse("orders:quote", args=[order.pk]),
            reverse("orders:detail", args=[order.pk]) + "?riwayat=semua",
            reverse("orders:links", args=[order.pk]),
            reverse("orders:workbench_list") + "?export=csv",
            reverse("orders:list") + "?export=csv",
            reverse("orders:search") + f"?q={order.number}",
            reverse("orders:search") + "?q=Mesin",
            reverse("orders:board"),
        ]

    def read(self, client: Client, address: str) -> str:
        response = client.get(address)
        assert response.status_code == 200, address
        return response.getvalue().decode()

    def test_no_page_of_staff_shows_them_before_the_deadline(
        self, world: World, client: Client, order: Order
    ) -> None:
        client.force_login(world.people["coordinator"])
        for address in self.addresses(order):
            shown = self.read(client, address)
            for secret in (PRICE, "87654", "Mesin sedang rusak", "Tidak sanggup"):
                assert secret not in shown, (address, secret)
        assert "Sudah dijawab, tersegel" in page(client, "orders:workbench", order.pk)
        ready = client.get(reverse("orders:workbench_list") + "?antrean=ready").content.decode()
        assert order.number not in ready
        assert (
            order.number in client.get(reverse("orders:workbench_list") + "?antrean=waiting").content.decode()
        )

    def test_the_same_pages_show_them_afterwards(self, world: World, client: Client, order: Order) -> None:
        client.force_login(world.people["coordinator"])
        with clock.at(clock.now() + timedelta(days=3)):
            shown = page(client, "orders:workbench", order.pk)
            assert PRICE in shown
            assert "Mesin sedang rusak" in shown
            timeline = self.read(client, reverse("orders:detail", args=[order.pk]) + "?riwayat=semua")
            assert PRICE in timeline

    def test_weeks_do_not_tell_staff_either(self, world: World, client: Client) -> None:
        capacity.set_usual_week(
            msme_id=world.msmes[0].pk,
            product_id=world.products[0].pk,
            usual=500,
            actor=world.actor("owner0"),
        )
        order = world.requested([30])
        ask(world, order, sealed=True, msmes=1)
        say(world, order, 0, 30)
        client.force_login(world.people["owner0"])
        assert f"{order.number}</a>: 30" in page(client, "msmes:capacity")
        client.force_login(world.people["coordinator"])
        assert order.number not in page(client, "msmes:capacity_of", world.msmes[0].pk)
        with clock.at(clock.now() + timedelta(days=3)):
            assert order.number in page(client, "msmes:capacity_of", world.msmes[0].pk)

    @pytest.fixture
    def weeks(self, world: World) -> Order:
        """One MSME has 500 pieces a week and is asked sealed for 30."""
        capacity.set_usual_week(
            msme_id=world.msmes[0].pk, product_id=world.products[0].pk, usual=500, actor=world.actor("owner0")
        )
        order = world.requested([30])
        ask(world, order, sealed=True, msmes=1)
        return order

    def free(self, world: World, client: Client, order: Order) -> list[Any]:
        """What staff read of free pieces, wherever they read it."""
        client.force_login(world.people["coordinator"])
        overview, product = reverse("msmes:capacity_overview"), world.products[0].pk
        shown: list[Any] = [
            client.get(overview).context["rows"],
            client.get(overview, {"produk": product}).context["rows"],
            client.get(reverse("msmes:capacity_of", args=[world.msmes[0].pk])).context["calendar"].free,
        ]
        line = order.lines.get()
        found = candidates_of(coverage_of(order).lines, actor=world.actor("coordinator"))[line.pk]
        shown.append([(one.msme.pk, one.free, one.free_weeks) for one in found])
        asked: dict[str, Any] = {
            "msme_ids": [world.msmes[0].pk],
            "product_ids": [product],
            "until": line.needed_by,
        }
        shown.append(capacity.free_until(**asked))
        shown.append(load_problem(order, SplitRules()).pools)
        return shown

    def test_free_pieces_do_not_tell_staff(self, world: World, client: Client, weeks: Order) -> None:
        before = self.free(world, client, weeks)
        say(world, weeks, 0, 30)
        assert self.free(world, client, weeks) == before
        client.force_login(world.people["owner0"])
        shown = client.get(reverse("msmes:capacity")).context["calendar"]
        assert shown.reserved == 30
        with clock.at(clock.now() + timedelta(days=3)):
            assert all(old != new for old, new in zip(before, self.free(world, client, weeks), strict=True))

    @pytest.mark.parametrize("quantity", [None, 0, 30])
    def test_smaller_weeks_are_no_way_to_find_out(
        self, world: World, weeks: Order, quantity: int | None
    ) -> None:
        if quantity is not None:
            say(world, weeks, 0, quantity)
        week = {
            "msme_id": world.msmes[0].pk,
            "product_id": world.products[0].pk,
            "week": clock.today() + timedelta(days=18),
            "available": 400,
        }
        with pytest.raises(WrongState, match="ditanya secara tersegel"):
            capacity.set_week(**week, actor=world.actor("coordinator"))
        capacity.set_week(**week, actor=world.actor("owner0"))
        with clock.at(clock.now() + timedelta(days=3)):
            capacity.set_week(**week | {"available": 450}, actor=world.actor("coordinator"))

    @pytest.mark.parametrize("quantity", [0, 30])
    def test_letting_go_is_no_way_to_find_out(self, world: World, weeks: Order, quantity: int) -> None:
        say(world, weeks, 0, quantity)
        ids = list(weeks.allocations.values_list("pk", flat=True))
        with pytest.raises(WrongState, match="tersegel"):
            asking.release_allocations(
                order_id=weeks.pk, allocation_ids=ids, actor=world.actor("coordinator")
            )

    def test_the_msme_reads_its_own(self, world: World, client: Client, order: Order) -> None:
        client.force_login(world.people["owner0"])
        assert "87654" in page(client, "orders:request", order.pk)

    def test_no_quote_is_made_of_them(self, world: World, order: Order) -> None:
        with pytest.raises(WrongState, match="tersegel"):
            world.quote(order)

    def test_rounds_wait_for_the_deadline(self, world: World) -> None:
        order = world.requested([30])
        sourcing.start_sourcing(
            order_id=order.pk,
            rules=sourcing.RoundRules(until=clock.today() + timedelta(days=30), sealed=True),
            actor=world.actor("coordinator"),
        )
        row = order.allocations.get()
        say(world, order, world.msmes.index(row.msme), 0)
        sourcing.advance_sourcing(order_id=order.pk)
        assert order.allocations.count() == 1
        with clock.at(row.deadline + timedelta(minutes=1)):
            sourcing.advance_due()
            assert order.allocations.count() == 2

    def test_a_masked_row_cannot_be_saved(self, order: Order) -> None:
        from orders.sealing import masked

        row = masked(order.allocations.order_by("pk"))[0]
        with pytest.raises(TypeError):
            row.save()
        assert Allocation.objects.get(pk=row.pk).confirmed == 30

    def test_the_form_asks_sealed(self, world: World, client: Client) -> None:
        order = world.requested([30])
        line = order.lines.get()
        client.force_login(world.people["coordinator"])
        client.post(
            reverse("orders:ask", args=[order.pk]),
            {
                "line": line.pk,
                f"ask-{line.pk}-{world.msmes[0].pk}": "30",
                "deadline": (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"),
                "sealed": "on",
            },
        )
        assert order.allocations.get().sealed


class TestLinks:
    def test_each_msme_has_a_message_to_copy_and_a_state(
        self, world: World, client: Client, django_assert_max_num_queries: Any
    ) -> None:
        order = world.requested([30])
        ask(world, order)
        client.force_login(world.people["coordinator"])
        with django_assert_max_num_queries(24):
            shown = page(client, "orders:links", order.pk)
        for link in AnswerLink.objects.filter(order=order):
            assert links.path_of(link) in shown
        assert shown.count("belum dibuka") == 2
        again = page(client, "orders:links", order.pk)
        for link in AnswerLink.objects.filter(order=order):
            assert links.path_of(link) not in again
        client.get(links.path_of(AnswerLink.objects.filter(order=order)[0]))
        assert "sudah dibuka" in page(client, "orders:links", order.pk)

    def test_revoking_asks_once_and_leaves_a_worthless_link(self, world: World, client: Client) -> None:
        order = world.requested([30])
        ask(world, order, msmes=1)
        link = AnswerLink.objects.get(order=order)
        address = reverse("orders:revoke_link", args=[order.pk, link.pk])
        client.force_login(world.people["coordinator"])
        assert "Cabut tautan" in client.get(address).content.decode()
        assert client.post(address).status_code == 302
        assert client.get(links.path_of(link)).status_code == 409
        shown = page(client, "orders:links", order.pk)
        assert "dicabut" in shown
        assert links.path_of(link) not in shown
        assert client.get(address).status_code == 409
        assert client.post(address).status_code == 409
        assert Event.objects.filter(verb="link.revoke").count() == 1

    def test_the_link_of_another_order_is_not_there(self, world: World, client: Client) -> None:
        order, other = world.requested([30]), world.requested([30])
        ask(world, order, msmes=1)
        link = AnswerLink.objects.get(order=order)
        client.force_login(world.people["coordinator"])
        address = reverse("orders:revoke_link", args=[other.pk, link.pk])
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404
        client.force_login(world.people["viewer"])
        assert client.post(reverse("orders:revoke_link", args=[order.pk, link.pk])).status_code == 403
        link.refresh_from_db()
        assert link.revoked_at is None
