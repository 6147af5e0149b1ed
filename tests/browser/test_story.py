"""One bulk order from draft to closed, played by everybody at their own browser, with every paper read.

Nothing is done but by clicking: what happens between two clicks is the work of the real site, relay and worker. Three
MSMEs share the order; one answers on a phone, one by its personal link without signing in and without JavaScript; one
delivers five bad shirts and has to replace them.
"""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from documents.models import DocumentKind
from expo.models import Stage
from orders.models import Order, PurchaseOrder, Shipment
from procurement import clock
from tests.browser.people import Person, made, person
from tests.factories import World, make_world
from tests.harness.browser import BrowserSessions
from tests.harness.stack import CeleryWorker, WebServer

pytestmark = [pytest.mark.browser, pytest.mark.worker]

ASKED_FOR = "Rp39.000.000"  # 300 shirts at 100,000 and 60 shawls at 150,000
QUOTED = "Rp35.500.000"  # 100 × 90,000 + 60 × 145,000, 100 × 90,000, 100 × 88,000
FAULT = "Jahitan lepas pada kerah"


@pytest.fixture
def world(site: WebServer) -> World:
    return make_world()


def test_from_draft_to_closed(world: World, worker: CeleryWorker, browser_sessions: BrowserSessions) -> None:
    requester = person(browser_sessions, world, "requester")
    approver = person(browser_sessions, world, "approver")
    receiver = person(browser_sessions, world, "receiver", "phone")
    treasurer = person(browser_sessions, world, "treasurer")
    coordinator = person(browser_sessions, world, "coordinator")
    first = person(browser_sessions, world, "owner0")
    second = person(browser_sessions, world, "owner1", "phone")
    third = person(browser_sessions, world, "owner2")
    by_link = browser_sessions.open("phone", javascript=False)

    # The buyer asks: what they want, first as a draft, then for everybody to see.
    requester.sign_in()
    write_draft(requester)
    order = Order.objects.get()
    assert order.status == "draft"
    submit(requester)

    # The expo asks three MSMEs, and each answers in its own way.
    coordinator.sign_in()
    dashboard_says(coordinator, not_yet_booked=ASKED_FOR)
    ask_three_msmes(coordinator, order)
    first.sign_in()
    answer_both_lines(first, order)
    second.sign_in()
    say_yes_to_everything(second, order)
    answer_in_part(by_link, address_handed_out(coordinator, order, "Perajin Contoh 2"))

    # The quote.
    issue_quote(coordinator, order)
    requester.page.goto(f"/pesanan/{order.pk}/")
    (quotation,) = made(order, DocumentKind.QUOTATION, count=1)
    requester.page.reload()
    text = requester.paper(quotation)
    for expected in (
        quotation.number,
        "Kemeja batik",
        "Selendang bordir",
        QUOTED,
        "Perajin Contoh 2",
        "Halaman 1",
    ):
        assert expected in text

    # Approval: what the buyer signs becomes one purchase order for each MSME.
    approver.sign_in()
    approve(approver, order)
    dashboard_says(coordinator, not_yet_booked="Rp0", booked=QUOTED)
    orders_read_by_their_makers(order, [first, second, third])

    # Work, and what leaves.
    for maker in (first, second, third):
        work_and_send(maker, order)
    delivery_notes_have_no_price(order, [first, second, third])

    # Five shirts are bad: only their maker gets work back.
    receiver.sign_in()
    receive(receiver, shipment_of(order, world, 1))
    receive(receiver, shipment_of(order, world, 0), rejected=5)
    receive(receiver, shipment_of(order, world, 2))
    assert states(order) == ["producing", "received", "received"]
    minutes_tell_what_was_rejected(receiver, order)
    replace_what_was_rejected(first, order)
    receive(receiver, shipment_of(order, world, 0))
    replacement = made(order, DocumentKind.HANDOVER, count=4)[-1]
    receiver.page.reload()
    text = receiver.paper(replacement)
    assert "Ditolak 5" not in text
    assert FAULT not in text
    assert f"{5 * 90_000:,}".replace(",", ".") in text

    # Payment, and the end.
    treasurer.sign_in()
    pay_and_close(treasurer, order)
    assert Order.objects.get().status == "closed"
    assert states(order) == ["settled"] * 3
    dashboard_says(coordinator, not_yet_booked="Rp0", booked=QUOTED, delivered=QUOTED)
    requester.page.goto(f"/pesanan/{order.pk}/?riwayat=semua")
    expect(requester.page.locator("#riwayat")).to_contain_text(FAULT)
    for command in ("reconcile", "verify_audit"):
        call_command(command, stdout=StringIO())  # raises CommandError when anything differs


# --- The buyer -----------------------------------------------------------------------------------------------


def write_draft(requester: Person) -> None:
    requester.page.get_by_role("link", name="Pesanan baru").first.click()
    expect(requester.page.get_by_role("heading", level=1, name="Pesanan baru")).to_be_visible()
    requester.field("Perihal").fill("Seragam dan selendang pameran")
    requester.field("Sumber anggaran").fill("DIPA contoh 2022")
    needed_by = (clock.today() + timedelta(days=60)).isoformat()

    line = requester.page.get_by_role("group", name="Baris 1")
    line.get_by_label("Produk katalog").select_option(label="Kemeja batik · Rp100.000/potong")
    expect(requester.field("Harga perkiraan", line)).to_have_value("100000")
    requester.field("Jumlah", line).fill("300")
    requester.field("Dibutuhkan paling lambat", line).fill(needed_by)
    requester.field("Lokasi penyerahan", line).select_option(index=1)

    requester.button("Tambah baris").click()
    line = requester.page.get_by_role("group", name="Baris 2")
    requester.field("Nama barang", line).fill("Selendang bordir")
    requester.field("Satuan", line).fill("helai")
    requester.field("Jumlah", line).fill("60")
    requester.field("Harga perkiraan", line).fill("150.000")
    line.get_by_text("Spesifikasi dan kategori").click()
    requester.field("Spesifikasi", line).fill("Sutra, bordir bunga melati")
    requester.field("Kategori", line).select_option(label="Batik")
    expect(requester.field("Dibutuhkan paling lambat", line)).to_have_value(needed_by)

    requester.button("Simpan konsep").last.click()
    requester.is_told("sudah disimpan")


def submit(requester: Person) -> None:
    requester.button("Simpan dan ajukan").click()
    expect(requester.page.get_by_text("2 baris dikirim kepada")).to_be_visible()
    requester.button("Ajukan").click()
    requester.is_told("sudah diajukan")


def approve(approver: Person, order: Order) -> None:
    approver.page.get_by_role("link", name="Persetujuan").first.click()
    approver.link(order.number).click()
    expect(approver.page.get_by_text("Surat pesanan akan dibuat untuk 3 UMKM.")).to_be_visible()
    expect(approver.page.locator("main")).to_contain_text(QUOTED)
    approver.button("Setujui").click()
    approver.is_told("disetujui")


def receive(receiver: Person, shipment: Shipment, *, rejected: int = 0) -> None:
    """Found by the number on the delivery note, counted, and sent."""
    receiver.page.goto("/penerimaan/")
    receiver.field("Nomor surat jalan").fill(shipment.number)
    receiver.button("Buka kiriman").click()
    if rejected:
        shirts = receiver.page.get_by_role("group", name="Kemeja batik")
        sent = int(receiver.field("Diterima baik", shirts).input_value())
        receiver.field("Diterima baik", shirts).fill(str(sent - rejected))
        receiver.button("Periksa hitungan").click()
        expect(receiver.page.get_by_role("alert")).to_be_visible()  # no rejection without its reason
        receiver.field("Alasan penolakan", shirts).fill(FAULT)
    receiver.button("Periksa hitungan").click()
    receiver.button("Catat penerimaan").click()
    receiver.is_told(f"Kiriman {shipment.number} diterima")


def pay_and_close(treasurer: Person, order: Order) -> None:
    for index, purchase_order in enumerate(order.purchase_orders.order_by("pk")):
        treasurer.page.goto(f"/pesanan/{order.pk}/")
        treasurer.page.get_by_role("row").filter(has_text=purchase_order.number).get_by_role(
            "link", name="Catat pembayaran"
        ).click()
        treasurer.page.locator("main form").get_by_role("textbox").first.fill(f"SP2D-{index + 1}")
        treasurer.button("Catat pembayaran").click()
        treasurer.is_told(f"Pembayaran {purchase_order.number} sudah dicatat")
    treasurer.link("Selesaikan").first.click()
    treasurer.button("Selesaikan").click()
    treasurer.is_told(f"{order.number} selesai")


# --- The expo ------------------------------------------------------------------------------------------------


def ask_three_msmes(coordinator: Person, order: Order) -> None:
    coordinator.page.get_by_role("link", name="Pembagian").first.click()
    coordinator.link(order.number).click()
    coordinator.link("Tanyakan UMKM").first.click()
    for line, msme, pieces in ((1, 0, 100), (1, 1, 100), (1, 2, 120), (2, 0, 60)):
        coordinator.page.get_by_label(f"Baris {line}, Perajin Contoh {msme}").fill(str(pieces))
    coordinator.button("Kirim pertanyaan").click()
    coordinator.is_told("4 pertanyaan dikirim")


def address_handed_out(coordinator: Person, order: Order, msme: str) -> str:
    """The address in the message that the coordinator copies for one MSME."""
    coordinator.page.goto(f"/pembagian/{order.pk}/")
    coordinator.link("Tautan jawaban").click()
    message = (
        coordinator.page.get_by_role("listitem")
        .filter(has_text=msme)
        .get_by_text("Jawab tanpa perlu masuk akun")
    )
    found = re.search(r"https?://\S+", message.inner_text())
    assert found, "the message has no address"
    return found[0]


def issue_quote(coordinator: Person, order: Order) -> None:
    coordinator.page.goto(f"/pembagian/{order.pk}/")
    coordinator.link("Buat penawaran").first.click()
    expect(coordinator.page.locator(".consequences")).to_contain_text(QUOTED)
    coordinator.button("Terbitkan penawaran").click()
    coordinator.is_told("sudah diterbitkan")


def dashboard_says(
    coordinator: Person, *, not_yet_booked: str, booked: str = "", delivered: str = ""
) -> None:
    """The figures as the dashboard shows them, to the rupiah."""
    coordinator.page.goto("/dasbor/")
    main = coordinator.page.locator("main")
    expect(main.locator(".figure", has_text="Belum dibukukan").first).to_contain_text(
        not_yet_booked if not_yet_booked != "Rp0" else "Rp0,"
    )
    if booked:
        expect(main).to_contain_text(booked)
    if delivered:
        label = str(Stage.DELIVERED.label).capitalize()
        expect(main.get_by_role("row").filter(has_text=label).first).to_contain_text(delivered)


# --- The MSMEs -----------------------------------------------------------------------------------------------


def answer_both_lines(owner: Person, order: Order) -> None:
    """The shawls are not in the catalogue, so their price and day must be said."""
    owner.link("Jawab " + order.number).click()
    owner.page.locator("main").get_by_label("Harga per helai").fill("145.000")
    owner.field("Siap pada tanggal").last.fill((clock.today() + timedelta(days=30)).isoformat())
    owner.button("Kirim jawaban").click()
    expect(owner.page.locator("main")).to_contain_text("Jawaban Anda sudah terkirim")


def say_yes_to_everything(owner: Person, order: Order) -> None:
    """One tap on a phone."""
    owner.link("Jawab " + order.number).click()
    owner.button("Ya, semuanya").click()
    expect(owner.page.locator("main")).to_contain_text("Jawaban Anda sudah terkirim")


def answer_in_part(page: Page, address: str) -> None:
    """The link as it came by text message: nobody signs in and no script runs."""
    page.goto(address)
    page.get_by_text("Jawab lain").click()
    page.get_by_label("Ya, sebagian").check()
    page.get_by_label("Jumlah yang disanggupi").fill("100")
    page.get_by_label("Harga per potong").fill("88000")
    page.get_by_role("button", name="Periksa jawaban").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kirim jawaban ini?")
    page.get_by_role("button", name="Kirim jawaban").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("sudah kami terima")
    expect(page.locator("main")).to_contain_text("Rp8.800.000")


def work_and_send(owner: Person, order: Order) -> None:
    """Take the purchase order on, begin, report, finish, load and leave."""
    owner.page.goto("/usaha/")
    owner.page.locator("main").get_by_role("link", name="Terima surat pesanan").click()
    owner.button("Terima surat pesanan").click()
    owner.is_told("Surat pesanan diterima")
    owner.link("Mulai produksi").click()
    owner.button("Mulai produksi").click()
    owner.is_told("Produksi dimulai")
    owner.field("Sudah berapa persen").fill("40")
    owner.field("Catatan").fill("Kain sudah dipotong")
    owner.button("Laporkan kemajuan").click()
    owner.is_told("Kemajuan 40 %")
    owner.link("Semua sudah jadi").click()
    owner.button("Siap dikirim").click()
    owner.is_told("Barang siap dikirim")
    owner.link("Siapkan pengiriman").first.click()
    send_what_is_left(owner)


def send_what_is_left(owner: Person) -> None:
    owner.field("Kendaraan").fill("Truk boks")
    owner.field("Nomor polisi").fill("L 1234 XX")
    owner.field("Nama pengemudi").fill("Sopir Contoh")
    owner.button("Siapkan pengiriman").click()
    owner.is_told("Pengiriman disiapkan")
    owner.link("Tandai sudah dikirim").click()
    owner.button("Tandai sudah dikirim").click()
    owner.is_told("Pengiriman berangkat")


def replace_what_was_rejected(owner: Person, order: Order) -> None:
    purchase_order = order.purchase_orders.order_by("pk")[0]
    owner.page.goto(f"/surat-pesanan/{purchase_order.pk}/")
    expect(owner.page.locator("main")).to_contain_text(FAULT)
    owner.link("Siapkan pengiriman").first.click()
    expect(owner.field("Kemeja batik")).to_have_value("5")
    send_what_is_left(owner)


# --- The papers ----------------------------------------------------------------------------------------------


def orders_read_by_their_makers(order: Order, owners: list[Person]) -> None:
    """Each maker reads its own purchase order, and no other's."""
    totals = ("Rp17.700.000", "Rp9.990.000", "Rp8.800.000")  # the second is taxed: 11/12 of 12 %
    papers = made(order, DocumentKind.PURCHASE_ORDER, count=3)
    purchase_orders = list(order.purchase_orders.order_by("pk"))
    assert len({paper.number for paper in papers}) == 3
    for index, (owner, paper, purchase_order) in enumerate(zip(owners, papers, purchase_orders, strict=True)):
        if index == 2:
            owner.sign_in()
        owner.page.goto(f"/surat-pesanan/{purchase_order.pk}/")
        text = owner.paper(paper)
        assert f"Perajin Contoh {index}" in text
        assert f"Perajin Contoh {(index + 1) % 3}" not in text
        assert totals[index] in text
        assert paper.number == purchase_order.number
        assert paper.number in text
        assert owner.page.request.get(f"/dokumen/{papers[index - 1].pk}/unduh/").status == 404


def delivery_notes_have_no_price(order: Order, owners: list[Person]) -> None:
    notes = made(order, DocumentKind.DELIVERY_NOTE, count=3)
    for owner, note in zip(owners, notes, strict=True):
        owner.page.reload()
        text = owner.paper(note)
        for expected in (note.number, "Kemeja batik", "Truk boks", "L 1234 XX", "Sopir Contoh"):
            assert expected in text
        for price in ("Rp", "90.000", "145.000", "88.000", "9.000.000", "8.700.000", "8.800.000"):
            assert price not in text


def minutes_tell_what_was_rejected(receiver: Person, order: Order) -> None:
    minutes = made(order, DocumentKind.HANDOVER, count=3)
    receiver.page.goto(f"/pesanan/{order.pk}/")
    whole, in_part = receiver.paper(minutes[0]), receiver.paper(minutes[1])
    assert "Ditolak 5" not in whole
    assert f"Ditolak 5: {FAULT}" in in_part
    # ordered, sent, accepted, rejected, rupiah of what was accepted
    assert "100 100 95 5 8.550.000" in in_part
    assert "60 60 60 0 8.700.000" in in_part
    assert "Rp17.250.000" in in_part


# --- What stands in the database -----------------------------------------------------------------------------


def states(order: Order) -> list[str]:
    return list(PurchaseOrder.objects.filter(order=order).order_by("pk").values_list("status", flat=True))


def shipment_of(order: Order, world: World, index: int) -> Shipment:
    """The shipment of one MSME that is on its way."""
    return Shipment.objects.get(
        purchase_order__order=order, purchase_order__msme=world.msmes[index], status="dispatched"
    )
