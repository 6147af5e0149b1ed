"""The ledger's promises one by one: what is refused, what pledges do, what was told, and what reconcile names."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from expo import closings
from expo.balances import figures, standing_of
from expo.dimensions import ANNOUNCING, GIVEN_UP, TAKEN_BY_ORDERS
from expo.editions import close_edition
from expo.ledger import Dimensions, Posting
from expo.models import (
    Dimension,
    LedgerEntry,
    LedgerHorizon,
    LedgerRollup,
    Origin,
    Pledge,
    ReconcileRun,
    Snapshot,
    Stage,
)
from expo.pledges import NewAmount, PledgeInput, announce_pledge, change_pledge, end_pledge
from expo.rollup import final_end, roll
from expo.snapshots import compare, is_intact, save_snapshot
from orders import request
from orders.pledged import link_pledge
from orders.reconcile import differences, run
from procurement import clock
from procurement.errors import InvalidInput, NotPermitted, WrongState
from tests.factories import OPENING, World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.database]

MILLION = Decimal(1_000_000)


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def pledge_of(world: World, amount: Decimal | None = 500 * MILLION, **changes: Any) -> Pledge:
    values: dict[str, Any] = {
        "edition_id": world.edition.pk,
        "institution_id": world.institution.pk,
        "party_name": "Bank Contoh",
        "kind": "order",
        "amount_kind": "exact" if amount else "not_stated",
        "amount": amount,
        "source": "Sambutan penutupan",
        "announced_on": clock.today(),
        "confidence": "B",
    }
    return announce_pledge(actor=world.actor("coordinator"), pledge=PledgeInput(**{**values, **changes}))


def changed(world: World, pledge: Pledge, amount: Decimal, *, was_mistaken: bool = False) -> Pledge:
    return change_pledge(
        pledge_id=pledge.pk,
        actor=world.actor("coordinator"),
        new=NewAmount(amount_kind="exact", amount=amount),
        reason="Ralat dari bank",
        was_mistaken=was_mistaken,
    )


def standing(world: World, *stages: Stage) -> list[tuple[Decimal, int]]:
    by_stage = figures(world.edition.pk).by_stage
    return [(by_stage[stage].amount, by_stage[stage].orders) for stage in stages]


# --- Postings ----------------------------------------------------------------------------------------------------


def entry(world: World, posting: Any, stage: Stage, amount: int, **changes: Any) -> LedgerEntry:
    values = {"orders": 0, "verb": "x", "happened_at": clock.now(), "edition": world.edition, **changes}
    return LedgerEntry(posting=posting, stage=stage, amount=amount, **values)


@pytest.mark.postgres
@pytest.mark.parametrize(("amount", "orders"), [(4, 0), (5, 1)])
def test_postgresql_refuses_legs_that_do_not_sum_to_zero(world: World, amount: int, orders: int) -> None:
    one = uuid4()
    LedgerEntry.objects.bulk_create(
        [entry(world, one, Stage.OUTSIDE, -5), entry(world, one, Stage.BOOKED, 5)]
    )
    with pytest.raises(DatabaseError, match="do not sum to zero"), transaction.atomic():
        LedgerEntry.objects.bulk_create(
            [entry(world, one, Stage.OUTSIDE, -5), entry(world, one, Stage.BOOKED, amount, orders=orders)]
        )
    assert LedgerEntry.objects.count() == 2


def test_a_posting_out_of_balance_is_a_fault_of_ours(world: World) -> None:
    posting = Posting(
        verb="x",
        actor=world.actor("coordinator"),
        happened_at=clock.now(),
        edition_id=world.edition.pk,
        institution_id=None,
    )
    posting.leg(Stage.BOOKED, Decimal(5))
    with pytest.raises(ValueError, match="not to zero"):
        posting.write()


@pytest.mark.parametrize(
    ("stage", "changes"),
    [
        (Stage.LOST, {}),
        (Stage.BOOKED, {"origin": "quoted"}),
        (Stage.QUOTED, {}),
        (Stage.BOOKED, {"since": date(2022, 7, 27)}),
        (Stage.BOOKED, {"amount": 0}),
    ],
)
def test_an_entry_that_says_too_little_or_too_much_is_refused(
    world: World, stage: Stage, changes: dict[str, Any]
) -> None:
    one, amount = uuid4(), changes.pop("amount", 5)
    with pytest.raises(DatabaseError), transaction.atomic():
        LedgerEntry.objects.bulk_create(
            [entry(world, one, stage, amount, **changes), entry(world, one, Stage.OUTSIDE, -amount)]
        )


def test_a_count_joins_a_leg_of_its_day_and_stands_alone_without_one(world: World) -> None:
    order = world.requested([5])
    legs = LedgerEntry.objects.filter(order_id=order.pk)
    assert {(leg.stage, int(leg.amount), leg.orders) for leg in legs} == {
        ("outside", -500_000, -1),
        ("requested", 500_000, 1),
    }
    posting = Posting(
        verb="x",
        actor=world.actor("coordinator"),
        happened_at=clock.now(),
        edition_id=world.edition.pk,
        institution_id=None,
    )
    posting.count(Stage.BOOKED, Stage.LOST, given=Dimensions(origin=Origin.BOOKED), dwell_days=3)
    posting.write()
    alone = LedgerEntry.objects.filter(verb="x").order_by("orders")
    assert [(leg.stage, leg.amount, leg.orders, leg.dwell_days) for leg in alone] == [
        ("booked", Decimal(0), -1, 3),
        ("lost", Decimal(0), 1, None),
    ]


# --- Orders in the figures ---------------------------------------------------------------------------------------


def test_ageing_dwell_and_origin_follow_an_order(world: World) -> None:
    with clock.at(OPENING):
        order = world.requested([10])
        clock.advance(timedelta(days=4))
        world.ask_everybody(order, world.msmes[:1])
        world.quote(order)
        shown = figures(world.edition.pk)
        assert [(row.stage, row.since) for row in shown.ageing()] == [(Stage.QUOTED, date(2022, 7, 31))]
        assert shown.median_days(Stage.REQUESTED) == 4
        clock.advance(timedelta(days=2))
        request.withdraw_order(order_id=order.pk, reason="Anggaran dialihkan", actor=world.actor("requester"))
        shown = figures(world.edition.pk)
        assert shown.ageing() == []
        assert shown.median_days(Stage.QUOTED) == 2
        assert shown.lost_by_origin()[Origin.QUOTED].orders == 1
        assert {stage: cell.orders for stage, cell in shown.reached().items()} == {
            Stage.ANNOUNCED: 0, Stage.REQUESTED: 1, Stage.QUOTED: 1, Stage.BOOKED: 0, Stage.DELIVERED: 0
        }  # fmt: skip
        earlier = figures(world.edition.pk, OPENING + timedelta(days=1))
        assert earlier.not_yet_booked.orders == 1
        assert earlier.by_stage[Stage.LOST].orders == 0


def test_leaders_are_the_largest_and_one_msme_has_what_it_has(world: World) -> None:
    world.approved([40], world.msmes[:1])
    world.approved([10], world.msmes[1:2])
    roll()
    found = figures(world.edition.pk, leading=[Dimension.MSME], most=1).leaders[Dimension.MSME]
    assert [(leader.key, leader.size) for leader in found.rows] == [(world.msmes[0].pk, Decimal(40 * 90_000))]
    assert (found.count, found.total) == (2, Decimal(50 * 90_000))
    assert found.concentration == pytest.approx(0.8**2 + 0.2**2)
    one = standing_of(world.edition.pk, Dimension.MSME, world.msmes[1].pk)
    assert one[Stage.BOOKED].amount == 10 * 90_000
    filtered = figures(world.edition.pk, msme=world.msmes[1].pk)
    assert filtered.by_stage[Stage.BOOKED].amount == 10 * 90_000


# --- Pledges -----------------------------------------------------------------------------------------------------


def test_a_raised_pledge_is_announced_and_a_lowered_one_partly_lost(world: World) -> None:
    pledge = pledge_of(world)
    changed(world, pledge, 700 * MILLION)
    assert standing(world, Stage.ANNOUNCED, Stage.LOST) == [(700 * MILLION, 1), (Decimal(0), 0)]
    changed(world, pledge, 400 * MILLION)
    assert standing(world, Stage.ANNOUNCED, Stage.LOST) == [(400 * MILLION, 1), (300 * MILLION, 0)]
    changed(world, pledge, 100 * MILLION, was_mistaken=True)
    assert standing(world, Stage.ANNOUNCED, Stage.LOST) == [(100 * MILLION, 1), (300 * MILLION, 0)]
    assert list(differences()) == []


def test_a_pledge_is_not_lowered_below_what_orders_have_taken(world: World) -> None:
    pledge, order = pledge_of(world), world.requested([100])
    link_pledge(order_id=order.pk, pledge_id=pledge.pk, actor=world.actor("coordinator"))
    with pytest.raises(InvalidInput) as refusal:
        changed(world, pledge, 10 * MILLION - 1)
    assert refusal.value.field == "amount"
    assert changed(world, pledge, 10 * MILLION).status == Pledge.Status.CONVERTED
    assert standing(world, Stage.ANNOUNCED) == [(Decimal(0), 0)]


@pytest.mark.parametrize("amount", [Decimal(0), Decimal(-5), Decimal("10.5"), Decimal(10) ** 13 + 1])
def test_an_absurd_amount_is_refused(world: World, amount: Decimal) -> None:
    pledge = pledge_of(world)
    with pytest.raises(InvalidInput):
        changed(world, pledge, amount)
    with pytest.raises(InvalidInput):
        pledge_of(world, amount, amount_kind="exact")
    assert standing(world, Stage.ANNOUNCED) == [(500 * MILLION, 1)]


def test_a_closed_edition_takes_no_more(world: World) -> None:
    pledge = pledge_of(world)
    close_edition(edition_id=world.edition.pk, actor=world.actor("coordinator"))
    with pytest.raises(WrongState):
        changed(world, pledge, 600 * MILLION)
    with pytest.raises(InvalidInput):
        pledge_of(world)
    changed(world, pledge, 400 * MILLION)


def test_only_a_coordinator_changes_a_pledge_and_only_an_open_one(world: World) -> None:
    pledge = pledge_of(world)
    with pytest.raises(NotPermitted):
        change_pledge(
            pledge_id=pledge.pk,
            actor=world.actor("viewer"),
            new=NewAmount(amount_kind="exact", amount=MILLION),
            reason="Ralat",
        )
    end_pledge(
        pledge_id=pledge.pk, actor=world.actor("coordinator"), status="lapsed", reason="Tidak ada kabar"
    )
    assert standing(world, Stage.LOST) == [(500 * MILLION, 1)]
    with pytest.raises(WrongState):
        changed(world, pledge, MILLION)


def test_an_order_is_linked_to_its_pledge_afterwards(world: World) -> None:
    pledge, order = pledge_of(world), world.requested([100])
    before = figures(world.edition.pk).by_stage[Stage.OUTSIDE].amount
    link_pledge(order_id=order.pk, pledge_id=pledge.pk, amount=4 * MILLION, actor=world.actor("coordinator"))
    assert standing(world, Stage.ANNOUNCED, Stage.REQUESTED) == [
        (496 * MILLION, 1),
        (10 * MILLION, 1),
    ]
    assert figures(world.edition.pk).by_stage[Stage.OUTSIDE].amount == before + 4 * MILLION
    with pytest.raises(WrongState):
        link_pledge(order_id=order.pk, pledge_id=pledge.pk, actor=world.actor("coordinator"))
    assert list(differences()) == []


@pytest.mark.parametrize("amount", [3 * MILLION + 1, Decimal(0), Decimal("1.5"), 11 * MILLION])
def test_a_conversion_above_the_pledge_or_the_order_is_refused(world: World, amount: Decimal) -> None:
    pledge, order = pledge_of(world, 3 * MILLION), world.requested([100])
    with pytest.raises(InvalidInput) as refusal:
        link_pledge(order_id=order.pk, pledge_id=pledge.pk, amount=amount, actor=world.actor("coordinator"))
    assert refusal.value.field == "amount"
    assert standing(world, Stage.ANNOUNCED) == [(3 * MILLION, 1)]


def test_a_pledge_of_another_institution_is_not_linked(world: World) -> None:
    pledge, order = pledge_of(world, institution_id=world.other_institution.pk), world.requested([1])
    with pytest.raises(InvalidInput):
        link_pledge(order_id=order.pk, pledge_id=pledge.pk, actor=world.actor("coordinator"))


# --- Snapshots ---------------------------------------------------------------------------------------------------


def test_a_snapshot_tells_what_happened_since_from_what_was_known_later(world: World) -> None:
    with clock.at(OPENING):
        world.requested([10])
        clock.advance(timedelta(hours=2))
        told = save_snapshot(
            edition_id=world.edition.pk, label="Jumpa pers penutupan", actor=world.actor("coordinator")
        )
    with clock.at(OPENING + timedelta(hours=1)):
        late = world.requested([20])
    with clock.at(OPENING + timedelta(days=3)):
        new = world.requested([30])
    roll()
    comparison = compare(told)
    assert is_intact(told)
    assert comparison.told[Stage.REQUESTED].amount == MILLION
    assert comparison.difference(Stage.REQUESTED).amount == 5 * MILLION
    assert comparison.since[Stage.REQUESTED].amount == 3 * MILLION
    assert comparison.later[Stage.REQUESTED].amount == 2 * MILLION
    assert [one.order_id for one in comparison.orders] == [new.pk, late.pk]
    shorter = compare(told, most=1)
    assert (shorter.rest_count, shorter.rest.later[Stage.REQUESTED].amount) == (1, 2 * MILLION)


def test_figures_that_were_altered_are_noticed(world: World) -> None:
    told = save_snapshot(edition_id=world.edition.pk, label="Pers", actor=world.actor("coordinator"))
    told.figures["total"] = {"0": {"booked": [1, 1]}}
    assert not is_intact(told)


@pytest.mark.parametrize(("days", "label"), [(1, "Pers"), (-400, "Pers"), (0, " ")])
def test_a_snapshot_needs_a_possible_moment_and_a_label(world: World, days: int, label: str) -> None:
    with clock.at(OPENING + timedelta(hours=1)):
        world.requested([1])
        with pytest.raises(InvalidInput):
            save_snapshot(
                edition_id=world.edition.pk,
                label=label,
                actor=world.actor("coordinator"),
                as_of=clock.now() + timedelta(days=days),
            )
    assert not Snapshot.objects.exists()


# --- Sums and reconcile ------------------------------------------------------------------------------------------


def test_what_became_of_pledges_is_summed_of_every_moment(world: World) -> None:
    """Announced, taken by orders and given up are told apart by each entry alone, also where it is taken off again."""
    moments = [OPENING + timedelta(days=day, hours=2) for day in range(4)]
    with clock.at(OPENING):
        pledge = pledge_of(world)
    with clock.at(OPENING + timedelta(days=1)):
        order = world.requested([100])
        link_pledge(
            order_id=order.pk, pledge_id=pledge.pk, amount=4 * MILLION, actor=world.actor("coordinator")
        )
    with clock.at(OPENING + timedelta(days=2)):
        changed(world, pledge, 400 * MILLION)
    with clock.at(OPENING + timedelta(days=3)):
        changed(world, pledge, 600 * MILLION)
    announced, taken, given_up = {ANNOUNCING: 500}, {TAKEN_BY_ORDERS: -4}, {GIVEN_UP: -100}
    expected = [
        announced,
        announced | taken,
        announced | taken | given_up,
        {ANNOUNCING: 700} | taken | given_up,
    ]
    for _rolled in range(2):
        for today in (OPENING + timedelta(days=4), OPENING + timedelta(days=400)):
            with clock.at(today):
                for at, told in zip(moments, expected, strict=True):
                    found = figures(world.edition.pk, at).by(Dimension.PLEDGED)
                    assert {key: by_stage[Stage.ANNOUNCED].amount for key, by_stage in found.items()} == {
                        key: millions * MILLION for key, millions in told.items()
                    }
                    assert found[ANNOUNCING][Stage.ANNOUNCED].orders == 1
        roll()


def test_rolling_twice_adds_nothing_twice(world: World) -> None:
    world.approved([10])
    before = figures(world.edition.pk).sums
    assert roll(chunk=3) == LedgerEntry.objects.count()
    sums = list(LedgerRollup.objects.order_by("pk").values_list())
    assert roll() == 0
    assert list(LedgerRollup.objects.order_by("pk").values_list()) == sums
    assert figures(world.edition.pk).sums == before


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_horizon_never_passes_an_entry_that_is_still_being_written() -> None:
    world = make_world()
    world.requested([1])
    written, may_commit = threading.Event(), threading.Event()

    def write_slowly() -> None:
        try:
            with transaction.atomic():
                one = uuid4()
                LedgerEntry.objects.bulk_create(
                    [entry(world, one, Stage.OUTSIDE, -7), entry(world, one, Stage.BOOKED, 7)]
                )
                written.set()
                assert may_commit.wait(30)
        finally:
            connection.close()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert written.wait(30)
    assert final_end(patience_ms=50) is None
    assert roll() == 0
    may_commit.set()
    writer.join()
    assert roll() == LedgerEntry.objects.count()
    assert figures(world.edition.pk).by_stage[Stage.BOOKED].amount == 7


Damage = Callable[[World], None]


def _sum_too_large(world: World) -> None:
    row = LedgerRollup.objects.filter(dimension="total", level="all", stage="requested").get()
    LedgerRollup.objects.filter(pk=row.pk).update(amount=row.amount + 1)


def _count_missing(world: World) -> None:
    LedgerRollup.objects.filter(dimension="total", level="day", stage="requested").update(orders=0)


def _closing_too_large(world: World) -> None:
    row = LedgerRollup.objects.filter(dimension="institution", level="close", stage="requested").get()
    LedgerRollup.objects.filter(pk=row.pk).update(amount=row.amount + 1)


def _foreign_posting(world: World) -> None:
    one = uuid4()
    LedgerEntry.objects.bulk_create(
        [entry(world, one, Stage.OUTSIDE, -7), entry(world, one, Stage.BOOKED, 7, order_id=4711)]
    )


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (_sum_too_large, "jumlah all"),
        (_count_missing, "jumlah day"),
        (_closing_too_large, "jumlah close"),
        (_foreign_posting, "PSN-04711 (tidak ada), booked"),
    ],
)
def test_reconcile_names_the_first_difference_and_keeps_the_outcome(
    world: World, damage: Damage, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closings, "LEAST", 1)
    with clock.at(OPENING):
        world.requested([10])
    roll()
    run()
    assert (ReconcileRun.objects.get().differences, ReconcileRun.objects.get().orders) == (0, 1)
    damage(world)
    outcome = run()
    assert outcome.differences > 0
    assert outcome.first.startswith(named)
    with pytest.raises(CommandError):
        call_command("reconcile")
    assert LedgerHorizon.objects.get().through > 0
