"""Verbs for stuck orders: remind, note, record a promise, assign, escalate."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.acting import SYSTEM, Actor
from accounts.models import Membership, User
from orders.act import Act, act_on
from orders.chasing.stuck import CHASED, to_escalate, waited
from orders.messages import INSTITUTION, MESSAGES, address, tell
from orders.models import ChaseNote, Order, PurchaseOrder
from orders.next_acts import is_on_the_road
from orders.workflow import UNDELIVERED, OrderStatus, PurchaseOrderStatus
from procurement import clock
from procurement.errors import InvalidInput, NotFound, WrongState
from procurement.input.letters import kept
from procurement.language.said import day_value
from procurement.rows.people import person_key
from procurement.templatetags.words import tanggal_text
from procurement.work.each import one_by_one

LONGEST_NOTE = 2_000
_FURTHEST_PROMISE_DAYS = 730

_UNSENT = (
    PurchaseOrderStatus.ISSUED,
    PurchaseOrderStatus.ACKNOWLEDGED,
    PurchaseOrderStatus.PRODUCING,
    PurchaseOrderStatus.READY,
)


class AlreadyReminded(WrongState):
    """Somebody was reminded of this order today; once more only when that is confirmed."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is reminded: the row of ``orders.messages`` that says what, and the purchase order where it is an MSME's."""

    key: str
    name: str
    url: str
    part: PurchaseOrder | None = None


def recipients(order: Order) -> list[Recipient]:
    """The people who can take the next step now. Needs ``institution.organisation`` and ``edition``.

    A receiver can while something is on the road, else the MSMEs that still have to send; nobody can decide on a
    quotation whose last day has passed.
    """
    key = f"remind {order.status}"
    if order.status in (OrderStatus.APPROVED, OrderStatus.IN_PRODUCTION):
        return _makers(order, key, _UNSENT[:2] if order.status == OrderStatus.APPROVED else _UNSENT)
    if order.status == OrderStatus.IN_DELIVERY and not is_on_the_road(order):
        return _makers(order, "remind of the rest", UNDELIVERED)
    if order.status == OrderStatus.QUOTED and (order.quote_valid_until or date.max) < clock.today():
        return []
    if order.status == OrderStatus.DELIVERED and not _is_unpaid(order):
        key = "remind to close"
    if key not in MESSAGES:
        return []
    party = order.institution if MESSAGES[key].party == INSTITUTION else order.edition.organiser
    return [Recipient(key, party.organisation.name, address(key, order))]


def _makers(order: Order, key: str, states: Sequence[str]) -> list[Recipient]:
    rows = PurchaseOrder.objects.filter(order=order, status__in=states).select_related("msme__organisation")
    return [Recipient(key, row.msme.organisation.name, address(key, row), row) for row in rows.order_by("pk")]


def _is_unpaid(order: Order) -> bool:
    return PurchaseOrder.objects.filter(order=order, status=PurchaseOrderStatus.RECEIVED).exists()


def reminder_values(order: Order) -> dict[str, str]:
    return {
        "order": order.number,
        "title": order.title,
        "since": tanggal_text(clock.local_date(order.status_since)),
    }


def reminder_text(order: Order) -> str:
    """The reminder as text, to be copied into another channel; empty when nobody can be reminded."""
    told = recipients(order)
    return _(MESSAGES[told[0].key].sentence) % reminder_values(order) if told else ""


def last_reminder(order_id: int) -> ChaseNote | None:
    return (
        ChaseNote.objects.filter(order_id=order_id, kind=ChaseNote.Kind.REMINDER)
        .select_related("by")
        .order_by("-pk")
        .first()
    )


def remind(*, order_id: int, actor: Actor, is_confirmed: bool = False, is_sent: bool = False) -> ChaseNote:
    """Remind those who can act next, by notification and mail; ``is_sent`` only records a reminder sent elsewhere.

    Raises :class:`AlreadyReminded` when there was a reminder today and nobody confirmed another.
    """
    with act_on("chase.remind", actor=actor, order_id=order_id) as act:
        order = act.order
        _require_under_way(order)
        last = last_reminder(order.pk)
        if last and clock.local_date(last.at) == clock.today() and not is_confirmed:
            raise AlreadyReminded(
                _("%(order)s sudah diingatkan hari ini. Konfirmasikan bila perlu mengingatkan sekali lagi.")
                % {"order": order.number}
            )
        told = recipients(order)
        if not told:
            raise WrongState(
                _("Tidak ada pihak yang dapat diingatkan: semua surat pesanan sudah melewati langkah ini.")
            )
        if not is_sent:
            values, since = reminder_values(order), day_value(clock.local_date(order.status_since))
            for one in told:
                tell(act, one.key, part=one.part, title=values["title"], since=since)
        names = ", ".join(one.name for one in told)
        act.record("chase.remind", changes={"reminded": [None, names[:500]]})
        done = _write(act, ChaseNote.Kind.REMINDER, text=names)
        act.save()
        return done


def remind_many(*, order_ids: Iterable[int], actor: Actor) -> tuple[int, list[str]]:
    """Remind of several orders; how many, and the sentences of those that were refused."""
    done, refused = 0, []
    for order_id in order_ids:
        try:
            remind(order_id=order_id, actor=actor)
            done += 1
        except (WrongState, NotFound) as refusal:
            refused.append(refusal.sentence)
    return done, refused


def latest_promise() -> date:
    """The last day that a promise may name."""
    return clock.today() + timedelta(days=_FURTHEST_PROMISE_DAYS)


def note(*, order_id: int, actor: Actor, text: str, promised_on: date | None = None) -> ChaseNote:
    """Write down what was said; with ``promised_on`` it is a promise. Raises :class:`InvalidInput`."""
    text = kept(text, field="text")
    today = clock.today()
    if not text and promised_on is None:
        raise InvalidInput(_("Tulislah catatannya, atau isilah tanggal yang dijanjikan."), field="text")
    if len(text) > LONGEST_NOTE:
        raise InvalidInput(_("Catatan paling panjang 2.000 huruf. Ringkas isinya."), field="text")
    if promised_on is not None and promised_on < today:
        raise InvalidInput(_("Tanggal janji tidak boleh sudah lewat."), field="promised_on")
    if promised_on is not None and promised_on > latest_promise():
        raise InvalidInput(_("Tanggal janji paling jauh dua tahun dari sekarang."), field="promised_on")
    with act_on("chase.note", actor=actor, order_id=order_id) as act:
        _require_under_way(act.order)
        if promised_on is not None:
            act.record("chase.promise", note=text, changes={"promised_on": [None, promised_on.isoformat()]})
            _tell_assigned(act, promised_on)
            done = _write(act, ChaseNote.Kind.PROMISE, text=text, promised_on=promised_on)
            act.save()
            return done
        act.record("chase.note", note=text)
        done = _write(act, ChaseNote.Kind.NOTE, text=text)
        act.save()
        return done


def _tell_assigned(act: Act, promised_on: date) -> None:
    """Notify the coordinator in charge of a promise that somebody else recorded."""
    last = (
        ChaseNote.objects.filter(order=act.order, kind=ChaseNote.Kind.ASSIGNMENT)
        .select_related("assigned_to")
        .order_by("-pk")
        .first()
    )
    person = last.assigned_to if last else None
    if person and person.pk != act.actor.user_id and person in staff_of(act.order.edition.organiser_id):
        tell(act, "promised", person_id=person.pk, promised=day_value(promised_on))


def staff_of(organiser_id: int) -> list[User]:
    """Who may look after an order: the active people of the organiser."""
    rows = Membership.objects.filter(organisation_id=organiser_id, is_active=True, user__is_active=True)
    return list(User.objects.filter(pk__in=rows.values("user")).order_by("name", "pk"))


def assign(*, order_id: int, actor: Actor, user_id: int) -> ChaseNote:
    """Give the order to one of the staff, who is told. Raises :class:`InvalidInput` for anybody else."""
    with act_on("chase.assign", actor=actor, order_id=order_id) as act:
        _require_under_way(act.order)
        person = next((one for one in staff_of(act.order.edition.organiser_id) if one.pk == user_id), None)
        if person is None:
            raise InvalidInput(_("Pilih petugas dari daftar."), field="user")
        act.record("chase.assign", changes={"assigned": [None, person_key(person)]})
        if person.pk != actor.user_id:
            tell(act, "assigned", person_id=person.pk, title=act.order.title)
        done = _write(act, ChaseNote.Kind.ASSIGNMENT, assigned_to=person)
        act.save()
        return done


def escalate(*, order_id: int) -> ChaseNote | None:
    """Escalate an order that made no progress for too long to the coordinators, once per state."""
    with act_on("chase.escalate", actor=SYSTEM, order_id=order_id) as act:
        order = act.order
        days = waited(order)
        said = ChaseNote.objects.filter(
            order=order, kind=ChaseNote.Kind.ESCALATION, at__gte=order.status_since
        ).exists()
        if order.status not in CHASED or said or days <= settings.CHASE_ESCALATE_DAYS:
            act.save()
            return None
        tell(act, "escalated", title=order.title, days=str(days))
        act.record("chase.escalate", changes={"days": [None, days]})
        done = _write(act, ChaseNote.Kind.ESCALATION, text="")
        act.save()
        return done


def escalate_stuck() -> int:
    """Beat: escalate everything that is due; returns how many orders were."""
    rows = to_escalate(Order.objects.all(), settings.CHASE_ESCALATE_DAYS)
    due = list(rows.order_by("pk").values_list("pk", flat=True))
    outcome = one_by_one("orders.escalate_stuck", due, lambda pk: escalate(order_id=pk))
    return sum(note is not None for note in outcome.results)


def _require_under_way(order: Order) -> None:
    if order.status not in CHASED:
        raise WrongState(_("Pesanan ini tidak lagi berjalan, sehingga tidak ada yang perlu ditindaklanjuti."))


def _write(act: Act, kind: ChaseNote.Kind, **fields: Any) -> ChaseNote:
    return ChaseNote.objects.create(order=act.order, kind=kind, by_id=act.actor.user_id, at=act.now, **fields)
