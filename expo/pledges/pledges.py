"""Pledges: announced orders, and how they end. Only kind *order* with a known amount enters the ledger.

What a pledge said is what remains of it, what orders have taken, and what was given up when it ended.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.acting import Actor
from buyers.models import Institution
from expo.ledger.ledger import NOTHING_KNOWN, Dimensions, Head, Posting
from expo.models import Edition, LedgerEntry, Origin, Pledge, Stage
from expo.permissions import may, require
from procurement import clock
from procurement.errors import InvalidInput, NotFound, WrongState
from procurement.input.letters import kept
from procurement.input.planned import check_day
from procurement.money import LARGEST_VALUE, is_whole, rupiah
from procurement.rows.recording import Acting, Recorder, differences


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeInput:
    """A pledge as staff write it down; amounts in whole rupiah."""

    edition_id: int
    party_name: str
    kind: str
    amount_kind: str
    source: str
    announced_on: date
    confidence: str
    institution_id: int | None = None
    amount: Decimal | None = None
    amount_to: Decimal | None = None
    note: str = ""


def announce_pledge(*, actor: Actor, pledge: PledgeInput) -> Pledge:
    """Write a pledge down. An announced order with an amount enters the stage *announced*.

    Of *more than* and *range* the lower figure is counted: what was said for certain.
    """
    with transaction.atomic(durable=True):
        require(may("pledge.announce", actor))
        edition = Edition.objects.visible_to(actor).filter(pk=pledge.edition_id).first()
        if edition is None:
            raise NotFound(_("Penyelenggaraan itu tidak ada."))
        _check(pledge, edition)
        counted = pledge.amount if pledge.kind == Pledge.Kind.ORDER and pledge.amount else Decimal(0)
        row = Pledge.objects.create(
            edition=edition,
            institution_id=pledge.institution_id,
            party_name=kept(pledge.party_name, field="party_name")[:160],
            kind=pledge.kind,
            amount_kind=pledge.amount_kind,
            amount=pledge.amount,
            amount_to=pledge.amount_to,
            remaining=counted,
            source=kept(pledge.source, field="source")[:200],
            announced_on=pledge.announced_on,
            confidence=pledge.confidence,
            note=kept(pledge.note, field="note"),
        )
        recorder = Recorder(root=row, actor=actor)
        recorder.record("pledge.announce", to_state=row.status, changes={"remaining": ["0", str(counted)]})
        posting = _posting("pledge.announce", row, recorder)
        posting.move(counted, Stage.OUTSIDE, Stage.ANNOUNCED, taken=NOTHING_KNOWN, given=_announced(row))
        _count_change(posting, row, before=Decimal(0))
        posting.write()
        recorder.flush()
        return row


def end_pledge(*, pledge_id: int, actor: Actor, status: str, reason: str) -> Pledge:
    """Let what remains of a pledge lapse, or withdraw it. What was announced and did not become an order is lost.

    Raises :class:`InvalidInput` without a reason, :class:`WrongState` when the pledge has ended already.
    """
    reason = _reason(reason)
    if status not in (Pledge.Status.LAPSED, Pledge.Status.WITHDRAWN):
        raise InvalidInput(_("Pilih apakah komitmen gugur atau ditarik."), field="status")
    with transaction.atomic(durable=True):
        row = _locked(pledge_id, actor)
        require(may("pledge.end", actor))
        require_endable(row)
        recorder = Recorder(root=row, actor=actor)
        recorder.record(
            "pledge.end",
            from_state=row.status,
            to_state=status,
            note=reason,
            changes={"remaining": [str(row.remaining), "0"]},
        )
        posting = _posting("pledge.end", row, recorder)
        posting.move(row.remaining, Stage.ANNOUNCED, Stage.LOST, taken=_announced(row), given=_lost(row))
        before = row.remaining
        row.status, row.remaining, row.ended_reason = status, Decimal(0), reason
        _count_change(posting, row, before=before, gone_to=Stage.LOST)
        posting.write()
        recorder.flush()
        return row


def require_endable(row: Pledge) -> None:
    """Raise :class:`WrongState` when nothing remains to be ended: it was ended, or orders have taken all of it."""
    if row.status != Pledge.Status.OPEN:
        raise WrongState(_("Komitmen ini sudah berakhir."))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAmount:
    """What a pledge is now said to amount to; ``amount_to`` only for a range."""

    amount_kind: str
    amount: Decimal
    amount_to: Decimal | None = None


def change_pledge(
    *, pledge_id: int, actor: Actor, new: NewAmount, reason: str, was_mistaken: bool = False
) -> Pledge:
    """Raise or lower what a pledge amounts to that has not ended, also when orders have taken all of it.

    What is raised is announced in addition, and goes on to orders that refer to the pledge and are worth more than it
    had. What is lowered is lost, because it was announced and will not be; with ``was_mistaken`` it never was announced
    and goes back outside. Raises :class:`InvalidInput` below what orders have
    taken already, :class:`WrongState` on an ended pledge or when a closed edition would take more.
    """
    reason = _reason(reason)
    with transaction.atomic(durable=True):
        row = _locked(pledge_id, actor)
        require(may("pledge.change", actor))
        state = row.status
        if state not in (Pledge.Status.OPEN, Pledge.Status.CONVERTED):
            raise WrongState(_("Komitmen ini sudah berakhir."))
        if new.amount_kind == Pledge.AmountKind.NOT_STATED:
            raise InvalidInput(
                _("Isilah nilainya; nilai yang sudah disebut tidak dapat dihapus."), field="amount"
            )
        _check_amount(new.amount_kind, new.amount, new.amount_to)
        before = row.remaining
        in_ledger = row.kind == Pledge.Kind.ORDER
        if new.amount < row.taken:
            raise InvalidInput(
                _("Sudah %(taken)s yang menjadi pesanan; nilai komitmen tidak dapat lebih kecil.")
                % {"taken": rupiah(row.taken)},
                field="amount",
            )
        if row.edition.closed_at and new.amount > (row.amount or Decimal(0)):
            raise WrongState(_("Penyelenggaraan ini sudah ditutup; nilai komitmen tidak dapat dinaikkan."))
        recorder = Recorder(root=row, actor=actor)
        old = {name: getattr(row, name) for name in ("amount_kind", "amount", "amount_to", "remaining")}
        row.amount_kind, row.amount, row.amount_to = new.amount_kind, new.amount, new.amount_to
        row.remaining = new.amount - row.taken if in_ledger else before
        if in_ledger:
            row.status = Pledge.Status.OPEN if row.remaining else Pledge.Status.CONVERTED
        recorder.record(
            "pledge.change",
            from_state=state,
            to_state=row.status,
            note=reason,
            changes=differences(old, {name: getattr(row, name) for name in old}),
        )
        posting = _posting("pledge.change", row, recorder)
        more = row.remaining - before
        gone_to = Stage.OUTSIDE if was_mistaken or more >= 0 else Stage.LOST
        posting.move(
            more, gone_to, Stage.ANNOUNCED, taken=_lost(row) if gone_to == Stage.LOST else NOTHING_KNOWN,
            given=_announced(row),
        )  # fmt: skip
        # Orders have, or had, taken all that is left of it: it is not lost, and counts as converted.
        _count_change(posting, row, before=before, gone_to=Stage.OUTSIDE, whose=_taker_of(row))
        if more > 0:
            for claims in _claims:
                claims(HeldPledge(row, posting, recorder))
        posting.write()
        recorder.flush()
        return row


def take_from_pledge(
    *,
    pledge_id: int,
    amount: Decimal,
    posting: Posting,
    actor: Actor,
    order_number: str,
    exactly: bool = False,
) -> Decimal:
    """Let an order of ``amount`` rupiah use up its pledge; returns how much of it the pledge covered.

    Called in the order's transaction, whose ``posting`` has taken the whole amount from outside: the covered part
    is taken from *announced* instead. A larger order brings the rest from outside, unless somebody said ``exactly``
    this amount: then more than what remains is refused.
    """
    held = hold_pledge(pledge_id=pledge_id, posting=posting, actor=actor)
    if held.row.status != Pledge.Status.OPEN:
        raise WrongState(_("Komitmen yang dirujuk sudah berakhir. Lepaskan rujukannya dari pesanan ini."))
    if exactly and amount > held.row.remaining:
        raise InvalidInput(
            _("Sisa komitmen hanya %(remaining)s. Isilah nilai sampai sebesar itu.")
            % {"remaining": rupiah(held.row.remaining)},
            field="amount",
        )
    assert posting.order_id is not None  # noqa: S101 - an order takes
    covered = held.give(posting.order_id, order_number, has=Decimal(0), wants=amount)
    held.write()
    return covered


def hold_pledge(*, pledge_id: int, posting: Posting, actor: Acting) -> "HeldPledge":
    """Lock a pledge that orders take from or give back to. Who locks orders as well has locked them before."""
    row = Pledge.objects.select_for_update(of=("self",)).get(pk=pledge_id)
    return HeldPledge(row, posting, Recorder(root=row, actor=actor))


@dataclass(slots=True)
class HeldPledge:
    """A locked pledge from which orders take and to which they give back, within one ``posting``."""

    row: Pledge
    posting: Posting
    recorder: Recorder

    @property
    def is_ended(self) -> bool:
        """Whether it lapsed or was withdrawn: then nothing is taken from it any more."""
        return self.row.status in (Pledge.Status.LAPSED, Pledge.Status.WITHDRAWN)

    def give(self, order_id: int, number: str, *, has: Decimal, wants: Decimal) -> Decimal:
        """Let an order that ``has`` so much of the pledge have as much as it ``wants``; returns what it has then.

        What it takes leaves *announced*, what it gives back is announced again. A pledge that has ended gives nothing
        more, and what comes back to it is lost: it was announced, and will not be.
        """
        row = self.row
        most = has if self.is_ended else has + row.remaining
        gets = min(wants, most)
        more = gets - has
        if not more:
            return has
        whose = Head(row.edition_id, row.institution_id, order_id=order_id)
        self.posting.leg(Stage.ANNOUNCED, -more, replace(_announced(row), head=whose))
        self.posting.leg(Stage.OUTSIDE, more, Dimensions(pledge_id=row.pk, head=whose))
        before, state, taken = row.remaining, row.status, row.taken
        row.taken += more
        if self.is_ended:
            alone = replace(whose, order_id=None)
            self.posting.leg(Stage.ANNOUNCED, more, replace(_announced(row), head=alone))
            self.posting.leg(Stage.LOST, -more, replace(_lost(row), head=alone))
        else:
            row.remaining -= more
            row.status = Pledge.Status.OPEN if row.remaining else Pledge.Status.CONVERTED
            _count_change(self.posting, row, before=before, whose=whose)
        self.recorder.record(
            "pledge.convert" if more > 0 else "pledge.return",
            from_state=state,
            to_state=row.status,
            note=number,
            changes=differences(
                {"remaining": before, "taken": taken}, {"remaining": row.remaining, "taken": row.taken}
            ),
        )
        return gets

    def write(self) -> None:
        """Save the pledge with its events; the legs are the posting's to write."""
        if self.recorder.events:
            self.recorder.flush()


Claims = Callable[[HeldPledge], None]

_claims: list[Claims] = []


def register_claims(claims: Claims) -> None:
    """Let ``claims`` give what a pledge still has to orders that refer to it; called once, when the app is loaded.

    ``orders`` is above ``expo``, so a pledge that grows cannot look for them itself.
    """
    if claims not in _claims:
        _claims.append(claims)


def _taker_of(row: Pledge) -> Head | None:
    """The order that took of a pledge last, as whose conversion it counts; None before any has."""
    took = LedgerEntry.objects.filter(pledge=row.pk, stage=Stage.ANNOUNCED, order_id__isnull=False)
    order_id = took.order_by("-pk").values_list("order_id", flat=True).first() if row.taken else None
    return Head(row.edition_id, row.institution_id, order_id=order_id) if order_id else None


def _announced(row: Pledge) -> Dimensions:
    return Dimensions(pledge_id=row.pk, since=row.announced_on)


def _lost(row: Pledge) -> Dimensions:
    return Dimensions(pledge_id=row.pk, origin=Origin.ANNOUNCED)


def _count_change(
    posting: Posting,
    row: Pledge,
    *,
    before: Decimal,
    gone_to: Stage = Stage.OUTSIDE,
    whose: Head | None = None,
) -> None:
    """A pledge is counted in *announced* as long as anything of it remains."""
    given = _lost(row) if gone_to == Stage.LOST else NOTHING_KNOWN
    given, announced = replace(given, head=whose), replace(_announced(row), head=whose)
    if row.remaining and not before:
        posting.count(gone_to, Stage.ANNOUNCED, taken=given, given=announced)
    elif before and not row.remaining:
        days = (clock.local_date(posting.happened_at) - row.announced_on).days
        posting.count(Stage.ANNOUNCED, gone_to, taken=announced, given=given, dwell_days=days)


def _locked(pledge_id: int, actor: Actor) -> Pledge:
    row = (
        Pledge.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("edition")
        .filter(pk=pledge_id)
        .first()
    )
    if row is None:
        raise NotFound(_("Komitmen itu tidak ada."))
    return row


def _reason(reason: str) -> str:
    reason = kept(reason, field="reason")
    if len(reason) < 3:
        raise InvalidInput(_("Tulislah alasannya, paling sedikit tiga huruf."), field="reason")
    return reason[:2000]


def _posting(verb: str, row: Pledge, recorder: Recorder) -> Posting:
    return Posting(
        verb=verb,
        actor=recorder.actor,
        happened_at=recorder.now,
        edition_id=row.edition_id,
        institution_id=row.institution_id,
    )


def _check(pledge: PledgeInput, edition: Edition) -> None:
    if edition.closed_at:
        raise InvalidInput(
            _("Penyelenggaraan ini sudah ditutup dan tidak menerima komitmen baru."), field="edition"
        )
    if not pledge.party_name.strip():
        raise InvalidInput(_("Isilah pihak yang berkomitmen."), field="party_name")
    if not pledge.source.strip():
        raise InvalidInput(_("Isilah sumbernya: siapa yang mengatakan, di mana, kapan."), field="source")
    if pledge.kind not in Pledge.Kind.values:
        raise InvalidInput(_("Pilih jenis komitmen dari daftar."), field="kind")
    if pledge.confidence not in Pledge.Confidence.values:
        raise InvalidInput(_("Pilih keyakinan A, B, atau C."), field="confidence")
    if pledge.announced_on > clock.today():
        raise InvalidInput(_("Tanggal diumumkan tidak boleh di masa depan."), field="announced_on")
    check_day(pledge.announced_on, what=_("Tanggal diumumkan"), field="announced_on")
    if (
        pledge.institution_id is not None
        and not Institution.objects.filter(pk=pledge.institution_id).exists()
    ):
        raise InvalidInput(_("Instansi itu tidak ada. Pilih dari daftar."), field="institution")
    _check_amount(pledge.amount_kind, pledge.amount, pledge.amount_to)


def _check_amount(amount_kind: str, amount: Decimal | None, amount_to: Decimal | None) -> None:
    if amount_kind not in Pledge.AmountKind.values:
        raise InvalidInput(_("Pilih sifat nilai dari daftar."), field="amount_kind")
    stated = amount_kind != Pledge.AmountKind.NOT_STATED
    if stated and amount is None:
        raise InvalidInput(_("Isilah nilainya, atau pilih “tidak disebut”."), field="amount")
    if not stated and amount is not None:
        raise InvalidInput(_("Kosongkan nilainya bila sifat nilainya “tidak disebut”."), field="amount")
    for field, value in (("amount", amount), ("amount_to", amount_to)):
        if value is not None and not is_whole(value, 1, LARGEST_VALUE):
            raise InvalidInput(_("Nilai harus rupiah bulat dari 1 sampai 10 triliun."), field=field)
    ranged = amount_kind == Pledge.AmountKind.RANGE
    if ranged and (amount_to is None or amount is None or amount_to <= amount):
        raise InvalidInput(
            _("Nilai akhir kisaran harus lebih besar daripada nilai awalnya."), field="amount_to"
        )
    if not ranged and amount_to is not None:
        raise InvalidInput(_("Nilai akhir hanya diisi untuk kisaran."), field="amount_to")
