"""Addenda: what to do when a purchase order will be late. Only whom a change touches is asked, and one no ends it.

The last yes applies the change (``orders.amending.apply``). The only writer of addenda.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.acting import SYSTEM, Actor
from msmes.capacity.free import free_until
from msmes.models import Msme
from orders.act import Act, act_on
from orders.amending.addenda import side_of
from orders.amending.apply import apply_locked
from orders.amending.sign import ask_again, holds, sign_for_buyer
from orders.ending.amendable import done_in, obstacle, told
from orders.ending.ending import end_addendum, end_impossible_addenda
from orders.messages import tell
from orders.models import Allocation, Amendment, Order, PurchaseOrder
from orders.quoting.refusals import noting_refusal
from orders.requesting.request import required_reason
from orders.value.worth import check_part, check_whole
from orders.workflow import RUNNING, UNDELIVERED
from procurement import clock
from procurement.errors import InvalidInput, NotFound, WrongState
from procurement.input.planned import check_day
from procurement.money import LARGEST_PRICE, is_whole
from procurement.rows.bulk import insert_rows, save_row
from procurement.templatetags.words import tanggal_text
from procurement.work.each import one_by_one

LONGEST_REASON = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Move ``quantity`` pieces of an allocation to another MSME, ready on a day, at a price before PPN."""

    allocation_id: int
    msme_id: int
    quantity: int
    price: Decimal
    ready_on: date


def propose_move(*, order_id: int, move: Move, reason: str, actor: Actor) -> Amendment:
    """Ask both MSMEs and the buyer to move pieces. Raises :class:`InvalidInput` naming what cannot be moved."""
    reason = required_reason(reason)[:LONGEST_REASON]
    with act_on("amendment.propose", actor=actor, order_id=order_id) as act:
        row = _allocation(act, move.allocation_id)
        if not 1 <= move.quantity <= row.unshipped:
            raise InvalidInput(
                _("Yang dapat dipindahkan 1 sampai %(most)d, yaitu yang belum dikirim.")
                % {"most": row.unshipped},
                field="quantity",
            )
        if not is_whole(move.price, 1, LARGEST_PRICE):
            raise InvalidInput(
                _("Isi harga per satuan dalam rupiah bulat, lebih dari 0 dan paling banyak 10 miliar."),
                field="price",
            )
        check_part(position=row.line.position, quantity=move.quantity, price=move.price, field="price")
        check_whole(act.order.value + move.quantity * (move.price - (row.price or 0)), field="price")
        _future(move.ready_on, act)
        taker = Msme.objects.visible_to(actor).filter(pk=move.msme_id, organisation__is_active=True).first()
        if taker is None or taker.pk == row.msme_id:
            raise InvalidInput(_("Pilih UMKM lain yang aktif."), field="msme")
        if done_in(act.order.pk, taker.pk):
            raise InvalidInput(
                _("UMKM penerima sudah menyelesaikan bagiannya; pilihlah UMKM lain."), field="msme"
            )
        same = act.order.allocations.filter(line=row.line, msme=taker, quantity__gt=0).first()
        if same is not None and same.price != move.price:
            raise InvalidInput(
                _("UMKM itu sudah membuat barang ini seharga %(price)s; pakailah harga yang sama.")
                % {"price": same.price},
                field="price",
            )
        done = _propose(
            act,
            Amendment(
                kind=Amendment.Kind.MOVE,
                allocation=row,
                msme=taker,
                quantity=move.quantity,
                price=move.price,
                ready_on=move.ready_on,
                reason=reason,
            ),
        )
        act.save()
        return done


def propose_date(
    *, order_id: int, allocation_id: int, ready_on: date, reason: str, actor: Actor
) -> Amendment:
    """Ask the MSME and the buyer to let a share be ready later. Raises :class:`InvalidInput` for any other day.

    An earlier day would leave weeks reserved after it.
    """
    reason = required_reason(reason)[:LONGEST_REASON]
    with act_on("amendment.propose", actor=actor, order_id=order_id) as act:
        row = _allocation(act, allocation_id)
        _future(ready_on, act)
        if row.ready_on and ready_on <= row.ready_on:
            raise InvalidInput(
                _("Isi tanggal sesudah %(day)s, tanggal siap yang berlaku sekarang.")
                % {"day": tanggal_text(row.ready_on)},
                field="ready_on",
            )
        done = _propose(
            act, Amendment(kind=Amendment.Kind.DATE, allocation=row, ready_on=ready_on, reason=reason)
        )
        act.save()
        return done


def agree(*, amendment_id: int, content_hash: str | None = None, actor: Actor) -> Amendment:
    """One of those whom it touches says yes; the last yes applies the change.

    Of the buyer every level that the new total reaches says yes, each like a signature under the order
    (``orders.amending.sign``); ``content_hash`` says what was read, anything else raises :class:`ContentChanged` (409).
    Refused signatures stay in the trail of the order.
    """
    with noting_refusal("amendment.signature_refused", actor=actor, amendment_id=amendment_id):
        return _agree(amendment_id=amendment_id, read=content_hash, actor=actor)


def _agree(*, amendment_id: int, read: str | None, actor: Actor) -> Amendment:
    with act_on("amendment.agree", actor=actor, amendment_id=amendment_id) as act:
        row = _open(act, amendment_id)
        side = _side(row, actor)
        if getattr(row, side) is not None:
            raise WrongState(_("Anda sudah menyetujui adendum ini; tunggu persetujuan yang lain."))
        if sentence := obstacle(row):
            raise WrongState(told(sentence, side_of(row, actor)))
        if side == "taker_agreed_at":
            _can_take(row)
        if side == "buyer_agreed_at":
            sign_for_buyer(act, row, read=read, actor=actor)
        else:
            setattr(row, side, act.now)
        if getattr(row, side) is not None:
            act.record("amendment.agree", subject=row, party_id=_party(actor), note=row.reason)
        if row.is_agreed and not holds(row, now=act.now):
            ask_again(act, row)
        elif row.is_agreed:
            apply_locked(act, row)
        else:
            save_row(row)
        act.save()
        return row


def refuse(*, amendment_id: int, reason: str, actor: Actor) -> Amendment:
    """One no ends it; nothing changes."""
    reason = required_reason(reason)[:LONGEST_REASON]
    with act_on("amendment.refuse", actor=actor, amendment_id=amendment_id) as act:
        row = _open(act, amendment_id)
        done = end_addendum(act, row, Amendment.Status.REFUSED, reason, party_id=_party(actor))
        act.save()
        return done


def withdraw(*, amendment_id: int, reason: str, actor: Actor) -> Amendment:
    """The coordinator takes the proposal back."""
    reason = required_reason(reason)[:LONGEST_REASON]
    with act_on("amendment.withdraw", actor=actor, amendment_id=amendment_id) as act:
        done = end_addendum(act, _open(act, amendment_id), Amendment.Status.WITHDRAWN, reason)
        act.save()
        return done


def expire_addenda() -> int:
    """Beat: addenda that nobody decided on before the day that they are about. Returns how many orders had any."""
    overdue = Amendment.objects.filter(status=Amendment.Status.PROPOSED, ready_on__lt=clock.today())
    ids = list(overdue.order_by("order").values_list("order_id", flat=True).distinct())
    one_by_one("orders.expire_addenda", ids, _expire_addenda)
    return len(ids)


def _expire_addenda(order_id: int) -> None:
    with act_on("order.expire", actor=SYSTEM, order_id=order_id) as act:
        end_impossible_addenda(act)
        act.save()


# --- Proposing -----------------------------------------------------------------------------------------------


def _allocation(act: Act, allocation_id: int) -> Allocation:
    row = (
        act.order.allocations.select_related("line", "purchase_order", "msme")
        .filter(pk=allocation_id, purchase_order__isnull=False)
        .first()
    )
    if row is None or row.purchase_order is None:
        raise NotFound(_("Bagian itu tidak ada."))
    row.order = act.order
    require_amendable(row, row.purchase_order)
    return row


def require_running(order: Order, purchase_order: PurchaseOrder) -> None:
    """Raise :class:`WrongState` when nothing of the purchase order can be changed any more."""
    if order.status not in RUNNING:
        raise WrongState(_("Adendum hanya untuk pesanan yang sudah disetujui dan belum selesai."))
    if purchase_order.status not in UNDELIVERED:
        raise WrongState(_("Surat pesanan itu sudah selesai atau batal."))


def require_amendable(share: Allocation, purchase_order: PurchaseOrder) -> None:
    """Raise :class:`WrongState` when no addendum about this share can be proposed (any more)."""
    require_running(share.order, purchase_order)
    if not share.unshipped:
        raise WrongState(_("Semua barang bagian ini sudah dikirim."))


def amendable_shares(purchase_order: PurchaseOrder) -> list[Allocation]:
    """The shares of which an addendum can be proposed; :class:`WrongState` when there are none."""
    require_running(purchase_order.order, purchase_order)
    rows = purchase_order.allocations.select_related("line").order_by("line__position")
    found = [row for row in rows if row.unshipped]
    if not found:
        raise WrongState(_("Semua barang surat pesanan ini sudah dikirim."))
    return found


def _future(day: date, act: Act) -> None:
    if day < clock.local_date(act.now):
        raise InvalidInput(
            _("Tanggal siap sudah lewat. Isi tanggal hari ini atau sesudahnya."), field="ready_on"
        )
    check_day(day, what=_("Tanggal siap"), field="ready_on")


def _propose(act: Act, row: Amendment) -> Amendment:
    if act.order.amendments.filter(allocation=row.allocation, status=Amendment.Status.PROPOSED).exists():
        raise WrongState(_("Bagian ini sudah mempunyai adendum yang menunggu jawaban."))
    row.order, row.proposed_at = act.order, act.now
    row.proposed_by = getattr(act.actor, "user", None)
    insert_rows([row])
    act.record(
        "amendment.propose",
        subject=row,
        to_state=row.status,
        note=row.reason,
        changes={"kind": row.kind, "quantity": row.quantity, "ready_on": row.ready_on.isoformat()},
    )
    tell(act, "addendum to the buyer", amendment=row, reason=row.reason)
    for msme_id in dict.fromkeys((row.allocation.msme_id, row.msme_id)):
        if msme_id is not None:
            tell(act, "addendum to an MSME", msme_id=msme_id, amendment=row, reason=row.reason)
    return row


def _open(act: Act, amendment_id: int) -> Amendment:
    row = act.order.amendments.select_related(
        "allocation__line", "allocation__purchase_order", "msme__organisation", "msme__district"
    ).get(pk=amendment_id)
    row.order = act.order
    require_proposed(row)
    return row


def require_proposed(row: Amendment) -> None:
    """Raise :class:`WrongState` when the addendum waits for nobody any more."""
    if row.status != Amendment.Status.PROPOSED:
        raise WrongState(
            _("Adendum ini tidak menunggu jawaban lagi; keadaannya “%(state)s”.")
            % {"state": row.get_status_display()}
        )


def _side(row: Amendment, actor: Actor) -> str:
    """The field that holds this actor's yes."""
    if actor.kind == "institution":
        return "buyer_agreed_at"
    return "giver_agreed_at" if row.allocation.msme_id == actor.organisation_id else "taker_agreed_at"


def _party(actor: Actor) -> int | None:
    return actor.organisation_id if actor.kind == "msme" else None


def _can_take(row: Amendment) -> None:
    """The taker says yes only to what its free weeks hold."""
    line = row.allocation.line
    if row.msme_id is None or line.product_id is None:
        return
    free = free_until(msme_ids=[row.msme_id], product_ids=[line.product_id], until=row.ready_on, is_own=True)
    most = free.limit(row.msme_id, line.product_id, row.quantity)
    if most < row.quantity:
        raise InvalidInput(
            _("Kapasitas bebas Anda sampai tanggal itu hanya cukup untuk %(most)d.") % {"most": most}
        )
