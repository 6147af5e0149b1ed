"""Approving, making, delivering and paying, as people do it in the story."""

from collections.abc import Sequence
from math import ceil

from accounts.models import Role
from demo.tale import Teller
from demo.theatre import Story
from orders.delivering import deliver
from orders.delivering.shipment_pieces import Count, Load
from orders.models import Allocation, ApprovalStep, Order, PurchaseOrder, Shipment
from orders.paying import pay
from orders.producing import produce
from orders.quoting import approve, quote
from orders.workflow import OrderStatus, PurchaseOrderStatus, ShipmentStatus
from procurement import clock

REJECTIONS = ("Jahitan lepas", "Warna tidak sesuai contoh", "Kemasan rusak", "Ukuran tidak sesuai")
VEHICLES = (("Truk boks", "L 9{:03d} XX"), ("Mobil bak", "N 8{:03d} XX"), ("Ekspedisi", "W 7{:03d} XX"))


class DeliveryActs(Teller):
    """From the first signature to the last payment."""

    def act_sign(self, _count: int) -> Story:
        """The next signature."""
        order = self.order
        pending = order.approval_steps.filter(
            revision=order.revision, decision=ApprovalStep.Decision.PENDING
        ).order_by("level")
        approve.approve_order(
            order_id=order.pk,
            revision=order.revision,
            content_hash=order.content_hash,
            note="Sesuai kebutuhan dan anggaran.",
            actor=self.approver(pending[0].level),
        )
        yield self.theatre.soon()

    def act_approve(self, _count: int) -> Story:
        """Every signature that is missing."""
        while self.order.status == OrderStatus.QUOTED:
            yield from self.act_sign(0)
            yield self.theatre.later(self.chance.choice((0, 0, 1)))

    def act_ask_revision(self, _count: int) -> Story:
        quote.ask_revision(
            order_id=self.order_id,
            reason="Mohon harga ditinjau kembali dan waktu penyerahan dipercepat.",
            actor=self.buyer(Role.REQUESTER),
        )
        yield self.theatre.soon()

    def act_reject(self, _count: int) -> Story:
        approve.reject_quote(
            order_id=self.order_id, reason="Harga melampaui pagu anggaran.", actor=self.approver(1)
        )
        yield self.theatre.soon()

    def act_cancel(self, _count: int) -> Story:
        approve.cancel_order(
            order_id=self.order_id,
            reason="Kegiatan ditunda sampai tahun berikutnya.",
            cost_bearer=Order.CostBearer.BUYER,
            actor=self.signer(),
        )
        yield self.theatre.soon()

    def _purchase_orders(self, count: int, *states: str) -> list[PurchaseOrder]:
        """Those in one of ``states``, among the first ``count`` of the order (0 = all)."""
        rows = list(PurchaseOrder.objects.filter(order_id=self.order_id).order_by("pk"))
        return [row for row in (rows[:count] if count else rows) if row.status in states]

    def act_acknowledge(self, count: int) -> Story:
        for row in self._purchase_orders(count, PurchaseOrderStatus.ISSUED):
            produce.acknowledge(purchase_order_id=row.pk, actor=self.owner(row.msme_id))
            yield self.theatre.soon()

    def act_start(self, count: int) -> Story:
        for row in self._purchase_orders(count, PurchaseOrderStatus.ACKNOWLEDGED):
            produce.start_production(purchase_order_id=row.pk, actor=self.owner(row.msme_id))
            yield self.theatre.soon()

    def act_report(self, count: int) -> Story:
        for row in self._purchase_orders(count, PurchaseOrderStatus.PRODUCING):
            produce.report_progress(
                purchase_order_id=row.pk,
                percent=self.chance.choice((40, 50, 60, 75)),
                note="Bahan lengkap, pengerjaan sesuai jadwal.",
                actor=self.owner(row.msme_id),
            )
            yield self.theatre.soon()

    def act_finish(self, count: int) -> Story:
        for row in self._purchase_orders(count, PurchaseOrderStatus.PRODUCING):
            produce.finish_production(purchase_order_id=row.pk, actor=self.owner(row.msme_id))
            yield self.theatre.soon()

    def act_ship(self, count: int) -> Story:
        """Send everything that is left, one shipment for each place."""
        for row in self._purchase_orders(count, *deliver.SENDABLE):
            yield from self._send(row, part=1.0, dispatch=True)

    def act_ship_half(self, count: int) -> Story:
        for row in self._purchase_orders(count, *deliver.SENDABLE):
            yield from self._send(row, part=0.5, dispatch=True)

    def act_prepare(self, count: int) -> Story:
        """Put shipments together that have not left yet."""
        for row in self._purchase_orders(count, *deliver.SENDABLE):
            yield from self._send(row, part=1.0, dispatch=False)

    def act_take_apart(self, _count: int) -> Story:
        for row in self._shipments(ShipmentStatus.PREPARED):
            deliver.discard_shipment(shipment_id=row.pk, actor=self.owner(row.purchase_order.msme_id))
            yield self.theatre.soon()

    def _send(self, row: PurchaseOrder, *, part: float, dispatch: bool) -> Story:
        owner = self.owner(row.msme_id)
        by_site: dict[int, list[Allocation]] = {}
        for share in row.allocations.select_related("line").order_by("line__position"):
            if share.unshipped:
                by_site.setdefault(share.line.site_id, []).append(share)
        for shares in by_site.values():
            vehicle, plate = self.chance.choice(VEHICLES)
            shipment = deliver.prepare_shipment(
                purchase_order_id=row.pk,
                loads=[
                    Load(allocation_id=share.pk, quantity=max(1, int(share.unshipped * part)))
                    for share in shares
                ],
                transport=deliver.Transport(
                    vehicle=vehicle,
                    plate=plate.format(self.chance.randint(1, 999)),
                    driver="Pengemudi (contoh)",
                ),
                actor=owner,
            )
            yield self.theatre.soon()
            if dispatch:
                deliver.dispatch_shipment(shipment_id=shipment.pk, actor=owner)
                yield self.theatre.soon()

    def _shipments(self, status: str) -> list[Shipment]:
        found = Shipment.objects.filter(purchase_order__order_id=self.order_id, status=status)
        return list(found.select_related("purchase_order").order_by("pk"))

    def act_receive(self, count: int) -> Story:
        """Accept what is on the road: all of it, or the first ``count`` shipments."""
        rows = self._shipments(ShipmentStatus.DISPATCHED)
        yield from self._receive(rows[:count] if count else rows, rejecting=0.0)

    def act_receive_rejecting(self, percent: int) -> Story:
        """Reject ``percent`` of the first line of the first shipment, accept the rest."""
        first, *others = self._shipments(ShipmentStatus.DISPATCHED)
        yield from self._receive([first], rejecting=percent / 100)
        yield from self._receive(others, rejecting=0.0)

    def _receive(self, rows: Sequence[Shipment], *, rejecting: float) -> Story:
        for row in rows:
            counts = []
            for place, line in enumerate(row.lines.order_by("pk")):
                bad = ceil(line.quantity * rejecting) if place == 0 else 0
                counts.append(
                    Count(
                        line_id=line.pk,
                        accepted=line.quantity - bad,
                        rejected=bad,
                        reason=self.chance.choice(REJECTIONS) if bad else "",
                    )
                )
            deliver.receive_shipment(shipment_id=row.pk, counts=counts, actor=self.buyer(Role.RECEIVER))
            yield self.theatre.soon()

    def act_short_close(self, _count: int) -> Story:
        deliver.short_close_order(
            order_id=self.order_id,
            reason="Sisa barang tidak diperlukan lagi setelah kegiatan selesai.",
            actor=self.signer(),
        )
        yield self.theatre.soon()

    def act_pay(self, count: int) -> Story:
        for number, row in enumerate(self._purchase_orders(count, PurchaseOrderStatus.RECEIVED), start=1):
            pay.settle_purchase_order(
                purchase_order_id=row.pk,
                reference=f"BB-{self.order_id:05d}/{number:02d}/{clock.today():%m/%Y}",
                actor=self.buyer(Role.TREASURER),
            )
            yield self.theatre.soon()

    def act_close(self, _count: int) -> Story:
        pay.close_order(order_id=self.order_id, actor=self.buyer(Role.TREASURER))
        yield self.theatre.soon()
