"""Reconcile finds each fault of the ledger again when what mends it is taken out; with it, the same acts leave none."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import F, Q, Sum

from buyers.models import Unit
from expo.figures.figures import Pledged, pledges_of
from expo.ledger.balances import Cell
from expo.ledger.ledger import Head
from expo.models import Edition, Pledge
from expo.pledges import pledges
from msmes.models import District, Msme
from msmes.register import districts
from msmes.register.registry import Contact, Identity, change_msme
from orders import act
from orders.models import Order
from orders.reconcile import differences, readings
from orders.requesting import request
from orders.requesting.lines import LineInput
from orders.value import covered
from procurement import clock
from tests.orders.living import END, Living

pytestmark = [pytest.mark.django_db, pytest.mark.database]

Patch = pytest.MonkeyPatch
MILLION = Decimal(1_000_000)


def found() -> list[str]:
    with clock.at(END):
        return [str(difference) for difference in differences()]


def changed(living: Living, name: str = "requested", *, quantity: int = 40, **heading: Any) -> Order:
    """The buyer changes the heading, or how many pieces of the first line."""
    world, order = living.world, living.order(name)
    said = request.Heading(
        title=order.title, edition_id=order.edition_id, unit_id=order.unit_id, pledge_id=order.pledge_id
    )
    lines = [
        LineInput(
            line_id=row.pk,
            product_id=row.product_id,
            quantity=quantity if row.position == 1 else row.quantity,
            needed_by=row.needed_by,
            site_id=row.site_id,
            target_price=row.target_price,
            specification=row.specification,
        )
        for row in order.lines.all()
    ]
    with clock.at(END):
        return request.change_order(
            order_id=order.pk, actor=world.actor("requester"), heading=replace(said, **heading), lines=lines
        )


# --- A1: what value is counted by changes ------------------------------------------------------------------------


def without_follow(patch: Patch) -> None:
    patch.setattr(act.Act, "_follow_heading", lambda self: None)


def another_unit(living: Living) -> str:
    unit = Unit.objects.create(institution=living.world.institution, code="LAIN", name="Satuan Lain")
    return changed(living, unit_id=unit.pk).number


def another_edition(living: Living) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(request, "_edition", lambda heading, of: Edition.objects.get(pk=heading.edition_id))
        patch.setattr(request, "_pledge", lambda heading, institution, edition, of: of.pledge)
        # What this order took of its pledge stands in the edition of the pledge, whatever becomes of the order.
        return changed(living, "plain", edition_id=living.other_edition).number


def without_districts(patch: Patch) -> None:
    patch.setattr(districts, "_followers", [])


def another_district(living: Living) -> str:
    msme = Msme.objects.select_related("organisation").get(pk=living.world.msmes[0].pk)
    other = District.objects.create(name="Kabupaten Lain")
    with clock.at(END):
        change_msme(
            msme_id=msme.pk,
            actor=living.world.actor("coordinator"),
            identity=Identity(
                name=msme.organisation.name,
                code=msme.organisation.code,
                size=msme.size,
                district_id=other.pk,
                owner_name=msme.owner_name,
                nib=msme.nib,
                npwp=msme.npwp,
                is_taxable=msme.is_taxable,
                is_example=msme.is_example,
            ),
            contact=Contact(
                address=msme.address,
                phone=msme.phone,
                bank_name=msme.bank_name,
                bank_account=msme.bank_account,
                bank_holder=msme.bank_holder,
            ),
        )
    return living.number("closed")


# --- A3: an order outgrows or shrinks below its pledge -----------------------------------------------------------


def without_covering(patch: Patch) -> None:
    patch.setattr(covered, "follow", lambda order, posting, actor: None)


def shrunk(living: Living) -> str:
    _refer(living)
    return changed(living, quantity=1).number


def grown(living: Living) -> str:
    _refer(living)
    return changed(living, quantity=4_000).number


def lost(living: Living) -> str:
    order = _refer(living)
    with clock.at(END):
        request.withdraw_order(
            order_id=order.pk, reason="Anggaran dialihkan", actor=living.world.actor("requester")
        )
    return order.number


def _refer(living: Living) -> Order:
    """An order out of a new pledge, which has something left."""
    world = living.world
    with clock.at(END):
        pledge = world.pledge(50 * MILLION)
        order = request.draft_order(
            actor=world.actor("requester"),
            heading=replace(world.heading("Dari komitmen"), pledge_id=pledge.pk, unit_id=living.unit),
            lines=world.lines([40, 6]),
        )
        request.submit_order(order_id=order.pk, actor=world.actor("requester"))
    living.orders["requested"] = order.pk
    return order


def without_the_heads_of_pledges(patch: Patch) -> None:
    """A4: what an order takes is counted under its own unit."""
    head = Head

    def of_the_order(edition_id: int, institution_id: int | None, **more: Any) -> Any:
        unit = Unit.objects.order_by("pk").first()
        return head(edition_id, institution_id, unit_id=unit.pk if unit else None, **more)

    patch.setattr(pledges, "Head", of_the_order)


CASES: list[tuple[str, Callable[[Patch], None], Callable[[Living], str], list[str]]] = [
    ("unit", without_follow, another_unit, ["requested sejak", "satuan kerja Satuan Lain", "buku nilai Rp0"]),
    ("edition", without_follow, another_edition, ["requested sejak", "KUMKM Expo ke-10", "buku nilai Rp0"]),
    ("district", without_districts, another_district, ["delivered", "Kabupaten Lain", "buku nilai Rp0"]),
    ("shrunk", without_covering, shrunk, ["bagian dari komitmen", "melebihi nilainya"]),
    ("grown", without_covering, grown, ["announced bagi", "sisa Rp"]),
    ("lost", without_covering, lost, ["bagian dari komitmen", "melebihi nilainya", "baris Rp0"]),
    ("pledge's unit", without_the_heads_of_pledges, lambda living: _refer(living).number, ["announced"]),
]


@pytest.mark.parametrize(
    ("taken_out", "does", "words"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_a_fix_that_is_taken_out_is_missed(
    living: Living,
    monkeypatch: Patch,
    taken_out: Callable[[Patch], None],
    does: Callable[[Living], str],
    words: list[str],
) -> None:
    orders = dict(living.orders)
    try:
        taken_out(monkeypatch)
        number = does(living)
    finally:
        living.orders = orders
    sentences = found()
    assert [one for one in sentences if all(word in one for word in words)], sentences
    assert any(number in one or one.startswith("komitmen") for one in sentences)


@pytest.mark.parametrize("does", [case[2] for case in CASES], ids=[case[0] for case in CASES])
def test_with_the_fix_the_same_leaves_nothing_to_find(living: Living, does: Callable[[Living], str]) -> None:
    orders = dict(living.orders)
    try:
        does(living)
    finally:
        living.orders = orders
    assert found() == []


def test_a_funnel_of_now_that_reads_the_rows_is_missed(living: Living, monkeypatch: Patch) -> None:
    """A4: when the rest of a pledge had lapsed, now said that nothing of it was converted; as of now some was."""
    by_ledger = pledges_of

    def by_rows(figures: Any, asked: Any) -> Any:
        if asked.as_of is not None:
            return by_ledger(figures, asked)
        live = Q(status__in=("open", "converted"))
        sums = Pledge.objects.filter(edition=asked.edition, kind="order").aggregate(
            said=Sum("amount"), taken=Sum(F("amount") - F("remaining"), filter=live)
        )
        told, others = by_ledger(figures, asked)
        announced = Cell(sums["said"] or Decimal(0), told.announced.orders)
        return Pledged(announced, Cell(sums["taken"] or Decimal(0), told.converted.orders)), others

    monkeypatch.setattr(readings, "pledges_of", by_rows)
    sentences = found()
    assert [one for one in sentences if "komitmen yang menjadi pesanan" in one and "kini dan per" in one]
