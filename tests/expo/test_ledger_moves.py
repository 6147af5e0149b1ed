"""Whatever an order's value is counted by changes with it: unit, edition, category, MSME, district of an MSME."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from buyers.models import Unit
from expo.editions.editions import close_edition
from expo.ledger.balances import Cell, balances_of, standing_of
from expo.models import Dimension, Edition, LedgerEntry, Stage
from msmes.models import Category, District, Msme
from msmes.register.importing import MsmeLine, MsmeSheet, save_lines
from msmes.register.registry import Contact, Identity, change_msme
from orders.amending import amend
from orders.models import Order
from orders.reconcile import differences
from orders.requesting import request
from orders.requesting.lines import LineInput
from procurement import clock
from procurement.errors import InvalidInput
from tests.expo.now_and_then import nothing_below_zero, same_now_and_then
from tests.factories import OPENING, World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.database]

MILLION = Decimal(1_000_000)


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def unit(world: World) -> Unit:
    return Unit.objects.create(institution=world.institution, code="TI", name="Satuan Kerja TI")


def other_edition(world: World) -> Edition:
    first = world.edition
    return Edition.objects.create(
        organiser=first.organiser, number=10, name="KUMKM Expo ke-10", venue=first.venue,
        starts_on=first.starts_on, ends_on=first.ends_on,
    )  # fmt: skip


def change(world: World, order: Order, *, quantity: int | None = None, **heading: Any) -> Order:
    """Change the heading of an order, and of its first line the quantity; the rest stays as it is."""
    said = request.Heading(
        title=order.title, edition_id=order.edition_id, unit_id=order.unit_id, pledge_id=order.pledge_id
    )
    lines = [
        LineInput(
            line_id=line.pk, product_id=line.product_id, quantity=line.quantity, needed_by=line.needed_by,
            site_id=line.site_id, target_price=line.target_price,
        )
        for line in order.lines.all()
    ]  # fmt: skip
    if quantity is not None:
        lines[0] = replace(lines[0], quantity=quantity)
    return request.change_order(
        order_id=order.pk, actor=world.actor("requester"), heading=replace(said, **heading), lines=lines
    )


def of_unit(world: World, unit: Unit | None) -> dict[Stage, Cell]:
    return dict(standing_of(world.edition.pk, Dimension.UNIT, unit.pk if unit else 0))


def all_is_well(world: World) -> None:
    nothing_below_zero()
    same_now_and_then(world.actor("coordinator"), world.edition)
    assert [str(difference) for difference in differences()] == []


# --- The heading ---------------------------------------------------------------------------------------------------


def test_the_value_and_the_count_move_with_the_unit(world: World, unit: Unit) -> None:
    order = world.requested([300])
    change(world, order, unit_id=unit.pk)
    assert of_unit(world, unit) == {Stage.REQUESTED: Cell(30 * MILLION, 1)}
    assert of_unit(world, None) == {}
    world.ask_everybody(order)
    world.approve(world.quote(order))
    assert of_unit(world, unit) == {Stage.BOOKED: Cell(27 * MILLION, 1)}
    assert of_unit(world, None) == {}
    all_is_well(world)


def test_the_unit_and_the_lines_change_in_one_act(world: World, unit: Unit) -> None:
    with clock.at(OPENING):
        order = world.requested([300])
    earlier = OPENING + timedelta(hours=1)
    change(world, order, unit_id=unit.pk, quantity=100)
    assert of_unit(world, unit) == {Stage.REQUESTED: Cell(10 * MILLION, 1)}
    assert of_unit(world, None) == {}
    before = standing_of(world.edition.pk, Dimension.UNIT, 0, earlier)
    assert before[Stage.REQUESTED] == Cell(30 * MILLION, 1)
    change(world, order, unit_id=None)
    assert of_unit(world, unit) == {}
    assert of_unit(world, None) == {Stage.REQUESTED: Cell(10 * MILLION, 1)}
    all_is_well(world)


def test_a_heading_that_any_verb_changes_takes_the_value_along(world: World, unit: Unit) -> None:
    """The lock of the order remembers the heading, so that no verb can change one and forget the value."""
    from orders.act import act_on

    order = world.approved([10])
    with act_on("order.link_pledge", actor=world.actor("coordinator"), order_id=order.pk) as act:
        act.order.unit = unit
        act.save()
    assert of_unit(world, unit) == {Stage.BOOKED: Cell(Decimal(900_000), 1)}
    assert of_unit(world, None) == {}
    all_is_well(world)


def test_a_closed_unit_may_stay_on_its_order(world: World, unit: Unit) -> None:
    order = world.requested([300])
    change(world, order, unit_id=unit.pk)
    unit.is_active = False
    unit.save()
    change(world, Order.objects.get(pk=order.pk), quantity=200)
    assert of_unit(world, unit) == {Stage.REQUESTED: Cell(20 * MILLION, 1)}


@pytest.mark.parametrize("is_closed", [False, True])
def test_the_edition_of_a_submitted_order_does_not_change(world: World, is_closed: bool) -> None:
    order, other = world.requested([300]), other_edition(world)
    if is_closed:
        close_edition(edition_id=world.edition.pk, actor=world.actor("coordinator"))
    with pytest.raises(InvalidInput) as refusal:
        change(world, order, edition_id=other.pk)
    assert refusal.value.field == "edition"
    assert balances_of(other.pk).by_stage == {}
    assert balances_of(world.edition.pk).by_stage[Stage.REQUESTED] == Cell(30 * MILLION, 1)


def test_lines_of_a_submitted_order_change_also_when_its_edition_is_closed(world: World) -> None:
    order = world.requested([300])
    close_edition(edition_id=world.edition.pk, actor=world.actor("coordinator"))
    change(world, order, quantity=100)
    assert balances_of(world.edition.pk).by_stage[Stage.REQUESTED] == Cell(10 * MILLION, 1)
    all_is_well(world)


def test_the_edition_of_a_draft_may_change(world: World) -> None:
    draft, other = world.draft([300]), other_edition(world)
    change(world, draft, edition_id=other.pk)
    request.submit_order(order_id=draft.pk, actor=world.actor("requester"))
    assert balances_of(other.pk).by_stage[Stage.REQUESTED] == Cell(30 * MILLION, 1)
    assert balances_of(world.edition.pk).by_stage == {}


def test_a_lost_order_keeps_its_unit_and_reopens_under_it(world: World, unit: Unit) -> None:
    order = world.requested([300])
    change(world, order, unit_id=unit.pk)
    request.withdraw_order(order_id=order.pk, reason="Anggaran dialihkan", actor=world.actor("requester"))
    assert of_unit(world, unit) == {Stage.LOST: Cell(30 * MILLION, 1)}
    request.reopen_order(order_id=order.pk, actor=world.actor("requester"))
    assert of_unit(world, unit) == {Stage.REQUESTED: Cell(30 * MILLION, 1)}
    all_is_well(world)


# --- Lines and shares ----------------------------------------------------------------------------------------------


def test_the_category_of_a_line_takes_its_value_along(world: World) -> None:
    order = world.requested([300])
    batik, food = Category.objects.get(code="BATIK"), Category.objects.get(code="PANGAN")
    line = order.lines.get()
    request.change_order(
        order_id=order.pk,
        actor=world.actor("requester"),
        heading=world.heading(),
        lines=[
            LineInput(
                line_id=line.pk, product_id=world.products[1].pk, quantity=300, needed_by=line.needed_by,
                site_id=line.site_id,
            )
        ],
    )  # fmt: skip
    assert standing_of(world.edition.pk, Dimension.CATEGORY, batik.pk) == {}
    assert standing_of(world.edition.pk, Dimension.CATEGORY, food.pk)[Stage.REQUESTED].amount == 15 * MILLION
    all_is_well(world)


def test_pieces_that_move_to_another_msme_take_their_value_along(world: World) -> None:
    order = world.approved([60], world.msmes[:1])
    share = order.allocations.get()
    with_other = District.objects.create(name="Kabupaten Lain")
    Msme.objects.filter(pk=world.msmes[1].pk).update(district=with_other)
    row = amend.propose_move(
        order_id=order.pk,
        move=amend.Move(
            allocation_id=share.pk, msme_id=world.msmes[1].pk, quantity=20, price=Decimal(90_000),
            ready_on=clock.today() + timedelta(days=40),
        ),
        reason="Mesin rusak",
        actor=world.actor("coordinator"),
    )  # fmt: skip
    for role in ("owner0", "owner1", "approver"):
        amend.agree(amendment_id=row.pk, actor=world.actor(role))
    found = balances_of(world.edition.pk, dimensions=[Dimension.MSME, Dimension.DISTRICT])
    amounts = [found.by(Dimension.MSME)[msme.pk][Stage.BOOKED].amount / 90_000 for msme in world.msmes[:2]]
    assert amounts == [40, 20]
    assert found.by(Dimension.DISTRICT)[with_other.pk][Stage.BOOKED].amount == 20 * 90_000
    all_is_well(world)


# --- The district of an MSME ---------------------------------------------------------------------------------------


def move_to(world: World, msme: Msme, district: District) -> Msme:
    said = Msme.objects.select_related("organisation").get(pk=msme.pk)
    return change_msme(
        msme_id=msme.pk,
        actor=world.actor("coordinator"),
        identity=Identity(
            name=said.organisation.name, code=said.organisation.code, size=said.size, district_id=district.pk,
            owner_name=said.owner_name, nib=said.nib, npwp=said.npwp, is_taxable=said.is_taxable,
            is_example=said.is_example,
        ),
        contact=Contact(
            address=said.address, phone=said.phone, bank_name=said.bank_name, bank_account=said.bank_account,
            bank_holder=said.bank_holder,
        ),
    )  # fmt: skip


def of_district(world: World, district: District) -> dict[Stage, Decimal]:
    found = standing_of(world.edition.pk, Dimension.DISTRICT, district.pk)
    return {stage: cell.amount for stage, cell in found.items()}


def test_all_value_of_an_msme_moves_with_its_district(world: World) -> None:
    first = world.msmes[0].district
    world.quoted([10], world.msmes[:1])
    delivered = world.delivered([20], world.msmes[:2])
    running = world.approved([30], world.msmes[:1])
    lost = world.quoted([40], world.msmes[:1])
    request.withdraw_order(order_id=lost.pk, reason="Anggaran dialihkan", actor=world.actor("requester"))
    other = District.objects.create(name="Kabupaten Lain")
    move_to(world, world.msmes[0], other)
    price = 90_000
    assert of_district(world, other) == {
        Stage.QUOTED: 10 * price, Stage.DELIVERED: 10 * price, Stage.BOOKED: 30 * price, Stage.LOST: 40 * price
    }  # fmt: skip
    assert of_district(world, first) == {Stage.DELIVERED: 10 * price}
    assert delivered.allocations.count() == 2
    all_is_well(world)
    world.start(running, 0)
    world.receive(world.ship(running, 0))
    assert of_district(world, other)[Stage.DELIVERED] == 40 * price
    assert of_district(world, first) == {Stage.DELIVERED: 10 * price}
    all_is_well(world)


def test_a_correction_that_leaves_the_district_posts_nothing(world: World) -> None:
    world.approved([10], world.msmes[:1])
    before = LedgerEntry.objects.count()
    move_to(world, world.msmes[0], world.msmes[0].district)
    assert LedgerEntry.objects.count() == before


def test_a_district_may_change_there_and_back(world: World) -> None:
    first, other = world.msmes[0].district, District.objects.create(name="Kabupaten Lain")
    world.approved([10], world.msmes[:1])
    for district in (other, first, other, first):
        move_to(world, world.msmes[0], district)
        all_is_well(world)
    assert of_district(world, first) == {Stage.BOOKED: 900_000}
    assert of_district(world, other) == {}


def test_an_import_that_moves_msmes_takes_their_value_along(world: World) -> None:
    first, other = world.msmes[0].district, District.objects.create(name="Kabupaten Lain")
    world.approved([30], world.msmes[:3])
    register, lines = MsmeSheet(), []
    with transaction.atomic():
        for msme in Msme.objects.select_for_update().filter(pk__in=[one.pk for one in world.msmes[:2]]):
            register.remember(msme)
            msme.district = other
            lines.append(MsmeLine(msme, msme.organisation))
        save_lines(lines=lines, register=register, actor=world.actor("coordinator"))
    assert of_district(world, other) == {Stage.BOOKED: 20 * 90_000}
    assert of_district(world, first) == {Stage.BOOKED: 10 * 90_000}
    all_is_well(world)
