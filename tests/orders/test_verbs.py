"""What the verbs do and refuse, phase by phase; what the ledger then shows."""

from decimal import Decimal

import pytest

from accounts.models import Membership, Role
from buyers.models import ApprovalRule, Officer
from documents.models import Document
from expo.models import LedgerEntry, Stage
from expo.pledges.pledges import end_pledge
from orders.delivering import deliver
from orders.delivering.shipment_pieces import Count, Load
from orders.models import Order, PurchaseOrder, Shipment
from orders.paying import pay
from orders.producing import produce
from orders.quoting import approve, quote
from orders.requesting import request
from procurement.errors import ContentChanged, InvalidInput, NotPermitted, WrongState
from procurement.models import OutboxMessage
from tests.factories import World
from tests.orders.soundness import assert_sound, by_stage, fresh

pytestmark = [pytest.mark.django_db, pytest.mark.database]


# --- The main road -------------------------------------------------------------------------------------------


def test_from_draft_to_closed(world: World) -> None:
    order = world.draft([300, 60])
    assert by_stage(world) == {}
    request.submit_order(order_id=order.pk, actor=world.actor("requester"))
    assert by_stage(world) == {"outside": -33_000_000, "requested": 33_000_000}
    world.ask_everybody(order)
    world.quote(fresh(order))
    assert by_stage(world) == {"outside": -32_400_000, "quoted": 32_400_000}
    world.approve(fresh(order))
    assert by_stage(world)["booked"] == 32_400_000
    for index in range(3):
        world.start(order, index)
    assert by_stage(world)["in_production"] == 32_400_000
    shipments = [world.ship(order, index) for index in range(3)]
    assert by_stage(world)["in_delivery"] == 32_400_000
    for shipment in shipments:
        world.receive(shipment)
    assert by_stage(world) == {"outside": -32_400_000, "delivered": 32_400_000}
    assert fresh(order).status == "delivered"
    with pytest.raises(WrongState):
        pay.close_order(order_id=order.pk, actor=world.actor("treasurer"))
    for purchase_order in order.purchase_orders.all():
        pay.settle_purchase_order(
            purchase_order_id=purchase_order.pk, reference="SP2D-77", actor=world.actor("treasurer")
        )
    pay.close_order(order_id=order.pk, actor=world.actor("treasurer"))
    assert fresh(order).status == "closed"
    assert_sound()


def test_a_rejection_reopens_only_that_msmes_balance(world: World) -> None:
    order = world.approved([300, 60])
    for index in range(3):
        world.start(order, index)
    world.receive(world.ship(order, 0), rejected=10)
    first, second = (PurchaseOrder.objects.get(order=order, msme=world.msmes[index]) for index in (0, 1))
    assert (first.status, second.status) == ("producing", "producing")
    assert sum(row.unshipped for row in first.allocations.all()) == 10
    assert by_stage(world)["in_production"] == 2 * 10_800_000 + 10 * 90_000
    world.receive(world.ship(order, 0))
    first = PurchaseOrder.objects.get(pk=first.pk)
    assert first.status == "received"
    assert fresh(order).status == "in_delivery"
    for index in (1, 2):
        world.receive(world.ship(order, index))
    assert fresh(order).status == "delivered"
    assert_sound()


def test_a_part_on_the_road_does_not_reopen_the_balance(world: World) -> None:
    order = world.approved([300], world.msmes[:1])
    world.start(order, 0)
    one, two = world.ship(order, 0, part=0.5), world.ship(order, 0)
    world.receive(one)
    assert PurchaseOrder.objects.get(order=order).status == "shipped"
    world.receive(two)
    assert PurchaseOrder.objects.get(order=order).status == "received"
    assert Shipment.objects.get(pk=two).which == "pengiriman ke-2"
    assert_sound()


# --- Approving -----------------------------------------------------------------------------------------------


def test_approval_binds_to_what_was_read(world: World) -> None:
    order = world.quoted()
    with pytest.raises(ContentChanged):
        approve.approve_order(
            order_id=order.pk, revision=order.revision, content_hash="0" * 64, actor=world.actor("approver")
        )
    quote.ask_revision(order_id=order.pk, reason="Ubah harga", actor=world.actor("requester"))
    world.quote(fresh(order))
    with pytest.raises(ContentChanged):
        world.approve(order)
    world.approve(fresh(order))
    assert fresh(order).status == "approved"


def test_maker_is_not_checker_superuser_included(world: World) -> None:
    order = world.quoted()
    requester = world.people["requester"]
    requester.is_superuser = requester.is_staff = True
    requester.save()
    Membership.objects.create(user=requester, organisation=world.institution.organisation, role=Role.APPROVER)
    with pytest.raises(NotPermitted):
        approve.approve_order(
            order_id=order.pk,
            revision=order.revision,
            content_hash=order.content_hash,
            actor=world.actor("requester"),
        )
    assert fresh(order).status == "quoted"


def test_two_levels_need_two_people_and_the_right_level(world: World) -> None:
    ApprovalRule.objects.create(institution=world.institution, level=2, minimum_value=30_000_000, post="KPA")
    order = world.quoted()
    world.approve(order)
    assert fresh(order).status == "quoted"
    with pytest.raises(NotPermitted, match="sudah menandatangani"):
        world.approve(fresh(order))
    second = world.people["treasurer"]
    Membership.objects.create(user=second, organisation=world.institution.organisation, role=Role.APPROVER)
    officer = Officer.objects.create(
        institution=world.institution, user=second, post="Staf", level=1, is_unlimited=True
    )
    with pytest.raises(NotPermitted, match="Tingkat 2"):
        approve.approve_order(
            order_id=order.pk,
            revision=order.revision,
            content_hash=order.content_hash,
            actor=world.actor("treasurer"),
        )
    officer.level = 2
    officer.save()
    approve.approve_order(
        order_id=order.pk,
        revision=order.revision,
        content_hash=order.content_hash,
        actor=world.actor("treasurer"),
    )
    assert fresh(order).status == "approved"


def test_the_limit_is_checked_when_the_signature_is_given(world: World) -> None:
    order = world.quoted()
    Officer.objects.filter(user=world.people["approver"]).update(limit=1_000_000)
    with pytest.raises(NotPermitted, match="melampaui batas"):
        world.approve(order)
    assert PurchaseOrder.objects.count() == 0


def test_an_approval_makes_one_numbered_purchase_order_per_msme(world: World) -> None:
    order = world.approved([300, 60])
    found = list(order.purchase_orders.order_by("number"))
    assert len(found) == 3
    assert [one.number.split("/")[0] for one in found] == ["001", "002", "003"]
    taxed = order.purchase_orders.get(msme=world.msmes[1])
    plain = order.purchase_orders.get(msme=world.msmes[0])
    assert plain.ppn == 0
    assert taxed.ppn == taxed.value * 11 / 100
    jobs = OutboxMessage.objects.filter(topic="documents.render").count()
    assert jobs == Document.objects.count() == 4


def test_cancel_loses_everything_and_says_who_pays(world: World) -> None:
    order = world.approved()
    world.start(order, 0)
    with pytest.raises(InvalidInput) as refusal:
        approve.cancel_order(
            order_id=order.pk, reason="Acara batal", cost_bearer="", actor=world.actor("approver")
        )
    assert refusal.value.field == "cost_bearer"
    approve.cancel_order(
        order_id=order.pk, reason="Acara batal", cost_bearer="buyer", actor=world.actor("approver")
    )
    assert fresh(order).status == "cancelled"
    assert set(order.purchase_orders.values_list("status", flat=True)) == {"cancelled"}
    assert by_stage(world) == {"outside": -32_400_000, "lost": 32_400_000}
    assert_sound()


# --- Producing and delivering --------------------------------------------------------------------------------


def test_more_than_is_left_cannot_be_shipped(world: World) -> None:
    order = world.approved([300], world.msmes[:1])
    pk = world.start(order, 0)
    row = order.allocations.get()
    for quantity in (0, 301):
        with pytest.raises(InvalidInput):
            deliver.prepare_shipment(
                purchase_order_id=pk,
                loads=[Load(allocation_id=row.pk, quantity=quantity)],
                actor=world.actor("owner0"),
            )
    load = [Load(allocation_id=row.pk, quantity=200)]
    deliver.prepare_shipment(purchase_order_id=pk, loads=load, actor=world.actor("owner0"))
    with pytest.raises(InvalidInput, match="dari 1 sampai 100"):
        deliver.prepare_shipment(purchase_order_id=pk, loads=load, actor=world.actor("owner0"))


def test_counts_must_add_up_and_rejections_need_a_reason(world: World) -> None:
    order = world.approved([300], world.msmes[:1])
    world.start(order, 0)
    shipment = world.ship(order, 0)
    line = Shipment.objects.get(pk=shipment).lines.get()
    for accepted, rejected, reason in ((299, 0, ""), (290, 10, " "), (-1, 301, "Rusak")):
        count = Count(line_id=line.pk, accepted=accepted, rejected=rejected, reason=reason)
        with pytest.raises(InvalidInput):
            deliver.receive_shipment(shipment_id=shipment, counts=[count], actor=world.actor("receiver"))
    assert Shipment.objects.get(pk=shipment).status == "dispatched"


def test_short_close_releases_the_rest(world: World) -> None:
    order = world.approved([300, 60])
    for index in range(3):
        world.start(order, index)
    half = world.ship(order, 0, part=0.5)
    with pytest.raises(WrongState):
        deliver.short_close_order(order_id=order.pk, reason="Waktu habis", actor=world.actor("approver"))
    world.receive(half)
    deliver.short_close_order(order_id=order.pk, reason="Waktu habis", actor=world.actor("approver"))
    assert fresh(order).status == "delivered"
    statuses = dict(order.purchase_orders.values_list("msme_id", "status"))
    assert [statuses[msme.pk] for msme in world.msmes[:3]] == ["received", "cancelled", "cancelled"]
    assert by_stage(world) == {"outside": -32_400_000, "delivered": 5_400_000, "lost": 27_000_000}
    assert_sound()


def test_progress_is_a_percentage(world: World) -> None:
    order = world.approved([300], world.msmes[:1])
    purchase_order = order.purchase_orders.get()
    with pytest.raises(WrongState):
        produce.report_progress(purchase_order_id=purchase_order.pk, percent=10, actor=world.actor("owner0"))
    world.start(order, 0)
    with pytest.raises(InvalidInput):
        produce.report_progress(purchase_order_id=purchase_order.pk, percent=101, actor=world.actor("owner0"))
    produce.report_progress(purchase_order_id=purchase_order.pk, percent=40, actor=world.actor("owner0"))
    assert PurchaseOrder.objects.get(pk=purchase_order.pk).percent == 40


# --- Pledges -------------------------------------------------------------------------------------------------


def submit_on(world: World, pledge_id: int) -> Order:
    heading = request.Heading(title="Dari komitmen", edition_id=world.edition.pk, pledge_id=pledge_id)
    order = request.draft_order(actor=world.actor("requester"), heading=heading, lines=world.lines())
    return request.submit_order(order_id=order.pk, actor=world.actor("requester"))


def test_an_order_takes_its_value_out_of_the_pledge(world: World) -> None:
    pledge_id = world.pledge(50_000_000).pk
    assert by_stage(world) == {"outside": -50_000_000, "announced": 50_000_000}
    order = submit_on(world, pledge_id)
    assert fresh(order).pledged == 33_000_000
    assert by_stage(world) == {"outside": -50_000_000, "announced": 17_000_000, "requested": 33_000_000}
    submit_on(world, pledge_id)
    assert by_stage(world) == {"outside": -66_000_000, "requested": 66_000_000}
    assert_sound()


def test_what_remains_of_a_pledge_is_lost_when_it_lapses(world: World) -> None:
    pledge_id = world.pledge(50_000_000).pk
    submit_on(world, pledge_id)
    end_pledge(
        pledge_id=pledge_id, actor=world.actor("coordinator"), status="lapsed", reason="Tahun anggaran habis"
    )
    assert by_stage(world)["lost"] == 17_000_000
    with pytest.raises(WrongState):
        end_pledge(pledge_id=pledge_id, actor=world.actor("coordinator"), status="lapsed", reason="Lagi")
    assert_sound()


def test_every_posting_sums_to_zero_and_every_stage_is_known(world: World) -> None:
    world.closed()
    sums: dict[object, Decimal] = {}
    for posting, stage, amount in LedgerEntry.objects.values_list("posting", "stage", "amount"):
        assert stage in Stage.values
        sums[posting] = sums.get(posting, Decimal(0)) + amount
    assert sums
    assert set(sums.values()) == {Decimal(0)}
