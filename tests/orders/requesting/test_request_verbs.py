"""What the verbs do and refuse until an order is approved: requests, questions, answers, quotes."""

from datetime import timedelta
from decimal import Decimal

import pytest

from documents.models import Document
from expo.models import LedgerEntry
from orders.asking import asking
from orders.models import Order
from orders.quoting import quote
from orders.requesting import request
from orders.requesting.lines import LineInput
from procurement import clock
from procurement.errors import InvalidInput, NotFound, WrongState
from procurement.models import Event
from tests.factories import World, on_the_day
from tests.orders.soundness import assert_sound, by_stage, fresh

pytestmark = [pytest.mark.django_db, pytest.mark.database]


# --- Request -------------------------------------------------------------------------------------------------


def test_a_refused_draft_writes_nothing(world: World) -> None:
    lines = world.lines([0])
    with pytest.raises(InvalidInput) as refusal:
        request.draft_order(actor=world.actor("requester"), heading=world.heading(), lines=lines)
    assert (refusal.value.row, refusal.value.field) == (0, "quantity")
    assert Order.objects.count() == Event.objects.count() == 0


def test_an_empty_order_is_not_submitted(world: World) -> None:
    order = request.draft_order(actor=world.actor("requester"), heading=world.heading())
    with pytest.raises(InvalidInput):
        request.submit_order(order_id=order.pk, actor=world.actor("requester"))
    assert fresh(order).status == "draft"
    assert LedgerEntry.objects.count() == 0


def test_a_site_of_another_institution_is_refused(world: World) -> None:
    foreign = world.other_institution.sites.get()
    line = LineInput(product_id=world.products[0].pk, quantity=1, needed_by=clock.today(), site_id=foreign.pk)
    with pytest.raises(InvalidInput) as refusal:
        request.draft_order(actor=world.actor("requester"), heading=world.heading(), lines=[line])
    assert (refusal.value.row, refusal.value.field) == (0, "site")


def test_another_institution_does_not_find_the_order(world: World) -> None:
    order = world.draft()
    with pytest.raises(NotFound):
        request.submit_order(order_id=order.pk, actor=world.actor("other_requester"))
    assert fresh(order).status == "draft"


def test_staff_do_not_see_drafts_nor_discarded_drafts(world: World) -> None:
    order = world.draft()
    assert not Order.objects.visible_to(world.actor("coordinator")).exists()
    request.discard_draft(order_id=order.pk, actor=world.actor("requester"))
    assert not Order.objects.visible_to(world.actor("coordinator")).exists()
    with pytest.raises(WrongState):
        request.reopen_order(order_id=order.pk, actor=world.actor("requester"))


def test_changing_one_line_asks_again_only_its_msmes(world: World) -> None:
    order = world.requested([300, 60])
    world.ask_everybody(order)
    first, second = order.lines.all()
    lines = [
        LineInput(
            line_id=row.pk,
            product_id=row.product_id,
            quantity=row.quantity + (30 if row == first else 0),
            needed_by=row.needed_by,
            site_id=row.site_id,
            target_price=row.target_price,
            specification=row.specification,
        )
        for row in (first, second)
    ]
    request.change_order(
        order_id=order.pk, actor=world.actor("requester"), heading=world.heading(), lines=lines
    )
    assert set(order.allocations.filter(line=first).values_list("status", flat=True)) == {"released"}
    assert set(order.allocations.filter(line=second).values_list("status", flat=True)) == {"confirmed"}
    assert fresh(order).value == 36_000_000
    assert_sound()


def test_lines_can_be_reordered_removed_and_added(world: World) -> None:
    order = world.draft([300, 60])
    first, second = order.lines.all()
    swapped = [
        LineInput(
            line_id=row.pk,
            quantity=row.quantity,
            needed_by=row.needed_by,
            site_id=row.site_id,
            product_id=row.product_id,
        )
        for row in (second, first)
    ]
    new = world.lines([7])[0]
    request.change_order(
        order_id=order.pk, actor=world.actor("requester"), heading=world.heading(), lines=[*swapped, new]
    )
    assert [line.quantity for line in order.lines.all()] == [60, 300, 7]
    request.change_order(
        order_id=order.pk, actor=world.actor("requester"), heading=world.heading(), lines=[swapped[0]]
    )
    assert [line.quantity for line in order.lines.all()] == [60]


def test_a_quoted_order_cannot_be_changed(world: World) -> None:
    order = world.quoted()
    with pytest.raises(WrongState):
        request.change_order(
            order_id=order.pk, actor=world.actor("requester"), heading=world.heading(), lines=world.lines()
        )


def test_withdraw_needs_a_reason_and_can_be_reopened(world: World) -> None:
    order = world.quoted()
    with pytest.raises(InvalidInput) as refusal:
        request.withdraw_order(order_id=order.pk, reason="  ", actor=world.actor("requester"))
    assert refusal.value.field == "reason"
    request.withdraw_order(order_id=order.pk, reason="Anggaran dialihkan", actor=world.actor("requester"))
    assert by_stage(world) == {"outside": -32_400_000, "lost": 32_400_000}
    assert_sound()
    request.reopen_order(order_id=order.pk, actor=world.actor("requester"))
    reopened = fresh(order)
    assert (reopened.status, reopened.revision) == ("requested", 2)
    assert by_stage(world) == {"outside": -33_000_000, "requested": 33_000_000}
    world.ask_everybody(order)
    world.quote(reopened)
    world.approve(fresh(order))
    assert fresh(order).status == "approved"
    assert_sound()


# --- Asking and answering ------------------------------------------------------------------------------------


def test_part_and_no_and_a_quote_that_must_cover_every_line(world: World) -> None:
    order = world.requested([100])
    line = order.lines.get()
    asking.ask_msmes(
        order_id=order.pk,
        asks=[asking.Ask(line_id=line.pk, msme_id=msme.pk, quantity=100) for msme in world.msmes[:3]],
        deadline=clock.now() + timedelta(days=1),
        actor=world.actor("coordinator"),
    )
    rows = {row.msme_id: row for row in order.allocations.all()}
    ready = clock.today() + timedelta(days=20)
    asking.answer_requests(
        order_id=order.pk,
        answers=[
            asking.Answer(
                allocation_id=rows[world.msmes[0].pk].pk, quantity=70, price=Decimal(95_000), ready_on=ready
            )
        ],
        actor=world.actor("owner0"),
    )
    asking.answer_requests(
        order_id=order.pk,
        answers=[asking.Answer(allocation_id=rows[world.msmes[1].pk].pk, quantity=0, reason="Sedang penuh")],
        actor=world.actor("owner1"),
    )
    statuses = dict(order.allocations.values_list("msme_id", "status"))
    assert [statuses[msme.pk] for msme in world.msmes[:3]] == ["partly_confirmed", "declined", "asked"]
    with pytest.raises(InvalidInput, match="berjumlah 70"):
        world.quote(order)
    assert fresh(order).status == "requested"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"quantity": 101}, "quantity"),
        ({"quantity": -1}, "quantity"),
        ({"price": Decimal(0)}, "price"),
        ({"price": Decimal("90000.5")}, "price"),
        ({"price": None}, "price"),
        ({"ready_on": None}, "ready_on"),
        ({"ready_on": timedelta(days=-1)}, "ready_on"),
        ({"quantity": 0, "reason": ""}, "reason"),
    ],
)
def test_an_impossible_answer_names_its_field(world: World, change: dict[str, object], field: str) -> None:
    order = world.requested([100])
    line = order.lines.get()
    asking.ask_msmes(
        order_id=order.pk,
        asks=[asking.Ask(line_id=line.pk, msme_id=world.msmes[0].pk, quantity=100)],
        deadline=clock.now() + timedelta(days=1),
        actor=world.actor("coordinator"),
    )
    row = order.allocations.get()
    values: dict[str, object] = {
        "quantity": 100,
        "price": Decimal(90_000),
        "ready_on": clock.today() + timedelta(days=9),
    }
    values |= {name: on_the_day(value) for name, value in change.items()}
    answer = asking.Answer(allocation_id=row.pk, **values)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput) as refusal:
        asking.answer_requests(order_id=order.pk, answers=[answer], actor=world.actor("owner0"))
    assert (refusal.value.row, refusal.value.field) == (row.pk, field)
    assert order.allocations.get().status == "asked"


def test_an_msme_cannot_answer_for_a_rival(world: World) -> None:
    order = world.requested([100])
    line = order.lines.get()
    asking.ask_msmes(
        order_id=order.pk,
        asks=[asking.Ask(line_id=line.pk, msme_id=msme.pk, quantity=50) for msme in world.msmes[:2]],
        deadline=clock.now() + timedelta(days=1),
        actor=world.actor("coordinator"),
    )
    rival = order.allocations.get(msme=world.msmes[1])
    answer = asking.Answer(allocation_id=rival.pk, quantity=0, reason="Bukan urusan saya")
    with pytest.raises(NotFound):
        asking.answer_requests(order_id=order.pk, answers=[answer], actor=world.actor("owner0"))
    with pytest.raises(NotFound):
        asking.answer_requests(order_id=order.pk, answers=[answer], actor=world.actor("owner3"))
    assert order.allocations.get(pk=rival.pk).status == "asked"


def test_questions_and_quotes_expire_once(world: World) -> None:
    order = world.requested([100])
    line = order.lines.get()
    start = clock.now()
    with clock.at(start):
        asking.ask_msmes(
            order_id=order.pk,
            asks=[asking.Ask(line_id=line.pk, msme_id=world.msmes[0].pk, quantity=100)],
            deadline=start + timedelta(days=1),
            actor=world.actor("coordinator"),
        )
    assert asking.expire_asks() == 0
    with clock.at(start + timedelta(days=2)):
        assert asking.expire_asks() == 1
        assert asking.expire_asks() == 0
        assert order.allocations.get().status == "expired"
        row = order.allocations.get()
        late = asking.Answer(allocation_id=row.pk, quantity=0, reason="Terlambat menjawab")
        with pytest.raises(WrongState):
            asking.answer_requests(order_id=order.pk, answers=[late], actor=world.actor("owner0"))
        world.ask_everybody(order)
        world.quote(fresh(order), valid_until=clock.today())
        assert quote.expire_quotes() == 0
    with clock.at(start + timedelta(days=4)):
        assert quote.expire_quotes() == 1
        assert quote.expire_quotes() == 0
    lost = fresh(order)
    assert (lost.status, lost.lost_from) == ("lost", "quoted")
    assert lost.ended_reason
    assert_sound()


def test_a_revision_supersedes_the_quotation(world: World) -> None:
    order = world.quoted()
    first = Document.objects.get(kind="surat_penawaran")
    quote.ask_revision(order_id=order.pk, reason="Harga terlalu tinggi", actor=world.actor("approver"))
    assert by_stage(world) == {"outside": -33_000_000, "requested": 33_000_000}
    world.answer(order, 0, price=80_000)
    world.quote(fresh(order))
    again = list(Document.objects.filter(kind="surat_penawaran").order_by("revision"))
    assert [document.revision for document in again] == [1, 2]
    assert again[0].pk == first.pk
    assert again[0].superseded_at is not None
    assert again[0].content_hash == first.content_hash
    assert again[1].superseded_at is None
    assert again[0].number != again[1].number
    assert_sound()
