"""Delivery: shipments, their reception, and closing short. The only writer of these steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.acting import Actor
from documents.issuing.numbering import next_numbers
from expo.models import Stage
from orders import reservations, standing
from orders.act import Act, act_on
from orders.authority.authority import require_authority, undoing
from orders.delivering.shipment_pieces import Count, Load, check_loads, loaded_elsewhere, take_counts
from orders.ending.ending import end_impossible_addenda
from orders.following import ENDING, follow
from orders.loading import shares_of
from orders.messages import tell
from orders.models import Allocation, Order, PurchaseOrder, Shipment, ShipmentLine
from orders.papers.delivery_note import delivery_note_draft
from orders.papers.handover import handover_draft
from orders.permissions import officer_of
from orders.producing.produce import part_of
from orders.quoting.refusals import noting_refusal
from orders.requesting.request import required_reason
from orders.workflow import UNDELIVERED, OrderStatus, PurchaseOrderStatus, ShipmentStatus
from procurement import clock
from procurement.errors import InvalidInput, WrongState
from procurement.input.letters import kept
from procurement.rows.bulk import insert_rows, save_row, save_rows

MOST_SHIPMENTS = 999
"""Of one purchase order, as the sender foresees."""

SENDABLE = (PurchaseOrderStatus.PRODUCING, PurchaseOrderStatus.READY, PurchaseOrderStatus.SHIPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport:
    """How a shipment travels; empty where not known yet."""

    vehicle: str = ""
    plate: str = ""
    driver: str = ""


def prepare_shipment(
    *,
    purchase_order_id: int,
    loads: Sequence[Load],
    transport: Transport = Transport(),
    of_total: int | None = None,
    actor: Actor,
) -> Shipment:
    """Put a shipment together from what is made, for one delivery site.

    Raises :class:`InvalidInput` naming the row when more is loaded than is left, or sites are mixed.
    """
    with act_on("shipment.prepare", actor=actor, purchase_order_id=purchase_order_id) as act:
        purchase_order = part_of(act, purchase_order_id)
        shares = {row.pk: row for row in shares_of(purchase_order)}
        prepared = loaded_elsewhere(purchase_order)
        require_sendable(
            purchase_order, left=sum(row.unshipped - prepared.get(row.pk, 0) for row in shares.values())
        )
        if of_total is not None and not 1 <= of_total <= MOST_SHIPMENTS:
            raise InvalidInput(
                _("Jumlah pengiriman dari 1 sampai %(most)d.") % {"most": MOST_SHIPMENTS}, field="of_total"
            )
        chosen = [load for load in loads if load.quantity]
        check_loads(chosen, shares, prepared)
        site = shares[chosen[0].allocation_id].line.site
        ordinal = (purchase_order.shipments.aggregate(last=Max("ordinal"))["last"] or 0) + 1
        shipment = Shipment.objects.create(
            purchase_order=purchase_order,
            ordinal=ordinal,
            of_total=_told_total(purchase_order, ordinal, of_total),
            site=site,
            vehicle=kept(transport.vehicle, field="vehicle")[:60],
            plate=kept(transport.plate, field="plate")[:16],
            driver=kept(transport.driver, field="driver")[:80],
            prepared_at=act.now,
        )
        insert_rows(
            ShipmentLine(shipment=shipment, allocation=shares[load.allocation_id], quantity=load.quantity)
            for load in chosen
        )
        act.record(
            "shipment.prepare",
            subject=shipment,
            to_state=shipment.status,
            party_id=purchase_order.msme_id,
            changes={"quantity": sum(load.quantity for load in chosen), "site": site.name},
        )
        act.save()
        return shipment


def require_sendable(purchase_order: PurchaseOrder, *, left: int) -> None:
    """Raise :class:`WrongState` unless work has begun and pieces are ``left`` that no shipment carries yet."""
    if purchase_order.status not in SENDABLE or left <= 0:
        raise WrongState(
            _("Pengiriman baru dapat disiapkan setelah produksi dimulai dan selama masih ada sisa.")
        )


def _told_total(purchase_order: PurchaseOrder, ordinal: int, told: int | None) -> int | None:
    """How many shipments the MSME says there will be, now or with an earlier one; None where that is not known."""
    if told is None:
        known = purchase_order.shipments.filter(of_total__gte=ordinal).order_by("-ordinal").first()
        return known.of_total if known else None
    if told < ordinal:
        raise InvalidInput(
            _("Ini sudah pengiriman ke-%(ordinal)d. Tulis jumlah yang tidak kurang, atau kosongkan.")
            % {"ordinal": ordinal},
            field="of_total",
        )
    return told


def discard_shipment(*, shipment_id: int, actor: Actor) -> Shipment:
    """Take a prepared shipment apart again."""
    with act_on("shipment.discard", actor=actor, shipment_id=shipment_id) as act:
        shipment = _shipment(act, shipment_id)
        act.take(shipment, "discard", party_id=shipment.purchase_order.msme_id)
        save_row(shipment)
        act.save()
        return shipment


def dispatch_shipment(*, shipment_id: int, transport: Transport | None = None, actor: Actor) -> Shipment:
    """The goods leave: the delivery note is numbered and the value moves to *in delivery*."""
    with act_on("shipment.dispatch", actor=actor, shipment_id=shipment_id) as act:
        order, shipment = act.order, _shipment(act, shipment_id)
        purchase_order = shipment.purchase_order
        act.take(shipment, "dispatch", party_id=purchase_order.msme_id)
        shipment.dispatched_at = act.now
        if transport is not None:
            shipment.vehicle, shipment.plate = (
                kept(transport.vehicle, field="vehicle")[:60],
                kept(transport.plate, field="plate")[:16],
            )
            shipment.driver = kept(transport.driver, field="driver")[:80]
        lines = _lines_of(shipment)
        for line in lines:
            row = line.allocation
            if line.quantity > row.unshipped:
                raise WrongState(
                    _("Isi pengiriman melebihi sisa surat pesanan. Batalkan, lalu siapkan lagi.")
                )
            row.shipped += line.quantity
            row.made = max(row.made, row.shipped)
            act.posting.move(
                line.quantity * (row.price or Decimal(0)),
                Stage.IN_PRODUCTION,
                Stage.IN_DELIVERY,
                taken=standing.dimensions_of(row),
            )
        sent = [line.allocation for line in lines]
        save_rows(sent, ["shipped", "made"])
        reservations.keep_worth(order, sent)
        act.take(purchase_order, "ship", party_id=purchase_order.msme_id)
        save_row(purchase_order)
        end_impossible_addenda(act)
        if order.status == OrderStatus.IN_PRODUCTION:
            act.take(order, "dispatch")
        shipment.number = next_numbers(
            organisation_id=purchase_order.msme_id,
            owner_code=purchase_order.msme.organisation.code,
            code="SJ",
            count=1,
            on=clock.local_date(act.now),
        )[0]
        save_row(shipment)
        act.issue(delivery_note_draft(order=order, shipment=shipment, lines=lines))
        tell(act, "dispatched", part=purchase_order, msme=purchase_order.msme.organisation.name)
        act.save()
        return shipment


def receive_shipment(*, shipment_id: int, counts: Sequence[Count], actor: Actor) -> Shipment:
    """Count a shipment and judge it. Rejected pieces reopen the balance of this MSME alone.

    Accepted value moves to *delivered*, rejected value back to *in production*. Numbers and issues the BAST. When
    nothing is left of any purchase order, the order is delivered.
    """
    with act_on("shipment.receive", actor=actor, shipment_id=shipment_id) as act:
        order, shipment = act.order, _shipment(act, shipment_id)
        purchase_order = shipment.purchase_order
        act.take(shipment, "receive", party_id=purchase_order.msme_id)
        shipment.received_at, shipment.received_by = act.now, actor.user
        lines = _lines_of(shipment)
        take_counts(act, lines, counts)
        save_rows(lines, ["accepted", "rejected", "reason"])
        judged = [line.allocation for line in lines]
        save_rows(judged, ["shipped", "accepted", "made"])
        reservations.keep_worth(order, judged)
        act.record(
            "shipment.count",
            subject=shipment,
            to_state=shipment.status,
            party_id=purchase_order.msme_id,
            changes={
                "accepted": sum(line.accepted for line in lines),
                "rejected": {
                    str(line.allocation.line.position): line.reason for line in lines if line.rejected
                },
            },
        )
        worth = (line.accepted * (line.allocation.price or Decimal(0)) for line in lines)
        accepted = purchase_order.accept(sum(worth, Decimal(0)))
        save_row(purchase_order)
        _settle_balance(act, purchase_order)
        on = clock.local_date(act.now)
        shipment.handover_number = next_numbers(
            organisation_id=order.institution_id,
            owner_code=order.institution.organisation.code,
            code="BAST",
            count=1,
            on=on,
        )[0]
        save_row(shipment)
        act.issue(
            handover_draft(
                order=order,
                shipment=shipment,
                lines=lines,
                receiver=actor.user,
                officer=officer_of(order.institution_id, actor.user_id),
                accepted=accepted,
            )
        )
        act.save()
        return shipment


def short_close_order(*, order_id: int, reason: str, actor: Actor) -> Order:
    """End an order with less than was ordered: the rest is released, its value is lost, the order is delivered.

    Refused while a shipment is on the road: it must be received first. It takes back what was signed, so only who
    could have signed it does it: :class:`SignatureRefused`, which stays in the trail.
    """
    reason = required_reason(reason)
    with noting_refusal("order.short_close_refused", actor=actor, order_id=order_id):
        return _short_close(order_id=order_id, reason=reason, actor=actor)


def _short_close(*, order_id: int, reason: str, actor: Actor) -> Order:
    with act_on("order.short_close", actor=actor, order_id=order_id) as act:
        order = act.order
        act.require_possible(order, "short_close")
        require_authority(undoing(order, now=act.now), actor)
        shipments = Shipment.objects.filter(purchase_order__order=order)
        if shipments.filter(status=ShipmentStatus.DISPATCHED).exists():
            raise WrongState(
                _("Masih ada pengiriman di perjalanan. Terimalah lebih dahulu, lalu tutup pesanan.")
            )
        act.take(order, "short_close", note=reason)
        order.ended_reason = reason
        rows = list(
            order.allocations.filter(purchase_order__isnull=False).select_related(
                "line", "msme__organisation", "purchase_order"
            )
        )
        before = standing.in_work(rows)
        for row in rows:
            row.released += row.unshipped
        save_rows(rows, ["released"])
        standing.post_change(act.posting, before, standing.in_work(rows))
        _end_purchase_orders(act, rows, reason)
        how = "short" if any(row.accepted for row in rows) else "empty"
        tell(act, f"closed {how} to the buyer")
        tell(act, f"closed {how} to the expo")
        act.save()
        return order


def _shipment(act: Act, shipment_id: int) -> Shipment:
    shipment = Shipment.objects.select_related(
        "purchase_order__msme__organisation", "purchase_order__msme__district", "site"
    ).get(pk=shipment_id)
    shipment.purchase_order.order = act.order
    return shipment


def _lines_of(shipment: Shipment) -> list[ShipmentLine]:
    rows = ShipmentLine.objects.filter(shipment=shipment).select_related("allocation__line")
    lines = list(rows.order_by("allocation__line__position", "pk"))
    for line in lines:
        line.allocation.msme = shipment.purchase_order.msme
    return lines


def _settle_balance(act: Act, purchase_order: PurchaseOrder) -> None:
    """What the purchase order becomes after a reception, and what its MSME is told of it."""
    step = follow(act, [purchase_order])[purchase_order.pk]
    key = "all received" if step in ENDING else "rest to make" if step == "reopen_balance" else "one received"
    tell(act, key, part=purchase_order)


def _end_purchase_orders(act: Act, rows: Sequence[Allocation], reason: str) -> None:
    ended = list(act.order.purchase_orders.filter(status__in=UNDELIVERED))
    follow(act, ended, rows, note=reason)
    for purchase_order in ended:
        tell(act, "closed short to an MSME", part=purchase_order, reason=reason)
