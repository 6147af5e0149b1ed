"""From the printed address to the first submitted order: set-up, doors, catalogue, three applications, the order."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from allauth.mfa.totp.internal import auth as totp
from playwright.sync_api import Page, expect

from procurement import clock
from tests.browser.journey.traveller import PATIENCE, Letterbox, Toll, Traveller
from tests.harness.browser import Size
from tests.joining import LETTER, photo

PASSWORD = "kata-sandi-yang-panjang-27"
ORGANISER = "Dinas Koperasi dan UKM Kota Contoh"
INSTITUTION = "Bank Nusantara Kantor Malang"
PRODUCT = "Kemeja batik tulis"
PIECES = 60
COORDINATOR_EMAIL = "ratna@contoh.id"
REQUESTER_EMAIL = "dewi@nusantara.example"


@dataclass(frozen=True, slots=True)
class NewMaker:
    """An MSME as it describes itself."""

    name: str
    owner: str
    email: str
    phone: str
    nib: str
    price: str


MAKERS = (
    NewMaker(
        "Batik Sekar Arum", "Sulastri", "sulastri@usaha.example", "081311112222", "9120001234567", "140.000"
    ),
    NewMaker("Tenun Lestari", "Paijo", "paijo@usaha.example", "081311113333", "9120001234568", "145.000"),
)


@dataclass
class Journey:
    """One installation that begins: how a browser is opened there, what it sends, what it took so far."""

    opens: Callable[[Size], Page]
    letters: Letterbox
    folder: Path
    """Where the files lie that people attach."""
    toll: Toll = field(default_factory=Toll)

    def somebody(self, email: str = "", size: Size = "desktop") -> Traveller:
        return Traveller(page=self.opens(size), email=email, toll=self.toll, letters=self.letters)

    def invited(self, email: str, size: Size = "desktop") -> Traveller:
        """Whoever got an invitation follows it, chooses a password and is in."""
        person = self.somebody(email, size)
        person.follow(self.letters.read(email, r"(?s)Undangan.*?(https?://\S+)"))
        person.write({"Kata sandi": PASSWORD, "Kata sandi, sekali lagi": PASSWORD})
        person.tick("Saya sudah membaca")
        person.press("Terima dan masuk")
        return person


# --- The organiser ---------------------------------------------------------------------------------------------


def set_up(journey: Journey, address: str, second_step: Callable[[Traveller], None]) -> Traveller:
    """The five steps behind the printed address; ends on the checklist."""
    person = journey.somebody(COORDINATOR_EMAIL)
    person.follow(address)
    person.sees("Siapkan penyelenggara expo")
    person.press("Mulai penyiapan")
    person.sees("Siapa yang menyelenggarakan?")
    person.write(
        {
            "Nama penyelenggara": ORGANISER,
            "Kode": "DKU-CTH",
            "Alamat kantor": "Jalan Balai Kota 1",
            "Kota": "Surabaya",
        }
    )
    person.press("Simpan dan lanjut")
    person.sees("Kop surat Anda")
    person.go("Lanjut")
    person.sees("Siapa koordinator pertama?")
    person.write(
        {
            "Nama Anda": "Ratna Contoh",
            "Alamat surel": COORDINATOR_EMAIL,
            "Kata sandi": PASSWORD,
            "Kata sandi, sekali lagi": PASSWORD,
        }
    )
    person.press("Simpan dan masuk")
    person.sees("Langkah kedua saat masuk")
    second_step(person)
    person.go("Lanjutkan penyiapan")
    person.sees("Expo yang mana?")
    today = clock.today()
    person.write(
        {
            "Nama": "KUMKM Expo Kota Contoh ke-1",
            "Tempat": "Balai Kota",
            "Tanggal mulai": today.isoformat(),
            "Tanggal selesai": (today + timedelta(days=4)).isoformat(),
            "Target pesanan": "2.000.000.000",
        }
    )
    person.press("Simpan dan lanjut")
    person.sees("Dari mana UMKM-nya")
    person.press("Simpan dan lanjut")
    person.sees("Sampaikah surel dan pesan teks?")
    person.press("Kirim surel uji")
    journey.letters.read(COORDINATOR_EMAIL, r"(Surel uji) dari")
    person.press("Lanjut")
    person.sees("Siap dibuka")
    person.press("Selesaikan penyiapan")
    person.sees("Dasbor")
    return person


def add_passkey(person: Traveller) -> None:
    """A passkey of the device, as a finger on a laptop makes it."""
    device = person.page.context.new_cdp_session(person.page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    person.go("Pakai kunci sandi perangkat")
    person.sees("Tambah kunci")
    person.write({"Nama kunci": "Laptop"})
    person.press("Tambah kunci")
    expect(person.page.locator("#recovery_codes")).to_be_visible(timeout=PATIENCE)


def add_code_app(person: Traveller) -> None:
    """A code app on a telephone, which was given the key that the page shows."""
    person.go("Pakai aplikasi kode")
    person.sees("Aktifkan aplikasi kode")
    secret = person.page.locator("main .copyable > span").first.inner_text()
    (counter, *_others) = totp.yield_hotp_counters_from_time()
    person.write({"Kode enam angka": totp.format_hotp_value(totp.hotp_value(secret, counter))})
    person.press("Aktifkan")
    person.sees("Kode pemulihan")


def open_doors_and_catalogue(coordinator: Traveller) -> dict[str, str]:
    """Follow the checklist: take applications, and one product. Returns the addresses on the printed codes."""
    coordinator.go("Buka pendaftaran")
    coordinator.sees("Pendaftaran")
    coordinator.tick("Instansi dapat mendaftar sendiri")
    coordinator.tick("UMKM dapat mendaftar sendiri")
    coordinator.press("Simpan")
    coordinator.is_told("Pilihan pendaftaran disimpan")
    shown = coordinator.page.locator("main").inner_text()
    addresses = {
        kind: next(word for word in shown.split() if f"/daftar/{kind}/" in word)
        for kind in ("instansi", "umkm")
    }
    coordinator.go_to("Dasbor")
    coordinator.go("Isi katalog produk")
    coordinator.sees("Tambah produk")
    coordinator.write(
        {
            "Nama produk": PRODUCT,
            "Kode produk": "KEM-01",
            "Satuan": "potong",
            "Spesifikasi": "Katun, ukuran S sampai XL",
            "Harga acuan": "150.000",
        }
    )
    coordinator.choose("Kategori", "Batik")
    coordinator.press("Simpan")
    coordinator.is_told(f"{PRODUCT} masuk katalog")
    return addresses


# --- Those who apply -------------------------------------------------------------------------------------------


def institution_applies(journey: Journey, address: str) -> None:
    letter = journey.folder / "surat-tugas.pdf"
    letter.write_bytes(LETTER)
    person = journey.somebody(REQUESTER_EMAIL)
    person.follow(address)
    person.write({"Nama instansi": INSTITUTION, "Surel kantor Anda": REQUESTER_EMAIL})
    person.tick("Saya menyetujui")
    person.press("Lanjut")
    prove(person, REQUESTER_EMAIL)
    person.choose("Jenis instansi", "lembaga keuangan")
    person.write(
        {
            "Alamat": "Jalan Merdeka 1",
            "Kota/kabupaten": "Kota Malang",
            "NPWP": "01.234.567.8-901.000",
            "Nama Anda": "Dewi Anggraini",
            "Jabatan": "Kepala Sekretariat",
            "Telepon": "0341-123456",
        }
    )
    person.attach("Surat tugas (PDF)", letter)
    person.press("Kirim pendaftaran")
    person.reads("Menunggu koordinator")


def maker_applies(journey: Journey, address: str, maker: NewMaker) -> None:
    picture = journey.folder / "foto.jpg"
    picture.write_bytes(photo(400))
    person = journey.somebody(maker.email, "phone")
    person.follow(address)
    person.write({"Nama usaha": maker.name, "Nama pemilik": maker.owner, "Nomor WhatsApp": maker.phone})
    person.tick("Saya menyetujui")
    person.press("Lanjut")
    prove(person, maker.phone)
    person.write(
        {
            "NIB": maker.nib,
            "Kabupaten/kota": "Kota Malang",
            "Alamat usaha": "Jalan Perajin 9",
            "Apa yang Anda buat": "Kemeja batik tulis, 40 potong seminggu",
            "Surel": maker.email,
        }
    )
    person.attach("Foto 1", picture)
    person.press("Kirim pendaftaran")
    person.reads("Menunggu koordinator")


def prove(person: Traveller, to: str) -> None:
    person.reads("Langkah 2 dari 3")
    person.write({"Kode enam angka": person.letters.read(to, r"Kode pendaftaran Anda: (\d{6})")})
    person.press("Lanjut")
    person.reads("Langkah 3 dari 3")


def accept_all(coordinator: Traveller) -> None:
    """From the mail that tells of the first through all that wait."""
    coordinator.follow(
        coordinator.letters.read(COORDINATOR_EMAIL, r"(?s)Pendaftaran instansi \S+ menunggu.*?(https?://\S+)")
    )
    for name in (INSTITUTION, *(maker.name for maker in MAKERS)):
        coordinator.sees(name)
        coordinator.go("Terima")
        coordinator.sees("Terima pendaftaran")
        coordinator.press("Terima")
        coordinator.is_told("diterima")
        if name != MAKERS[-1].name:
            coordinator.go("Berikutnya")


# --- The first order -------------------------------------------------------------------------------------------


def order_is_submitted(journey: Journey) -> Traveller:
    """The institution comes in, says where goods are delivered, and orders."""
    requester = journey.invited(REQUESTER_EMAIL)
    requester.sees(INSTITUTION)
    requester.go_to("Pesanan baru")
    requester.go("Tambah lokasi")
    requester.write(
        {"Nama lokasi": "Kantor Malang", "Alamat": "Jalan Merdeka 1", "Kota/kabupaten": "Kota Malang"}
    )
    requester.press("Simpan")
    requester.sees("Pesanan baru")
    requester.write(
        {
            "Perihal": "Seragam batik",
            "Jumlah": str(PIECES),
            "Dibutuhkan paling lambat": (clock.today() + timedelta(days=60)).isoformat(),
        }
    )
    requester.choose("Produk katalog", f"{PRODUCT} · Rp150.000/potong")
    expect(requester.field("Harga perkiraan")).to_have_value("150000", timeout=PATIENCE)
    requester.press("Simpan dan ajukan")
    requester.sees("Ajukan")
    requester.press("Ajukan")
    requester.is_told("sudah diajukan")
    return requester


def to_first_submitted_order(
    journey: Journey, address: str, second_step: Callable[[Traveller], None]
) -> tuple[Traveller, Traveller]:
    """Everything up to it; returns the coordinator and the requester, each at their page."""
    coordinator = set_up(journey, address, second_step)
    addresses = open_doors_and_catalogue(coordinator)
    institution_applies(journey, addresses["instansi"])
    for maker in MAKERS:
        maker_applies(journey, addresses["umkm"], maker)
    accept_all(coordinator)
    return coordinator, order_is_submitted(journey)
