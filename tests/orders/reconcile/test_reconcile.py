"""Reconcile finds whatever is spoiled: one thing in a living world, named with its order, stage and place."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import F

from expo.models import LedgerEntry, Stage
from orders.models import Allocation, Amendment, Order, OrderLine, PurchaseOrder, Shipment, ShipmentLine
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


def legs(living: Living, order: str, stage: str, **more: Any) -> Any:
    return LedgerEntry.objects.filter(order_id=living.orders[order], stage=stage, **more)


def one(rows: Any) -> Any:
    """The first of some rows, as rows that can be updated."""
    return type(rows.order_by("pk")[0])._default_manager.filter(pk=rows.order_by("pk")[0].pk)


# --- What the ledger says of an order now ------------------------------------------------------------------------


def another_stage(living: Living) -> None:
    one(legs(living, "approved", Stage.BOOKED, amount__gt=0)).update(stage=Stage.IN_PRODUCTION)


def another_edition(living: Living) -> None:
    """A1: the value stays where it was."""
    Order.objects.filter(pk=living.orders["requested"]).update(edition=living.other_edition)


def another_edition_of_entries(living: Living) -> None:
    LedgerEntry.objects.filter(order_id=living.orders["requested"]).update(edition=living.other_edition)


def another_unit(living: Living) -> None:
    Order.objects.filter(pk=living.orders["requested"]).update(unit=None)


def another_institution(living: Living) -> None:
    legs(living, "requested", Stage.REQUESTED).update(institution=living.world.other_institution)


def another_msme(living: Living) -> None:
    row = living.order("quoted").allocations.order_by("pk")[0]
    Allocation.objects.filter(pk=row.pk).update(msme=living.world.msmes[3])


def another_category(living: Living) -> None:
    line = living.order("requested").lines.get(position=1)
    OrderLine.objects.filter(pk=line.pk).update(category=living.world.products[1].category)


def another_district(living: Living) -> None:
    from msmes.models import District, Msme

    elsewhere = District.objects.create(name="Kabupaten Lain")
    Msme.objects.filter(pk=living.world.msmes[2].pk).update(district=elsewhere)


def another_day(living: Living) -> None:
    legs(living, "quoted", Stage.QUOTED).update(since=F("since") - timedelta(days=1))


def another_origin(living: Living) -> None:
    legs(living, "cancelled", Stage.LOST).update(origin="quoted")


def twice_as_much(living: Living) -> None:
    one(legs(living, "delivered", Stage.DELIVERED, amount__gt=0)).update(amount=F("amount") * 2)


def counted_twice(living: Living) -> None:
    one(legs(living, "approved", Stage.BOOKED, orders=0)).update(orders=1)


def posted_twice(living: Living) -> None:
    world, posting, order = living.world, uuid4(), living.order("producing")
    more = {"order_id": order.pk, "institution_id": order.institution_id, "happened_at": END}
    LedgerEntry.objects.bulk_create(
        [entry(world, posting, Stage.OUTSIDE, -7, **more), entry(world, posting, Stage.BOOKED, 7, **more)]
    )


def of_no_order(living: Living) -> None:
    posting = uuid4()
    LedgerEntry.objects.bulk_create(
        [
            entry(living.world, posting, Stage.OUTSIDE, -7, happened_at=END),
            entry(living.world, posting, Stage.BOOKED, 7, order_id=4711, happened_at=END),
        ]
    )


def half_a_posting(living: Living) -> None:
    world, order = living.world, living.order("discarded")
    LedgerEntry.objects.bulk_create(
        [entry(world, uuid4(), Stage.OUTSIDE, -7, order_id=order.pk, happened_at=END)]
    )


def taken_from_the_pledge(living: Living) -> None:
    """A3: the order has less of the pledge than it took."""
    Order.objects.filter(pk=living.orders["requested"]).update(pledged=F("pledged") - 1)


NOW: list[tuple[Damage, str, list[str]]] = [
    (another_stage, "approved", ["booked", "UMKM Perajin Contoh 0", "kategori Batik"]),
    (another_edition, "requested", ["requested sejak", "KUMKM Expo ke-10", "Rp0"]),
    (another_edition_of_entries, "requested", ["requested sejak", "KUMKM Expo ke-10"]),
    (another_unit, "requested", ["requested sejak", "satuan kerja Satuan Kerja Umum"]),
    (another_institution, "requested", ["requested sejak", "instansi Pemerintah Provinsi Contoh"]),
    (another_msme, "quoted", ["quoted sejak", "UMKM Perajin Contoh 3"]),
    (another_category, "requested", ["requested sejak", "kategori Pangan"]),
    (another_district, "producing", ["booked", "UMKM Perajin Contoh 2", "kabupaten Kabupaten Lain"]),
    (another_day, "quoted", ["quoted sejak 2022-07-27"]),
    (another_origin, "cancelled", ["lost quoted", "UMKM Perajin Contoh 0"]),
    (twice_as_much, "delivered", ["delivered", "UMKM Perajin Contoh 0"]),
    (counted_twice, "approved", ["booked", "cacah 2, seharusnya 1"]),
    (posted_twice, "producing", ["booked", "buku nilai Rp7, baris Rp0"]),
    (of_no_order, "", ["PSN-04711 (tidak ada), booked", "Rp7"]),
    (half_a_posting, "discarded", ["posting", "tidak berjumlah nol"]),
    (taken_from_the_pledge, "requested", ["announced dari komitmen", "baris Rp999.999"]),
]

# --- What it says of the past ------------------------------------------------------------------------------------


def below_zero_for_a_day(living: Living) -> None:
    """A2: in the end all is well, and for a day there was less than nothing."""
    world, order, past = living.world, living.order("approved"), END - timedelta(days=5)
    share = order.allocations.order_by("pk")[0]
    more = {
        "order_id": order.pk,
        "institution_id": order.institution_id,
        "unit_id": order.unit_id,
        "msme_id": share.msme_id,
        "category_id": share.line.category_id,
        "district_id": share.msme.district_id,
    }
    for at, sign in ((past, -1), (past + timedelta(days=1), 1)):
        posting = uuid4()
        LedgerEntry.objects.bulk_create(
            [
                entry(world, posting, Stage.OUTSIDE, -sign * 900_000_000, happened_at=at, **more),
                entry(world, posting, Stage.BOOKED, sign * 900_000_000, happened_at=at, **more),
            ]
        )


def a_day_too_early(living: Living) -> None:
    order = living.orders["closed"]
    LedgerEntry.objects.filter(order_id=order, verb="order.approve").update(
        happened_at=F("happened_at") - timedelta(days=1)
    )


def stood_too_long(living: Living) -> None:
    one(legs(living, "rejected", Stage.QUOTED, dwell_days__isnull=False)).update(dwell_days=99)


def quoted_for_less(living: Living) -> None:
    event = Event.objects.get(stream=living.order("quoted").stream, verb="order.quote")
    before, after = event.changes["value"]
    Event.objects.filter(pk=event.pk).update(
        changes={**event.changes, "value": [before, str(int(after) - 1)]}
    )


def asked_for_less(living: Living) -> None:
    event = Event.objects.get(stream=living.order("quoted").stream, verb="order.quote")
    before, after = event.changes["value"]
    Event.objects.filter(pk=event.pk).update(
        changes={**event.changes, "value": [str(int(before) - 1), after]}
    )


def received_a_day_later(living: Living) -> None:
    shipment = Shipment.objects.filter(purchase_order__order=living.orders["delivered"]).order_by("pk")[0]
    Shipment.objects.filter(pk=shipment.pk).update(received_at=F("received_at") + timedelta(days=1))


def approved_in_the_trail_later(living: Living) -> None:
    Event.objects.filter(stream=living.order("closed").stream, verb="order.approve").update(
        happened_at=F("happened_at") + timedelta(minutes=30)
    )


THEN: list[tuple[Damage, str, list[str]]] = [
    (
        below_zero_for_a_day,
        "approved",
        ["booked", "UMKM Perajin Contoh 0", "tidak pernah boleh di bawah nol"],
    ),
    (a_day_too_early, "closed", ["booked", "pada 2022-"]),
    (stood_too_long, "rejected", ["quoted", "setelah", "hari pada 2022-"]),
    (quoted_for_less, "quoted", ["quoted pada 2022-", "menurut kejadian"]),
    (asked_for_less, "quoted", ["requested sebelum 2022-", "menurut penawaran"]),
    (received_a_day_later, "delivered", ["in_delivery pada 2022-", "menurut pengiriman"]),
    (approved_in_the_trail_later, "closed", ["booked", "pada 2022-"]),
]

# --- What the rows say of each other -----------------------------------------------------------------------------


def update(model: Any, name: str, path: str, **values: Any) -> Damage:
    def damage(living: Living) -> None:
        rows = model._default_manager.filter(**{path: living.orders[name]}).order_by("pk")
        model._default_manager.filter(pk=rows[0].pk).update(**values)

    return damage


ROWS: list[tuple[str, Damage, str, list[str]]] = [
    ("status", update(Order, "approved", "pk", status="in_production"), "approved", ["in_production"]),
    ("lost as what", update(Order, "withdrawn", "pk", lost_from="quoted"), "withdrawn", ["lost"]),
    (
        "since when",
        update(Order, "requested", "pk", status_since=F("status_since") + timedelta(days=2)),
        "requested",
        ["requested sejak"],
    ),
    ("value", update(Order, "closed", "pk", value=F("value") + 1), "closed", ["nilai pesanan"]),
    ("line", update(OrderLine, "quoted", "order", quantity=41), "quoted", ["baris 1", "seharusnya 41"]),
    ("share", update(Allocation, "approved", "order", quantity=19), "approved", ["booked"]),
    ("price", update(Allocation, "approved", "order", price=90_001), "approved", ["booked", "Rp1.800.020"]),
    ("shipped", update(Allocation, "closed", "order", accepted=1), "closed", ["delivered"]),
    (
        "share's state",
        update(Allocation, "approved", "order", status="fulfilled"),
        "approved",
        ["alokasi", "“fulfilled”"],
    ),
    (
        "an answer that nobody gave",
        update(Allocation, "quoted", "order", status="partly_confirmed"),
        "quoted",
        ["alokasi", "“partly_confirmed”"],
    ),
    (
        "purchase order's state",
        update(PurchaseOrder, "approved", "order", status="acknowledged"),
        "approved",
        ["surat pesanan", "kejadian terakhir “issued”"],
    ),
    (
        "purchase order's value",
        update(PurchaseOrder, "approved", "order", value=F("value") + 1),
        "approved",
        ["nilai surat pesanan"],
    ),
    (
        "shipment's state",
        update(Shipment, "closed", "purchase_order__order", status="discarded"),
        "closed",
        ["pengiriman"],
    ),
    (
        "pieces of a shipment",
        update(
            ShipmentLine, "delivered", "shipment__purchase_order__order", quantity=F("quantity") + 1,
            accepted=F("accepted") + 1,
        ),
        "delivered",
        ["pengiriman"],
    ),
    (
        "addendum's state",
        update(Amendment, "producing", "order", status="refused"),
        "producing",
        ["adendum", "kejadian terakhir “applied”"],
    ),
]  # fmt: skip


def test_nothing_is_found_in_a_world_that_was_not_spoiled(living: Living) -> None:
    assert found() == []
    assert {order.status for order in Order.objects.all()} == {
        "draft", "requested", "quoted", "approved", "in_production", "in_delivery", "delivered", "closed", "lost",
        "cancelled",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("damage", "order", "words"), [*NOW, *THEN], ids=[damage.__name__ for damage, *_rest in (*NOW, *THEN)]
)
def test_what_is_spoiled_in_the_ledger_is_named(
    living: Living, damage: Damage, order: str, words: list[str]
) -> None:
    damage(living)
    assert_named(living, order, words)


@pytest.mark.parametrize(
    ("damage", "order", "words"), [case[1:] for case in ROWS], ids=[case[0] for case in ROWS]
)
def test_what_is_spoiled_in_the_rows_is_named(
    living: Living, damage: Damage, order: str, words: list[str]
) -> None:
    damage(living)
    assert_named(living, order, words)


def assert_named(living: Living, order: str, words: list[str]) -> None:
    """Some sentence says it all, and none speaks of an order that was left alone."""
    sentences = found()
    number = living.number(order) if order else "PSN-04711"
    told = [sentence for sentence in sentences if all(word in sentence for word in (number, *words))]
    assert told, sentences
    shared = {"closed"} if "kabupaten Kabupaten Lain" in words else set()
    others = {living.number(name) for name in living.orders if name not in shared} - {number}
    assert not [sentence for sentence in sentences if any(other in sentence for other in others)]
