"""Pieces on a shipment: what may be loaded, and what the receiver found of it.

For the verbs of ``orders.delivering.deliver``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from expo.models import Stage
from orders import standing
from orders.act import Act
from orders.models import Allocation, PurchaseOrder, ShipmentLine
from orders.workflow import ShipmentStatus
from procurement.errors import InvalidInput, NotFound
from procurement.input.letters import kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How many pieces of one allocation a shipment carries."""

    allocation_id: int
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What the receiver found of one shipment line: accepted + rejected = sent; a rejection needs its reason."""

    line_id: int
    accepted: int
    rejected: int
    reason: str = ""


def loaded_elsewhere(purchase_order: PurchaseOrder) -> dict[int, int]:
    """Pieces in prepared shipments that have not left, by allocation."""
    waiting: dict[int, int] = {}
    loaded = ShipmentLine.objects.filter(
        shipment__purchase_order=purchase_order, shipment__status=ShipmentStatus.PREPARED
    )
    for line in loaded:
        waiting[line.allocation_id] = waiting.get(line.allocation_id, 0) + line.quantity
    return waiting


def check_loads(loads: Sequence[Load], shares: dict[int, Allocation], prepared: dict[int, int]) -> None:
    """One site, each share once, no more than is left of it. Raises :class:`InvalidInput` naming the row."""
    if not loads:
        raise InvalidInput(_("Isilah jumlah yang dikirim paling sedikit pada satu baris."), field="loads")
    if len({load.allocation_id for load in loads}) != len(loads):
        raise InvalidInput(_("Setiap barang hanya boleh muncul satu kali."), field="loads")
    for load in loads:
        row = shares.get(load.allocation_id)
        if row is None:
            raise NotFound(_("Barang itu bukan bagian dari surat pesanan ini."))
        most = row.unshipped - prepared.get(row.pk, 0)
        if not 1 <= load.quantity <= most:
            raise InvalidInput(
                _("%(name)s: jumlah yang dikirim harus dari 1 sampai %(most)d.")
                % {"name": row.line.name, "most": most},
                field="quantity",
                row=row.pk,
            )
    if len({shares[load.allocation_id].line.site_id for load in loads}) > 1:
        raise InvalidInput(
            _("Satu pengiriman menuju satu lokasi. Buatlah pengiriman lain untuk lokasi lain."), field="loads"
        )


def judged(lines: Sequence[ShipmentLine], counts: Sequence[Count]) -> list[Count]:
    """The count of each line, in their order; changes nothing, so that a page can say what would be recorded.

    Raises :class:`InvalidInput` naming the line that does not add up or was rejected without a reason.
    """
    found = {count.line_id: count for count in counts}
    if set(found) - {line.pk for line in lines}:
        raise NotFound(_("Baris itu bukan bagian dari pengiriman ini."))
    told: list[Count] = []
    for line in lines:
        count = found.get(line.pk)
        name = line.allocation.line.name
        if (
            count is None
            or count.accepted < 0
            or count.rejected < 0
            or count.accepted + count.rejected != line.quantity
        ):
            raise InvalidInput(
                _("%(name)s: diterima dan ditolak harus berjumlah %(sent)d, sesuai yang dikirim.")
                % {"name": name, "sent": line.quantity},
                field="accepted",
                row=line.pk,
            )
        reason = kept(count.reason, field="reason", row=line.pk)
        if count.rejected and not reason:
            raise InvalidInput(
                _("%(name)s: tulislah alasan penolakannya.") % {"name": name}, field="reason", row=line.pk
            )
        told.append(count)
    return told


def take_counts(act: Act, lines: Sequence[ShipmentLine], counts: Sequence[Count]) -> None:
    """Put what was found onto the lines and their shares, and move the value; the caller saves them.

    Raises like :func:`judged`.
    """
    for line, count in zip(lines, judged(lines, counts), strict=True):
        row = line.allocation
        line.accepted, line.rejected, line.reason = (
            count.accepted,
            count.rejected,
            kept(count.reason, field="reason", row=line.pk)[:300],
        )
        row.accepted += count.accepted
        row.made = max(row.made, row.shipped) - count.rejected
        row.shipped -= count.rejected
        price, known = row.price or Decimal(0), standing.dimensions_of(row)
        act.posting.move(count.accepted * price, Stage.IN_DELIVERY, Stage.DELIVERED, taken=known)
        act.posting.move(count.rejected * price, Stage.IN_DELIVERY, Stage.IN_PRODUCTION, taken=known)
