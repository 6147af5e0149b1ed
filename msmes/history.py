"""The sentences of what happens to an MSME, its offers and the catalogue."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from msmes.models import Category, Certificate, District, Msme
from procurement.rows.history import Telling

_PROCESSES = {process.value: process.label for process in Category.Process}
_SIZES = {size.value: size.label for size in Msme.Class}


def _word_of(name: str, value: Any) -> str | None:
    if name == "size" and isinstance(value, str):
        return str(_SIZES.get(value, value))
    if name == "process" and isinstance(value, str) and value in _PROCESSES:
        return str(_PROCESSES[value])
    if name in ("district_id", "category_id") and isinstance(value, int):
        model: Any = District if name == "district_id" else Category
        return str(model.objects.filter(pk=value).first() or value)
    if name == "kind" and value in Certificate.Kind.values:
        return str(Certificate.Kind(value).label)
    return None


TELLING = Telling(
    sentences={
        "msme.register": _("UMKM didaftarkan"),
        "msme.change": _("Data UMKM diubah"),
        "msme.change_contact": _("Alamat, telepon, atau rekening diubah"),
        "msme.bank_ask": _("Perubahan rekening diminta"),
        "msme.bank_code": _("Kode perubahan rekening dikirim lagi"),
        "msme.bank_confirm": _("Perubahan rekening dikonfirmasi dengan kode"),
        "msme.bank_hold": _("Rekening lain dicatat; berlaku sesudah dua hari kerja"),
        "msme.bank_apply": _("Rekening berubah"),
        "msme.bank_cancel": _("Perubahan rekening dibatalkan"),
        "msme.bank_lapse": _("Perubahan rekening tidak dikonfirmasi"),
        "msme.add_owner": _("%(owner)s menjadi pemilik yang dapat masuk"),
        "offer.add": _("Menawarkan %(product)s"),
        "offer.change": _("Tawaran %(product)s diubah"),
        "offer.resume": _("Menawarkan %(product)s lagi"),
        "offer.stop": _("Berhenti menawarkan %(product)s"),
        "offer.photo_add": _("Foto %(product)s ditambahkan"),
        "offer.photo_lead": _("Foto utama %(product)s diganti"),
        "offer.photo_move": _("Urutan foto %(product)s diubah"),
        "offer.photo_remove": _("Foto %(product)s dihapus"),
        "certificate.add": _("Sertifikat %(certificate)s dicatat"),
        "certificate.change": _("Sertifikat %(certificate)s diubah"),
        "certificate.remove": _("Sertifikat %(certificate)s dihapus"),
        "certificate.remind": _("Diingatkan: sertifikat %(certificate)s segera berakhir"),
        "capacity.usual_week": _("Minggu biasa ditetapkan: %(usual)s per minggu"),
        "capacity.week": _("Kapasitas minggu %(week)s diubah"),
        "capacity.day_off": _("Hari libur usaha %(day)s diubah"),
        "capacity.conflict": _("Yang dijanjikan melebihi kapasitas"),
        "capacity.pause": _("Jeda produksi dicatat: %(first)s sampai %(last)s"),
        "capacity.end_pause": _("Jeda produksi dihapus"),
        "product.add": _("Produk masuk katalog"),
        "product.change": _("Produk diubah"),
        "product.photo_add": _("Foto ditambahkan: %(photo)s"),
        "product.photo_lead": _("Foto utama diganti: %(photo)s"),
        "product.photo_move": _("Urutan foto diubah: %(photo)s"),
        "product.photo_remove": _("Foto dihapus: %(photo)s"),
        "category.add": _("Kategori ditambahkan"),
        "category.change": _("Tahap produksi diubah"),
    },
    labels={
        "name": _("Nama"),
        "code": _("Kode"),
        "size": _("Kelas usaha"),
        "district_id": _("Kabupaten/kota"),
        "category_id": _("Kategori"),
        "owner": _("Pemilik"),
        "owner_name": _("Nama pemilik"),
        "nib": _("NIB"),
        "npwp": _("NPWP"),
        "is_taxable": _("PKP"),
        "is_example": _("Data contoh"),
        "is_active": _("Aktif"),
        "phone": _("Nomor WhatsApp"),
        "address": _("Alamat"),
        "bank_name": _("Bank"),
        "bank_account": _("Nomor rekening"),
        "bank_holder": _("Pemilik rekening"),
        "effective_on": _("Berlaku mulai"),
        "kind": _("Jenis"),
        "number": _("Nomor sertifikat"),
        "issuer": _("Penerbit"),
        "issued_on": _("Terbit"),
        "valid_until": _("Berlaku sampai"),
        "product": _("Produk"),
        "price": _("Harga"),
        "minimum": _("Jumlah minimum"),
        "lead_time_days": _("Waktu pengerjaan (hari)"),
        "usual": _("Kapasitas per minggu"),
        "work_days": _("Hari kerja per minggu"),
        "available": _("Kapasitas minggu itu"),
        "week": _("Minggu"),
        "day": pgettext_lazy("satu", "Hari"),
        "off": _("Libur"),
        "first": _("Mulai"),
        "last": _("Sampai"),
        "unit": _("Satuan"),
        "specification": _("Spesifikasi"),
        "reference_price": _("Harga acuan"),
        "process": _("Tahap produksi"),
    },
    tones={"offer.stop": "harm"},
    money=frozenset({"price", "reference_price"}),
    hidden=frozenset({"product", "pause", "certificate", "product_id", "scan", "photo"}),
    people=frozenset({"owner"}),
    word_of=_word_of,
)
"""How the history reads: ``TELLING.entries(Event.objects.of_stream(msme.stream).for_timeline())``."""
