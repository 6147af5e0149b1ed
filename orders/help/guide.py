"""What the help page says: what each role does here, step by step, and what the words mean.

The workflow itself is drawn from the code (``diagram.py``); only what people do with it is written down here.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Role

Text = str | Promise


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One thing to do, and the page on which it is done."""

    text: Text
    page: str = ""

    @property
    def url(self) -> str:
        """The address of the page; empty when there is none."""
        try:
            return reverse(self.page) if self.page else ""
        except NoReverseMatch:
            return ""


@dataclass(frozen=True, slots=True)
class Guide:
    """What one role is for."""

    role: Role
    purpose: Text
    stages: tuple[GuideStep, ...]

    @property
    def title(self) -> str:
        name = str(self.role.label)
        return name[:1].upper() + name[1:]


GUIDES: tuple[Guide, ...] = (
    Guide(
        Role.REQUESTER,
        _("Meminta barang untuk instansi, satu permintaan untuk banyak UMKM sekaligus."),
        (
            GuideStep(
                _("Buat pesanan: pilih produk katalog atau tulis sendiri, isi jumlah, tanggal, lokasi."),
                "orders:new",
            ),
            GuideStep(
                _("Periksa ringkasannya, lalu ajukan. Sesudah itu penyelenggara expo bertanya kepada UMKM.")
            ),
            GuideStep(
                _("Penawaran datang: mintalah revisi bila perlu; yang menyetujui adalah orang lain."),
                "orders:list",
            ),
            GuideStep(_("Ikuti produksi dan pengiriman pada halaman pesanan."), "orders:list"),
        ),
    ),
    Guide(
        Role.APPROVER,
        _("Menyetujui penawaran atas nama instansi. Siapa yang mengajukan tidak pernah menyetujui."),
        (
            GuideStep(_("Buka antrean persetujuan; yang paling mendesak di atas."), "orders:approvals"),
            GuideStep(
                _("Bandingkan harga, jadwal, dan revisi sebelumnya, lalu setujui, minta revisi, atau tolak.")
            ),
            GuideStep(
                _(
                    "Saat tanda tangan terakhir diberikan, surat pesanan untuk setiap UMKM terbit dan bernomor."
                )
            ),
            GuideStep(_("Bila perlu batalkan pesanan sebelum dikirim, atau tutup dengan kekurangan.")),
        ),
    ),
    Guide(
        Role.RECEIVER,
        _("Memeriksa dan menerima barang di lokasi penyerahan, dengan telepon pun bisa."),
        (
            GuideStep(_("Buka daftar kiriman yang sedang dalam perjalanan."), "orders:receiving"),
            GuideStep(_("Hitung barangnya: berapa diterima, berapa ditolak dan apa alasannya.")),
            GuideStep(
                _(
                    "Berita acara serah terima dibuat sendiri; sisa yang ditolak dikerjakan lagi oleh UMKM itu."
                )
            ),
        ),
    ),
    Guide(
        Role.TREASURER,
        _("Mencatat pembayaran kepada setiap UMKM dan menyelesaikan pesanan."),
        (
            GuideStep(_("Buka pesanan yang barangnya sudah diterima."), "orders:list"),
            GuideStep(_("Catat bukti pembayaran pada setiap surat pesanan.")),
            GuideStep(_("Selesaikan pesanan bila semua surat pesanan lunas.")),
            GuideStep(_("Unduh dokumennya untuk pemeriksa."), "documents:list"),
        ),
    ),
    Guide(
        Role.ADMINISTRATOR,
        _("Menjaga data instansi sendiri; tidak memesan, menyetujui, menerima, atau membayar."),
        (
            GuideStep(
                _("Periksa dan perbaiki data instansi, satuan kerja, lokasi penyerahan, dan pejabatnya."),
                "buyers:own",
            ),
            GuideStep(
                _(
                    "Usulkan yang menyangkut uang atau kewenangan; administrator lain atau koordinator "
                    "mengonfirmasinya."
                ),
                "buyers:own",
            ),
            GuideStep(_("Undang rekan, ubah perannya, atau akhiri keanggotaannya."), "accounts:members"),
            GuideStep(_("Baca pesanan dan dokumennya bila ada pertanyaan."), "orders:list"),
        ),
    ),
    Guide(
        Role.OWNER,
        _("Mengatakan apa yang sanggup dibuat, kapan, dan berapa harganya; lalu membuat dan mengirimnya."),
        (
            GuideStep(
                _("Jawab permintaan sebelum tenggat: sanggup seluruhnya, sebagian, atau tidak."),
                "orders:requests",
            ),
            GuideStep(
                _("Terima surat pesanan, mulai produksi, laporkan kemajuannya."), "orders:purchase_orders"
            ),
            GuideStep(_("Siapkan pengiriman, cetak surat jalan, tandai sudah dikirim."), "orders:shipments"),
            GuideStep(_("Jaga daftar produk, harga, dan waktu pengerjaan tetap benar."), "msmes:offers"),
        ),
    ),
    Guide(
        Role.HELPER,
        _("Mengerjakan dan mengirim apa yang sudah disanggupi pemilik usaha."),
        (
            GuideStep(
                _("Lihat surat pesanan yang sudah diterima pemilik, mulai produksi, laporkan kemajuannya."),
                "orders:purchase_orders",
            ),
            GuideStep(_("Siapkan pengiriman, cetak surat jalan, tandai sudah dikirim."), "orders:shipments"),
            GuideStep(
                _("Yang menyanggupi permintaan, menerima surat pesanan, dan mengatur harga adalah pemilik.")
            ),
        ),
    ),
    Guide(
        Role.COORDINATOR,
        _("Menghubungkan pesanan dengan UMKM, dan menjaga setiap rupiah sampai dibukukan."),
        (
            GuideStep(_("Lihat nilai yang belum dibukukan dan di mana ia berhenti."), "expo:home"),
            GuideStep(
                _("Bagi setiap baris pesanan kepada UMKM, tunggu jawabannya, terbitkan penawaran."),
                "orders:workbench_list",
            ),
            GuideStep(_("Ikuti pesanan menurut tahapnya di papan."), "orders:board"),
            GuideStep(
                _("Catat komitmen pembelian yang diumumkan; pesanan yang datang mengambil dari situ."),
                "expo:pledges",
            ),
            GuideStep(
                _("Periksa instansi dan UMKM yang mendaftar: terima, tanyakan, atau tolak dengan alasan."),
                "accounts:joining",
            ),
            GuideStep(_("Undang anggota instansi dan UMKM dan beri mereka peran."), "accounts:organisations"),
        ),
    ),
    Guide(
        Role.VIEWER,
        _("Melihat semuanya, mengubah tidak ada."),
        (
            GuideStep(_("Baca dasbor nilai menurut tahap."), "expo:home"),
            GuideStep(_("Lihat papan pesanan."), "orders:board"),
        ),
    ),
)


def guides_for(roles: Iterable[str]) -> tuple[list[Guide], list[Guide]]:
    """The guides of these roles, and those of the others."""
    held = set(roles)
    return [one for one in GUIDES if one.role in held], [one for one in GUIDES if one.role not in held]


GLOSSARY: tuple[tuple[Text, Text], ...] = (
    (
        _("Belum dibukukan"),
        _("Nilai yang diumumkan, diminta, atau ditawarkan, tetapi belum disetujui instansi."),
    ),
    (_("Sudah dibukukan"), _("Nilai pesanan yang disetujui; hanya ini yang boleh disebut nilai pesanan.")),
    (_("Komitmen pembelian"), _("Niat membeli yang diumumkan di expo. Belum berupa pesanan.")),
    (
        _("Transaksi langsung"),
        _("Penjualan di stan pada hari expo. Tidak pernah dijumlahkan dengan pesanan."),
    ),
    (_("Permintaan penawaran harga"), _("Pesanan yang diajukan instansi dan belum mempunyai harga.")),
    (
        _("Surat penawaran"),
        _("Harga, jumlah per UMKM, dan jadwal untuk seluruh pesanan, dengan masa berlaku."),
    ),
    (_("Revisi"), _("Penawaran baru untuk pesanan yang sama. Yang lama tetap tersimpan.")),
    (
        _("Surat pesanan"),
        _("Perintah kepada satu UMKM untuk membuat bagiannya. Terbit saat pesanan disetujui."),
    ),
    (_("Surat jalan"), _("Menyertai barang di perjalanan. Tanpa harga.")),
    (
        _("Berita acara serah terima (BAST)"),
        _("Bukti berapa barang diterima dan ditolak, ditandatangani dua pihak."),
    ),
    (
        _("Ketidaksesuaian"),
        _("Barang yang tidak sama dengan pesanan; ditolak dengan alasan dan dikerjakan lagi."),
    ),
    (_("Pengiriman bertahap"), _("Satu surat pesanan yang dikirim dalam beberapa kiriman.")),
    (
        _("Tutup dengan kekurangan"),
        _("Mengakhiri pesanan walaupun belum semua diterima. Sisanya keluar dari nilai."),
    ),
    (_("Waktu pengerjaan"), _("Hari kerja yang diperlukan UMKM dari pesanan sampai siap kirim.")),
    (_("Kapasitas produksi"), _("Berapa banyak yang dapat dibuat UMKM dalam satu minggu.")),
    (_("Satuan kerja"), _("Bagian instansi yang memakai barang.")),
    (_("PPK, KPA"), _("Pejabat Pembuat Komitmen dan Kuasa Pengguna Anggaran: pejabat yang menyetujui.")),
    (_("Bendahara"), _("Pejabat yang membayar dan memungut pajak.")),
    (_("PPN"), _("Pajak Pertambahan Nilai. Hanya UMKM pengusaha kena pajak yang memungutnya.")),
    (_("Terbilang"), _("Jumlah uang yang ditulis dengan kata.")),
    (_("NIB, NPWP"), _("Nomor Induk Berusaha (13 angka) dan Nomor Pokok Wajib Pajak (15 atau 16 angka).")),
    (_("KPw"), _("Kantor Perwakilan Bank Indonesia.")),
    (
        _("Bertindak untuk"),
        _("Organisasi yang sedang Anda wakili. Semua yang Anda lihat dan lakukan atas namanya."),
    ),
)
"""The words of the interface (``domain.md``), with what is meant by them."""
