"""The sentences of what happens to pledges and editions."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from expo.models import ChannelSale, Pledge
from procurement.rows.history import Telling

_WORDS = {
    "channel": dict(ChannelSale.Channel.choices),
    "amount_kind": dict(Pledge.AmountKind.choices),
}


def _word_of(name: str, value: Any) -> str | None:
    words = _WORDS.get(name)
    return str(words[value]) if words and value in words else None


TELLING = Telling(
    sentences={
        "pledge.announce": _("Komitmen pembelian dicatat"),
        "pledge.convert": _("Dipakai oleh pesanan %(note)s"),
        "pledge.return": _("Dikembalikan oleh pesanan %(note)s"),
        "pledge.change": _("Nilai komitmen diubah"),
        "pledge.end": _("Komitmen pembelian diakhiri"),
        "snapshot.save": _("Angka disampaikan: %(note)s"),
        "report.make": _("Laporan transaksi %(note)s dibuat"),
        "report.schedule": _("Jadwal laporan diubah"),
        "channel.import": _("Penjualan kanal diimpor: %(note)s"),
        "channel.record": _("Penjualan kanal dicatat"),
        "edition.open": _("Penyelenggaraan dibuka"),
        "edition.change": _("Data penyelenggaraan diubah"),
        "edition.catalogue": _("Aturan katalog diubah"),
        "edition.close": _("Penyelenggaraan ditutup"),
        "office.change": _("Data penyelenggara diubah"),
        "setup.start": _("Alamat penyiapan dibuat"),
        "setup.use": _("Alamat penyiapan dipakai"),
        "setup.organiser": _("Penyelenggara dibuat"),
        "setup.coordinator": _("Koordinator pertama masuk"),
        "setup.chosen": _("Wilayah dan kategori dipilih"),
        "setup.tried": _("Pengiriman surel dan pesan teks diuji"),
        "setup.finish": _("Penyiapan selesai"),
        "setup.dismiss": _("Daftar langkah ditutup"),
    },
    labels={
        "remaining": _("Sisa"),
        "taken": _("Menjadi pesanan"),
        "amount": _("Nilai"),
        "amount_kind": _("Sifat nilai"),
        "channel": _("Kanal"),
        "day": _("Tanggal"),
        "number": _("Penyelenggaraan ke-"),
        "name": _("Nama"),
        "coordinator": _("Koordinator"),
        "venue": _("Tempat"),
        "starts_on": _("Tanggal mulai"),
        "ends_on": _("Tanggal selesai"),
        "target_orders": _("Target pesanan"),
        "target_direct": _("Target transaksi langsung"),
        "target_live": _("Target live shopping"),
        "shows_makers": _("Nama UMKM terlihat oleh instansi"),
        "is_public": _("Katalog umum"),
        "has_public_prices": _("Harga pada katalog umum"),
        "weekday": pgettext_lazy("satu", "Hari"),
        "language": _("Bahasa"),
        "is_active": _("Aktif"),
        "as_of": _("Keadaan per"),
        "hash": _("Sidik isi"),
    },
    tones={"pledge.end": "harm", "pledge.convert": "done", "edition.close": "done"},
    money=frozenset({"remaining", "taken", "amount", "target_orders", "target_direct", "target_live"}),
    people=frozenset({"coordinator"}),
    word_of=_word_of,
)
"""How the history of a pledge or an edition reads: ``TELLING.entries(Event.objects.of_stream(…).for_timeline())``."""
