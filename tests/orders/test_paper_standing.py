"""Whether a paper holds follows from what it is about: every kind of paper in every state of its subject."""

import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.db.models import Value
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from documents.making import make
from documents.models import Document, DocumentKind
from documents.proving import standing
from documents.proving.standing import SAID, Standing
from orders.amending import amend
from orders.delivering import deliver
from orders.models import Order, PurchaseOrder, Shipment
from orders.papers.standing import ENDED, PURCHASE_ORDER, QUOTATION, SHIPMENT, STEPS
from orders.quoting import approve, quote
from orders.requesting import request
from orders.workflow import FLOWS, OrderStatus, PurchaseOrderStatus, ShipmentStatus
from procurement import clock
from tests.factories import World

S = Standing
REASON = "Anggaran dialihkan"
pytestmark = pytest.mark.django_db


def force(model: type[Any], pk: int, status: str) -> None:
    """Put a row into a state by the back door, which no verb ever does."""
    model.objects.filter(pk=pk).update(status=status)


def of(order: Order, kind: DocumentKind) -> list[Standing]:
    """The standing of each paper of this kind, oldest first."""
    papers = Document.objects.filter(kind=kind, stream=order.stream).with_standing().order_by("pk")
    return [paper.standing for paper in papers]


# --- The tables ------------------------------------------------------------------------------------------------


def test_every_kind_of_paper_is_registered_and_every_standing_is_said() -> None:
    assert set(standing.registered()) == {kind.value for kind in DocumentKind}
    assert set(SAID) == set(Standing)


@pytest.mark.parametrize(
    ("table", "states"),
    [(QUOTATION, OrderStatus), (PURCHASE_ORDER, PurchaseOrderStatus), (SHIPMENT, ShipmentStatus)],
)
def test_every_state_has_its_row(table: dict[str, Standing], states: Any) -> None:
    assert set(table) == {state.value for state in states}


def test_every_step_into_a_state_of_several_meanings_has_its_row() -> None:
    """``discard`` and ``submit`` are steps of a draft, of which there is no quotation."""
    for state, table in STEPS.items():
        steps = {f"order.{name}" for name, step in FLOWS["order"].items() if step.target == state}
        assert set(table) == steps - {"order.discard", "order.submit"}
    for state in ENDED:
        assert not [
            name for name, step in FLOWS["order"].items() if state in step.sources and name != "reopen"
        ]


HOLDS: dict[DocumentKind, dict[str, Standing]] = {
    DocumentKind.QUOTATION: {
        "draft": S.NOT_WANTED, "requested": S.REVISION_ASKED, "quoted": S.IN_FORCE, "approved": S.IN_FORCE,
        "in_production": S.IN_FORCE, "in_delivery": S.IN_FORCE, "delivered": S.IN_FORCE, "closed": S.IN_FORCE,
        "lost": S.NOT_WANTED, "cancelled": S.CANCELLED,
    },
    DocumentKind.PURCHASE_ORDER: {
        "issued": S.IN_FORCE, "acknowledged": S.IN_FORCE, "producing": S.IN_FORCE, "ready": S.IN_FORCE,
        "shipped": S.IN_FORCE, "received": S.IN_FORCE, "settled": S.IN_FORCE, "cancelled": S.CANCELLED,
    },
    DocumentKind.DELIVERY_NOTE: {
        "prepared": S.IN_FORCE, "dispatched": S.IN_FORCE, "received": S.IN_FORCE, "discarded": S.CANCELLED,
    },
    DocumentKind.HANDOVER: {
        "prepared": S.IN_FORCE, "dispatched": S.IN_FORCE, "received": S.IN_FORCE, "discarded": S.CANCELLED,
    },
}  # fmt: skip


@pytest.mark.database
def test_every_kind_in_every_state_of_its_subject(world: World) -> None:
    """All that can be: also states that no verb leaves a paper in."""
    order = world.delivered([300], world.msmes[:1])
    part = PurchaseOrder.objects.get(order=order)
    shipment = Shipment.objects.get(purchase_order=part)
    subjects: dict[DocumentKind, tuple[type[Any], int, str]] = {
        DocumentKind.QUOTATION: (Order, order.pk, "delivered"),
        DocumentKind.PURCHASE_ORDER: (PurchaseOrder, part.pk, "received"),
        DocumentKind.DELIVERY_NOTE: (Shipment, shipment.pk, "received"),
        DocumentKind.HANDOVER: (Shipment, shipment.pk, "received"),
    }
    for kind, (model, pk, before) in subjects.items():
        for state, expected in HOLDS[kind].items():
            force(model, pk, state)
            assert of(order, kind) == [expected], f"{kind} {state}"
        force(model, pk, before)
    for state in OrderStatus.values:
        force(Order, order.pk, state)
        ended = state in ("lost", "cancelled")
        for kind in (DocumentKind.PURCHASE_ORDER, DocumentKind.DELIVERY_NOTE, DocumentKind.HANDOVER):
            assert of(order, kind) == [S.CANCELLED if ended else S.IN_FORCE], f"{kind} of an order {state}"


# --- By the verbs ----------------------------------------------------------------------------------------------


def rejected(world: World) -> Order:
    order = world.quoted()
    return approve.reject_quote(order_id=order.pk, reason=REASON, actor=world.actor("approver"))


def withdrawn(world: World) -> Order:
    order = world.quoted()
    return request.withdraw_order(order_id=order.pk, reason=REASON, actor=world.actor("requester"))


def expired(world: World) -> Order:
    order = world.requested()
    world.ask_everybody(order)
    world.quote(order, clock.today())
    with clock.at(clock.now() + timedelta(days=1)):
        assert quote.expire_quotes() == 1
    return order


def revision_asked(world: World) -> Order:
    order = world.quoted()
    return quote.ask_revision(order_id=order.pk, reason=REASON, actor=world.actor("approver"))


def declined(world: World) -> Order:
    order = revision_asked(world)
    return request.decline_request(order_id=order.pk, reason=REASON, actor=world.actor("coordinator"))


def reopened(world: World) -> Order:
    order = rejected(world)
    return request.reopen_order(order_id=order.pk, actor=world.actor("requester"))


def quoted_again(world: World) -> Order:
    order = reopened(world)
    world.ask_everybody(order)
    return world.quote(order)


def cancelled(world: World) -> Order:
    order = world.approved()
    return approve.cancel_order(
        order_id=order.pk, reason=REASON, cost_bearer="nobody", actor=world.actor("approver")
    )


@pytest.mark.database
@pytest.mark.parametrize(
    ("story", "expected"),
    [
        (World.quoted, [S.IN_FORCE]),
        (rejected, [S.REJECTED]),
        (withdrawn, [S.WITHDRAWN]),
        (expired, [S.EXPIRED]),
        (revision_asked, [S.REVISION_ASKED]),
        (declined, [S.DECLINED]),
        (reopened, [S.REOPENED]),
        (quoted_again, [S.SUPERSEDED, S.IN_FORCE]),
        (World.approved, [S.IN_FORCE]),
        (cancelled, [S.CANCELLED]),
    ],
)
def test_a_quotation(world: World, story: Callable[[World], Order], expected: list[Standing]) -> None:
    assert of(story(world), DocumentKind.QUOTATION) == expected


@pytest.mark.database
def test_a_quotation_is_over_on_the_day_after_its_last_without_anything_having_run(world: World) -> None:
    order = world.requested()
    world.ask_everybody(order)
    world.quote(order, clock.today() + timedelta(days=2))

    def on(moment: datetime) -> list[Standing]:
        with clock.at(moment):
            return of(order, DocumentKind.QUOTATION)

    last = clock.now().astimezone(clock.JAKARTA).replace(hour=23, minute=59) + timedelta(days=2)
    assert on(last) == [S.IN_FORCE]
    assert on(last + timedelta(minutes=1)) == [S.EXPIRED]
    assert Order.objects.get(pk=order.pk).status == "quoted"


@pytest.mark.database
def test_what_follows_from_a_cancelled_order(world: World) -> None:
    assert set(of(cancelled(world), DocumentKind.PURCHASE_ORDER)) == {S.CANCELLED}


@pytest.mark.database
def test_a_purchase_order_whose_pieces_all_move_away(world: World) -> None:
    order = world.approved([30], world.msmes[:2])
    row = order.allocations.order_by("pk")[0]
    move = amend.Move(
        allocation_id=row.pk,
        msme_id=world.msmes[1].pk,
        quantity=row.quantity,
        price=row.price or 0,  # type: ignore[arg-type]
        ready_on=clock.today() + timedelta(days=40),
    )
    proposal = amend.propose_move(
        order_id=order.pk, move=move, reason="Mesin rusak", actor=world.actor("coordinator")
    )
    for who in ("approver", "owner0", "owner1"):
        amend.agree(amendment_id=proposal.pk, actor=world.actor(who))
    papers = Document.objects.filter(kind=DocumentKind.PURCHASE_ORDER, stream=order.stream).with_standing()
    by_msme: dict[int, list[Standing]] = {}
    for paper in papers.order_by("pk"):
        by_msme.setdefault(paper.recipient_id, []).append(paper.standing)
    assert by_msme == {
        world.msmes[0].pk: [S.CANCELLED],
        world.msmes[1].pk: [S.SUPERSEDED, S.IN_FORCE],
    }


def short_closed(world: World) -> Order:
    """One MSME has sent half, the other nothing."""
    order = world.approved([60], world.msmes[:2])
    world.start(order, 0)
    world.receive(world.ship(order, 0, 0.5))
    return deliver.short_close_order(order_id=order.pk, reason=REASON, actor=world.actor("approver"))


@pytest.mark.database
def test_a_purchase_order_that_was_closed_short(world: World) -> None:
    order = short_closed(world)
    assert of(order, DocumentKind.PURCHASE_ORDER) == [S.PARTLY, S.CANCELLED]
    assert of(order, DocumentKind.DELIVERY_NOTE) == of(order, DocumentKind.HANDOVER) == [S.IN_FORCE]


def test_a_report_holds_whatever_becomes_of_the_expo() -> None:
    build = standing.registered()[DocumentKind.REPORT].build()
    assert isinstance(build, Value)
    assert build.value == S.IN_FORCE


# --- Where it is read ------------------------------------------------------------------------------------------


def as_user(world: World, role: str) -> Client:
    client = Client()
    client.force_login(world.people[role], backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize(
    ("story", "word"),
    [
        (World.quoted, "masih berlaku"),
        (rejected, "sudah ditolak"),
        (withdrawn, "sudah ditarik"),
        (expired, "masa berlakunya sudah lewat"),
        (revision_asked, "revisinya sudah diminta"),
        (reopened, "penawaran baru sedang disusun"),
        (cancelled, "sudah dibatalkan"),
    ],
)
def test_the_public_check_says_so_and_nothing_more(
    world: World, story: Callable[[World], Order], word: str
) -> None:
    order = story(world)
    paper = Document.objects.filter(stream=order.stream).latest("pk")
    page = Client().get(reverse("documents:check"), {"code": paper.check_code}).content.decode()
    assert word in page
    assert ("asli dan masih berlaku" in page) is (word == "masih berlaku")
    for hidden in (order.title, order.number, REASON, str(paper.recipient)):
        assert hidden not in page


def test_the_zip_sets_apart_what_no_longer_holds(world: World) -> None:
    order = short_closed(world)
    for paper in Document.objects.filter(stream=order.stream):
        make.make_file(document_id=paper.pk)
    answer = as_user(world, "approver").get(reverse("documents:download_all", args=[order.stream]))
    with zipfile.ZipFile(BytesIO(b"".join(answer))) as archive:
        names = archive.namelist()
        said = archive.read("keadaan-dokumen.txt").decode()
    apart = [name for name in names if name.startswith("tidak-berlaku/")]
    papers: Any = Document.objects.with_standing()
    (cancelled_paper,) = papers.filter(standing_now=S.CANCELLED)
    assert apart == [f"tidak-berlaku/{cancelled_paper.file_name}"]
    assert len(names) == Document.objects.filter(stream=order.stream).count() + 1
    assert f"{cancelled_paper.number} · Surat Pesanan · dibatalkan" in said
    assert "berlaku sebagian" in said


def test_pages_lists_and_exports_say_the_same(world: World) -> None:
    order = cancelled(world)
    part = PurchaseOrder.objects.filter(order=order, msme=world.msmes[0]).get()
    badge = 'data-state="cancelled"'
    for role, address in (
        ("approver", reverse("orders:detail", args=[order.pk])),
        ("owner0", reverse("orders:purchase_order", args=[part.pk])),
        ("owner0", reverse("documents:list")),
        ("coordinator", reverse("documents:list")),
    ):
        page = as_user(world, role).get(address).content.decode()
        papers = page[page.index('id="dokumen"') :] if 'id="dokumen"' in page else page
        assert badge in papers, address
    client = as_user(world, "owner0")
    only = client.get(reverse("documents:list"), {"berlaku": "1"}).content.decode()
    assert part.number not in only
    assert part.number in client.get(reverse("documents:list")).content.decode()
    export = client.get(reverse("documents:list"), {"export": "csv"})
    rows = b"".join(export).decode() if export.streaming else export.content.decode()
    assert "Dibatalkan" in rows


def test_the_archive_costs_the_same_for_one_paper_and_for_many(world: World) -> None:
    client = as_user(world, "coordinator")
    counts = []
    for story in (World.quoted, cancelled, short_closed):
        story(world)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("documents:list"))
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2]
