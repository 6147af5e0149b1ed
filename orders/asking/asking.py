"""Asking MSMEs for parts of lines, and their answers. The only writer of allocations before the quote."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.acting import SYSTEM, Actor
from accounts.models import Organisation, in_care_of
from msmes.models import Msme
from orders import reservations
from orders.act import Act, act_on, change_state
from orders.messages import tell
from orders.models import Allocation, AnswerLink, Order, OrderLine
from orders.sealing import is_answer_sealed
from orders.value.worth import check_part, row_name
from orders.workflow import AllocationStatus, OrderStatus
from procurement import clock
from procurement.errors import InvalidInput, NotFound, WrongState
from procurement.input.keys import keys
from procurement.input.letters import kept
from procurement.input.planned import check_day
from procurement.money import LARGEST_PRICE, is_whole
from procurement.rows.bulk import save_rows
from procurement.work.each import one_by_one

FURTHEST_DEADLINE = timedelta(days=366)


def latest_deadline() -> date:
    """The latest day that may be set as the deadline of answers or the last day of a quote."""
    return clock.today() + FURTHEST_DEADLINE


SEND_TOPIC = "orders.send_link"
"""The worker sends the address of a personal link (``orders/asking/link_sending.py``); no secret lies in the outbox."""
LONGEST_HOW = 200
ANSWERED = (AllocationStatus.CONFIRMED, AllocationStatus.PARTLY_CONFIRMED, AllocationStatus.DECLINED)
"""An answer, which the MSME may change until the quote is issued."""
_ANSWER_FIELDS = ["status", "confirmed", "price", "ready_on", "reason", "answered_at", "quantity"]
_ASK_FIELDS = [*_ANSWER_FIELDS, "asked", "asked_at", "deadline", "round", "sealed", "is_set_aside"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Ask one MSME for a quantity of one line."""

    line_id: int
    msme_id: int
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an MSME says to one request: 0 pieces is a no and needs a reason; otherwise price and ready date."""

    allocation_id: int
    quantity: int
    price: Decimal | None = None
    ready_on: date | None = None
    reason: str = ""


def ask_msmes(
    *, order_id: int, asks: Sequence[Ask], deadline: datetime, sealed: bool = False, actor: Actor
) -> list[Allocation]:
    """Ask MSMEs for parts of lines, until ``deadline`` (aware). Asking the same MSME again replaces its answer.

    With ``sealed`` nobody reads the answers before the deadline. Each MSME gets a personal link for this round.
    Raises :class:`InvalidInput` naming the line when a quantity, line or MSME cannot be asked.
    """
    with act_on("allocation.ask", actor=actor, order_id=order_id) as act:
        done = ask_locked(act, asks=asks, deadline=deadline, sealed=sealed)
        act.save()
        return done


def ask_locked(act: Act, *, asks: Sequence[Ask], deadline: datetime, sealed: bool) -> list[Allocation]:
    """The body of :func:`ask_msmes` for a caller that holds the order already."""
    order = act.order
    require_askable(order)
    if deadline <= act.now:
        raise InvalidInput(_("Tenggat jawaban harus di masa depan."), field="deadline")
    if clock.local_date(deadline) > clock.local_date(act.now) + FURTHEST_DEADLINE:
        raise InvalidInput(_("Tenggat jawaban paling lama satu tahun dari sekarang."), field="deadline")
    if not asks:
        raise InvalidInput(_("Pilih paling sedikit satu UMKM dan isi jumlahnya."), field="asks")
    lines = {line.pk: line for line in order.lines.all()}
    msmes = set(
        Msme.objects.filter(
            in_care_of(order.edition.organiser_id),
            pk__in=keys(ask.msme_id for ask in asks),
            organisation__is_active=True,
        ).values_list("pk", flat=True)
    )
    existing = {(row.line_id, row.msme_id): row for row in order.allocations.all()}
    this_round = _rounds_so_far(order, existing.values()) + 1
    new, again = [], []
    for ask in _checked_asks(asks, lines, msmes):
        row = existing.get((ask.line_id, ask.msme_id))
        if row is None:
            row = Allocation(order=order, line=lines[ask.line_id], msme_id=ask.msme_id)
            new.append(row)
        else:
            change_state(row, "ask_again")
            _forget_answer(row)
            again.append(row)
        row.asked, row.asked_at, row.deadline = ask.quantity, act.now, deadline
        row.round, row.sealed = this_round, sealed
    Allocation.objects.bulk_create(new)
    reservations.let_go(again)
    save_rows(again, _ASK_FIELDS)
    asked = _by_msme([*new, *again])
    links = AnswerLink.objects.bulk_create(
        AnswerLink(
            order=order,
            msme_id=msme_id,
            round=this_round,
            sealed=sealed,
            expires_at=deadline,
            created_at=act.now,
        )
        for msme_id in asked
    )
    for link in links:
        act.enqueue(SEND_TOPIC, key=f"link:{link.pk}:{link.sends}", link_id=link.pk)
    for msme_id, rows in asked.items():
        act.record(
            "allocation.ask",
            party_id=msme_id,
            to_state=AllocationStatus.ASKED,
            changes={
                "asked": {str(lines[row.line_id].position): row.asked for row in rows},
                "deadline": deadline.isoformat(),
                "round": this_round,
                "sealed": sealed,
            },
        )
        tell(
            act,
            "asked",
            msme_id=msme_id,
            deadline=deadline.astimezone(clock.JAKARTA).strftime("%d-%m-%Y %H.%M"),
        )
    return [*new, *again]


def require_askable(order: Order) -> None:
    """Raise :class:`WrongState` when no MSME can be asked about the order any more."""
    require_requested(order, _("Pertanyaan hanya dapat dikirim selama pesanan berkeadaan “diminta”."))
    if order.edition.closed_at:
        raise WrongState(_("Penyelenggaraan ini sudah ditutup; UMKM tidak dapat ditanyai lagi."))


def _forget_answer(row: Allocation) -> None:
    row.confirmed, row.quantity, row.price, row.ready_on = 0, 0, None, None
    row.answered_at, row.reason, row.is_set_aside = None, "", False


def answer_requests(*, order_id: int, answers: Sequence[Answer], actor: Actor) -> list[Allocation]:
    """An MSME answers what it was asked about one order, all lines at once or one by one.

    It may revise an answer until the quote is issued. Raises :class:`InvalidInput` naming the field;
    :class:`WrongState` when the question is no longer open.
    """
    with act_on("allocation.answer", actor=actor, order_id=order_id, as_producer=True) as act:
        done = answer_locked(act, answers=answers, actor=actor)
        act.save()
        return done


def answer_locked(
    act: Act, *, answers: Sequence[Answer], actor: Actor, for_msme: Organisation | None = None, how: str = ""
) -> list[Allocation]:
    """The body of :func:`answer_requests` for a caller that holds the order already.

    ``for_msme`` is the MSME for which a coordinator writes an answer down, ``how`` in which way it was given.
    """
    order = act.order
    require_waiting(order)
    if not answers:
        raise InvalidInput(_("Jawablah paling sedikit satu permintaan."), field="answers")
    rows = {
        row.pk: row
        for row in order.allocations.visible_to(actor).filter(
            pk__in=keys(answer.allocation_id for answer in answers),
            msme_id=for_msme.pk if for_msme else actor.organisation_id,
        )
    }
    if for_msme:
        require_unanswered(rows.values(), act.now)
    lines = {
        pk: (position, product)
        for pk, position, product in order.lines.values_list("pk", "position", "product")
    }
    said: dict[str, dict[str, object]] = {}
    for answer in answers:
        row = rows.get(answer.allocation_id)
        if row is None:
            raise NotFound(_("Permintaan itu tidak ada."))
        position = lines[row.line_id][0]
        said[str(position)] = _take_answer(row, answer, position=position, now=act.now)
    changed = list(rows.values())
    reservations.hold(order, changed, {pk: product for pk, (_position, product) in lines.items()})
    save_rows(changed, _ANSWER_FIELDS)
    if for_msme:
        act.record("allocation.answer_for", party_id=for_msme.pk, changes=said, note=how)
        tell(act, "answered for", msme_id=for_msme.pk, organiser=str(actor.organisation))
        return changed
    act.record("allocation.answer", party_id=actor.organisation_id, changes=said)
    tell(act, "answered", msme=actor.organisation.name if actor.organisation else "")
    return changed


def answer_for_msme(
    *, order_id: int, msme_id: int, answers: Sequence[Answer], how: str, actor: Actor
) -> list[Allocation]:
    """A coordinator writes down what an MSME said by telephone or in person; ``how`` says in which way, and is kept.

    It is its own act in the trail, the MSME is told and may change it. Raises :class:`WrongState` in a sealed round and
    where the MSME has answered itself.
    """
    how = " ".join(how.split())[:LONGEST_HOW]
    with act_on("allocation.answer_for", actor=actor, order_id=order_id) as act:
        msme = Organisation.objects.filter(pk=msme_id, msme__allocations__order=act.order).first()
        if msme is None:
            raise NotFound(_("UMKM itu tidak ditanya untuk pesanan ini."))
        if not how:
            raise InvalidInput(_("Tulislah bagaimana dan dari siapa jawaban ini Anda terima."), field="how")
        done = answer_locked(act, answers=answers, actor=actor, for_msme=msme, how=how)
        act.save()
        return done


def require_waiting(order: Order) -> None:
    """Raise :class:`WrongState` when the order waits for no answers any more."""
    require_requested(order, _("Pesanan ini tidak menunggu jawaban lagi. Muat ulang halaman."))


def why_not_answered(row: Allocation, now: datetime) -> str:
    """Why an MSME cannot answer a question of an order that waits, or change its answer; empty when it can."""
    if row.status == AllocationStatus.EXPIRED or (
        row.status == AllocationStatus.ASKED and row.deadline < now
    ):
        return _("Tenggat jawaban sudah lewat. Hubungi koordinator expo bila Anda masih sanggup.")
    if row.status in (AllocationStatus.ASKED, *ANSWERED):
        return ""
    return _("Pertanyaan ini sudah “%(state)s”, sehingga tidak dapat dijawab lagi.") % {
        "state": row.get_status_display()
    }


def require_answerable(rows: Sequence[Allocation], now: datetime) -> None:
    """Raise :class:`WrongState` when none of an MSME's questions of one order can be answered any more."""
    require_waiting(rows[0].order)
    sentences = [why_not_answered(row, now) for row in rows]
    if all(sentences):
        raise WrongState(sentences[0])


def require_unanswered(rows: Iterable[Allocation], now: datetime) -> None:
    """Raise :class:`WrongState` where nobody else may write an answer down: in a sealed round, or over one's own."""
    for row in rows:
        if row.is_sealed(now):
            raise WrongState(_("Putaran ini tersegel: hanya UMKM itu sendiri yang menjawab sebelum tenggat."))
        if row.status != AllocationStatus.ASKED:
            raise WrongState(_("UMKM ini sudah menjawab sendiri; hanya ia yang dapat mengubah jawabannya."))


def release_allocations(*, order_id: int, allocation_ids: Sequence[int], actor: Actor) -> list[Allocation]:
    """The coordinator takes questions back. Rounds put them to others, not to the same MSMEs again."""
    with act_on("allocation.release", actor=actor, order_id=order_id) as act:
        require_requested(act.order, _("Bagian hanya dapat dilepas selama pesanan berkeadaan “diminta”."))
        rows = list(act.order.allocations.filter(pk__in=keys(allocation_ids)))
        if len(rows) != len(set(allocation_ids)):
            raise NotFound(_("Permintaan itu tidak ada."))
        # What can be released tells a yes from a no.
        if any(is_answer_sealed(row, act.now) for row in rows):
            raise WrongState(
                _("Jawaban itu tersegel sampai tenggatnya. Setelah tenggat bagiannya dapat dilepas.")
            )
        for row in rows:
            before, after = change_state(row, "release")
            row.quantity, row.is_set_aside = 0, True
            act.record(
                "allocation.release", subject=row, from_state=before, to_state=after, party_id=row.msme_id
            )
        save_rows(rows, ["status", "quantity", "is_set_aside"])
        reservations.let_go(rows)
        for msme_id in sorted({row.msme_id for row in rows}):
            tell(act, "taken back", msme_id=msme_id)
        act.save()
        return rows


def expire_asks() -> int:
    """Beat: questions without an answer at their deadline expire. Returns how many."""
    due = Allocation.objects.filter(status=AllocationStatus.ASKED, deadline__lte=clock.now())
    ids = list(due.order_by("order_id").values_list("order_id", flat=True).distinct())
    return sum(one_by_one("orders.expire_asks", ids, _expire_asks).results)


def _expire_asks(order_id: int) -> int:
    with act_on("allocation.expire", actor=SYSTEM, order_id=order_id) as act:
        rows = list(act.order.allocations.filter(status=AllocationStatus.ASKED, deadline__lte=act.now))
        for row in rows:
            before, after = change_state(row, "expire")
            act.record(
                "allocation.expire", subject=row, from_state=before, to_state=after, party_id=row.msme_id
            )
        save_rows(rows, ["status"])
        act.save()
        return len(rows)


def require_requested(order: Order, sentence: str) -> None:
    """Raise :class:`WrongState` with the sentence unless the order waits for answers and a quote."""
    if order.status != OrderStatus.REQUESTED:
        raise WrongState(sentence)


def _rounds_so_far(order: Order, rows: Iterable[Allocation]) -> int:
    """The last round. Links remember it as well: the rows of a line go when the buyer takes the line out."""
    linked = AnswerLink.objects.filter(order=order).aggregate(last=Max("round"))["last"] or 0
    return max(linked, *(row.round for row in rows), 0)


def _by_msme(rows: Iterable[Allocation]) -> dict[int, list[Allocation]]:
    grouped: dict[int, list[Allocation]] = defaultdict(list)
    for row in rows:
        grouped[row.msme_id].append(row)
    return grouped


def _checked_asks(asks: Sequence[Ask], lines: dict[int, OrderLine], msmes: set[int]) -> Sequence[Ask]:
    seen: set[tuple[int, int]] = set()
    for ask in asks:
        line = lines.get(ask.line_id)
        if line is None:
            raise InvalidInput(_("Baris pesanan itu sudah tidak ada. Muat ulang halaman."), field="asks")
        if ask.msme_id not in msmes:
            raise InvalidInput(_("UMKM itu tidak ada atau tidak aktif. Pilih dari daftar."), field="asks")
        if not 1 <= ask.quantity <= line.quantity:
            raise InvalidInput(
                _("jumlah yang ditanyakan harus dari 1 sampai %(most)d.") % {"most": line.quantity},
                field="quantity",
                row=(ask.line_id, ask.msme_id),
                place=row_name(line.position),
            )
        if (ask.line_id, ask.msme_id) in seen:
            raise InvalidInput(
                _("satu UMKM hanya ditanya satu kali."), field="asks", place=row_name(line.position)
            )
        seen.add((ask.line_id, ask.msme_id))
    return asks


def check_answer(row: Allocation, answer: Answer, *, position: int, today: date) -> None:
    """Raise :class:`InvalidInput` naming the field of what cannot be answered; changes nothing.

    A page judges by it as soon as a field is typed, the verb again when it is sent.
    """

    def refuse(sentence: str, field: str) -> InvalidInput:
        return InvalidInput(sentence, field=field, row=row.pk)

    if not 0 <= answer.quantity <= row.asked:
        raise refuse(
            _("Jumlah harus bilangan bulat dari 0 sampai %(most)d, sesuai yang ditanyakan.")
            % {"most": row.asked},
            "quantity",
        )
    try:
        reason = kept(answer.reason, field="reason")
    except InvalidInput as refusal:
        raise refuse(refusal.sentence, "reason") from refusal
    if answer.quantity == 0:
        if not reason:
            raise refuse(_("Tulislah alasannya bila Anda tidak sanggup."), "reason")
        return
    price = answer.price
    if price is None or not is_whole(price, 1, LARGEST_PRICE):
        raise refuse(_("Isi harga per satuan dalam rupiah bulat, dari 1 sampai 10 miliar."), "price")
    check_part(position=position, quantity=answer.quantity, price=price, field="price", row=row.pk)
    if answer.ready_on is None or answer.ready_on < today:
        raise refuse(_("Isi tanggal siap: hari ini atau sesudahnya."), "ready_on")
    check_day(answer.ready_on, what=_("Tanggal siap"), field="ready_on", row=row.pk)


def _take_answer(row: Allocation, answer: Answer, *, position: int, now: datetime) -> dict[str, object]:
    """Put one answer onto its row; returns what the event keeps."""
    if sentence := why_not_answered(row, now):
        raise WrongState(sentence)
    check_answer(row, answer, position=position, today=clock.local_date(now))
    if answer.quantity == 0:
        before, after = change_state(row, "decline")
        row.price, row.ready_on = None, None
    else:
        before, after = change_state(row, "confirm" if answer.quantity == row.asked else "confirm_part")
        row.price, row.ready_on = answer.price, answer.ready_on
    row.confirmed, row.quantity, row.answered_at = answer.quantity, 0, now
    row.reason = kept(answer.reason, field="reason")[:300]
    return {
        "state": [before, after],
        "confirmed": row.confirmed,
        "price": str(row.price) if row.price is not None else None,
        "ready_on": row.ready_on.isoformat() if row.ready_on else None,
        "reason": row.reason,
    }
