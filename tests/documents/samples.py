"""Invented papers, one of each kind and of any length; the tests and the images in the documentation use them."""

from datetime import UTC, date, datetime
from typing import Any

from documents.issuing import contents
from documents.issuing.issue import hash_of
from documents.models import Document, DocumentKind
from orders.stored import stored
from procurement.language.terbilang import rupiah_in_words

ISSUED_AT = datetime(2022, 8, 1, 3, 30, tzinfo=UTC)

GOODS = (
    (
        "Kemeja batik cap motif parang",
        "Katun primisima 105, S sampai XXL, lengan panjang, bordir logo",
        "potong",
        185_000,
    ),
    ("Sarung tenun goyor", "Benang rayon, 120 × 210 cm, warna sesuai contoh", "lembar", 165_000),
    ("Kopi robusta Dampit 250 g", "Sangrai sedang, biji utuh, kemasan berkatup", "bungkus", 42_000),
    ("Tas kulit sapi", "Kulit nabati, furing katun, 30 × 40 cm", "buah", 325_000),
    ("Keripik tempe 200 g", "P-IRT dan halal, rasa daun jeruk", "bungkus", 18_500),
)
MSMES = ("Batik Contoh Tulip", "Tenun Contoh Mawar", "Kopi Contoh Semeru", "Kulit Contoh Tanggulangin")
SITE = "Gudang KPw BI Jawa Timur"

BUYER = contents.Party(
    name="Bank Indonesia, Kantor Perwakilan Provinsi Jawa Timur (contoh)",
    address="Jalan Contoh Pahlawan 105, Surabaya 60174",
    officer="Sri Contoh Wahyuni",
    post="Pejabat Pembuat Komitmen",
    nip="19800101 200501 2 001",
    decree="Keputusan Kepala Kantor Nomor 24/KEP/2022 tanggal 3 Januari 2022",
    npwp="0010000000000000",
    phone="(031) 000 0000",
)
SUPPLIER = contents.Party(
    name="Batik Contoh Tulip",
    address="Jalan Contoh Melati 12, Bangkalan",
    officer="Ibu Contoh Aminah",
    nib="0000000000001",
    npwp="000000000000001",
    phone="0800 0000 0001",
    bank="Bank Contoh 000-0000-001 a.n. Ibu Contoh Aminah",
)
EXPO_HEAD = contents.Letterhead(
    over="Pemerintah Provinsi Jawa Timur",
    name="Dinas Koperasi dan UKM",
    lines=(
        "Penyelenggara KUMKM Expo ke-9 Jawa Timur",
        "Jalan Contoh Juanda 22, Sidoarjo 61253 · kumkm@contoh.invalid",
    ),
    city="Sidoarjo",
)
BUYER_HEAD = contents.Letterhead(
    over="Bank Indonesia",
    name="Kantor Perwakilan Provinsi Jawa Timur",
    lines=("Jalan Contoh Pahlawan 105, Surabaya 60174 · (031) 000 0000",),
    city="Surabaya",
)
MSME_HEAD = contents.Letterhead(
    name="Batik Contoh Tulip",
    lines=(
        "Kelompok usaha batik tulis dan cap",
        "Jalan Contoh Melati 12, Bangkalan · 0800 0000 0001 · NIB 0000000000001",
    ),
    city="Bangkalan",
)
PLACE = contents.DeliveryPlace(
    name=SITE, address="Jalan Contoh Pahlawan 105, Surabaya", contact="Bapak Contoh Joko, 0800 0000 0002"
)
TERMS = "100% setelah Berita Acara Serah Terima, paling lambat 14 hari kerja sejak faktur diterima, melalui transfer."


def good(position: int) -> tuple[str, str, str, int]:
    return GOODS[(position - 1) % len(GOODS)]


def totals(amounts: list[int], *, taxed: bool = True) -> contents.PaperTotals:
    subtotal = sum(amounts)
    ppn = subtotal * 11 // 100 if taxed else 0
    return contents.PaperTotals(
        subtotal=subtotal,
        dpp=subtotal,
        ppn=ppn,
        ppn_label="PPN 11%" if taxed else "PPN (penyedia bukan PKP)",
        total=subtotal + ppn,
        terbilang=rupiah_in_words(subtotal + ppn),
    )


def quotation(count: int = 10) -> contents.QuotationContent:
    lines = []
    for position in range(1, count + 1):
        name, specification, unit, price = good(position)
        quantity = 150 * (1 + position % 4)
        makers = tuple(
            contents.QuotedMaker(
                name=MSMES[(position + part) % len(MSMES)],
                quantity=quantity // 3,
                ready_on=date(2022, 9, 12 + part),
            )
            for part in range(3)
        )
        lines.append(
            contents.QuotationLine(
                position=position,
                name=name,
                specification=specification,
                quantity=quantity,
                unit=unit,
                price=price,
                amount=price * quantity,
                site=SITE,
                due_date=date(2022, 9, 30),
                makers=makers,
            )
        )
    return contents.QuotationContent(
        letterhead=EXPO_HEAD,
        sender=contents.Party(
            name="Dinas Koperasi dan UKM",
            nib="0000000000000",
            npwp="0020000000000000",
            phone="(031) 000 0000",
            email="kumkm@contoh.invalid",
        ),
        addressee=BUYER,
        package="Pengadaan cinderamata dan seragam batik tahun 2022",
        order_number="PSN-2022-0012",
        request_reference="24/112/Sb/PPH/2022",
        request_date=date(2022, 7, 27),
        lines=tuple(lines),
        totals=totals([line.amount for line in lines]),
        ppn_status="Harga satuan belum termasuk PPN. PPN dikenakan hanya atas bagian UMKM yang berstatus PKP.",
        valid_until=date(2022, 8, 31),
        lead_time="siap paling lambat 23 Oktober 2022",
        places=(PLACE,),
        payment_terms=TERMS,
        suppliers=tuple(
            contents.Supplier(
                name=name,
                district="Kabupaten Contoh",
                nib=f"000000000000{number}",
                npwp=f"00000000000000{number}",
                taxed=number == 1,
            )
            for number, name in enumerate(MSMES, start=1)
        ),
        signature=contents.SignatureBlock(
            caption="Hormat kami,",
            post="Kepala Dinas Koperasi dan UKM",
            name="Dr. Contoh Suryanto, M.M.",
            nip="19700101 199503 1 001",
        ),
        attachment="1 (satu) berkas",
    )


def purchase_order(count: int = 10) -> contents.PurchaseOrderContent:
    lines = []
    for position in range(1, count + 1):
        name, specification, unit, price = good(position)
        quantity = 50 * (1 + position % 4)
        lines.append(
            contents.PurchaseOrderLine(
                position=position,
                name=name,
                specification=specification,
                brand="Contoh Tulip",
                quantity=quantity,
                unit=unit,
                price=price,
                amount=price * quantity,
                site=SITE,
                due_date=date(2022, 9, 30),
            )
        )
    return contents.PurchaseOrderContent(
        letterhead=BUYER_HEAD,
        buyer=BUYER,
        supplier=SUPPLIER,
        package="Pengadaan cinderamata dan seragam batik tahun 2022",
        order_number="PSN-2022-0012",
        quotation_number="001/SPH/KUMKM/VII/2022",
        quotation_date=date(2022, 7, 29),
        budget_source="Anggaran Bank Indonesia tahun 2022, pos Pengembangan UMKM",
        period_start=date(2022, 8, 1),
        period_end=date(2022, 9, 30),
        places=(PLACE,),
        late_fine="1/1000 (satu per seribu) dari bagian yang belum diserahkan, sebelum PPN, per hari kalender.",
        payment_terms=TERMS,
        ppn_status="Penyedia bukan PKP, sehingga tidak dikenakan PPN dan tidak menerbitkan faktur pajak.",
        lines=tuple(lines),
        totals=totals([line.amount for line in lines], taxed=False),
        buyer_signature=contents.SignatureBlock(
            caption="Untuk dan atas nama Pemesan,",
            post="Pejabat Pembuat Komitmen",
            name="Sri Contoh Wahyuni",
            nip="19800101 200501 2 001",
        ),
        supplier_signature=contents.SignatureBlock(
            caption="Menerima dan menyetujui,", post="Pemilik Batik Contoh Tulip", name="Ibu Contoh Aminah"
        ),
        stamp_duty=10_000,
    )


def delivery_note(count: int = 10) -> contents.DeliveryNoteContent:
    lines = []
    for position in range(1, count + 1):
        name, specification, unit, _price = good(position)
        lines.append(
            contents.DeliveryNoteLine(
                position=position,
                name=name,
                specification=specification,
                quantity=25 * (1 + position % 4),
                unit=unit,
                condition="Baik" if position % 3 else "",
                note="Koli 1 dari 2" if position == 1 else "",
            )
        )
    return contents.DeliveryNoteContent(
        letterhead=MSME_HEAD,
        sender=SUPPLIER,
        receiver=contents.Party(
            name=BUYER.name, address=BUYER.address, officer="Bapak Contoh Joko", phone="0800 0000 0002"
        ),
        place=PLACE,
        order_number="PSN-2022-0012",
        purchase_order_number="001/SP/BI-JATIM/VIII/2022",
        shipment=1,
        shipment_count=2,
        dispatched_on=date(2022, 8, 22),
        expected_on=date(2022, 8, 23),
        vehicle="Mobil boks Contoh L300",
        plate="M 0000 XX",
        driver="Pak Contoh Slamet",
        driver_phone="0800 0000 0003",
        lines=tuple(lines),
        sender_signature=contents.SignatureBlock(caption="Pengirim,", name="Ibu Contoh Aminah"),
        driver_signature=contents.SignatureBlock(caption="Pengemudi,", name="Pak Contoh Slamet"),
        receiver_signature=contents.SignatureBlock(caption="Penerima,"),
        notes="Barang pecah belah dipisah dalam koli bertanda merah.",
    )


def handover(count: int = 10) -> contents.HandoverContent:
    lines = []
    for position in range(1, count + 1):
        name, specification, unit, price = good(position)
        ordered = 50 * (1 + position % 4)
        rejected = 4 if position % 4 == 1 else 0
        accepted = ordered - rejected
        lines.append(
            contents.HandoverLine(
                position=position,
                name=name,
                specification=specification,
                unit=unit,
                ordered=ordered,
                delivered=ordered,
                accepted=accepted,
                rejected=rejected,
                price=price,
                amount=price * accepted,
                reason="jahitan lepas pada bagian lengan" if rejected else "",
            )
        )
    return contents.HandoverContent(
        letterhead=BUYER_HEAD,
        on=date(2022, 8, 23),
        place=PLACE,
        first_party=SUPPLIER,
        second_party=BUYER,
        package="Pengadaan cinderamata dan seragam batik tahun 2022",
        order_number="PSN-2022-0012",
        purchase_order_number="001/SP/BI-JATIM/VIII/2022",
        purchase_order_date=date(2022, 8, 1),
        delivery_note_numbers=("001/SJ/TULIP/VIII/2022",),
        inspection_number="001/BAPHP/BI-JATIM/VIII/2022",
        legal_basis=("Peraturan pengadaan barang dan jasa yang berlaku pada Bank Indonesia",),
        lines=tuple(lines),
        totals=totals([line.amount for line in lines], taxed=False),
        first_signature=contents.SignatureBlock(
            caption="PIHAK PERTAMA,", organisation="Batik Contoh Tulip", name="Ibu Contoh Aminah"
        ),
        second_signature=contents.SignatureBlock(
            caption="PIHAK KEDUA,",
            post="Pejabat Pembuat Komitmen",
            name="Sri Contoh Wahyuni",
            nip="19800101 200501 2 001",
        ),
    )


def report(count: int = 10) -> contents.ReportContent:
    return contents.ReportContent(
        letterhead=BUYER_HEAD,
        language="id",
        heading="Laporan Transaksi Expo",
        edition="KUMKM Expo ke-9",
        as_of="31 Juli 2022 pukul 18.00 WIB",
        summary=(("Belum dibukukan", "Rp12.345.678"),),
        tables=(
            contents.ReportTable(
                key="stages",
                title="Nilai menurut tahap",
                headings=("Tahap", "Nilai (Rp)"),
                kinds=("text", "money"),
                rows=tuple((f"Tahap contoh {place}", 1_000_000 + place) for place in range(count)),
                note="Rupiah bulat sebelum PPN",
                more=3,
            ),
        ),
        charts=(),
        definitions=(("diminta", "pesanan yang diajukan dan belum ditawarkan"),),
        words={
            "number": "Nomor",
            "edition": "Penyelenggaraan",
            "as_of": "Keadaan per",
            "no_charts": "Tanpa grafik",
            "nothing": "Tidak ada",
            "more": "baris lain dalam berkas XLSX",
            "definitions": "Arti setiap angka",
            "check": "Kode cek",
        },
        locale={},
    )


SAMPLES = {
    DocumentKind.REPORT: (report, "001/LAP/KUMKM/VII/2022", "KUMKM Expo ke-9"),
    DocumentKind.QUOTATION: (quotation, "003/SPH/KUMKM/VIII/2022", "Penawaran harga seragam dan cinderamata"),
    DocumentKind.PURCHASE_ORDER: (
        purchase_order,
        "001/SP/BI-JATIM/VIII/2022",
        "Pesanan seragam dan cinderamata",
    ),
    DocumentKind.DELIVERY_NOTE: (
        delivery_note,
        "001/SJ/TULIP/VIII/2022",
        "Pengiriman seragam dan cinderamata",
    ),
    DocumentKind.HANDOVER: (handover, "001/BAST/BI-JATIM/VIII/2022", "Serah terima seragam dan cinderamata"),
}


def document(kind: DocumentKind, count: int = 10, **changes: Any) -> Document:
    """An unsaved document of ``kind`` with ``count`` lines."""
    make, number, title = SAMPLES[kind]
    values: dict[str, Any] = {
        "kind": kind,
        "number": number,
        "title": title,
        "issuer_id": 1,
        "recipient_id": 2,
        "stream": "order:12",
        "subject": stored("purchase_order:5"),
        "revision": 1,
        "content": make(count).to_json(),
        "issued_at": ISSUED_AT,
    }
    made = Document(**(values | changes))
    made.content_hash = hash_of(made)
    return made
