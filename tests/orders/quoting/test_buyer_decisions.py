"""The buyer decides in the browser: by the right person, in the right state, on what was read."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Role
from buyers.models import ApprovalRule, Officer
from documents.making.render import html_of
from documents.models import Document, DocumentKind
from msmes.models import Msme
from orders.models import Allocation, Order, PurchaseOrder, Shipment, ShipmentLine
from orders.paying.pay import settle_purchase_order
from orders.quoting.approve import reject_quote
from orders.quoting.quote import ask_revision
from orders.requesting.request import draft_order
from procurement import clock
from tests.factories import World
from tests.sent_forms import forms_of

pytestmark = pytest.mark.django_db

REASON = {"reason": "Anggaran berubah"}


def sign_in(client: Client, world: World, role: str) -> Client:
    client.force_login(world.people[role])
    return client


def url(name: str, order: Order) -> str:
    return reverse(f"orders:{name}", args=[order.pk])


def in_delivery(world: World) -> Order:
    order = world.approved()
    world.start(order, 0)
    world.receive(world.ship(order, 0))
    return Order.objects.get(pk=order.pk)


def settled(world: World) -> Order:
    order = world.delivered()
    for one in order.purchase_orders.all():
        settle_purchase_order(purchase_order_id=one.pk, reference="SP2D", actor=world.actor("treasurer"))
    return Order.objects.get(pk=order.pk)


def lost(world: World) -> Order:
    return reject_quote(order_id=world.quoted().pk, actor=world.actor("approver"), **REASON)


def made(world: World, stage: str) -> Order:
    by_name = {"in_delivery": in_delivery, "settled": settled, "lost": lost}
    return by_name[stage](world) if stage in by_name else getattr(world, stage)()


DECISIONS = [
    # page, stage at which it is possible, role, what is typed, state afterwards, a stage at which it is not
    ("submit", "draft", "requester", {}, "requested", "requested"),
    ("discard", "draft", "requester", {}, "lost", "requested"),
    ("withdraw", "requested", "requester", REASON, "lost", "approved"),
    ("ask_revision", "quoted", "approver", REASON, "requested", "requested"),
    ("ask_revision", "quoted", "requester", REASON, "requested", "draft"),
    ("reject", "quoted", "approver", REASON, "lost", "requested"),
    ("reopen", "lost", "requester", {}, "requested", "requested"),
    ("cancel", "approved", "approver", {**REASON, "cost_bearer": "buyer"}, "cancelled", "quoted"),
    ("short_close", "in_delivery", "approver", REASON, "delivered", "approved"),
    ("close", "settled", "treasurer", {}, "closed", "approved"),
]


@pytest.mark.parametrize(("page", "stage", "role", "typed", "after", "wrong_stage"), DECISIONS)
def test_a_decision_is_asked_once_and_then_made(
    client: Client, world: World, page: str, stage: str, role: str, typed: Any, after: str, wrong_stage: str
) -> None:
    order = made(world, stage)
    sign_in(client, world, role)
    assert client.get(url(page, order)).status_code == 200
    assert Order.objects.get(pk=order.pk).status == order.status
    answer = client.post(url(page, order), typed)
    assert answer.headers["Location"] == url("detail", order)
    assert Order.objects.get(pk=order.pk).status == after
    history = client.get(url("detail", order), {"riwayat": "semua"}).context["page"].events
    assert history[-1].sentence == "Konsep pesanan dibuat"
    assert {"reason": "", **typed}["reason"] in {entry.note for entry in history}


@pytest.mark.parametrize(("page", "stage", "role", "typed", "after", "wrong_stage"), DECISIONS)
def test_a_decision_out_of_state_is_409_and_changes_nothing(
    client: Client, world: World, page: str, stage: str, role: str, typed: Any, after: str, wrong_stage: str
) -> None:
    order = made(world, wrong_stage)
    sign_in(client, world, role)
    assert client.get(url(page, order)).status_code == 409
    answer = client.post(url(page, order), typed)
    assert answer.status_code == 409
    if typed:
        assert "Anggaran berubah" in answer.content.decode()
    # Nothing untrue above the refusal: not what would have happened, nor what then could not be undone.
    nothing: dict[str, str] = {}
    for sent in (typed, nothing):
        said = client.post(url(page, order), sent)
        assert said.status_code == 409
        for untrue in ("Yang akan terjadi", "tidak dapat dibatalkan", "wajib diisi"):
            assert untrue not in said.content.decode()
    assert Order.objects.get(pk=order.pk).status == order.status


@pytest.mark.parametrize(("page", "stage", "role", "typed", "after", "wrong_stage"), DECISIONS)
def test_a_decision_of_somebody_else(
    client: Client, world: World, page: str, stage: str, role: str, typed: Any, after: str, wrong_stage: str
) -> None:
    order = made(world, stage)
    allowed = {one for decision, _stage, one, *_rest in DECISIONS if decision == page}
    hidden = "draft" in (order.status, order.lost_from)
    expected = {"coordinator": 404 if hidden else 403, f"other_{role}": 404, "owner0": 404}
    for one in {"requester", "approver", "receiver", "treasurer"} - allowed:
        expected[one] = 403
    for one, status in expected.items():
        sign_in(client, world, one)
        assert client.get(url(page, order)).status_code == status, one
        assert client.post(url(page, order), typed).status_code == status, one
    assert Order.objects.get(pk=order.pk).status == order.status


@pytest.mark.parametrize("page", ["withdraw", "ask_revision", "reject"])
def test_a_reason_is_asked_for(client: Client, world: World, page: str) -> None:
    order = world.quoted()
    sign_in(client, world, "requester" if page == "withdraw" else "approver")
    for reason in ("", "  ", "xx"):
        answer = client.post(url(page, order), {"reason": reason})
        assert answer.status_code == 422
        assert "reason" in answer.context["form"].errors
    assert Order.objects.get(pk=order.pk).status == "quoted"


def test_cancelling_asks_who_bears_the_cost_and_keeps_the_reason(client: Client, world: World) -> None:
    order = world.approved()
    answer = sign_in(client, world, "approver").post(url("cancel", order), REASON)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["cost_bearer"]
    assert "Anggaran berubah" in answer.content.decode()


def test_an_incomplete_draft_says_which_line_to_complete(client: Client, world: World) -> None:
    category = world.products[0].category_id
    line = replace(world.lines([5])[0], product_id=None, category_id=category, name="Tas", unit="buah")
    order = draft_order(actor=world.actor("requester"), heading=world.heading(), lines=[line])
    answer = sign_in(client, world, "requester").post(url("submit", order))
    assert answer.status_code == 422
    assert "Baris 1: isi harga perkiraan" in answer.content.decode()


# --- Approval ------------------------------------------------------------------------------------------------


def read_and_sign(client: Client, order: Order, **typed: str) -> Any:
    """Open the page, then send back exactly what it held."""
    page = client.get(url("approve", order))
    assert page.status_code == 200
    return client.post(url("approve", order), {**page.context["form"].initial, **typed})


def test_the_last_signature_books_the_order(client: Client, world: World) -> None:
    order = world.quoted()
    page = sign_in(client, world, "approver").get(url("approve", order))
    text = page.content.decode()
    assert "Surat pesanan akan dibuat untuk 3 UMKM." in text
    assert "Perajin Contoh 0" in text
    assert read_and_sign(client, order, note="Sesuai").headers["Location"] == url("detail", order)
    assert Order.objects.get(pk=order.pk).status == "approved"
    assert PurchaseOrder.objects.count() == 3


def test_a_quote_that_moved_is_not_signed_by_the_page_that_was_read(client: Client, world: World) -> None:
    order = world.quoted()
    sign_in(client, world, "approver")
    read = client.get(url("approve", order)).context["form"].initial
    ask_revision(order_id=order.pk, reason="Harga naik", actor=world.actor("requester"))
    world.answer(order, 0, price=95_000)
    world.quote(order)
    answer = client.post(url("approve", order), {**read, "note": "Setuju dengan harga lama"})
    assert answer.status_code == 409
    assert Order.objects.get(pk=order.pk).status == "quoted"
    text = answer.content.decode()
    assert "Setuju dengan harga lama" in text
    assert "Penawaran telah berubah" in text
    assert read["content_hash"] not in text
    changed = {row.line.position: row.previous for row in answer.context["lines"]}
    assert changed == {1: 27_000_000, 2: 5_400_000}


def test_a_quote_that_is_withdrawn_while_it_is_read_is_a_409_page(client: Client, world: World) -> None:
    order = world.quoted()
    sign_in(client, world, "approver")
    read = client.get(url("approve", order)).context["form"].initial
    ask_revision(order_id=order.pk, reason="Harga naik", actor=world.actor("approver"))
    assert client.post(url("approve", order), read).status_code == 409


@pytest.mark.parametrize("superuser", [False, True])
def test_whoever_asked_for_it_never_signs_it(client: Client, world: World, superuser: bool) -> None:
    maker = world.people["requester"]
    Membership.objects.create(user=maker, organisation=world.institution.organisation, role=Role.APPROVER)
    maker.is_superuser = maker.is_staff = superuser
    maker.save()
    order = world.quoted()
    sign_in(client, world, "requester")
    assert client.get(url("approve", order)).status_code == 403
    typed = {"revision": order.revision, "content_hash": order.content_hash}
    assert client.post(url("approve", order), typed).status_code == 403
    page = client.get(url("detail", order)).context["page"]
    assert "order.approve" not in {button.act for button in page.buttons}
    assert "Anda yang mengajukan" in page.obstacle
    assert Order.objects.get(pk=order.pk).status == "quoted"


def test_a_superuser_without_role_signs_nothing(client: Client, world: World) -> None:
    order = world.quoted()
    boss = world.people["treasurer"]
    boss.is_superuser = True
    boss.save()
    assert sign_in(client, world, "treasurer").get(url("approve", order)).status_code == 403


def test_a_value_above_the_officers_limit_is_refused_and_said_in_the_queue(
    client: Client, world: World
) -> None:
    order = world.quoted()
    Officer.objects.filter(user=world.people["approver"]).update(limit=1_000_000)
    sign_in(client, world, "approver")
    assert "Di atas batas nilai Anda" in client.get(reverse("orders:approvals")).content.decode()
    answer = client.get(url("approve", order))
    assert answer.status_code == 403
    assert "melampaui batas kewenangan Anda" in answer.content.decode()


def test_two_levels_need_two_people(client: Client, world: World) -> None:
    ApprovalRule.objects.create(institution=world.institution, level=2, minimum_value=0, post="KPA")
    order = world.quoted()
    page = sign_in(client, world, "approver").get(url("approve", order))
    assert "Sesudah itu masih diperlukan 1 tanda tangan." in page.content.decode()
    read_and_sign(client, order)
    assert Order.objects.get(pk=order.pk).status == "quoted"
    assert client.get(url("approve", order)).status_code == 403
    assert "Sudah Anda tandatangani" in client.get(reverse("orders:approvals")).content.decode()
    second = world.people["receiver"]
    Membership.objects.create(user=second, organisation=world.institution.organisation, role=Role.APPROVER)
    Officer.objects.create(institution=world.institution, user=second, post="KPA", level=2, is_unlimited=True)
    read_and_sign(sign_in(client, world, "receiver"), order)
    assert Order.objects.get(pk=order.pk).status == "approved"


def test_the_queue_says_what_changed_since_the_last_quote(client: Client, world: World) -> None:
    order = world.quoted()
    sign_in(client, world, "approver")
    assert "Penawaran pertama" in client.get(reverse("orders:approvals")).content.decode()
    ask_revision(order_id=order.pk, reason="Terlalu mahal", actor=world.actor("approver"))
    world.answer(order, 0, price=80_000)
    world.quote(order)
    text = client.get(reverse("orders:approvals")).content.decode()
    assert "Revisi 2. nilai semula Rp32.400.000. Terlalu mahal" in text


# --- Receiving and paying ------------------------------------------------------------------------------------


def arriving(world: World) -> Shipment:
    order = world.approved()
    world.start(order, 0)
    return Shipment.objects.get(pk=world.ship(order, 0))


def test_counting_begins_with_what_was_sent(client: Client, world: World) -> None:
    shipment = arriving(world)
    page = sign_in(client, world, "receiver").get(reverse("orders:receive", args=[shipment.pk]))
    assert [row.accepted.value() for row in page.context["form"].rows] == [100, 20]


def test_rejected_is_what_is_missing_to_accepted(client: Client, world: World) -> None:
    shipment = arriving(world)
    first, second = ShipmentLine.objects.filter(shipment=shipment).order_by("pk")
    typed = {f"count-{first.pk}": "97", f"reason-{first.pk}": "Jahitan lepas", f"count-{second.pk}": "20"}
    answer = sign_in(client, world, "receiver").post(reverse("orders:receive", args=[shipment.pk]), typed)
    assert answer.headers["Location"] == url("detail", shipment.purchase_order.order)
    first.refresh_from_db()
    assert (first.accepted, first.rejected, first.reason) == (97, 3, "Jahitan lepas")


def fields_of(page: str, form: int = -1) -> dict[str, str]:
    """What a form of a page sends when it is sent as it stands."""
    forms = [found for found in forms_of(page) if any(name.startswith("count-") for name in found)]
    return forms[form]


def test_a_count_is_shown_before_it_is_recorded(client: Client, world: World) -> None:
    shipment = arriving(world)
    first, second = ShipmentLine.objects.filter(shipment=shipment).order_by("pk")
    address = reverse("orders:receive", args=[shipment.pk])
    sign_in(client, world, "receiver")
    count = fields_of(client.get(address).content.decode())
    answer = client.post(address, count | {f"count-{first.pk}": "97", f"reason-{first.pk}": "Jahitan lepas"})
    assert answer.status_code == 200
    said = answer.content.decode()
    assert "Yang akan dicatat" in said
    assert "Jahitan lepas" in said
    assert Shipment.objects.get(pk=shipment.pk).status == "dispatched"
    # Back to the count, with what was typed, and nothing recorded.
    again = client.post(address, fields_of(said))
    assert 'value="97"' in again.content.decode()
    assert Shipment.objects.get(pk=shipment.pk).status == "dispatched"
    said = client.post(address, fields_of(again.content.decode())).content.decode()
    answer = client.post(address, fields_of(said, form=0))
    assert answer.headers["Location"] == url("detail", shipment.purchase_order.order)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.accepted, first.rejected, second.accepted) == (97, 3, 20)


def test_a_count_that_does_not_add_up_is_refused_before_it_is_shown(client: Client, world: World) -> None:
    shipment = arriving(world)
    first = ShipmentLine.objects.filter(shipment=shipment).order_by("pk")[0]
    address = reverse("orders:receive", args=[shipment.pk])
    count = fields_of(sign_in(client, world, "receiver").get(address).content.decode())
    answer = client.post(address, count | {f"count-{first.pk}": "97"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [f"reason-{first.pk}"]


def test_after_a_count_the_next_shipment_is_offered(client: Client, world: World) -> None:
    order = world.approved()
    for index in range(2):
        world.start(order, index)
    first, second = (Shipment.objects.get(pk=world.ship(order, index)) for index in range(2))
    lines = ShipmentLine.objects.filter(shipment=first)
    typed = {f"count-{line.pk}": str(line.quantity) for line in lines}
    sign_in(client, world, "receiver")
    answer = client.post(reverse("orders:receive", args=[first.pk]), typed, follow=True)
    page = answer.content.decode()
    assert "diterima" in page
    assert reverse("orders:receive", args=[second.pk]) in page
    assert f"Kiriman berikutnya: {second.number}" in page


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"count": "97"}, "reason"),
        ({"count": "101"}, "count"),
        ({"count": "90", "rejected": "5", "reason": "Sobek"}, "count"),
        ({"count": "banyak"}, "count"),
        ({"count": ""}, "count"),
    ],
)
def test_a_count_that_does_not_add_up_is_refused_beside_its_line(
    client: Client, world: World, typed: dict[str, str], field: str
) -> None:
    shipment = arriving(world)
    first, second = ShipmentLine.objects.filter(shipment=shipment).order_by("pk")
    data = {f"{name}-{first.pk}": value for name, value in typed.items()}
    data |= {f"count-{second.pk}": "19", f"reason-{second.pk}": "Basah"}
    answer = sign_in(client, world, "receiver").post(reverse("orders:receive", args=[shipment.pk]), data)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [f"{field}-{first.pk}"]
    assert 'value="Basah"' in answer.content.decode()
    assert Shipment.objects.get(pk=shipment.pk).status == "dispatched"


@pytest.mark.parametrize(
    ("role", "status"),
    [("requester", 403), ("approver", 403), ("other_receiver", 404), ("coordinator", 404), ("owner0", 404)],
)
def test_who_may_not_count(client: Client, world: World, role: str, status: int) -> None:
    shipment = arriving(world)
    sign_in(client, world, role)
    page = reverse("orders:receive", args=[shipment.pk])
    assert (client.get(page).status_code, client.post(page, {}).status_code) == (status, status)


def test_a_shipment_is_counted_once(client: Client, world: World) -> None:
    shipment = arriving(world)
    world.receive(shipment.pk)
    page = reverse("orders:receive", args=[shipment.pk])
    sign_in(client, world, "receiver")
    lines = ShipmentLine.objects.filter(shipment=shipment)
    typed = {f"count-{line.pk}": str(line.quantity) for line in lines}
    assert (client.get(page).status_code, client.post(page, typed).status_code) == (409, 409)


@pytest.mark.parametrize(
    ("role", "status"),
    [("treasurer", 200), ("approver", 403), ("coordinator", 403), ("other_treasurer", 404)],
)
def test_who_may_pay(client: Client, world: World, role: str, status: int) -> None:
    purchase_order = world.delivered().purchase_orders.order_by("pk")[0]
    page = reverse("orders:settle", args=[purchase_order.pk])
    assert sign_in(client, world, role).get(page).status_code == status


def test_a_payment_needs_its_proof(client: Client, world: World) -> None:
    purchase_order = world.delivered().purchase_orders.order_by("pk")[0]
    page = reverse("orders:settle", args=[purchase_order.pk])
    answer = sign_in(client, world, "treasurer").post(page, {"reference": " "})
    assert answer.status_code == 422
    client.post(page, {"reference": "SP2D-99"})
    paid = PurchaseOrder.objects.get(pk=purchase_order.pk)
    assert (paid.status, paid.payment_reference) == ("settled", "SP2D-99")
    assert client.get(page).status_code == 409


@pytest.mark.parametrize("typed", [{"reference": "SP2D-99"}, {"reference": ""}])
def test_what_is_not_received_yet_is_not_said_to_be_paid(
    client: Client, world: World, typed: dict[str, str]
) -> None:
    part = world.approved().purchase_orders.order_by("pk")[0]
    page = reverse("orders:settle", args=[part.pk])
    answer = sign_in(client, world, "treasurer").post(page, typed)
    assert answer.status_code == 409
    text = answer.content.decode()
    for untrue in ("Yang akan terjadi", "Yang dibayar", "UMKM diberi tahu", "wajib diisi"):
        assert untrue not in text
    assert PurchaseOrder.objects.get(pk=part.pk).status == part.status


def test_whoever_pays_reads_that_there_is_no_account(client: Client, world: World) -> None:
    """Early: on the page of the order from the quote on, and to the signer; then where it is paid."""
    order = world.quoted([60], [world.msmes[0]])
    Msme.objects.filter(pk=world.msmes[0].pk).update(bank_name="", bank_account="", bank_holder="")
    name = world.msmes[0].organisation.name
    for role in ("requester", "treasurer", "coordinator"):
        page = sign_in(client, world, role).get(url("detail", order)).content.decode()
        assert 'id="tanpa-rekening"' in page, role
        assert name in page
    signing = sign_in(client, world, "approver").get(url("approve", order)).content.decode()
    assert "belum diisi, belum dapat dibayar" in signing
    order = world.approve(order)
    world.start(order, 0)
    world.receive(world.ship(order, 0))
    part = order.purchase_orders.get()
    page = sign_in(client, world, "treasurer").get(reverse("orders:settle", args=[part.pk])).content.decode()
    assert f"{name} belum mengisi rekening, sehingga belum dapat dibayar." in page
    assert "Jangan membayar ke rekening lain" in page
    paper = Document.objects.get(kind=DocumentKind.PURCHASE_ORDER)
    assert "pembayaran menunggu rekening tertulis dari penyedia" in html_of(paper)
    Msme.objects.filter(pk=world.msmes[0].pk).update(bank_name="B", bank_account="12345678", bank_holder="P")
    assert 'id="tanpa-rekening"' not in client.get(url("detail", order)).content.decode()


def test_an_account_that_changed_since_the_purchase_order_is_not_paid_unasked(
    client: Client, world: World
) -> None:
    purchase_order = world.delivered().purchase_orders.order_by("pk")[0]
    page = reverse("orders:settle", args=[purchase_order.pk])
    sign_in(client, world, "treasurer")
    before = client.get(page).content.decode()
    assert "berubah sejak surat pesanan" not in before
    Msme.objects.filter(pk=purchase_order.msme_id).update(bank_account="888777", bank_holder="Orang Lain")
    after = client.get(page).content.decode()
    assert purchase_order.msme.bank_account in after
    assert "888777 · Orang Lain" in after
    assert "Rekening UMKM ini berubah sejak surat pesanan terbit" in after


def test_a_quote_that_nobody_can_sign_any_more_is_read_and_sent_back(client: Client, world: World) -> None:
    order = world.quoted()
    Allocation.objects.filter(order=order).update(ready_on=clock.today() - timedelta(days=1))
    page = sign_in(client, world, "approver").get(reverse("orders:approve", args=[order.pk]))
    text = page.content.decode()
    assert page.status_code == 409
    assert "Penawaran ini tidak dapat ditandatangani lagi" in text
    assert "sudah lewat" in text
    assert reverse("orders:ask_revision", args=[order.pk]) in text
    assert 'name="content_hash"' not in text
