"""What is signed is seen: by the officer who approves a quote, and by the MSME that takes a purchase order on."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from documents.models import Document
from orders.amending import amend
from orders.asking.asking import Ask, ask_msmes
from orders.models import PurchaseOrder
from orders.producing import produce
from orders.stored import stored
from procurement import clock
from procurement.errors import InvalidInput, WrongState
from procurement.models import Event
from tests.factories import World

pytestmark = pytest.mark.django_db


def page(client: Client, world: World, who: str, name: str, key: int) -> str:
    client.force_login(world.people[who])
    answer = client.get(reverse(f"orders:{name}", args=[key]))
    assert answer.status_code == 200
    return str(answer.content.decode())


class TestApproval:
    def test_each_part_with_ppn_and_the_days_that_are_left(self, world: World, client: Client) -> None:
        order = world.quoted([300, 60])
        text = page(client, world, "approver", "approve", order.pk)
        # 120 pieces at Rp90.000; the second of three MSMEs is PKP.
        assert "Rp10.800.000" in text
        assert "Rp1.188.000" in text
        assert "Rp11.988.000" in text
        assert "30 hari sesudah tanda tangan" in text
        paper = Document.objects.get(kind="surat_penawaran")
        assert reverse("documents:download", args=[paper.pk]) in text
        assert paper.number in text

    def test_a_day_after_the_need_is_said(self, world: World, client: Client) -> None:
        order = world.requested([30])
        line = order.lines.get()
        ask_msmes(
            order_id=order.pk,
            asks=[Ask(line_id=line.pk, msme_id=world.msmes[0].pk, quantity=30)],
            deadline=clock.now() + timedelta(days=3),
            actor=world.actor("coordinator"),
        )
        world.answer(order, 0)
        order.allocations.update(ready_on=line.needed_by + timedelta(days=4))
        order = world.quote(order)
        client.force_login(world.people["approver"])
        answer = client.get(reverse("orders:approve", args=[order.pk]))
        assert "Melewati tanggal dibutuhkan" in answer.content.decode()
        assert "Mungkin tidak selesai pada waktunya" in answer.content.decode()
        assert [str(part.msme) for part in answer.context["plan"].doubtful] == ["Perajin Contoh 0"]

    def test_a_day_that_experience_doubts_is_said(self, world: World, client: Client) -> None:
        order = world.requested([300])
        world.ask_everybody(order, world.msmes[:1])
        order.allocations.update(ready_on=clock.today() + timedelta(days=1))
        order = world.quote(order)
        text = page(client, world, "approver", "approve", order.pk)
        assert "Kemungkinan terlambat" in text
        assert "1 hari sesudah tanda tangan" in text


class TestTakingOn:
    def part(self, world: World) -> PurchaseOrder:
        return world.approved([60], world.msmes[:2]).purchase_orders.get(msme=world.msmes[1])

    def test_what_binds_stands_on_the_page(self, world: World, client: Client) -> None:
        part = self.part(world)
        text = page(client, world, "owner1", "acknowledge", part.pk)
        assert "Rp2.997.000" in text, "30 pieces at Rp90.000 with PPN"
        assert "Rp297.000" in text
        paper = Document.objects.get(kind="surat_pesanan", subject=stored(f"purchase_order:{part.pk}"))
        assert reverse("documents:download", args=[paper.pk]) in text
        assert reverse("orders:refuse_order", args=[part.pk]) in text

    def test_it_may_be_refused_with_a_reason_that_reaches_the_coordinator(
        self, world: World, client: Client
    ) -> None:
        part = self.part(world)
        client.force_login(world.people["owner1"])
        address = reverse("orders:refuse_order", args=[part.pk])
        assert client.get(address).status_code == 200
        assert client.post(address, {"reason": " "}).status_code == 422
        assert client.post(address, {"reason": "Tanggalnya terlalu dekat"}).status_code == 302
        part.refresh_from_db(fields=["refused_reason", "refused_at"])
        assert part.refused_reason == "Tanggalnya terlalu dekat"
        assert client.post(address, {"reason": "Sekali lagi"}).status_code == 409
        told = Event.objects.get(verb=stored("purchase_order.refuse"))
        assert (told.note, told.party_id) == ("Tanggalnya terlalu dekat", part.msme_id)
        seen = page(client, world, "coordinator", "detail", part.order_id)
        assert "Tidak diterima UMKM" in seen
        assert "tidak menerima surat pesanannya" in seen
        assert reverse("orders:amendment_choose", args=[part.pk]) in seen
        own = page(client, world, "owner1", "purchase_order", part.pk)
        assert "koordinator expo menindaklanjutinya" in own
        # It goes on to bind, and may be taken on after all.
        produce.acknowledge(purchase_order_id=part.pk, actor=world.actor("owner1"))
        part = PurchaseOrder.objects.get(pk=part.pk)
        assert (part.status, part.refused_at, part.refused_reason) == ("acknowledged", None, "")
        with pytest.raises(WrongState):
            produce.refuse(purchase_order_id=part.pk, reason="Terlambat sadar", actor=world.actor("owner1"))
        with pytest.raises(InvalidInput):
            produce.refuse(purchase_order_id=part.pk, reason="x", actor=world.actor("owner1"))

    def test_an_addendum_makes_it_another_one(self, world: World) -> None:
        part = self.part(world)
        produce.refuse(purchase_order_id=part.pk, reason="Terlalu dekat", actor=world.actor("owner1"))
        row = amend.propose_date(
            order_id=part.order_id,
            allocation_id=part.allocations.get().pk,
            ready_on=clock.today() + timedelta(days=50),
            reason="UMKM meminta waktu",
            actor=world.actor("coordinator"),
        )
        for who in ("owner1", "approver"):
            amend.agree(amendment_id=row.pk, actor=world.actor(who))
        assert PurchaseOrder.objects.get(pk=part.pk).refused_at is None

    @pytest.mark.parametrize(("who", "status"), [("owner0", 404), ("approver", 404), ("coordinator", 404)])
    def test_nobody_else_refuses_it(self, world: World, client: Client, who: str, status: int) -> None:
        part = self.part(world)
        client.force_login(world.people[who])
        answer = client.post(reverse("orders:refuse_order", args=[part.pk]), {"reason": "Bukan saya"})
        assert answer.status_code == status
