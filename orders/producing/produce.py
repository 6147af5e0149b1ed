"""Production: an MSME takes a purchase order on, starts, reports how far it is, and finishes."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.acting import Actor
from expo.models import Stage
from orders import reservations, standing
from orders.act import Act, act_on
from orders.following import percent_sent
from orders.loading import bare_shares_of, shares_of
from orders.messages import tell
from orders.models import Allocation, ProductionReport, PurchaseOrder
from orders.producing import photos
from orders.producing.steps import steps_of
from orders.requesting.request import required_reason
from orders.workflow import OrderStatus, PurchaseOrderStatus
from procurement import clock
from procurement.errors import InvalidInput, WrongState
from procurement.input.letters import kept
from procurement.rows.bulk import save_row, save_rows

LONGEST_REASON = 300
OLDEST_REPORT = timedelta(days=14)


def first_reported_day() -> date:
    """The first day for which progress may still be told."""
    return clock.today() - OLDEST_REPORT


"""How far back a report may speak."""
REPORTABLE = (PurchaseOrderStatus.PRODUCING, PurchaseOrderStatus.SHIPPED)


def acknowledge(*, purchase_order_id: int, actor: Actor) -> PurchaseOrder:
    """The MSME has read the purchase order and takes it on."""
    with act_on("purchase_order.acknowledge", actor=actor, purchase_order_id=purchase_order_id) as act:
        purchase_order = part_of(act, purchase_order_id)
        act.take(purchase_order, "acknowledge", party_id=purchase_order.msme_id)
        purchase_order.refused_at, purchase_order.refused_reason = None, ""
        save_row(purchase_order)
        tell(act, "acknowledged", part=purchase_order, msme=purchase_order.msme.organisation.name)
        act.save()
        return purchase_order


def refuse(*, purchase_order_id: int, reason: str, actor: Actor) -> PurchaseOrder:
    """The MSME does not take a purchase order on as it is; the coordinator is told why and can propose an addendum.

    It goes on to bind until that applies, and may still be taken on. Raises :class:`InvalidInput` without a reason and
    :class:`WrongState` once it was taken on or refused.
    """
    reason = required_reason(reason)[:LONGEST_REASON]
    with act_on("purchase_order.refuse", actor=actor, purchase_order_id=purchase_order_id) as act:
        purchase_order = part_of(act, purchase_order_id)
        require_refusable(purchase_order)
        purchase_order.refused_at, purchase_order.refused_reason = act.now, reason
        save_row(purchase_order)
        act.record(
            "purchase_order.refuse",
            subject=purchase_order,
            from_state=purchase_order.status,
            to_state=purchase_order.status,
            note=reason,
            party_id=purchase_order.msme_id,
        )
        tell(
            act,
            "refused to the expo",
            part=purchase_order,
            msme=purchase_order.msme.organisation.name,
            reason=reason,
        )
        act.save()
        return purchase_order


def require_refusable(purchase_order: PurchaseOrder) -> None:
    """Raise :class:`WrongState` once the MSME has taken the purchase order on, or has refused it already."""
    if purchase_order.status != PurchaseOrderStatus.ISSUED:
        raise WrongState(
            _("Surat pesanan ini sudah diterima atau berakhir, sehingga tidak dapat ditolak lagi.")
        )
    if purchase_order.refused_at is not None:
        raise WrongState(_("Penolakan Anda sudah tercatat; koordinator expo menindaklanjutinya."))


def start_production(*, purchase_order_id: int, actor: Actor) -> PurchaseOrder:
    """Work begins: the value of this purchase order moves from *booked* to *in production*."""
    with act_on("purchase_order.start", actor=actor, purchase_order_id=purchase_order_id) as act:
        purchase_order = part_of(act, purchase_order_id)
        act.take(purchase_order, "start", party_id=purchase_order.msme_id)
        purchase_order.started_at = act.now
        if act.order.status == OrderStatus.APPROVED:
            act.take(act.order, "start_production")
        for row in shares_of(purchase_order):
            act.posting.move(
                row.unshipped * (row.price or Decimal(0)),
                Stage.BOOKED,
                Stage.IN_PRODUCTION,
                taken=standing.dimensions_of(row),
            )
        save_row(purchase_order)
        tell(act, "started", part=purchase_order, msme=purchase_order.msme.organisation.name)
        act.save()
        return purchase_order


def report_progress(
    *,
    purchase_order_id: int,
    percent: int,
    note: str = "",
    step: str = "",
    reported_on: date | None = None,
    photo: bytes | None = None,
    actor: Actor,
) -> ProductionReport:
    """Say how far the work is, 0 to 100 percent of the whole purchase order, on ``reported_on`` (today).

    ``photo`` is a picture that ``photos.redrawn`` has made. What is said of an earlier day than the last report, the
    end of the work or the last reception is kept, and does not change the progress. What was sent is made: less than
    that is refused today, and counts as that much when it is said of an earlier day.
    """
    with act_on("purchase_order.report", actor=actor, purchase_order_id=purchase_order_id) as act:
        purchase_order = part_of(act, purchase_order_id)
        if purchase_order.status not in REPORTABLE:
            raise WrongState(
                _("Kemajuan hanya dapat dilaporkan setelah produksi dimulai dan sebelum semuanya siap.")
            )
        if not 0 <= percent <= 100:
            raise InvalidInput(_("Kemajuan adalah bilangan bulat dari 0 sampai 100 persen."), field="percent")
        today = clock.local_date(act.now)
        day = reported_on or today
        if not today - OLDEST_REPORT <= day <= today:
            raise InvalidInput(
                _("Laporan berlaku untuk hari ini atau paling lama 14 hari yang lalu."), field="reported_on"
            )
        if step and step not in steps_of(purchase_order):
            raise InvalidInput(_("Pilih tahap dari daftar."), field="step")
        shares = bare_shares_of(purchase_order)
        sent = percent_sent(shares)
        if percent < sent and day == today:
            raise InvalidInput(
                _("Sebagian barang sudah dikirim: kemajuan paling sedikit %(sent)d persen.") % {"sent": sent},
                field="percent",
            )
        before = purchase_order.percent
        is_newest = day == today or not _is_known_since(purchase_order, day)
        report = ProductionReport.objects.create(
            purchase_order=purchase_order,
            percent=percent,
            step=step,
            note=kept(note, field="note")[:300],
            photo=photos.store(photo) if photo else "",
            reported_on=day,
            reported_by=actor.user,
            reported_at=act.now,
        )
        if is_newest:
            purchase_order.percent = max(percent, sent)
            save_row(purchase_order)
            _know_as_made(act, shares, percent)
        changes: dict[str, object] = {"percent": [before, percent]}
        if step:
            changes["step"] = step
        if day != today:
            changes["reported_on"] = day.isoformat()
        if photo:
            changes["photo"] = True
        act.record(
            "purchase_order.report",
            subject=purchase_order,
            from_state=purchase_order.status,
            to_state=purchase_order.status,
            changes=changes,
            note=report.note,
            party_id=purchase_order.msme_id,
        )
        act.save()
        return report


def _is_known_since(purchase_order: PurchaseOrder, day: date) -> bool:
    """Whether anything says how far the work was on a later day."""
    finished = purchase_order.finished_at
    if finished and clock.local_date(finished) > day:
        return True
    next_day = datetime.combine(day + timedelta(days=1), time.min, tzinfo=clock.JAKARTA)
    received = purchase_order.shipments.filter(received_at__gte=next_day)
    return purchase_order.reports.filter(reported_on__gt=day).exists() or received.exists()


def finish_production(*, purchase_order_id: int, actor: Actor) -> PurchaseOrder:
    """Everything is made and waits to be sent."""
    with act_on("purchase_order.finish", actor=actor, purchase_order_id=purchase_order_id) as act:
        purchase_order = part_of(act, purchase_order_id)
        act.take(
            purchase_order,
            "finish",
            changes={"percent": [purchase_order.percent, 100]},
            party_id=purchase_order.msme_id,
        )
        purchase_order.percent, purchase_order.finished_at = 100, act.now
        save_row(purchase_order)
        _know_as_made(act, bare_shares_of(purchase_order), 100)
        tell(act, "finished", part=purchase_order, msme=purchase_order.msme.organisation.name)
        act.save()
        return purchase_order


def _know_as_made(act: Act, shares: Sequence[Allocation], percent: int) -> None:
    """So much of each share is made, and holds no weeks any more; at least what was sent."""
    for row in shares:
        row.made = max(row.shipped, (row.quantity - row.released) * percent // 100)
    save_rows(shares, ["made"])
    reservations.keep_worth(act.order, shares)


def part_of(act: Act, purchase_order_id: int) -> PurchaseOrder:
    """The purchase order of the locked order, with its MSME; it was found through ``visible_to`` already."""
    rows = PurchaseOrder.objects.select_related("msme__organisation", "msme__district")
    purchase_order = rows.get(pk=purchase_order_id)
    purchase_order.order = act.order
    return purchase_order
