"""What stands in the way of an addendum: verbs refuse by it, pages offer by it, what is impossible is ended by it."""

from django.utils.translation import gettext as _

from orders.models import Allocation, Amendment, PurchaseOrder
from orders.workflow import RUNNING, UNDELIVERED, PurchaseOrderStatus
from procurement import clock

DONE = (PurchaseOrderStatus.RECEIVED, PurchaseOrderStatus.SETTLED)
"""The MSME has done its part and is paid for exactly that: nothing can be added to it."""


def obstacle(row: Amendment) -> str:
    """Why an addendum cannot be applied any more; empty while it can.

    It needs ``order``, ``allocation`` and ``allocation.purchase_order`` as they are now.
    """
    share = row.allocation
    if row.order.status not in RUNNING:
        return _("Pesanannya sudah berakhir, sehingga tidak ada lagi yang dapat diubah.")
    if share.purchase_order is None or share.purchase_order.status not in UNDELIVERED:
        return _("Surat pesanan itu sudah selesai atau batal.")
    if not share.unshipped:
        return _("Semua barang bagian ini sudah dikirim.")
    if row.ready_on < clock.today():
        return _(
            "Tanggal siap adendum ini sudah lewat. Koordinator dapat menariknya dan mengajukan tanggal baru."
        )
    if row.kind == Amendment.Kind.DATE:
        if share.ready_on and row.ready_on <= share.ready_on:
            return _("Tanggal siap yang berlaku sekarang sudah sama atau sesudahnya.")
        return ""
    if row.quantity > share.unshipped:
        return _("Sebagian barang itu sudah dikirim, sehingga tidak dapat dipindahkan lagi.")
    if done_in(row.order_id, row.msme_id):
        return _("UMKM penerima sudah menyelesaikan bagiannya; pilihlah UMKM lain.")
    if row.msme is not None and not row.msme.organisation.is_active:
        return _("UMKM penerima tidak aktif lagi; pilihlah UMKM lain.")
    if target_price_differs(row):
        return _("UMKM penerima sudah membuat barang ini dengan harga lain.")
    return ""


def done_in(order_id: int, msme_id: int | None) -> bool:
    """Whether this MSME has delivered all of its part of the order. A cancelled part is no part."""
    return PurchaseOrder.objects.filter(order=order_id, msme=msme_id, status__in=DONE).exists()


def target_price_differs(row: Amendment) -> bool:
    """A share has one price: what comes to one that is made already comes at its price."""
    same = Allocation.objects.filter(line=row.allocation.line_id, msme=row.msme_id, quantity__gt=0)
    return same.exclude(price=row.price).exists()
