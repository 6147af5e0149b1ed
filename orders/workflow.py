"""Every state and every transition of the order, its allocations, purchase orders and shipments, on one page.

The tables are data; the models bind each row of them to a method (``django_fsm.transition(**ORDER["submit"].fsm)``).
Nothing else may name a source or target state. Who may take which step is in ``permissions.py``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from procurement.templatetags.states import ACTIVE, DONE, HARM, NEUTRAL, WAITING, Milestone, State

Label = str | Promise


class OrderStatus(State):
    """What the buyer signs, from the first idea to the last payment."""

    DRAFT = "draft", NEUTRAL, "pencil", _("konsep")
    REQUESTED = "requested", WAITING, "clock", _("diminta")
    QUOTED = "quoted", WAITING, "file-text", _("ditawarkan")
    APPROVED = "approved", ACTIVE, "circle-check", _("disetujui")
    IN_PRODUCTION = "in_production", ACTIVE, "factory", _("dalam produksi")
    IN_DELIVERY = "in_delivery", ACTIVE, "truck", _("dalam pengiriman")
    DELIVERED = "delivered", DONE, "package-check", _("diterima")
    CLOSED = "closed", DONE, "check-check", pgettext_lazy("pesanan", "selesai")
    LOST = "lost", HARM, "circle-x", _("tidak jadi")
    CANCELLED = "cancelled", HARM, "ban", _("dibatalkan")


class AllocationStatus(State):
    """One MSME's share of one line."""

    ASKED = "asked", WAITING, "clock", _("ditanyakan")
    CONFIRMED = "confirmed", DONE, "circle-check", _("dikonfirmasi seluruhnya")
    PARTLY_CONFIRMED = "partly_confirmed", ACTIVE, "circle-dot", _("dikonfirmasi sebagian")
    DECLINED = "declined", HARM, "circle-x", _("ditolak UMKM")
    EXPIRED = "expired", NEUTRAL, "history", _("tidak dijawab")
    RELEASED = "released", NEUTRAL, "undo-2", _("dilepas")
    ORDERED = "ordered", ACTIVE, "scroll-text", _("dipesan")
    FULFILLED = "fulfilled", DONE, "check-check", _("dipenuhi")


class PurchaseOrderStatus(State):
    """What one MSME must make, deliver and be paid for."""

    ISSUED = "issued", WAITING, "send", _("terbit")
    ACKNOWLEDGED = "acknowledged", ACTIVE, "circle-check", _("diterima UMKM")
    PRODUCING = "producing", ACTIVE, "factory", _("dalam produksi")
    READY = "ready", ACTIVE, "package", _("siap kirim")
    SHIPPED = "shipped", ACTIVE, "truck", _("dikirim")
    RECEIVED = "received", DONE, "package-check", _("diterima pembeli")
    SETTLED = "settled", DONE, "check-check", _("lunas")
    CANCELLED = "cancelled", HARM, "ban", _("dibatalkan")


class ShipmentStatus(State):
    """One delivery of a part of one purchase order."""

    PREPARED = "prepared", NEUTRAL, "package", _("disiapkan")
    DISPATCHED = "dispatched", ACTIVE, "truck", _("dalam perjalanan")
    RECEIVED = "received", DONE, "package-check", pgettext_lazy("kiriman", "diterima")
    DISCARDED = "discarded", NEUTRAL, "undo-2", _("dibatalkan")


@dataclass(frozen=True, slots=True)
class Transition:
    """One transition: from any of ``sources`` to ``target``.

    ``label`` is the verb on the button, ``icon`` its picture: a step of the order without one has no button of its own.
    ``said`` is the sentence in the history. ``tone`` (``done``, ``waiting`` or ``harm``) colours both.
    """

    label: Label
    sources: tuple[str, ...]
    target: str
    icon: str = ""
    tone: str = ""
    said: Label = ""

    @property
    def fsm(self) -> dict[str, Any]:
        """The keyword arguments of ``django_fsm.transition``."""
        return {"source": list(self.sources), "target": self.target}


_O = OrderStatus
# Buttons are offered in the order of this table, those that do harm last.
ORDER: dict[str, Transition] = {
    "discard": Transition(
        _("Buang konsep"), (_O.DRAFT,), _O.LOST, icon="trash-2", tone="harm", said=_("Konsep dibuang")
    ),
    "submit": Transition(
        _("Ajukan"),
        (_O.DRAFT,),
        _O.REQUESTED,
        icon="send",
        said=_("Pesanan diajukan kepada penyelenggara expo"),
    ),
    "quote": Transition(
        _("Terbitkan penawaran"),
        (_O.REQUESTED,),
        _O.QUOTED,
        icon="scale",
        said=_("Penawaran diterbitkan senilai %(value)s"),
    ),
    "approve": Transition(
        _("Setujui"),
        (_O.QUOTED,),
        _O.APPROVED,
        icon="clipboard-check",
        tone="done",
        said=_("Pesanan disetujui senilai %(value)s"),
    ),
    "ask_revision": Transition(
        _("Minta revisi"),
        (_O.QUOTED,),
        _O.REQUESTED,
        icon="rotate-ccw",
        tone="waiting",
        said=_("Revisi penawaran diminta"),
    ),
    "reject": Transition(
        _("Tolak penawaran"), (_O.QUOTED,), _O.LOST, icon="circle-x", tone="harm", said=_("Penawaran ditolak")
    ),
    "withdraw": Transition(
        _("Tarik permintaan"),
        (_O.REQUESTED, _O.QUOTED),
        _O.LOST,
        icon="undo-2",
        tone="harm",
        said=_("Permintaan ditarik oleh pemohon"),
    ),
    "decline": Transition(
        _("Tolak permintaan"),
        (_O.REQUESTED,),
        _O.LOST,
        icon="circle-x",
        tone="harm",
        said=_("Permintaan ditolak oleh penyelenggara expo"),
    ),
    "expire": Transition(
        _("Batal otomatis"),
        (_O.QUOTED,),
        _O.LOST,
        tone="harm",
        said=_("Penawaran batal otomatis karena masa berlakunya habis"),
    ),
    "reopen": Transition(
        _("Buka kembali"),
        (_O.LOST,),
        _O.REQUESTED,
        icon="undo-2",
        tone="waiting",
        said=_("Pesanan dibuka kembali"),
    ),
    "start_production": Transition(
        _("Mulai produksi"), (_O.APPROVED,), _O.IN_PRODUCTION, said=_("Pesanan masuk tahap produksi")
    ),
    "dispatch": Transition(
        _("Kirim"), (_O.IN_PRODUCTION,), _O.IN_DELIVERY, said=_("Pesanan masuk tahap pengiriman")
    ),
    "accept": Transition(
        _("Terima seluruhnya"),
        (_O.IN_DELIVERY,),
        _O.DELIVERED,
        tone="done",
        said=_("Seluruh barang pesanan diterima"),
    ),
    "short_close": Transition(
        _("Tutup dengan kekurangan"),
        (_O.IN_DELIVERY,),
        _O.DELIVERED,
        icon="archive",
        tone="harm",
        said=_("Pesanan ditutup dengan kekurangan"),
    ),
    "close": Transition(
        _("Selesaikan"),
        (_O.DELIVERED,),
        _O.CLOSED,
        icon="check-check",
        tone="done",
        said=_("Pesanan selesai"),
    ),
    "cancel": Transition(
        _("Batalkan"),
        (_O.APPROVED, _O.IN_PRODUCTION),
        _O.CANCELLED,
        icon="ban",
        tone="harm",
        said=_("Pesanan dibatalkan"),
    ),
}

_A = AllocationStatus
_ANSWERABLE = (_A.ASKED, _A.CONFIRMED, _A.PARTLY_CONFIRMED, _A.DECLINED)
ALLOCATION: dict[str, Transition] = {
    "confirm": Transition(_("Konfirmasi seluruhnya"), _ANSWERABLE, _A.CONFIRMED),
    "confirm_part": Transition(_("Konfirmasi sebagian"), _ANSWERABLE, _A.PARTLY_CONFIRMED),
    "decline": Transition(_("Tidak sanggup"), _ANSWERABLE, _A.DECLINED),
    "expire": Transition(_("Lewat tenggat"), (_A.ASKED,), _A.EXPIRED),
    "ask_again": Transition(
        _("Tanyakan lagi"),
        (_A.ASKED, _A.CONFIRMED, _A.PARTLY_CONFIRMED, _A.DECLINED, _A.EXPIRED, _A.RELEASED),
        _A.ASKED,
    ),
    "release": Transition(
        _("Lepaskan"), (_A.ASKED, _A.CONFIRMED, _A.PARTLY_CONFIRMED, _A.ORDERED), _A.RELEASED
    ),
    "book": Transition(_("Pesan"), (_A.CONFIRMED, _A.PARTLY_CONFIRMED), _A.ORDERED),
    "fulfil": Transition(_("Penuhi"), (_A.ORDERED,), _A.FULFILLED),
}

_P = PurchaseOrderStatus
PURCHASE_ORDER: dict[str, Transition] = {
    "acknowledge": Transition(
        _("Terima surat pesanan"), (_P.ISSUED,), _P.ACKNOWLEDGED, said=_("%(party)s menerima surat pesanan")
    ),
    "start": Transition(
        _("Mulai produksi"), (_P.ACKNOWLEDGED,), _P.PRODUCING, said=_("%(party)s mulai produksi")
    ),
    "finish": Transition(
        _("Siap dikirim"),
        (_P.PRODUCING,),
        _P.READY,
        said=_("%(party)s menyelesaikan produksi; barang siap dikirim"),
    ),
    "ship": Transition(
        _("Kirim"),
        (_P.PRODUCING, _P.READY, _P.SHIPPED),
        _P.SHIPPED,
        said=_("Barang dari %(party)s dalam perjalanan"),
    ),
    "reopen_balance": Transition(
        _("Kerjakan sisa"),
        (_P.READY, _P.SHIPPED),
        _P.PRODUCING,
        tone="waiting",
        said=_("%(party)s masih harus mengerjakan sisa"),
    ),
    "receive": Transition(
        _("Terima"),
        (_P.PRODUCING, _P.READY, _P.SHIPPED),
        _P.RECEIVED,
        tone="done",
        said=_("Seluruh barang dari %(party)s diterima"),
    ),
    "close_short": Transition(
        _("Tutup dengan kekurangan"),
        (_P.PRODUCING, _P.READY, _P.SHIPPED),
        _P.RECEIVED,
        tone="harm",
        said=_("Surat pesanan untuk %(party)s ditutup dengan kekurangan"),
    ),
    "settle": Transition(
        _("Catat pembayaran"),
        (_P.RECEIVED,),
        _P.SETTLED,
        tone="done",
        said=_("Pembayaran kepada %(party)s dicatat"),
    ),
    "cancel": Transition(
        _("Batalkan"),
        (_P.ISSUED, _P.ACKNOWLEDGED, _P.PRODUCING, _P.READY),
        _P.CANCELLED,
        tone="harm",
        said=_("Surat pesanan untuk %(party)s dibatalkan"),
    ),
}

_S = ShipmentStatus
SHIPMENT: dict[str, Transition] = {
    "dispatch": Transition(
        _("Tandai sudah dikirim"), (_S.PREPARED,), _S.DISPATCHED, said=_("%(party)s mengirim barang")
    ),
    "receive": Transition(
        _("Terima barang"), (_S.DISPATCHED,), _S.RECEIVED, said=_("Kiriman dari %(party)s diterima")
    ),
    "discard": Transition(
        _("Batalkan pengiriman"),
        (_S.PREPARED,),
        _S.DISCARDED,
        said=_("%(party)s membatalkan pengiriman yang disiapkan"),
    ),
}

FLOWS: dict[str, dict[str, Transition]] = {
    "order": ORDER,
    "allocation": ALLOCATION,
    "purchase_order": PURCHASE_ORDER,
    "shipment": SHIPMENT,
}
"""The four tables by the model that they govern."""


def by_step(of: Callable[[Transition], Any]) -> dict[str, Any]:
    """``{"order.submit": of(step)}`` for every step of all flows for which it is not empty."""
    return {
        f"{flow}.{name}": of(step)
        for flow, steps in FLOWS.items()
        for name, step in steps.items()
        if of(step)
    }


STEPPER = (
    Milestone("request", pgettext_lazy("satu", "Permintaan"), _("Minta"), (_O.DRAFT,)),
    Milestone("quote", _("Penawaran"), _("Tawar"), (_O.REQUESTED,)),
    Milestone("approve", pgettext_lazy("satu", "Persetujuan"), _("Setuju"), (_O.QUOTED,)),
    Milestone("produce", _("Produksi"), _("Produksi"), (_O.APPROVED, _O.IN_PRODUCTION)),
    Milestone("deliver", pgettext_lazy("tahap", "Pengiriman"), _("Kirim"), (_O.IN_DELIVERY,)),
    Milestone("", "", "", (_O.DELIVERED, _O.CLOSED)),
)
"""The five steps of an order as people know them, each with the states in which it is the next thing to do."""

RUNNING = (_O.APPROVED, _O.IN_PRODUCTION, _O.IN_DELIVERY)
"""Orders that producers are working on."""

ENDED = (_O.CLOSED, _O.LOST, _O.CANCELLED)
"""Orders on which nobody owes anything any more (a lost one may be reopened)."""

UNDELIVERED = (_P.ISSUED, _P.ACKNOWLEDGED, _P.PRODUCING, _P.READY, _P.SHIPPED)
"""Purchase orders of which something is still to come."""
