"""Purchase orders and shipments of a producer, from the first look to the last parcel."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from buyers.models import DeliverySite
from orders.delivering import deliver
from orders.delivering.shipment_pieces import Load
from orders.models import Order, PurchaseOrder, Shipment
from orders.requesting import request as requests
from orders.requesting.lines import LineInput
from procurement import clock
from procurement.errors import InvalidInput
from tests.factories import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def mine(world: World, order: Order, index: int = 0) -> PurchaseOrder:
    return order.purchase_orders.get(msme=world.msmes[index])


def prepared(world: World, client: Client, order: Order) -> Shipment:
    """A shipment of owner0 that was put together on the page."""
    pk = world.start(order, 0)
    rows = {f"load-{row.pk}": row.unshipped for row in mine(world, order).allocations.all()}
    client.force_login(world.people["owner0"])
    assert client.post(reverse("orders:prepare", args=[pk]), rows).status_code == 302
    return Shipment.objects.get(purchase_order_id=pk)


class TestSteps:
    @pytest.mark.parametrize(
        ("name", "before", "after"),
        [
            ("acknowledge", (), "acknowledged"),
            ("start", ("acknowledge",), "producing"),
            ("finish", ("acknowledge", "start"), "ready"),
        ],
    )
    def test_each_asks_once_then_does_it(
        self, world: World, client: Client, name: str, before: tuple[str, ...], after: str
    ) -> None:
        order = world.approved([300])
        purchase_order = mine(world, order)
        client.force_login(world.people["owner0"])
        for step in before:
            client.post(reverse(f"orders:{step}", args=[purchase_order.pk]))
        address = reverse(f"orders:{name}", args=[purchase_order.pk])
        asked = client.get(address)
        assert asked.status_code == 200
        assert "Yang akan terjadi" in asked.content.decode()
        assert client.post(address).status_code == 302
        purchase_order = mine(world, order)
        assert purchase_order.status == after
        assert client.get(address).status_code == 409
        assert client.post(address).status_code == 409

    @pytest.mark.parametrize(
        "name", ["purchase_order", "acknowledge", "start", "finish", "prepare", "report"]
    )
    @pytest.mark.parametrize("person", ["owner1", "approver", "coordinator"])
    def test_foreign_orders_do_not_exist(self, world: World, client: Client, name: str, person: str) -> None:
        order = world.approved([300])
        purchase_order = mine(world, order)
        client.force_login(world.people[person])
        address = reverse(f"orders:{name}", args=[purchase_order.pk])
        if name != "report":
            assert client.get(address).status_code == 404
        if name != "purchase_order":
            assert client.post(address, {"percent": 5}).status_code == 404
        assert mine(world, order).status == "issued"

    def test_the_page_names_the_next_step_money_and_papers(self, world: World, client: Client) -> None:
        order = world.approved([300])
        taxed = mine(world, order, 1)  # the factories make this one PKP
        client.force_login(world.people["owner1"])
        shown = client.get(reverse("orders:purchase_order", args=[taxed.pk])).content.decode()
        assert reverse("orders:acknowledge", args=[taxed.pk]) in shown
        assert f'value="{int(taxed.total)}"' in shown
        assert f'value="{int(taxed.ppn)}"' in shown
        assert taxed.ppn > 0
        assert "Surat Pesanan" in shown
        assert "Surat Penawaran" not in shown

    def test_cost_is_constant_in_lines(
        self, world: World, client: Client, django_assert_max_num_queries: object
    ) -> None:
        order = world.approved([30] * 50)
        pk = world.start(order, 0)
        world.ship(order, 0, 0.5)
        client.force_login(world.people["owner0"])
        with django_assert_max_num_queries(12):  # type: ignore[operator]
            client.get(reverse("orders:purchase_order", args=[pk]))

    def test_the_list_finds_filters_and_is_cheap(
        self, world: World, client: Client, django_assert_max_num_queries: object
    ) -> None:
        first, second = world.approved([300]), world.approved([300])
        world.start(first, 0)
        client.force_login(world.people["owner0"])
        with django_assert_max_num_queries(8):  # type: ignore[operator]
            shown = client.get(reverse("orders:purchase_orders"), {"keadaan": "producing"}).content.decode()
        assert mine(world, first).number in shown
        assert mine(world, second).number not in shown
        shown = client.get(reverse("orders:purchase_orders"), {"q": second.number}).content.decode()
        assert mine(world, second).number in shown
        assert mine(world, first).number not in shown
        with clock.at(clock.now() + timedelta(days=90)):
            shown = client.get(reverse("orders:purchase_orders"), {"terlambat": "1"}).content.decode()
        assert mine(world, first).number in shown


class TestReport:
    def test_a_report_stands_on_the_page(self, world: World, client: Client) -> None:
        order = world.approved([300])
        pk = world.start(order, 0)
        client.force_login(world.people["owner0"])
        said = {"percent": 40, "note": "Kain sudah dipotong"}
        assert client.post(reverse("orders:report", args=[pk]), said).status_code == 302
        assert mine(world, order).percent == 40
        assert (
            "Kain sudah dipotong" in client.get(reverse("orders:purchase_order", args=[pk])).content.decode()
        )

    @pytest.mark.parametrize("percent", ["101", "-1", "", "empat", "4.5"])
    def test_nonsense_is_refused_and_kept(self, world: World, client: Client, percent: str) -> None:
        order = world.approved([300])
        pk = world.start(order, 0)
        client.force_login(world.people["owner0"])
        said = {"percent": percent, "note": "Catatan saya"}
        response = client.post(reverse("orders:report", args=[pk]), said)
        assert response.status_code == 422
        assert "Catatan saya" in response.content.decode()
        assert mine(world, order).percent == 0

    def test_before_work_begins_there_is_nothing_to_report(self, world: World, client: Client) -> None:
        order = world.approved([300])
        client.force_login(world.people["owner0"])
        address = reverse("orders:report", args=[mine(world, order).pk])
        response = client.post(address, {"percent": 40})
        assert response.status_code == 409
        assert "setelah produksi dimulai" in response.content.decode()


class TestShipments:
    def test_everything_left_is_the_proposal(self, world: World, client: Client) -> None:
        order = world.approved([300])
        pk = world.start(order, 0)
        client.force_login(world.people["owner0"])
        row = mine(world, order).allocations.get()
        shown = client.get(reverse("orders:prepare", args=[pk])).content.decode()
        assert f'name="load-{row.pk}" value="100"' in shown

    def test_prepare_dispatch_and_the_note(self, world: World, client: Client) -> None:
        order = world.approved([300])
        shipment = prepared(world, client, order)
        assert (
            "Tandai sudah dikirim"
            in client.get(reverse("orders:shipment", args=[shipment.pk])).content.decode()
        )
        address = reverse("orders:dispatch", args=[shipment.pk])
        assert "Surat jalan bernomor terbit" in client.get(address).content.decode()
        said = {"vehicle": "Pikap", "plate": "l 1 ab", "driver": "Pak Contoh"}
        assert client.post(address, said).status_code == 302
        shipment = Shipment.objects.get(pk=shipment.pk)
        assert (shipment.status, shipment.plate) == ("dispatched", "L 1 AB")
        assert (
            "Cetak surat jalan" in client.get(reverse("orders:shipment", args=[shipment.pk])).content.decode()
        )
        assert client.get(address).status_code == 409
        again = client.post(address, said | {"driver": "Pak Lain"})
        assert again.status_code == 409
        assert "Pak Lain" in again.content.decode()

    def test_discard_gives_the_goods_back(self, world: World, client: Client) -> None:
        order = world.approved([300])
        shipment = prepared(world, client, order)
        assert client.get(reverse("orders:prepare", args=[shipment.purchase_order_id])).status_code == 409
        address = reverse("orders:discard_shipment", args=[shipment.pk])
        assert client.get(address).status_code == 200
        assert client.post(address).status_code == 302
        assert client.get(reverse("orders:prepare", args=[shipment.purchase_order_id])).status_code == 200
        assert client.post(address).status_code == 409
        assert client.get(address).status_code == 409

    @pytest.mark.parametrize("quantity", ["101", "-1", "1.5", "banyak", "0", ""])
    def test_more_than_is_left_or_nothing_is_refused(
        self, world: World, client: Client, quantity: str
    ) -> None:
        order = world.approved([300])
        pk = world.start(order, 0)
        row = mine(world, order).allocations.get()
        client.force_login(world.people["owner0"])
        said = {f"load-{row.pk}": quantity, "driver": "Pak Contoh"}
        response = client.post(reverse("orders:prepare", args=[pk]), said)
        assert response.status_code == 422
        assert 'value="Pak Contoh"' in response.content.decode()
        assert not Shipment.objects.exists()

    def test_not_before_production(self, world: World, client: Client) -> None:
        order = world.approved([300])
        client.force_login(world.people["owner0"])
        assert client.get(reverse("orders:prepare", args=[mine(world, order).pk])).status_code == 409

    def test_one_shipment_goes_to_one_site(self, world: World, client: Client) -> None:
        far = DeliverySite.objects.create(
            institution=world.institution, name="Gudang Jauh", address="Jalan 9", city="Malang"
        )
        near = world.institution.sites.exclude(pk=far.pk).get()
        lines = [
            LineInput(
                product_id=world.products[0].pk,
                quantity=30,
                needed_by=clock.today() + timedelta(days=60),
                site_id=site.pk,
            )
            for site in (near, far)
        ]
        order = requests.draft_order(actor=world.actor("requester"), heading=world.heading(), lines=lines)
        requests.submit_order(order_id=order.pk, actor=world.actor("requester"))
        world.ask_everybody(order)
        order = world.approve(world.quote(order))
        pk = world.start(order, 0)
        to_near, to_far = mine(world, order).allocations.order_by("line__position")
        client.force_login(world.people["owner0"])
        address = reverse("orders:prepare", args=[pk])
        shown = client.get(address).content.decode()
        assert f"load-{to_near.pk}" in shown
        assert f"load-{to_far.pk}" not in shown
        shown = client.get(address, {"lokasi": far.pk}).content.decode()
        assert f"load-{to_far.pk}" in shown
        client.post(f"{address}?lokasi={far.pk}", {f"load-{to_far.pk}": 10})
        assert Shipment.objects.get().site == far

    @pytest.mark.parametrize("name", ["shipment", "dispatch", "discard_shipment"])
    @pytest.mark.parametrize("person", ["owner1", "receiver", "coordinator"])
    def test_foreign_shipments_do_not_exist(
        self, world: World, client: Client, name: str, person: str
    ) -> None:
        order = world.approved([300])
        shipment = prepared(world, client, order)
        client.force_login(world.people[person])
        address = reverse(f"orders:{name}", args=[shipment.pk])
        assert client.get(address).status_code == 404
        if name != "shipment":
            assert client.post(address).status_code == 404
        assert Shipment.objects.get(pk=shipment.pk).status == "prepared"

    def test_the_rejected_part_is_named(self, world: World, client: Client) -> None:
        order = world.approved([300])
        world.start(order, 0)
        shipment_id = world.ship(order, 0)
        world.receive(shipment_id, rejected=7)
        client.force_login(world.people["owner0"])
        shown = client.get(reverse("orders:shipment", args=[shipment_id])).content.decode()
        assert "Jahitan lepas" in shown
        assert "7 ditolak pembeli" in shown

    def test_what_was_rejected_why_and_what_is_asked_stands_on_the_purchase_order(
        self, world: World, client: Client
    ) -> None:
        order = world.approved([150], world.msmes[:1])
        world.start(order, 0)
        world.receive(world.ship(order, 0), rejected=20)
        client.force_login(world.people["owner0"])
        part = mine(world, order, 0)
        shown = " ".join(
            client.get(reverse("orders:purchase_order", args=[part.pk])).content.decode().split()
        )
        assert "20 barang ditolak pembeli" in shown
        assert "Jahitan lepas" in shown
        assert "Yang diminta: 20 lagi, termasuk pengganti yang ditolak" in shown
        assert '<span class="figure-value">100 %</span>' not in shown
        world.receive(world.ship(order, 0))
        shown = client.get(reverse("orders:purchase_order", args=[part.pk])).content.decode()
        assert "20 barang ditolak pembeli" in shown
        assert "Tidak ada lagi yang diminta dari Anda." in shown

    def test_of_how_many_is_said_only_when_the_msme_said_it(self, world: World, client: Client) -> None:
        order = world.approved([150], world.msmes[:1])
        world.start(order, 0)
        first = world.ship(order, 0)
        world.receive(first, rejected=20)
        second = world.ship(order, 0)
        assert [Shipment.objects.get(pk=pk).which for pk in (first, second)] == [
            "pengiriman ke-1",
            "pengiriman ke-2",
        ]
        client.force_login(world.people["owner0"])
        shown = client.get(reverse("orders:shipment", args=[second])).content.decode()
        assert "Pengiriman ke-2" in strip_tags(shown)
        assert "dari 2" not in shown
        for person, name in (("requester", "orders:detail"), ("receiver", "orders:receive")):
            client.force_login(world.people[person])
            row = order.pk if name == "orders:detail" else second
            assert "dari 2" not in client.get(reverse(name, args=[row])).content.decode()

    def test_the_number_that_the_msme_said_goes_on(self, world: World) -> None:
        order = world.approved([150], world.msmes[:1])
        world.start(order, 0)
        part = mine(world, order, 0)

        def prepare(quantity: int, of_total: int | None = None) -> Shipment:
            loads = [Load(allocation_id=part.allocations.get().pk, quantity=quantity)]
            return deliver.prepare_shipment(
                purchase_order_id=part.pk, loads=loads, of_total=of_total, actor=world.actor("owner0")
            )

        assert prepare(50, 3).which == "pengiriman ke-1 dari 3"
        assert prepare(50).which == "pengiriman ke-2 dari 3"
        with pytest.raises(InvalidInput) as refusal:
            prepare(10, 2)
        assert refusal.value.field == "of_total"
        assert prepare(20).which == "pengiriman ke-3 dari 3"
        assert prepare(20).which == "pengiriman ke-4"

    def test_the_list_is_cheap(
        self, world: World, client: Client, django_assert_max_num_queries: object
    ) -> None:
        for _number in range(3):
            order = world.approved([300])
            world.start(order, 0)
            world.ship(order, 0, 0.5)
        client.force_login(world.people["owner0"])
        with django_assert_max_num_queries(8):  # type: ignore[operator]
            response = client.get(reverse("orders:shipments"))
        assert response.content.decode().count("dispatched") >= 3


class TestHistoryOfMsme:
    def test_staff_see_orders_and_value_of_one_msme(self, world: World, client: Client) -> None:
        order = world.approved([300])
        client.force_login(world.people["viewer"])
        shown = client.get(reverse("orders:of_msme", args=[world.msmes[0].pk])).content.decode()
        assert mine(world, order, 0).number in shown
        assert mine(world, order, 1).number not in shown

    @pytest.mark.parametrize("person", ["owner0", "requester"])
    def test_nobody_else(self, world: World, client: Client, person: str) -> None:
        client.force_login(world.people[person])
        assert client.get(reverse("orders:of_msme", args=[world.msmes[0].pk])).status_code == 404
