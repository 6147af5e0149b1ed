"""Pages of addenda: who sees what of one, who may say yes, and how the coordinator proposes one."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from msmes.capacity import capacity
from orders.amending import amend
from orders.models import Allocation, Amendment, Order
from procurement import clock
from tests.factories import World

TAKER = 3
PRICE = 91_234


def share_of(order: Order, world: World, index: int = 0) -> Allocation:
    return order.allocations.get(msme=world.msmes[index], line__position=1)


def propose(world: World, order: Order, quantity: int = 40) -> Amendment:
    return amend.propose_move(
        order_id=order.pk,
        move=amend.Move(
            allocation_id=share_of(order, world).pk,
            msme_id=world.msmes[TAKER].pk,
            quantity=quantity,
            price=Decimal(PRICE),
            ready_on=clock.today() + timedelta(days=40),
        ),
        reason="Mesin jahit rusak dua pekan",
        actor=world.actor("coordinator"),
    )


def page(client: Client, name: str, *args: int) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return response.content.decode()


class TestPage:
    def test_each_side_reads_its_own(self, world: World, client: Client) -> None:
        order = world.approved([300, 60])
        row = propose(world, order)
        giver, taker = (world.msmes[index].organisation.name for index in (0, TAKER))
        shown = {}
        for who in ("owner0", f"owner{TAKER}", "approver", "coordinator"):
            client.force_login(world.people[who])
            shown[who] = page(client, "orders:amendment", row.pk)
            assert "Mesin jahit rusak dua pekan" in shown[who]
        assert taker not in shown["owner0"]
        assert "91.234" not in shown["owner0"]
        assert giver not in shown[f"owner{TAKER}"]
        assert "91.234" in shown[f"owner{TAKER}"]
        for who in ("approver", "coordinator"):
            assert giver in shown[who]
            assert taker in shown[who]
        assert "Tarik usulan" in shown["coordinator"]
        assert "Setujui" not in shown["coordinator"]
        assert "Setujui" in shown["approver"]

    def test_strangers_do_not_see_it(self, world: World, client: Client) -> None:
        row = propose(world, world.approved([300, 60]))
        for who in ("owner1", "other_approver"):
            client.force_login(world.people[who])
            for name in ("", "_refuse", "_withdraw"):
                assert client.get(reverse(f"orders:amendment{name}", args=[row.pk])).status_code == 404
            for name in ("_agree", "_refuse", "_withdraw"):
                response = client.post(
                    reverse(f"orders:amendment{name}", args=[row.pk]), {"reason": "Tidak perlu"}
                )
                assert response.status_code == 404
        row.refresh_from_db()
        assert row.status == "proposed"

    def test_who_sees_it_may_not_always_answer(self, world: World, client: Client) -> None:
        row = propose(world, world.approved([300, 60]))
        client.force_login(world.people["requester"])
        assert "Setujui" not in page(client, "orders:amendment", row.pk)
        assert client.post(reverse("orders:amendment_agree", args=[row.pk])).status_code == 403
        assert client.get(reverse("orders:amendment_refuse", args=[row.pk])).status_code == 403
        for who in ("approver", "viewer"):
            client.force_login(world.people[who])
            assert client.get(reverse("orders:amendment_withdraw", args=[row.pk])).status_code == 403
        client.force_login(world.people["coordinator"])
        assert client.post(reverse("orders:amendment_agree", args=[row.pk])).status_code == 403

    def test_three_yes_apply_it_and_then_nothing_is_left_to_say(self, world: World, client: Client) -> None:
        order = world.approved([300, 60])
        row = propose(world, order)
        for who in ("owner0", f"owner{TAKER}"):
            client.force_login(world.people[who])
            assert client.post(reverse("orders:amendment_agree", args=[row.pk])).status_code == 302
            assert client.post(reverse("orders:amendment_agree", args=[row.pk])).status_code == 409
            assert "Setujui" not in page(client, "orders:amendment", row.pk)
        client.force_login(world.people["approver"])
        unread = client.post(reverse("orders:amendment_agree", args=[row.pk]))
        assert unread.status_code == 409, "a signature binds to what was read"
        read = {"content_hash": unread.context["addendum"].content_hash}
        response = client.post(reverse("orders:amendment_agree", args=[row.pk]), read, follow=True)
        assert "Berlaku" in response.content.decode()
        assert order.purchase_orders.filter(msme=world.msmes[TAKER]).exists()
        assert client.post(reverse("orders:amendment_agree", args=[row.pk])).status_code == 409
        assert client.get(reverse("orders:amendment_refuse", args=[row.pk])).status_code == 409
        assert page(client, "orders:detail", order.pk).count("Berlaku") >= 1

    def test_a_no_needs_its_reason_and_ends_it(self, world: World, client: Client) -> None:
        row = propose(world, world.approved([300, 60]))
        client.force_login(world.people["owner0"])
        address = reverse("orders:amendment_refuse", args=[row.pk])
        empty = client.post(address, {"reason": ""})
        assert empty.status_code == 422
        short = client.post(address, {"reason": "xy"})
        assert short.status_code == 422
        assert "xy</textarea>" in short.content.decode()
        assert client.post(address, {"reason": "Masih sanggup"}).status_code == 302
        assert "Masih sanggup" in page(client, "orders:amendment", row.pk)
        row.refresh_from_db()
        assert row.status == "refused"

    def test_the_taker_without_free_weeks_is_told(self, world: World, client: Client) -> None:
        capacity.set_usual_week(
            msme_id=world.msmes[TAKER].pk,
            product_id=world.products[0].pk,
            usual=1,
            actor=world.actor(f"owner{TAKER}"),
        )
        row = propose(world, world.approved([300, 60]))
        client.force_login(world.people[f"owner{TAKER}"])
        response = client.post(reverse("orders:amendment_agree", args=[row.pk]))
        assert response.status_code == 422
        assert "hanya cukup untuk" in response.content.decode()


class TestInboxes:
    def test_it_waits_where_its_people_look(self, world: World, client: Client) -> None:
        row = propose(world, world.approved([300, 60]))
        address = reverse("orders:amendment", args=[row.pk])
        for who, name in (
            ("owner0", "msmes:home"),
            (f"owner{TAKER}", "msmes:home"),
            ("approver", "orders:approvals"),
            ("approver", "buyers:home"),
        ):
            client.force_login(world.people[who])
            assert address in page(client, name), (who, name)
        client.force_login(world.people["owner1"])
        assert address not in page(client, "msmes:home")

    def test_and_is_gone_once_answered(self, world: World, client: Client) -> None:
        row = propose(world, world.approved([300, 60]))
        amend.agree(amendment_id=row.pk, actor=world.actor("owner0"))
        amend.agree(amendment_id=row.pk, actor=world.actor("approver"))
        address = reverse("orders:amendment", args=[row.pk])
        for who, name in (("owner0", "msmes:home"), ("approver", "orders:approvals")):
            client.force_login(world.people[who])
            assert address not in page(client, name)

    def test_the_order_lists_them_for_constant_cost(
        self, world: World, client: Client, django_assert_max_num_queries: Any
    ) -> None:
        order = world.approved([300, 60])
        propose(world, order)
        client.force_login(world.people["coordinator"])
        with django_assert_max_num_queries(16):
            shown = page(client, "orders:detail", order.pk)
        assert "Adendum" in shown
        assert "Menunggu persetujuan" in shown


class TestProposing:
    def typed(self, world: World, **more: Any) -> dict[str, Any]:
        values = {
            "kind": "move",
            "msme": world.msmes[TAKER].pk,
            "quantity": "40",
            "price": "91.234",
            "ready_on": (clock.today() + timedelta(days=40)).isoformat(),
            "reason": "Mesin jahit rusak",
        }
        return values | more

    def test_from_the_purchase_order_over_helpers_to_the_proposal(self, world: World, client: Client) -> None:
        order = world.approved([300])
        share = share_of(order, world)
        client.force_login(world.people["coordinator"])
        address = reverse("orders:amendment_new", args=[share.pk])
        choose = reverse("orders:amendment_choose", args=[share.purchase_order_id])
        assert choose in page(client, "orders:detail", order.pk)
        assert client.get(choose)["Location"] == address
        shown = client.get(address).content.decode()
        assert world.msmes[TAKER].organisation.name in shown
        filled = client.get(f"{address}?umkm={world.msmes[TAKER].pk}").content.decode()
        assert f'value="{world.msmes[TAKER].pk}" selected' in filled
        assert 'value="90000"' in filled
        response = client.post(address, self.typed(world))
        row = Amendment.objects.get()
        assert response["Location"] == reverse("orders:amendment", args=[row.pk])
        assert (row.quantity, row.price) == (40, Decimal(91_234))

    def test_several_parts_are_chosen_from(self, world: World, client: Client) -> None:
        order = world.approved([300, 60])
        share = share_of(order, world)
        client.force_login(world.people["coordinator"])
        shown = page(client, "orders:amendment_choose", share.purchase_order_id or 0)
        for row in order.allocations.filter(msme=world.msmes[0]):
            assert reverse("orders:amendment_new", args=[row.pk]) in shown

    def test_a_date_needs_no_taker(self, world: World, client: Client) -> None:
        order = world.approved([300])
        client.force_login(world.people["coordinator"])
        response = client.post(
            reverse("orders:amendment_new", args=[share_of(order, world).pk]),
            self.typed(world, kind="date", msme="", quantity="", price=""),
        )
        assert response.status_code == 302
        assert Amendment.objects.get().kind == "date"

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("quantity", "999", "yang belum dikirim"),
            ("quantity", "", "Isi berapa"),
            ("price", "0", "lebih dari 0"),
            ("ready_on", "2020-01-01", "sudah lewat"),
            ("reason", "x", "tiga huruf"),
        ],
    )
    def test_what_is_wrong_is_named_and_what_was_typed_stays(
        self, world: World, client: Client, field: str, value: str, sentence: str
    ) -> None:
        order = world.approved([300])
        client.force_login(world.people["coordinator"])
        response = client.post(
            reverse("orders:amendment_new", args=[share_of(order, world).pk]),
            self.typed(world, **{field: value}),
        )
        shown = response.content.decode()
        assert response.status_code == 422
        assert sentence in shown
        assert f'value="{world.msmes[TAKER].pk}" selected' in shown
        assert not Amendment.objects.exists()

    def test_who_may(self, world: World, client: Client) -> None:
        order = world.approved([300])
        share = share_of(order, world)
        addresses = [
            reverse("orders:amendment_new", args=[share.pk]),
            reverse("orders:amendment_choose", args=[share.purchase_order_id]),
        ]
        for who, status in (("viewer", 403), ("approver", 404), ("owner0", 404)):
            client.force_login(world.people[who])
            for address in addresses:
                assert client.get(address).status_code == status, (who, address)
        client.force_login(world.people["viewer"])
        assert client.post(addresses[0], self.typed(world)).status_code == 403
        closed = world.closed([300])
        client.force_login(world.people["coordinator"])
        done = share_of(closed, world)
        assert client.get(reverse("orders:amendment_new", args=[done.pk])).status_code == 409
