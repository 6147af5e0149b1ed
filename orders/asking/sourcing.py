"""Automatic sourcing: rounds of questions by rank until an order is covered or a person must decide.

Each step is one act on the order: it looks at what is confirmed and what is still open, asks the next MSMEs for what
is missing, or ends. Nothing lives outside the database, so it goes on wherever it was stopped, and running a step
twice asks nobody twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.acting import SYSTEM, Actor
from accounts.models import in_care_of
from msmes.capacity.free import free_weeks
from msmes.models import Offer
from orders.act import Act, act_on, change_state
from orders.asking.asking import FURTHEST_DEADLINE, Ask, ask_locked, require_requested
from orders.asking.coverage import ANSWERED_YES, is_open, is_promised, missing_of
from orders.messages import tell
from orders.models import Allocation, Order, OrderLine, Sourcing
from orders.sealing import is_answer_sealed
from orders.workflow import AllocationStatus, OrderStatus
from procurement import clock
from procurement.errors import InvalidInput, WrongState
from procurement.input.planned import check_day
from procurement.rows.bulk import save_rows
from procurement.work.each import one_by_one
from procurement.working_days import add_working_days

CLOSING_TIME = time(17, 0)
_NO = (AllocationStatus.DECLINED, AllocationStatus.EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRules:
    """How the rounds run. ``until`` is the last day on which a round may end."""

    until: date
    answer_days: int = 2
    most_rounds: int = 5
    remind_hours: int = 6
    sealed: bool = False


def start_sourcing(*, order_id: int, rules: RoundRules, actor: Actor) -> Sourcing:
    """Begin (or begin again) to fill an order by rounds; the first questions go out at once."""
    if not 1 <= rules.answer_days <= 20:
        raise InvalidInput(_("Waktu menjawab adalah 1 sampai 20 hari kerja."), field="answer_days")
    if not 1 <= rules.most_rounds <= 50:
        raise InvalidInput(_("Jumlah putaran adalah 1 sampai 50."), field="most_rounds")
    if not 0 <= rules.remind_hours <= 72:
        raise InvalidInput(_("Pengingat dikirim 0 sampai 72 jam sebelum tenggat."), field="remind_hours")
    if rules.until < clock.today():
        raise InvalidInput(_("Tanggal paling lambat sudah lewat."), field="until")
    furthest = clock.today() + FURTHEST_DEADLINE
    check_day(rules.until, what=_("Tanggal paling lambat"), field="until", last=furthest)
    with act_on("sourcing.start", actor=actor, order_id=order_id) as act:
        order = act.order
        require_fillable(order)
        row = Sourcing.objects.filter(order=order).first() or Sourcing(order=order)
        row.status, row.summary = Sourcing.Status.RUNNING, []
        row.until, row.answer_days, row.most_rounds = rules.until, rules.answer_days, rules.most_rounds
        row.remind_hours, row.sealed, row.round = rules.remind_hours, rules.sealed, 0
        row.started_by, row.started_at = actor.user, act.now
        act.record("sourcing.start", to_state=row.status, changes={"until": rules.until.isoformat()})
        _step(act, row)
        row.save()
        act.save()
        return row


def require_fillable(order: Order) -> None:
    """Raise :class:`WrongState` when rounds cannot fill the order (any more)."""
    require_requested(order, _("Hanya pesanan yang berkeadaan “diminta” yang dapat dipenuhi otomatis."))


def stop_sourcing(*, order_id: int, actor: Actor) -> Sourcing:
    """The coordinator goes on by hand; questions that are open stay open."""
    with act_on("sourcing.stop", actor=actor, order_id=order_id) as act:
        row = _running(act.order)
        if row is None:
            raise WrongState(_("Pemenuhan otomatis tidak sedang berjalan."))
        row.status, row.advance_at = Sourcing.Status.STOPPED, None
        row.save()
        act.record("sourcing.stop", to_state=row.status)
        act.save()
        return row


def advance_sourcing(*, order_id: int) -> Sourcing | None:
    """Take the next step if there is one to take; the worker calls it after answers, beat at deadlines.

    Returns the rounds when something became of them, also when they stopped with their order; None otherwise.
    """
    live = Sourcing.objects.filter(order_id=order_id).exclude(status=Sourcing.Status.STOPPED)
    if not live.exists():
        over = Sourcing.objects.filter(order_id=order_id).exclude(order__status=OrderStatus.REQUESTED)
        return over.first()
    with act_on("sourcing.advance", actor=SYSTEM, order_id=order_id) as act:
        row = live.first()
        if row is None:
            act.save()
            return None
        if row.status == Sourcing.Status.RUNNING:
            _step(act, row)
        elif not _look_again(act, row):
            act.save()
            return None
        row.save()
        act.save()
        return row


def advance_due() -> int:
    """Beat: every order whose round has ended, or of which more or less is missing than its coordinator knows.

    Returns how many were looked at. An order whose step fails is tried again the next time.
    """
    due = Sourcing.objects.filter(status=Sourcing.Status.RUNNING, advance_at__lte=clock.now())
    ids = list(due.order_by("advance_at", "pk").values_list("order_id", flat=True))
    ids += _changed_since()
    one_by_one("orders.advance_sourcing_due", ids, lambda order_id: advance_sourcing(order_id=order_id))
    return len(ids)


def _changed_since() -> list[int]:
    """Orders whose rounds have ended and of which not the same is missing as then.

    Acts on the order have asked for a look already; this finds what changed elsewhere.
    """
    ended = Sourcing.objects.filter(
        status__in=(Sourcing.Status.COVERED, Sourcing.Status.ESCALATED), order__status=OrderStatus.REQUESTED
    ).prefetch_related("order__lines", "order__allocations__msme__organisation")
    now = clock.now()
    return [
        row.order_id
        for row in ended.order_by("pk").iterator(chunk_size=200)
        if _what_remains(row, row.order.lines.all(), row.order.allocations.all(), now) is not None
    ]


def _running(order: Order) -> Sourcing | None:
    return Sourcing.objects.filter(order=order, status=Sourcing.Status.RUNNING).first()


# --- One step ------------------------------------------------------------------------------------------------


def _step(act: Act, row: Sourcing) -> None:
    order = act.order
    if order.status != OrderStatus.REQUESTED:
        _end(act, row, Sourcing.Status.STOPPED, [])
        return
    lines = list(order.lines.all())
    allocations = list(order.allocations.select_related("msme__organisation"))
    _expire_overdue(act, allocations)
    sealed = [one.deadline for one in allocations if is_answer_sealed(one, act.now)]
    if sealed:
        # Who is asked next (or that nobody is) would give away what was answered.
        row.advance_at = max(sealed)
        return
    missing = missing_of(lines, allocations, counting_open=True)
    open_until = [one.deadline for one in allocations if is_open(one)]
    # What is declined while others may still answer is offered on within the round: a round is over with its last
    # question, and a few early noes do not use up all rounds while there are MSMEs and days left.
    number = row.round if row.round and open_until else row.round + 1
    deadline = None if order.edition.closed_at else _deadline(row, act.now)
    if missing and deadline and number <= row.most_rounds:
        asks = _next_asks(lines, allocations, missing, deadline, order.edition.organiser_id)
        if asks:
            row.round = number
            ask_locked(act, asks=asks, deadline=deadline, sealed=row.sealed)
            _remind_before(act, row, deadline, {ask.msme_id for ask in asks})
            open_until.append(deadline)
    if open_until:
        row.advance_at = min(open_until)
    elif missing:
        _end(act, row, Sourcing.Status.ESCALATED, summary_of(lines, allocations))
    else:
        _end(act, row, Sourcing.Status.COVERED, [])


def _look_again(act: Act, row: Sourcing) -> bool:
    """What is missing changes until the quote, also after the rounds have ended; says whether it did.

    What was covered and is short now goes on, as far as its rules allow. What was left to a person stays with them,
    who is told what remains now.
    """
    if act.order.status != OrderStatus.REQUESTED:
        return False
    lines = list(act.order.lines.all())
    allocations = list(act.order.allocations.select_related("msme__organisation"))
    summary = _what_remains(row, lines, allocations, act.now)
    if summary is None:
        return False
    if row.status == Sourcing.Status.COVERED:
        row.status = Sourcing.Status.RUNNING
        act.record("sourcing.start", to_state=row.status, changes={"until": row.until.isoformat()})
        _step(act, row)
    else:
        _end(act, row, Sourcing.Status.ESCALATED if summary else Sourcing.Status.COVERED, summary)
    return True


def _what_remains(
    row: Sourcing, lines: Iterable[OrderLine], allocations: Iterable[Allocation], now: datetime
) -> list[dict[str, Any]] | None:
    """What is missing now; None when that is what was known at the end, or when answers are still sealed."""
    allocations = list(allocations)
    if any(is_answer_sealed(one, now) for one in allocations):
        return None
    summary = summary_of(lines, allocations)
    return None if summary == row.summary else summary


def _expire_overdue(act: Act, allocations: Iterable[Allocation]) -> None:
    overdue = [one for one in allocations if one.status == AllocationStatus.ASKED and one.deadline <= act.now]
    for one in overdue:
        before, after = change_state(one, "expire")
        act.record("allocation.expire", subject=one, from_state=before, to_state=after, party_id=one.msme_id)
    save_rows(overdue, ["status"])


def _deadline(row: Sourcing, now: datetime) -> datetime | None:
    """When the next round ends: some working days on, not after ``until``; None when that day has passed."""
    day = min(add_working_days(clock.local_date(now), row.answer_days), row.until)
    moment = datetime.combine(day, CLOSING_TIME, tzinfo=clock.JAKARTA)
    return moment if moment > now else None


def _next_asks(
    lines: Sequence[OrderLine],
    allocations: Iterable[Allocation],
    missing: Mapping[int, int],
    deadline: datetime,
    organiser_id: int,
) -> list[Ask]:
    """Whom to ask next for what is missing, best first, nobody for the same line twice in one order."""
    allocations = list(allocations)
    asked = {
        (one.line_id, one.msme_id)
        for one in allocations
        if one.is_set_aside or one.status != AllocationStatus.RELEASED
    }
    offers = _offers(lines, organiser_id)
    free = _Free(lines, offers, allocations)
    asks: list[Ask] = []
    for line in lines:
        left = missing.get(line.pk, 0)
        for offer in ranked(offers.get(line.product_id or 0, []), line, deadline.date()):
            if left <= 0:
                break
            if (line.pk, offer.msme_id) in asked:
                continue
            most = free.limit(offer.msme_id, line, left)
            if most < min(offer.minimum, left) or most < 1:
                continue
            asks.append(Ask(line_id=line.pk, msme_id=offer.msme_id, quantity=most))
            free.take(offer.msme_id, line, most)
            left -= most
    return asks


class _Free:
    """What weeks hold for each line up to its own day, less what this order asks for already.

    Two lines of one product draw on the same weeks: what the earlier one takes is missing for the later one, and what
    the later one takes beyond the weeks that only it can use is missing for the earlier one.
    """

    def __init__(
        self,
        lines: Sequence[OrderLine],
        offers: Mapping[int, list[Offer]],
        allocations: Iterable[Allocation],
    ) -> None:
        days = sorted({line.needed_by for line in lines})
        weeks = free_weeks(
            msme_ids={offer.msme_id for rows in offers.values() for offer in rows},
            product_ids={line.product_id for line in lines if line.product_id},
            until=days[-1],
        )
        self.until = {day: weeks.until(day) for day in days}
        self.taken: dict[tuple[int, int], dict[date, int]] = defaultdict(lambda: dict.fromkeys(days, 0))
        by_pk = {line.pk: line for line in lines}
        for one in allocations:
            if is_open(one):
                self.take(one.msme_id, by_pk[one.line_id], one.asked)

    def limit(self, msme_id: int, line: OrderLine, wanted: int) -> int:
        """How many of ``wanted`` pieces this MSME's free weeks hold until the line's day."""
        product_id = line.product_id or 0
        taken = self.taken[msme_id, product_id]
        for day, free in self.until.items():
            if day >= line.needed_by:
                wanted = free.limit(msme_id, product_id, wanted + taken[day]) - taken[day]
        return max(0, wanted)

    def take(self, msme_id: int, line: OrderLine, quantity: int) -> None:
        """Count pieces that are asked for until the line's day."""
        taken = self.taken[msme_id, line.product_id or 0]
        for day in taken:
            if day >= line.needed_by:
                taken[day] += quantity


def _offers(lines: Iterable[OrderLine], organiser_id: int) -> dict[int, list[Offer]]:
    found: dict[int, list[Offer]] = defaultdict(list)
    rows = Offer.objects.filter(
        in_care_of(organiser_id, "msme_id"),
        product_id__in={line.product_id for line in lines if line.product_id},
        is_active=True,
        msme__organisation__is_active=True,
    )
    for offer in rows:
        found[offer.product_id].append(offer)
    return found


def ranked(offers: Iterable[Offer], line: OrderLine, day: date) -> list[Offer]:
    """In time before late, then cheap before dear, then quick before slow; the last tie is broken by number."""

    def rank(offer: Offer) -> tuple[Any, ...]:
        late = day + timedelta(days=offer.lead_time_days) > line.needed_by
        return (late, offer.price, offer.lead_time_days, offer.pk)

    return sorted(offers, key=rank)


def summary_of(lines: Iterable[OrderLine], allocations: Sequence[Allocation]) -> list[dict[str, Any]]:
    """What remains of each line, and by whom it was refused and why."""
    missing = missing_of(lines, allocations, counting_open=False)
    by_line: dict[int, list[Allocation]] = defaultdict(list)
    for one in allocations:
        if one.status in _NO or (one.status in ANSWERED_YES and one.confirmed < one.asked) or _is_gone(one):
            by_line[one.line_id].append(one)
    return [
        {
            "line": line.pk,
            "position": line.position,
            "name": line.name,
            "remaining": missing[line.pk],
            "unit": line.unit,
            "refused": [
                {
                    "msme": one.msme.organisation.name,
                    "state": str(one.status),
                    "asked": one.asked,
                    "confirmed": one.confirmed,
                    "reason": _("UMKM ini tidak aktif lagi.") if _is_gone(one) else one.reason,
                }
                for one in by_line[line.pk]
            ],
        }
        for line in lines
        if line.pk in missing
    ]


def _is_gone(one: Allocation) -> bool:
    """It said yes and is no longer there to keep its word."""
    return one.status in ANSWERED_YES and not is_promised(one)


def _end(act: Act, row: Sourcing, status: str, summary: list[dict[str, Any]]) -> None:
    row.status, row.advance_at, row.summary = status, None, summary
    act.record("sourcing.end", to_state=status, changes={"round": row.round, "remaining": len(summary)})
    if status == Sourcing.Status.STOPPED:
        return
    if status == Sourcing.Status.COVERED:
        tell(act, "covered")
    else:
        tell(act, "not covered", lines=str(len(summary)))


def _remind_before(act: Act, row: Sourcing, deadline: datetime, msme_ids: Iterable[int]) -> None:
    due_at = deadline - timedelta(hours=row.remind_hours)
    if row.remind_hours and due_at > act.now:
        for msme_id in sorted(msme_ids):
            act.enqueue(
                "orders.remind_ask",
                key=f"remind:{act.order.pk}:{msme_id}:{deadline.isoformat()}",
                due_at=clock.by_real_time(due_at),
                order_id=act.order.pk,
                msme_id=msme_id,
            )


def remind_ask(*, order_id: int, msme_id: int) -> bool:
    """Remind an MSME of a question that it has not answered; says whether there was one."""
    with act_on("sourcing.advance", actor=SYSTEM, order_id=order_id) as act:
        open_asks = act.order.allocations.filter(
            msme_id=msme_id, status=AllocationStatus.ASKED, deadline__gt=act.now
        )
        first = open_asks.order_by("deadline").first()
        if first is None or act.order.status != OrderStatus.REQUESTED:
            act.save()
            return False
        act.record("allocation.remind", party_id=msme_id)
        tell(
            act,
            "reminded of a question",
            msme_id=msme_id,
            deadline=first.deadline.astimezone(clock.JAKARTA).strftime("%d-%m-%Y %H.%M"),
        )
        act.save()
        return True
