"""Why an addendum is not possible: asked by verbs, by pages, and to end addenda that became impossible."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from orders.models import Allocation, Amendment, PurchaseOrder
from orders.workflow import RUNNING, UNDELIVERED, PurchaseOrderStatus
from procurement import clock
from procurement.language.said import composed, text

DONE = (PurchaseOrderStatus.RECEIVED, PurchaseOrderStatus.SETTLED)
"""The MSME has done its part and is paid for exactly that: nothing can be added to it."""


GIVER: Final = "giver"
TAKER: Final = "taker"

_ENDED = gettext_noop("Pesanannya sudah berakhir, sehingga tidak ada lagi yang dapat diubah.")
_PAST = gettext_noop(
    "Tanggal siap adendum ini sudah lewat. Koordinator dapat menariknya dan mengajukan tanggal baru."
)
_OF_ANOTHER = gettext_noop("Adendum ini tidak dapat diterapkan lagi; koordinator expo menindaklanjutinya.")
"""What an MSME reads of the state of another one."""
_OF: Final[dict[str, tuple[str, ...]]] = {
    GIVER: (
        _DONE := gettext_noop("Surat pesanan itu sudah selesai atau batal."),
        _ALL_SENT := gettext_noop("Semua barang bagian ini sudah dikirim."),
        _SOME_SENT := gettext_noop(
            "Sebagian barang itu sudah dikirim, sehingga tidak dapat dipindahkan lagi."
        ),
        _NO_LATER := gettext_noop("Tanggal siap yang berlaku sekarang sudah sama atau sesudahnya."),
    ),
    TAKER: (
        _TAKER_DONE := gettext_noop("UMKM penerima sudah menyelesaikan bagiannya; pilihlah UMKM lain."),
        _TAKER_AWAY := gettext_noop("UMKM penerima tidak aktif lagi; pilihlah UMKM lain."),
        _OTHER_PRICE := gettext_noop("UMKM penerima sudah membuat barang ini dengan harga lain."),
    ),
}
"""Of whose state a sentence speaks: of the MSME that gives, or of the one that takes. The others are of the order."""


def obstacle(row: Amendment) -> str:
    """Why an addendum cannot be applied any more, as a message id; empty while it can.

    It needs ``order``, ``allocation`` and ``allocation.purchase_order`` as they are now. :func:`told` says it.
    """
    share = row.allocation
    if row.order.status not in RUNNING:
        return _ENDED
    if share.purchase_order is None or share.purchase_order.status not in UNDELIVERED:
        return _DONE
    if not share.unshipped:
        return _ALL_SENT
    if row.ready_on < clock.today():
        return _PAST
    if row.kind == Amendment.Kind.DATE:
        return _NO_LATER if share.ready_on and row.ready_on <= share.ready_on else ""
    if row.quantity > share.unshipped:
        return _SOME_SENT
    if done_in(row.order_id, row.msme_id):
        return _TAKER_DONE
    if row.msme is not None and not row.msme.organisation.is_active:
        return _TAKER_AWAY
    return _OTHER_PRICE if target_price_differs(row) else ""


def as_told(sentence: str, side: str) -> str:
    """The message id that this side reads for an obstacle: an MSME nothing of another MSME's state.

    ``side`` is ``giver``, ``taker``, ``buyer`` or ``staff``. What a person typed is no obstacle and stays.
    """
    other = {GIVER: TAKER, TAKER: GIVER}.get(side)
    return _OF_ANOTHER if other and sentence in _OF[other] else sentence


def told(sentence: str, side: str) -> str:
    """An obstacle, or the stored reason of an end, as this side reads it in its language; empty for none."""
    if not sentence:
        return ""
    for known in (*_OF[GIVER], *_OF[TAKER], _ENDED, _PAST):
        # As they are stored now, and as they were stored when only their text was.
        if sentence in (known, composed(known)):
            return _(as_told(known, side))
    return text(sentence)


def done_in(order_id: int, msme_id: int | None) -> bool:
    """Whether this MSME has delivered all of its part of the order. A cancelled part is no part."""
    return PurchaseOrder.objects.filter(order=order_id, msme=msme_id, status__in=DONE).exists()


def target_price_differs(row: Amendment) -> bool:
    """A share has one price: pieces added to an existing share take its price."""
    same = Allocation.objects.filter(line=row.allocation.line_id, msme=row.msme_id, quantity__gt=0)
    return same.exclude(price=row.price).exists()
