"""Getting a stuck order moving: reminders to whoever is next, notes, promises, assignment, escalation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.acting import SYSTEM, Actor
from accounts.models import Membership, Role, User
from orders.act import Act, act_on
from orders.models import ChaseNote, Order, PurchaseOrder
from orders.next_acts import next_act
from orders.permissions import ACTS
from orders.stuck import CHASED, to_escalate, waited
from orders.workflow import OrderStatus, PurchaseOrderStatus
from procurement import clock
from procurement.each import one_by_one
from procurement.errors import InvalidInput, NotFound, WrongState
from procurement.templatetags.words import tanggal_text

LONGEST_NOTE = 2_000
_FURTHEST_PROMISE_DAYS = 730

REMINDERS: dict[str, str] = {
    OrderStatus.REQUESTED: gettext_noop(
        "Pengingat: permintaan %(order)s (%(title)s) menunggu penawaran sejak %(since)s."
    ),
    OrderStatus.QUOTED: gettext_noop(
        "Pengingat: penawaran untuk %(order)s (%(title)s) menunggu keputusan Anda sejak %(since)s."
    ),
    OrderStatus.APPROVED: gettext_noop(
        "Pengingat: surat pesanan dari %(order)s (%(title)s) menunggu dikerjakan sejak %(since)s."
    ),
    OrderStatus.IN_PRODUCTION: gettext_noop(
        "Pengingat: barang untuk %(order)s (%(title)s) ditunggu pengirimannya; produksi berjalan sejak %(since)s."
    ),
    OrderStatus.IN_DELIVERY: gettext_noop(
        "Pengingat: kiriman untuk %(order)s (%(title)s) menunggu diterima dan diperiksa sejak %(since)s."
    ),
    OrderStatus.DELIVERED: gettext_noop(
        "Pengingat: barang %(order)s (%(title)s) sudah diterima sejak %(since)s dan menunggu pembayaran."
    ),
}
"""What whoever is next is told, by the state that the order stands in."""

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
    """Who is reminded: the members of one organisation with one of these roles, and the page that they need."""

    organisation_id: int
    name: str
    roles: tuple[str, ...]
    url: str


def recipients(order: Order) -> list[Recipient]:
    """Who owes the next step. Needs ``institution.organisation`` and ``edition``."""
    due = next_act(order)
    if due is None:
        return []
    roles = tuple(str(role) for role in ACTS[due.act][0].roles)
    if due.kind == "institution":
        name = order.institution.organisation.name
        return [Recipient(order.institution_id, name, roles, reverse("orders:detail", args=[order.pk]))]
    if due.kind == "expo":
        url = reverse("orders:workbench", args=[order.pk])
        organiser = order.edition.organiser
        return [Recipient(organiser.pk, organiser.organisation.name, roles, url)]
    waiting = _UNSENT[:2] if order.status == OrderStatus.APPROVED else _UNSENT
    rows = PurchaseOrder.objects.filter(order=order, status__in=waiting)
    return [
        Recipient(
            row.msme_id,
            row.msme.organisation.name,
            roles,
            reverse("orders:purchase_order", args=[row.pk]),
        )
        for row in rows.select_related("msme__organisation").order_by("pk")
    ]


def reminder_values(order: Order) -> dict[str, str]:
    return {
        "order": order.number,
        "title": order.title,
        "since": tanggal_text(clock.local_date(order.status_since)),
    }


def reminder_text(order: Order) -> str:
    """The reminder as text, to be copied into another channel."""
    return _(REMINDERS[order.status]) % reminder_values(order)


def last_reminder(order_id: int) -> ChaseNote | None:
    return (
        ChaseNote.objects.filter(order_id=order_id, kind=ChaseNote.Kind.REMINDER)
        .select_related("by")
        .order_by("-pk")
        .first()
    )


def remind(*, order_id: int, actor: Actor, is_confirmed: bool = False, is_sent: bool = False) -> ChaseNote:
    """Remind whoever is next, by notification and mail; ``is_sent`` only writes down that it was said elsewhere.

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
            values = reminder_values(order)
            for one in told:
                act.tell(one.organisation_id, one.roles, REMINDERS[order.status], one.url, **values)
        names = ", ".join(one.name for one in told)
        act.record("chase.remind", changes={"reminded": [None, names[:500]]})
        return _write(act, ChaseNote.Kind.REMINDER, text=names)


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


def note(*, order_id: int, actor: Actor, text: str, promised_on: date | None = None) -> ChaseNote:
    """Write down what was said; with ``promised_on`` it is a promise. Raises :class:`InvalidInput`."""
    text = text.strip()
    today = clock.today()
    if not text and promised_on is None:
        raise InvalidInput(_("Tulislah catatannya, atau isilah tanggal yang dijanjikan."), field="text")
    if len(text) > LONGEST_NOTE:
        raise InvalidInput(_("Catatan paling panjang 2.000 huruf. Ringkas isinya."), field="text")
    if promised_on is not None and promised_on < today:
        raise InvalidInput(_("Tanggal janji tidak boleh sudah lewat."), field="promised_on")
    if promised_on is not None and (promised_on - today).days > _FURTHEST_PROMISE_DAYS:
        raise InvalidInput(_("Tanggal janji paling jauh dua tahun dari sekarang."), field="promised_on")
    with act_on("chase.note", actor=actor, order_id=order_id) as act:
        _require_under_way(act.order)
        if promised_on is not None:
            act.record("chase.promise", note=text, changes={"promised_on": [None, promised_on.isoformat()]})
            return _write(act, ChaseNote.Kind.PROMISE, text=text, promised_on=promised_on)
        act.record("chase.note", note=text)
        return _write(act, ChaseNote.Kind.NOTE, text=text)


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
        act.record("chase.assign", changes={"assigned": [None, person.name]})
        return _write(act, ChaseNote.Kind.ASSIGNMENT, assigned_to=person)


def escalate(*, order_id: int) -> ChaseNote | None:
    """Bring an order that has been standing too long before the coordinators, once in each of its states."""
    with act_on("chase.escalate", actor=SYSTEM, order_id=order_id) as act:
        order = act.order
        days = waited(order)
        said = ChaseNote.objects.filter(
            order=order, kind=ChaseNote.Kind.ESCALATION, at__gte=order.status_since
        ).exists()
        if order.status not in CHASED or said or days <= settings.CHASE_ESCALATE_DAYS:
            return None
        act.tell(
            order.edition.organiser_id,
            (Role.COORDINATOR,),
            gettext_noop("%(order)s (%(title)s) sudah %(days)s hari kerja tanpa kemajuan."),
            reverse("orders:chase_order", args=[order.pk]),
            order=order.number,
            title=order.title,
            days=str(days),
        )
        act.record("chase.escalate", changes={"days": [None, days]})
        return _write(act, ChaseNote.Kind.ESCALATION, text="")


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
