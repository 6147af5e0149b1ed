"""Reconcile finds what is spoiled in pledges, weeks and sums, and code that reads other figures than there are."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import F

from buyers.models import Unit
from expo.ledger import sources
from expo.models import LedgerEntry, LedgerRollup, Origin, Pledge, Snapshot, Stage
from msmes.models import CapacityReservation, CapacityWeek
from orders.models import Allocation
from orders.reconcile import differences
from procurement import clock
from procurement.models import Event
from tests.expo.entries import entry
from tests.orders.living import END, Living

pytestmark = [pytest.mark.django_db, pytest.mark.database]

Damage = Callable[[Living], None]


def found() -> list[str]:
    with clock.at(END):
        return [str(difference) for difference in differences()]


def pledge(which: str, **values: Any) -> Damage:
    def damage(living: Living) -> None:
        Pledge.objects.filter(pk=getattr(living, f"{which}_pledge")).update(**values)

    return damage


def announced_of_a_unit(living: Living) -> None:
    """A4: what an order took carries its unit, which the announcement had not."""
    rows = LedgerEntry.objects.filter(pledge=living.open_pledge, order_id__isnull=False)
    rows.update(unit=Unit.objects.get(pk=living.unit))


def pledge_stood_too_long(living: Living) -> None:
    LedgerEntry.objects.filter(pledge=living.lapsed_pledge, dwell_days__isnull=False).update(dwell_days=77)


def pledge_below_zero(living: Living) -> None:
    row = LedgerEntry.objects.get(pledge=living.lapsed_pledge, verb="pledge.announce", amount__gt=0)
    LedgerEntry.objects.filter(pk=row.pk).update(happened_at=END - timedelta(hours=1))


def trail_of_a_pledge(living: Living) -> None:
    stream = f"pledge:{living.lapsed_pledge}"
    Event.objects.filter(stream=stream, verb="pledge.end").update(to_state="withdrawn")


def half_an_announcement(living: Living) -> None:
    LedgerEntry.objects.bulk_create([entry(living.world, uuid4(), Stage.OUTSIDE, -7, happened_at=END)])


def given_up_twice(living: Living) -> None:
    world, posting = living.world, uuid4()
    more = {"pledge_id": living.lapsed_pledge, "happened_at": END, "verb": "pledge.end"}
    LedgerEntry.objects.bulk_create(
        [
            entry(world, posting, Stage.OUTSIDE, -9, **more),
            entry(world, posting, Stage.LOST, 9, origin=Origin.ANNOUNCED, **more),
        ]
    )


PLEDGES: list[tuple[str, Damage, list[str]]] = [
    ("remaining", pledge("open", remaining=F("remaining") - 1), ["announced sejak 2022-07-27", "baris Rp"]),
    ("status", pledge("open", status="converted"), ["“converted”"]),
    ("amount", pledge("open", amount=F("amount") + 1), ["pernah diumumkan", "Rp500.000.001"]),
    (
        "day",
        pledge("open", announced_on=F("announced_on") - timedelta(days=1)),
        ["announced sejak 2022-07-26", "Rp0"],
    ),
    ("trail", trail_of_a_pledge, ["kejadian terakhir “withdrawn”, baris “lapsed”"]),
    ("unit", announced_of_a_unit, ["announced", "satuan kerja Satuan Kerja Umum", "baris Rp0"]),
    ("dwell", pledge_stood_too_long, ["77 hari, seharusnya"]),
    ("below zero", pledge_below_zero, ["announced", "tidak pernah boleh di bawah nol"]),
    ("half a posting", half_an_announcement, ["posting"]),
    ("given up", given_up_twice, ["lost announced", "Rp"]),
]

# --- Weeks -------------------------------------------------------------------------------------------------------


def counter(living: Living) -> None:
    week = CapacityWeek.objects.filter(reserved__gt=0).order_by("pk")[0]
    CapacityWeek.objects.filter(pk=week.pk).update(reserved=F("reserved") + 1)


def promise(living: Living) -> None:
    row = CapacityReservation.objects.order_by("pk")[0]
    CapacityReservation.objects.filter(pk=row.pk).update(quantity=F("quantity") + 1)


def held_by(living: Living, order: str, **of: Any) -> None:
    share = Allocation.objects.filter(order=living.orders[order], line__position=1, **of).order_by("pk")[0]
    row = CapacityReservation.objects.filter(week__msme=share.msme_id).order_by("pk")[0]
    CapacityReservation.objects.filter(pk=row.pk).update(allocation_id=share.pk)


def held_for_an_ended_order(living: Living) -> None:
    held_by(living, "cancelled", msme=living.world.msmes[0])


def held_by_nobody(living: Living) -> None:
    row = CapacityReservation.objects.order_by("pk")[0]
    CapacityReservation.objects.filter(pk=row.pk).update(allocation_id=4711)


def held_by_another(living: Living) -> None:
    share = Allocation.objects.filter(order=living.orders["quoted"], msme=living.world.msmes[1])[0]
    row = CapacityReservation.objects.filter(week__msme=living.world.msmes[0]).order_by("pk")[0]
    CapacityReservation.objects.filter(pk=row.pk).update(allocation_id=share.pk)


WEEKS: list[tuple[Damage, list[str]]] = [
    (counter, ["minggu", "Perajin Contoh 0", "menurut janji"]),
    (promise, ["minggu", "Perajin Contoh 0", "menurut janji"]),
    (held_for_an_ended_order, ["minggu", "masih ditahan alokasi", "“cancelled”"]),
    (held_by_nobody, ["minggu", "alokasi yang tidak ada"]),
    (held_by_another, ["minggu", "dari UMKM atau produk lain"]),
]

# --- Sums and reads ----------------------------------------------------------------------------------------------


def a_sum(level: str, dimension: str, **values: Any) -> Damage:
    def damage(living: Living) -> None:
        rows = LedgerRollup.objects.filter(level=level, dimension=dimension).exclude(amount=0)
        row = rows.order_by("period", "key", "stage")[0]
        LedgerRollup.objects.filter(pk=row.pk).update(**values)

    return damage


def a_sum_too_many(living: Living) -> None:
    LedgerRollup.objects.create(
        edition=living.world.edition,
        level="day",
        period="2022-07-01",
        dimension="unit",
        key=7,
        stage=Stage.BOOKED,
        amount=5,
        orders=0,
    )


def a_sum_too_few(living: Living) -> None:
    LedgerRollup.objects.filter(level="day", dimension="msme").exclude(amount=0).order_by("pk")[0].delete()


def another_snapshot(living: Living) -> None:
    row = Snapshot.objects.get()
    Snapshot.objects.filter(pk=row.pk).update(figures={**row.figures, "total": {"0": {"booked": [1, 1]}}})


SUMS: list[tuple[str, Damage, list[str]]] = [
    ("hour", a_sum("hour", "total", amount=F("amount") + 1), ["jumlah hour 2022-07-2"]),
    ("day", a_sum("day", "institution", amount=F("amount") + 1), ["jumlah day 2022-07-2", "institution"]),
    ("count", a_sum("day", "unit", orders=F("orders") + 1), ["jumlah day 2022-07-2", "unit", "cacah"]),
    ("close", a_sum("close", "category", amount=F("amount") + 1), ["jumlah close 2022-07-2", "category"]),
    ("part", a_sum("part", "since", amount=F("amount") + 1), ["jumlah part 2022-07-2", "since"]),
    ("all", a_sum("all", "msme", amount=F("amount") + 1), ["jumlah all", "msme"]),
    ("too many", a_sum_too_many, ["jumlah day 2022-07-01", "unit 7", "booked"]),
    ("too few", a_sum_too_few, ["jumlah day", "msme"]),
    ("snapshot", another_snapshot, ["potret", "Jumpa pers"]),
]


@pytest.mark.parametrize(
    ("damage", "words"), [case[1:] for case in PLEDGES], ids=[case[0] for case in PLEDGES]
)
def test_what_is_spoiled_in_pledges_is_named(living: Living, damage: Damage, words: list[str]) -> None:
    damage(living)
    sentences = found()
    where = [one for one in sentences if one.startswith(("komitmen", "posting"))]
    assert [one for one in where if all(word in one for word in words)], sentences
    assert not [one for one in sentences if one.startswith("minggu")]


@pytest.mark.parametrize(("damage", "words"), WEEKS, ids=[damage.__name__ for damage, _words in WEEKS])
def test_what_is_spoiled_in_weeks_is_named(living: Living, damage: Damage, words: list[str]) -> None:
    damage(living)
    sentences = found()
    assert [one for one in sentences if all(word in one for word in words)], sentences
    assert all(one.startswith("minggu") or "menahan" in one for one in sentences)


@pytest.mark.parametrize("pieces", [1, -1])
def test_a_share_that_holds_more_or_less_than_it_must_make_is_named(living: Living, pieces: int) -> None:
    """Week and reservations agree with each other, and promise something else than the share."""
    row = CapacityReservation.objects.filter(quantity__gt=1).order_by("pk")[0]
    CapacityReservation.objects.filter(pk=row.pk).update(quantity=F("quantity") + pieces)
    CapacityWeek.objects.filter(pk=row.week_id).update(reserved=F("reserved") + pieces)
    (sentence,) = found()
    share = Allocation.objects.get(pk=row.allocation_id)
    assert sentence.startswith(share.order.number)
    assert sentence.endswith(
        f"alokasi {share.pk} menahan {share.to_make + pieces} dari minggu produksi, seharusnya {share.to_make}"
    )


@pytest.mark.parametrize(("damage", "words"), [case[1:] for case in SUMS], ids=[case[0] for case in SUMS])
def test_what_is_spoiled_in_sums_is_named(living: Living, damage: Damage, words: list[str]) -> None:
    damage(living)
    sentences = found()
    assert [one for one in sentences if all(word in one for word in words)], sentences
    assert all(one.startswith(("jumlah", "bacaan", "potret")) for one in sentences)


def test_a_read_of_the_past_that_forgets_a_closing_is_named(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        sources, "_AT_OPENING", sources._AT_OPENING.replace("level = 'close'", "level = 'none'")
    )
    sentences = found()
    assert sentences
    assert all(one.startswith("bacaan KUMKM Expo ke-9") for one in sentences)


def test_a_read_of_now_that_forgets_what_came_last_is_named(living: Living) -> None:
    """The sums of all time are right up to the horizon, but nobody adds what lies beyond it."""
    with clock.at(END):
        living.world.requested([1])
        assert found() == []
        horizon = LedgerEntry.objects.latest("pk").pk
        from expo.models import LedgerHorizon

        LedgerHorizon.objects.update(through=horizon)
    sentences = found()
    assert any(one.startswith("jumlah day 2022-08-16") for one in sentences)
    assert Decimal(horizon) > 0
