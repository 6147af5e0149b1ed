"""The quote: asking MSMEs, their answers, the quote itself, its revision and expiry. The only writer of these steps."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.acting import SYSTEM, Actor
from accounts.models import Role
from buyers.models import ApprovalRule
from documents.numbering import next_numbers
from expo.models import Stage
from msmes.models import Msme
from orders import reservations, standing
from orders.act import act_on, change_state
from orders.models import Allocation, ApprovalStep, Order, OrderLine
from orders.papers.quotation import quotation_draft
from orders.request import LARGEST_PRICE, clear_shares, lose_locked, obsolete_steps, required_reason
from orders.workflow import AllocationStatus, OrderStatus
from procurement import clock
from procurement.bulk import save_rows
from procurement.errors import InvalidInput, NotFound, WrongState

_ANSWER_FIELDS = ["status", "confirmed", "price", "ready_on", "reason", "answered_at", "quantity"]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many pieces of an answered allocation go into the quote."""

    allocation_id: int
    quantity: int


def ask_msmes(*, order_id: int, asks: Sequence[Ask], deadline: datetime, actor: Actor) -> list[Allocation]:
    """Ask MSMEs for parts of lines, until ``deadline`` (aware). Asking the same MSME again replaces its answer.

    Raises :class:`InvalidInput` naming the line when a quantity, line or MSME cannot be asked.
    """
    with act_on("allocation.ask", actor=actor, order_id=order_id) as act:
        order = act.order
        _still_requested(order, _("Pertanyaan hanya dapat dikirim selama pesanan berkeadaan “diminta”."))
        if deadline <= act.now:
            raise InvalidInput(_("Tenggat jawaban harus di masa depan."), field="deadline")
        if not asks:
            raise InvalidInput(_("Pilih paling sedikit satu UMKM dan isi jumlahnya."), field="asks")
        lines = {line.pk: line for line in order.lines.all()}
        msmes = set(
            Msme.objects.filter(
                pk__in={ask.msme_id for ask in asks}, organisation__is_active=True
            ).values_list("pk", flat=True)
        )
        existing = {(row.line_id, row.msme_id): row for row in order.allocations.all()}
        new, again = [], []
        for ask in _checked_asks(asks, lines, msmes):
            row = existing.get((ask.line_id, ask.msme_id))
            if row is None:
                row = Allocation(order=order, line=lines[ask.line_id], msme_id=ask.msme_id)
                new.append(row)
            else:
                change_state(row, "ask_again")
                row.confirmed, row.quantity, row.price, row.ready_on, row.answered_at, row.reason = (
                    0,
                    0,
                    None,
                    None,
                    None,
                    "",
                )
                again.append(row)
            row.asked, row.asked_at, row.deadline = ask.quantity, act.now, deadline
        Allocation.objects.bulk_create(new)
        reservations.let_go(again)
        save_rows(again, [*_ANSWER_FIELDS, "asked", "asked_at", "deadline"])
        for msme_id, rows in _by_msme([*new, *again]).items():
            act.record(
                "allocation.ask",
                party_id=msme_id,
                to_state=AllocationStatus.ASKED,
                changes={
                    "asked": {str(lines[row.line_id].position): row.asked for row in rows},
                    "deadline": deadline.isoformat(),
                },
            )
            act.tell(
                msme_id,
                (Role.OWNER,),
                gettext_noop("Anda diminta ikut membuat pesanan %(order)s. Jawablah sebelum %(deadline)s."),
                reverse("orders:request", args=[order.pk]),
                order=order.number,
                deadline=deadline.astimezone(clock.JAKARTA).strftime("%d-%m-%Y %H.%M"),
            )
        return [*new, *again]


def answer_requests(*, order_id: int, answers: Sequence[Answer], actor: Actor) -> list[Allocation]:
    """An MSME answers what it was asked about one order, all lines at once or one by one.

    It may revise an answer until the quote is issued and the deadline has passed only if it had answered before.
    Raises :class:`InvalidInput` naming the field; :class:`WrongState` when the question is no longer open.
    """
    with act_on("allocation.answer", actor=actor, order_id=order_id, as_producer=True) as act:
        order = act.order
        _still_requested(order, _("Pesanan ini tidak menunggu jawaban lagi. Muat ulang halaman."))
        rows = {
            row.pk: row
            for row in order.allocations.visible_to(actor).filter(
                pk__in={answer.allocation_id for answer in answers}
            )
        }
        if not answers:
            raise InvalidInput(_("Jawablah paling sedikit satu permintaan."), field="answers")
        lines = {
            pk: (position, product)
            for pk, position, product in order.lines.values_list("pk", "position", "product")
        }
        said: dict[str, dict[str, object]] = {}
        for answer in answers:
            row = rows.get(answer.allocation_id)
            if row is None:
                raise NotFound(_("Permintaan itu tidak ada."))
            said[str(lines[row.line_id][0])] = _take_answer(row, answer, now=act.now)
        changed = list(rows.values())
        reservations.hold(order, changed, {pk: product for pk, (_position, product) in lines.items()})
        save_rows(changed, _ANSWER_FIELDS)
        act.record("allocation.answer", party_id=actor.organisation_id, changes=said)
        act.tell(
            order.edition.organiser_id,
            (Role.COORDINATOR,),
            gettext_noop("%(msme)s menjawab permintaan untuk pesanan %(order)s."),
            reverse("orders:workbench", args=[order.pk]),
            order=order.number,
            msme=actor.organisation.name if actor.organisation else "",
        )
        return changed


def release_allocations(*, order_id: int, allocation_ids: Sequence[int], actor: Actor) -> list[Allocation]:
    """The coordinator takes questions back."""
    with act_on("allocation.release", actor=actor, order_id=order_id) as act:
        _still_requested(act.order, _("Bagian hanya dapat dilepas selama pesanan berkeadaan “diminta”."))
        rows = list(act.order.allocations.filter(pk__in=allocation_ids))
        if len(rows) != len(set(allocation_ids)):
            raise NotFound(_("Permintaan itu tidak ada."))
        for row in rows:
            before, after = change_state(row, "release")
            row.quantity = 0
            act.record(
                "allocation.release", subject=row, from_state=before, to_state=after, party_id=row.msme_id
            )
        save_rows(rows, ["status", "quantity"])
        reservations.let_go(rows)
        return rows


def issue_quote(
    *, order_id: int, shares: Sequence[Share], valid_until: date, note: str = "", actor: Actor
) -> Order:
    """Make the quote out of what MSMEs confirmed: every line covered exactly. It binds until ``valid_until``.

    Value moves from *requested* to *quoted*, a price difference from or to outside. Numbers and issues the
    quotation paper, and lays down the signatures that the buyer's rules ask for.
    Raises :class:`InvalidInput` naming the line that is not covered.
    """
    with act_on("order.quote", actor=actor, order_id=order_id) as act:
        order = act.order
        _still_requested(
            order, _("Penawaran hanya dapat diterbitkan untuk pesanan yang berkeadaan “diminta”.")
        )
        today = clock.local_date(act.now)
        if not today <= valid_until <= today + timedelta(days=366):
            raise InvalidInput(
                _("Penawaran berlaku paling cepat sampai hari ini dan paling lama satu tahun."),
                field="valid_until",
            )
        lines = list(order.lines.select_related("site"))
        allocations = list(order.allocations.select_related("line", "msme__organisation", "msme__district"))
        _give_shares(lines, allocations, shares)
        order.quote_valid_until, order.quote_note, order.quoted_by = valid_until, note.strip(), actor.user
        order.content_hash = content_hash(order, lines, allocations)
        before, after = standing.requested(lines), standing.shares(allocations, Stage.QUOTED)
        value = standing.total(after)
        act.take(
            order,
            "quote",
            note=order.quote_note,
            changes={
                "value": [str(order.value), str(value)],
                "revision": order.revision,
                "hash": order.content_hash,
            },
        )
        order.value = value
        standing.post_change(act.posting, before, after)
        save_rows([row for row in allocations if row.status in _ANSWERED], ["quantity"])
        _lay_down_steps(order, value)
        number = next_numbers(
            organisation_id=order.edition.organiser_id,
            owner_code=order.edition.organiser.organisation.code,
            code="SPH",
            count=1,
            on=today,
        )[0]
        act.issue(
            quotation_draft(
                order=order, lines=lines, allocations=allocations, number=number, on=today, actor=actor
            )
        )
        sentence = gettext_noop("Penawaran untuk pesanan %(order)s menunggu keputusan sampai %(until)s.")
        act.tell(
            order.institution_id,
            (Role.APPROVER, Role.REQUESTER),
            sentence,
            reverse("orders:detail", args=[order.pk]),
            order=order.number,
            until=valid_until.strftime("%d-%m-%Y"),
        )
        return order


def ask_revision(*, order_id: int, reason: str, actor: Actor) -> Order:
    """The buyer wants something changed. MSMEs keep their answers; the coordinator quotes again."""
    reason = required_reason(reason)
    with act_on("order.ask_revision", actor=actor, order_id=order_id) as act:
        order = act.order
        before = standing.standing(order)
        act.take(
            order, "ask_revision", note=reason, changes={"revision": [order.revision, order.revision + 1]}
        )
        obsolete_steps(order)
        order.revision += 1
        order.revision_note, order.content_hash = reason, ""
        clear_shares(order)
        after = standing.requested(order.lines.all())
        order.value = standing.total(after)
        standing.post_change(act.posting, before, after)
        act.tell(
            order.edition.organiser_id,
            (Role.COORDINATOR,),
            gettext_noop("%(buyer)s meminta revisi penawaran %(order)s: %(reason)s"),
            reverse("orders:workbench", args=[order.pk]),
            order=order.number,
            buyer=order.institution.organisation.name,
            reason=reason,
        )
        return order


def expire_quotes() -> int:
    """Beat: quotes whose last day has passed become lost. Returns how many; running twice changes nothing more."""
    due = Order.objects.filter(status=OrderStatus.QUOTED, quote_valid_until__lt=clock.today())
    expired = 0
    for order_id in due.values_list("pk", flat=True):
        with act_on("order.expire", actor=SYSTEM, order_id=order_id) as act:
            if act.order.status == OrderStatus.QUOTED and _is_over(act.order):
                lose_locked(
                    act, step="expire", reason=_("Tidak ada keputusan sampai akhir masa berlaku penawaran.")
                )
                expired += 1
    return expired


def expire_asks() -> int:
    """Beat: questions without an answer at their deadline expire. Returns how many."""
    due = Allocation.objects.filter(status=AllocationStatus.ASKED, deadline__lte=clock.now())
    expired = 0
    for order_id in due.order_by().values_list("order_id", flat=True).distinct():
        with act_on("allocation.expire", actor=SYSTEM, order_id=order_id) as act:
            rows = list(act.order.allocations.filter(status=AllocationStatus.ASKED, deadline__lte=act.now))
            for row in rows:
                before, after = change_state(row, "expire")
                act.record(
                    "allocation.expire", subject=row, from_state=before, to_state=after, party_id=row.msme_id
                )
            save_rows(rows, ["status"])
            expired += len(rows)
    return expired


def content_hash(order: Order, lines: Iterable[OrderLine], allocations: Iterable[Allocation]) -> str:
    """SHA-256 of what a quote promises: an approval binds to it, so a change in between is noticed."""
    said = {
        "order": order.pk,
        "revision": order.revision,
        "until": order.quote_valid_until.isoformat() if order.quote_valid_until else "",
        "lines": [
            [
                line.pk,
                line.name,
                line.specification,
                line.quantity,
                line.unit,
                line.needed_by.isoformat(),
                line.site_id,
            ]
            for line in sorted(lines, key=lambda line: line.pk)
        ],
        "shares": [
            [
                row.line_id,
                row.msme_id,
                row.quantity,
                str(row.price),
                row.ready_on.isoformat() if row.ready_on else "",
            ]
            for row in sorted(allocations, key=lambda row: row.pk)
            if row.quantity
        ],
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


_ANSWERED = (AllocationStatus.CONFIRMED, AllocationStatus.PARTLY_CONFIRMED)


def _is_over(order: Order) -> bool:
    return order.quote_valid_until is not None and order.quote_valid_until < clock.today()


def _still_requested(order: Order, sentence: str) -> None:
    if order.status != OrderStatus.REQUESTED:
        raise WrongState(sentence)


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
                _("Baris %(row)d: jumlah yang ditanyakan harus dari 1 sampai %(most)d.")
                % {"row": line.position, "most": line.quantity},
                field=f"ask-{ask.line_id}-{ask.msme_id}",
            )
        if (ask.line_id, ask.msme_id) in seen:
            raise InvalidInput(
                _("Baris %(row)d: satu UMKM hanya ditanya satu kali.") % {"row": line.position}, field="asks"
            )
        seen.add((ask.line_id, ask.msme_id))
    return asks


def _take_answer(row: Allocation, answer: Answer, *, now: datetime) -> dict[str, object]:
    """Put one answer onto its row; returns what the event keeps."""

    def refuse(sentence: str, field: str) -> InvalidInput:
        return InvalidInput(sentence, field=f"answer-{row.pk}-{field}")

    if row.status == AllocationStatus.EXPIRED or (
        row.status == AllocationStatus.ASKED and row.deadline < now
    ):
        raise WrongState(_("Tenggat jawaban sudah lewat. Hubungi koordinator expo bila Anda masih sanggup."))
    if not 0 <= answer.quantity <= row.asked:
        raise refuse(
            _("Jumlah harus bilangan bulat dari 0 sampai %(most)d, sesuai yang ditanyakan.")
            % {"most": row.asked},
            "quantity",
        )
    reason = answer.reason.strip()
    if answer.quantity == 0:
        if not reason:
            raise refuse(_("Tulislah alasannya bila Anda tidak sanggup."), "reason")
        before, after = change_state(row, "decline")
        row.price, row.ready_on = None, None
    else:
        price = answer.price
        if price is None or price != int(price) or not 1 <= price <= LARGEST_PRICE:
            raise refuse(_("Isi harga per satuan dalam rupiah bulat, lebih dari 0."), "price")
        if answer.ready_on is None or answer.ready_on < clock.local_date(now):
            raise refuse(_("Isi tanggal siap: hari ini atau sesudahnya."), "ready_on")
        before, after = change_state(row, "confirm" if answer.quantity == row.asked else "confirm_part")
        row.price, row.ready_on = price, answer.ready_on
    row.confirmed, row.quantity, row.reason, row.answered_at = answer.quantity, 0, reason[:300], now
    return {
        "state": [before, after],
        "confirmed": row.confirmed,
        "price": str(row.price) if row.price is not None else None,
        "ready_on": row.ready_on.isoformat() if row.ready_on else None,
        "reason": row.reason,
    }


def _give_shares(
    lines: Sequence[OrderLine], allocations: Sequence[Allocation], shares: Sequence[Share]
) -> None:
    """Set each allocation's quantity so that every line is covered exactly."""
    wanted = {share.allocation_id: share.quantity for share in shares}
    if unknown := set(wanted) - {row.pk for row in allocations}:
        raise InvalidInput(
            _("Bagian itu tidak ada (%(ids)s). Muat ulang halaman.") % {"ids": sorted(unknown)},
            field="shares",
        )
    covered: dict[int, int] = defaultdict(int)
    for row in allocations:
        quantity = wanted.get(row.pk, 0)
        most = row.confirmed if row.status in _ANSWERED else 0
        if not 0 <= quantity <= most:
            raise InvalidInput(
                _("Baris %(row)d, %(msme)s: bagian harus dari 0 sampai %(most)d, sesuai yang disanggupi.")
                % {"row": row.line.position, "msme": row.msme.organisation.name, "most": most},
                field=f"share-{row.pk}",
            )
        row.quantity = quantity
        covered[row.line_id] += quantity
    for line in lines:
        if covered[line.pk] != line.quantity:
            raise InvalidInput(
                _(
                    "Baris %(row)d (%(name)s): bagian UMKM berjumlah %(covered)d, "
                    "padahal dipesan %(quantity)d %(unit)s."
                )
                % {
                    "row": line.position,
                    "name": line.name,
                    "covered": covered[line.pk],
                    "quantity": line.quantity,
                    "unit": line.unit,
                },
                field=f"line-{line.pk}",
            )


def _lay_down_steps(order: Order, value: Decimal) -> None:
    """One signature for each level whose minimum the value reaches; at least one."""
    rules = list(ApprovalRule.objects.filter(institution_id=order.institution_id, minimum_value__lte=value))
    ApprovalStep.objects.bulk_create(
        [
            ApprovalStep(order=order, revision=order.revision, level=rule.level, post=rule.post)
            for rule in rules
        ]
        or [ApprovalStep(order=order, revision=order.revision, level=1, post=_("Pejabat penyetuju"))]
    )
