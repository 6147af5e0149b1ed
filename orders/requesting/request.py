"""The buyer's request: drafting, changing, submitting, withdrawing, reopening. The only writer of these steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.acting import Actor
from buyers.models import Institution, Unit
from expo.models import Edition, Pledge
from expo.pledges.pledges import take_from_pledge
from orders import reservations, standing
from orders.act import Act, act_on, change_state
from orders.acts import CHANGEABLE
from orders.ending.ending import stop_rounds
from orders.messages import tell
from orders.models import Allocation, ApprovalStep, Order, OrderLine, Sourcing
from orders.permissions import may, require
from orders.requesting.lines import (
    LineInput,
    checked_lines,
    differs,
    require_complete,
    require_to_come,
    write_lines,
)
from orders.requesting.versions import version_of
from orders.value.worth import row_name
from orders.workflow import AllocationStatus, OrderStatus
from procurement import clock
from procurement.errors import ContentChanged, InvalidInput, NotFound, WrongState
from procurement.input.letters import kept
from procurement.input.planned import check_day, written
from procurement.language.said import composed
from procurement.rows.bulk import save_rows
from procurement.rows.recording import Recorder


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What an order says besides its lines."""

    title: str
    edition_id: int
    unit_id: int | None = None
    pledge_id: int | None = None
    note: str = ""
    budget_source: str = ""


def draft_order(
    *, actor: Actor, heading: Heading, lines: Sequence[LineInput] = (), is_copy: bool = False
) -> Order:
    """Begin an order; it may have no lines yet. Nobody outside the institution sees it.

    ``is_copy``: the lines are those of an earlier order, and may lack what is asked of new ones.
    """
    with transaction.atomic(durable=True):
        require(may("order.draft", actor))
        institution = Institution.objects.filter(pk=actor.organisation_id).first()
        if institution is None or actor.user is None:
            raise NotFound(_("Instansi Anda belum terdaftar sebagai pembeli. Hubungi penyelenggara expo."))
        now = clock.now()
        order = Order(
            institution=institution,
            requester=actor.user,
            created_at=now,
            status_since=now,
            **_heading(heading, institution),
        )
        rows = checked_lines(order, lines, is_copy=is_copy)
        order.needed_by = min((row.needed_by for row in rows), default=None)
        order.save()
        OrderLine.objects.bulk_create(rows)
        recorder = Recorder(root=order, actor=actor)
        recorder.record("order.draft", to_state=order.status, changes={"lines": [0, len(rows)]})
        recorder.flush()
        return order


def change_order(
    *, order_id: int, actor: Actor, heading: Heading, lines: Sequence[LineInput], seen: str | None = None
) -> Order:
    """Replace heading and lines of a draft, or revise a request that is not quoted yet.

    Edition and pledge of a request stay as they were submitted, also when the edition has closed meanwhile; its unit
    may change, and all its value with it. Only the MSMEs of a line that changed lose their answer; those of other
    lines keep it. Raises :class:`InvalidInput` naming the field, :class:`WrongState` once the order is quoted, and
    :class:`ContentChanged` when it no longer holds what the actor read (``seen``, by ``versions.version_of``;
    None for callers that did not read it in a form).
    """
    with act_on("order.change", actor=actor, order_id=order_id) as act:
        order = act.order
        require_changeable(order)
        institution = order.institution
        before = standing.standing(order)
        old = {line.pk: line for line in order.lines.all()}
        if seen is not None and seen != version_of(order, old.values()):
            raise ContentChanged(_("Pesanan ini sudah diubah di tempat lain sejak Anda membukanya."))
        submitted = order.status == OrderStatus.REQUESTED
        values = _heading(heading, institution, of=order)
        for name, value in values.items():
            setattr(order, name, value)
        rows = checked_lines(order, lines, old)
        if submitted:
            require_complete(rows)
        kept = {row.pk for row in rows if row.pk}
        changed = {pk for pk in kept if differs(old[pk], next(row for row in rows if row.pk == pk))}
        # Once for both, because weeks are locked by one statement.
        reservations.let_go(order.allocations.filter(line_id__in=(set(old) - kept) | changed))
        _release_removed(act, [old[pk] for pk in sorted(set(old) - kept)])
        write_lines(rows, removed=set(old) - kept)
        _release_answers(act, line_ids=changed)
        order.needed_by = min((row.needed_by for row in rows), default=None)
        if submitted:
            after = standing.requested(rows, since=standing.since(order))
            order.value = standing.total(after)
            standing.post_change(act.posting, before, after)
        act.record(
            "order.change",
            from_state=order.status,
            to_state=order.status,
            changes={
                "lines": [len(old), len(rows)],
                "changed": sorted(old[pk].position for pk in changed),
                "removed": sorted(old[pk].position for pk in set(old) - kept),
            },
        )
        if submitted:
            tell(act, "changed")
        act.save()
        return order


def discard_draft(*, order_id: int, actor: Actor) -> Order:
    """Give up a draft. It stays as *tidak jadi*: a row with a history is never deleted."""
    with act_on("order.discard", actor=actor, order_id=order_id) as act:
        act.order.lost_from = OrderStatus.DRAFT
        act.order.ended_reason = composed(gettext_noop("Konsep dibuang oleh pemohon."))
        act.take(act.order, "discard")
        act.save()
        return act.order


def submit_order(*, order_id: int, actor: Actor) -> Order:
    """Ask for prices. Value enters *requested*, as far as it goes out of the pledge, the rest from outside."""
    with act_on("order.submit", actor=actor, order_id=order_id) as act:
        order = act.order
        lines = list(order.lines.all())
        require_complete(lines)
        require_to_come(lines)
        if order.edition.closed_at:
            raise InvalidInput(
                _("Penyelenggaraan ini sudah ditutup. Pilih penyelenggaraan lain."), field="edition"
            )
        act.take(order, "submit", changes={"lines": len(lines)})
        value = standing.requested(lines, since=standing.since(order))
        order.value = standing.total(value)
        order.submitted_at, order.submitted_by = act.now, actor.user
        standing.post_change(act.posting, {}, value)
        if order.pledge_id:
            act.pledge_is_settled = True
            order.pledged = take_from_pledge(
                pledge_id=order.pledge_id,
                amount=order.value,
                posting=act.posting,
                actor=actor,
                order_number=order.number,
            )
        tell(act, "submitted")
        act.save()
        return order


def withdraw_order(*, order_id: int, actor: Actor, reason: str) -> Order:
    """The requester no longer wants it. The reason is kept; the order may be reopened."""
    return lose(verb="order.withdraw", step="withdraw", order_id=order_id, actor=actor, reason=reason)


def require_changeable(order: Order) -> None:
    """Raise :class:`WrongState` once the order is quoted: then its content is bound by the quote."""
    if order.status not in CHANGEABLE:
        raise WrongState(_("Pesanan yang sudah ditawarkan tidak dapat diubah. Mintalah revisi lebih dahulu."))


def decline_request(*, order_id: int, actor: Actor, reason: str) -> Order:
    """The coordinator cannot serve the request."""
    return lose(verb="order.decline", step="decline", order_id=order_id, actor=actor, reason=reason)


def lose(*, verb: str, step: str, order_id: int, actor: Actor, reason: str) -> Order:
    """An order that will not be: its value goes to *lost*, its MSMEs are released. A reason is required."""
    reason = required_reason(reason)
    with act_on(verb, actor=actor, order_id=order_id) as act:
        lose_locked(act, step=step, reason=reason)
        act.save()
        return act.order


def lose_locked(act: Act, *, step: str, reason: str) -> None:
    """The body of :func:`lose` for a caller that holds the order already."""
    order = act.order
    before = standing.standing(order)
    order.lost_from = order.status
    act.take(order, step, note=reason)
    order.ended_reason = reason
    standing.post_change(act.posting, before, standing.lost(before))
    _release_all(act, keep_shares=True)
    obsolete_steps(order)
    stop_rounds(act, Sourcing.Status.RUNNING, Sourcing.Status.COVERED, Sourcing.Status.ESCALATED)
    tell(act, "lost to the buyer", reason=reason)
    tell(act, "lost to the expo", reason=reason)


def reopen_order(*, order_id: int, needed_by: date | None = None, actor: Actor) -> Order:
    """Ask again for a lost order, as its next revision, at its target prices.

    Lines whose day has passed meanwhile are needed on ``needed_by``; without it they are refused.
    """
    with act_on("order.reopen", actor=actor, order_id=order_id) as act:
        order = act.order
        act.require_possible(order, "reopen")
        if order.edition.closed_at:
            raise WrongState(
                _(
                    "Penyelenggaraan ini sudah ditutup. Pakailah “Pesan lagi” untuk penyelenggaraan yang terbuka."
                )
            )
        before = standing.standing(order)
        lines = list(order.lines.all())
        require_complete(lines)
        _move_what_has_passed(order, lines, needed_by)
        act.take(order, "reopen", changes={"revision": [order.revision, order.revision + 1]})
        order.revision += 1
        order.lost_from, order.ended_reason, order.content_hash = "", "", ""
        clear_shares(order)
        after = standing.requested(lines, since=standing.since(order))
        order.value = standing.total(after)
        standing.post_change(act.posting, before, after)
        tell(act, "reopened")
        act.save()
        return order


def _move_what_has_passed(order: Order, lines: Sequence[OrderLine], needed_by: date | None) -> None:
    """Put lines whose day has passed on the day that is said, or refuse, naming the first of them."""
    passed = [line for line in lines if line.needed_by < clock.today()]
    if not passed:
        return
    if needed_by is None:
        raise InvalidInput(
            _("%(row)s: tanggal dibutuhkan %(day)s sudah lewat. Isi tanggal yang baru.")
            % {"row": row_name(passed[0].position, passed[0].name), "day": written(passed[0].needed_by)},
            field="needed_by",
        )
    check_day(needed_by, what=_("Tanggal dibutuhkan"), field="needed_by", first=clock.today())
    for line in passed:
        line.needed_by = needed_by
    save_rows(passed, ["needed_by"])
    order.needed_by = min(line.needed_by for line in lines)


def required_reason(reason: str) -> str:
    """The reason, trimmed. Raises :class:`InvalidInput` on ``reason`` when it says nothing."""
    reason = kept(reason, field="reason")
    if len(reason) < 3:
        raise InvalidInput(_("Tulislah alasannya, paling sedikit tiga huruf."), field="reason")
    return reason[:2000]


def clear_shares(order: Order) -> None:
    """Nobody has a share of the quote any more; what MSMEs answered stays."""
    rows = list(order.allocations.filter(quantity__gt=0))
    for row in rows:
        row.quantity = 0
    save_rows(rows, ["quantity"])


def obsolete_steps(order: Order) -> None:
    """Signatures that nobody will give any more."""
    ApprovalStep.objects.filter(
        order=order, revision=order.revision, decision=ApprovalStep.Decision.PENDING
    ).update(decision=ApprovalStep.Decision.OBSOLETE)


def _heading(heading: Heading, institution: Institution, of: Order | None = None) -> dict[str, object]:
    """The heading of a new order, or of an existing one, whose unchanged values are not checked again."""
    title = kept(heading.title, field="title", before=of.title if of else None)
    if not title:
        raise InvalidInput(_("Isilah perihal pesanan."), field="title")
    edition = _edition(heading, of)
    return {
        "title": title[:160],
        "edition": edition,
        "unit": _unit(heading, institution, of),
        "pledge": _pledge(heading, institution, edition, of),
        "note": kept(heading.note, field="note", before=of.note if of else None),
        "budget_source": kept(
            heading.budget_source, field="budget_source", before=of.budget_source if of else None
        )[:120],
    }


def _is_submitted(order: Order | None) -> bool:
    return order is not None and order.status != OrderStatus.DRAFT


def _edition(heading: Heading, of: Order | None) -> Edition:
    """The edition. A submitted order keeps it: its value is counted there, and MSMEs were asked there."""
    if of is not None and _is_submitted(of):
        if heading.edition_id != of.edition_id:
            raise InvalidInput(
                _(
                    "Penyelenggaraan tidak dapat diganti setelah pesanan diajukan. Tariklah permintaan ini, lalu buat "
                    "pesanan baru."
                ),
                field="edition",
            )
        return of.edition
    edition = Edition.objects.filter(pk=heading.edition_id).first()
    if edition is None or edition.closed_at:
        raise InvalidInput(_("Pilih penyelenggaraan expo yang masih terbuka."), field="edition")
    return edition


def _unit(heading: Heading, institution: Institution, of: Order | None) -> Unit | None:
    if heading.unit_id is None:
        return None
    usable = Q(is_active=True) | Q(pk=of.unit_id if of else None)
    unit = Unit.objects.filter(usable, pk=heading.unit_id, institution=institution).first()
    if unit is None:
        raise InvalidInput(_("Satuan kerja itu bukan milik instansi Anda. Pilih dari daftar."), field="unit")
    return unit


def _pledge(heading: Heading, institution: Institution, edition: Edition, of: Order | None) -> Pledge | None:
    """The pledge. That of a submitted order stays: value was taken from it."""
    if of is not None and _is_submitted(of):
        if heading.pledge_id != of.pledge_id:
            raise InvalidInput(
                _("Komitmen pembelian tidak dapat diganti setelah pesanan diajukan."), field="pledge"
            )
        return of.pledge
    if heading.pledge_id is None:
        return None
    pledge = Pledge.objects.filter(
        pk=heading.pledge_id, institution=institution, edition=edition, kind=Pledge.Kind.ORDER
    ).first()
    if pledge is None or pledge.status != Pledge.Status.OPEN:
        raise InvalidInput(
            _("Komitmen itu tidak ada, bukan berjenis pesanan, atau sudah berakhir. Pilih dari daftar."),
            field="pledge",
        )
    return pledge


def _release_removed(act: Act, removed: Sequence[OrderLine]) -> None:
    """MSMEs of lines that are taken out are told; the rows of what they were asked go with the lines."""
    positions: dict[int, list[int]] = {}
    for line in removed:
        rows = act.order.allocations.filter(line=line).exclude(status__in=_SILENT)
        for msme_id in rows.values_list("msme_id", flat=True):
            positions.setdefault(msme_id, []).append(line.position)
    for msme_id, lines in sorted(positions.items()):
        act.record("allocation.release", party_id=msme_id, to_state=AllocationStatus.RELEASED)
        tell(
            act, "line removed", msme_id=msme_id, lines=", ".join(str(position) for position in sorted(lines))
        )


def _release_answers(act: Act, line_ids: set[int]) -> None:
    """MSMEs of lines that changed are asked again; their old answer does not count any more."""
    if not line_ids:
        return
    rows = act.order.allocations.filter(line_id__in=line_ids).exclude(status__in=_SILENT)
    _release(act, list(rows), "line changed")


def _release_all(act: Act, *, keep_shares: bool) -> None:
    rows = list(act.order.allocations.exclude(status__in=_SILENT))
    _release(act, rows, "lost to an MSME", keep_shares=keep_shares)


_SILENT = (AllocationStatus.DECLINED, AllocationStatus.EXPIRED, AllocationStatus.RELEASED)


def _release(act: Act, rows: list[Allocation], key: str, *, keep_shares: bool = False) -> None:
    """``keep_shares`` leaves the quoted quantities of a lost order in place: they say what was lost.

    ``key`` names what each MSME is told.
    """
    for row in rows:
        change_state(row, "release")
        if not keep_shares:
            row.quantity = 0
    save_rows(rows, ["status", "quantity"])
    reservations.let_go(rows)
    for msme_id in sorted({row.msme_id for row in rows}):
        act.record("allocation.release", party_id=msme_id, to_state=AllocationStatus.RELEASED)
        tell(act, key, msme_id=msme_id)
