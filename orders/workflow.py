"""Every state and every transition of the order, its allocations, purchase orders and shipments, on one page.

The tables are data; the models bind each row of them to a method (``django_fsm.transition(**ORDER["submit"].fsm)``).
Nothing else may name a source or target state. Who may take which step stands in ``permissions.py``.
"""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Label = str | Promise


class OrderStatus(models.TextChoices):
    """What the buyer signs, from the first idea to the last payment."""

    DRAFT = "draft", _("konsep")
    REQUESTED = "requested", _("diminta")
    QUOTED = "quoted", _("ditawarkan")
    APPROVED = "approved", _("disetujui")
    IN_PRODUCTION = "in_production", _("dalam produksi")
    IN_DELIVERY = "in_delivery", _("dalam pengiriman")
    DELIVERED = "delivered", _("diterima")
    CLOSED = "closed", pgettext_lazy("pesanan", "selesai")
    LOST = "lost", _("tidak jadi")
    CANCELLED = "cancelled", _("dibatalkan")


class AllocationStatus(models.TextChoices):
    """One MSME's share of one line."""

    ASKED = "asked", _("ditanyakan")
    CONFIRMED = "confirmed", _("dikonfirmasi seluruhnya")
    PARTLY_CONFIRMED = "partly_confirmed", _("dikonfirmasi sebagian")
    DECLINED = "declined", _("ditolak UMKM")
    EXPIRED = "expired", _("tidak dijawab")
    RELEASED = "released", _("dilepas")
    ORDERED = "ordered", _("dipesan")
    FULFILLED = "fulfilled", _("dipenuhi")


class PurchaseOrderStatus(models.TextChoices):
    """What one MSME must make, deliver and be paid for."""

    ISSUED = "issued", _("terbit")
    ACKNOWLEDGED = "acknowledged", _("diterima UMKM")
    PRODUCING = "producing", _("dalam produksi")
    READY = "ready", _("siap kirim")
    SHIPPED = "shipped", _("dikirim")
    RECEIVED = "received", _("diterima pembeli")
    SETTLED = "settled", _("lunas")
    CANCELLED = "cancelled", _("dibatalkan")


class ShipmentStatus(models.TextChoices):
    """One delivery of a part of one purchase order."""

    PREPARED = "prepared", _("disiapkan")
    DISPATCHED = "dispatched", _("dalam perjalanan")
    RECEIVED = "received", pgettext_lazy("kiriman", "diterima")
    DISCARDED = "discarded", _("dibatalkan")


@dataclass(frozen=True, slots=True)
class Step:
    """One transition: from any of ``sources`` to ``target``. ``label`` is the verb on the button."""

    label: Label
    sources: tuple[str, ...]
    target: str

    @property
    def fsm(self) -> dict[str, Any]:
        """The keyword arguments of ``django_fsm.transition``."""
        return {"source": list(self.sources), "target": self.target}


_O = OrderStatus
ORDER: dict[str, Step] = {
    "discard": Step(_("Buang konsep"), (_O.DRAFT,), _O.LOST),
    "submit": Step(_("Ajukan"), (_O.DRAFT,), _O.REQUESTED),
    "quote": Step(_("Terbitkan penawaran"), (_O.REQUESTED,), _O.QUOTED),
    "ask_revision": Step(_("Minta revisi"), (_O.QUOTED,), _O.REQUESTED),
    "approve": Step(_("Setujui"), (_O.QUOTED,), _O.APPROVED),
    "withdraw": Step(_("Tarik permintaan"), (_O.REQUESTED, _O.QUOTED), _O.LOST),
    "decline": Step(_("Tolak permintaan"), (_O.REQUESTED,), _O.LOST),
    "reject": Step(_("Tolak penawaran"), (_O.QUOTED,), _O.LOST),
    "expire": Step(_("Batal otomatis"), (_O.QUOTED,), _O.LOST),
    "reopen": Step(_("Buka kembali"), (_O.LOST,), _O.REQUESTED),
    "start_production": Step(_("Mulai produksi"), (_O.APPROVED,), _O.IN_PRODUCTION),
    "dispatch": Step(_("Kirim"), (_O.IN_PRODUCTION,), _O.IN_DELIVERY),
    "accept": Step(_("Terima seluruhnya"), (_O.IN_DELIVERY,), _O.DELIVERED),
    "short_close": Step(_("Tutup dengan kekurangan"), (_O.IN_DELIVERY,), _O.DELIVERED),
    "close": Step(_("Selesaikan"), (_O.DELIVERED,), _O.CLOSED),
    "cancel": Step(_("Batalkan"), (_O.APPROVED, _O.IN_PRODUCTION), _O.CANCELLED),
}

_A = AllocationStatus
_ANSWERABLE = (_A.ASKED, _A.CONFIRMED, _A.PARTLY_CONFIRMED, _A.DECLINED)
ALLOCATION: dict[str, Step] = {
    "confirm": Step(_("Konfirmasi seluruhnya"), _ANSWERABLE, _A.CONFIRMED),
    "confirm_part": Step(_("Konfirmasi sebagian"), _ANSWERABLE, _A.PARTLY_CONFIRMED),
    "decline": Step(_("Tidak sanggup"), _ANSWERABLE, _A.DECLINED),
    "expire": Step(_("Lewat tenggat"), (_A.ASKED,), _A.EXPIRED),
    "ask_again": Step(
        _("Tanyakan lagi"),
        (_A.ASKED, _A.CONFIRMED, _A.PARTLY_CONFIRMED, _A.DECLINED, _A.EXPIRED, _A.RELEASED),
        _A.ASKED,
    ),
    "release": Step(_("Lepaskan"), (_A.ASKED, _A.CONFIRMED, _A.PARTLY_CONFIRMED, _A.ORDERED), _A.RELEASED),
    "book": Step(_("Pesan"), (_A.CONFIRMED, _A.PARTLY_CONFIRMED), _A.ORDERED),
    "fulfil": Step(_("Penuhi"), (_A.ORDERED,), _A.FULFILLED),
}

_P = PurchaseOrderStatus
PURCHASE_ORDER: dict[str, Step] = {
    "acknowledge": Step(_("Terima surat pesanan"), (_P.ISSUED,), _P.ACKNOWLEDGED),
    "start": Step(_("Mulai produksi"), (_P.ACKNOWLEDGED,), _P.PRODUCING),
    "finish": Step(_("Siap dikirim"), (_P.PRODUCING,), _P.READY),
    "ship": Step(_("Kirim"), (_P.PRODUCING, _P.READY, _P.SHIPPED), _P.SHIPPED),
    "reopen_balance": Step(_("Kerjakan sisa"), (_P.READY, _P.SHIPPED), _P.PRODUCING),
    "receive": Step(_("Terima"), (_P.PRODUCING, _P.READY, _P.SHIPPED), _P.RECEIVED),
    "close_short": Step(_("Tutup dengan kekurangan"), (_P.PRODUCING, _P.READY, _P.SHIPPED), _P.RECEIVED),
    "settle": Step(_("Catat pembayaran"), (_P.RECEIVED,), _P.SETTLED),
    "cancel": Step(_("Batalkan"), (_P.ISSUED, _P.ACKNOWLEDGED, _P.PRODUCING, _P.READY), _P.CANCELLED),
}

_S = ShipmentStatus
SHIPMENT: dict[str, Step] = {
    "dispatch": Step(_("Tandai sudah dikirim"), (_S.PREPARED,), _S.DISPATCHED),
    "receive": Step(_("Terima barang"), (_S.DISPATCHED,), _S.RECEIVED),
    "discard": Step(_("Batalkan pengiriman"), (_S.PREPARED,), _S.DISCARDED),
}

FLOWS: dict[str, dict[str, Step]] = {
    "order": ORDER,
    "allocation": ALLOCATION,
    "purchase_order": PURCHASE_ORDER,
    "shipment": SHIPMENT,
}
"""The four tables by the model that they govern."""

STEPPER: tuple[tuple[str, Label, tuple[str, ...]], ...] = (
    ("request", pgettext_lazy("satu", "Permintaan"), (_O.DRAFT, _O.REQUESTED)),
    ("quote", _("Penawaran"), (_O.QUOTED,)),
    ("approve", pgettext_lazy("satu", "Persetujuan"), (_O.APPROVED,)),
    ("produce", _("Produksi"), (_O.IN_PRODUCTION,)),
    ("deliver", pgettext_lazy("tahap", "Pengiriman"), (_O.IN_DELIVERY, _O.DELIVERED, _O.CLOSED)),
)
"""The five phases that the order page shows, with the states that stand in each."""

RUNNING = (_O.APPROVED, _O.IN_PRODUCTION, _O.IN_DELIVERY)
"""Orders that producers are working on."""

ENDED = (_O.CLOSED, _O.LOST, _O.CANCELLED)
"""Orders on which nobody owes anything any more (a lost one may be reopened)."""

UNDELIVERED = (_P.ISSUED, _P.ACKNOWLEDGED, _P.PRODUCING, _P.READY, _P.SHIPPED)
"""Purchase orders of which something is still to come."""
