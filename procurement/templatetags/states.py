"""How each state looks: one word, one icon, one tone. A state is never told by colour alone.

Not a tag library; kept beside ``page.py``, which draws the badges from it. The workflow decides which states exist;
this page only dresses them, so a state that is missing here is drawn neutrally with its own word.
"""

from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

NEUTRAL: Final = "neutral"
WAITING: Final = "waiting"
ACTIVE: Final = "active"
DONE: Final = "done"
HARM: Final = "harm"


class Look(NamedTuple):
    """The dress of one state."""

    tone: str
    icon: str
    word: "str | Promise"


STATE_TONES: dict[str, dict[str, Look]] = {
    "order": {
        "draft": Look(NEUTRAL, "pencil", _("Konsep")),
        "requested": Look(WAITING, "clock", _("Diajukan")),
        "quoted": Look(WAITING, "file-text", _("Ditawarkan")),
        "approved": Look(ACTIVE, "circle-check", _("Disetujui")),
        "in_production": Look(ACTIVE, "factory", _("Dalam produksi")),
        "in_delivery": Look(ACTIVE, "truck", _("Dalam pengiriman")),
        "delivered": Look(DONE, "package-check", pgettext_lazy("pesanan", "Diterima")),
        "closed": Look(DONE, "check-check", pgettext_lazy("pesanan", "Selesai")),
        "lost": Look(HARM, "circle-x", _("Tidak jadi")),
        "cancelled": Look(HARM, "ban", _("Dibatalkan")),
    },
    "allocation": {
        "proposed": Look(NEUTRAL, "pencil", _("Direncanakan")),
        "asked": Look(WAITING, "clock", _("Menunggu jawaban")),
        "confirmed": Look(DONE, "circle-check", _("Disanggupi")),
        "partly_confirmed": Look(ACTIVE, "circle-dot", _("Disanggupi sebagian")),
        "declined": Look(HARM, "circle-x", _("Tidak sanggup")),
        "expired": Look(NEUTRAL, "history", _("Lewat batas waktu")),
        "withdrawn": Look(NEUTRAL, "undo-2", _("Ditarik")),
        "released": Look(NEUTRAL, "undo-2", _("Dilepas")),
        "replaced": Look(NEUTRAL, "refresh-cw", _("Diganti")),
        "ordered": Look(ACTIVE, "scroll-text", _("Menjadi surat pesanan")),
        "fulfilled": Look(DONE, "check-check", _("Terpenuhi")),
        "cancelled": Look(HARM, "ban", _("Dibatalkan")),
    },
    "sourcing": {
        "running": Look(ACTIVE, "refresh-cw", _("Berjalan")),
        "covered": Look(DONE, "circle-check", _("Terpenuhi")),
        "escalated": Look(HARM, "triangle-alert", _("Perlu keputusan Anda")),
        "stopped": Look(NEUTRAL, "ban", _("Dihentikan")),
    },
    "amendment": {
        "proposed": Look(WAITING, "clock", _("Menunggu persetujuan")),
        "applied": Look(DONE, "circle-check", _("Berlaku")),
        "refused": Look(HARM, "circle-x", _("Ditolak")),
        "withdrawn": Look(NEUTRAL, "undo-2", _("Ditarik")),
    },
    "purchase_order": {
        "issued": Look(WAITING, "send", _("Terbit")),
        "acknowledged": Look(ACTIVE, "circle-check", _("Diterima UMKM")),
        "producing": Look(ACTIVE, "factory", _("Dikerjakan")),
        "ready": Look(ACTIVE, "package", _("Siap kirim")),
        "shipped": Look(ACTIVE, "truck", _("Dikirim")),
        "received": Look(DONE, "package-check", pgettext_lazy("kiriman", "Diterima")),
        "settled": Look(DONE, "check-check", pgettext_lazy("pesanan", "Selesai")),
        "short_closed": Look(NEUTRAL, "archive", _("Ditutup kurang")),
        "cancelled": Look(HARM, "ban", _("Dibatalkan")),
    },
    "shipment": {
        "prepared": Look(NEUTRAL, "package", _("Disiapkan")),
        "dispatched": Look(ACTIVE, "truck", _("Dalam pengiriman")),
        "received": Look(DONE, "package-check", pgettext_lazy("kiriman", "Diterima")),
        "discarded": Look(NEUTRAL, "undo-2", _("Dibatalkan")),
    },
    "quote": {
        "draft": Look(NEUTRAL, "pencil", _("Konsep")),
        "issued": Look(WAITING, "send", _("Menunggu jawaban")),
        "sent": Look(WAITING, "send", _("Menunggu jawaban")),
        "accepted": Look(DONE, "circle-check", _("Disetujui")),
        "approved": Look(DONE, "circle-check", _("Disetujui")),
        "rejected": Look(HARM, "circle-x", _("Ditolak")),
        "revision_asked": Look(WAITING, "rotate-ccw", _("Diminta revisi")),
        "expired": Look(NEUTRAL, "history", _("Kedaluwarsa")),
        "superseded": Look(NEUTRAL, "layers", _("Digantikan")),
        "withdrawn": Look(NEUTRAL, "undo-2", _("Ditarik")),
    },
    "approval": {
        "pending": Look(WAITING, "clock", _("Menunggu persetujuan")),
        "waiting": Look(WAITING, "clock", _("Menunggu persetujuan")),
        "approved": Look(DONE, "circle-check", _("Disetujui")),
        "rejected": Look(HARM, "circle-x", _("Ditolak")),
        "skipped": Look(NEUTRAL, "ban", _("Tidak diperlukan")),
    },
    "pledge": {
        "announced": Look(WAITING, "handshake", _("Diumumkan")),
        "open": Look(WAITING, "handshake", _("Diumumkan")),
        "partly_converted": Look(ACTIVE, "circle-dot", _("Sebagian menjadi pesanan")),
        "converted": Look(DONE, "circle-check", _("Menjadi pesanan")),
        "closed": Look(DONE, "check-check", pgettext_lazy("pesanan", "Selesai")),
        "lapsed": Look(NEUTRAL, "hourglass", _("Gugur")),
        "withdrawn": Look(HARM, "undo-2", _("Ditarik")),
        "lost": Look(HARM, "circle-x", _("Tidak jadi")),
    },
    "document": {
        "queued": Look(WAITING, "clock", _("Sedang dibuat")),
        "pending": Look(WAITING, "clock", _("Sedang dibuat")),
        "rendering": Look(WAITING, "clock", _("Sedang dibuat")),
        "ready": Look(DONE, "file-text", _("Tersedia")),
        "current": Look(DONE, "file-text", _("Berlaku")),
        "superseded": Look(NEUTRAL, "layers", _("Digantikan")),
        "failed": Look(HARM, "triangle-alert", _("Gagal dibuat")),
    },
    "paper": {
        "in_force": Look(DONE, "shield-check", _("Berlaku")),
        "partly": Look(WAITING, "archive", _("Berlaku sebagian")),
        "superseded": Look(NEUTRAL, "layers", _("Digantikan")),
        "expired": Look(NEUTRAL, "history", _("Lewat masa berlaku")),
        "revision_asked": Look(WAITING, "rotate-ccw", _("Diminta revisi")),
        "reopened": Look(WAITING, "rotate-ccw", _("Akan ditawarkan lagi")),
        "rejected": Look(HARM, "circle-x", _("Ditolak")),
        "withdrawn": Look(HARM, "undo-2", _("Ditarik")),
        "declined": Look(HARM, "circle-x", _("Tidak dilayani")),
        "not_wanted": Look(HARM, "circle-x", _("Tidak jadi")),
        "cancelled": Look(HARM, "ban", _("Dibatalkan")),
    },
    "job": {
        "review": Look(WAITING, "eye", _("Perlu ditinjau")),
        "queued": Look(WAITING, "clock", _("Menunggu")),
        "running": Look(ACTIVE, "refresh-cw", _("Berjalan")),
        "done": Look(DONE, "circle-check", _("Selesai")),
        "failed": Look(HARM, "triangle-alert", _("Gagal")),
    },
    "active": {
        "True": Look(DONE, "circle-check", _("Aktif")),
        "False": Look(NEUTRAL, "ban", _("Tidak aktif")),
    },
}


def look_of(flow: str, state: object, word: object = "") -> Look:
    """The dress of a state; neutral with its own word when nobody has dressed it."""
    name = str(state)
    look = STATE_TONES.get(flow, {}).get(name) or Look(NEUTRAL, "circle-dot", name.replace("_", " "))
    return look._replace(word=str(word)) if word else look


#: The five steps of an order as people know them, and the order states of each step.
#: The last word is for the width of a phone.
ORDER_STEPS: tuple[tuple[str, "str | Promise", "str | Promise"], ...] = (
    ("request", pgettext_lazy("satu", "Permintaan"), _("Minta")),
    ("quote", _("Penawaran"), _("Tawar")),
    ("approve", pgettext_lazy("satu", "Persetujuan"), _("Setuju")),
    ("produce", _("Produksi"), _("Produksi")),
    ("deliver", pgettext_lazy("tahap", "Pengiriman"), _("Kirim")),
)
STEP_OF_STATE: dict[str, int] = {
    "draft": 0,
    "requested": 1,
    "quoted": 2,
    "approved": 3,
    "in_production": 3,
    "in_delivery": 4,
    "delivered": 5,
    "closed": 5,
}
