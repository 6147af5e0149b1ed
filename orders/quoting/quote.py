"""The quote itself, its revision and expiry. Asking MSMEs and their answers are in the room ``asking``."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.acting import SYSTEM, Actor
from documents.issuing.numbering import next_numbers
from orders import standing
from orders.act import act_on
from orders.asking.asking import require_requested
from orders.authority.authority import question_of
from orders.authority.signed import content_hash, passed_dates
from orders.ending.ending import stop_rounds
from orders.loading import allocations_of
from orders.messages import tell
from orders.models import Allocation, ApprovalStep, Order, OrderLine, Sourcing
from orders.papers.quotation import quotation_draft
from orders.requesting.request import clear_shares, lose_locked, obsolete_steps, required_reason
from orders.sealing import is_answer_sealed
from orders.value.taxes import ppn_on
from orders.value.worth import check_part, check_whole, row_name
from orders.workflow import AllocationStatus, OrderStatus
from procurement import clock
from procurement.errors import InvalidInput, WrongState
from procurement.input.letters import kept
from procurement.language.said import composed
from procurement.rows.bulk import save_rows
from procurement.work.each import one_by_one

_NO_DECISION = gettext_noop("Tidak ada keputusan sampai akhir masa berlaku penawaran.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many pieces of an answered allocation go into the quote."""

    allocation_id: int
    quantity: int


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
        require_quotable(order)
        today = clock.local_date(act.now)
        if not today <= valid_until <= today + timedelta(days=366):
            raise InvalidInput(
                _("Penawaran berlaku paling cepat sampai hari ini dan paling lama satu tahun."),
                field="valid_until",
            )
        lines = list(order.lines.select_related("site"))
        allocations = allocations_of(order, lines)
        _require_opened(allocations, act.now)
        _give_shares(lines, allocations, shares)
        if passed := passed_dates(allocations, today):
            advice = _("Mintalah jawaban baru dari UMKM itu, atau berikan bagiannya kepada UMKM lain.")
            row, place, sentence = passed[0]
            raise InvalidInput(f"{sentence} {advice}", field="quantity", row=row.pk, place=place)
        order.quote_valid_until, order.quote_note, order.quoted_by = (
            valid_until,
            kept(note, field="note"),
            actor.user,
        )
        rule = ppn_on(today)
        order.content_hash = content_hash(order, lines, allocations, rule=rule)
        before = standing.requested(lines, since=standing.since(order))
        after = standing.quoted(allocations, since=today)
        value = standing.total(after)
        check_whole(value, field="shares")
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
        lay_down_steps(order, question_of(order, allocations, now=act.now).own_levels)
        stop_rounds(act, Sourcing.Status.RUNNING)
        number = next_numbers(
            organisation_id=order.edition.organiser_id,
            owner_code=order.edition.organiser.organisation.code,
            code="SPH",
            count=1,
            on=today,
        )[0]
        act.issue(
            quotation_draft(
                order=order,
                lines=lines,
                allocations=allocations,
                number=number,
                on=today,
                rule=rule,
                actor=actor,
            )
        )
        tell(act, "quoted", until=valid_until.strftime("%d-%m-%Y"))
        act.save()
        return order


def require_quotable(order: Order) -> None:
    """Raise :class:`WrongState` when no quote can be made of the order (any more)."""
    require_requested(order, _("Penawaran hanya dapat diterbitkan untuk pesanan yang berkeadaan “diminta”."))


def _require_opened(allocations: Iterable[Allocation], now: datetime) -> None:
    """No quote out of answers that nobody may read yet."""
    sealed = [row.deadline for row in allocations if is_answer_sealed(row, now)]
    if sealed:
        raise WrongState(
            _("Jawaban UMKM masih tersegel sampai %(until)s; penawaran dapat dibuat sesudahnya.")
            % {"until": max(sealed).astimezone(clock.JAKARTA).strftime("%d-%m-%Y %H.%M")}
        )


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
        after = standing.requested(order.lines.all(), since=standing.since(order))
        order.value = standing.total(after)
        standing.post_change(act.posting, before, after)
        tell(act, "revision asked", reason=reason)
        act.save()
        return order


def expire_quotes() -> int:
    """Beat: quotes whose last day has passed become lost. Returns how many; running twice changes nothing more."""
    due = Order.objects.filter(status=OrderStatus.QUOTED, quote_valid_until__lt=clock.today())
    ids = list(due.order_by("pk").values_list("pk", flat=True))
    return sum(one_by_one("orders.expire_quotes", ids, _expire_quote).results)


def _expire_quote(order_id: int) -> bool:
    with act_on("order.expire", actor=SYSTEM, order_id=order_id) as act:
        if act.order.status != OrderStatus.QUOTED or not _is_over(act.order):
            act.save()
            return False
        lose_locked(act, step="expire", reason=composed(_NO_DECISION))
        act.save()
        return True


_ANSWERED = (AllocationStatus.CONFIRMED, AllocationStatus.PARTLY_CONFIRMED)


def _is_over(order: Order) -> bool:
    return order.quote_valid_until is not None and order.quote_valid_until < clock.today()


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
        if quantity and not row.msme.organisation.is_active:
            raise InvalidInput(
                _("UMKM ini tidak aktif lagi. Berikan bagiannya kepada UMKM lain."),
                field="quantity",
                row=row.pk,
                place=f"{row_name(row.line.position)}, {row.msme.organisation.name}",
            )
        most = row.confirmed if row.status in _ANSWERED else 0
        if not 0 <= quantity <= most:
            raise InvalidInput(
                _("bagian harus dari 0 sampai %(most)d, sesuai yang disanggupi.") % {"most": most},
                field="quantity",
                row=row.pk,
                place=f"{row_name(row.line.position)}, {row.msme.organisation.name}",
            )
        if row.price is not None:
            check_part(
                position=row.line.position, quantity=quantity, price=row.price, field="quantity", row=row.pk
            )
        row.quantity = quantity
        covered[row.line_id] += quantity
    for line in lines:
        if covered[line.pk] != line.quantity:
            raise InvalidInput(
                _("bagian UMKM berjumlah %(covered)d, padahal dipesan %(quantity)d %(unit)s.")
                % {"covered": covered[line.pk], "quantity": line.quantity, "unit": line.unit},
                field="line",
                row=line.pk,
                place=row_name(line.position, line.name),
            )


def lay_down_steps(order: Order, levels: Mapping[int, str]) -> list[ApprovalStep]:
    """A signature to be given at each level, by the post that signs there."""
    return ApprovalStep.objects.bulk_create(
        [
            ApprovalStep(order=order, revision=order.revision, level=level, post=post)
            for level, post in levels.items()
        ]
    )
