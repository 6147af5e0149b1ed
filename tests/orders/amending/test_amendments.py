"""Addenda: only whom a change touches is asked, and only their papers change."""

from datetime import timedelta
from decimal import Decimal

import pytest

from documents.models import Document
from msmes.capacity import capacity
from msmes.models import CapacityReservation
from orders.amending import amend
from orders.models import Amendment, Order, PurchaseOrder
from orders.reconcile import differences
from orders.stored import stored
from procurement import clock
from procurement.errors import InvalidInput, NotFound, WrongState
from procurement.models import Event
from procurement.rows.events import verify
from tests.factories import World, on_the_day

pytestmark = pytest.mark.database


def propose(world: World, order: Order, *, taker: int = 3, quantity: int = 40, **more: object) -> Amendment:
    share = order.allocations.get(msme=world.msmes[0], line__position=1)
    values: dict[str, object] = {
        "allocation_id": share.pk,
        "msme_id": world.msmes[taker].pk,
        "quantity": quantity,
        "price": Decimal(90_000),
        "ready_on": clock.today() + timedelta(days=40),
    }
    return amend.propose_move(
        order_id=order.pk,
        move=amend.Move(**(values | more)),  # type: ignore[arg-type]
        reason="Perajin pertama terlambat",
        actor=world.actor("coordinator"),
    )


def all_agree(world: World, row: Amendment, *people: str) -> Amendment:
    for person in people:
        row = amend.agree(amendment_id=row.pk, actor=world.actor(person))
    return row


def assert_sound(order: Order) -> None:
    assert [str(one) for one in differences()] == []
    assert list(verify()) == []
    for line in order.lines.all():
        assert sum(row.quantity for row in line.allocations.all()) == line.quantity


def papers(order: Order) -> dict[str, list[tuple[int, str]]]:
    found: dict[str, list[tuple[int, str]]] = {}
    for document in Document.objects.filter(stream=order.stream, kind="surat_pesanan").order_by("revision"):
        found.setdefault(document.subject, []).append((document.revision, document.content_hash))
    return found


def purchase_order(order: Order, world: World, index: int) -> PurchaseOrder:
    return order.purchase_orders.get(msme=world.msmes[index])


def test_pieces_move_to_a_new_msme_and_touch_nobody_else(world: World) -> None:
    order = world.approved([300, 60])
    world.start(order, 0)
    before = papers(order)
    row = all_agree(world, propose(world, order), "owner0", "owner3")
    assert row.status == "proposed"
    assert papers(order) == before
    row = all_agree(world, row, "approver")
    assert row.status == "applied"
    giver, taker = purchase_order(order, world, 0), purchase_order(order, world, 3)
    assert (int(giver.value), giver.revision) == (80 * 90_000, 2)
    assert (int(taker.value), taker.revision, taker.status) == (40 * 90_000, 1, "issued")
    after = papers(order)
    for index in (1, 2):
        untouched = stored(f"purchase_order:{purchase_order(order, world, index).pk}")
        assert after[untouched] == before[untouched]
    assert [revision for revision, _hash in after[stored(f"purchase_order:{giver.pk}")]] == [1, 2]
    assert [revision for revision, _hash in after[stored(f"purchase_order:{taker.pk}")]] == [1]
    assert_sound(order)


def test_pieces_move_to_an_msme_that_makes_some_already(world: World) -> None:
    order = world.approved([300, 60])
    row = propose(world, order, taker=1)
    all_agree(world, row, "approver", "owner1", "owner0")
    taker = purchase_order(order, world, 1)
    assert taker.value == 160 * 90_000
    assert taker.ppn == taker.value * 11 / 100
    assert_sound(order)
    with pytest.raises(InvalidInput, match="harga yang sama"):
        propose(world, order, taker=1, price=Decimal(95_000))


def test_everything_moves_and_the_empty_purchase_order_is_cancelled(world: World) -> None:
    order = world.approved([300])
    all_agree(world, propose(world, order, quantity=100), "owner0", "owner3", "approver")
    assert purchase_order(order, world, 0).status == "cancelled"
    assert_sound(order)
    for index in (1, 2, 3):
        world.start(order, index)
        world.receive(world.ship(order, index))
    assert Order.objects.get(pk=order.pk).status == "delivered"
    assert_sound(order)


def test_every_change_of_state_is_in_the_trail(world: World) -> None:
    order = world.approved([300])
    all_agree(world, propose(world, order, quantity=100), "owner0", "owner3", "approver")
    amend.refuse(
        amendment_id=amend.propose_date(
            order_id=order.pk,
            allocation_id=order.allocations.get(msme=world.msmes[1]).pk,
            ready_on=clock.today() + timedelta(days=60),
            reason="Benang terlambat datang",
            actor=world.actor("coordinator"),
        ).pk,
        reason="Tidak dapat menunggu",
        actor=world.actor("approver"),
    )
    wanted = (
        "amendment.",
        "allocation.release",
        stored("purchase_order.cancel"),
        stored("purchase_order.issue"),
    )
    events = Event.objects.filter(stream=order.stream).order_by("sequence")
    after = events.filter(sequence__gt=events.filter(verb="amendment.propose")[0].sequence - 1)
    said = [(one.verb, one.from_state, one.to_state) for one in after if one.verb.startswith(wanted)]
    assert said == [
        ("amendment.propose", "", "proposed"),
        *[("amendment.agree", "", "")] * 3,
        ("allocation.release", "ordered", "released"),
        (stored("purchase_order.issue"), "", "issued"),
        (stored("purchase_order.cancel"), "issued", "cancelled"),
        ("amendment.apply", "proposed", "applied"),
        ("amendment.propose", "", "proposed"),
        ("amendment.refuse", "proposed", "refused"),
    ]
    assert_sound(order)


def test_a_dearer_taker_brings_the_difference_from_outside(world: World) -> None:
    order = world.approved([300])
    all_agree(world, propose(world, order, price=Decimal(100_000)), "owner0", "owner3", "approver")
    assert Order.objects.get(pk=order.pk).value == 260 * 90_000 + 40 * 100_000
    assert_sound(order)


def test_an_addendum_at_the_moment_of_the_signature_is_no_difference(world: World) -> None:
    with clock.at(clock.now()):  # stands still
        order = world.approved([300])
        all_agree(world, propose(world, order, price=Decimal(100_000)), "owner0", "owner3", "approver")
    assert_sound(order)


def test_capacity_moves_with_the_pieces(world: World) -> None:
    for index in (0, 3):
        capacity.set_usual_week(
            msme_id=world.msmes[index].pk,
            product_id=world.products[0].pk,
            usual=60,
            actor=world.actor(f"owner{index}"),
        )
    order = world.approved([300])

    def held(index: int) -> int:
        rows = CapacityReservation.objects.filter(week__msme=world.msmes[index])
        return sum(row.quantity for row in rows)

    assert (held(0), held(3)) == (100, 0)
    all_agree(world, propose(world, order), "owner0", "owner3", "approver")
    assert (held(0), held(3)) == (60, 40)


def test_the_taker_says_yes_only_to_what_its_weeks_hold(world: World) -> None:
    capacity.set_usual_week(
        msme_id=world.msmes[3].pk, product_id=world.products[0].pk, usual=1, actor=world.actor("owner3")
    )
    order = world.approved([300])
    row = propose(world, order)
    with pytest.raises(InvalidInput, match="hanya cukup"):
        amend.agree(amendment_id=row.pk, actor=world.actor("owner3"))
    assert Amendment.objects.get(pk=row.pk).taker_agreed_at is None


def test_the_date_moves_with_consent_of_buyer_and_msme(world: World) -> None:
    order = world.approved([300])
    share = order.allocations.get(msme=world.msmes[0])
    later = clock.today() + timedelta(days=70)
    row = amend.propose_date(
        order_id=order.pk,
        allocation_id=share.pk,
        ready_on=later,
        reason="Bahan terlambat",
        actor=world.actor("coordinator"),
    )
    all_agree(world, row, "owner0", "approver")
    assert purchase_order(order, world, 0).due_on == later
    assert purchase_order(order, world, 0).revision == 2
    assert_sound(order)


@pytest.mark.parametrize("days", [0, -1])
def test_the_date_moves_to_a_later_day_only(world: World, days: int) -> None:
    order = world.approved([300])
    share = order.allocations.get(msme=world.msmes[0])
    assert share.ready_on is not None
    with pytest.raises(InvalidInput) as refusal:
        amend.propose_date(
            order_id=order.pk,
            allocation_id=share.pk,
            ready_on=share.ready_on + timedelta(days=days),
            reason="Lebih cepat",
            actor=world.actor("coordinator"),
        )
    assert refusal.value.field == "ready_on"
    assert not order.amendments.exists()


def test_one_no_ends_it(world: World) -> None:
    order = world.approved([300])
    row = propose(world, order)
    amend.refuse(amendment_id=row.pk, reason="Harga naik", actor=world.actor("owner3"))
    assert Amendment.objects.get(pk=row.pk).status == "refused"
    with pytest.raises(WrongState):
        amend.agree(amendment_id=row.pk, actor=world.actor("owner0"))
    assert purchase_order(order, world, 0).revision == 1
    assert_sound(order)


def test_who_is_not_touched_does_not_know_of_it(world: World) -> None:
    row = propose(world, world.approved([300]))
    for person in ("owner1", "owner2", "other_approver"):
        with pytest.raises(NotFound):
            amend.agree(amendment_id=row.pk, actor=world.actor(person))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"quantity": 0}, "quantity"),
        ({"quantity": 101}, "quantity"),
        ({"price": Decimal(0)}, "price"),
        ({"taker": 0}, "msme"),
        ({"ready_on": timedelta(days=-1)}, "ready_on"),
    ],
)
def test_what_cannot_be_moved_is_refused(world: World, change: dict[str, object], field: str) -> None:
    change = {name: on_the_day(value) for name, value in change.items()}
    order = world.approved([300])
    with pytest.raises(InvalidInput) as refusal:
        propose(world, order, **change)  # type: ignore[arg-type]
    assert refusal.value.field == field
    assert not Amendment.objects.exists()


def test_only_one_addendum_waits_for_one_share(world: World) -> None:
    order = world.approved([300])
    propose(world, order)
    with pytest.raises(WrongState):
        propose(world, order)
