"""What an order waits for, who owes it, and by when: one answer for every page, list and reminder."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.acting import Actor
from orders.models import Order
from orders.permissions import ACTS, may
from orders.workflow import OrderStatus

Text = str | Promise


@dataclass(frozen=True, slots=True)
class NextAct:
    """``act`` is the permission that the next step needs; ``who`` the party that owes it."""

    act: str
    who: Text
    what: Text
    by: date | None = None

    def is_mine(self, actor: Actor) -> bool:
        """Whether the actor is one who may take this step."""
        return bool(may(self.act, actor))

    @property
    def kind(self) -> str:
        """The kind of organisation that owes it: ``institution``, ``msme`` or ``expo``."""
        return ACTS[self.act][0].kind


_BUYER, _STAFF, _MAKERS = _("Instansi pembeli"), _("Koordinator expo"), _("UMKM")

_NEXT: dict[str, tuple[str, Text, Text]] = {
    OrderStatus.DRAFT: ("order.submit", _BUYER, _("Lengkapi baris pesanan, lalu ajukan.")),
    OrderStatus.REQUESTED: ("order.quote", _STAFF, _("Tanyakan kesanggupan UMKM, lalu terbitkan penawaran.")),
    OrderStatus.QUOTED: ("order.approve", _BUYER, _("Setujui, minta revisi, atau tolak penawaran.")),
    OrderStatus.APPROVED: ("purchase_order.start", _MAKERS, _("Terima surat pesanan dan mulai produksi.")),
    OrderStatus.IN_PRODUCTION: ("shipment.dispatch", _MAKERS, _("Selesaikan produksi dan kirim barang.")),
    OrderStatus.IN_DELIVERY: ("shipment.receive", _BUYER, _("Terima dan periksa barang yang datang.")),
    OrderStatus.DELIVERED: ("order.close", _BUYER, _("Bayar setiap UMKM, lalu selesaikan pesanan.")),
}


def next_act(order: Order) -> NextAct | None:
    """The step that the order waits for; None when nobody owes anything any more."""
    found = _NEXT.get(order.status)
    if found is None:
        return None
    act, who, what = found
    by = order.quote_valid_until if order.status == OrderStatus.QUOTED else order.needed_by
    return NextAct(act, who, what, by)
