"""The timeline of an order: which events a reader may see, and the sentence of each verb.

An MSME reads its own part only. A buyer does not read how producers were asked, and nothing of producers at all
while there is no quote: the same rule as for the rows (``BUYER_SEES_PRODUCERS``).
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.acting import Actor
from orders.models import Amendment, Order, ProductionReport
from orders.models.split import TITLES
from orders.permissions import BUYER_SEES_PRODUCERS
from orders.stored import spelled
from orders.workflow import by_step
from procurement.models import Event
from procurement.models.event import EventQuerySet
from procurement.rows.history import Telling, TimelineEntry
from procurement.templatetags.states import look_of

INTERNAL = ("allocation.", "sourcing.", "split.", "link.", "chase.")
"""How producers are asked is between them and the expo staff; how an order is chased is theirs alone."""


def events_of(order: Order, actor: Actor) -> EventQuerySet:
    """The events of an order that the actor may read, newest first."""
    events = Event.objects.of_stream(order.stream).for_timeline()
    if actor.kind == "msme":
        return events.for_party(actor.organisation_id)
    if actor.kind == "institution":
        for prefix in INTERNAL:
            events = events.exclude(verb__startswith=prefix)
        if order.status not in BUYER_SEES_PRODUCERS:
            events = events.filter(party__isnull=True)
    return events


def entries(events: Iterable[Event]) -> list[TimelineEntry]:
    """The events as lines of a timeline, in the order given; needs ``for_timeline()``."""
    return TELLING.entries(events)


_AMENDMENTS = {kind.value: kind.label for kind in Amendment.Kind}
_STEPS = dict(ProductionReport.STEP_CHOICES)
_COST_BEARERS = {bearer.value: bearer.label for bearer in Order.CostBearer}


_REFUSALS = {
    "maker": _("ia ikut menyusun pesanan ini"),
    "twice": _("ia sudah menandatangani tingkat lain"),
    "authority": _("kewenangannya belum ditetapkan atau sudah berakhir"),
    "level": _("tingkat kewenangannya tidak cukup"),
    "limit": _("nilainya melampaui batas kewenangannya"),
    "similar": _("jumlah pesanan serupa melampaui batas kewenangannya"),
    "stale": _("isinya berubah sejak dibaca"),
}


def _word_of(name: str, value: Any) -> str | None:
    if name == "why" and isinstance(value, str):
        return str(_REFUSALS.get(value, value))
    if name == "cost_bearer" and isinstance(value, str):
        return str(_COST_BEARERS.get(value, value))
    if name == "kind" and isinstance(value, str):
        return str(_AMENDMENTS.get(value, value))
    if name == "step" and isinstance(value, str):
        return str(_STEPS.get(value, value))
    if name == "scenario" and isinstance(value, str):
        return str(TITLES.get(value, value))
    if name == "state" and isinstance(value, str):
        return str(look_of("allocation", value).word) if value else None
    if name in ("changed", "removed") and isinstance(value, list):
        return ", ".join(str(position) for position in value) or "–"
    return None


TELLING = Telling(
    sentences={
        **by_step(lambda step: step.said),
        # request
        "order.draft": _("Konsep pesanan dibuat"),
        "order.change": _("Isi pesanan diubah"),
        # quote
        "allocation.ask": _("%(party)s ditanya kesanggupannya"),
        "allocation.answer": _("%(party)s menjawab permintaan"),
        "allocation.release": _("Permintaan kepada %(party)s dilepas"),
        "allocation.expire": _("%(party)s tidak menjawab sampai tenggat"),
        "allocation.remind": _("%(party)s diingatkan untuk menjawab"),
        "allocation.link_used": _("%(party)s menjawab lewat tautan"),
        "allocation.answer_for": _("Jawaban %(party)s dicatat koordinator atas namanya"),
        "link.show": _("Alamat tautan %(party)s ditampilkan satu kali kepada koordinator"),
        "link.send": _("Tautan baru dikirim kepada %(party)s"),
        "link.revoke": _("Tautan jawaban untuk %(party)s dicabut"),
        "sourcing.start": _("Pemenuhan otomatis dimulai"),
        "sourcing.stop": _("Pemenuhan otomatis dihentikan"),
        "sourcing.end": _("Pemenuhan otomatis berakhir"),
        "split.propose": _("Usulan pembagian diminta"),
        "split.follow": _("Usulan pembagian dijalankan"),
        # approve
        "order.sign": _("Penawaran ditandatangani pada tingkat %(level)s"),
        "order.signature_refused": _("Tanda tangan tidak diterima: %(why)s"),
        "order.cancel_refused": _("Pembatalan tidak diterima: %(why)s"),
        "purchase_order.issue": _("Surat pesanan %(number)s terbit untuk %(party)s"),
        "purchase_order.revise": _("Surat pesanan untuk %(party)s direvisi"),
        # addenda
        "amendment.propose": _("Adendum diusulkan"),
        "amendment.agree": _("Adendum disetujui oleh satu pihak"),
        "amendment.sign": _("Adendum ditandatangani pada tingkat %(level)s"),
        "amendment.sign_again": _("Tanda tangan adendum diminta lagi: nilai pesanan berubah"),
        "amendment.signature_refused": _("Tanda tangan adendum tidak diterima: %(why)s"),
        "amendment.apply": _("Adendum berlaku"),
        "amendment.refuse": _("Adendum ditolak"),
        "amendment.withdraw": _("Usulan adendum ditarik"),
        # produce
        "purchase_order.refuse": _("%(party)s tidak menerima surat pesanan seperti adanya"),
        "purchase_order.report": _("%(party)s melaporkan kemajuan %(percent)s persen"),
        # deliver
        "shipment.prepare": _("%(party)s menyiapkan pengiriman"),
        "shipment.count": _("Kiriman dari %(party)s diperiksa: %(accepted)s diterima"),
        "order.short_close_refused": _("Penutupan dengan kekurangan tidak diterima: %(why)s"),
        # the pledge that an order may come from
        "pledge.announce": _("Komitmen pembelian diumumkan"),
        "pledge.convert": _("Komitmen dipakai oleh pesanan %(note)s"),
        "pledge.return": _("Komitmen dikembalikan oleh pesanan %(note)s"),
        "pledge.change": _("Nilai komitmen pembelian diubah"),
        "pledge.end": _("Komitmen pembelian diakhiri"),
        "order.link_pledge": _("Dikaitkan dengan komitmen pembelian"),
        # what staff do to get it moving
        "chase.note": _("Catatan penagihan ditulis"),
        "chase.promise": _("Dijanjikan selesai pada %(promised_on)s"),
        "chase.remind": _("Pengingat dikirim kepada %(reminded)s"),
        "chase.assign": _("Ditugaskan kepada %(assigned)s"),
        "chase.escalate": _("Koordinator diberi tahu: %(days)s hari kerja tanpa kemajuan"),
    },
    labels={
        "lines": _("Jumlah baris"),
        "changed": _("Baris yang diubah"),
        "removed": _("Baris yang dihapus"),
        "revision": _("Revisi"),
        "value": _("Nilai sebelum PPN"),
        "cost_bearer": _("Penanggung biaya"),
        "level": _("Tingkat"),
        "why": _("Sebab"),
        "number": _("Nomor"),
        "asked": _("Ditanyakan"),
        "deadline": _("Tenggat jawaban"),
        "state": _("Keadaan"),
        "confirmed": _("Disanggupi"),
        "price": _("Harga per satuan"),
        "ready_on": _("Siap pada"),
        "reason": _("Alasan"),
        "percent": _("Kemajuan (%)"),
        "quantity": _("Jumlah"),
        "kind": _("Jenis"),
        "site": _("Lokasi penyerahan"),
        "accepted": _("Diterima"),
        "rejected": _("Ditolak"),
        "reference": _("Bukti pembayaran"),
        "remaining": _("Sisa"),
        "taken": _("Menjadi pesanan"),
        "round": _("Putaran"),
        "until": _("Sampai"),
        "sealed": _("Tersegel"),
        "moved_in": _("Ditambahkan"),
        "moved_out": _("Dipindahkan"),
        "step": _("Tahap"),
        "reported_on": _("Keadaan pada"),
        "photo": _("Foto"),
        "promised_on": _("Dijanjikan pada"),
        "reminded": _("Diingatkan"),
        "assigned": _("Petugas"),
        "days": _("Hari kerja"),
        "total": _("Total dengan PPN"),
        "pledge": _("Komitmen pembelian"),
        "pledged": _("Diambil dari komitmen"),
        "shown_to": _("Alamatnya ditampilkan kepada"),
        # a proposed split and its rules
        "scenario": _("Skenario"),
        "input": _("Sidik masukan"),
        "result": _("Sidik hasil"),
        "rules": _("Aturan dan bobot"),
        "cap": _("Batas nilai per UMKM"),
        "floor": _("Bagian terkecil yang layak"),
        "late": _("Bobot waktu"),
        "far": _("Bobot jarak"),
        "record": _("Bobot riwayat"),
        "had": _("Bobot pemerataan"),
    },
    tones={
        **by_step(lambda step: step.tone),
        "purchase_order.refuse": "harm",
        "allocation.expire": "harm",
        "amendment.refuse": "harm",
        "amendment.withdraw": "harm",
        "amendment.propose": "waiting",
        "chase.escalate": "harm",
        "amendment.apply": "done",
        "pledge.end": "harm",
        "order.signature_refused": "harm",
        "order.cancel_refused": "harm",
        "order.short_close_refused": "harm",
        "amendment.signature_refused": "harm",
        "amendment.sign_again": "waiting",
    },
    money=frozenset({"value", "price", "remaining", "taken", "total", "pledged"}),
    hidden=frozenset({"hash", "accounts"}),
    people=frozenset({"assigned", "shown_to"}),
    word_of=_word_of,
    key_of=spelled,
)
"""How the history of an order, and of the pledge behind it, reads."""
