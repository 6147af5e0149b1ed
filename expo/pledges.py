"""Pledges: announced orders, and how they end. Only kind *order* with a known amount enters the ledger."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.acting import Actor
from buyers.models import Institution
from expo.ledger import NOTHING_KNOWN, Dimensions, Posting
from expo.models import Edition, Origin, Pledge, Stage
from expo.permissions import may, require
from procurement import clock
from procurement.errors import InvalidInput, NotFound, WrongState
from procurement.money import LARGEST_VALUE, is_whole, rupiah
from procurement.recording import Recorder, differences


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
            party_name=pledge.party_name.strip()[:160],
            kind=pledge.kind,
            amount_kind=pledge.amount_kind,
            amount=pledge.amount,
            amount_to=pledge.amount_to,
            remaining=counted,
            source=pledge.source.strip()[:200],
            announced_on=pledge.announced_on,
            confidence=pledge.confidence,
            note=pledge.note.strip(),
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
        if row.status != Pledge.Status.OPEN:
            raise WrongState(_("Komitmen ini sudah berakhir."))
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


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAmount:
    """What a pledge is now said to amount to; ``amount_to`` only for a range."""

    amount_kind: str
    amount: Decimal
    amount_to: Decimal | None = None


def change_pledge(
    *, pledge_id: int, actor: Actor, new: NewAmount, reason: str, was_mistaken: bool = False
) -> Pledge:
    """Raise or lower what an open pledge amounts to.

    What is raised is announced in addition. What is lowered is lost, because it was announced and will not be; with
    ``was_mistaken`` it never was announced and goes back outside. Raises :class:`InvalidInput` below what orders have
    taken already, :class:`WrongState` on an ended pledge or when a closed edition would take more.
    """
    reason = _reason(reason)
    with transaction.atomic(durable=True):
        row = _locked(pledge_id, actor)
        require(may("pledge.change", actor))
        if row.status != Pledge.Status.OPEN:
            raise WrongState(_("Komitmen ini sudah berakhir."))
        if new.amount_kind == Pledge.AmountKind.NOT_STATED:
            raise InvalidInput(
                _("Isilah nilainya; nilai yang sudah disebut tidak dapat dihapus."), field="amount"
            )
        _check_amount(new.amount_kind, new.amount, new.amount_to)
        before = row.remaining
        in_ledger = row.kind == Pledge.Kind.ORDER
        taken = (row.amount or Decimal(0)) - before if in_ledger else Decimal(0)
        if new.amount < taken:
            raise InvalidInput(
                _("Sudah %(taken)s yang menjadi pesanan; nilai komitmen tidak dapat lebih kecil.")
                % {"taken": rupiah(taken)},
                field="amount",
            )
        if row.edition.closed_at and new.amount > (row.amount or Decimal(0)):
            raise WrongState(_("Penyelenggaraan ini sudah ditutup; nilai komitmen tidak dapat dinaikkan."))
        recorder = Recorder(root=row, actor=actor)
        old = {name: getattr(row, name) for name in ("amount_kind", "amount", "amount_to", "remaining")}
        row.amount_kind, row.amount, row.amount_to = new.amount_kind, new.amount, new.amount_to
        row.remaining = new.amount - taken if in_ledger else before
        if in_ledger and not row.remaining:
            row.status = Pledge.Status.CONVERTED
        recorder.record(
            "pledge.change",
            from_state=Pledge.Status.OPEN,
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
        # An order has taken all that is left of it: it is not lost, and counts as converted.
        _count_change(posting, row, before=before, gone_to=Stage.OUTSIDE)
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
    row = Pledge.objects.select_for_update(of=("self",)).get(pk=pledge_id)
    if row.status != Pledge.Status.OPEN:
        raise WrongState(_("Komitmen yang dirujuk sudah berakhir. Lepaskan rujukannya dari pesanan ini."))
    if exactly and amount > row.remaining:
        raise InvalidInput(
            _("Sisa komitmen hanya %(remaining)s. Isilah nilai sampai sebesar itu.")
            % {"remaining": rupiah(row.remaining)},
            field="amount",
        )
    covered = min(row.remaining, amount)
    posting.leg(Stage.ANNOUNCED, -covered, _announced(row))
    posting.leg(Stage.OUTSIDE, covered)
    before = row.remaining
    row.remaining -= covered
    state = row.status
    if row.remaining == 0 and row.amount is not None:
        row.status = Pledge.Status.CONVERTED
    _count_change(posting, row, before=before)
    recorder = Recorder(root=row, actor=actor)
    recorder.record(
        "pledge.convert",
        from_state=state,
        to_state=row.status,
        note=order_number,
        changes={"remaining": [str(before), str(row.remaining)]},
    )
    recorder.flush()
    return covered


def _announced(row: Pledge) -> Dimensions:
    return Dimensions(pledge_id=row.pk, since=row.announced_on)


def _lost(row: Pledge) -> Dimensions:
    return Dimensions(pledge_id=row.pk, origin=Origin.ANNOUNCED)


def _count_change(posting: Posting, row: Pledge, *, before: Decimal, gone_to: Stage = Stage.OUTSIDE) -> None:
    """A pledge is counted in *announced* as long as anything of it remains."""
    given = _lost(row) if gone_to == Stage.LOST else NOTHING_KNOWN
    if row.remaining and not before:
        posting.count(gone_to, Stage.ANNOUNCED, taken=given, given=_announced(row))
    elif before and not row.remaining:
        days = (clock.local_date(posting.happened_at) - row.announced_on).days
        posting.count(Stage.ANNOUNCED, gone_to, taken=_announced(row), given=given, dwell_days=days)


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
    reason = reason.strip()
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
