"""From the first submitted order to the closed one: officers, offers, answers, quote, signature, work, money."""

from playwright.sync_api import expect

from tests.browser.journey.beginning import INSTITUTION, MAKERS, PIECES, PRODUCT, Journey, NewMaker
from tests.browser.journey.traveller import PATIENCE, Traveller
from tests.browser.people import text_of
from tests.harness.processes import wait_until

APPROVER_EMAIL = "budi@nusantara.example"
TREASURER_EMAIL = "sari@nusantara.example"
ORDER = "PSN-00001"
FETCHED = "async (path) => [...new Uint8Array(await (await fetch(path)).arrayBuffer())]"
QUOTED = "Rp8.550.000"  # 30 × 140,000 + 30 × 145,000


def to_first_signed_order(
    journey: Journey, coordinator: Traveller, requester: Traveller
) -> tuple[Traveller, list[Traveller]]:
    """Returns the approver and the owners of both MSMEs."""
    name_officers(requester)
    confirm_officers(coordinator)
    owners = [maker_comes_in(journey, maker) for maker in MAKERS]
    ask_both(coordinator)
    for owner in owners:
        answer(owner)
    issue_quote(coordinator)
    approver = sign(journey)
    read_purchase_orders(approver)
    return approver, owners


def to_first_closed_order(journey: Journey, owners: list[Traveller]) -> Traveller:
    """Both MSMEs make and send; what comes is counted, paid and closed. Returns the treasurer."""
    for owner in owners:
        make_and_send(owner)
    treasurer = journey.invited(TREASURER_EMAIL, "phone")
    receive_both(treasurer)
    pay_and_close(treasurer)
    return treasurer


# --- Who may sign ----------------------------------------------------------------------------------------------


def name_officers(requester: Traveller) -> None:
    """The administrator proposes an approver with a limit, and who receives and pays."""
    requester.go_to("Instansi kami")
    for name, email, post, roles, limit in (
        ("Budi Santoso", APPROVER_EMAIL, "Pejabat Pembuat Komitmen", ["penyetuju"], "100.000.000"),
        ("Sari Wulandari", TREASURER_EMAIL, "Bendahara", ["penerima barang", "bendahara"], ""),
    ):
        requester.go("Tambah pejabat")
        requester.sees("Tambah pejabat")
        requester.write(
            {"Nama": name, "Alamat surel": email, "Jabatan": post, "Batas nilai persetujuan": limit}
        )
        for role in roles:
            requester.tick(role)
        requester.press("Simpan")
        if len(roles) > 1:  # who pays and also receives is asked about once
            requester.reads("Kirim sekali lagi")
            requester.press("Simpan")
        requester.is_told("Usulan dikirim")


def confirm_officers(coordinator: Traveller) -> None:
    """What touches money or authority needs a second person: here the organiser."""
    coordinator.go_to("Instansi")
    coordinator.go("Pejabat, peran")
    for name in ("Budi Santoso", "Sari Wulandari"):
        coordinator.sees(name)
        coordinator.press("Konfirmasi")
        coordinator.is_told("Usulan dikonfirmasi")
        if name == "Budi Santoso":
            coordinator.go("Periksa dan putuskan")


# --- The MSMEs offer, are asked and answer -----------------------------------------------------------------------


def maker_comes_in(journey: Journey, maker: NewMaker) -> Traveller:
    """What the home of a new MSME asks for: something to offer, and where the money goes."""
    owner = journey.invited(maker.email, "phone")
    owner.sees(maker.name)
    owner.go("Tambah produk")
    owner.sees("Tambah produk")
    owner.choose("Produk", PRODUCT)
    owner.write({"Harga per satuan, sebelum PPN": maker.price})
    owner.press("Simpan")
    owner.is_told("sekarang Anda tawarkan")
    owner.go_to("Beranda")
    owner.go("Isi rekening")
    owner.write(
        {
            "Nama bank": "Bank Jatim",
            "Nomor rekening": f"00{maker.phone}",
            "Nama pemilik rekening": maker.owner,
        }
    )
    owner.press("Kirim kode")
    owner.is_told("Kode dikirim")
    owner.write({"Kode enam angka": owner.letters.read(maker.phone, r"mengubah rekening.*?: (\d{6})")})
    owner.press("Konfirmasi")
    owner.is_told("Rekening Anda sekarang")
    return owner


def ask_both(coordinator: Traveller) -> None:
    coordinator.go_to("Pembagian")
    coordinator.go(ORDER)
    coordinator.go("Tanyakan UMKM")
    coordinator.sees("Tanyakan UMKM")
    coordinator.write({f"Baris 1, {maker.name}": str(PIECES // len(MAKERS)) for maker in MAKERS})
    coordinator.press("Kirim pertanyaan")
    coordinator.is_told(f"{len(MAKERS)} pertanyaan dikirim")


def answer(owner: Traveller) -> None:
    owner.go_to("Beranda")
    owner.go("Jawab")
    owner.press("Ya, semuanya")
    owner.reads("Jawaban Anda sudah terkirim")


def issue_quote(coordinator: Traveller) -> None:
    coordinator.go_to("Pembagian")
    coordinator.go(ORDER)
    coordinator.go("Buat penawaran")
    coordinator.reads(QUOTED)
    coordinator.press("Terbitkan penawaran")
    coordinator.is_told("sudah diterbitkan")


def sign(journey: Journey) -> Traveller:
    """The approver comes in and signs within the limit; a purchase order is made for each MSME."""
    approver = journey.invited(APPROVER_EMAIL)
    approver.sees(INSTITUTION)
    approver.go(ORDER)
    approver.reads("Surat pesanan akan dibuat untuk 2 UMKM.")
    approver.reads(QUOTED)
    approver.press("Setujui")
    approver.is_told("disetujui")
    return approver


def read_purchase_orders(approver: Traveller) -> None:
    """The worker makes one for each MSME; each names both sides and no other maker."""
    papers = approver.page.locator('main a[href^="/dokumen/"]').filter(
        has_text="Surat Pesanan", has_not_text="Sedang dibuat"
    )

    def are_made() -> bool:
        approver.look_again()
        return papers.count() == len(MAKERS)

    wait_until(are_made, seconds=PATIENCE / 1000, what="the purchase orders")
    texts = [
        text_of(bytes(approver.page.evaluate(FETCHED, link.get_attribute("href")))) for link in papers.all()
    ]
    for maker in MAKERS:
        (text,) = [text for text in texts if maker.name in text]
        assert INSTITUTION in text
        assert PRODUCT in text
    assert not any(all(maker.name in text for maker in MAKERS) for text in texts)


# --- Work and money ----------------------------------------------------------------------------------------------


def make_and_send(owner: Traveller) -> None:
    owner.go_to("Beranda")
    owner.go("Terima surat pesanan")
    owner.press("Terima surat pesanan")
    owner.is_told("Surat pesanan diterima")
    owner.go("Mulai produksi")
    owner.press("Mulai produksi")
    owner.is_told("Produksi dimulai")
    owner.go("Semua sudah jadi")
    owner.press("Siap dikirim")
    owner.is_told("Barang siap dikirim")
    owner.go("Siapkan pengiriman")
    owner.press("Siapkan pengiriman")
    owner.is_told("Pengiriman disiapkan")
    owner.go("Tandai sudah dikirim")
    owner.press("Tandai sudah dikirim")
    owner.is_told("Pengiriman berangkat")


def receive_both(treasurer: Traveller) -> None:
    treasurer.go_to("Terima")
    treasurer.go("001/SJ/")
    for index, _maker in enumerate(MAKERS):
        treasurer.sees("Terima kiriman")
        treasurer.press("Periksa hitungan")
        treasurer.sees("Periksa hitungan")
        treasurer.press("Catat penerimaan")
        treasurer.is_told("diterima. Berita acara")
        if index == 0:
            treasurer.go("Hitung kiriman berikutnya")


def pay_and_close(treasurer: Traveller) -> None:
    for index, _maker in enumerate(MAKERS):
        treasurer.go("Catat pembayaran")
        treasurer.sees("Catat pembayaran")
        treasurer.reads("Bank Jatim")
        treasurer.write({"Nomor bukti pembayaran": f"TRF-{index + 1}"})
        treasurer.press("Catat pembayaran")
        treasurer.is_told("sudah dicatat")
    treasurer.go("Selesaikan")
    treasurer.press("Selesaikan")
    treasurer.is_told(f"{ORDER} selesai")
    expect(treasurer.page.get_by_role("heading", level=1)).to_contain_text("Selesai", timeout=PATIENCE)
