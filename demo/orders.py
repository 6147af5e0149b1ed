"""The orders of the story. Together they end in every state that an order and its parts can be in.

``checks.py`` holds the story to that. A plan ends where its acts end, so the later ones are still open on the last day.
"""

from demo.tale import Plan, PlannedLine

ANSWERED = ("draft", "submit", "ask", "answer")
QUOTED = (*ANSWERED, "quote")
APPROVED = (*QUOTED, "approve")
STARTED = (*APPROVED, "acknowledge", "start", "report")
MADE = (*STARTED, "finish")
DELIVERED = (*MADE, "ship", "receive")
CLOSED = (*DELIVERED, "pay", "close")
SLOW = (
    "draft", "submit", "ask", "answer_far:40", "quote", "approve", "acknowledge", "start", "wait:15", "report_slow:25",
)  # fmt: skip
REVISED = (*QUOTED, "ask_revision", "quote", "approve", "acknowledge", "start", "finish", "ship", "receive")


def lines(text: str) -> tuple[PlannedLine, ...]:
    """``"BTK-03×120 KOP-01×40@1"``: product, quantity, and the place of the site when it is not the first."""
    found = []
    for word in text.split():
        what, _at, site = word.partition("@")
        product, _times, quantity = what.partition("×")
        found.append(PlannedLine(product=product, quantity=int(quantity), site=int(site or 0)))
    return tuple(found)


def uniforms(count: int) -> tuple[PlannedLine, ...]:
    """A long order: shirts and blouses by size and unit, for two sites."""
    sizes = ("S", "M", "L", "XL", "XXL")
    return tuple(
        PlannedLine(
            product="BTK-03" if number % 2 else "BTK-04",
            quantity=4 + number % 9,
            site=number % 2,
            specification=f"Ukuran {sizes[number % 5]}, motif seragam, kelompok kerja {1 + number // 5}",
        )
        for number in range(count)
    )


PLANS = (
    # Finished: from the days of the expo on
    Plan(day=(7, 28), buyer="BI-JATIM", title="Cendera mata HUT Kemerdekaan", lines=lines("BTK-05×150 BTK-02×40"),
         acts=CLOSED),
    Plan(day=(7, 29), buyer="BI-MLG", title="Keripik untuk temu responden",
         lines=lines("CML-01×300 CML-02×200 CML-03×150"),
         acts=CLOSED),
    Plan(day=(8, 1), buyer="ACEH", title="Seragam batik panitia pekan kebudayaan",
         lines=lines("BTK-03×420 BTK-04×260"),
         acts=CLOSED, makers=3, budget="DPA 2.17.01 (contoh)"),
    Plan(day=(8, 2), buyer="BI-KDR", title="Sarung untuk santri", lines=lines("TNN-02×250"), acts=CLOSED, makers=3),
    Plan(day=(8, 3), buyer="BANK-CTH", title="Bingkisan nasabah", lines=lines("KOP-01×200 KOP-04×200"), acts=CLOSED),
    Plan(day=(8, 8), buyer="BUMN-CTH", title="Sepatu kerja petugas depo", lines=lines("KLT-01×120@1"),
         acts=(*MADE, "ship", "receive_rejecting:10", "ship", "receive", "pay", "close")),
    Plan(day=(8, 9), buyer="BI-JATIM", title="Seragam batik pegawai",
         lines=lines("BTK-03×380 BTK-04×340@1 BTK-03×150@2"),
         acts=(*MADE, "ship", "receive", "pay", "close"), makers=3, budget="Anggaran tahunan (contoh)"),
    Plan(day=(8, 15), buyer="BI-JBR", title="Kopi rapat triwulan", lines=lines("KOP-02×80 KOP-03×20"),
         acts=CLOSED, makers=1),
    Plan(day=(8, 16), buyer="BI-MLG", title="Cangkir keramik pelatihan", lines=lines("GRB-01×200"),
         acts=(*REVISED, "pay", "close")),
    Plan(day=(8, 22), buyer="BUMN-CTH", title="Tas anyaman peserta seminar", lines=lines("ANY-01×300 ANY-04×500"),
         acts=(*STARTED, "ship_half", "receive", "ship", "receive", "pay", "close"), makers=3),
    Plan(day=(8, 24), buyer="BI-KDR", title="Madu dan jamu untuk posyandu", lines=lines("RMP-01×60 RMP-02×120"),
         acts=(*STARTED, "ship_half", "receive", "short_close", "pay", "close")),
    # Delivered, being paid
    Plan(day=(9, 5), buyer="BI-JATIM", title="Bahan pameran batik", lines=lines("BTK-01×25 TNN-03×30"),
         acts=DELIVERED),
    Plan(day=(9, 6), buyer="BANK-CTH", title="Dompet hadiah karyawan", lines=lines("KLT-03×180 KLT-04×90"),
         acts=(*DELIVERED, "pay:1"), makers=3),
    Plan(day=(9, 12), buyer="BUMN-CTH", title="Seragam batik per kelompok kerja", lines=uniforms(200),
         acts=DELIVERED, makers=3, days=90),
    Plan(day=(9, 14), buyer="BI-JBR", title="Olahan ikan untuk bazar", lines=lines("IKN-01×250 IKN-03×150"),
         acts=(*STARTED, "ship_half:1", "receive", "short_close")),
    Plan(day=(9, 19), buyer="ACEH", title="Songkok dan mukena", lines=lines("BDR-04×200 BDR-01×120@1"),
         acts=(*DELIVERED, "pay"), makers=2),
    # On the road
    Plan(day=(10, 3), buyer="BI-MLG", title="Goodie bag pelatihan ekspor", lines=lines("ANY-04×250"),
         acts=(*MADE, "ship"), days=75),
    Plan(day=(10, 4), buyer="BI-JATIM", title="Paket camilan temu bisnis",
         lines=lines("CML-01×400 CML-04×300 CML-05×100@1"),
         acts=(*MADE, "ship", "receive:1"), days=75),
    Plan(day=(10, 5), buyer="BUMN-CTH", title="Map dokumen kulit", lines=lines("KLT-05×140"),
         acts=(*MADE, "ship", "receive_rejecting:20"), days=75),
    Plan(day=(10, 10), buyer="ACEH", title="Tenun untuk cendera mata tamu", lines=lines("TNN-03×60 TNN-04×200@1"),
         acts=(*STARTED, "ship_half", "receive:1"), days=80, makers=2),
    Plan(day=(10, 12), buyer="BANK-CTH", title="Set teko ruang tamu", lines=lines("GRB-03×45 GRB-02×30"),
         acts=(*STARTED, "ship_half", "receive"), days=80),
    # In production
    Plan(day=(10, 17), buyer="BI-KDR", title="Baju koko petugas", lines=lines("BDR-02×90"),
         acts=(*STARTED, "finish:1"), days=75),
    Plan(day=(10, 18), buyer="BI-JATIM", title="Bingkisan kopi akhir tahun", lines=lines("KOP-01×600 KOP-02×400"),
         acts=(*MADE, "prepare:1", "take_apart", "prepare:1"), makers=3, days=75),
    Plan(day=(10, 24), buyer="BUMN-CTH", title="Keripik untuk gerai bandara",
         lines=lines("CML-01×800 CML-02×600 CML-03×600"),
         acts=STARTED, makers=3, days=75),
    Plan(day=(10, 25), buyer="ACEH", title="Tikar mendong balai warga", lines=lines("ANY-03×150"),
         acts=(*APPROVED, "acknowledge", "start:1", "report:1"), days=75),
    Plan(day=(10, 26), buyer="BI-JBR", title="Kain batik tulis penghargaan", lines=lines("BTK-01×20"),
         acts=(*APPROVED, "acknowledge", "start"), makers=1, days=80),
    # Approved
    Plan(day=(11, 1), buyer="BI-MLG", title="Kopi celup ruang rapat", lines=lines("KOP-04×150"),
         acts=(*APPROVED, "acknowledge:1"), days=60),
    Plan(day=(11, 2), buyer="BANK-CTH", title="Tas kerja direksi cabang", lines=lines("KLT-02×60"),
         acts=APPROVED, makers=3, days=70),
    Plan(day=(11, 7), buyer="BI-JATIM", title="Sarung dan mukena bakti sosial", lines=lines("TNN-01×200 BDR-01×150"),
         acts=APPROVED, makers=1, days=70),
    # Quoted
    Plan(day=(11, 8), buyer="BI-KDR", title="Cendera mata kunjungan kerja", lines=lines("BTK-05×60 GRB-01×60"),
         acts=(*ANSWERED, "quote:30"), makers=1, days=70),
    Plan(day=(11, 9), buyer="ACEH", title="Seragam batik pegawai dinas", lines=lines("BTK-03×500 BTK-04×400@1"),
         acts=(*ANSWERED, "quote:45", "sign"), makers=3, days=90),
    Plan(day=(11, 10), buyer="BUMN-CTH", title="Bingkisan Natal mitra", lines=lines("CML-05×300 RMP-01×150"),
         acts=(*ANSWERED, "quote:30"), days=45),
    Plan(day=(11, 14), buyer="BI-JATIM", title="Perlengkapan stan pameran", lines=lines("ANY-02×200 GRB-02×40@2"),
         acts=(*QUOTED, "ask_revision", "quote:30"), makers=1, days=60),
    # Requested
    Plan(day=(11, 14), buyer="BI-MLG", title="Hampers akhir tahun", lines=lines("KOP-01×250 CML-02×250 RMP-02×250"),
         acts=("draft", "submit", "ask:30"), days=60),
    Plan(day=(11, 15), buyer="BANK-CTH", title="Kain tenun seragam frontliner", lines=lines("TNN-03×320"),
         acts=("draft", "submit", "ask_whole:6", "answer_mixed"), makers=4, days=90),
    Plan(day=(11, 21), buyer="BI-JBR", title="Abon dan petis untuk dapur umum", lines=lines("IKN-03×200 IKN-04×150"),
         acts=("draft", "submit", "ask:25", "answer:1"), days=60),
    Plan(day=(11, 22), buyer="BUMN-CTH", title="Sepatu petugas lapangan 2023", lines=lines("KLT-01×400@1"),
         acts=("draft", "change:2", "submit"), days=90),
    Plan(day=(11, 24), buyer="ACEH", title="Kerupuk dan bandeng untuk pameran", lines=lines("IKN-01×500 IKN-02×300"),
         acts=("draft", "submit"), days=60),
    Plan(day=(10, 6), buyer="BI-KDR", title="Jilbab bordir wisuda tahfiz", lines=lines("BDR-03×220"),
         acts=(*ANSWERED, "quote:7", "wait:12", "reopen", "ask:5"), days=100),
    Plan(day=(11, 10), buyer="BI-JATIM", title="Selendang penerima tamu", lines=lines("BTK-05×80"),
         acts=(*QUOTED, "ask_revision"), days=60),
    # Rounds, sealed questions, slow work, addenda
    Plan(day=(11, 16), buyer="BI-JATIM", title="Taplak batik ruang tamu", lines=lines("BTK-05×90"),
         acts=("draft", "submit", "source", "rounds"), days=60),
    Plan(day=(11, 17), buyer="BI-KDR", title="Sarung tenun mahasiswa KKN", lines=lines("TNN-01×160"),
         acts=("draft", "submit", "source:2", "rounds:1"), days=60),
    Plan(day=(11, 24), buyer="BI-MLG", title="Kopi untuk temu wicara petani", lines=lines("KOP-01×180 KOP-02×60"),
         acts=("draft", "submit", "source"), days=60),
    Plan(day=(11, 23), buyer="BANK-CTH", title="Dompet kulit nasabah prioritas", lines=lines("KLT-03×120"),
         acts=("draft", "submit", "ask_sealed:21", "answer:2"), makers=3, days=75),
    Plan(day=(10, 24), buyer="BUMN-CTH", title="Kemeja batik petugas layanan", lines=lines("BTK-03×240"),
         acts=(*SLOW, "amend:1"), makers=2, days=75),
    Plan(day=(10, 25), buyer="BI-JBR", title="Tas anyaman delegasi", lines=lines("ANY-01×180"),
         acts=(*SLOW, "amend"), makers=2, days=75),
    # Drafts
    Plan(day=(11, 28), buyer="BI-JATIM", title="Seragam lapangan tim survei", lines=lines("BTK-03×90"),
         acts=("draft",), days=90),
    Plan(day=(11, 29), buyer="BI-MLG", title="Kopi dan cangkir pojok baca", lines=lines("KOP-02×60 GRB-01×60"),
         acts=("draft",), days=90),
    # Lost and cancelled
    Plan(day=(8, 4), buyer="BANK-CTH", title="Undian nasabah (konsep)", lines=lines("KLT-03×50"),
         acts=("draft", "discard")),
    Plan(day=(8, 17), buyer="ACEH", title="Madu untuk 10.000 peserta jambore", lines=lines("RMP-01×10000"),
         acts=("draft", "submit", "decline"), days=20),
    Plan(day=(8, 30), buyer="BI-JBR", title="Vas gerabah lobi", lines=lines("GRB-02×35"),
         acts=("draft", "submit", "ask", "release", "withdraw")),
    Plan(day=(9, 7), buyer="BI-KDR", title="Ikat pinggang petugas", lines=lines("KLT-04×110"),
         acts=(*QUOTED, "withdraw")),
    Plan(day=(9, 20), buyer="BUMN-CTH", title="Kain batik tulis direksi", lines=lines("BTK-01×60"),
         acts=(*QUOTED, "reject")),
    Plan(day=(10, 11), buyer="BI-MLG", title="Dodol untuk stan pasar murah", lines=lines("CML-05×180"),
         acts=(*ANSWERED, "quote:10")),
    Plan(day=(9, 26), buyer="BANK-CTH", title="Goodie bag jalan sehat", lines=lines("ANY-04×700"),
         acts=(*APPROVED, "acknowledge:1", "cancel"), makers=3),
    Plan(day=(9, 27), buyer="BI-JATIM", title="Mukena untuk musala pasar", lines=lines("BDR-01×75"),
         acts=(*STARTED, "cancel")),
)  # fmt: skip
