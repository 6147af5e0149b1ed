"""What is signed is what is printed, delivered and paid: tax marks, rates and roundings that change in between."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from buyers.models import DeliverySite
from documents.models import Document, DocumentKind
from msmes.models import Msme
from orders.amending import amend
from orders.asking import asking
from orders.delivering import deliver
from orders.delivering.shipment_pieces import Load
from orders.models import Order, PurchaseOrder, TaxRate
from orders.producing import produce
from orders.quoting import approve
from procurement import clock
from procurement.errors import ContentChanged
from tests.factories import World, make_world

pytestmark = pytest.mark.django_db(transaction=True)

MARCH, APRIL = datetime(2022, 3, 30, 3, tzinfo=clock.JAKARTA), datetime(2022, 4, 2, 3, tzinfo=clock.JAKARTA)


@pytest.fixture
def world() -> World:
    return make_world()


def mark(msme: Msme, *, taxable: bool) -> None:
    Msme.objects.filter(pk=msme.pk).update(is_taxable=taxable)


def papers(order: Order, kind: DocumentKind) -> list[dict[str, Any]]:
    found = Document.objects.current().filter(stream=order.stream, kind=kind).order_by("pk")
    return [one.content["totals"] for one in found]


def sign(world: World, order: Order, seen: str | None = None) -> Order:
    return approve.approve_order(
        order_id=order.pk,
        revision=order.revision,
        content_hash=order.content_hash if seen is None else seen,
        actor=world.actor("approver"),
    )


def answered(world: World, order: Order, msme: int, price: int) -> Order:
    """Everything from one MSME at one price, quoted."""
    line = order.lines.get()
    asking.ask_msmes(
        order_id=order.pk,
        asks=[asking.Ask(line_id=line.pk, msme_id=world.msmes[msme].pk, quantity=line.quantity)],
        deadline=clock.now() + timedelta(days=2),
        actor=world.actor("coordinator"),
    )
    world.answer(order, msme, price=price)
    return world.quote(order)


class TestBetweenQuoteAndSignature:
    @pytest.mark.parametrize("before", [True, False])
    def test_another_tax_mark_is_noticed(self, world: World, before: bool) -> None:
        mark(world.msmes[0], taxable=before)
        order = world.quoted()
        mark(world.msmes[0], taxable=not before)
        with pytest.raises(ContentChanged):
            sign(world, order)
        assert not order.purchase_orders.exists()

    def test_another_rounding_or_rate_of_the_day_of_the_quote_is_noticed(self, world: World) -> None:
        with clock.at(APRIL):
            order = world.quoted()
            TaxRate.objects.filter(valid_from=date(2022, 4, 1)).update(rounding="ROUND_UP")
            with pytest.raises(ContentChanged):
                sign(world, order)
            TaxRate.objects.filter(valid_from=date(2022, 4, 1)).update(
                rounding="ROUND_HALF_UP", rate="0.1200"
            )
            with pytest.raises(ContentChanged):
                sign(world, order)
            TaxRate.objects.filter(valid_from=date(2022, 4, 1)).update(rate="0.1100")
            assert sign(world, order).status == "approved"

    @pytest.mark.parametrize(
        "change",
        [
            lambda order: order.lines.update(specification="Katun lain"),
            lambda order: order.lines.update(needed_by=date(2027, 1, 1)),
            lambda order: order.allocations.filter(quantity__gt=0).update(ready_on=date(2027, 1, 1)),
            lambda order: order.allocations.filter(quantity__gt=0).update(price=1),
            lambda order: DeliverySite.objects.filter(institution=order.institution).update(
                address="Jalan Lain"
            ),
            lambda order: type(order.institution).objects.update(payment_terms="Dibayar kelak"),
            lambda order: type(order.institution).objects.update(late_fine="Tanpa denda"),
        ],
    )
    def test_anything_else_that_the_money_depends_on_is_noticed(self, world: World, change: Any) -> None:
        order = world.quoted()
        change(order)
        with pytest.raises(ContentChanged):
            sign(world, order)

    def test_the_first_of_two_levels_notices_it_too(self, world: World) -> None:
        world.institution.approval_rules.create(level=2, minimum_value=0, post="KPA")
        order = world.quoted()
        mark(world.msmes[1], taxable=False)
        with pytest.raises(ContentChanged):
            sign(world, order)
        assert not order.approval_steps.filter(decision="approved").exists()

    def test_the_page_does_not_offer_to_sign_it(self, world: World, client: Client) -> None:
        order = world.quoted()
        mark(world.msmes[1], taxable=False)
        client.force_login(world.people["approver"])
        answer = client.get(reverse("orders:approve", args=[order.pk]))
        assert answer.status_code == 409
        assert "status PKP" in answer.content.decode()


class TestAnotherRateByItsDay:
    def test_the_page_says_so_and_the_signer_signs_what_is_printed(
        self, world: World, client: Client
    ) -> None:
        with clock.at(MARCH):
            order = world.quoted()
            assert [one["ppn_label"] for one in papers(order, DocumentKind.QUOTATION)] == ["PPN 10%"]
            client.force_login(world.people["approver"])
            page = client.get(reverse("orders:approve", args=[order.pk]))
            assert "Tarif PPN berubah" not in page.content.decode()
            seen_in_march = page.context["form"].initial["content_hash"]
        with clock.at(APRIL):
            address = reverse("orders:approve", args=[order.pk])
            page = client.get(address)
            text = page.content.decode()
            assert "Tarif PPN berubah" in text
            assert "PPN 10%" in text
            assert "PPN 11%" in text
            stale = client.post(address, {"revision": order.revision, "content_hash": seen_in_march})
            assert stale.status_code == 409
            fields = page.context["form"].initial
            assert client.post(address, fields).status_code == 302
        taxed = order.purchase_orders.get(msme=world.msmes[1])
        assert taxed.ppn == taxed.value * 11 / 100
        total = sum(one["total"] for one in papers(order, DocumentKind.PURCHASE_ORDER))
        assert f"{total:,}".replace(",", ".") in text

    def test_all_levels_sign_the_same_figures(self, world: World, client: Client) -> None:
        world.institution.approval_rules.create(level=2, minimum_value=0, post="KPA")
        with clock.at(MARCH):
            order = sign(world, world.quoted())
            assert order.status == "quoted"
        second = world.people["other_approver"]
        second.memberships.update(organisation=world.institution.organisation)
        world.institution.officers.create(user=second, post="KPA", level=2, is_unlimited=True)
        client.force_login(second)
        with clock.at(APRIL):
            answer = client.get(reverse("orders:approve", args=[order.pk]))
        assert answer.status_code == 409
        assert "Tingkat 1 menandatangani angka lain" in answer.content.decode()

    def test_nobody_is_told_where_nobody_is_taxed(self, world: World) -> None:
        mark(world.msmes[1], taxable=False)
        with clock.at(MARCH):
            order = world.quoted()
        with clock.at(APRIL):
            assert sign(world, order).status == "approved"


class TestAfterThePurchaseOrder:
    @pytest.mark.parametrize("before", [True, False])
    def test_handovers_and_addenda_go_by_it(self, world: World, before: bool) -> None:
        mark(world.msmes[1], taxable=before)
        order = world.approved()
        part = order.purchase_orders.get(msme=world.msmes[1])
        issued = part.ppn
        assert bool(issued) == before
        mark(world.msmes[1], taxable=not before)
        TaxRate.objects.update(rate="0.2500")
        row = amend.propose_date(
            order_id=order.pk,
            allocation_id=part.allocations.earliest("pk").pk,
            ready_on=clock.today() + timedelta(days=40),
            reason="Kain terlambat datang",
            actor=world.actor("coordinator"),
        )
        for who in ("owner1", "approver"):
            amend.agree(amendment_id=row.pk, actor=world.actor(who))
        part = PurchaseOrder.objects.get(pk=part.pk)
        assert part.ppn == issued
        assert [
            one["ppn"] for one in papers(order, DocumentKind.PURCHASE_ORDER) if one["total"] == part.total
        ]
        world.start(order, 1)
        world.receive(world.ship(order, 1))
        assert [one["total"] for one in papers(order, DocumentKind.HANDOVER)] == [part.value + issued]


class TestAddendum:
    def test_a_yes_is_to_its_ppn_as_well(self, world: World, client: Client) -> None:
        order = world.approved()
        row = order.allocations.filter(msme=world.msmes[0]).earliest("pk")
        assert row.price is not None
        proposed = amend.propose_move(
            order_id=order.pk,
            move=amend.Move(
                allocation_id=row.pk,
                msme_id=world.msmes[3].pk,
                quantity=10,
                price=row.price,
                ready_on=clock.today() + timedelta(days=20),
            ),
            reason="Terlambat",
            actor=world.actor("coordinator"),
        )
        client.force_login(world.people["approver"])
        page = client.get(reverse("orders:amendment", args=[proposed.pk])).content.decode()
        parts = order.purchase_orders.all()
        total = sum(part.total for part in parts)
        assert "Nilai pesanan menjadi, dengan PPN" in page
        assert f"{int(total):,}".replace(",", ".") in page
        amend.agree(amendment_id=proposed.pk, actor=world.actor("approver"))
        mark(world.msmes[3], taxable=True)
        amend.agree(amendment_id=proposed.pk, actor=world.actor("owner0"))
        amend.agree(amendment_id=proposed.pk, actor=world.actor("owner3"))
        waiting = type(proposed).objects.get(pk=proposed.pk)
        assert waiting.status == "proposed"
        assert waiting.buyer_agreed_at is None
        amend.agree(amendment_id=proposed.pk, actor=world.actor("approver"))
        assert type(proposed).objects.get(pk=proposed.pk).status == "applied"
        assert order.purchase_orders.get(msme=world.msmes[3]).ppn == 10 * row.price * 11 / 100


class TestParts:
    def test_the_last_of_three_shipments_takes_the_remainder(self, world: World) -> None:
        order = world.requested([3])
        order = sign(world, answered(world, order, 1, 90_005))
        part_id = world.start(order, 1)
        for _ in range(3):
            row = PurchaseOrder.objects.get(pk=part_id).allocations.get()
            actor = world.actor("owner1")
            shipment = deliver.prepare_shipment(
                purchase_order_id=part_id,
                loads=[Load(allocation_id=row.pk, quantity=1)],
                actor=actor,
            )
            deliver.dispatch_shipment(shipment_id=shipment.pk, actor=actor)
            world.receive(shipment.pk)
        ordered, handed = papers(order, DocumentKind.PURCHASE_ORDER), papers(order, DocumentKind.HANDOVER)
        assert ordered[0]["total"] == 299_717
        for figure in ("subtotal", "dpp", "ppn", "total"):
            assert sum(one[figure] for one in handed) == ordered[0][figure], figure

    def test_more_may_be_made_than_is_taken(self, world: World) -> None:
        """All is made, half is sent, and the buyer closes: what is made of the whole is never more than all of it."""
        order = world.requested([30])
        order = sign(world, answered(world, order, 1, 90_000))
        part_id = world.start(order, 1)
        produce.finish_production(purchase_order_id=part_id, actor=world.actor("owner1"))
        world.receive(world.ship(order, 1, part=0.5))
        deliver.short_close_order(
            order_id=order.pk, reason="Acara sudah lewat", actor=world.actor("approver")
        )
        assert PurchaseOrder.objects.get(pk=part_id).percent == 100
        assert PurchaseOrder.objects.get(pk=part_id).owed == 15 * 90_000 * 111 // 100

    def test_what_was_accepted_is_what_is_paid(self, world: World, client: Client) -> None:
        order = world.requested([30])
        order = sign(world, answered(world, order, 1, 90_000))
        world.start(order, 1)
        world.receive(world.ship(order, 1, part=0.5))
        deliver.short_close_order(
            order_id=order.pk, reason="Acara sudah lewat", actor=world.actor("approver")
        )
        part = order.purchase_orders.get()
        client.force_login(world.people["treasurer"])
        with_ppn = 15 * 90_000 * 111 // 100
        shown = f"Rp{with_ppn:,}".replace(",", ".")
        for address in (
            reverse("orders:settle", args=[part.pk]),
            reverse("orders:detail", args=[order.pk]),
            "/",
        ):
            assert shown in client.get(address, follow=True).content.decode(), address
        client.force_login(world.people["owner1"])
        for address in (reverse("orders:purchase_order", args=[part.pk]), reverse("orders:purchase_orders")):
            assert shown in client.get(address, follow=True).content.decode(), address


def test_sums_of_papers_are_those_of_their_parts(world: World) -> None:
    for msme in world.msmes:
        mark(msme, taxable=True)
    order = world.requested([7, 11])
    for line, price in zip(order.lines.all(), (90_005, 333_333), strict=True):
        for index in (0, 1, 2):
            asking.ask_msmes(
                order_id=order.pk,
                asks=[
                    asking.Ask(line_id=line.pk, msme_id=world.msmes[index].pk, quantity=line.quantity // 3)
                ],
                deadline=clock.now() + timedelta(days=2),
                actor=world.actor("coordinator"),
            )
            row = order.allocations.get(line=line, msme=world.msmes[index])
            asking.answer_requests(
                order_id=order.pk,
                answers=[
                    asking.Answer(
                        allocation_id=row.pk,
                        quantity=row.asked,
                        price=Decimal(price + index),
                        ready_on=clock.today() + timedelta(days=9),
                    )
                ],
                actor=world.actor(f"owner{index}"),
            )
    # The rest of each line comes from the last.
    for line in order.lines.all():
        rest = line.quantity - sum(row.confirmed for row in order.allocations.filter(line=line))
        if rest:
            asking.ask_msmes(
                order_id=order.pk,
                asks=[asking.Ask(line_id=line.pk, msme_id=world.msmes[3].pk, quantity=rest)],
                deadline=clock.now() + timedelta(days=2),
                actor=world.actor("coordinator"),
            )
    world.answer(order, 3, price=77_777)
    order = sign(world, world.quote(order))
    (offered,) = papers(order, DocumentKind.QUOTATION)
    parts = papers(order, DocumentKind.PURCHASE_ORDER)
    assert len(parts) == 4
    for figure in ("subtotal", "dpp", "ppn", "total"):
        assert sum(one[figure] for one in parts) == offered[figure], figure
